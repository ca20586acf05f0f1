/** Named tensors and their shapes. */

import type { DType } from "./dtype.ts";

/** One input or output; `shape` is whole, batch axis included, −1 for a dynamic axis. */
export interface TensorSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: DType;
}

export interface Signature {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
}

/** What is known: Triton reads the rest from the model, where its backend can. */
export interface KnownSignature {
  readonly inputs?: readonly TensorSpec[] | undefined;
  readonly outputs?: readonly TensorSpec[] | undefined;
}

/** What a model file says; a shape is undefined when it does not even tell the number of axes. */
export type ToldSignature = Readonly<Record<keyof Signature, readonly ToldTensor[]>>;

export interface ToldTensor extends Omit<TensorSpec, "shape"> {
  readonly shape: readonly number[] | undefined;
}

/** `bytes:-1,2048:int32`, as `--inputs` takes it. */
export function printTensor(tensor: TensorSpec): string {
  return `${tensor.name}:${tensor.shape.join(",")}:${tensor.dtype}`;
}

/** The tensors whose first axis is not dynamic: they cannot be batched by Triton. */
export function withoutBatchAxis(signature: Signature): readonly TensorSpec[] {
  return [...signature.inputs, ...signature.outputs].filter((tensor) => tensor.shape[0] !== -1);
}
