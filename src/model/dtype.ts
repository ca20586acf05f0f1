/** One table of element types: numpy's name, Triton's two, ONNX's and TensorFlow's numbers, bytes. */

interface DTypeFacts {
  readonly dtype: string;
  /** In config.pbtxt: https://github.com/triton-inference-server/common/blob/main/protobuf/model_config.proto */
  readonly triton: string;
  /** In the KServe v2 protocol, as `/v2/models/<m>` reports it. */
  readonly wire: string;
  /** TensorProto.DataType: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto */
  readonly onnx: number;
  /**
   * DataType, where Triton's TensorFlow backend takes it; that of a variable's reference is 100 more,
   * and not taken: https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/framework/types.proto
   */
  readonly tensorflow: number | null;
  readonly bytes: number;
}

const TABLE = [
  { dtype: "float32", triton: "TYPE_FP32", wire: "FP32", onnx: 1, tensorflow: 1, bytes: 4 },
  { dtype: "uint8", triton: "TYPE_UINT8", wire: "UINT8", onnx: 2, tensorflow: 4, bytes: 1 },
  { dtype: "int8", triton: "TYPE_INT8", wire: "INT8", onnx: 3, tensorflow: 6, bytes: 1 },
  { dtype: "uint16", triton: "TYPE_UINT16", wire: "UINT16", onnx: 4, tensorflow: 17, bytes: 2 },
  { dtype: "int16", triton: "TYPE_INT16", wire: "INT16", onnx: 5, tensorflow: 5, bytes: 2 },
  { dtype: "int32", triton: "TYPE_INT32", wire: "INT32", onnx: 6, tensorflow: 3, bytes: 4 },
  { dtype: "int64", triton: "TYPE_INT64", wire: "INT64", onnx: 7, tensorflow: 9, bytes: 8 },
  { dtype: "string", triton: "TYPE_STRING", wire: "BYTES", onnx: 8, tensorflow: 7, bytes: 0 },
  { dtype: "bool", triton: "TYPE_BOOL", wire: "BOOL", onnx: 9, tensorflow: 10, bytes: 1 },
  { dtype: "float16", triton: "TYPE_FP16", wire: "FP16", onnx: 10, tensorflow: 19, bytes: 2 },
  { dtype: "float64", triton: "TYPE_FP64", wire: "FP64", onnx: 11, tensorflow: 2, bytes: 8 },
  { dtype: "uint32", triton: "TYPE_UINT32", wire: "UINT32", onnx: 12, tensorflow: 22, bytes: 4 },
  { dtype: "uint64", triton: "TYPE_UINT64", wire: "UINT64", onnx: 13, tensorflow: 23, bytes: 8 },
  { dtype: "bfloat16", triton: "TYPE_BF16", wire: "BF16", onnx: 16, tensorflow: null, bytes: 2 },
] as const satisfies readonly DTypeFacts[];

export type DType = typeof TABLE[number]["dtype"];
export const DTYPES: readonly DType[] = TABLE.map((row) => row.dtype);

export function tritonType(dtype: DType): string {
  return TABLE.find((row) => row.dtype === dtype)!.triton;
}

export function dtypeFromOnnx(elementType: number): DType | undefined {
  return TABLE.find((row) => row.onnx === elementType)?.dtype;
}

export function dtypeFromTensorflow(dataType: number): DType | undefined {
  return TABLE.find((row) => row.tensorflow === dataType)?.dtype;
}

/** From `FP32` (KServe v2) or `TYPE_FP32` (config.pbtxt). */
export function dtypeFromTriton(name: string): DType | undefined {
  return TABLE.find((row) => row.wire === name || row.triton === name)?.dtype;
}
