/** Which cluster and namespace, and which helm: from our flags, else from what Helm hands a plugin. */

export interface Target {
  readonly helm: string;
  readonly namespace: string | undefined;
  readonly context: string | undefined;
  readonly kubeconfig: string | undefined;
}

export interface TargetFlags {
  readonly namespace?: string | undefined;
  readonly kube_context?: string | undefined;
  readonly kubeconfig?: string | undefined;
}

export function targetOf(flags: TargetFlags, env: (name: string) => string | undefined): Target {
  return {
    helm: helmProgram(env),
    namespace: flags.namespace ?? filled(env("HELM_NAMESPACE")),
    context: flags.kube_context ?? filled(env("HELM_KUBECONTEXT")),
    // With Helm's own --kubeconfig the plugin finds KUBECONFIG set, and every child inherits that.
    kubeconfig: flags.kubeconfig,
  };
}

export function helmProgram(env: (name: string) => string | undefined): string {
  return filled(env("HELM_BIN")) ?? "helm";
}

function filled(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}
