import { frameworkImage, perfAnalyzerImage, tritonImage } from "../../../src/plan/base_image.ts";
import { planCharts } from "../../../src/plan/charts.ts";
import { planConversion, reachableFormats } from "../../../src/plan/conversion.ts";
import { chartBaseName, chartNameProblem, testerRelease } from "../../../src/plan/names.ts";
import { narrowConfig, planVariants } from "../../../src/plan/variant.ts";
import { variantProblems } from "../../../src/plan/variant_problems.ts";
import { equal, match } from "../../support/assert.ts";
import { byFlag, configFrom, type Flags } from "../../support/settings.ts";

const plan = (flags: Flags) => planVariants(configFrom(flags), { where: byFlag });
const names = (flags: Flags) => plan(flags).variants.map(({ name }) => name);
const problems = (flags: Flags) => {
  const config = configFrom(flags);
  return variantProblems(config, { path: config.model_path, where: byFlag });
};

Deno.test("the format comes from the option, else from the file's name", () => {
  const rows: [Flags, string, string][] = [
    [{ model_path: "a/m.onnx" }, "onnx", "pytorch"],
    [{ model_path: "m.PT" }, "torchscript", "pytorch"],
    [{ model_path: "m.savedmodel/" }, "tf-savedmodel", "tensorflow"],
    [{ model_path: "m.plan" }, "trt", "pytorch"],
    [{ model_path: "m", model_format: "onnx" }, "onnx", "pytorch"],
    [{ model_path: "m.onnx", model_format: "trt" }, "trt", "pytorch"],
  ];
  for (const [flags, format, framework] of rows) {
    const [variant] = plan(flags).variants;
    equal<unknown>([variant!.source, variant!.target, variant!.framework], [
      format,
      format,
      framework,
    ]);
    equal(variant!.steps, []);
  }
});

Deno.test("a conversion is a chain of tools, or impossible", () => {
  const tools = (...[from, to]: Parameters<typeof planConversion>) =>
    planConversion(from, to)?.map(({ tool }) => tool).join(" ");
  equal(tools("tf-savedmodel", "trt"), "tf2onnx polygraphy");
  equal(tools("torchscript", "trt"), "torch.onnx polygraphy");
  equal(tools("torchscript", "torch-trt"), "torch_tensorrt");
  equal(tools("tf-savedmodel", "tf-trt"), "tf-trt");
  equal(tools("onnx", "onnx"), "");
  equal(tools("onnx", "torchscript"), undefined);
  equal(tools("trt", "onnx"), undefined);
  equal(reachableFormats("torchscript"), ["torchscript", "onnx", "trt", "torch-trt"]);
});

Deno.test("formats, opsets and precisions multiply; each variant says its choices in its name", () => {
  const pt = { model_path: "m.pt" };
  equal(names(pt), ["torchscript"]);
  equal(names({ ...pt, target_formats: ["torchscript", "onnx"] }), ["torchscript", "onnx-op13"]);
  equal(names({ ...pt, target_formats: "trt", onnx_opsets: ["11", "17"] }), [
    "trt-op11-fp16",
    "trt-op11-fp32",
    "trt-op17-fp16",
    "trt-op17-fp32",
  ]);
  const onnx = { model_path: "m.onnx", target_formats: "trt" };
  equal(names({ ...onnx, onnx_opsets: ["11", "17"] }), ["trt-fp16", "trt-fp32"]);
  equal(names({ ...onnx, tensorrt_precisions: ["fp32", "tf32"] }), ["trt-fp32"]);
  equal(
    names({ ...onnx, tensorrt_precisions: ["int8", "fp32"], tensorrt_precisions_mode: "mixed" }),
    ["trt-int8", "trt-fp32", "trt-int8-single", "trt-fp32-single"],
  );
});

Deno.test("the modes let TensorRT choose from what the document says", () => {
  const flags = (precision: string, mode: string) =>
    plan({
      model_path: "m.onnx",
      target_formats: "trt",
      tensorrt_precisions: precision,
      tensorrt_precisions_mode: mode,
    }).variants.map((variant) => variant.precision!.flags.join(" "));
  equal(flags("int8", "hierarchy"), ["tf32 fp16 int8"]);
  equal(flags("fp16", "hierarchy"), ["tf32 fp16"]);
  equal(flags("fp32", "hierarchy"), ["tf32"]);
  equal(flags("int8", "single"), ["int8"]);
  equal(flags("fp32", "single"), [""]);
  equal(flags("fp16", "mixed"), ["tf32 fp16", "fp16"]);
});

Deno.test("what cannot be served is refused", () => {
  const where = (flags: Flags) => problems(flags).map((p) => p.where);
  equal(where({ model_path: "m" }), ["--model-format"]);
  equal(where({ model_path: "m.onnx", target_formats: ["trt", "onnx"] }), []);
  equal(where({ model_path: "m.onnx", target_formats: ["trt", "torchscript"] }), [
    "--target-formats",
  ]);
  const savedModel = { model_path: "m.savedmodel", container_version: "25.03" };
  equal(where({ ...savedModel, container_version: "25.02" }), []);
  equal(where(savedModel), ["--container-version"]);
  equal(where({ ...savedModel, target_formats: "onnx" }), ["--container-version"]);
  equal(where({ ...savedModel, target_formats: "onnx", framework_docker_image: "tf:2" }), []);
  equal(where({ model_path: "m.onnx", container_version: "25.03" }), []);
});

