import { UserError } from "../../../../src/errors.ts";
import { zip, type ZipPart } from "../../../support/archive.ts";
import { equal, match, ok } from "../../../support/assert.ts";
import { concat } from "../../../support/tar.ts";
import { refusal, unpackBytes } from "../../../support/unpacking.ts";

const name = "m.zip";
const model: ZipPart = { name: "m.onnx", body: "model" };

Deno.test("zip: any bit turned is seen, unless it says nothing", async () => {
  const parts = [{ name: "d/" }, { name: "d/a", body: "a" }, {
    name: "d/b",
    body: "bbb",
    deflate: true,
  }];
  const tree = { d: null, "d/a": "a", "d/b": "bbb" };
  const archive = zip([...parts, { name: "d/m.plan", body: "plan" }]);
  for (let bit = 0; bit < archive.length * 8; bit += 17) {
    const turned = archive.slice();
    turned[bit >> 3]! ^= 1 << (bit & 7);
    const found = await unpackBytes(turned, { name }).catch((error) => {
      ok(error instanceof UserError, `bit ${bit}: ${error.stack}`);
    });
    // Without its magic number it is no archive.
    if (found && bit >= 32) equal(found, { ...tree, "d/m.plan": "plan" }, `bit ${bit}`);
  }
});

/** An archive whose file says to be another one than its directory. */
function renamed(name: string): Uint8Array {
  const bytes = zip([model]);
  bytes.set(new TextEncoder().encode(name), 30);
  return bytes;
}

/** An archive of so many files whose end record says another number. */
function counted(files: number, told: number): Uint8Array {
  const bytes = zip(Array.from({ length: files }, (_, i) => ({ name: `d/${i}` })));
  return patched(bytes, -14, [told, 0, told, 0]);
}

/** Everything four bytes further on, and the directory knows it. */
function shifted(): Uint8Array {
  const [first, last] = [zip([{ name: "d/a", body: "hide" }, { name: "d/b" }]), zip([])];
  const b = first.length - 22 - 2 * (46 + 3) - (30 + 3);
  // Only the second entry stays in the directory.
  const directory = first.subarray(first.length - 22 - 49, first.length - 22);
  const end = last.slice();
  const view = new DataView(end.buffer);
  for (const at of [8, 10]) view.setUint16(at, 1, true);
  view.setUint32(12, directory.length, true);
  view.setUint32(16, b + 33, true);
  return concat(first.subarray(0, b + 33), directory, end);
}

/** With a comment; the end record may say that it is shorter. */
function commented(comment: Uint8Array, told = comment.length): Uint8Array {
  return concat(patched(zip([model]), -2, [told, 0]), comment);
}

/** One character of the name, in both headers, becomes this byte, and nobody says which encoding. */
function encoded(byte: number): Uint8Array {
  const bytes = zip([model]);
  const line = bytes.length - 22 - 46 - model.name.length;
  for (const [flags, name] of [[6, 30], [line + 8, line + 46]] as const) {
    bytes[flags + 1]! &= ~8;
    bytes[name] = byte;
  }
  return bytes;
}

/** @param at counted from the end */
function patched(bytes: Uint8Array, at: number, values: readonly number[]): Uint8Array {
  const copy = bytes.slice();
  copy.set(values, bytes.length + at);
  return copy;
}

Deno.test("zip: hostile archives write nothing", async (t) => {
  const named = (name: string) => zip([{ name, body: "x" }]);
  const big = new Uint8Array(70 * 2 ** 20);
  const rows: Record<string, [Uint8Array, RegExp]> = {
    "parent": [named("d/../../m.onnx"), /a name that leads out of its folder/],
    "absolute": [named("/etc/m.onnx"), /a name that is absolute/],
    "backslash": [named("d\\m.onnx"), /a name that holds a backslash/],
    "drive": [named("C:m.onnx"), /a name that begins with a drive letter/],
    "NUL": [named("m.onnx\0.txt"), /a name that holds a control character/],
    "symbolic link": [
      zip([{ name: "m.onnx", body: "/etc/passwd", mode: 0o120777 }]),
      /"m\.onnx", which is a link$/,
    ],
    "device": [zip([{ name: "m.onnx", mode: 0o020666 }]), /a device or a pipe/],
    "case": [zip([{ name: "d/a" }, { name: "d/A" }]), /"d\/a" and "d\/A", which are one name/],
    "twice": [zip([{ name: "d/a" }, { name: "d/a" }]), /"d\/a" and "d\/a", which are one name/],
    "composed and not": [zip([{ name: "d/\u00e9" }, { name: "d/e\u0301" }]), /are one name/],
    "file and folder": [zip([{ name: "d" }, { name: "d/a" }]), /are one name/],
    "folder's case": [zip([{ name: "t/d/a" }, { name: "t/D/b" }]), /are one name/],
    "overlap": [zip([{ name: "d/a", body: "x" }, { name: "d/b", offset: 0 }]), /overlap/],
    "encrypted": [zip([{ ...model, flags: 1 }]), /is encrypted \("m\.onnx"\)/],
    "bomb": [zip([{ name: "m.onnx", body: big, deflate: true }]), /over 500 times as many/],
    "larger than it says": [
      zip([{ name: "m.onnx", body: new Uint8Array(5000), deflate: true, size: 10 }]),
      /broken or cut short \("m\.onnx": it is longer/,
    ],
    "smaller than it says": [zip([{ ...model, deflate: true, size: 5000 }]), /broken or cut short/],
    "wrong checksum": [zip([{ ...model, crc: 1 }]), /broken or cut short/],
    "another name in the file": [
      renamed("n.onnx"),
      /"m\.onnx": its header and the archive.s directory disagree/,
    ],
    "a second archive behind": [concat(zip([model]), zip([model])), /more than one way/],
    "bytes behind": [
      concat(zip([model]), new Uint8Array(4)),
      /one way \(more data follows its end\)/,
    ],
    "a second archive in front": [concat(zip([]), zip([model])), /more than one way/],
    "end records of zip64 that lie": [
      zip([model], 5),
      /more than one way \(its end records disagree/,
    ],
    "more entries than its end says": [
      counted(2, 1),
      /way \(its directory holds more than it says/,
    ],
    "fewer entries than its end says": [
      counted(1, 2),
      /way \(its directory holds less than it says/,
    ],
    "something in front": [concat(zip([model]).subarray(0, 4), zip([model])), /more than one way/],
    "bytes before its first entry": [shifted(), /way \(more data stands before its first entry/],
    "two end records": [commented(zip([])), /way \(it has two end records/],
    "a comment that ends early": [
      commented(new Uint8Array(9), 5),
      /way \(more data follows its end/,
    ],
    "a name in another encoding": [encoded(0xe9), /a name in it is not in UTF-8/],
    "no sizes behind the data": [zip([{ ...model, flags: 8 }]), /what follows it and the/],
    "unknown method": [zip([{ ...model, method: 14 }]), /compression method 14: only deflate/],
    "cut short": [zip([model]).slice(0, -30), /cannot unpack m\.zip: the archive is broken/],
    "cut in the middle": [zip([model]).slice(0, 60), /cannot unpack m\.zip: the archive is broken/],
  };
  for (const [row, [content, expected]] of Object.entries(rows)) {
    await t.step(row, async () => match(await refusal(content, { name }), expected));
  }
});
