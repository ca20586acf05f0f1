/** A TensorFlow SavedModel becomes ONNX: https://github.com/onnx/tensorflow-onnx */

import { dirname, join } from "node:path";
import { type Conversion, type ConversionPlan, python } from "./conversion.ts";

/** Protobuf, and so one ONNX file, ends at 2 GiB: what is near it keeps its tensors in files of their own. */
const MOST_BYTES = 2 ** 31 - 2 ** 27;

/** 1.17.0 calls a function that NumPy 2 has no more, for large models only. */
const WITH_OLD_NAME = "import numpy; numpy.product = numpy.prod; " +
  "from tf2onnx.convert import main; main()";

/** The names of the tensors stay those of the signature. */
export function tf2onnx({ config, variant, model, output }: Conversion): ConversionPlan {
  const options = [
    ...["--saved-model", model.path],
    ...["--tag", "serve"],
    ...["--signature_def", model.signatureKey ?? "serving_default"],
    ...["--opset", String(variant.opset)],
  ];
  if (model.bytes < MOST_BYTES) {
    const args = ["-m", "tf2onnx.convert", ...options, "--output", output];
    return { commands: [python(config, args)], result: output };
  }
  const [archive, folder] = [`${output}.zip`, dirname(output)];
  return {
    commands: [
      python(config, ["-c", WITH_OLD_NAME, ...options, "--large_model", "--output", archive]),
      python(config, ["-m", "zipfile", "--extract", archive, folder]),
    ],
    result: join(folder, "__MODEL_PROTO.onnx"),
  };
}
