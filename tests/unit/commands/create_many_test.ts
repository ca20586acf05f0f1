/** Several charts in one call, one chart in an archive, and all problems at once. */

import { run } from "../../../src/cli/run.ts";
import { equal, match } from "../../support/assert.ts";
import { add_sub, create, files } from "../../support/create.ts";
import { fakeWorld, inFolder } from "../../support/fake_world.ts";
import { onnx } from "../../support/onnx.ts";

Deno.test("each variant gets a chart, all linted by one helm", () =>
  inFolder(async () => {
    const trt = "--model-name m --model-path m.onnx --target-formats trt onnx";
    const { code, out, commands } = await create(`${trt} --all-variants`);
    equal(code, 0);
    const made = ["m-trt-fp16", "m-trt-fp32", "m-onnx"];
    equal(out.split("\n").map((path) => path.split("/").at(-1)), made);
    equal([...Deno.readDirSync("navigator_workspace/charts")].length, 3);
    equal([commands.length, commands[0]!.split(" ").length], [1, 3 + 2 * made.length]);
    const values = (name: string) =>
      Deno.readTextFile(`navigator_workspace/charts/${name}/${name}-inference/values.yaml`);
    match(await values("m-trt-fp32"), /targetFormats: \[trt\][^]*tensorrtPrecisions: \[fp32\]/);
    match(await values("m-onnx"), /targetFormats: \[onnx\]/);
    const first = await create(trt);
    match(
      first.err,
      /the chart is for trt-fp16; --all-variants makes charts for trt-fp32, onnx too/,
    );
    match(await values("m").catch(() => ""), /targetFormats: \[trt\]/);
  }));

Deno.test("one name that is too long for a variant stops all", () =>
  inFolder(async () => {
    const name = "a".repeat(35);
    const { code, err } = await create(
      `--model-name ${name} --model-path m.onnx --target-formats trt onnx --all-variants`,
      {},
    );
    equal(code, 2);
    match(err, /--model-name: `a{35}-trt-fp16` has 44 characters, at most 43/);
    equal([...Deno.readDirSync(".")].length, 0);
  }));

Deno.test("what the options, the folders and the model file say wrong is said at once", () =>
  inFolder(async () => {
    await Deno.mkdir("charts/m", { recursive: true });
    await Deno.writeFile(
      "m.onnx",
      onnx({
        inputs: [{ name: "x", shape: ["batch", 3] }],
        outputs: [{ name: "y", shape: [3] }],
      }),
    );
    await Deno.writeTextFile("n.yaml", "batching: dynamic\nmax_queue_delay_us: -1\n");
    const { code, err } = await create(
      "--model-name m --model-path m.onnx --charts-repository charts --config-path n.yaml",
      {},
    );
    equal(code, 2);
    match(err, /^error: n\.yaml:2 max_queue_delay_us: must be an integer of at least 0, not -1$/m);
    match(err, /^error: charts\/m: is there already and was not generated/m);
    match(err, /^error: n\.yaml:1 batching: is dynamic, but `y:3:float32` does not begin with/m);
  }));

Deno.test("--output-package writes the tree as one archive, which build, push and install take", () =>
  inFolder(async (folder) => {
    await Deno.mkdir("out");
    const { code } = await create(`${add_sub} --output-package out/m.tgz`);
    equal(code, 0);
    equal(files("out"), ["m.tgz"]);
    const real = await Deno.realPath(folder);
    const world = fakeWorld({
      tools: [{ starts: "docker version" }, { starts: "helm template prod" }],
    });
    equal(await run(["build", "out/m.tgz", "--dry-run"], world), 0);
    const tree = `${real}/out/.helm-navigator/m`;
    equal(world.stdout, [
      `docker build --force-rm --file ${tree}/Dockerfile --tag add-sub-i0:0.1.0 ${tree}`,
    ]);
    equal(files(tree), files("navigator_workspace/charts/add_sub_i0"));
    equal(await run(["install", "prod", "out/m.tgz", "--skip-preflight", "--dry-run"], world), 0);
    match(world.stdout[1]!, /upgrade --install prod .*\/m\/add-sub-i0-inference /);
    const again = await create(`${add_sub} --output-package out/n.tgz`);
    equal(again.code, 0);
    equal(await Deno.readFile("out/m.tgz"), await Deno.readFile("out/n.tgz"));
  }));

Deno.test("an archive that cannot be written stops all; several charts do not fit into one", () =>
  inFolder(async () => {
    const failed = await create(`${add_sub} --output-package none/m.tgz`);
    equal(failed.code, 1);
    match(failed.err, /cannot write to none\/m\.tgz: No such file/);
    equal(files("."), []);
    const several = await create(
      "--model-name m --model-path m.onnx --target-formats trt --all-variants --output-package m.tgz",
      {},
    );
    equal(several.code, 2);
    match(several.err, /--output-package: is one archive, but --all-variants makes 2 charts/);
  }));
