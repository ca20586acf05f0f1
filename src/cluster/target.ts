/** Which cluster and namespace, and which helm: from our flags, else from what Helm hands a plugin. */

import { UserError } from "../errors.ts";

export interface Target {
  readonly helm: string;
  readonly namespace: string | undefined;
  readonly context: string | undefined;
  readonly kubeconfig: string | undefined;
  /** What Helm reads from the environment, as kubectl's flags. */
  readonly kubectlFlags: readonly string[];
}

export interface TargetFlags {
  readonly namespace?: string | undefined;
  readonly kube_context?: string | undefined;
  readonly kubeconfig?: string | undefined;
}

type Env = (name: string) => string | undefined;

/** @throws UserError when Helm was given what kubectl can be told only in an argument list */
export function targetOf(flags: TargetFlags, env: Env): Target {
  if (filled(env("HELM_KUBETOKEN"))) {
    throw new UserError({
      where: "--kube-token",
      what: "cannot be handed on to kubectl without showing it to every user of this machine",
      hint: "put the token into a kubeconfig file and name that with --kubeconfig",
    });
  }
  return {
    helm: helmProgram(env),
    namespace: flags.namespace ?? filled(env("HELM_NAMESPACE")),
    context: flags.kube_context ?? filled(env("HELM_KUBECONTEXT")),
    // With Helm's own --kubeconfig the plugin finds KUBECONFIG set, and every child inherits that.
    kubeconfig: flags.kubeconfig,
    kubectlFlags: kubectlFlags(env),
  };
}

/** https://github.com/helm/helm/blob/main/pkg/cli/environment.go */
const KUBECTL_FLAGS: readonly (readonly [string, string])[] = [
  ["HELM_KUBEAPISERVER", "--server"],
  ["HELM_KUBEASUSER", "--as"],
  ["HELM_KUBECAFILE", "--certificate-authority"],
  ["HELM_KUBETLS_SERVER_NAME", "--tls-server-name"],
];

function kubectlFlags(env: Env): string[] {
  const plain = KUBECTL_FLAGS.flatMap(([name, flag]) => {
    const value = filled(env(name));
    return value === undefined ? [] : [flag, value];
  });
  const groups = filled(env("HELM_KUBEASGROUPS"))?.split(",") ?? [];
  const insecure = env("HELM_KUBEINSECURE_SKIP_TLS_VERIFY") === "true";
  return [
    ...plain,
    ...groups.flatMap((group) => ["--as-group", group]),
    ...(insecure ? ["--insecure-skip-tls-verify"] : []),
  ];
}

export function helmProgram(env: Env): string {
  return filled(env("HELM_BIN")) ?? "helm";
}

function filled(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}
