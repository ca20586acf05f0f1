import { realFiles } from "../../../src/io/files.ts";
import { equal, failure } from "../../support/assert.ts";
import type { FileTree } from "../../../src/world.ts";
import { inFolder } from "../../support/fake_world.ts";

const { publish, drop, recover, stage: stageAll } = realFiles();

const stage = (target: string, tree: FileTree) => stageAll(new Map([[target, tree]]), ".");

const tree = (text: string) =>
  new Map([["a/b.txt", { text }], ["run.sh", { text: "", mode: 0o755 }]]);
const content = () => Deno.readTextFile("t/a/b.txt");
const names = () => [...Deno.readDirSync(".")].map((entry) => entry.name).sort();

Deno.test("a tree is swapped in whole, the old one is gone, nothing else stays", () =>
  inFolder(async () => {
    await publish(await stage("t", tree("one")));
    equal(await content(), "one");
    equal((await Deno.stat("t/run.sh")).mode! & 0o777, 0o755);
    const staged = await stage("t", new Map([["a/b.txt", { text: "two" }]]));
    equal(await content(), "one");
    await publish(staged);
    equal(await content(), "two");
    equal([...Deno.readDirSync("t")].length, 1);
    equal(names(), ["t"]);
  }));

Deno.test("a dropped tree leaves what was there", () =>
  inFolder(async () => {
    await publish(await stage("t", tree("one")));
    await drop(await stage("t", tree("two")));
    equal([await content(), names()], ["one", ["t"]]);
  }));

Deno.test("a tree that cannot be written leaves what was there", () =>
  inFolder(async () => {
    await publish(await stage("t", tree("one")));
    await failure(() => stage("t", new Map([["a", { text: "" }], ["a/b", { text: "" }]])));
    equal([await content(), names()], ["one", ["t"]]);
  }));

Deno.test("after a kill at any point the next one finds a whole tree", async () => {
  const states: [string, string[], string | undefined][] = [
    ["while staging the first", [".t.navigator-new"], undefined],
    ["while staging", ["t:old", ".t.navigator-new"], "old"],
    ["between the renames", [".t.navigator-old:old", ".t.navigator-new:new"], "new"],
    ["with only the old one left", [".t.navigator-old:old"], "old"],
    ["while removing the old one", ["t:new", ".t.navigator-old:old"], "new"],
  ];
  for (const [name, folders, expected] of states) {
    await inFolder(async () => {
      for (const folder of folders) {
        const [path, text = "half"] = folder.split(":");
        await Deno.mkdir(`${path}/a`, { recursive: true });
        await Deno.writeTextFile(`${path}/a/b.txt`, text);
      }
      await recover("t");
      equal(names(), expected === undefined ? [] : ["t"], name);
      if (expected !== undefined) equal(await content(), expected, name);
    });
  }
});

Deno.test("two writers of one directory wait for each other", () =>
  inFolder(async () => {
    const first = await stage("t", tree("one"));
    const second = stage("u", tree("two"));
    let waited = true;
    second.then(() => waited = false);
    await new Promise((resolve) => setTimeout(resolve, 50));
    equal(waited, true);
    await publish(first);
    await publish(await second);
    equal(names(), ["t", "u"]);
  }));

Deno.test("a tree that cannot be renamed in leaves what was there", () =>
  inFolder(async () => {
    await publish(await stage("t", tree("one")));
    const staged = await stage("t", tree("two"));
    await Deno.remove(staged.trees[0]!.path, { recursive: true });
    await failure(() => publish(staged));
    equal([await content(), names()], ["one", ["t"]]);
  }));

Deno.test("Ctrl-C ends the waiting for another writer", () =>
  inFolder(async () => {
    const first = await stage("t", tree("one"));
    const controller = new AbortController();
    const waiting = realFiles(controller.signal).stage(new Map([["u", tree("two")]]), ".");
    setTimeout(() => controller.abort(new Error("stopped")), 20);
    equal((await failure(() => waiting)).message, "stopped");
    await publish(first);
    // The request that could not be taken back is granted now, and given back.
    await publish(await stage("u", tree("two")));
  }));

Deno.test("several trees are staged together and swapped in one after the other", () =>
  inFolder(async () => {
    await publish(await stage("t", tree("one")));
    const staged = await stageAll(new Map([["t", tree("two")], ["u", tree("two")]]), ".");
    equal([await content(), names()], ["one", [".t.navigator-new", ".u.navigator-new", "t"]]);
    await publish(staged);
    equal([await content(), names()], ["two", ["t", "u"]]);
    const broken = new Map([["a", { text: "" }], ["a/b", { text: "" }]]);
    await failure(() => stageAll(new Map([["t", tree("three")], ["v", broken]]), "."));
    equal([await content(), names()], ["two", ["t", "u"]]);
  }));

Deno.test("staging tidies what killed runs left of other trees", () =>
  inFolder(async () => {
    const left = [".a.navigator-new", ".b.navigator-old", ".c.navigator-old", ".c.navigator-new"];
    for (const folder of [...left, "d", ".d.navigator-old"]) {
      await Deno.mkdir(folder);
      await Deno.writeTextFile(`${folder}/${folder}`, "");
    }
    await drop(await stage("t", tree("one")));
    equal(names(), ["b", "c", "d"]);
    equal(["b", "c", "d"].map((name) => [...Deno.readDirSync(name)][0]!.name), [
      ".b.navigator-old",
      ".c.navigator-new",
      "d",
    ]);
  }));
