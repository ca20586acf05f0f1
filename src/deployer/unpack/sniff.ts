/** What a file is by its first bytes, as far as they tell. */

import { isTarHeader } from "./tar_header.ts";

export type Kind =
  | "zip"
  | "tar"
  | "gzip"
  | "bzip2"
  | "xz"
  | "zstd"
  | "html"
  | "xml"
  | "json"
  | "git-lfs"
  | "pickle"
  | "hdf5"
  | "unknown";

export const SNIFFED_BYTES = 512;

/** In words, with the article. */
export const KIND_WORDS: Readonly<Record<Kind, string>> = {
  zip: "a ZIP archive",
  tar: "a tar archive",
  gzip: "gzip-compressed",
  bzip2: "bzip2-compressed",
  xz: "xz-compressed",
  zstd: "zstd-compressed",
  html: "an HTML page, probably a login or error page",
  xml: "an XML document, probably an error message of the storage",
  json: "a JSON document, probably an error message of the server",
  "git-lfs": "a Git LFS pointer, not the file that it stands for",
  pickle: "a Python pickle, not TorchScript",
  hdf5: "an HDF5 file (a Keras model?)",
  unknown: "of an unknown kind",
};

/** The magic numbers of their specifications; tar's stands in the middle of its header. */
const MAGIC: readonly (readonly [Kind, offset: number, magic: string])[] = [
  ["zip", 0, "PK\x03\x04"],
  ["zip", 0, "PK\x05\x06"],
  ["tar", 257, "ustar"],
  ["gzip", 0, "\x1f\x8b"],
  ["bzip2", 0, "BZh"],
  ["xz", 0, "\xfd7zXZ\0"],
  ["zstd", 0, "\x28\xb5\x2f\xfd"],
  // A frame to skip: pzstd begins with one.
  ["zstd", 0, "\x50\x2a\x4d\x18"],
  ["hdf5", 0, "\x89HDF\r\n\x1a\n"],
  ["git-lfs", 0, "version https://git-lfs"],
  ["pickle", 0, "\x80\x02"],
  ["pickle", 0, "\x80\x03"],
  ["pickle", 0, "\x80\x04"],
  ["pickle", 0, "\x80\x05"],
];

const TEXTS: readonly (readonly [Kind, RegExp])[] = [
  ["html", /^(\xef\xbb\xbf)?\s*(<!--.*?-->\s*)?<(!doctype html|html|head|body)\b/is],
  ["xml", /^(\xef\xbb\xbf)?\s*<(\?xml|error)\b/i],
  ["json", /^(\xef\xbb\xbf)?\s*\{\s*("|\})/],
];

export function sniff(head: Uint8Array): Kind {
  const text = Array.from(head.subarray(0, SNIFFED_BYTES), (byte) => String.fromCharCode(byte))
    .join("");
  const magic = MAGIC.find(([, offset, bytes]) => text.startsWith(bytes, offset));
  // Before ustar, a tar archive had no magic number.
  if (magic === undefined && isTarHeader(head.subarray(0, SNIFFED_BYTES))) return "tar";
  return magic?.[0] ?? TEXTS.find(([, form]) => form.test(text))?.[0] ?? "unknown";
}
