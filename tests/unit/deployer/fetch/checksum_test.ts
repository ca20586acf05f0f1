import { type Algorithm, digester, fromBase64 } from "../../../../src/deployer/fetch/checksum.ts";
import { equal } from "../../../support/assert.ts";
import { noise } from "../../../support/noise.ts";

Deno.test("checksums: the check values of their catalogues", () => {
  /** CRCs of "123456789": https://reveng.sourceforge.io/crc-catalogue/all.htm */
  const rows: Record<Algorithm, string> = {
    crc32: "cbf43926",
    crc32c: "e3069283",
    crc64nvme: "ae8b14860a799888",
    md5: "25f9e794323b453885f5181f1b624d0b",
    sha1: "f7c3bc1d808e04732adf679965ccc34ca7ae3441",
    sha256: "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225",
  };
  for (const [algorithm, expected] of Object.entries(rows)) {
    const one = digester(algorithm as Algorithm);
    one.update(new TextEncoder().encode("123456789"));
    equal(one.digest(), expected);
  }
});

Deno.test("checksums: the same in pieces of any length", () => {
  const bytes = noise(5000);
  for (const algorithm of ["crc32", "crc32c", "crc64nvme"] as const) {
    const whole = digester(algorithm);
    whole.update(bytes);
    const pieces = digester(algorithm);
    for (let at = 0, length = 0; at < bytes.length; at += length++) {
      pieces.update(bytes.subarray(at, at + length));
    }
    equal(pieces.digest(), whole.digest());
  }
});

Deno.test("checksums: what cannot be one", () => {
  equal(fromBase64("crc32", "y/Q5Jg=="), { algorithm: "crc32", value: "cbf43926" });
  for (const text of ["", "y/Q5", "%%%", "y/Q5Jg==-2"]) equal(fromBase64("crc32", text), undefined);
});
