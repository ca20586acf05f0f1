/** Rules about secrets and identities: who may read them, and who gets them. */

import { carriesSecret, redactUri } from "../text/clean.ts";
import { eachContainer, named, objectsOf } from "./chart_view.ts";
import type { Rule } from "./rule.ts";

const SECRET_NAME =
  /(secret|password|passwd|token|private_?key|access_?key|api_?key|connection_?string|credentials?)$/i;
const SIGNATURE = /[?&](sig|signature|token|key|credential|x-amz-[a-z]+|x-goog-[a-z]+)=/i;

/** https://azure.github.io/azure-workload-identity/docs/topics/service-account-labels-and-annotations.html */
const AZURE = "azure.workload.identity/";

export const SECRET_RULES: readonly Rule[] = [
  {
    id: "signed-uri",
    severity: "error",
    reason: "its query or password may be a secret, and everyone who may read a pod can read it",
    fix: "put the URI into a secret and name that in deployer.modelUriSecret; `install` does it",
    *check(chart) {
      for (const [{ env = [], path }, { owner }] of eachContainer(chart)) {
        for (const [i, { name = "", value = "" }] of env.entries()) {
          if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(value) || !carriesSecret(value)) continue;
          // Other addresses may well have a harmless query.
          const harmless = name !== "MODEL_URI" && !value.includes("@") && !SIGNATURE.test(value);
          if (harmless) continue;
          yield {
            object: owner,
            path: `${path}.env[${i}]`,
            what: `${name} is ${redactUri(value)}`,
          };
        }
      }
    },
  },
  {
    id: "plain-secret",
    severity: "error",
    reason: "everyone who may read a pod or a release can read it",
    fix: "keep it in a Secret and refer to that: valueFrom.secretKeyRef",
    *check(chart) {
      for (const [{ env = [], path }, { owner }] of eachContainer(chart)) {
        for (const [i, { name = "", value }] of env.entries()) {
          if (!isSecret(name, value)) continue;
          yield { object: owner, path: `${path}.env[${i}]`, what: `${name} stands there in plain` };
        }
      }
      for (const object of objectsOf(chart, "ConfigMap")) {
        for (const [key, value] of Object.entries(object.data ?? {})) {
          if (!isSecret(key, value)) continue;
          yield { object, path: `data["${key}"]`, what: `${key} stands there in plain` };
        }
      }
    },
  },
  {
    id: "workload-identity",
    severity: "warning",
    reason: "Azure gives its token only to pods that carry the label, and storage refuses the rest",
    fix: `label the pods ${AZURE}use: "true" (podLabels)`,
    *check(chart) {
      for (const { owner, path, metadata, spec } of chart.pods) {
        const account = named(chart, "ServiceAccount", spec.serviceAccountName);
        const client = account?.metadata?.annotations?.[`${AZURE}client-id`];
        if (client === undefined || metadata.labels?.[`${AZURE}use`] === "true") continue;
        const what =
          `${spec.serviceAccountName} stands for an identity of Azure's, the pod does not`;
        yield { object: owner, path: `${path}metadata.labels`, what };
      }
    },
  },
];

/** A path names a file that holds it. */
function isSecret(name: string, value: string | undefined): boolean {
  return SECRET_NAME.test(name) && value !== undefined && value !== "" && !value.startsWith("/");
}
