/** What Kubernetes takes, as JSON Schema: names, quantities, and the parts of a pod that values hold. */

export type Json = Readonly<Record<string, unknown>>;

export const text = { type: "string" };
export const flag = { type: "boolean" };
export const map = { type: "object" };

/** Kubernetes keeps numbers of things in 32 bits. */
export const count = (minimum: number): Json => ({
  type: "integer",
  minimum,
  maximum: 2 ** 31 - 1,
});

/** The chart adds them up, and the sum must fit as well; as deadline_seconds, eleven days. */
export const seconds = (minimum: number): Json => ({
  type: "integer",
  minimum,
  maximum: 1_000_000,
});

/** @param required what a null, which removes a value, must not take away */
export function object(properties: Json, required: readonly string[] = []): Json {
  return {
    type: "object",
    additionalProperties: false,
    properties,
    ...(required.length > 0 ? { required } : {}),
  };
}

/** Not by `anyOf`: Helm's message would then no longer say what is wrong. */
export function orNull(schema: Json): Json {
  const allowed = Array.isArray(schema.enum) ? { enum: [...schema.enum, null] } : {};
  return { ...schema, type: [schema.type, "null"].flat(), ...allowed };
}

/** RFC 1035, as for Services; 53 leave room for the release's name. */
export const label = (maxLength: number): Json => ({
  type: "string",
  pattern: "^([a-z]([-a-z0-9]*[a-z0-9])?)?$",
  maxLength,
});

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */
export const objectName = {
  type: "string",
  pattern: "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$",
  maxLength: 253,
};

/** A key of a Secret or a ConfigMap. */
export const dataKey = { type: "string", pattern: "^[-._a-zA-Z0-9]+$", maxLength: 253 };

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/ */
export const labelValue = {
  type: "string",
  pattern: "^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$",
  maxLength: 63,
};
export const labels = { type: "object", additionalProperties: labelValue };
export const annotations = { type: "object", additionalProperties: text };

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/, whole bytes */
export const size = { type: "string", pattern: "^[0-9]+(\\.[0-9]+)?([KMGTPE]i|[kMGTPE])?$" };

const quantities = {
  type: "object",
  additionalProperties: {
    type: ["string", "number"],
    pattern: "^[0-9]+(\\.[0-9]+)?([KMGTPE]i|[mkMGTPE])?$",
  },
};
export const resources = object({ requests: quantities, limits: quantities });

export const env = {
  type: "array",
  items: object({ name: { ...text, minLength: 1 }, value: text, valueFrom: map }, ["name"]),
};

export const affinity = object({ nodeAffinity: map, podAffinity: map, podAntiAffinity: map });
export const tolerations = { type: "array", items: map };
export const topologySpread = {
  type: "array",
  items: {
    type: "object",
    properties: { maxSkew: count(1), topologyKey: text, whenUnsatisfiable: text },
    required: ["maxSkew", "topologyKey", "whenUnsatisfiable"],
  },
};

/** A volume of a kind that the Pod Security Standard `restricted` allows. */
export const volume = {
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
  minProperties: 1,
  maxProperties: 1,
};
