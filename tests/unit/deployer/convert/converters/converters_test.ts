import type { Converter } from "../../../../../src/deployer/convert/converters/conversion.ts";
import {
  engineSignature,
  polygraphy,
} from "../../../../../src/deployer/convert/converters/polygraphy.ts";
import { tf2onnx } from "../../../../../src/deployer/convert/converters/tf2onnx.ts";
import { tfTrt } from "../../../../../src/deployer/convert/converters/tf_trt.ts";
import { torchOnnx } from "../../../../../src/deployer/convert/converters/torch_onnx.ts";
import { torchTensorrt } from "../../../../../src/deployer/convert/converters/torch_tensorrt.ts";
import { ToolError } from "../../../../../src/errors.ts";
import { equal, failure, match, ok } from "../../../../support/assert.ts";
import { conversionFrom, printed } from "../../../../support/conversion.ts";
import type { Flags } from "../../../../support/settings.ts";

const savedModel: Flags = { model_path: "m.savedmodel", target_formats: "onnx" };
const torch: Flags = { model_path: "m.pt", target_formats: "onnx" };
const engine: Flags = { model_path: "m.onnx", target_formats: "trt" };
const torchTrt: Flags = { model_path: "m.pt", target_formats: "torch-trt" };
const tensorflowTrt: Flags = { model_path: "m.savedmodel", target_formats: "tf-trt" };

const shapes = "--trt-min-shapes 'image:[1,3,1]' 'label:[1]' --trt-opt-shapes 'image:[8,3,9]' " +
  "'label:[8]' --trt-max-shapes 'image:[8,3,9]' 'label:[8]'";
const plan = "polygraphy convert /w/source/model --convert-to trt --output /w/trt/model";
const workspace = "--pool-limit workspace:4294967296";

interface Row {
  readonly converter: Converter;
  readonly flags: Flags;
  readonly facts?: { readonly bytes?: number; readonly tensorrt?: string };
  readonly lines: readonly string[];
}

