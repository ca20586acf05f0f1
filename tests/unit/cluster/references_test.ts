import { type Reference, referenceProblem, referencesOf } from "../../../src/cluster/references.ts";
import type { PodSpec } from "../../../src/cluster/pod_spec.ts";
import { equal, match } from "../../support/assert.ts";

const POD: PodSpec = {
  imagePullSecrets: [{ name: "pull" }],
  initContainers: [{
    env: [
      { valueFrom: { secretKeyRef: { name: "aws", key: "aws_access_key_id" } } },
      { valueFrom: { secretKeyRef: { name: "aws", key: "aws_secret_access_key" } } },
      { valueFrom: { secretKeyRef: { name: "aws", key: "aws_session_token", optional: true } } },
      { valueFrom: { configMapKeyRef: { name: "settings", key: "level" } } },
      {},
    ],
  }],
  containers: [{}],
  volumes: [
    { secret: { secretName: "gcs", items: [{ key: "credentials.json" }] } },
    { secret: { secretName: "maybe", optional: true } },
    { configMap: { name: "ca", items: [{ key: "ca.crt" }] } },
    { persistentVolumeClaim: { claimName: "models" } },
    {},
  ],
};

Deno.test("what a pod refers to, each object once, less what may be missing", () => {
  const list = referencesOf(POD).map(({ kind, name, keys, pulls }) =>
    `${kind}/${name} ${keys.join()}${pulls ? " pulls" : ""}`
  );
  equal(list, [
    "secret/pull  pulls",
    "secret/aws aws_access_key_id,aws_secret_access_key",
    "configmap/settings level",
    "secret/gcs credentials.json",
    "configmap/ca ca.crt",
    "persistentvolumeclaim/models ",
  ]);
});

Deno.test("what is wrong with it, and what makes it right", () => {
  const secret = (keys: string[], pulls = false): Reference => ({
    kind: "secret",
    name: "s",
    keys,
    pulls,
  });
  const problem = (...all: Parameters<typeof referenceProblem>) => {
    const { what, hint } = referenceProblem(...all) ?? {};
    return [what, hint].filter((text) => text !== undefined).join(" | ");
  };
  const aws = secret(["aws_access_key_id", "aws_secret_access_key"]);
  const data = { aws_access_key_id: "eA==", other: "eA==" };
  match(
    problem(aws, "absent", "n"),
    /^the secret s is not there in namespace n \| make it with `helm navigator secret aws s`$/,
  );
  match(
    problem(aws, { data }, "n"),
    /^the secret s has no key aws_secret_access_key; it has aws_access_key_id, other \| make it/,
  );
  match(problem(aws, {}, "n"), /no keys aws_access_key_id and aws_secret_access_key; it has none/);
  match(problem(secret(["k"]), "absent", "n"), /^the secret s is not there in namespace n$/);
  match(problem(secret([], true), "absent", "n"), /secret registry s/);
  match(
    problem(secret([], true), { type: "Opaque" }, "n"),
    /is of type Opaque, with which no image can be pulled/,
  );
  match(
    problem({ kind: "persistentvolumeclaim", name: "m", keys: [], pulls: false }, "absent", "n"),
    /^the claim m is not there/,
  );
  equal(problem(secret([], true), { type: "kubernetes.io/dockerconfigjson" }, "n"), "");
  equal(problem(aws, { data: { ...data, aws_secret_access_key: "eA==" } }, "n"), "");
  equal(problem(aws, "forbidden", "n"), "");
  equal(
    problem(
      { kind: "configmap", name: "c", keys: ["a"], pulls: false },
      { binaryData: { a: "" } },
      "n",
    ),
    "",
  );
});
