/** Unpacks bytes in a folder of its own and tells what came of it. */

import { unpackFile, unpackStream } from "../../src/deployer/unpack/unpack.ts";
import { UserError } from "../../src/errors.ts";
import { equal, failure, ok } from "./assert.ts";
import { fakeWorld } from "./fake_world.ts";

export const LIMITS = { entries: 1000, bytes: 2 ** 30, ratio: 500 };

/** What is in the folder afterwards: paths of files → texts, of directories → null. */
export type Tree = Readonly<Record<string, string | null>>;

/** What the archive holds; empty when the bytes are none. */
export async function unpackBytes(
  bytes: Uint8Array | ReadableStream<Uint8Array>,
  { limits = LIMITS, name = "m.tar", signal = new AbortController().signal } = {},
): Promise<Tree> {
  const folder = await Deno.makeTempDir();
  const request = { name, into: `${folder}/unpacked`, limits };
  const world = fakeWorld({ signal });
  try {
    if (bytes instanceof ReadableStream) {
      const found = await unpackStream(bytes, request, world);
      if (found === undefined) throw new UserError({ where: name, what: "is no tar archive" });
    } else {
      await Deno.writeFile(`${folder}/download`, bytes);
      await unpackFile(`${folder}/download`, request, world);
    }
    return await world.files.kind(request.into) ? await treeOf(request.into) : {};
  } catch (error) {
    const left = Array.from(Deno.readDirSync(folder), (entry) => entry.name);
    equal(left.filter((name) => name !== "download"), [], "something was left behind");
    throw error;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Why it is refused; fails when it is not, or for another reason than its content. */
export async function refusal(...args: Parameters<typeof unpackBytes>): Promise<string> {
  const error = await failure(() => unpackBytes(...args));
  ok(error instanceof UserError, `${error.stack}`);
  return error.message;
}

export function streamOf(bytes: Uint8Array, chunk = 1000): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull: (controller) => {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, at += chunk));
    },
  });
}

async function treeOf(folder: string, prefix = ""): Promise<Tree> {
  const tree: Record<string, string | null> = {};
  for await (const { name, isDirectory, isFile } of Deno.readDir(`${folder}/${prefix}`)) {
    const path = `${prefix}${name}`;
    if (isDirectory) Object.assign(tree, { [path]: null }, await treeOf(folder, `${path}/`));
    else if (isFile) tree[path] = await Deno.readTextFile(`${folder}/${path}`);
    else throw new Error(`${path} is neither a file nor a directory`);
  }
  return tree;
}
