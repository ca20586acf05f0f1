/** Joins what the user says about inputs and outputs with what the file says, and judges the result. */

import * as v from "valibot";
import { issueText } from "../config/issue.ts";
import type { Batching } from "../config/triton_options.ts";
import { tensors } from "../config/value.ts";
import type { Problem } from "../errors.ts";
import { type Format, formatFacts } from "../model/format.ts";
import {
  type KnownSignature,
  printTensor,
  type Signature,
  type TensorSpec,
  type ToldSignature,
  type ToldTensor,
  withoutBatchAxis,
} from "../model/tensor.ts";
import { missingTensors } from "../plan/conversion_problems.ts";
import { someOf } from "../text/list.ts";
import { numberProblems } from "./pytorch_names.ts";

export type SignaturePart = keyof Signature;
const PARTS: readonly SignaturePart[] = ["inputs", "outputs"];

export interface JoinedSignature {
  readonly signature: KnownSignature;
  readonly problems: readonly Problem[];
}

/** What the file says fills what the user left out; where both speak, they must agree. */
export function joinSignatures(given: KnownSignature, told?: ToldSignature): JoinedSignature {
  if (told === undefined) return { signature: given, problems: [] };
  const broken = PARTS.flatMap((part) => brokenTensors(part, told[part]));
  if (broken.length > 0) return { signature: given, problems: broken };
  const inputs = joinPart("inputs", given.inputs ?? [], told);
  const outputs = joinPart("outputs", given.outputs ?? [], told);
  return {
    signature: { inputs: inputs.tensors, outputs: outputs.tensors },
    problems: [...inputs.problems, ...outputs.problems],
  };
}

/** A model file may say what no user could give. */
function brokenTensors(where: SignaturePart, told: readonly ToldTensor[]): Problem[] {
  const list = told.map(({ shape = [], ...tensor }) => ({ ...tensor, shape }));
  const { issues = [] } = v.safeParse(tensors, list, { abortPipeEarly: true });
  return issues.map((issue) => ({
    where,
    what: `in the model file: ${issueText(issue)}`,
    hint: "export the model anew",
  }));
}

function joinPart(where: SignaturePart, given: readonly TensorSpec[], told: ToldSignature) {
  const file = told[where];
  const mineByName = new Map(given.map((tensor) => [tensor.name, tensor]));
  const names = file.map((tensor) => tensor.name);
  const known = new Set(names);
  const foreign = given.filter(({ name }) => !known.has(name));
  const problems: Problem[] = foreign.length === 0 ? [] : [{
    where,
    what: `${quoted(foreign)} ${
      foreign.length === 1 ? "is" : "are"
    } given, but the model file has no such tensor`,
    hint: `its ${where} are ${someOf(names.map((name) => `\`${name}\``))}`,
  }];
  const untold = file.filter(({ name, shape }) => shape === undefined && !mineByName.has(name));
  if (untold.length > 0) problems.push(unknownRank(where, untold));
  const tensors = file.flatMap(({ shape, ...tensor }): TensorSpec[] => {
    const mine = mineByName.get(tensor.name);
    if (mine === undefined) return shape === undefined ? [] : [{ ...tensor, shape }];
    const agrees = mine.dtype === tensor.dtype && (!shape || fits(mine.shape, shape));
    if (!agrees) {
      const says = shape ? `\`${printTensor({ ...tensor, shape })}\`` : `the type ${tensor.dtype}`;
      problems.push({
        where,
        what: `\`${printTensor(mine)}\` is given, but the model file says ${says}`,
        hint: `leave it out: the model file's word is enough`,
      });
    }
    return [mine];
  });
  return { tensors, problems };
}

/** A dynamic axis of the file may be given a fixed size, but not the other way round. */
function fits(given: readonly number[], file: readonly number[]): boolean {
  return given.length === file.length &&
    file.every((size, axis) => size === -1 || size === given[axis]);
}

function unknownRank(where: SignaturePart, untold: readonly ToldTensor[]): Problem {
  const names = someOf(untold.map(({ name }) => `\`${name}\``));
  const { name, dtype } = untold[0]!;
  const isOne = untold.length === 1;
  return {
    where,
    what: `the model file does not tell how many axes ${names} ${isOne ? "has" : "have"}`,
    hint: `give \`--${where} ${name}:SHAPE:${dtype}\`${isOne ? "" : ", and so the others"}`,
  };
}

function quoted(list: readonly TensorSpec[]): string {
  return someOf(list.map((tensor) => `\`${printTensor(tensor)}\``));
}

/** https://github.com/triton-inference-server/server/blob/main/docs/user_guide/model_configuration.md#auto-generated-model-configuration */
const PYTORCH_READS_NOTHING = "Triton's pytorch backend cannot read them from a .pt file";

export interface SignatureUse {
  /** The format that Triton serves. */
  readonly format: Format;
  readonly batching: Batching;
  /** Of Triton, where it is known. */
  readonly containerVersion?: string;
}

/** What keeps Triton from serving a model with this signature. */
export function checkSignature(
  known: KnownSignature,
  use: SignatureUse,
): Problem[] {
  const { format, batching } = use;
  const problems: Problem[] = [];
  if (formatFacts(format).backend === "pytorch") {
    const missing = missingTensors(known, PYTORCH_READS_NOTHING);
    if (missing !== undefined) return [missing];
    problems.push(...numberProblems(known));
  }
  if (batching === "disabled") return [...problems, ...singleProblems(known, use)];
  const { inputs = [], outputs = [] } = known;
  const fixed = withoutBatchAxis({ inputs, outputs });
  if (fixed.length === 0) return problems;
  const without = `${quoted(fixed)} ${fixed.length === 1 ? "does" : "do"} not begin`;
  return [...problems, {
    where: "batching",
    what:
      `is ${batching}, but ${without} with the dynamic batch axis: Triton cannot batch this model`,
    hint: "set `batching: disabled`, or export the model with a first axis of size -1",
  }];
}

/** https://github.com/triton-inference-server/onnxruntime_backend/pull/213 taught one backend about them. */
const WITH_SINGLE_NUMBERS = "23.10";

/** Tensors without any axis, where no batch axis hides that. */
function singleProblems(
  known: KnownSignature,
  { format, containerVersion = WITH_SINGLE_NUMBERS }: SignatureUse,
): Problem[] {
  const { backend } = formatFacts(format);
  const able = backend === "onnxruntime";
  if (able && containerVersion >= WITH_SINGLE_NUMBERS) return [];
  return PARTS.flatMap((where) => {
    const single = (known[where] ?? []).filter(({ shape }) => shape.length === 0);
    if (single.length === 0) return [];
    const lacking = `${quoted(single)} ${single.length === 1 ? "has" : "have"} no axes`;
    return [{
      where,
      what: `${lacking}, which Triton's ${backend} backend ` +
        (able ? `lacks before ${WITH_SINGLE_NUMBERS}` : "lacks"),
      hint: able
        ? `give \`--container-version ${WITH_SINGLE_NUMBERS}\` or newer`
        : "export the model with a shape of 1, or give `--target-formats onnx`",
    }];
  });
}
