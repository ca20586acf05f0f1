import { realFiles } from "../../../src/io/files.ts";
import { equal } from "../../support/assert.ts";
import { inFolder } from "../../support/fake_world.ts";

const { lock } = realFiles();

const names = () => [...Deno.readDirSync(".")].map(({ name }) => name).sort();

Deno.test("folders that were made for a lock go with it, unless something lies in them", () =>
  inFolder(async () => {
    (await lock("a/b/c"))();
    equal(names(), []);
    await Deno.mkdir("a");
    (await lock("a/b/c"))();
    equal([names(), [...Deno.readDirSync("a")]], [["a"], []]);
    const unlock = await lock("a/b/c");
    await Deno.writeTextFile("a/b/file", "");
    unlock();
    equal([...Deno.readDirSync("a/b")].map(({ name }) => name), ["file"]);
  }));

Deno.test("who waited for a folder that was taken away gets the one that is there", () =>
  inFolder(async () => {
    const first = await lock("a/b");
    let held = 0;
    const others = Array.from({ length: 4 }, async () => {
      const unlock = await lock("a/b");
      equal([++held, (await Deno.stat("a/b")).isDirectory], [1, true]);
      await new Promise((resolve) => setTimeout(resolve, 5));
      equal((await Deno.stat("a/b")).isDirectory, true);
      held--;
      unlock();
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    first();
    await Promise.all(others);
    equal(names(), []);
  }));
