import { gzipSync } from "node:zlib";
import { packTar } from "modern-tar";
import { packTree, unpackTree } from "../../../src/chart/package.ts";
import { MARKER, printMarker } from "../../../src/chart/marker.ts";
import type { FileContent } from "../../../src/world.ts";
import { equal, failure, match } from "../../support/assert.ts";

const tree = new Map([
  ["toolkit/deployer.sh", { text: "#!/bin/sh\n", mode: 0o755 }],
  [`${"x".repeat(53)}-inference/templates/${"y".repeat(80)}.yaml`, { text: "é: 1\n", mode: 0o644 }],
  [MARKER, { text: printMarker({ name: "m", version: "0.1.0" }), mode: 0o644 }],
]);

/** What was packed as a text comes back as bytes. */
function text(content: FileContent): FileContent {
  if (!("bytes" in content)) return content;
  return { text: new TextDecoder().decode(content.bytes), mode: content.mode! };
}

Deno.test("a tree comes back as it was, without what is linked", async () => {
  const linked = new Map<string, FileContent>(tree).set("toolkit/helm-navigator", {
    linkTo: "/bin/true",
  });
  const bytes = await packTree({ directory: "m", tree: linked });
  const back = await unpackTree(bytes, "m.tgz");
  equal(back.directory, "m");
  equal(new Map([...back.tree].map(([path, content]) => [path, text(content)])), tree);
  const reversed = new Map([...linked].reverse());
  equal(await packTree({ directory: "m", tree: reversed }), bytes);
});

Deno.test("what is not such an archive is refused in words", async () => {
  const tgz = async (...names: string[]) =>
    new Uint8Array(gzipSync(
      await packTar(names.map((name) => ({
        header: { name, size: 1, type: "file" as const },
        body: "x",
      }))),
    ));
  const link = await packTar([{
    header: { name: "m/link", size: 0, type: "symlink", linkname: "/etc/passwd" },
  }]);
  const rows: [Uint8Array, RegExp][] = [
    [new TextEncoder().encode("text"), /cannot be read as a \.tgz archive/],
    [new Uint8Array(gzipSync("text")), /cannot be read as a \.tgz archive/],
    [
      new Uint8Array(gzipSync(new Uint8Array(40 * 1024 * 1024))),
      /\.tgz archive: it holds more than 32 MiB$/,
    ],
    [(await tgz(`m/${MARKER}`)).subarray(0, 60), /cannot be read as a \.tgz archive/],
    [await tgz("m/../../x", `m/${MARKER}`), /holds "m\/\.\.\/\.\.\/x", which leads out/],
    [await tgz("/m/x"), /which is absolute/],
    [new Uint8Array(gzipSync(link)), /holds "m\/link", which is a link or a device/],
    [await tgz("m/x"), /does not hold the tree of one chart/],
    [await tgz(`m/${MARKER}`), /does not hold the tree of one chart/],
    [await tgz(`m/${MARKER}`, `n/${MARKER}`), /does not hold one directory/],
    [await tgz(MARKER), /does not hold the tree of one chart/],
  ];
  for (const [bytes, message] of rows) {
    match((await failure(() => unpackTree(bytes, "m.tgz"))).message, message);
  }
});
