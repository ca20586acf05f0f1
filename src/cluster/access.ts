/** What this account may not do in the cluster. */

import type { Problem } from "../errors.ts";
import type { KubeApi } from "../world.ts";
import { type ApiObject, askKube } from "./kube_api.ts";

export interface Deed extends ApiObject {
  /** `create`, `get` … */
  readonly verb: string;
}

interface Review {
  readonly status?: { readonly allowed?: boolean };
}

/** Asks for each deed: https://kubernetes.io/docs/reference/access-authn-authz/authorization/ */
export async function refusedDeeds(
  api: KubeApi,
  namespace: string | undefined,
  deeds: readonly Deed[],
): Promise<readonly Deed[]> {
  const allowed = await Promise.all(deeds.map(async ({ verb, resource, group }) => {
    const body = {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SelfSubjectAccessReview",
      spec: { resourceAttributes: { namespace, verb, resource, group } },
    };
    const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    const answer = await askKube<Review>(api, path, { body });
    // Who may not even ask finds out later.
    return answer.is !== "there" || answer.value.status?.allowed === true;
  }));
  return deeds.filter((_, i) => !allowed[i]);
}

export function accessProblem(
  refused: readonly Deed[],
  namespace: string,
): Problem | undefined {
  if (refused.length === 0) return undefined;
  const verbs = [...new Set(refused.map(({ verb }) => verb))].map((verb) => {
    const resources = refused.filter((deed) => deed.verb === verb).map(({ resource }) => resource);
    return `${verb} ${resources.join(", ")}`;
  });
  return {
    what: `your account may not ${verbs.join(", nor ")} in namespace ${namespace}`,
    hint: "ask for the permission, or name another namespace with --namespace",
  };
}
