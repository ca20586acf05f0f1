/** values.schema.json of both charts; the options' own schemas come from the option table. */

import type { Reader } from "../config/option.ts";

type Json = Readonly<Record<string, unknown>>;

const text = { type: "string" };
const textOrNull = { type: ["string", "null"] };
const flag = { type: "boolean" };
const list = { type: "array" };
const map = { type: "object" };
const image = { type: ["string", "null"], minLength: 1 };
const pullPolicy = { enum: ["Always", "IfNotPresent", "Never"] };
const count = (minimum: number): Json => ({ type: "integer", minimum });
const secretName = {
  type: ["string", "null"],
  pattern: "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$",
  maxLength: 253,
};
/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
const quantity = { type: "string", pattern: "^[0-9]+(\\.[0-9]+)?(Ki|Mi|Gi|Ti|k|M|G|T|m)?$" };

function object(properties: Json, extra: Json = {}): Json {
  return { type: "object", additionalProperties: false, properties, ...extra };
}

const common = {
  // Helm puts a parent chart's `global` into every subchart.
  global: map,
  nameOverride: text,
  fullnameOverride: text,
  imagePullSecret: secretName,
  readOnlyRootFilesystem: flag,
  podAnnotations: map,
  affinity: map,
  tolerations: list,
};

/** @param options JSON Schemas of the reader's options, by camelCase key */
export function valuesSchema(reader: Reader, options: Json): Json {
  const properties = reader === "deployer" ? inference(options) : tester(options);
  return { $schema: "http://json-schema.org/draft-07/schema#", ...object(properties) };
}

function inference(options: Json): Json {
  return {
    ...common,
    replicaCount: count(0),
    deployer: object({
      image,
      imagePullPolicy: pullPolicy,
      modelUri: { type: ["string", "null"], minLength: 1 },
      modelUriSecret: {
        oneOf: [{ type: "null" }, object({ name: text, key: text }, { required: ["name", "key"] })],
      },
      modelSha256: { type: ["string", "null"], pattern: "^[0-9a-f]{64}$" },
      modelVolume: { type: ["object", "null"] },
      deadlineSeconds: count(1),
      env: list,
      resources: map,
      ...nullable(options),
    }),
    server: object({
      image: { type: "string", minLength: 1 },
      imagePullPolicy: pullPolicy,
      startupSeconds: count(1),
      exitTimeoutSeconds: count(0),
      args: { type: "array", items: text },
      env: list,
      resources: map,
    }),
    gpu: object({
      limit: count(0),
      resource: { type: "string", pattern: "^[a-z0-9.-]+/[A-Za-z0-9._-]+$" },
      product: { oneOf: [textOrNull, { type: "array", items: text }] },
      mig: { type: ["string", "null"], pattern: "^mig-[0-9]+g\\.[0-9]+gb([.+]me)?$" },
    }),
    shm: object({ size: quantity }),
    rollout: object({ surge: flag }),
    service: object({
      type: { enum: ["ClusterIP", "NodePort", "LoadBalancer"] },
      annotations: map,
    }),
  };
}

function tester(options: Json): Json {
  return {
    ...common,
    image,
    imagePullPolicy: pullPolicy,
    server: object({ url: { type: "string", pattern: "^https?://" } }),
    helmTest: flag,
    deadlineSeconds: count(1),
    resources: map,
    tester: object(nullable(options)),
  };
}

/** An option that is not given stands as null in values.yaml; one with a default may be cleared. */
function nullable(options: Json): Json {
  return Object.fromEntries(
    Object.entries(options).map(([key, schema]) => {
      const { description, default: fallback, $schema: _, ...rest } = schema as Json;
      const shown = { description, ...(fallback === undefined ? {} : { default: fallback }) };
      return [key, { ...shown, ...(key === "modelName" ? rest : orNull(rest)) }];
    }),
  );
}

/** Not by `anyOf`: Helm's message would then no longer say what is wrong. */
function orNull(schema: Json): Json {
  const allowed = Array.isArray(schema.enum) ? { enum: [...schema.enum, null] } : {};
  return { ...schema, type: [schema.type, "null"], ...allowed };
}
