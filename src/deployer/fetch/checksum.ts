/** Checksums that providers send along, and what computes them. */

import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { ToolError } from "../../errors.ts";
import { crc32c, crc64nvme, type Digester } from "./crc.ts";

export type Algorithm = "sha256" | "sha1" | "md5" | "crc32" | "crc32c" | "crc64nvme";

export interface Checksum {
  readonly algorithm: Algorithm;
  /** In hexadecimal. */
  readonly value: string;
}

/** Undefined when it cannot be one. */
export function fromBase64(algorithm: Algorithm, text: string): Checksum | undefined {
  try {
    const bytes = Uint8Array.fromBase64(text.trim());
    return bytes.length === LENGTHS[algorithm] ? { algorithm, value: bytes.toHex() } : undefined;
  } catch {
    return undefined;
  }
}

const LENGTHS: Readonly<Record<Algorithm, number>> = {
  sha256: 32,
  sha1: 20,
  md5: 16,
  crc32: 4,
  crc32c: 4,
  crc64nvme: 8,
};

export function digester(algorithm: Algorithm): Digester {
  switch (algorithm) {
    case "crc32": {
      let value = 0;
      return {
        update: (bytes) => value = crc32(bytes, value),
        digest: () => value.toString(16).padStart(8, "0"),
      };
    }
    case "crc32c":
      return crc32c();
    case "crc64nvme":
      return crc64nvme();
    default: {
      const hash = createHash(algorithm);
      return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest("hex") };
    }
  }
}

export function wrongChecksum(
  shown: string,
  { expected, actual }: { readonly expected: Checksum; readonly actual: string },
): ToolError {
  const { algorithm, value } = expected;
  return new ToolError(
    `cannot fetch ${shown}: the ${algorithm} of what came is ${actual}, but its storage says ${value}`,
    { hint: "a proxy or the storage damaged the object: try again, or upload it again" },
  );
}
