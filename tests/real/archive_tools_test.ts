/** What people's own tools pack is unpacked as it was, and cut short it is refused. */

import { createHash } from "node:crypto";
import { unpackFile, unpackStream } from "../../src/deployer/unpack/unpack.ts";
import { UserError } from "../../src/errors.ts";
import { equal, failure, ok } from "../support/assert.ts";
import { fakeWorld } from "../support/fake_world.ts";
import { part, runProgram } from "../support/program.ts";

/** Directories → null, files → the digest of their bytes. */
type Listing = Readonly<Record<string, string | null>>;

const LIMITS = { entries: 10_000, bytes: 2 ** 30, ratio: 500 };

/** Run in a folder that holds `d`; each writes `a`. */
const TAR: Readonly<Record<string, string>> = {
  "plain, GNU": "tar --format=gnu -cf a d",
  "plain, PAX": "tar --format=pax -cf a d",
  "plain, from within": "tar -cf a ./d",
  "gz": "tar -czf a d",
  "gz, stored": `$PYTHON -c "import tarfile
with tarfile.open('a', 'w:gz', compresslevel=0) as t: t.add('d')"`,
  "gz, best": "tar -cf - d | gzip -9 >a",
  "gz, in two members": "tar -cf t d; { head -c 99999 t | gzip; tail -c +100000 t | gzip; } >a",
  "gz, padded with zeros": "{ tar -czf - d; head -c 9999 /dev/zero; } >a",
  "bz2": "tar -cjf a d",
  "bz2, small blocks": "tar -cf - d | bzip2 -1 >a",
  "bz2, in two streams": "tar -cf t d; { head -c 99999 t | bzip2; tail -c +100000 t | bzip2; } >a",
  "xz": "tar -cJf a d",
  "xz, best": "tar -cf - d | xz -9 >a",
  "xz, in blocks": "tar -cf - d | xz -T2 --block-size=100KiB >a",
  "xz, with CRC32": "tar -cf - d | xz --check=crc32 >a",
  "xz, in two streams": "tar -cf t d; { head -c 99999 t | xz; tail -c +100000 t | xz; } >a",
  "zst": "tar --zstd -cf a d",
  "zst, best": "tar -cf - d | zstd -q -19 >a",
  "zst, fast and unchecked": "tar -cf - d | zstd -q --fast=3 --no-check >a",
  "zst, a window of 128 MiB": "tar -cf - d | zstd -q --long=27 >a",
  "zst, in two frames":
    "tar -cf t d; { head -c 99999 t | zstd -q; tail -c +100000 t | zstd -q; } >a",
  ...Object.fromEntries(
    ["w:", "w:gz", "w:bz2", "w:xz"].flatMap((mode) =>
      ["PAX", "GNU"].map((format) => [
        `Python's tarfile, ${mode} ${format}`,
        `$PYTHON -c "import tarfile
with tarfile.open('a', '${mode}', format=tarfile.${format}_FORMAT) as t: t.add('d')"`,
      ])
    ),
  ),
};

const ZIP: Readonly<Record<string, string>> = {
  "zip": "zip -qr a.zip d; mv a.zip a",
  "zip, stored": "zip -qr0 a.zip d; mv a.zip a",
  "zip, best": "zip -qr9 a.zip d; mv a.zip a",
  "zip, without directories": "zip -qrD a.zip d; zip -q a.zip d/empty; mv a.zip a",
  "zip, to a pipe": "zip -qr - d | cat >a",
  "zip, zip64": "zip -qr -fz a.zip d; mv a.zip a",
  "Python's zipfile": "$PYTHON -m zipfile -c a d",
  "Python's shutil":
    `$PYTHON -c "import shutil; shutil.make_archive('a', 'zip', '.', 'd')"; mv a.zip a`,
};

const REFUSED: Readonly<Record<string, readonly [string, RegExp]>> = {
  "a link": ["ln -s m.plan d/l; tar -cf a d; rm d/l", /"d\/l", which is a link/],
  "a hard link": ["ln d/m.plan d/l; tar -cf a d; rm d/l", /which is a link/],
  "a pipe": ["mkfifo d/p; tar -cf a d; rm d/p", /which is a device or a pipe/],
  "a sparse file, GNU": [
    "truncate -s 1M d/s; tar --format=gnu -Scf a d; rm d/s",
    /"d\/s", which is kept as a sparse file/,
  ],
  "a sparse file, PAX": [
    "truncate -s 1M d/s; tar --format=pax -Scf a d; rm d/s",
    /which is kept as a sparse file/,
  ],
  "a link in a zip": ["ln -s m.plan d/l; zip -qry a.zip d; mv a.zip a; rm d/l", /which is a link/],
  "an absolute name": ["tar -Pcf a $PWD/d", /a name that is absolute/],
  "a name that leads out": ["tar -Pcf a d/../../${PWD##*/}/d", /a name that leads out/],
  "two archives": ["{ tar -cf - d; tar -cf - d; } >a", /followed by more data/],
  "two archives in gz": ["{ tar -czf - d; tar -czf - d; } >a", /followed by more data/],
  "zst, a window of 256 MiB": ["tar -cf - d | zstd -q --long=28 >a", /a window of 256 MiB/],
  "xz, a dictionary of 128 MiB": [
    "tar -cf - d | xz --lzma2=dict=128MiB >a",
    /a dictionary of more than 64 MiB/,
  ],
  "xz, a filter": ["tar -cf - d | xz --x86 --lzma2 >a", /a filter or a check of xz/],
  "xz, SHA-256": ["tar -cf - d | xz --check=sha256 >a", /a filter or a check of xz/],
  "zeros, gz": [bomb("tar -cf - z | gzip >a"), /over 500 times as many/],
  "zeros, bz2": [bomb("tar -cf - z | bzip2 >a"), /over 500 times as many/],
  "zeros, xz": [bomb("tar -cf - z | xz -0 >a"), /over 500 times as many/],
  "zeros, zst": [bomb("tar -cf - z | zstd -q >a"), /over 500 times as many/],
  "zeros, zip": [bomb("zip -q a.zip z; mv a.zip a"), /over 500 times as many/],
  "zeros behind the end": [
    "{ tar -cf - d; head -c 500M /dev/zero; } | gzip >a",
    /over 500 times as many/,
  ],
};

