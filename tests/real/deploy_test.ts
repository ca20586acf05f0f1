/** The real parts of `deploy`: protobuf's own reader of config.pbtxt, and a real model. */

import type { Config } from "../../src/config/schema.ts";
import { realFiles } from "../../src/io/files.ts";
import { readOnnx } from "../../src/model/onnx.ts";
import type { TensorSpec } from "../../src/model/tensor.ts";
import {
  type ModelConfigRequest,
  planModelConfig,
  printModelConfig,
} from "../../src/triton/model_config.ts";
import { equal } from "../support/assert.ts";
import { part, ROOT, runProgram } from "../support/program.ts";

/** Reads config.pbtxt from stdin with Triton's own definition and prints it as JSON. */
const PARSER = `
import sys
from google.protobuf import json_format, text_format
from tritonclient.grpc.model_config_pb2 import ModelConfig
config = text_format.Parse(sys.stdin.buffer.read(), ModelConfig())
print(json_format.MessageToJson(config, preserving_proto_field_name=True))
`;

async function parse(text: string): Promise<unknown> {
  const python = new Deno.Command(part("NAVIGATOR_PYTHON"), {
    args: ["-c", PARSER],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = python.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { code, stdout, stderr } = await python.output();
  equal(code, 0, `${new TextDecoder().decode(stderr)}\n${text}`);
  return JSON.parse(new TextDecoder().decode(stdout));
}

const x: TensorSpec = { name: "x", shape: [-1, 3, -1], dtype: "float32" };
const flat: TensorSpec = { name: "label", shape: [-1], dtype: "int64" };

function request(
  given: Partial<Config>,
  rest: Partial<ModelConfigRequest> = {},
): ModelConfigRequest {
  const config = {
    model_name: "m",
    model_version: 1,
    max_batch_size: 8,
    batching: "static",
    ...given,
  } as Config;
  return { config, format: "onnx", signature: { inputs: [x], outputs: [flat] }, ...rest };
}

/** 64-bit integers are texts in protobuf's JSON. */
const tensors = {
  input: [{ name: "x", data_type: "TYPE_FP32", dims: ["3", "-1"] }],
  output: [{ name: "label", data_type: "TYPE_INT64", dims: ["1"], reshape: {} }],
};
const version = { version_policy: { specific: { versions: ["1"] } } };

Deno.test("config.pbtxt is what Triton's own definition says it is", async (t) => {
  const rows: Record<string, [ModelConfigRequest, Record<string, unknown>]> = {
    "static": [request({}), {
      name: "m",
      backend: "onnxruntime",
      max_batch_size: 8,
      ...tensors,
      ...version,
      default_model_filename: "model.onnx",
    }],
    "disabled": [
      request({ batching: "disabled" }, { signature: { inputs: [x], outputs: [] } }),
      {
        name: "m",
        backend: "onnxruntime",
        input: [{ name: "x", data_type: "TYPE_FP32", dims: ["-1", "3", "-1"] }],
        ...version,
        default_model_filename: "model.onnx",
      },
    ],
    "dynamic with a delay, on both kinds": [
      request({
        batching: "dynamic",
        max_queue_delay_us: 100,
        engine_count_per_device: { gpu: 2, cpu: 1 },
        model_version: 7,
      }),
      {
        name: "m",
        backend: "onnxruntime",
        max_batch_size: 8,
        ...tensors,
        version_policy: { specific: { versions: ["7"] } },
        instance_group: [{ count: 2, kind: "KIND_GPU" }, { count: 1, kind: "KIND_CPU" }],
        dynamic_batching: { preferred_batch_size: [8], max_queue_delay_microseconds: "100" },
        default_model_filename: "model.onnx",
      },
    ],
    "plain dynamic": [
      request({ batching: "dynamic" }, { format: "torchscript" }),
      {
        name: "m",
        backend: "pytorch",
        max_batch_size: 8,
        ...tensors,
        ...version,
        dynamic_batching: {},
        default_model_filename: "model.pt",
      },
    ],
    "a plan that tells its tensors itself": [request({}, { format: "trt", signature: {} }), {
      name: "m",
      platform: "tensorrt_plan",
      max_batch_size: 8,
      ...version,
      default_model_filename: "model.plan",
    }],
    "a SavedModel": [request({}, { format: "tf-savedmodel", signature: {} }), {
      name: "m",
      backend: "tensorflow",
      max_batch_size: 8,
      ...version,
      default_model_filename: "model.savedmodel",
    }],
  };
  for (const [name, [given, expected]] of Object.entries(rows)) {
    await t.step(name, async () => {
      equal(await parse(printModelConfig(planModelConfig(given))), expected);
    });
  }
});

Deno.test("config.pbtxt: names of every kind survive", async () => {
  const names = ['a"b', "a\\b", "é😀", "tab\there", "it's", "x:0", "a/b/c", "\u0001"];
  const inputs = names.map((name) => ({ ...x, name }));
  const config = planModelConfig(request({}, { signature: { inputs } }));
  const parsed = await parse(printModelConfig(config)) as { input: { name: string }[] };
  equal(parsed.input.map(({ name }) => name), names);
});

Deno.test("a real model: its signature, and `deploy` by the program", async () => {
  const model = part("NAVIGATOR_EXAMPLE_MODEL");
  const file = await realFiles().open(model);
  try {
    equal(await readOnnx(file), {
      inputs: [{ name: "bytes", dtype: "int32", shape: [-1, 2048] }],
      outputs: [{ name: "target_label", dtype: "float32", shape: [-1, 214] }],
      opset: 15,
      externalData: [],
    });
  } finally {
    file.close();
  }
  const folder = await Deno.makeTempDir();
  try {
    const args = ["deploy", "--model-name=magika", `--model-uri=file://${model}`];
    const outcome = await runProgram(Deno.execPath(), [
      "run",
      "-A",
      `${ROOT}main.ts`,
      ...args,
      `--model-repository=${folder}/models`,
    ]);
    equal(outcome.code, 0, outcome.stderr);
    equal(outcome.stdout, `${folder}/models/magika\n`);
    const placed = await Deno.readFile(`${folder}/models/magika/1/model.onnx`);
    equal(placed.length, (await Deno.stat(model)).size);
    equal(await parse(await Deno.readTextFile(`${folder}/models/magika/config.pbtxt`)), {
      name: "magika",
      backend: "onnxruntime",
      max_batch_size: 128,
      input: [{ name: "bytes", data_type: "TYPE_INT32", dims: ["2048"] }],
      output: [{ name: "target_label", data_type: "TYPE_FP32", dims: ["214"] }],
      ...version,
      default_model_filename: "model.onnx",
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
