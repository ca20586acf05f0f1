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
    "twice": [zip([{ name: "d/a" }, { name: "d/a" }]), /more than one way \(duplicate filename/],
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
    "bytes behind": [concat(zip([model]), new Uint8Array(4)), /one way \(appended data\)/],
    "a second archive in front": [concat(zip([]), zip([model])), /more than one way/],
    "end records of zip64 that lie": [zip([model], 5), /more than one way \(trailing central/],
    "no sizes behind the data": [zip([{ ...model, flags: 8 }]), /what follows it and the/],
    "unknown method": [zip([{ ...model, method: 14 }]), /compression method 14: only deflate/],
    "cut short": [zip([model]).slice(0, -30), /cannot unpack m\.zip: the archive is broken/],
    "cut in the middle": [zip([model]).slice(0, 60), /cannot unpack m\.zip: the archive is broken/],
  };
  for (const [row, [content, expected]] of Object.entries(rows)) {
    await t.step(row, async () => match(await refusal(content, { name }), expected));
  }
});
