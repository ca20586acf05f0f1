import { createFile, waitForDisk } from "../../../src/io/new_file.ts";
import { equal, failure, ok } from "../../support/assert.ts";
import { inFolder } from "../../support/fake_world.ts";

Deno.test("createFile: pieces of any size, in their order", () =>
  inFolder(async () => {
    const sizes = [1, 40_000, 0, 32_768, 32_767, 33 * 2 ** 20, 5, 70_000];
    const file = await createFile("f", waitForDisk);
    for (const [i, size] of sizes.entries()) await file.write(new Uint8Array(size).fill(i + 1));
    await file.close();
    const bytes = await Deno.readFile("f");
    equal(bytes.length, sizes.reduce((sum, size) => sum + size, 0));
    let at = 0;
    for (const [i, size] of sizes.entries()) {
      ok(bytes.subarray(at, at += size).every((byte) => byte === i + 1), `piece ${i}`);
    }
    equal((await Deno.stat("f")).mode! & 0o777, 0o644);
  }));

Deno.test("createFile: takes the place of nothing, and follows no link", () =>
  inFolder(async () => {
    await Deno.writeTextFile("f", "old");
    await Deno.symlink("elsewhere", "link");
    for (const path of ["f", "link"]) {
      ok(await failure(() => createFile(path, waitForDisk)) instanceof Deno.errors.AlreadyExists);
    }
    equal(await Deno.readTextFile("f"), "old");
    equal(Array.from(Deno.readDirSync("."), (entry) => entry.name).sort(), ["f", "link"]);
  }));

Deno.test("createFile: an abandoned file is closed as it is", () =>
  inFolder(async () => {
    const file = await createFile("f", waitForDisk);
    await file.write(new Uint8Array(50_000));
    await file.abandon();
    equal((await Deno.stat("f")).size, 50_000);
  }));