const rows: Readonly<Record<string, Row>> = {
  "a SavedModel": {
    converter: tf2onnx,
    flags: { ...savedModel, onnx_opsets: "15" },
    lines: [
      "python3 -m tf2onnx.convert --saved-model /w/source/model --tag serve " +
      "--signature_def serving_default --opset 15 --output /w/onnx/model",
    ],
  },
  "a SavedModel of 2 GiB": {
    converter: tf2onnx,
    flags: savedModel,
    facts: { bytes: 2 ** 31 },
    lines: [
      "python3 -c 'import numpy; numpy.product = numpy.prod; from tf2onnx.convert import main; " +
      "main()' --saved-model /w/source/model --tag serve --signature_def serving_default " +
      "--opset 13 --large_model --output /w/onnx/model.zip",
      "python3 -m zipfile --extract /w/onnx/model.zip /w/onnx",
    ],
  },
  "TorchScript, on chosen GPUs": {
    converter: torchOnnx,
    flags: { ...torch, gpus: ["1", "3"] },
    lines: [
      "CUDA_VISIBLE_DEVICES=1,3 python3 /w/scripts/torch_to_onnx.py /w/source/model " +
      "/w/onnx/model 13",
    ],
  },
  "a plan": {
    converter: polygraphy,
    flags: engine,
    facts: { tensorrt: "8.4.1" },
    lines: [`${plan} ${shapes} --tf32 --fp16 ${workspace}`],
  },
  "a plan for sparse weights, from fixed shapes": {
    converter: polygraphy,
    flags: {
      ...engine,
      inputs: "x:2,3:float32",
      max_shapes: [],
      batching: "disabled",
      tensorrt_sparse_weights: [],
      tensorrt_precisions: "fp32",
      tensorrt_precisions_mode: "single",
      tensorrt_max_workspace_size: "1024",
      gpus: "0",
    },
    facts: { tensorrt: "10.3.0" },
    lines: [`CUDA_VISIBLE_DEVICES=0 ${plan} --pool-limit workspace:1024 --sparse-weights`],
  },
  "a plan in int8, calibrated on the dataset": {
    converter: polygraphy,
    flags: { ...engine, tensorrt_precisions: "int8" },
    facts: { tensorrt: "10.3.0" },
    lines: [
      `${plan} ${shapes} --tf32 --fp16 --int8 --data-loader-script /w/scripts/samples.py ` +
      workspace,
    ],
  },
  "the same with 32 bits, before TensorRT 10": {
    converter: polygraphy,
    flags: { ...engine, tensorrt_precisions: "int8", tensorrt_precisions_mode: "single" },
    facts: { tensorrt: "8.6.1" },
    lines: [
      `${plan} ${shapes} --int8 --data-loader-script /w/scripts/samples.py:load_narrow_data ` +
      workspace,
    ],
  },
  "a quantized model": {
    converter: polygraphy,
    flags: { ...engine, tensorrt_explicit_precision: [] },
    facts: { tensorrt: "10.3.0" },
    lines: [`${plan} ${shapes} --strongly-typed --tf32 ${workspace}`],
  },
  "a quantized model, before strong typing": {
    converter: polygraphy,
    flags: { ...engine, tensorrt_explicit_precision: [], tensorrt_precisions: "fp32" },
    facts: { tensorrt: "8.4.1" },
    lines: [
      `${plan} ${shapes} --tf32 --int8 --data-loader-script ` +
      `/w/scripts/samples.py:load_narrow_data ${workspace}`,
    ],
  },
  "fp32 with TensorRT 11": {
    converter: polygraphy,
    flags: { ...engine, tensorrt_precisions: "fp32" },
    facts: { tensorrt: "11.4.1" },
    lines: [`${plan} ${shapes} --tf32 ${workspace}`],
  },
  "Torch-TensorRT": {
    converter: torchTensorrt,
    flags: { ...torchTrt, tensorrt_sparse_weights: [] },
    lines: [
      "python3 /w/scripts/torch_to_tensorrt.py /w/source/model /w/torch-trt/model " +
      "--workspace 4294967296 --tf32 --fp16 --sparse-weights",
    ],
  },
  "TF-TRT": {
    converter: tfTrt,
    flags: { ...tensorflowTrt, tensorrt_precisions: "int8" },
    lines: [
      "python3 /w/scripts/savedmodel_to_tensorrt.py /w/source/model /w/tf-trt/model " +
      "--signature serving_default --precision INT8 --workspace 4294967296 --tf32",
    ],
  },
  "TF-TRT in fp32 alone": {
    converter: tfTrt,
    flags: { ...tensorflowTrt, tensorrt_precisions: "fp32", tensorrt_precisions_mode: "single" },
    lines: [
      "python3 /w/scripts/savedmodel_to_tensorrt.py /w/source/model /w/tf-trt/model " +
      "--signature serving_default --precision FP32 --workspace 4294967296",
    ],
  },
};

Deno.test("each tool's command lines", async (t) => {
  for (const [name, { converter, flags, facts, lines }] of Object.entries(rows)) {
    await t.step(name, () => {
      equal(converter(conversionFrom(flags, facts)).commands.map(printed), lines);
    });
  }
});

Deno.test("a large model is found where its archive is unpacked", () => {
  const { result } = tf2onnx(conversionFrom(savedModel, { bytes: 2 ** 31 }));
  equal(result, "/w/onnx/__MODEL_PROTO.onnx");
});

Deno.test("TensorRT 11 chooses no precisions by itself", async () => {
  const conversion = conversionFrom(engine, { tensorrt: "11.4.1" });
  const error = await failure(() => polygraphy(conversion));
  ok(error instanceof ToolError);
  equal(error.message, "TensorRT 11.4.1 does not choose fp16 by itself any more");
  match(error.details.hint!, /tensorrt_explicit_precision: true/);
});

Deno.test("a plan of an old TensorRT has narrow integers", () => {
  const { model: { signature } } = conversionFrom(engine);
  const types = (tensorrt: string | undefined) =>
    engineSignature(signature, tensorrt).inputs.map(({ dtype }) => dtype);
  equal(types("8.6.1"), ["float32", "int32"]);
  equal(types("10.3.0"), ["float32", "int64"]);
});
