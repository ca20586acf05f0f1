/** What others say of the golden manifests: nothing but what is named here, each with its reason. */

import { equal, ok } from "../support/assert.ts";
import { part, ROOT, runProgram } from "../support/program.ts";

const FOLDER = `${ROOT}tests/golden`;
const MANIFESTS = [...Deno.readDirSync(FOLDER)].filter((entry) => entry.isDirectory)
  .map(({ name }) => `${FOLDER}/${name}/manifests.yaml`).sort();

/** The README's table says the same to users. */
const KUBE_SCORE: Readonly<Record<string, string>> = {
  "container-image-pull-policy": "IfNotPresent lets pods restart without the registry; a value",
  "container-resources": "a CPU limit throttles inference; requests are set, limits are values",
  "container-ephemeral-storage-request-and-limit":
    "a default would evict large models; modelStorage.size and resources set them",
  "container-security-context-user-group-id": "1000 is the user in Triton's own image",
  "pod-networkpolicy": "who may call a model, only the cluster's owner knows",
  "deployment-has-poddisruptionbudget": "with one replica it would block every drain of a node",
  "deployment-has-host-podantiaffinity": "a soft topology spread constraint does it",
  "deployment-replicas": "one replica is the default: a GPU each is dear",
  "deployment-strategy": "Recreate needs no spare GPU; rollout.surge is a value",
  "service-type": "NodePort is what this case asks for",
};

const CHECKOV: Readonly<Record<string, string>> = {
  CKV_K8S_11: "as kube-score's container-resources",
  CKV_K8S_15: "as kube-score's container-image-pull-policy",
  CKV_K8S_21: "charts name no namespace: `helm --namespace` does",
  CKV_K8S_35: "AWS and Azure read keys from the environment; workload identity needs none",
  CKV_K8S_40: "as kube-score's container-security-context-user-group-id",
  CKV_K8S_43: "`install` gives the digest that `push` learned; these cases give a tag",
  CKV2_K8S_6: "as kube-score's pod-networkpolicy",
};

async function run(program: string, ...args: string[]) {
  return await runProgram(`${part("NAVIGATOR_CHECKERS")}/bin/${program}`, args, { cwd: FOLDER });
}

/** Neither a finding without a reason nor a reason without a finding. */
function explained(found: readonly string[], reasons: Readonly<Record<string, string>>): void {
  equal([...new Set(found)].sort(), Object.keys(reasons).sort());
}

Deno.test("the newest Kubernetes and all back to 1.27 take every object, strictly", async () => {
  const listed = await run(
    "python",
    "-c",
    "import importlib.resources as r\nfor f in r.files('kubernetes_validate').joinpath('kubernetes-json-schema').iterdir(): print(f.name)",
  );
  const minors = [...listed.stdout.matchAll(/^v1\.(\d+)\.\d+-local-strict$/gm)]
    .map(([, minor]) => Number(minor)).filter((minor) => minor >= 27);
  ok(minors.length > 8, listed.stdout + listed.stderr);
  for (const minor of minors) {
    const version = `1.${minor}`;
    const { code, stdout, stderr } = await run(
      "kubernetes-validate",
      "-k",
      version,
      "--strict",
      "--quiet",
      ...MANIFESTS,
    );
    equal([version, code, stdout + stderr], [version, 0, ""]);
  }
});

Deno.test("kube-score finds nothing but what is explained", async () => {
  const { stdout } = await run("kube-score", "score", "--output-format", "json", ...MANIFESTS);
  interface Scored {
    readonly checks: readonly { check: { id: string }; grade: number; skipped: boolean }[];
  }
  const objects = JSON.parse(stdout) as readonly Scored[];
  ok(objects.length >= 3 * MANIFESTS.length, `${objects.length} objects`);
  const found = objects.flatMap(({ checks }) =>
    checks.filter(({ grade, skipped }) => !skipped && grade < 10).map(({ check }) => check.id)
  );
  explained(found, KUBE_SCORE);
});

Deno.test("checkov finds nothing but what is explained", async () => {
  const flags = ["--framework", "kubernetes", "--output", "json", "--quiet", "--skip-download"];
  const { stdout } = await run("checkov", ...flags, ...MANIFESTS.flatMap((file) => ["-f", file]));
  const { results } = JSON.parse(stdout) as {
    readonly results: { readonly failed_checks: readonly { readonly check_id: string }[] };
  };
  explained(results.failed_checks.map(({ check_id }) => check_id), CHECKOV);
});
