/** Go's own test archives: each is read as GNU tar or unzip read it, or refused with a reason. */

import { createHash } from "node:crypto";
import { byteReader } from "../../src/deployer/unpack/byte_reader.ts";
import { decompressed, isTarKind } from "../../src/deployer/unpack/decompress.ts";
import { sniff, SNIFFED_BYTES } from "../../src/deployer/unpack/sniff.ts";
import { tarEntries } from "../../src/deployer/unpack/tar.ts";
import { openZip } from "../../src/deployer/unpack/zip.ts";
import { UserError } from "../../src/errors.ts";
import { realFiles } from "../../src/io/files.ts";
import { equal, match, ok } from "../support/assert.ts";
import { part, runProgram } from "../support/program.ts";
import { LIMITS, streamOf, unpackBytes } from "../support/unpacking.ts";

/** Directories → null, files → the digest of their bytes. */
type Listing = Readonly<Record<string, string | null>>;

/**
 * "same": unpacked, with the same bytes. "tops": those bytes too, but more than one entry at the
 * top. "none": no archive for us, and so a model file that nobody can read. Else why it is refused.
 */
type Outcome = "same" | "tops" | "none" | RegExp;

const TAR: Readonly<Record<string, Outcome>> = {
  "file-and-dir.tar": "tops",
  "gnu-incremental.tar": /"test2\/" of the type "D"/,
  "gnu-long-nul.tar": "same",
  "gnu-multi-hdrs.tar": /an extended header follows one of its kind/,
  "gnu-nil-sparse-data.tar": /sparse file/,
  "gnu-nil-sparse-hole.tar": /sparse file/,
  "gnu-not-utf8.tar": /not in UTF-8/,
  "gnu-sparse-big.tar.base64": /sparse file/,
  "gnu-sparse-many-zeros.tar.bz2": /sparse file/,
  "gnu-utf8.tar": "same",
  "gnu.tar": "tops",
  "hardlink.tar": /"hard\.txt", which is a link/,
  "hdr-only.tar": /"fifo", which is a device or a pipe/,
  "invalid-go17.tar": "same",
  "issue10968.tar": "none",
  "issue11169.tar": /does not begin/,
  "issue12435.tar": "none",
  "neg-size.tar.base64": /no valid size/,
  "nil-uid.tar": /its end is missing/,
  "pax-bad-hdr-file.tar": /an extended header cannot be read/,
  "pax-bad-hdr-large.tar.bz2": /an extended header of 1048577 bytes/,
  "pax-bad-mtime-file.tar": /its end is missing/,
  "pax-global-records.tar": /one name or one size to all/,
  "pax-multi-hdrs.tar": /an extended header follows one of its kind/,
  "pax-nil-sparse-data.tar": /sparse file/,
  "pax-nil-sparse-hole.tar": /sparse file/,
  "pax-nul-path.tar": /a name that holds a control character/,
  "pax-nul-xattrs.tar": "same",
  "pax-path-hdr.tar": /its end is missing/,
  "pax-pos-size-file.tar": /no valid size/,
  "pax-records.tar": "same",
  "pax-sparse-big.tar.base64": /sparse file/,
  "pax.tar": /"a\/b", which is a link/,
  "sparse-formats.tar": /sparse file/,
  "star.tar": "tops",
  "trailing-slash.tar": /holds no model/,
  "ustar-file-devs.tar": "same",
  "ustar-file-reg.tar": /its end is missing/,
  "ustar.tar": "same",
  "v7.tar": "tops",
  "writer-big-long.tar.base64": /ends within a file/,
  "writer-big.tar": /ends within a file/,
  "writer.tar": /"small\.txt" and "small2\.txt" at its top/,
  "xattrs.tar": "tops",
};

const ZIP: Readonly<Record<string, Outcome>> = {
  "comment-truncated.zip": "same",
  "crc32-not-streamed.zip": "tops",
  "dd.zip": "same",
  "dupdir.zip": /"a\/b" and "a\/b", which are one name/,
  "go-no-datadesc-sig.zip.base64": "tops",
  "go-with-datadesc-sig.zip": "tops",
  "readme.notzip": "none",
  "readme.zip": /more than one way \(more data follows its end\)/,
  "subdir.zip": "same",
  "symlink.zip": /"symlink", which is a link/,
  "test-badbase.zip": /more than one way/,
  "test-baddirsz.zip": /more than one way/,
  "test-prefix.zip": "none",
  "test-trailing-junk.zip": /more than one way \(more data follows its end\)/,
  "test.zip": "tops",
  "time-22738.zip": "same",
  "time-7zip.zip": "same",
  "time-go.zip": "same",
  "time-infozip.zip": "same",
  "time-osx.zip": "same",
  "time-win7.zip": "same",
  "time-winrar.zip": "same",
  "time-winzip.zip": "same",
  "unix.zip": "tops",
  "utf8-7zip.zip": "same",
  "utf8-infozip.zip": "same",
  "utf8-osx.zip": "same",
  "utf8-winrar.zip": "same",
  "utf8-winzip.zip": "same",
  "winxp.zip": "tops",
  "zip64-2.zip": "same",
  "zip64.zip": "same",
};

