/** The secrets, config maps and claims that a pod refers to, and what is wrong with them. */

import type { KubeApi } from "../world.ts";
import type { Problem } from "../errors.ts";
import { askKube, corePath } from "./kube_api.ts";
import type { ContainerSpec, PodSpec } from "./pod_spec.ts";

type Kind = "secret" | "configmap" | "persistentvolumeclaim";

export interface Reference {
  readonly kind: Kind;
  readonly name: string;
  /** Without them a container does not start. */
  readonly keys: readonly string[];
  /** For pulling images. */
  readonly pulls: boolean;
}

/** What must be there; each object once. */
export function referencesOf(pod: PodSpec): readonly Reference[] {
  const found = new Map<string, { reference: Reference; keys: Set<string> }>();
  const add = (kind: Kind, name: string | undefined, keys: readonly string[], pulls = false) => {
    if (name === undefined) return;
    const id = `${kind}/${name}`;
    const known = found.get(id) ?? { reference: { kind, name, keys: [], pulls }, keys: new Set() };
    keys.forEach((key) => known.keys.add(key));
    found.set(id, known);
  };
  for (const { name } of pod.imagePullSecrets ?? []) add("secret", name, [], true);
  for (const container of [...pod.initContainers ?? [], ...pod.containers ?? []]) {
    for (const [kind, { name, key }] of keyReferences(container)) {
      add(kind, name, key === undefined ? [] : [key]);
    }
  }
  for (const { secret, configMap, persistentVolumeClaim } of pod.volumes ?? []) {
    const keys = (items: typeof secret | typeof configMap) =>
      items?.items?.flatMap(({ key }) => key === undefined ? [] : [key]) ?? [];
    if (!secret?.optional) add("secret", secret?.secretName, keys(secret));
    if (!configMap?.optional) add("configmap", configMap?.name, keys(configMap));
    add("persistentvolumeclaim", persistentVolumeClaim?.claimName, []);
  }
  return [...found.values()].map(({ reference, keys }) => ({ ...reference, keys: [...keys] }));
}

function keyReferences({ env = [] }: ContainerSpec) {
  return env.flatMap(({ valueFrom: { secretKeyRef, configMapKeyRef } = {} }) => [
    ...(secretKeyRef && !secretKeyRef.optional ? [["secret", secretKeyRef] as const] : []),
    ...(configMapKeyRef && !configMapKeyRef.optional
      ? [["configmap", configMapKeyRef] as const]
      : []),
  ]);
}

export interface StoredObject {
  readonly type?: string;
  readonly data?: Readonly<Record<string, string>>;
  readonly binaryData?: Readonly<Record<string, string>>;
}

/** The object, where it may be looked at. */
export async function lookUp(
  api: KubeApi,
  namespace: string,
  { kind, name }: Reference,
): Promise<StoredObject | "absent" | "forbidden"> {
  const answer = await askKube<StoredObject>(api, corePath(namespace, `${kind}s`, name));
  return answer.is === "there" ? answer.value : answer.is;
}

const PULL_TYPES = ["kubernetes.io/dockerconfigjson", "kubernetes.io/dockercfg"];

/** @param namespace where it was looked for */
export function referenceProblem(
  { kind, name, keys, pulls }: Reference,
  object: StoredObject | "absent" | "forbidden",
  namespace: string,
): Problem | undefined {
  if (object === "forbidden") return undefined;
  if (object === "absent") {
    const what = `the ${KINDS[kind]} ${name} is not there in namespace ${namespace}`;
    return { what, hint: makeHint(kind, name, keys, pulls) };
  }
  if (pulls && !PULL_TYPES.includes(object.type ?? "")) {
    return {
      what: `the secret ${name} is of type ${object.type}, with which no image can be pulled`,
      hint: `make one of type ${PULL_TYPES[0]}: helm navigator secret registry NAME`,
    };
  }
  const has = Object.keys({ ...object.data, ...object.binaryData });
  const missing = keys.filter((key) => !has.includes(key));
  if (kind === "persistentvolumeclaim" || missing.length === 0) return undefined;
  const keyWord = missing.length === 1 ? "key" : "keys";
  return {
    what: `the ${KINDS[kind]} ${name} has no ${keyWord} ${missing.join(" and ")}; it has ${
      has.toSorted().join(", ") || "none"
    }`,
    hint: makeHint(kind, name, keys, pulls),
  };
}

const KINDS: Readonly<Record<Kind, string>> = {
  secret: "secret",
  configmap: "config map",
  persistentvolumeclaim: "claim",
};

/** The kinds of `secret`, by a key that they hold. */
const MAKERS: Readonly<Record<string, string>> = {
  aws_access_key_id: "aws",
  azure_storage_connection_string: "azure",
  "credentials.json": "gcs",
};

function makeHint(kind: Kind, name: string, keys: readonly string[], pulls: boolean) {
  if (kind !== "secret") return undefined;
  const maker = pulls ? "registry" : keys.map((key) => MAKERS[key]).find((each) => each);
  return maker && `make it with \`helm navigator secret ${maker} ${name}\``;
}
