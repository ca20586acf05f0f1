/** Credentials as the Secret that the charts read. */

import { MANAGED_BY } from "./model_uri_secret.ts";

/** What each kind is for the cluster, and the flag of `install` that names it. */
export const CREDENTIALS = {
  aws: { type: "Opaque", flag: "--aws-secret" },
  azure: { type: "Opaque", flag: "--azure-secret" },
  gcs: { type: "Opaque", flag: "--gcs-secret" },
  registry: { type: "kubernetes.io/dockerconfigjson", flag: "--pull-secret" },
} as const;

export type CredentialsKind = keyof typeof CREDENTIALS;

/** @param data the values by the keys that the charts read */
export function credentialsSecret(
  kind: CredentialsKind,
  name: string,
  data: Readonly<Record<string, string>>,
) {
  const encoded = Object.entries(data).map(([key, value]) => [key, toBase64(value)]);
  return {
    apiVersion: "v1",
    kind: "Secret",
    // Of no release: `uninstall` leaves it to the others that use it.
    metadata: { name, labels: MANAGED_BY },
    type: CREDENTIALS[kind].type,
    data: Object.fromEntries(encoded) as Record<string, string>,
  };
}

function toBase64(text: string): string {
  return new TextEncoder().encode(text).toBase64();
}
