/** What a TensorFlow SavedModel says about itself: the signature that Triton serves; never its graph. */

import { type Problem, UserError } from "../errors.ts";
import type { RandomAccessFile } from "../world.ts";
import { dtypeFromTensorflow } from "./dtype.ts";
import { MAP_ENTRY } from "./protobuf_fields.ts";
import { BrokenMessage, type Range, readAs, type Walker } from "./protobuf_walk.ts";
import { readTensorEntry, type TensorInfo } from "./saved_model_value.ts";
import type { Signature, ToldSignature, ToldTensor } from "./tensor.ts";

/** Field numbers: https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/protobuf/saved_model.proto */
const SAVED_MODEL = { schemaVersion: 1, metaGraph: 2 } as const;
/** https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/protobuf/meta_graph.proto */
const META_GRAPH = { info: 1, signature: 5 } as const;
const META_INFO = { tag: 4 } as const;
const SIGNATURE = { input: 1, output: 2 } as const;

/** What is read of all graphs together: real models need a hundredth of it. */
const MAX_READ = 8 * 1024 * 1024;
/** What the smallest entry takes in memory. */
const ENTRY_COST = 256;

interface MetaGraph {
  readonly tags: Set<string>;
  readonly signatures: Map<string, FoundSignature>;
}

/** By the names that clients call the tensors by. */
type FoundSignature = Readonly<Record<keyof Signature, Map<string, TensorInfo>>>;

interface ServedSignature {
  readonly key: string;
  readonly signature: FoundSignature;
}

/**
 * @param file saved_model.pb
 * @param name what messages call the file
 * @throws UserError when it is no SavedModel, or one that Triton cannot serve
 */
export async function readSavedModel(
  file: RandomAccessFile,
  name = "the model",
): Promise<ToldSignature> {
  const { signature } = await readServed(file, name);
  const inputs = sorted(signature.inputs);
  const outputs = sorted(signature.outputs);
  const problems = [...inputs, ...outputs].flatMap(tensorProblems)
    .map((problem) => ({ where: name, ...problem }));
  if (problems.length > 0) throw new UserError(problems);
  return { inputs: inputs.map(toldTensor), outputs: outputs.map(toldTensor) };
}

/** The name of the signature that Triton serves: what converts the model must choose the same. */
export async function readSignatureKey(file: RandomAccessFile, name: string): Promise<string> {
  return (await readServed(file, name)).key;
}

async function readServed(file: RandomAccessFile, name: string): Promise<ServedSignature> {
  const graphs = await readAs("a SavedModel", { file, name }, readGraphs);
  return servedSignature(servedGraph(graphs, name), name);
}

