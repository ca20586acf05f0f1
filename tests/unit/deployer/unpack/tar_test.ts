import { byteReader } from "../../../../src/deployer/unpack/byte_reader.ts";
import { tarEntries } from "../../../../src/deployer/unpack/tar.ts";
import { UserError } from "../../../../src/errors.ts";
import { equal, match, ok } from "../../../support/assert.ts";
import { concat, longName, pax, paxRecord, tar, type TarPart } from "../../../support/tar.ts";
import { refusal, streamOf, type Tree, unpackBytes } from "../../../support/unpacking.ts";

const file: TarPart = { name: "m.plan", body: "plan" };
const long = `d/${"x".repeat(200)}.plan`;
/** As `tar` writes sizes from 8 GiB on. */
const base256 = (size: number) => `\x80${"\0".repeat(10)}${String.fromCharCode(size)}`;

Deno.test("tar: the dialects", async (t) => {
  const rows: Record<string, [readonly TarPart[], Tree]> = {
    "ustar": [[file], { "m.plan": "plan" }],
    "V7": [[{ ...file, magic: "" }], { "m.plan": "plan" }],
    "V7, a directory told by its slash": [
      [{ name: "d/", type: "\0", magic: "" }, { ...file, name: "d/m.plan", magic: "" }],
      { "d": null, "d/m.plan": "plan" },
    ],
    "a prefix": [[{ ...file, prefix: "d/e" }], { "d": null, "d/e": null, "d/e/m.plan": "plan" }],
    "GNU's long name": [[longName(long), file], { "d": null, [long]: "plan" }],
    "GNU's long name of a link's target is of no use": [
      [longName("x", "K"), file],
      { "m.plan": "plan" },
    ],
    "GNU keeps no prefix": [[{ ...file, magic: "ustar  \0", prefix: "1" }], { "m.plan": "plan" }],
    "a long name, cut within a character where it has no room": [
      [longName("é.plan"), { ...file, name: `x${"é".repeat(50)}` }],
      { "é.plan": "plan" },
    ],
    "PAX path": [[pax({ path: long, mtime: "1.5" }), file], { "d": null, [long]: "plan" }],
    "PAX path in UTF-8": [[pax({ path: "é世.plan" }), file], { "é世.plan": "plan" }],
    "PAX size": [[pax({ size: "4" }), { ...file, size: 0 }], { "m.plan": "plan" }],
    "an empty PAX value says nothing": [[pax({ path: "" }), file], { "m.plan": "plan" }],
    "a global header with a comment": [[pax({ comment: "c" }, "g"), file], { "m.plan": "plan" }],
    "a size in base 256": [[{ ...file, size: base256(4) }], { "m.plan": "plan" }],
    "a size with spaces": [[{ ...file, size: "         4 \0" }], { "m.plan": "plan" }],
    "a contiguous file": [[{ ...file, type: "7" }], { "m.plan": "plan" }],
    "the folder itself, then its file": [[{ name: "./" }, { ...file, name: "./m.plan" }], {
      "m.plan": "plan",
    }],
    "a directory named twice": [
      [{ name: "d/" }, { name: "d/" }, { ...file, name: "d/m.plan" }],
      { "d": null, "d/m.plan": "plan" },
    ],
    "what macOS adds is left out": [
      [{ name: "./._m.plan", body: "x" }, { name: ".DS_Store" }, file, {
        name: "__MACOSX/._m.plan",
        body: "x",
      }],
      { "m.plan": "plan" },
    ],
    "an empty directory": [
      [{ name: "d/" }, { name: "d/e/" }, { ...file, name: "d/m.plan" }],
      { "d": null, "d/e": null, "d/m.plan": "plan" },
    ],
  };
  for (const [name, [parts, tree]] of Object.entries(rows)) {
    await t.step(name, async () => {
      equal(await unpackBytes(tar(parts)), tree);
      equal(await unpackBytes(streamOf(tar(parts))), tree);
    });
  }
});

Deno.test("tar: zeros may follow the end, and chunks may be cut anywhere", async () => {
  const archive = tar([{ ...file, body: "x".repeat(2000) }], { end: 20 });
  const tree = { "m.plan": "x".repeat(2000) };
  for (const chunk of [1, 7, 511, 512, 513, 100_000]) {
    equal(await unpackBytes(streamOf(archive, chunk)), tree);
  }
  equal(await unpackBytes(archive.subarray(0, -200)), tree);
});

