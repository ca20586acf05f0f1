import { lastWarning } from "../../../src/cluster/events.ts";
import { judged, type Memory, type Patient, remember } from "../../../src/cluster/patience.ts";
import { summarize } from "../../../src/cluster/sentence.ts";
import { equal } from "../../support/assert.ts";

Deno.test("the sentence is the line that tells the error", () => {
  equal(summarize("one line\n"), { sentence: "one line" });
  equal(summarize("cannot fetch it:\t404\nhint: look\n"), {
    sentence: "cannot fetch it: 404",
    details: "hint: look",
  });
  const log = "I0612 10:00:00.1 1 server.cc:1] starting\n" +
    "E0612 10:00:01.2 1 model.cc:2] failed to load 'm'\nerror: creating server";
  equal(summarize(log), { sentence: "failed to load 'm'", details: log });
  equal(summarize(""), { sentence: "" });
});

Deno.test("what is doubtful becomes hopeless when it lasts, also when it is told less well", () => {
  const why: Patient = { pod: "p", problem: "not found", doubtful: true };
  const backOff: Patient = { pod: "p", problem: "Back-off" };
  const well: Patient = { pod: "p" };
  const look = (memory: Memory, patient: Patient, at: number) => {
    const next = remember(memory, [patient], at);
    const { problem, hopeless } = judged(patient, next, at);
    return { next, said: [problem, hopeless] };
  };
  const first = look(new Map(), why, 1000);
  equal(first.said, ["not found", undefined]);
  equal(look(first.next, why, 30_999).said, ["not found", undefined]);
  equal(look(first.next, backOff, 31_000).said, ["not found", true]);
  const mended = look(first.next, well, 20_000);
  equal(mended.said, [undefined, undefined]);
  equal(look(mended.next, why, 31_000).said, ["not found", undefined]);
  equal(look(new Map(), backOff, 99_000).said, ["Back-off", undefined]);
});

Deno.test("an event is a reason only when nothing has happened since", () => {
  const failed = { type: "Warning", message: "no secret", lastTimestamp: "2024-01-01T00:00:05Z" };
  const pulled = { type: "Normal", message: "Pulling", eventTime: "2024-01-01T00:00:09.5Z" };
  equal(lastWarning({ items: [failed] }), "no secret");
  equal(lastWarning({ items: [pulled, failed] }), undefined);
  equal(lastWarning({}), undefined);
});
