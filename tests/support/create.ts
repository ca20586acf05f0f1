/** `create` in a fake world, as a user types it. */

import { run } from "../../src/cli/run.ts";
import { type FakeOptions, fakeWorld } from "./fake_world.ts";

export const LINT = { tools: [{ starts: "helm lint --strict" }] };

export async function create(line: string, options: FakeOptions = LINT) {
  const world = fakeWorld(options);
  const code = await run(["create", ...line.split(" ").filter(Boolean)], world);
  return {
    code,
    out: world.stdout.join("\n"),
    err: world.stderr.join("\n"),
    commands: world.commands,
  };
}

export const add_sub = "--model-name add_sub --model-path model.pt --chart-name add_sub_i0";
export const files = (folder: string): string[] =>
  [...Deno.readDirSync(folder)].flatMap((entry) =>
    entry.isDirectory
      ? files(`${folder}/${entry.name}`).map((f) => `${entry.name}/${f}`)
      : [entry.name]
  ).sort();
