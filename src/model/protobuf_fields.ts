/** The fields of a small protobuf message, read whole. */

import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { BrokenMessage } from "./protobuf_walk.ts";

export interface Fields {
  has(number: number): boolean;
  /** Empty, 0 or "" when the field is not there: protobuf's defaults. */
  bytes(number: number): Uint8Array;
  all(number: number): readonly Uint8Array[];
  integer(number: number): number;
  text(number: number): string;
}

export function fields(bytes: Uint8Array): Fields {
  const found: (readonly [number, Uint8Array | number])[] = [];
  const reader = new BinaryReader(bytes);
  try {
    while (reader.pos < reader.len) {
      const [number, wireType] = reader.tag();
      if (wireType === WireType.LengthDelimited) found.push([number, reader.bytes()]);
      else if (wireType === WireType.Varint) found.push([number, Number(reader.int64())]);
      else reader.skip(wireType, number);
    }
  } catch {
    throw new BrokenMessage("holds a broken description of a tensor");
  }
  const all = (number: number) => found.filter(([n]) => n === number).map(([, value]) => value);
  const binary = (number: number) => all(number).filter((value) => value instanceof Uint8Array);
  return {
    has: (number) => all(number).length > 0,
    bytes: (number) => binary(number).at(-1) ?? new Uint8Array(),
    all: binary,
    integer: (number) => all(number).filter((value) => typeof value === "number").at(-1) ?? 0,
    text: (number) => new TextDecoder().decode(binary(number).at(-1)),
  };
}

/** An entry of a map with text keys: https://protobuf.dev/programming-guides/proto3/#maps */
export const MAP_ENTRY = { key: 1, value: 2 } as const;
