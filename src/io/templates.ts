/** Reads the templates: a folder in the checkout, the same folder embedded in the binary. */

import type { Templates } from "../world.ts";

export function realTemplates(root: URL): Templates {
  return {
    binary: Deno.build.standalone && Deno.build.os === "linux" ? Deno.execPath() : undefined,
    read: (folder) => {
      const base = new URL(`templates/${folder}/`, root);
      const paths = [...walk(base, "")].sort();
      return new Map(paths.map((path) => [path, Deno.readTextFileSync(new URL(path, base))]));
    },
  };
}

function* walk(base: URL, prefix: string): Generator<string> {
  for (const entry of Deno.readDirSync(new URL(prefix, base))) {
    if (entry.isDirectory) yield* walk(base, `${prefix}${entry.name}/`);
    else yield `${prefix}${entry.name}`;
  }
}