Deno.test("tar: what is refused", async (t) => {
  const named = (name: string) => [{ name, body: "x" }];
  const rows: Record<string, [readonly TarPart[], RegExp]> = {
    "symbolic link": [[{ name: "m.plan", type: "2" }], /holds "m\.plan", which is a link$/],
    "hard link": [[file, { name: "n", type: "1" }], /which is a link/],
    "character device": [[{ name: "d", type: "3" }], /which is a device or a pipe/],
    "block device": [[{ name: "d", type: "4" }], /which is a device or a pipe/],
    "pipe": [[{ name: "d", type: "6" }], /which is a device or a pipe/],
    "GNU sparse": [[{ ...file, type: "S" }], /which is kept as a sparse file/],
    "PAX sparse": [[pax({ "GNU.sparse.major": "1" }), file], /kept as a sparse file/],
    "star sparse": [[pax({ "SCHILY.realsize": "9" }), file], /kept as a sparse file/],
    "dump directory": [[{ name: "d/", type: "D" }], /"d\/" of the type "D", which is no file/],
    "parent": [named("../m.plan"), /a name that leads out of its folder/],
    "parent, within": [named("d/../../m.plan"), /a name that leads out/],
    "parent, by PAX": [[pax({ path: "../m.plan" }), file], /a name that leads out/],
    "parent, by GNU": [[longName("d/../../m.plan"), file], /a name that leads out/],
    "parent in what macOS adds": [named("__MACOSX/../../x"), /a name that leads out/],
    "absolute": [named("/etc/m.plan"), /a name that is absolute/],
    "drive": [named("C:m.plan"), /begins with a drive letter/],
    "backslash": [named("d\\m.plan"), /holds a backslash/],
    "escape sequence": [named("m\x1b[31m"), /"m\\u001b\[31m", a name that holds a control/],
    "NUL by PAX": [[pax({ path: "m\0.plan" }), file], /holds a control character/],
    "empty name": [named(""), /a name that is empty/],
    "a file that is only a dot": [named("./."), /both a file and a directory/],
    "too long": [[pax({ path: "x/".repeat(600) + "m" }), file], /a name that is too long/],
    "too deep": [[pax({ path: "x/".repeat(40) + "m" }), file], /more than 32 folders deep/],
    "not UTF-8": [[{ ...file, name: `x${"é".repeat(50)}` }], /a name in it is not in UTF-8/],
    "case": [[{ name: "d/a" }, { name: "d/A" }], /"d\/a" and "d\/A", which are one name/],
    "composed and not": [[{ name: "d/\u00e9" }, { name: "d/e\u0301" }], /are one name/],
    "twice": [[{ name: "d/a" }, { name: "./d//a" }], /are one name/],
    "file as folder": [[{ name: "d" }, { name: "d/a" }], /are one name/],
    "folder as file": [[{ name: "d/a" }, { name: "d" }], /are one name/],
    "folders' case": [[{ name: "t/d/a" }, { name: "t/D/b" }], /are one name/],
    "two at the top": [[file, { name: "n" }], /holds "m\.plan" and "n" at its top/],
    "only what macOS adds": [[{ name: "._m.plan" }], /holds nothing/],
    "a directory with bytes": [[{ name: "d/", body: "x" }], /both a file and a directory/],
    "negative size": [[{ ...file, size: "\xff".repeat(12) }], /no valid size/],
    "size beyond numbers": [[{ ...file, size: `\x80${"\xff".repeat(11)}` }], /no valid size/],
    "size that is no number": [[{ ...file, size: "0000000009x\0" }], /no valid size/],
    "size beyond the limit": [[{ ...file, size: 2 ** 31 }], /unpacks to 2147483648 bytes, more/],
    "PAX size that is no number": [[pax({ size: "-1" }), file], /header has no valid size/],
    "PAX size too large": [[pax({ size: "5000" }), file], /ends within a file/],
    "PAX size too small": [[pax({ size: "0" }), file], /wrong checksum/],
    "PAX cut": [[{ ...pax({}), body: "99 path=x\n" }, file], /extended header cannot be read/],
    "PAX without length": [[{ ...pax({}), body: "path=x\n" }, file], /cannot be read/],
    "PAX of negative length": [[{ ...pax({}), body: "-9 path=x\n" }, file], /cannot be read/],
    "PAX without end": [[{ ...pax({}), body: "9 path=xx" }, file], /cannot be read/],
    "PAX too large": [[{ ...pax({}), body: "x".repeat(2 ** 20 + 1) }, file], /1048577 bytes/],
    "PAX twice": [[pax({ path: "a" }), pax({ path: "b" }), file], /follows one of its kind/],
    "PAX and GNU disagree": [[pax({ path: "a" }), longName("b"), file], /disagree on a name/],
    "PAX at the end": [[file, pax({ path: "a" })], /ends after an extended header/],
    "a global name": [[pax({ path: "a" }, "g"), file], /one name or one size to all/],
    "wrong checksum": [[file, { ...file, name: "n", wrong: 1 }], /wrong checksum/],
  };
  for (const [name, [parts, expected]] of Object.entries(rows)) {
    await t.step(name, async () => {
      match(await refusal(streamOf(tar(parts))), expected);
      match(await refusal(tar(parts)), expected);
    });
  }
});

