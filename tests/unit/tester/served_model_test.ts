import { ToolError } from "../../../src/errors.ts";
import { readServedModel } from "../../../src/tester/served_model.ts";
import { equal, failure, match, ok } from "../../support/assert.ts";
import { fixture, type Said, stubWorld } from "./stub_world.ts";

const address = { url: "http://h:8000", model: "half", modelVersion: 1 };
const MODEL = "GET http://h:8000/v2/models/half/versions/1";
const answers: Record<string, readonly Said[]> = {
  "GET http://h:8000/v2": [[200, fixture("server.json")]],
  [`${MODEL}/config`]: [[200, fixture("config.json")]],
  [MODEL]: [[200, fixture("model.json")]],
};

Deno.test("the server's own words are read", async () => {
  equal(await readServedModel(address, stubWorld({ server: answers })), {
    serverVersion: "2.51.0",
    platform: "onnxruntime_onnx",
    maxBatchSize: 16,
    dynamicBatching: true,
    instances: ["1 × KIND_CPU"],
    configuration: JSON.parse(fixture("config.json")),
    inputs: [
      { name: "a", shape: [-1, -1], dtype: "float16" },
      { name: "b", shape: [-1, -1], dtype: "float16" },
    ],
  });
});

Deno.test("no batching is what a model without the keys has", async () => {
  const server = { ...answers, [`${MODEL}/config`]: [[200, '{"name":"half"}'] as Said] };
  const served = await readServedModel(address, stubWorld({ server }));
  equal([served.maxBatchSize, served.dynamicBatching], [0, false]);
});

Deno.test("what is not Triton is said to be so", async () => {
  const cases: readonly [Said, RegExp][] = [
    [[200, "<html>Welcome</html>"], /does not answer as Triton does: 200 <html>Welcome<\/html>/],
    [[200, '{"inputs": 3}'], /does not answer as Triton does/],
    [[404, '{"error":"unknown model"}'], /did not answer .*: 404 unknown model/],
    [
      [200, '{"inputs":[{"name":"x","datatype":"FP8","shape":[1]}]}'],
      /`x` has the type FP8, which has no samples/,
    ],
  ];
  for (const [said, message] of cases) {
    const world = stubWorld({ server: { ...answers, [MODEL]: [said] } });
    const error = await failure(() => readServedModel(address, world));
    ok(error instanceof ToolError);
    match(error.message, message);
  }
});
