/** A model's folder in Triton's model repository, as a tree of files to place. */

import type { FileTree } from "../world.ts";
import type { ModelConfig } from "./model_config.ts";
import { printModelConfig } from "./model_config.ts";

/** The model's files on disk by their place: "" is the model file itself. */
export interface ModelFiles {
  /** The file that Triton loads, unless the model is a folder. */
  readonly main?: string | undefined;
  /** Beside the model file, or within the model's folder; by relative path. */
  readonly others: ReadonlyMap<string, string>;
}

/**
 * `<model>/config.pbtxt`, `<model>/<version>/model.onnx`, …
 * https://github.com/triton-inference-server/server/blob/main/docs/user_guide/model_repository.md
 */
export function modelTree(model: ModelConfig, files: ModelFiles): FileTree {
  const version = `${model.modelVersion}`;
  const folder = files.main === undefined ? `${version}/${model.filename}` : version;
  const tree = new Map<string, { text: string } | { linkTo: string }>([
    ["config.pbtxt", { text: printModelConfig(model) }],
  ]);
  if (files.main !== undefined) tree.set(`${version}/${model.filename}`, { linkTo: files.main });
  for (const [path, linkTo] of files.others) tree.set(`${folder}/${path}`, { linkTo });
  return tree;
}
