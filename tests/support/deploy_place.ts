/** The verb `deploy` in a folder of its own. */

import { deploy } from "../../src/commands/deploy.ts";
import { deployOptions } from "../../src/commands/options.ts";
import { fromFlags } from "../../src/config/sources.ts";
import type { Files } from "../../src/world.ts";
import { equal } from "./assert.ts";
import { settingsFrom } from "./settings.ts";
import { type FakeOptions, fakeWorld } from "./fake_world.ts";

export type Flags = Record<string, string[]>;

interface RunOptions extends FakeOptions {
  readonly files?: Files;
}

export interface Place {
  readonly folder: string;
  /** Runs the verb; returns the log. */
  run(uri: string, flags?: Flags, options?: RunOptions): Promise<string[]>;
  /** All files below a folder, sorted. */
  tree(folder?: string): Promise<string[]>;
}

export async function inPlace(test: (place: Place) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  const place: Place = {
    folder,
    run: async (uri, flags = {}, options = {}) => {
      const given = {
        model_name: ["m"],
        model_uri: [uri],
        model_repository: [`${folder}/models`],
        ...flags,
      };
      const words = Object.entries(given).map(([key, words]) => ({ key, words }));
      const sources = [fromFlags(deployOptions, words)];
      const { settings, where } = settingsFrom(deployOptions, sources);
      const fake = fakeWorld(options);
      const world = {
        ...fake,
        ...(options.files ? { files: options.files } : {}),
        http: { fetch: (url: string, init?: RequestInit) => fetch(url, init) },
      };
      await deploy({ settings, words: [], rest: [], where }, world);
      equal(fake.stdout, [`${folder}/models/m`]);
      return fake.stderr;
    },
    tree: (inner = "models") => walk(`${folder}/${inner}`),
  };
  try {
    await test(place);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Nothing where there is no such folder. */
async function walk(folder: string, prefix = ""): Promise<string[]> {
  const found: string[] = [];
  if (!await Deno.lstat(folder).then(() => true, () => false)) return found;
  for await (const { name, isDirectory } of Deno.readDir(`${folder}/${prefix}`)) {
    if (isDirectory) found.push(...await walk(folder, `${prefix}${name}/`));
    else found.push(`${prefix}${name}`);
  }
  return found.sort();
}
