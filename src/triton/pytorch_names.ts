/** Which of a .pt file's tensors does a name mean? The file has no names, so Triton goes by conventions. */

import type { Problem } from "../errors.ts";
import type { KnownSignature, Signature, TensorSpec } from "../model/tensor.ts";

/**
 * When all of the inputs, or all of the outputs, are called `<name>__<number>`, by that number. Otherwise by the
 * names of forward's arguments, or by the order that config.pbtxt lists them in:
 * https://github.com/triton-inference-server/server/blob/main/docs/user_guide/model_configuration.md#special-conventions-for-pytorch-backend
 */
function numbersOf(tensors: readonly TensorSpec[]): readonly number[] | undefined {
  const numbers = tensors.map(({ name }) => /^(?:(?!__).)*__(\d+)$/s.exec(name)?.[1]);
  return numbers.includes(undefined) ? undefined : numbers.map(Number);
}

/** In the order of forward's arguments and of what it returns. */
export function inModelOrder({ inputs, outputs }: Signature): Signature {
  const sorted = (tensors: readonly TensorSpec[]) => {
    const numbers = numbersOf(tensors);
    if (numbers === undefined) return tensors;
    const places = tensors.map((_, index) => index).sort((a, b) => numbers[a]! - numbers[b]!);
    return places.map((index) => tensors[index]!);
  };
  return { inputs: sorted(inputs), outputs: sorted(outputs) };
}

/** Numbers that no model can have. */
export function numberProblems({ inputs = [], outputs = [] }: KnownSignature): Problem[] {
  const hint = "number them as forward takes and returns them, from 0, or leave `__` out of the " +
    "names: then their order counts";
  const problem = (where: string, tensors: readonly TensorSpec[], what: string): Problem => ({
    where,
    what: `Triton takes the number after \`__\` for the tensor's place, and ${
      tensors.map(({ name }) => `\`${name}\``).join(", ")
    } ${what}`,
    hint,
  });
  const problems: Problem[] = [];
  const places = numbersOf(inputs) ?? [];
  if (!places.every((_, place) => places.includes(place))) {
    problems.push(problem("inputs", inputs, `are not 0 to ${places.length - 1}`));
  }
  const results = numbersOf(outputs) ?? [];
  if (new Set(results).size < results.length) {
    problems.push(problem("outputs", outputs, "share a number"));
  }
  return problems;
}
