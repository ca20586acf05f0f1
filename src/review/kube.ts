/** The parts of Kubernetes' objects that the rules look at; any of them may be missing. */

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata?: Metadata;
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly data?: Readonly<Record<string, string>>;
}

/** A manifest, and where it comes from. */
export interface KubeObject extends Manifest {
  /** `add-sub-inference/templates/deployment.yaml` */
  readonly file: string;
}

export interface Metadata {
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface PodSpec {
  readonly initContainers?: readonly Container[];
  readonly containers?: readonly Container[];
  readonly ephemeralContainers?: readonly Container[];
  readonly volumes?: readonly Volume[];
  readonly securityContext?: PodSecurityContext;
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly hostUsers?: boolean;
  readonly os?: { readonly name?: string };
  readonly terminationGracePeriodSeconds?: number;
  readonly serviceAccountName?: string;
  /** For all containers together. */
  readonly resources?: Resources;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly affinity?: { readonly nodeAffinity?: NodeAffinity };
}

export interface Resources {
  readonly requests?: Readonly<Record<string, string | number>>;
  readonly limits?: Readonly<Record<string, string | number>>;
}

interface NodeAffinity {
  readonly requiredDuringSchedulingIgnoredDuringExecution?: {
    readonly nodeSelectorTerms?: readonly {
      readonly matchExpressions?: readonly {
        readonly key?: string;
        readonly operator?: string;
        readonly values?: readonly string[];
      }[];
    }[];
  };
}

export interface Container {
  readonly name?: string;
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly EnvVariable[];
  readonly ports?: readonly ContainerPort[];
  readonly resources?: Resources;
  readonly securityContext?: SecurityContext;
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly startupProbe?: Probe;
  readonly lifecycle?: { readonly postStart?: Handler; readonly preStop?: Handler };
  readonly volumeMounts?: readonly VolumeMount[];
}

interface EnvVariable {
  readonly name?: string;
  readonly value?: string;
}

export interface ContainerPort {
  readonly name?: string;
  readonly containerPort?: number;
  readonly hostPort?: number;
  readonly protocol?: string;
}

interface VolumeMount {
  readonly name?: string;
  readonly mountPath?: string;
  readonly subPath?: string;
}

export interface Volume extends Readonly<Record<string, unknown>> {
  readonly name?: string;
  readonly emptyDir?: { readonly medium?: string; readonly sizeLimit?: string | number };
  readonly configMap?: { readonly name?: string };
  readonly persistentVolumeClaim?: { readonly claimName?: string };
}

export interface Handler {
  readonly httpGet?: {
    readonly path?: string;
    readonly port?: string | number;
    readonly host?: string;
  };
  readonly tcpSocket?: { readonly port?: string | number; readonly host?: string };
  readonly exec?: { readonly command?: readonly string[] };
  readonly sleep?: { readonly seconds?: number };
}

export interface Probe extends Handler {
  readonly initialDelaySeconds?: number;
  readonly periodSeconds?: number;
  readonly failureThreshold?: number;
}

interface SecurityOptions {
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly seccompProfile?: { readonly type?: string };
  readonly appArmorProfile?: { readonly type?: string };
  readonly seLinuxOptions?: {
    readonly type?: string;
    readonly user?: string;
    readonly role?: string;
  };
  readonly windowsOptions?: { readonly hostProcess?: boolean };
}

export interface PodSecurityContext extends SecurityOptions {
  readonly sysctls?: readonly { readonly name?: string }[];
}

export interface SecurityContext extends SecurityOptions {
  readonly allowPrivilegeEscalation?: boolean;
  readonly privileged?: boolean;
  readonly procMount?: string;
  readonly readOnlyRootFilesystem?: boolean;
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
}

/** `Deployment/add-sub-inference` */
export function objectName({ kind, metadata }: Manifest): string {
  return `${kind}/${metadata?.name ?? "?"}`;
}
