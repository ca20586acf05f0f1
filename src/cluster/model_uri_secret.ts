/** A model URI that carries a signature or a password lives in a Secret, never in the release. */

import { createHash } from "node:crypto";
import { carriesSecret } from "../text/clean.ts";

export interface ModelUriSecret {
  readonly reference: { readonly name: string; readonly key: string };
  readonly manifest: unknown;
}

const KEY = "modelUri";

/** Undefined when the URI is nothing to hide. */
export function modelUriSecret(
  release: string,
  uri: string | undefined,
): ModelUriSecret | undefined {
  if (uri === undefined || !carriesSecret(uri)) return undefined;
  // Another URI is another secret: pods restart with it, and a rollback finds the one before.
  const digest = createHash("sha256").update(uri).digest("hex").slice(0, 10);
  const name = `${release}-model-uri-${digest}`;
  return {
    reference: { name, key: KEY },
    manifest: {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name, labels: secretLabels(release) },
      stringData: { [KEY]: uri },
    },
  };
}

export const MANAGED_BY = { "app.kubernetes.io/managed-by": "helm-navigator" };

function secretLabels(release: string): Record<string, string> {
  return { "app.kubernetes.io/instance": release, ...MANAGED_BY };
}

/** Finds the Secret again when the release goes. */
export function secretSelector(release: string): string {
  return Object.entries(secretLabels(release)).map(([key, value]) => `${key}=${value}`).join(",");
}
