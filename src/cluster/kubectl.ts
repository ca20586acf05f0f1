/** What kubectl wants to hear, and what its refusals mean. */

import type { ToolCommand } from "../world.ts";
import type { Target } from "./target.ts";

/** @param what `pods,deployments` and the like */
export function kubectlGet(target: Target, what: string, selector: string): ToolCommand {
  return kubectl(target, ["get", what, "--selector", selector, "--output", "json"]);
}

/** Not `apply`, which keeps a second copy in an annotation. */
export function kubectlCreate(target: Target, manifest: unknown): ToolCommand {
  return { ...kubectl(target, ["create", "--filename", "-"]), stdin: JSON.stringify(manifest) };
}

/** Tells one state of the object from another: what this prints changes with it; empty: none. */
const VERSION = ["--output", "jsonpath={.metadata.resourceVersion}"];

export function kubectlVersionOf(target: Target, kind: string, name: string): ToolCommand {
  return kubectl(target, ["get", kind, name, "--ignore-not-found", ...VERSION]);
}

/**
 * Makes the object, or sets these fields of the one that is there, and prints its version. On the
 * server's side `apply` keeps no second copy in an annotation.
 */
export function kubectlApply(target: Target, manifest: unknown): ToolCommand {
  const manager = ["--server-side", "--field-manager", "helm-navigator", "--force-conflicts"];
  const args = ["apply", ...manager, "--filename", "-", ...VERSION];
  return { ...kubectl(target, args), stdin: JSON.stringify(manifest) };
}

/** Asks the cluster what it would say, and changes nothing. */
export function kubectlDryRun(target: Target, manifests: string): ToolCommand {
  return {
    ...kubectl(target, ["apply", "--dry-run=server", "--filename", "-"]),
    stdin: manifests,
  };
}

export function kubectlDelete(target: Target, what: string, selector: string): ToolCommand {
  return kubectl(target, ["delete", what, "--selector", selector, "--ignore-not-found"]);
}

export function kubectlDeleteNamed(target: Target, kind: string, name: string): ToolCommand {
  return kubectl(target, ["delete", kind, name, "--ignore-not-found"]);
}

export function kubectlLogs(
  target: Target,
  object: string,
  follow: boolean,
  part: { readonly container?: string; readonly tail?: number } = {},
): ToolCommand {
  return kubectl(target, [
    "logs",
    object,
    ...(follow ? ["--follow"] : []),
    ...(part.container === undefined ? [] : ["--container", part.container]),
    ...(part.tail === undefined ? [] : ["--tail", String(part.tail)]),
  ]);
}

/** The events of one object: they have no labels. */
export function kubectlEvents(target: Target, uid: string): ToolCommand {
  const selector = `involvedObject.uid=${uid}`;
  return kubectl(target, ["get", "events", "--field-selector", selector, "--output", "json"]);
}

/** kubectl's own version, as JSON. */
export function kubectlVersion(): ToolCommand {
  return { program: "kubectl", args: ["version", "--client", "--output", "json"] };
}

/** Serves the cluster's API on a Unix socket, with the user's own access. */
export function kubectlProxy(target: Target, socket: string): ToolCommand {
  return kubectl(target, ["proxy", `--unix-socket=${socket}`]);
}

/** The namespace of the context, as it is printed; nothing where it names none. */
export function kubectlNamespace(target: Target): ToolCommand {
  return kubectl(target, ["config", "view", "--minify", "--output", "jsonpath={..namespace}"]);
}

function kubectl(target: Target, args: readonly string[]): ToolCommand {
  return { program: "kubectl", args: [...args, ...kubectlTarget(target)], hint: clusterHint };
}

function kubectlTarget(target: Target): string[] {
  return [
    ...(target.namespace ? ["--namespace", target.namespace] : []),
    ...(target.context ? ["--context", target.context] : []),
    ...(target.kubeconfig ? ["--kubeconfig", target.kubeconfig] : []),
    ...target.kubectlFlags,
  ];
}

const HINTS: readonly (readonly [RegExp, string])[] = [
  [
    /connection refused|no such host|cluster unreachable|i\/o timeout|invalid configuration|no configuration has been provided/i,
    "no cluster answers: check `kubectl cluster-info`, --kube-context and KUBECONFIG",
  ],
  [
    /context .* does not exist|context was not found/i,
    "`kubectl config get-contexts` lists the contexts",
  ],
  [
    /unauthorized|must be logged in|expired/i,
    "the cluster does not know you (any more): renew your credentials",
  ],
  [
    /forbidden/i,
    "your account may not do this in the cluster: ask for the permission, or name another namespace",
  ],
  [/namespaces? "?[^"\s]+"? not found/i, "make the namespace first: kubectl create namespace NAME"],
  [
    /cannot be imported into the current release|invalid ownership metadata/i,
    "something of that name is there already and is not this release's: install under another name",
  ],
  [
    /field is immutable/i,
    "one of that name is there and cannot become this one: choose another name, or delete it first",
  ],
  [/release: not found/i, "`helm list` shows the releases of the namespace"],
  [/deployer\.image is required/, "push the image first (`helm navigator push`), or give --image"],
  [/deployer\.modelUri is required/, "give --model-uri, or model_uri to `create`"],
  [
    /another operation .* is in progress/i,
    "an earlier run was cut off: `helm rollback` to the last good revision, or `helm navigator uninstall`",
  ],
];

export function clusterHint(output: string): string | undefined {
  return HINTS.find(([pattern]) => pattern.test(output))?.[1];
}
