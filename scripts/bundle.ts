/**
 * Bundles main.ts and minifies it, a chunk for each lazily imported part, so that a verb loads only
 * what it needs. Packages come in their browser builds where they have one: those are modules, load
 * faster, and read no environment variables.
 *
 * Usage: bundle.ts FOLDER — writes main.js, its chunks and templates/ into FOLDER.
 */

import { createHash } from "node:crypto";
import * as esbuild from "esbuild";

const [folder] = Deno.args;
if (folder === undefined) throw new Error("usage: bundle.ts FOLDER");
const root = new URL("../", import.meta.url).pathname;

async function commit(): Promise<string> {
  const git = (...args: string[]) =>
    new Deno.Command("git", { args, cwd: root, stdout: "piped", stderr: "null" }).output();
  try {
    const [head, changes] = [
      await git("rev-parse", "--short=12", "HEAD"),
      await git("status", "-s"),
    ];
    const text = new TextDecoder().decode(head.stdout).trim();
    return text === "" ? "unknown" : changes.stdout.length > 0 ? `${text}-modified` : text;
  } catch {
    return "unknown";
  }
}

/** Copies templates/ and returns a digest of every path and byte in it. */
async function copyTemplates(): Promise<string> {
  const hash = createHash("sha256");
  async function copy(path: string): Promise<void> {
    await Deno.mkdir(`${folder}/${path}`, { recursive: true });
    const entries = await Array.fromAsync(Deno.readDir(`${root}${path}`));
    for (const entry of entries.sort((a, b) => a.name < b.name ? -1 : 1)) {
      const below = `${path}/${entry.name}`;
      if (entry.isDirectory) await copy(below);
      else {
        const bytes = await Deno.readFile(`${root}${below}`);
        hash.update(`${below}\0${bytes.length}\0`).update(bytes);
        await Deno.writeFile(`${folder}/${below}`, bytes);
      }
    }
  }
  await copy("templates");
  return hash.digest("hex").slice(0, 12);
}

await esbuild.build({
  entryPoints: [`${root}main.ts`],
  outdir: folder,
  bundle: true,
  minify: true,
  splitting: true,
  format: "esm",
  platform: "neutral",
  mainFields: ["module", "main"],
  external: ["node:*"],
  // xz-decompress asks for it, for a Node that has no web streams.
  alias: { "stream/web": "data:text/javascript," },
  target: "esnext",
  absWorkingDir: root,
  logLevel: "warning",
  define: {
    NAVIGATOR_COMMIT: JSON.stringify(await commit()),
    NAVIGATOR_TEMPLATES: JSON.stringify(await copyTemplates()),
  },
});
await esbuild.stop();
