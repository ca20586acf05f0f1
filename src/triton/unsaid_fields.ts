/** What a model configuration says and no option of ours can. */

import { type Fields, message, messages, saidPaths, textField, textMap } from "./fields.ts";

/** Those of the accelerator tensorrt that options say. */
export const PARAMETERS: readonly string[] = ["precision_mode", "max_workspace_size_bytes"];

export function accelerators(said: Fields | undefined): readonly Fields[] {
  return ["gpu", "cpu"].flatMap((kind) => messages(said, `${kind}_execution_accelerator`));
}

/** What an option says, what follows from the model itself, and what Triton fills in. */
const SAID = [
  /^(name|platform|backend|runtime|default_model_filename|max_batch_size)$/,
  /^(input|output|version_policy|cc_model_filenames|metric_tags|model_transaction_policy)\./,
  /^dynamic_batching\.(preferred_batch_size|max_queue_delay_microseconds)$/,
  /^instance_group\.(name|kind|count|gpus)$/,
  /^optimization\.((in|out)put_pinned_memory\.enable|cuda\.graphs|priority)$/,
  /^optimization\.execution_accelerators\.[cg]pu_execution_accelerator\.name$/,
  // Told by their names.
  /(^|\.)parameters\./,
];

export function unsaidFields(fields: Fields): readonly string[] {
  const optimization = message(fields, "optimization");
  const unusual = [
    ...["input_pinned_memory", "output_pinned_memory"].filter((name) =>
      message(optimization, name)?.get("enable")?.at(-1) === false
    ),
    ...((textField(optimization, "priority") ?? "PRIORITY_DEFAULT") === "PRIORITY_DEFAULT"
      ? []
      : ["priority"]),
  ].map((name) => `optimization.${name}`);
  const parameters = [
    ...Object.keys(textMap(fields, "parameters")),
    ...accelerators(message(optimization, "execution_accelerators")).flatMap((one) =>
      Object.keys(textMap(one, "parameters")).filter((key) => !PARAMETERS.includes(key))
    ),
  ].map((name) => `parameters.${name}`);
  const others = saidPaths(fields).filter((path) => !SAID.some((known) => known.test(path)));
  return [...new Set([...others, ...unusual, ...parameters])];
}
