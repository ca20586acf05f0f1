/** A chart's tree as one archive, and back: `create --output-package`, and what `build` or `install` take. */

import { gunzipSync, gzipSync } from "node:zlib";
import { packTar, type TarEntry, unpackTar } from "modern-tar";
import { UserError } from "../errors.ts";
import { pathProblem } from "../model/safe_path.ts";
import type { FileContent, FileTree } from "../world.ts";
import { MARKER } from "./render.ts";

/** Texts of a few kilobytes each: what is larger was not made by us. */
const MAX_BYTES = 32 * 1024 * 1024;

export interface PackedTree {
  /** The directory that holds everything. */
  readonly directory: string;
  readonly tree: FileTree;
}

/** Same tree, same bytes: no times, no owners. Linked files, such as our program, are left out. */
export async function packTree({ directory, tree }: PackedTree): Promise<Uint8Array> {
  const entries = [...tree].sort(([a], [b]) => a < b ? -1 : 1).flatMap(([path, content]) => {
    if (!("text" in content)) return [];
    const body = new TextEncoder().encode(content.text);
    const header = {
      name: `${directory}/${path}`,
      size: body.length,
      type: "file" as const,
      mode: content.mode ?? 0o644,
      mtime: new Date(0),
    };
    return [{ header, body } satisfies TarEntry];
  });
  return gzipSync(await packTar(entries), { level: 9 });
}

/**
 * @param name what messages call the archive
 * @throws UserError when it is not such an archive
 */
export async function unpackTree(bytes: Uint8Array, name: string): Promise<PackedTree> {
  const refuse = (what: string) =>
    new UserError({ where: name, what, hint: "`create --output-package` writes such archives" });
  const entries = await readEntries(bytes).catch((error) => {
    throw refuse(`cannot be read as a .tgz archive: ${(error as Error).message}`);
  });
  const tree = new Map<string, FileContent>();
  const directories = new Set<string>();
  for (const { header, data } of entries) {
    if (header.type === "directory") continue;
    const problem = header.type === "file" ? pathProblem(header.name) : "is a link or a device";
    if (problem !== undefined) {
      throw refuse(`holds ${JSON.stringify(header.name)}, which ${problem}`);
    }
    const [directory = "", ...path] = header.name.split("/");
    directories.add(directory);
    tree.set(path.join("/"), {
      text: new TextDecoder().decode(data),
      mode: (header.mode ?? 0) & 0o100 ? 0o755 : 0o644,
    });
  }
  const [directory] = directories;
  if (directories.size !== 1 || directory === undefined || !tree.has(MARKER)) {
    throw refuse("does not hold the tree of one chart that `create` made");
  }
  return { directory, tree };
}

async function readEntries(bytes: Uint8Array) {
  const tar = gunzipSync(bytes, { maxOutputLength: MAX_BYTES });
  return await unpackTar(new Uint8Array(tar), { strict: true });
}
