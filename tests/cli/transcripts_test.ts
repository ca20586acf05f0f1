/**
 * Each file in transcripts/ is what a user types and sees: `$ command`, then exit code, stdout and
 * stderr. UPDATE_GOLDEN=1 writes what it sees instead.
 */

import { equal } from "../support/assert.ts";
import { part, PROGRAM, runProgram } from "../support/program.ts";

const FOLDER = new URL("transcripts/", import.meta.url);

for (const entry of [...Deno.readDirSync(FOLDER)].sort((a, b) => a.name < b.name ? -1 : 1)) {
  Deno.test(`transcript ${entry.name}`, async () => {
    const file = new URL(entry.name, FOLDER);
    const expected = await Deno.readTextFile(file);
    const actual = await replay(expected);
    if (Deno.env.get("UPDATE_GOLDEN")) await Deno.writeTextFile(file, actual);
    else equal(actual, expected, "UPDATE_GOLDEN=1 accepts the new output");
  });
}

/** Runs the commands of a transcript in one fresh folder. Lines before the first `$` are kept. */
async function replay(transcript: string): Promise<string> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  const helm = part("NAVIGATOR_HELM4");
  const path = `${helm.replace(/\/helm$/, "")}:/usr/bin:/bin`;
  const model = part("NAVIGATOR_EXAMPLE_MODEL");
  const env = {
    PATH: path,
    HOME: folder,
    HELM_CACHE_HOME: folder,
    DOCKER_HOST: "unix:///nowhere",
    MODEL: model,
  };
  try {
    const preface = transcript.slice(0, transcript.indexOf("$ "));
    let shown = preface;
    for (const [, line] of transcript.matchAll(/^\$ (.*)$/gm)) {
      const script = `helm-navigator() { ${PROGRAM} "$@"; }; ${line}`;
      const { code, stdout, stderr } = await runProgram("bash", ["-c", script], {
        cwd: folder,
        env,
        bare: true,
      });
      shown += `$ ${line}\nexit ${code}\n${section("stdout", stdout)}${
        section("stderr", stderr)
      }\n`;
    }
    return shown.replaceAll(folder, "[DIR]").replaceAll(model, "$MODEL").trimEnd() + "\n";
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function section(name: string, text: string): string {
  return text === "" ? "" : `--- ${name}\n${text.replace(/\n?$/, "\n")}`;
}
