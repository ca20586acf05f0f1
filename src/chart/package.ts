/** A chart's tree as one archive, and back: `create --output-package`, and what `build` or `install` take. */

import { gunzipSync, gzipSync } from "node:zlib";
import { packTar, type TarEntry, unpackTar } from "modern-tar";
import { UserError } from "../errors.ts";
import { pathProblem, plainPath } from "../model/safe_path.ts";
import type { FileContent, FileTree } from "../world.ts";
import { MARKER, parseMarker } from "./marker.ts";

/** Texts of a few kilobytes each: what is larger was not made by us, nor by many others. */
const MAX_BYTES = 32 * 1024 * 1024;

export interface PackedTree {
  /** The directory that holds everything. */
  readonly directory: string;
  readonly tree: FileTree;
}

/** Same tree, same bytes: no times, no owners. Linked files, such as our program, are left out. */
export async function packTree({ directory, tree }: PackedTree): Promise<Uint8Array> {
  const entries = [...tree].sort(([a], [b]) => a < b ? -1 : 1).flatMap(([path, content]) => {
    if ("linkTo" in content) return [];
    const body = "text" in content ? new TextEncoder().encode(content.text) : content.bytes;
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
  const packed = await unpackDirectory(bytes, name);
  if (isOurs(packed)) return packed;
  throw refusal(name, "does not hold the tree of one chart that `create` made");
}

/** The same for the archive of any Helm chart, too. */
export async function unpackChart(bytes: Uint8Array, name: string): Promise<PackedTree> {
  const packed = await unpackDirectory(bytes, name);
  if (isOurs(packed) || packed.tree.has("Chart.yaml")) return packed;
  throw refusal(name, "holds neither a chart nor the tree of one that `create` made");
}

async function unpackDirectory(bytes: Uint8Array, name: string): Promise<PackedTree> {
  const entries = await readEntries(bytes).catch((error) => {
    const isLarge = (error as { code?: string }).code === "ERR_BUFFER_TOO_LARGE";
    const why = isLarge ? `it holds more than ${MAX_BYTES / 1024 / 1024} MiB` : error.message;
    throw refusal(name, `cannot be read as a .tgz archive: ${why}`);
  });
  const tree = new Map<string, FileContent>();
  const directories = new Set<string>();
  for (const { header, data } of entries) {
    if (header.type === "directory") continue;
    const problem = header.type === "file" ? pathProblem(header.name) : "is a link or a device";
    if (problem !== undefined) {
      throw refusal(name, `holds ${JSON.stringify(header.name)}, which ${problem}`);
    }
    const [directory = "", ...path] = plainPath(header.name).split("/");
    directories.add(directory);
    tree.set(path.join("/"), {
      bytes: data ?? new Uint8Array(),
      mode: (header.mode ?? 0) & 0o100 ? 0o755 : 0o644,
    });
  }
  const [directory] = directories;
  if (directories.size === 1 && directory !== undefined) return { directory, tree };
  throw refusal(name, "does not hold one directory");
}

function isOurs({ tree }: PackedTree): boolean {
  const marker = tree.get(MARKER);
  return marker !== undefined && "bytes" in marker &&
    parseMarker(new TextDecoder().decode(marker.bytes)) !== undefined;
}

function refusal(name: string, what: string): UserError {
  return new UserError({
    where: name,
    what,
    hint: "`create --output-package` writes such archives",
  });
}

async function readEntries(bytes: Uint8Array) {
  const tar = gunzipSync(bytes, { maxOutputLength: MAX_BYTES });
  return await unpackTar(new Uint8Array(tar), { strict: true });
}
