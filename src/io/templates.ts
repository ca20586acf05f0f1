/** Reads the templates: a folder in the checkout, the same folder embedded in the binary. */

import type { Templates } from "../world.ts";

export function realTemplates(root: URL): Templates {
  return {
    binary: Deno.build.standalone && Deno.build.os === "linux" ? Deno.execPath() : undefined,
    read: async (folder) => {
      const base = new URL(`templates/${folder}/`, root);
      const paths = [...walk(base, "")].sort();
      const texts = paths.map(async (path) =>
        [path, await Deno.readTextFile(new URL(path, base))] as const
      );
      return new Map(await Promise.all(texts));
    },
  };
}

function* walk(base: URL, prefix: string): Generator<string> {
  for (const entry of Deno.readDirSync(new URL(prefix, base))) {
    if (entry.isDirectory) yield* walk(base, `${prefix}${entry.name}/`);
    else yield `${prefix}${entry.name}`;
  }
}
