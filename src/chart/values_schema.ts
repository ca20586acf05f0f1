/** values.schema.json of both charts; the options' own schemas come from the option table. */

import { type Schema, wordForm } from "../config/json_schema.ts";
import type { Reader } from "../config/option.ts";
import {
  affinity,
  annotations,
  count,
  dataKey,
  env,
  flag,
  type Json,
  label,
  labels,
  labelValue,
  map,
  object,
  objectName,
  orNull,
  resources,
  seconds,
  size,
  text,
  tolerations,
  topologySpread,
  volume,
} from "./kubernetes_schema.ts";

const word = { type: "string", minLength: 1 };
const pullPolicy = { enum: ["Always", "IfNotPresent", "Never"] };

const common = {
  // Helm puts a parent chart's `global` into every subchart.
  global: map,
  // Where a parent's Chart.yaml says `condition: NAME.enabled`.
  enabled: flag,
  nameOverride: label(53),
  fullnameOverride: label(63),
  imagePullSecret: orNull(objectName),
  readOnlyRootFilesystem: flag,
  podAnnotations: annotations,
  podLabels: labels,
  nodeSelector: labels,
  affinity,
  tolerations,
  priorityClassName: orNull(objectName),
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
    replicaCount: orNull(count(0)),
    deployer: object({
      image: orNull(word),
      imagePullPolicy: pullPolicy,
      ...storage,
      env,
      resources,
      ...nullable(options),
    }, ["imagePullPolicy", "deadlineSeconds", "modelName"]),
    server: object({
      image: word,
      imagePullPolicy: pullPolicy,
      startupSeconds: seconds(1),
      exitTimeoutSeconds: seconds(0),
      args: { type: "array", items: text },
      env,
      resources,
    }, ["image", "imagePullPolicy", "startupSeconds", "exitTimeoutSeconds"]),
    gpu: object({
      limit: count(0),
      resource: { type: "string", pattern: "^[a-z0-9.-]+/[A-Za-z0-9._-]+$" },
      product: {
        type: ["string", "array", "null"],
        pattern: labelValue.pattern,
        maxLength: labelValue.maxLength,
        items: { ...labelValue, minLength: 1 },
      },
      // mig-1g.5gb, mig-1g.10gb+me, mig-1g.24gb+gfx, mig-2g.48gb+me.all, mig-1g.24gb-me
      mig: { type: ["string", "null"], pattern: "^mig-[0-9]+g\\.[0-9]+gb([-+.][a-z]+)*$" },
    }),
    shm: object({ size }),
    modelStorage: object({ size: orNull(size) }),
    rollout: object({ surge: flag }),
    service: object({ type: { enum: ["ClusterIP", "NodePort", "LoadBalancer"] }, annotations }),
    serviceAccount: object({ create: flag, name: orNull(objectName), annotations, labels }),
    topologySpreadConstraints: topologySpread,
    runtimeClassName: orNull(objectName),
  };
}

const storage = {
  modelUri: orNull(word),
  modelUriSecret: orNull(object({ name: objectName, key: dataKey }, ["name", "key"])),
  modelSha256: { type: ["string", "null"], pattern: "^[0-9a-f]{64}$" },
  modelVolume: orNull(volume),
  awsCredentialsFile: orNull(objectName),
  azureCredentialsFile: orNull(objectName),
  gcsCredentialsFile: orNull(objectName),
  s3: object({
    endpoint: { type: ["string", "null"], pattern: "^https?://" },
    region: orNull(word),
    pathStyle: orNull(flag),
  }),
  caBundle: orNull(object({
    configMap: orNull(objectName),
    secret: orNull(objectName),
    key: orNull(dataKey),
  })),
};

function tester(options: Json): Json {
  return {
    ...common,
    image: orNull(word),
    imagePullPolicy: pullPolicy,
    server: object({ url: { type: "string", pattern: "^https?://" } }, ["url"]),
    helmTest: flag,
    deadlineSeconds: seconds(1),
    resources,
    tester: object(nullable(options), ["modelName"]),
  };
}

/** What the chart itself counts with. */
const NEVER_NULL = ["modelName", "deadlineSeconds"];

/** An option that is not given stands as null in values.yaml; one with a default may be cleared. */
function nullable(options: Json): Json {
  return Object.fromEntries(
    Object.entries(options).map(([key, schema]) => {
      const { description, default: fallback, ...rest } = schema as Json;
      const form = settable(rest);
      const shown = { description, ...(fallback === undefined ? {} : { default: fallback }) };
      return [key, { ...shown, ...(NEVER_NULL.includes(key) ? form : orNull(form)) }];
    }),
  );
}

/** Helm's `--set` makes no fractions: 0.01 arrives as text. */
function settable(schema: Schema): Json {
  const { type, items, additionalProperties: entry, properties, anyOf } = schema;
  const inner = Object.entries(properties ?? {}).map(([key, one]) => [key, settable(one)]);
  return {
    ...(type === "number" ? wordForm(schema) : schema),
    ...(items ? { items: settable(items) } : {}),
    ...(entry ? { additionalProperties: settable(entry) } : {}),
    ...(properties ? { properties: Object.fromEntries(inner) } : {}),
    ...(anyOf ? { anyOf: anyOf.map(settable) } : {}),
  };
}
