/** What an ONNX file says about itself: inputs, outputs, opset, external data; never its tensors. */

import { UserError } from "../errors.ts";
import type { RandomAccessFile } from "../world.ts";
import { dtypeFromOnnx } from "./dtype.ts";
import { readOpset, readStringEntry, readValueInfo, type ValueInfo } from "./onnx_value.ts";
import { BrokenMessage, type Range, readAs, type Walker } from "./protobuf_walk.ts";
import type { ToldSignature, ToldTensor } from "./tensor.ts";

export interface OnnxModel extends ToldSignature {
  /** Of the default domain; 0 when the model names none. */
  readonly opset: number;
  /** Files that hold tensors, as the model names them: relative to its own folder. */
  readonly externalData: readonly string[];
}

/** Field numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto */
const MODEL = { graph: 7, opset: 8 } as const;
const GRAPH = { node: 1, initializer: 5, input: 11, output: 12, sparseInitializer: 15 } as const;
const NODE = { attribute: 5 } as const;
const ATTRIBUTE = { tensor: 5, graph: 6, tensors: 10, graphs: 11 } as const;
const TENSOR = { name: 8, externalData: 13 } as const;
const SPARSE_TENSOR = { values: 1, indices: 2 } as const;

/** Graphs within graphs: real models stay below 10. */
const MAX_DEPTH = 50;

interface Found {
  opset: number;
  readonly inputs: ValueInfo[];
  readonly outputs: ValueInfo[];
  readonly initializers: Set<string>;
  readonly externalData: Set<string>;
}

/**
 * @param name what messages call the file
 * @throws UserError when it is no ONNX model, or one that Triton cannot serve
 */
export async function readOnnx(file: RandomAccessFile, name = "the model"): Promise<OnnxModel> {
  const found = await readAs("ONNX", { file, name }, readModel);
  // Up to IR version 3 every initializer had to be an input too.
  const inputs = found.inputs.filter((input) => !found.initializers.has(input.name));
  return {
    inputs: inputs.map((value) => tensor(value, name)),
    outputs: found.outputs.map((value) => tensor(value, name)),
    opset: found.opset,
    externalData: [...found.externalData],
  };
}

function tensor({ name, elementType, shape }: ValueInfo, file: string): ToldTensor {
  const dtype = dtypeFromOnnx(elementType);
  if (dtype === undefined) {
    const problem = elementType === 0
      ? { what: `\`${name}\` is not a tensor`, hint: "export the model with plain tensors" }
      : { what: `\`${name}\` has the ONNX element type ${elementType}, which Triton lacks` };
    throw new UserError({ where: file, ...problem });
  }
  return { name, dtype, shape };
}

async function readModel(walker: Walker, range: Range): Promise<Found> {
  const found: Found = {
    opset: 0,
    inputs: [],
    outputs: [],
    initializers: new Set(),
    externalData: new Set(),
  };
  let hasGraph = false;
  await walker.walk(range, (field) => {
    if (field.number === MODEL.graph && field.isMessage) {
      hasGraph = true;
      return readGraph(walker, field, found, 0);
    }
    if (field.number === MODEL.opset) {
      return walker.bytes(field).then((bytes) => {
        const { domain, version } = readOpset(bytes);
        if (domain === "" || domain === "ai.onnx") found.opset = version;
      });
    }
  });
  if (!hasGraph) throw new BrokenMessage("holds no graph");
  return found;
}

function readGraph(walker: Walker, range: Range, found: Found, depth: number): Promise<void> {
  if (depth > MAX_DEPTH) throw new BrokenMessage(`nests graphs more than ${MAX_DEPTH} deep`);
  return walker.walk(range, (field) => {
    switch (field.number) {
      case GRAPH.node:
        return readNode(walker, field, found, depth);
      case GRAPH.initializer:
        return readTensor(walker, field, found, depth === 0);
      case GRAPH.sparseInitializer:
        return readSparse(walker, field, found, depth === 0);
      case GRAPH.input:
      case GRAPH.output: {
        if (depth > 0) return;
        const list = field.number === GRAPH.input ? found.inputs : found.outputs;
        return walker.bytes(field).then((bytes) => void list.push(readValueInfo(bytes)));
      }
    }
  });
}

/** Attributes hold tensors (constants) and graphs (the branches of an If), which name files too. */
function readNode(walker: Walker, range: Range, found: Found, depth: number): Promise<void> {
  return walker.walk(range, (field) => {
    if (field.number !== NODE.attribute) return;
    return walker.walk(field, (part) => {
      if (!part.isMessage) return;
      if (part.number === ATTRIBUTE.tensor || part.number === ATTRIBUTE.tensors) {
        return readTensor(walker, part, found, false);
      }
      if (part.number === ATTRIBUTE.graph || part.number === ATTRIBUTE.graphs) {
        return readGraph(walker, part, found, depth + 1);
      }
    });
  });
}

function readSparse(walker: Walker, range: Range, found: Found, named: boolean): Promise<void> {
  return walker.walk(range, (field) => {
    const isTensor = field.number === SPARSE_TENSOR.values ||
      field.number === SPARSE_TENSOR.indices;
    if (isTensor) return readTensor(walker, field, found, named);
  });
}

function readTensor(walker: Walker, range: Range, found: Found, named: boolean): Promise<void> {
  return walker.walk(range, (field) => {
    if (field.number === TENSOR.name && named) {
      return walker.bytes(field).then((bytes) => {
        found.initializers.add(new TextDecoder().decode(bytes));
      });
    }
    if (field.number === TENSOR.externalData) {
      return walker.bytes(field).then((bytes) => {
        const { key, value } = readStringEntry(bytes);
        if (key === "location") found.externalData.add(value);
      });
    }
  });
}
