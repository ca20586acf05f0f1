/** Questions to a cluster's API, and what its refusals mean. */

import { ToolError } from "../errors.ts";
import { lastLines } from "../text/clean.ts";
import type { KubeApi, KubeQuestion } from "../world.ts";
import { clusterHint } from "./kubectl.ts";

/** It is there, it is not there, or this account may not know. */
export type Answer<T> =
  | { readonly is: "there"; readonly value: T }
  | { readonly is: "absent" }
  | { readonly is: "forbidden" };

/** @throws ToolError when the cluster does not answer, or does not know the account */
export async function askKube<T>(
  api: KubeApi,
  path: string,
  question?: KubeQuestion,
): Promise<Answer<T>> {
  const { status, body } = await api.ask(path, question);
  if (status >= 200 && status < 300) return { is: "there", value: body as T };
  if (status === 404) return { is: "absent" };
  if (status === 403) return { is: "forbidden" };
  const said = messageOf(body);
  // The proxy's own words are no JSON.
  const isAway = typeof body === "string" && status >= 500 || status === 503;
  throw new ToolError(
    isAway ? "the cluster does not answer" : `the cluster refuses the question (${status})`,
    {
      output: lastLines(said, 5),
      hint: clusterHint(status === 401 ? `Unauthorized ${said}` : said),
    },
  );
}

/** What is there, else undefined. */
export async function askOptional<T>(api: KubeApi, path: string): Promise<T | undefined> {
  const answer = await askKube<T>(api, path);
  return answer.is === "there" ? answer.value : undefined;
}

function messageOf(body: unknown): string {
  const { message } = (typeof body === "object" && body ? body : {}) as { message?: unknown };
  return typeof message === "string" ? message : String(body);
}

/** A list without the objects' contents: https://kubernetes.io/docs/reference/using-api/api-concepts/ */
export const NAMES_ONLY = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io";

export interface ApiObject {
  /** `deployments` */
  readonly resource: string;
  /** Empty: the core group. */
  readonly group: string;
}

/** The kinds that the charts make, as the API calls them. */
export const RESOURCES: Readonly<Record<string, ApiObject>> = {
  ConfigMap: { resource: "configmaps", group: "" },
  Deployment: { resource: "deployments", group: "apps" },
  Job: { resource: "jobs", group: "batch" },
  Secret: { resource: "secrets", group: "" },
  Service: { resource: "services", group: "" },
  ServiceAccount: { resource: "serviceaccounts", group: "" },
};

export function corePath(namespace: string, resource: string, name = ""): string {
  const path = ["api/v1/namespaces", namespace, resource, ...(name === "" ? [] : [name])];
  return `/${path.map((part, i) => (i === 0 ? part : encodeURIComponent(part))).join("/")}`;
}
