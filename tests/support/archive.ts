/** Writes ZIP archives byte by byte, so that they may lie. */

import { crc32, deflateRawSync } from "node:zlib";
import { bytesOf, concat } from "./tar.ts";

export interface ZipPart {
  readonly name: string;
  readonly body?: string | Uint8Array;
  readonly deflate?: boolean;
  /** Unix mode, in the upper half of the external attributes. */
  readonly mode?: number;
  /** General purpose flags: 1 is "encrypted". */
  readonly flags?: number;
  /** Lies of the directory, or of both headers. */
  readonly size?: number;
  readonly crc?: number;
  readonly method?: number;
  /** Of the local header; default: where it is. */
  readonly offset?: number;
}

/** @param zip64 adds the end records of zip64, which nothing needs; a number is a lie about the size */
export function zip(parts: readonly ZipPart[], zip64?: true | number): Uint8Array {
  const locals: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const part of parts) {
    const name = new TextEncoder().encode(part.name);
    const body = bytesOf(part.body ?? "");
    const data = part.deflate ? new Uint8Array(deflateRawSync(body)) : body;
    const common = [
      u16(20),
      u16((part.flags ?? 0) | 0x800),
      u16(part.method ?? (part.deflate ? 8 : 0)),
      u32(0x00210000),
      u32(part.crc ?? crc32(body)),
      u32(data.length),
      u32(part.size ?? body.length),
      u16(name.length),
      u16(0),
    ];
    const local = concat(u32(0x04034b50), ...common, name, data);
    directory.push(concat(
      u32(0x02014b50),
      u16((3 << 8) | 20),
      ...common,
      u16(0),
      u16(0),
      u16(0),
      u32(((part.mode ?? 0) << 16) >>> 0),
      u32(part.offset ?? offset),
      name,
    ));
    locals.push(local);
    offset += local.length;
  }
  const central = concat(...directory);
  const end = concat(
    u32(0x06054b50),
    u16(0),
    u16(0),
    u16(parts.length),
    u16(parts.length),
    u32(central.length),
    u32(offset),
    u16(0),
  );
  const idle = zip64 === undefined ? [] : [
    u32(0x06064b50),
    u64(44),
    u16(45),
    u16(45),
    u64(0),
    u64(parts.length),
    u64(parts.length),
    u64(zip64 === true ? central.length : zip64),
    u64(offset),
    u32(0x07064b50),
    u32(0),
    u64(offset + central.length),
    u32(1),
  ];
  return concat(...locals, central, ...idle, end);
}

/** What `torch.jit.save` writes, as far as anybody looks. */
export function torchScriptZip(folder = "model", forward?: string): Uint8Array {
  const files = ["data.pkl", "constants.pkl", "version", "byteorder"];
  const parts: ZipPart[] = files.map((file) => ({ name: `${folder}/${file}`, body: file }));
  if (forward === undefined) return zip(parts, true);
  parts[0] = { name: `${folder}/data.pkl`, body: new Uint8Array([0x80, 2, ...NET]) };
  const code = `class Net(Module):\n  training : bool\n  ${forward}\n    return x\n`;
  return zip([...parts, { name: `${folder}/code/__torch__/nets.py`, body: code }], true);
}

const NET = new TextEncoder().encode("c__torch__.nets\nNet\nq\0)");

function u16(value: number): Uint8Array {
  return new Uint8Array(new Uint16Array([value]).buffer);
}

function u64(value: number): Uint8Array {
  return new Uint8Array(new BigUint64Array([BigInt(value)]).buffer);
}

function u32(value: number): Uint8Array {
  return new Uint8Array(new Uint32Array([value]).buffer);
}
