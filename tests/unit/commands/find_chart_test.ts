import { packTree } from "../../../src/chart/package.ts";
import { run } from "../../../src/cli/run.ts";
import { equal, match } from "../../support/assert.ts";
import { fakeWorld, inFolder } from "../../support/fake_world.ts";

const MARKER = ".helm-navigator.json";

Deno.test("a tree whose marker we cannot have written is none of ours, as folder and as archive", () =>
  inFolder(async () => {
    const good = { generator: "helm-navigator", name: "m", version: "0.1.0" };
    const rows: [marker: unknown, isOurs: boolean][] = [
      [good, true],
      [null, false],
      [{ ...good, name: undefined }, false],
      [{ ...good, name: "../../x" }, false],
      [{ ...good, name: "--post-renderer=x" }, false],
      [{ ...good, version: "1:2" }, false],
    ];
    for (const [marker, isOurs] of rows) {
      const text = JSON.stringify(marker);
      await Deno.mkdir("t", { recursive: true });
      await Deno.writeTextFile(`t/${MARKER}`, text);
      const tree = new Map([[MARKER, { text }]]);
      await Deno.writeFile("t.tgz", await packTree({ directory: "t", tree }));
      for (const chart of ["t", "t.tgz"]) {
        const world = fakeWorld({ tools: [{ starts: "docker version" }] });
        const code = await run(["build", chart, "--dry-run"], world);
        equal([text, code], [text, isOurs ? 0 : 2]);
        if (!isOurs) match(world.stderr.join(), /that `create` (generated|made)/);
      }
    }
  }));