Deno.test("tar: ends that are none", async (t) => {
  const other = tar([{ name: "evil", body: "x" }]);
  const rows: Record<string, [Uint8Array, RegExp]> = {
    "no end": [tar([file], { end: 0 }), /its end is missing/],
    "half an end": [tar([file], { end: 1 }), /its end is missing/],
    "a second archive": [concat(tar([file]), other), /followed by more data, maybe by another/],
    "a second archive after zeros": [concat(tar([file], { end: 40 }), other), /more data/],
    "a header after one block of zeros": [concat(tar([file], { end: 1 }), other), /more data/],
    "a byte": [concat(tar([file]), new Uint8Array([1])), /followed by more data/],
    "in a header": [tar([file]).subarray(0, 300), /ends too early|does not begin/],
    "in the data": [tar([{ ...file, body: "x".repeat(600) }]).subarray(0, 800), /within a file/],
    "in the padding": [tar([file]).subarray(0, 600), /ends too early/],
    "in the end": [tar([file]).subarray(0, -700), /ends too early/],
    "in a PAX header": [tar([pax({ path: "x" }), file]).subarray(0, 520), /ends too early/],
    "no tar at all": [concat(new TextEncoder().encode("ustar"), new Uint8Array(600)), /no tar/],
    "only zeros": [new Uint8Array(1024), /no tar/],
  };
  for (const [name, [bytes, expected]] of Object.entries(rows)) {
    await t.step(name, async () => match(await refusal(streamOf(bytes)), expected));
  }
});

Deno.test("tar: the limits", async () => {
  const names = ["d/m.plan", "d/a", "d/b"];
  const parts = names.map((name) => ({ name, body: "x".repeat(100) }));
  const limits = { entries: 3, bytes: 300, ratio: 500 };
  equal(Object.keys(await unpackBytes(tar(parts), { limits })).length, 4);
  match(await refusal(tar(parts), { limits: { ...limits, entries: 2 } }), /more than 2 entries/);
  match(
    await refusal(tar(parts), { limits: { ...limits, bytes: 299 } }),
    /300 bytes, more than 299/,
  );
});

Deno.test("tar: any bit turned in a header is seen, unless it says nothing", async () => {
  const archive = tar([{ ...file, name: "m" }]);
  for (let bit = 0; bit < 512 * 8; bit += 7) {
    const turned = archive.slice();
    turned[bit >> 3]! ^= 1 << (bit & 7);
    const tree = await unpackBytes(streamOf(turned, 9000)).catch((error) => {
      ok(error instanceof UserError, `bit ${bit}: ${error.stack}`);
    });
    if (tree) equal(tree, { m: "plan" }, `bit ${bit}`);
  }
});

Deno.test("tar: files of more than 8 GiB, in both ways to say so", async () => {
  const size = 9 * 2 ** 30 + 5;
  const bytes = Uint8Array.from([0x80, ...Array(6).fill(0), 2, 0x40, 0, 0, 5]);
  const heads = [
    tar([{ name: "m.plan", size: String.fromCharCode(...bytes) }], { end: 0 }),
    tar([pax({ size: String(size) }), { name: "m.plan" }], { end: 0 }),
  ];
  for (const head of heads) {
    const chunk = new Uint8Array(2 ** 24);
    const source = async function* () {
      yield head;
      for (let left = size; left > 0; left -= chunk.length) yield chunk.subarray(0, left);
      yield new Uint8Array(507 + 1024);
    };
    const found = [];
    for await (const { name, size, body } of tarEntries(byteReader(source()))) {
      let read = 0;
      for await (const bytes of body) read += bytes.length;
      found.push({ name, size, read });
    }
    equal(found, [{ name: "m.plan", size, read: size }]);
  }
});

Deno.test("tar: a PAX record counts its own digits", () => {
  equal(paxRecord("path", "x".repeat(90)).length, 99);
  equal(paxRecord("path", "x".repeat(91)).slice(0, 4), "101 ");
});
