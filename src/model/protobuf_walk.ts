/** Walks the fields of a protobuf message of any size in a file, without reading what it skips. */

import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { UserError } from "../errors.ts";
import type { RandomAccessFile } from "../world.ts";

/** A part of the file, `end` excluded. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A field: its number and where its content lies. */
export interface Field extends Range {
  readonly number: number;
  readonly isMessage: boolean;
}

/** The bytes are not the message that they should be; the text completes "the file …". */
export class BrokenMessage extends Error {}

export interface Walker {
  /** Visits the fields in order; a visitor that returns nothing has its field skipped. */
  walk(range: Range, visit: (field: Field) => Promise<void> | void): Promise<void>;
  /** A whole small message, text or list. */
  bytes(range: Range): Promise<Uint8Array>;
}

/** Reads a file with `read`; when it is no such message after all, says so of the file `name`. */
export async function readAs<T>(
  kind: string,
  { file, name }: { readonly file: RandomAccessFile; readonly name: string },
  read: (walker: Walker, whole: Range) => Promise<T>,
): Promise<T> {
  try {
    return await read(walkProtobuf(file), { start: 0, end: file.size });
  } catch (error) {
    if (!(error instanceof BrokenMessage)) throw error;
    throw new UserError({ where: name, what: `cannot be read as ${kind}: it ${error.message}` });
  }
}

const WINDOW = 64 * 1024;
/** Nothing that we read whole comes near this. */
const MAX_WHOLE = 4 * 1024 * 1024;
/** A few times as many as the largest models have: a file of nothing else takes seconds, not minutes. */
const MAX_FIELDS = 50_000_000;
/** A tag and a length, each at most this many bytes. */
const MAX_VARINT = 10;

function walkProtobuf(file: RandomAccessFile): Walker {
  let count = 0;
  let windowStart = 0;
  let window: Uint8Array = new Uint8Array();
  let reader = new BinaryReader(window);

  const load = async (at: number) => {
    window = await file.readAt(at, WINDOW);
    reader = new BinaryReader(window);
    windowStart = at;
  };
  /** True when the head of a field at `at` lies in the window, or the file ends in it. */
  const holds = (at: number) => {
    const windowEnd = windowStart + reader.len;
    return at >= windowStart && at < windowEnd &&
      (at + 2 * MAX_VARINT <= windowEnd || windowEnd === file.size);
  };

  return {
    walk: async (range, visit) => {
      let at = range.start;
      while (at < range.end) {
        if (++count > MAX_FIELDS) throw new BrokenMessage("holds more fields than any model has");
        if (!holds(at)) await load(at);
        const field = head(reader, at - windowStart, windowStart);
        if (field.end > range.end) {
          throw new BrokenMessage(
            field.end > file.size
              ? "is cut short"
              : "holds a field that is longer than its message",
          );
        }
        at = field.end;
        const visited = visit(field);
        if (visited) await visited;
      }
    },
    bytes: async ({ start, end }) => {
      if (end - start > MAX_WHOLE) throw new BrokenMessage("holds a name of several megabytes");
      const from = start - windowStart;
      const known = from >= 0 && end - windowStart <= window.length;
      if (known) return window.subarray(from, end - windowStart);
      const bytes = await file.readAt(start, end - start);
      if (bytes.length < end - start) throw new BrokenMessage("is cut short");
      return bytes;
    },
  };
}

/** https://protobuf.dev/programming-guides/encoding/ */
function head(reader: BinaryReader, position: number, windowStart: number): Field {
  reader.pos = position;
  try {
    const [number, wireType] = reader.tag();
    const isMessage = wireType === WireType.LengthDelimited;
    const length = lengthOf(reader, wireType);
    const start = windowStart + reader.pos;
    return { number, isMessage, start, end: start + length };
  } catch (error) {
    if (error instanceof BrokenMessage) throw error;
    const cut = error instanceof RangeError;
    throw new BrokenMessage(cut ? "is cut short" : "holds bytes that are no protobuf message");
  }
}

function lengthOf(reader: BinaryReader, wireType: WireType): number {
  switch (wireType) {
    case WireType.LengthDelimited:
      return reader.uint32();
    case WireType.Varint:
      reader.uint64();
      return 0;
    case WireType.Bit32:
      return 4;
    case WireType.Bit64:
      return 8;
    default:
      throw new BrokenMessage("holds bytes that are no protobuf message");
  }
}
