/** What the server says about itself and the model. */

import * as v from "valibot";
import { ToolError } from "../errors.ts";
import { dtypeFromTriton } from "../model/dtype.ts";
import type { TensorSpec } from "../model/tensor.ts";
import type { World } from "../world.ts";
import { ask, printAnswer } from "./ask.ts";
import { type ModelAddress, modelUrl } from "./server_url.ts";

export interface ServedModel {
  readonly serverVersion: string;
  /** `onnxruntime_onnx`, or the backend's name. */
  readonly platform: string;
  /** 0: Triton does not batch this model. */
  readonly maxBatchSize: number;
  readonly dynamicBatching: boolean;
  /** `1 × KIND_GPU` */
  readonly instances: readonly string[];
  /** All that Triton says of it. */
  readonly configuration: Readonly<Record<string, unknown>>;
  /** Whole shapes: with the batch axis where `maxBatchSize` is above 0. */
  readonly inputs: readonly TensorSpec[];
}

/** https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_model_configuration.md */
const configurationSchema = v.looseObject({
  max_batch_size: v.optional(v.number(), 0),
  dynamic_batching: v.optional(v.unknown()),
  platform: v.optional(v.string(), ""),
  backend: v.optional(v.string(), ""),
  instance_group: v.optional(
    v.array(
      v.looseObject({
        kind: v.optional(v.string(), "KIND_AUTO"),
        count: v.optional(v.number(), 1),
      }),
    ),
    [],
  ),
});

/** https://github.com/kserve/open-inference-protocol/blob/main/specification/protocol/inference_rest.md */
const metadataSchema = v.object({
  inputs: v.array(v.object({
    name: v.string(),
    datatype: v.string(),
    shape: v.array(v.number()),
  })),
});

const serverSchema = v.object({ version: v.string() });

export async function readServedModel(address: ModelAddress, world: World): Promise<ServedModel> {
  const server = await read(`${address.url}/v2`, serverSchema, world);
  const configuration = await read(`${modelUrl(address)}/config`, configurationSchema, world);
  const metadata = await read(modelUrl(address), metadataSchema, world);
  return {
    serverVersion: server.version,
    platform: configuration.platform || configuration.backend,
    maxBatchSize: configuration.max_batch_size,
    dynamicBatching: configuration.dynamic_batching !== undefined,
    instances: configuration.instance_group.map(({ kind, count }) => `${count} × ${kind}`),
    configuration,
    inputs: metadata.inputs.map(tensor),
  };
}

async function read<S extends v.GenericSchema>(
  url: string,
  schema: S,
  world: World,
): Promise<v.InferOutput<S>> {
  const answer = await ask(url, world);
  if (!("status" in answer) || answer.status !== 200) {
    throw new ToolError(`The server did not answer ${url}: ${printAnswer(answer)}`, {
      hint: "see the server's log with `kubectl logs`",
    });
  }
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), answer.body);
  if (result.success) return result.output;
  throw new ToolError(`${url} does not answer as Triton does: ${printAnswer(answer)}`, {
    hint: "is it the HTTP port (8000) of a Triton server?",
  });
}

function tensor(input: { name: string; datatype: string; shape: number[] }): TensorSpec {
  const dtype = dtypeFromTriton(input.datatype);
  if (dtype) return { name: input.name, shape: input.shape, dtype };
  throw new ToolError(
    `Input \`${input.name}\` has the type ${input.datatype}, which has no samples`,
  );
}
