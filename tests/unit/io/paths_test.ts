import { realFiles } from "../../../src/io/files.ts";
import { equal } from "../../support/assert.ts";
import { inFolder } from "../../support/fake_world.ts";

const { clear, clearable } = realFiles();

const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

async function fill(...paths: string[]): Promise<void> {
  for (const path of paths) {
    await Deno.mkdir(path, { recursive: true });
    await Deno.writeTextFile(`${path}/file`, "");
  }
}

Deno.test("a folder is cleared of all but what is named, at any depth", () =>
  inFolder(async () => {
    await fill("w/charts/a", "w/charts/b", "w/other", "w/.navigator-trash/0");
    await Deno.writeTextFile("outside", "");
    await Deno.symlink("../outside", "w/link");
    const keep = ["w/charts/a", "w/none", "w/none/at/all"];
    equal([...await clearable("w", keep)].sort(), ["charts/b", "link", "other"]);
    await clear("w", keep);
    equal([names("w"), names("w/charts"), names("w/charts/a")], [["charts"], ["a"], ["file"]]);
    equal((await Deno.stat("outside")).isFile, true);
  }));

Deno.test("what is kept may be named by way of links, and links to it stay", async (t) => {
  const rows: [name: string, link: [to: string, at: string], folder: string, keep: string][] = [
    ["the folder is a link", ["w", "link"], "link", "w/charts/a"],
    ["the kept path leads through it", ["w", "link"], "w", "link/charts/a"],
    ["a link to a folder within", ["w/charts", "link"], "w", "link/a"],
    ["a link in the folder", ["charts", "w/link"], "w", "w/link/a"],
    ["a link out of the folder", ["../far", "w/link"], "w", "w/link/a"],
  ];
  for (const [name, [to, at], folder, keep] of rows) {
    await t.step(name, () =>
      inFolder(async () => {
        await fill("w/charts/a", "w/charts/b", "far/a", "far/b");
        await Deno.symlink(to, at);
        await clear(folder, [keep]);
        equal(names(keep), ["file"]);
        equal([names("w").includes("file"), names("far")], [false, ["a", "b"]]);
        if (to !== "../far") equal(names("w/charts"), ["a"]);
      }));
  }
});