/** More than is unpacked before the ratio counts. */
function bomb(packing: string): string {
  return `truncate -s 200M z; ${packing}; rm z`;
}

Deno.test("archives of the real tools", async (t) => {
  await inFolder(async (folder) => {
    const original = await listing(`${folder}/d`);
    ok(Object.keys(original).length > 80);
    for (const [name, script] of Object.entries({ ...TAR, ...ZIP })) {
      await t.step(name, async () => {
        await pack(folder, script);
        equal(await unpackedListing(folder, "file"), original);
        if (name in TAR) equal(await unpackedListing(folder, "stream"), original);
      });
    }
    for (const [name, [script, expected]] of Object.entries(REFUSED)) {
      await t.step(`refused: ${name}`, async () => {
        await pack(folder, script);
        const error = await failure(() => unpackedListing(folder, "file"));
        ok(error instanceof UserError && expected.test(error.message), `${error.stack}`);
      });
    }
    for (const name of ["plain, PAX", "gz", "bz2", "xz", "zst", "zip"]) {
      await t.step(`cut short: ${name}`, async () => {
        await pack(folder, { ...TAR, ...ZIP }[name]!);
        const whole = await Deno.readFile(`${folder}/a`);
        // What is cut away at the end of a padded archive may be padding.
        const end = whole.findLastIndex((byte) => byte !== 0);
        for (let cut = 1; cut <= 20; cut++) {
          const length = Math.floor(end * cut / 20);
          await Deno.writeFile(`${folder}/a`, whole.subarray(0, length));
          const error = await failure(() => unpackedListing(folder, "file"));
          ok(error instanceof UserError, `${length} bytes: ${error.stack}`);
        }
      });
    }
  });
});

/** `d` holds a model, names of all kinds, small files and an empty directory. */
async function inFolder(deed: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const long = "a-rather-long-name-".repeat(6);
    for (const path of [`${long}/${long}`, "many", "empty"]) {
      await Deno.mkdir(`${folder}/d/${path}`, { recursive: true });
    }
    const hard = Uint8Array.from({ length: 400_000 }, (_, i) => (i * i * 2654435761) >>> 24);
    const write = (path: string, content: Uint8Array) =>
      Deno.writeFile(`${folder}/d/${path}`, content);
    await write("m.plan", hard);
    await write("zeros", new Uint8Array(100_000));
    await write("nothing", new Uint8Array());
    await write("naïve 世界.txt", hard.subarray(0, 100));
    await write(`${long}/${long}/世界-${"é".repeat(60)}`, hard.subarray(0, 1000));
    for (let i = 0; i < 80; i++) await write(`many/${i}`, hard.subarray(0, i * 7));
    await deed(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function pack(cwd: string, script: string): Promise<void> {
  const env = { LC_ALL: "C.UTF-8", PYTHON: part("NAVIGATOR_PYTHON") };
  const run = await runProgram("bash", ["-euo", "pipefail", "-c", script], { cwd, env });
  equal(run.code, 0, run.stderr);
}

async function unpackedListing(folder: string, way: "file" | "stream"): Promise<Listing> {
  const request = { name: "a", into: `${folder}/unpacked`, limits: LIMITS };
  try {
    if (way === "file") await unpackFile(`${folder}/a`, request, fakeWorld());
    else await unpackStream((await Deno.open(`${folder}/a`)).readable, request, fakeWorld());
    equal(Array.from(Deno.readDirSync(request.into), ({ name }) => name), ["d"]);
    return await listing(`${request.into}/d`);
  } finally {
    await Deno.remove(request.into, { recursive: true }).catch(() => {});
  }
}

async function listing(folder: string, prefix = ""): Promise<Listing> {
  const listed: Record<string, string | null> = {};
  for await (const { name, isDirectory } of Deno.readDir(`${folder}/${prefix}`)) {
    const path = `${prefix}${name}`;
    const digest = async () =>
      createHash("sha256").update(await Deno.readFile(`${folder}/${path}`)).digest("hex");
    listed[path] = isDirectory ? null : await digest();
    if (isDirectory) Object.assign(listed, await listing(folder, `${path}/`));
  }
  return listed;
}
