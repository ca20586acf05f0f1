/** Golden manifests, spoilt by chance: do we refuse what kubernetes-validate refuses, and only that? */

import type { KubeObject } from "../../src/review/kube.ts";
import { parseManifests } from "../../src/review/manifest.ts";
import { checkSchema, KUBE_VERSIONS } from "../../src/review/schema.ts";
import { ok } from "../support/assert.ts";
import { type Chance, chance } from "../support/chance.ts";
import { part, ROOT } from "../support/program.ts";

const SEED = 1;
const CASES = 400;

// deno-lint-ignore no-explicit-any
type Json = any;
type Path = readonly (string | number)[];

const WRONG = ["text", "7", 7, 1.5, true, [], {}, ["x"], { a: "b" }, [{}]];

function goldenObjects(): KubeObject[] {
  return [...Deno.readDirSync(`${ROOT}tests/golden`)].filter((entry) => entry.isDirectory)
    .flatMap(({ name }) =>
      parseManifests(Deno.readTextFileSync(`${ROOT}tests/golden/${name}/manifests.yaml`)).objects
    );
}

/** Every place in it but itself. */
function places(value: Json, at: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [at];
  const below = Object.keys(value).flatMap((key) =>
    places(value[key], [...at, Array.isArray(value) ? Number(key) : key])
  );
  return at.length === 0 ? below : [at, ...below];
}

/** A field taken away, misspelt, added or of another form. Nulls are left out: the two differ there. */
function spoilt(object: Json, { pick }: Chance): Json {
  const copy = structuredClone(object);
  const possible = places(copy).filter(([first]) => first !== "apiVersion" && first !== "kind");
  const path = [...pick(possible)];
  const key = path.pop()!;
  const parent = path.reduce((value, step) => value[step], copy);
  const deed = pick(["remove", "misspell", "add", "change", "nothing"]);
  if (deed === "change") parent[key] = structuredClone(pick(WRONG));
  else if (deed !== "nothing" && !Array.isArray(parent)) {
    if (deed === "add") parent.surprise = 1;
    if (deed === "misspell") parent[`${key}x`] = parent[key];
    if (deed !== "add") delete parent[key];
  }
  return copy;
}

async function complaints(manifests: readonly Json[]): Promise<Record<string, string | null>[]> {
  const file = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(file, JSON.stringify(manifests));
    const python = `${part("NAVIGATOR_CHECKERS")}/bin/python`;
    const script = `"$0" "${ROOT}tests/checkers/validate.py" ${KUBE_VERSIONS.join(" ")} <"${file}"`;
    const { success, stdout, stderr } = await new Deno.Command("bash", {
      args: ["-c", script, python],
    }).output();
    ok(success, new TextDecoder().decode(stderr));
    return JSON.parse(new TextDecoder().decode(stdout));
  } finally {
    await Deno.remove(file);
  }
}

Deno.test(`${CASES} manifests spoilt by chance (seed ${SEED}) are judged as others do`, async () => {
  const luck = chance(SEED);
  const objects = goldenObjects();
  const manifests = Array.from({ length: CASES }, () => {
    const { file: _, ...manifest } = luck.pick(objects);
    return spoilt(manifest, luck);
  });
  const theirs = await complaints(manifests);
  let refused = 0;
  for (const [i, manifest] of manifests.entries()) {
    for (const version of KUBE_VERSIONS) {
      const said = theirs[i]![version] ?? undefined;
      const issues = checkSchema(manifest, version).map(({ path, what }) => `${path} ${what}`);
      const same = (said === undefined) === (issues.length === 0);
      ok(same, `${version}: ${issues} here, ${said} there, of ${JSON.stringify(manifest)}`);
      if (issues.length > 0) refused++;
    }
  }
  ok(refused > CASES / 4 && refused < CASES * 2 - CASES / 4, `${refused} refused`);
});