const limits = { ...LIMITS, bytes: 2 ** 40 };
const { stdout } = await runProgram(part("NAVIGATOR_GO"), ["env", "GOROOT"]);
const corpora = { tar: TAR, zip: ZIP };

for (const [kind, outcomes] of Object.entries(corpora)) {
  const folder = `${stdout.trim()}/src/archive/${kind}/testdata`;

  Deno.test(`Go's ${kind} archives are all in the table`, () => {
    const found = Array.from(Deno.readDirSync(folder), ({ name }) => name)
      .filter((name) => !/\.(txt|png)$/.test(name)).sort();
    equal(found, Object.keys(outcomes).sort());
  });

  for (const [name, outcome] of Object.entries(outcomes)) {
    Deno.test(`${name}: ${outcome}`, async () => {
      const bytes = await read(`${folder}/${name}`);
      if (outcome === "none") return equal(isArchive(bytes), false);
      ok(isArchive(bytes));
      const error = await unpackBytes(bytes, { name, limits }).then(
        () => undefined,
        (error) => error,
      );
      if (outcome === "same") {
        if (error) throw error;
      } else {
        ok(error instanceof UserError, `${error?.stack}`);
        match(error.message, outcome === "tops" ? /at its top$/ : outcome);
      }
      if (typeof outcome === "string") await withFile(bytes, (path) => compare(path, kind));
    });
  }
}

async function compare(path: string, kind: string): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const [program, args] = kind === "zip"
      ? ["unzip", ["-q", path, "-d", folder]] as const
      : ["tar", ["-xf", path, "-C", folder, "--no-same-owner"]] as const;
    const { stderr } = await runProgram(program, args, { env: { LC_ALL: "C.UTF-8" } });
    equal(await listing(path), await unpackedListing(folder), stderr);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function unpackedListing(folder: string, prefix = ""): Promise<Listing> {
  const listed: Record<string, string | null> = {};
  for await (const { name, isDirectory } of Deno.readDir(`${folder}/${prefix}`)) {
    const path = `${folder}/${prefix}${name}`;
    if (!isDirectory) await Deno.chmod(path, 0o644);
    listed[`${prefix}${name}`] = isDirectory
      ? null
      : await digest((await Deno.open(path)).readable);
    if (isDirectory) Object.assign(listed, await unpackedListing(folder, `${prefix}${name}/`));
  }
  return listed;
}

/** All entries as our readers give them. */
async function listing(path: string): Promise<Listing> {
  const listed: Record<string, string | null> = {};
  const say = async (name: string, kind: string, body: AsyncIterable<Uint8Array>) => {
    ok(kind === "file" || kind === "directory");
    const parts = name.replace(/\/$/, "").split("/");
    for (let depth = 1; depth < parts.length; depth++) {
      listed[parts.slice(0, depth).join("/")] = null;
    }
    listed[parts.join("/")] = kind === "directory" ? null : await digest(body);
  };
  const bytes = await Deno.readFile(path);
  const kind = sniff(bytes.subarray(0, SNIFFED_BYTES));
  if (isTarKind(kind)) {
    const reader = byteReader(await decompressed(streamOf(bytes), kind));
    for await (const { name, kind, body } of tarEntries(reader)) await say(name, kind, body);
    return listed;
  }
  const file = await realFiles().open(path);
  const { items, read } = await openZip(file);
  for await (const item of items()) {
    await say(item.name, item.isDirectory ? "directory" : "file", read(item));
  }
  file.close();
  return listed;
}

async function digest(body: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of body) hash.update(chunk);
  return hash.digest("hex");
}

function isArchive(bytes: Uint8Array): boolean {
  const kind = sniff(bytes.subarray(0, SNIFFED_BYTES));
  return kind === "zip" || isTarKind(kind);
}

async function read(path: string): Promise<Uint8Array> {
  if (!path.endsWith(".base64")) return await Deno.readFile(path);
  return Uint8Array.fromBase64((await Deno.readTextFile(path)).replace(/\s/g, ""));
}

async function withFile(bytes: Uint8Array, deed: (path: string) => Promise<void>): Promise<void> {
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeFile(path, bytes);
    await deed(path);
  } finally {
    await Deno.remove(path);
  }
}
