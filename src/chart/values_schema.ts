/** values.schema.json of both charts; the options' own schemas come from the option table. */

import type { Reader } from "../config/option.ts";

type Json = Readonly<Record<string, unknown>>;

const text = { type: "string" };
const textOrNull = { type: ["string", "null"] };
const flag = { type: "boolean" };
const list = { type: "array" };
const map = { type: "object" };
const annotations = { type: "object", additionalProperties: text };
const env = {
  type: "array",
  items: {
    type: "object",
    properties: { name: { type: "string", minLength: 1 } },
    required: ["name"],
  },
};
const image = { type: ["string", "null"], minLength: 1 };
const pullPolicy = { enum: ["Always", "IfNotPresent", "Never"] };
const count = (minimum: number): Json => ({ type: "integer", minimum });
/** RFC 1035, as for Services; 53 leave room for the release's name. */
const name = (maxLength: number): Json => ({
  type: "string",
  pattern: "^([a-z]([-a-z0-9]*[a-z0-9])?)?$",
  maxLength,
});
/** A volume of a kind that the Pod Security Standard `restricted` allows. */
const volume = {
  ...object({
    configMap: map,
    csi: map,
    downwardAPI: map,
    emptyDir: map,
    ephemeral: map,
    persistentVolumeClaim: map,
    projected: map,
    secret: map,
  }),
  type: ["object", "null"],
  minProperties: 1,
  maxProperties: 1,
};
const secretName = {
  type: ["string", "null"],
  pattern: "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$",
  maxLength: 253,
};
/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
const quantity = { type: "string", pattern: "^[0-9]+(\\.[0-9]+)?(Ki|Mi|Gi|Ti|k|M|G|T|m)?$" };

/** @param required what a null, which removes a value, must not take away */
function object(properties: Json, required: readonly string[] = []): Json {
  return {
    type: "object",
    additionalProperties: false,
    properties,
    ...(required.length > 0 ? { required } : {}),
  };
}

const common = {
  // Helm puts a parent chart's `global` into every subchart.
  global: map,
  nameOverride: name(53),
  fullnameOverride: name(63),
  imagePullSecret: secretName,
  readOnlyRootFilesystem: flag,
  podAnnotations: annotations,
  affinity: map,
  tolerations: list,
};

/** @param options JSON Schemas of the reader's options, by camelCase key */
export function valuesSchema(reader: Reader, options: Json): Json {
  const values = reader === "deployer"
    ? object(inference(options), ["deployer", "server"])
    : object(tester(options), ["imagePullPolicy", "server", "deadlineSeconds", "tester"]);
  return { $schema: "http://json-schema.org/draft-07/schema#", ...values };
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
        oneOf: [{ type: "null" }, object({ name: text, key: text }, ["name", "key"])],
      },
      modelSha256: { type: ["string", "null"], pattern: "^[0-9a-f]{64}$" },
      modelVolume: volume,
      env,
      resources: map,
      ...nullable(options),
    }, ["imagePullPolicy", "deadlineSeconds", "modelName"]),
    server: object({
      image: { type: "string", minLength: 1 },
      imagePullPolicy: pullPolicy,
      startupSeconds: count(1),
      exitTimeoutSeconds: count(0),
      args: { type: "array", items: text },
      env,
      resources: map,
    }, ["image", "imagePullPolicy", "startupSeconds", "exitTimeoutSeconds"]),
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
      annotations,
    }),
  };
}

function tester(options: Json): Json {
  return {
    ...common,
    image,
    imagePullPolicy: pullPolicy,
    server: object({ url: { type: "string", pattern: "^https?://" } }, ["url"]),
    helmTest: flag,
    deadlineSeconds: count(1),
    resources: map,
    tester: object(nullable(options), ["modelName"]),
  };
}

/** What the chart itself counts with. */
const NEVER_NULL = ["modelName", "deadlineSeconds"];

/** An option that is not given stands as null in values.yaml; one with a default may be cleared. */
function nullable(options: Json): Json {
  return Object.fromEntries(
    Object.entries(options).map(([key, schema]) => {
      const { description, default: fallback, $schema: _, ...rest } = schema as Json;
      const shown = { description, ...(fallback === undefined ? {} : { default: fallback }) };
      return [key, { ...shown, ...(NEVER_NULL.includes(key) ? rest : orNull(rest)) }];
    }),
  );
}

/** Not by `anyOf`: Helm's message would then no longer say what is wrong. */
function orNull(schema: Json): Json {
  const allowed = Array.isArray(schema.enum) ? { enum: [...schema.enum, null] } : {};
  return { ...schema, type: [schema.type, "null"], ...allowed };
}