/** By name: the order of a protobuf map is arbitrary, and the same model must give the same answer. */
function sorted(tensors: ReadonlyMap<string, TensorInfo>): TensorInfo[] {
  return [...tensors.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * TensorFlow's loader, Triton's too, wants a graph with these tags and no others:
 * https://github.com/tensorflow/tensorflow/blob/master/tensorflow/cc/saved_model/reader.cc
 */
function servedGraph(graphs: readonly MetaGraph[], name: string): MetaGraph {
  const served = graphs.find(({ tags }) => tags.size === 1 && tags.has("serve"));
  if (served !== undefined) return served;
  const tags = graphs.map((graph) => `\`${[...graph.tags].join(" ")}\``).join(", ");
  throw new UserError({
    where: name,
    what: "holds no graph with the tag `serve` alone, which is the one that Triton loads",
    hint: `its tags are ${tags}: save it with tf.saved_model.save, which tags it so`,
  });
}

/**
 * Where there is no `serving_default`, Triton takes whichever other comes first:
 * https://github.com/triton-inference-server/tensorflow_backend/blob/main/src/tensorflow_backend_tf.cc
 */
function servedSignature({ signatures }: MetaGraph, name: string): ServedSignature {
  const names = [...signatures.keys()].filter((key) =>
    !/^__saved_model_(init|train)_op$/.test(key)
  );
  const key = signatures.has("serving_default") || names.length !== 1
    ? "serving_default"
    : names[0]!;
  const signature = signatures.get(key);
  if (signature !== undefined) return { key, signature };
  const others = names.sort().map((key) => `\`${key}\``).join(", ");
  throw new UserError({
    where: name,
    what: names.length === 0
      ? "has no signature, so nothing tells its inputs and outputs"
      : `has no signature \`serving_default\`, and nothing tells which of the others Triton is ` +
        `to serve: ${others}`,
    hint: "save it with tf.saved_model.save(…, signatures={'serving_default': …})",
  });
}

function tensorProblems({ name, kind, dataType, shape }: TensorInfo): Problem[] {
  if (kind !== "plain") {
    const hint = "save it with a signature of plain tensors";
    return [{ what: `\`${name}\` is a ${kind} tensor, which Triton lacks`, hint }];
  }
  if (dtypeFromTensorflow(dataType) === undefined) {
    return [{
      what:
        `\`${name}\` has the TensorFlow type ${dataType}, which Triton's TensorFlow backend lacks`,
      hint: `tf.dtypes.as_dtype(${dataType}) names it: cast the tensor within the signature`,
    }];
  }
  return shape?.includes(0)
    ? [{ what: `\`${name}\` has an axis of size 0, which Triton lacks` }]
    : [];
}

function toldTensor({ name, dataType, shape }: TensorInfo): ToldTensor {
  return { name, dtype: dtypeFromTensorflow(dataType)!, shape };
}

async function readGraphs(walker: Walker, whole: Range): Promise<MetaGraph[]> {
  const graphs: MetaGraph[] = [];
  const bounded = { ...walker, bytes: boundedBytes(walker) };
  await walker.walk(whole, (field) => {
    if (field.number === SAVED_MODEL.schemaVersion && field.isMessage) {
      throw new BrokenMessage("is another protobuf message, perhaps a frozen graph");
    }
    if (field.number !== SAVED_MODEL.metaGraph) return;
    return readGraph(bounded, field).then((graph) => {
      if (graph.tags.size > 0) graphs.push(graph);
    });
  });
  if (graphs.length === 0) throw new BrokenMessage("holds no graph with a tag");
  return graphs;
}

function boundedBytes(walker: Walker): Walker["bytes"] {
  let left = MAX_READ;
  return (range) => {
    left -= range.end - range.start + ENTRY_COST;
    if (left < 0) throw new BrokenMessage("holds more names and tensors than any model has");
    return walker.bytes(range);
  };
}

async function readGraph(walker: Walker, range: Range): Promise<MetaGraph> {
  const graph: MetaGraph = { tags: new Set(), signatures: new Map() };
  await walker.walk(range, (field) => {
    if (field.number === META_GRAPH.info) {
      return walker.walk(field, (part) => {
        if (part.number === META_INFO.tag) {
          return readText(walker, part).then((tag) => void graph.tags.add(tag));
        }
      });
    }
    if (field.number === META_GRAPH.signature) return readSignature(walker, field, graph);
  });
  return graph;
}

async function readSignature(walker: Walker, range: Range, graph: MetaGraph): Promise<void> {
  const found: FoundSignature = { inputs: new Map(), outputs: new Map() };
  let key = "";
  await walker.walk(range, (field) => {
    if (field.number === MAP_ENTRY.key) {
      return readText(walker, field).then((text) => void (key = text));
    }
    if (field.number === MAP_ENTRY.value) return readTensors(walker, field, found);
  });
  graph.signatures.set(key, found);
}

function readTensors(walker: Walker, range: Range, found: FoundSignature): Promise<void> {
  return walker.walk(range, (field) => {
    if (field.number !== SIGNATURE.input && field.number !== SIGNATURE.output) return;
    const tensors = field.number === SIGNATURE.input ? found.inputs : found.outputs;
    return walker.bytes(field).then((bytes) => {
      const tensor = readTensorEntry(bytes);
      tensors.set(tensor.name, tensor);
    });
  });
}

async function readText(walker: Walker, range: Range): Promise<string> {
  return new TextDecoder().decode(await walker.bytes(range));
}
