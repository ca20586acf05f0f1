/** Finds the one model in a folder: a file, or a SavedModel with all that belongs to it. */

import { basename } from "node:path";
import { UserError } from "../errors.ts";
import { formatFromPath, isSavedModelFile, MODEL_SUFFIXES } from "../model/format.ts";
import type { ModelFile } from "../model/model_file.ts";
import type { Files } from "../world.ts";

export type FoundModel =
  /** `name` is what messages call it, and may tell the format: `bundle.zip/m.onnx`. */
  | { readonly kind: "file"; readonly path: string; readonly name: string }
  /** Files by their path within the SavedModel; `model.pb` already under its proper name. */
  | {
    readonly kind: "savedmodel";
    readonly files: ReadonlyMap<string, string>;
    readonly name: string;
  };

/** The file that tells what the model is. */
export function mainFile(found: FoundModel): ModelFile {
  if (found.kind === "file") return found;
  const path = found.files.get("saved_model.pb")!;
  return { path, name: `${found.name}${basename(path)}` };
}

const MAX_FILES = 100_000;
const MAX_DEPTH = 32;

/** @throws UserError unless there is exactly one model */
export async function modelInFolder(
  folder: string,
  { name, files }: { readonly name: string; readonly files: Files },
): Promise<FoundModel> {
  const paths = await filesIn(folder, files);
  const savedModels = savedModelFolders(paths);
  const isInside = (path: string) => savedModels.some((inner) => path.startsWith(inner));
  const modelFiles = paths.filter((path) => !isInside(path) && formatFromPath(path) !== undefined);
  const announced = [...savedModels, ...modelFiles];
  const all = announced.length === 0 && paths.length === 1 ? paths : announced;
  if (all.length !== 1) throw notOne(name, all);
  const [path] = all as [string];
  return savedModels.length === 1
    ? { kind: "savedmodel", files: savedModelFiles(folder, path, paths), name: `${name}/${path}` }
    : { kind: "file", path: `${folder}/${path}`, name: `${name}/${path}` };
}

/** Folders, each ending in `/` or empty for the top, outermost only. */
function savedModelFolders(paths: readonly string[]): string[] {
  const folders = paths.filter(isSavedModelFile)
    .map((path) => path.slice(0, path.lastIndexOf("/") + 1));
  return [...new Set(folders)].filter((folder) =>
    !folders.some((other) => other !== folder && folder.startsWith(other))
  );
}

function savedModelFiles(folder: string, inner: string, paths: readonly string[]) {
  const own = paths.filter((path) => path.startsWith(inner)).map((path) =>
    path.slice(inner.length)
  );
  const proper = own.includes("saved_model.pb");
  return new Map(own.map((path) => [
    path === "model.pb" && !proper ? "saved_model.pb" : path,
    `${folder}/${inner}${path}`,
  ]));
}

/** Relative paths of all files, sorted; links are followed: those of an archive were refused. */
export async function filesIn(folder: string, files: Files): Promise<string[]> {
  const found: string[] = [];
  const visit = async (path: string, depth: number) => {
    for (const entry of await files.list(`${folder}/${path}`)) {
      if (found.length > MAX_FILES || depth > MAX_DEPTH) {
        throw new UserError({ what: `${folder} holds too many files or folders for a model` });
      }
      const inner = path === "" ? entry : `${path}/${entry}`;
      const kind = await files.kind(await files.realPath(`${folder}/${inner}`));
      if (kind === "directory") await visit(inner, depth + 1);
      else if (kind === "file") found.push(inner);
    }
  };
  await visit("", 0);
  return found;
}

function notOne(name: string, found: readonly string[]): UserError {
  const wanted = [...MODEL_SUFFIXES, "a folder with saved_model.pb"].join(", ");
  if (found.length === 0) {
    return new UserError({ what: `${name} holds no model`, hint: `a model is ${wanted}` });
  }
  const shown = found.slice(0, 5).map((path) => path || "saved_model.pb");
  return new UserError({
    what: `${name} holds ${found.length} models: ${shown.join(", ")}${
      found.length > 5 ? ", …" : ""
    }`,
    hint: "leave one of them in it",
  });
}
