import { findZipDirectory } from "../../../../src/deployer/unpack/zip_end.ts";
import { zipItems } from "../../../../src/deployer/unpack/zip_directory.ts";
import type { RandomAccessFile } from "../../../../src/world.ts";
import { equal, failure, match } from "../../../support/assert.ts";
import { concat } from "../../../support/tar.ts";

const GIB = 2 ** 30;

function numbers(...fields: readonly (readonly [bytes: number, value: number])[]): Uint8Array {
  const all = new Uint8Array(fields.reduce((sum, [bytes]) => sum + bytes, 0));
  let at = 0;
  for (const [bytes, value] of fields) {
    let rest = BigInt(value);
    for (let i = 0; i < bytes; i++, rest >>= 8n) all[at++] = Number(rest & 255n);
  }
  return all;
}

/** A line whose sizes and offset stand in its extra field, or do not fit there. */
function largeLine(name: string, { room = 24, extras = 1 } = {}): Uint8Array {
  const sizes = numbers([8, 5 * GIB], [8, 4 * GIB + 1], [8, 6 * GIB]).subarray(0, room);
  const extra = concat(numbers([2, 1], [2, room]), sizes);
  return concat(
    numbers([4, 0x02014b50], [2, 0x32d], [2, 45], [2, 0x800], [2, 8], [4, 0], [4, 7]),
    numbers([4, 0xffffffff], [4, 0xffffffff], [2, name.length], [2, extra.length * extras]),
    numbers([2, 0], [2, 0], [2, 0], [4, 0], [4, 0xffffffff]),
    new TextEncoder().encode(name),
    ...Array.from({ length: extras }, () => extra),
  );
}

function line(name: string): Uint8Array {
  return concat(
    numbers([4, 0x02014b50], [2, 0x32d], [2, 20], [2, 0x800], [2, 0], [4, 0], [4, 7], [4, 1]),
    numbers([4, 1], [2, name.length], [2, 0], [2, 0], [2, 0], [2, 0], [4, 0], [4, 9]),
    new TextEncoder().encode(name),
  );
}

/** A file of many gigabytes that holds nothing before its directory. */
function large(offset: number, lines: readonly Uint8Array[]): RandomAccessFile {
  const directory = new Uint8Array(lines.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const each of lines) {
    directory.set(each, at);
    at += each.length;
  }
  const record = numbers([4, 0x06064b50], [8, 44], [2, 45], [2, 45], [8, 0], [8, lines.length]);
  const tail = concat(
    directory,
    record,
    numbers([8, lines.length], [8, directory.length], [8, offset]),
    numbers([4, 0x07064b50], [4, 0], [8, offset + directory.length], [4, 1]),
    numbers([4, 0x06054b50], [4, 0], [2, 0xffff], [2, 0xffff], [4, 0xffffffff]),
    numbers([4, 0xffffffff], [2, 0]),
  );
  const size = offset + tail.length;
  return {
    size,
    readInto: () => new Uint8Array(),
    close: () => {},
    readAt: (from, length) => {
      const bytes = new Uint8Array(Math.max(0, Math.min(length, size - from)));
      const start = Math.max(0, from - offset);
      const part = tail.subarray(start, Math.max(start, from + bytes.length - offset));
      bytes.set(part, bytes.length - part.length);
      return Promise.resolve(bytes);
    },
  };
}

async function itemsOf(file: RandomAccessFile) {
  return await Array.fromAsync(zipItems(file, await findZipDirectory(file)));
}

Deno.test("zip64: sizes and offsets beyond 4 GiB", async () => {
  const [item, ...others] = await itemsOf(large(12 * GIB, [largeLine("d/m.plan")]));
  equal(others, []);
  const { name, size, compressedSize, offset } = item!;
  equal([name, size, compressedSize, offset], ["d/m.plan", 5 * GIB, 4 * GIB + 1, 6 * GIB]);
});

Deno.test("zip64: more entries than the end record can say", async () => {
  const names = Array.from({ length: 70_000 }, (_, i) => `d/${i}`);
  const items = await itemsOf(large(GIB, names.map(line)));
  equal(items.map(({ name }) => name), names);
});

Deno.test("zip64: sizes that are missing, or there twice", async () => {
  const read = (bytes: Uint8Array) => failure(() => itemsOf(large(12 * GIB, [bytes])));
  match((await read(largeLine("m", { room: 16 }))).message, /a size in it is missing/);
  match((await read(largeLine("m", { extras: 2 }))).message, /a header has an extra field twice/);
});
