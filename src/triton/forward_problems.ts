/** Can the `forward` of a TorchScript file be called with what the configuration says? */

import type { Problem } from "../errors.ts";
import { type Argument, type Forward, splitOutside } from "../model/forward.ts";
import type { KnownSignature } from "../model/tensor.ts";
import { someOf } from "../text/list.ts";

export interface ForwardUse {
  /** What messages call the model's file. */
  readonly file: string;
  /** By Triton; else by a tool that converts the model. */
  readonly isServed: boolean;
}

/**
 * Triton's backend wants one input for each argument, defaults or not, all of them tensors or lists
 * of strings; or a single dictionary of tensors. It looks when it loads the model; at what comes back,
 * when the model has run:
 * https://github.com/triton-inference-server/pytorch_backend/blob/main/src/libtorch.cc
 * (ValidateInputs, Execute)
 */
export function forwardProblems(
  forward: Forward | undefined,
  signature: KnownSignature,
  { file, isServed }: ForwardUse,
): readonly Problem[] {
  if (forward === undefined) return [];
  const { takes, returns } = forward;
  // What a conversion can make of other results, its tool and the comparison find out.
  const results = isServed ? resultProblems(file, returns, signature) : [];
  if (isServed && takes.length === 1 && takes[0]!.type.startsWith("Dict[")) return results;
  const called = isServed ? takes : takes.filter(({ hasDefault }) => !hasDefault);
  const fit = ["Tensor", isServed ? "List[str]" : "Optional[Tensor]"];
  const unfit = called.filter(({ type }) => !fit.includes(type));
  if (unfit.length > 0) return [notTensors(unfit, { file, isServed }), ...results];
  const given = signature.inputs?.length;
  const agrees = given === undefined || (given <= takes.length && given >= called.length);
  return [...(agrees ? [] : [wrongCount(given, takes)]), ...results];
}

function notTensors(unfit: readonly Argument[], { file, isServed }: ForwardUse): Problem {
  const caller = isServed ? "Triton's pytorch backend" : "the conversion";
  return {
    where: file,
    what: `its forward takes ${printed(unfit)}, and ${caller} gives it tensors only`,
    hint:
      "wrap it in a module whose forward takes tensors alone, and save that with torch.jit.script",
  };
}

function wrongCount(given: number, takes: readonly Argument[]): Problem {
  const isNone = takes.length === 0;
  const wanted = isNone ? "none" : `${takes.length}: ${printed(takes)}`;
  return {
    where: "inputs",
    what: `${counted(given)} given, but the model's forward takes ${wanted}`,
    hint: isNone
      ? "Triton serves no model without inputs: export one that takes them"
      : "give one for each of them, by their names or in their order",
  };
}

/** An optional tensor may be one whenever the model runs; other words may stand for a named tuple. */
const NOT_RETURNED = /^(Dict|List)\[(?!str\])|^(int|float|bool|str|NoneType)$/;

function resultProblems(
  file: string,
  returns: string,
  { outputs }: KnownSignature,
): readonly Problem[] {
  const tuple = /^Tuple\[(.*)\]$/s.exec(returns)?.[1];
  const parts = tuple === undefined
    ? [returns]
    : splitOutside(tuple, ",").map((part) => part.trim());
  const isNested = tuple !== undefined && parts.some((part) => part.startsWith("Tuple["));
  if (isNested || parts.some((part) => NOT_RETURNED.test(part))) {
    return [{
      where: file,
      what:
        `its forward returns \`${returns}\`, and Triton takes a tensor, or a flat tuple of them`,
      hint: "wrap it in a module whose forward returns those, and save that with torch.jit.script",
    }];
  }
  if (returns !== "Tensor" || outputs === undefined || outputs.length === 1) return [];
  return [{
    where: "outputs",
    what: `${counted(outputs.length)} given, but the model's forward returns one tensor`,
    hint: "give that one alone",
  }];
}

function counted(count: number): string {
  return count === 1 ? "1 is" : `${count} are`;
}

function printed(list: readonly Argument[]): string {
  return someOf(list.map(({ name, type }) => `\`${name}: ${type}\``));
}