Deno.test("an accelerator that no format takes is refused; formats that it does not take are left out", () => {
  const rows: [Flags, string[]][] = [
    [{ model_path: "m.onnx", backend_accelerator: "amp" }, ["--backend-accelerator"]],
    [{ model_path: "m.plan", backend_accelerator: "trt" }, ["--backend-accelerator"]],
    [{ model_path: "m.pt", backend_accelerator: "openvino" }, ["--backend-accelerator"]],
    [{ model_path: "m.pt", backend_accelerator: "none" }, []],
    [{ model_path: "m.onnx", backend_accelerator: "openvino" }, []],
    [
      { model_path: "m.savedmodel", backend_accelerator: "trt", tensorrt_precision: "int8" },
      ["--tensorrt-precision"],
    ],
    [{ model_path: "m.onnx", backend_accelerator: "trt", tensorrt_precision: "int8" }, []],
    [
      { model_path: "m.onnx", tensorrt_capture_cuda_graph: "true" },
      ["--tensorrt-capture-cuda-graph"],
    ],
    [{ model_path: "m.plan", tensorrt_capture_cuda_graph: "true" }, []],
    [
      {
        model_path: "m.onnx",
        target_formats: ["onnx", "trt"],
        backend_accelerator: "trt",
        tensorrt_capture_cuda_graph: "true",
      },
      ["--tensorrt-capture-cuda-graph"],
    ],
  ];
  for (const [flags, expected] of rows) {
    equal(problems(flags).map(({ where }) => where), expected, JSON.stringify(flags));
  }
  const both = {
    model_path: "m.onnx",
    target_formats: ["trt", "onnx"],
    backend_accelerator: "trt",
  };
  equal(names(both), ["onnx"]);
  equal(plan(both).leftOut.map(({ format }) => format), ["trt"]);
  match(plan(both).leftOut[0]!.reason, /the accelerator trt takes onnx and tf-savedmodel only/);
});

Deno.test("each variant's own options serve it", () => {
  const rows: Flags[] = [
    { model_path: "m.onnx", tensorrt_capture_cuda_graph: "true" },
    { model_path: "m.savedmodel", tensorrt_capture_cuda_graph: "true" },
    { model_path: "m.savedmodel", backend_accelerator: "amp" },
  ];
  const targets = ["onnx", "trt", "tf-savedmodel", "tf-trt"];
  for (const flags of rows) {
    const config = configFrom({
      ...flags,
      target_formats: flags.model_path === "m.onnx" ? targets.slice(0, 2) : targets,
    });
    const { variants } = planVariants(config, { where: byFlag });
    equal(variants.length > 1, true);
    for (const variant of variants) {
      const narrow = narrowConfig(config, variant);
      equal(variantProblems(narrow, { path: narrow.model_path, where: byFlag }), []);
      equal(
        narrow.tensorrt_capture_cuda_graph,
        config.tensorrt_capture_cuda_graph && variant.target === "trt",
      );
    }
  }
});

Deno.test("one chart for the first variant, or one for each", () => {
  const flags = { model_path: "m.onnx", target_formats: "trt", chart_name: "a.B" };
  const charts = (all: boolean) =>
    planCharts(configFrom(flags), plan(flags), { all }).map(({ directory, name, variant }) =>
      `${directory} ${name} ${variant.name}`
    );
  equal(charts(false), ["a.B a-b trt-fp16"]);
  equal(charts(true), ["a.B-trt-fp16 a-b-trt-fp16 trt-fp16", "a.B-trt-fp32 a-b-trt-fp32 trt-fp32"]);
});

Deno.test("images are the user's, else NVIDIA's for the framework of the model", () => {
  const images = (flags: Flags) => {
    const some = configFrom({ model_path: "m.onnx", ...flags });
    const [variant] = planVariants(some, { where: byFlag }).variants;
    return [frameworkImage(some, variant!), tritonImage(some)];
  };
  equal(images({}), ["nvcr.io/nvidia/pytorch:22.07-py3", "nvcr.io/nvidia/tritonserver:22.07-py3"]);
  for (const target_formats of ["tf-savedmodel", "onnx", "trt"]) {
    equal(images({ model_path: "m.savedmodel", container_version: "24.10", target_formats }), [
      "nvcr.io/nvidia/tensorflow:24.10-tf2-py3",
      "nvcr.io/nvidia/tritonserver:24.10-py3",
    ]);
  }
  equal(images({ framework_docker_image: "f:1", triton_docker_image: "t:1" }), ["f:1", "t:1"]);
});

Deno.test("perf_analyzer comes from the SDK image of a release where its wheel does not start", () => {
  const image = (flags: Flags) => perfAnalyzerImage(configFrom({ model_path: "m.onnx", ...flags }));
  equal(image({}), "nvcr.io/nvidia/tritonserver:22.07-py3-sdk");
  equal(image({ container_version: "24.10" }), "nvcr.io/nvidia/tritonserver:24.10-py3-sdk");
  equal(image({ container_version: "24.11" }), "${FRAMEWORK_IMAGE}");
  equal(image({ framework_docker_image: "f:1" }), "${FRAMEWORK_IMAGE}");
});

Deno.test("names", () => {
  equal(chartBaseName("add_sub.I0"), "add-sub-i0");
  equal(chartNameProblem("a".repeat(43)), undefined);
  match(chartNameProblem("a".repeat(44))!.what, /has 44 characters, at most 43/);
  for (const name of ["9", ".", "..", "a/b", "../x", "-a", "a-", "", "ä", "a b"]) {
    match(chartNameProblem(name)!.what, /cannot become the name of a chart/);
  }
  equal(testerRelease("add-sub-inference"), "add-sub-tester");
  equal(testerRelease("prod"), "prod-tester");
  equal(testerRelease("a".repeat(53)).length, 53);
});
