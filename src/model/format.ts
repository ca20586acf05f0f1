/** Model formats: their file names, the framework that prepares them, the backend that serves them. */

export const FORMATS = [
  "torchscript",
  "tf-savedmodel",
  "tf-trt",
  "torch-trt",
  "onnx",
  "trt",
] as const;
export type Format = typeof FORMATS[number];
export type Framework = "pytorch" | "tensorflow";
export type Backend = "onnxruntime" | "pytorch" | "tensorflow" | "tensorrt";

interface FormatFacts {
  readonly suffix: string;
  readonly framework: Framework;
  readonly backend: Backend;
  /** The file or folder that Triton loads by default, in `<model>/<version>/`. */
  readonly filename: string;
}

/** Default file names: https://github.com/triton-inference-server/server/blob/main/docs/user_guide/model_repository.md */
const FACTS: Record<Format, FormatFacts> = {
  "torchscript": pytorch("pytorch", ".pt", "model.pt"),
  "torch-trt": pytorch("pytorch", ".pt", "model.pt"),
  "onnx": pytorch("onnxruntime", ".onnx", "model.onnx"),
  "trt": pytorch("tensorrt", ".plan", "model.plan"),
  "tf-savedmodel": tensorflow(),
  "tf-trt": tensorflow(),
};

function pytorch(backend: Backend, suffix: string, filename: string): FormatFacts {
  return { suffix, framework: "pytorch", backend, filename };
}

function tensorflow(): FormatFacts {
  return {
    suffix: ".savedmodel",
    framework: "tensorflow",
    backend: "tensorflow",
    filename: "model.savedmodel",
  };
}

export function formatFacts(format: Format): FormatFacts {
  return FACTS[format];
}

const BY_SUFFIX: ReadonlyMap<string, Format> = new Map([
  [".pt", "torchscript"],
  [".savedmodel", "tf-savedmodel"],
  [".onnx", "onnx"],
  [".plan", "trt"],
]);

export const MODEL_SUFFIXES: readonly string[] = [...BY_SUFFIX.keys()];

/** What a SavedModel keeps its graph in; also under the name that the original's document gives it. */
const SAVED_MODEL_FILE = /(^|\/)(saved_)?model\.pb$/;

export function isSavedModelFile(path: string): boolean {
  return SAVED_MODEL_FILE.test(path);
}

/** The format that a file name announces, or undefined. */
export function formatFromPath(path: string): Format | undefined {
  if (isSavedModelFile(path)) return "tf-savedmodel";
  const suffix = /\.[^./\\]+\/?$/.exec(path)?.[0].replace("/", "").toLowerCase();
  return suffix === undefined ? undefined : BY_SUFFIX.get(suffix);
}

/** A model in this format holds engines of TensorRT's, which serve on the GPU that they were built on. */
export function holdsEngine(format: Format): boolean {
  return format === "trt" || format === "torch-trt" || format === "tf-trt";
}
