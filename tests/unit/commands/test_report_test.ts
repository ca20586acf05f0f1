import { equal, match } from "../../support/assert.ts";
import {
  ends,
  fetched,
  follow,
  jobs,
  report,
  runs,
  STEPS,
  test,
  uninstall,
  whole,
} from "./tester_run.ts";

Deno.test("test: the report as files, and thresholds on top of the chart's", async () => {
  const { values, files } = await test(
    [uninstall(), jobs(runs, ends(0)), follow(whole)],
    {},
    ["--threshold", "p99:max=20ms", "--threshold", "errors:max=0"],
  );
  equal((values as { tester: unknown }).tester, {
    threshold: { "p99:max": "20ms", "errors:max": 0 },
  });
  equal([...files.keys()].toSorted(), ["report.csv", "report.html", "report.json"]);
  equal(JSON.parse(files.get("report.json")!), report(4711));
  match(files.get("report.csv")!, /,4711,/);
  match(files.get("report.html")!, /4711/);
});

Deno.test("test: the report says how the release's values have the model converted", async () => {
  const deployer = {
    modelFormat: "onnx",
    targetFormats: ["trt"],
    onnxOpsets: [17],
    tensorrtPrecisions: ["fp16"],
    tensorrtPrecisionsMode: "single",
    image: "r/m:1",
  };
  const rows: [values: object, variant: string | undefined][] = [
    [{ deployer }, "trt-fp16-single"],
    [{ deployer: { ...deployer, targetFormats: null } }, "onnx"],
    [{ deployer: { image: "r/m:1" } }, undefined],
    [{ deployer: { ...deployer, targetFormats: ["tf-trt"] } }, undefined],
  ];
  for (const [values, variant] of rows) {
    const tools = [uninstall(), jobs(runs, ends(0)), follow(whole)];
    const { files } = await test(tools, {}, [], values);
    equal(JSON.parse(files.get("report.json")!).variant, variant);
  }
});

Deno.test("test: a log that is cut off is said, and no report is written", async () => {
  for (const at of [STEPS.length, whole.length - 10]) {
    const cut = whole.slice(0, at);
    const { code, out, err, files } = await test([
      uninstall(),
      jobs(runs, ends(0)),
      follow(cut),
      fetched(cut),
    ]);
    equal([code, out, files.size], [1, "", 0]);
    match(err, /error: the load test failed: its log is cut off before the end of the report/);
  }
});

Deno.test("test: a report that cannot be written is said, and the tester removed", async () => {
  const spoil = () => {
    Deno.removeSync("r");
    Deno.writeTextFileSync("r", "");
    return whole;
  };
  const tools = [uninstall(), jobs(runs, ends(0)), follow(spoil)];
  const { code, out, err, world } = await test(tools);
  equal(code, 1);
  match(out, /4711/);
  match(err, /error: cannot write the report to r: /);
  equal(world.commands.at(-1)!.startsWith("helm uninstall m-tester"), true);
});
