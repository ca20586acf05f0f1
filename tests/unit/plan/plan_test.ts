import { configOptions } from "../../../src/config/schema.ts";
import { loadSettings } from "../../../src/config/load.ts";
import { fromFlags } from "../../../src/config/sources.ts";
import { frameworkImage, tritonImage } from "../../../src/plan/base_image.ts";
import { chartBaseName, chartNameProblems, testerRelease } from "../../../src/plan/names.ts";
import { planVariant, variantProblems } from "../../../src/plan/variant.ts";
import type { Config } from "../../../src/config/schema.ts";
import { equal } from "../../support/assert.ts";

function config(flags: Record<string, string>): Config {
  const words = Object.entries({ model_name: "m", ...flags }).map(([key, word]) => ({
    key,
    words: [word],
  }));
  return loadSettings({
    options: configOptions,
    sources: [fromFlags(configOptions, words)],
  }) as Config;
}

Deno.test("the format comes from the option, else from the file's name", () => {
  const rows: [Record<string, string>, string, string][] = [
    [{ model_path: "a/m.onnx" }, "onnx", "pytorch"],
    [{ model_path: "m.PT" }, "torchscript", "pytorch"],
    [{ model_path: "m.savedmodel/" }, "tf-savedmodel", "tensorflow"],
    [{ model_path: "m.plan" }, "trt", "pytorch"],
    [{ model_path: "m", model_format: "onnx" }, "onnx", "pytorch"],
    [{ model_path: "m.onnx", model_format: "trt" }, "trt", "pytorch"],
  ];
  for (const [flags, format, framework] of rows) {
    const variant = planVariant(config(flags));
    equal([variant.source, variant.target, variant.framework as string], [
      format,
      format,
      framework,
    ]);
  }
});

Deno.test("what cannot be served is refused", () => {
  const where = (flags: Record<string, string>) =>
    variantProblems(config(flags)).map((p) => p.where);
  equal(where({ model_path: "m" }), ["--model-format"]);
  equal(where({ model_path: "m.onnx", target_formats: "trt" }), ["--target-formats"]);
  equal(where({ model_path: "m.savedmodel", container_version: "25.02" }), []);
  equal(where({ model_path: "m.savedmodel", container_version: "25.03" }), ["--container-version"]);
  equal(where({ model_path: "m.onnx", container_version: "25.03" }), []);
});

Deno.test("images are the user's, else NVIDIA's", () => {
  const images = (flags: Record<string, string>) => {
    const some = config({ model_path: "m.onnx", ...flags });
    return [frameworkImage(some, planVariant(some)), tritonImage(some)];
  };
  equal(images({}), ["nvcr.io/nvidia/pytorch:22.07-py3", "nvcr.io/nvidia/tritonserver:22.07-py3"]);
  equal(images({ model_path: "m.savedmodel", container_version: "24.10" }), [
    "nvcr.io/nvidia/tensorflow:24.10-tf2-py3",
    "nvcr.io/nvidia/tritonserver:24.10-py3",
  ]);
  equal(images({ framework_docker_image: "f:1", triton_docker_image: "t:1" }), ["f:1", "t:1"]);
});

Deno.test("names", () => {
  equal(chartBaseName("add_sub.I0"), "add-sub-i0");
  equal(chartNameProblems({ chart_name: "a".repeat(43) }), []);
  equal(chartNameProblems({ chart_name: "a".repeat(44) }).length, 1);
  equal(chartNameProblems({ model_name: "9" }).length, 1);
  equal(testerRelease("add-sub-inference"), "add-sub-tester");
  equal(testerRelease("prod"), "prod-tester");
  equal(testerRelease("a".repeat(53)).length, 53);
});
