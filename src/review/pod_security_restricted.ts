/** The controls of level `restricted`; where they are the stricter, they replace one of `baseline`. */

import { isProfile } from "./pod_security_controls.ts";
import {
  containerContexts,
  containers,
  contexts,
  type Control,
  hasOwnUsers,
  isWindows,
} from "./pod_security_control.ts";

const VOLUMES = [
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "image",
  "persistentVolumeClaim",
  "projected",
  "secret",
] as const;

export const RESTRICTED_CONTROLS: readonly Control[] = [
  {
    id: "restrictedVolumes",
    *check({ spec }) {
      for (const [i, volume] of (spec.volumes ?? []).entries()) {
        if (VOLUMES.some((type) => (volume[type] ?? null) !== null)) continue;
        const type = Object.keys(volume).find((key) => key !== "name") ?? "of no type";
        yield [`spec.volumes[${i}]`, `must be ${VOLUMES.join(", ")}, not ${type}`];
      }
    },
  },
  {
    id: "allowPrivilegeEscalation",
    *check(pod) {
      if (isWindows(pod)) return;
      for (const [{ securityContext }, path] of containers(pod)) {
        if (securityContext?.allowPrivilegeEscalation !== false) {
          yield [`${path}.securityContext.allowPrivilegeEscalation`, "must be false"];
        }
      }
    },
  },
  {
    id: "runAsNonRoot",
    *check(pod, minor) {
      if (minor >= 35 && hasOwnUsers(pod)) return;
      const ofPod = pod.spec.securityContext?.runAsNonRoot;
      if (ofPod === false) yield ["spec.securityContext.runAsNonRoot", "must be true"];
      for (const [{ securityContext }, path] of containers(pod)) {
        const own = securityContext?.runAsNonRoot;
        if (own === false || (own === undefined && ofPod === undefined)) {
          yield [`${path}.securityContext.runAsNonRoot`, "must be true, here or for the pod"];
        }
      }
    },
  },
  {
    id: "runAsUser",
    *check(pod, minor) {
      if (minor >= 35 && hasOwnUsers(pod)) return;
      for (const [{ runAsUser }, path] of contexts(pod)) {
        if (runAsUser === 0) yield [`${path}.runAsUser`, "must not be 0"];
      }
    },
  },
  {
    id: "seccompProfile_restricted",
    *check(pod) {
      if (isWindows(pod)) return;
      const says = "must be RuntimeDefault or Localhost";
      const ofPod = pod.spec.securityContext?.seccompProfile;
      if (ofPod && !isProfile(ofPod.type)) {
        yield ["spec.securityContext.seccompProfile.type", says];
      }
      for (const [{ securityContext }, path] of containers(pod)) {
        const own = securityContext?.seccompProfile;
        if (own ? !isProfile(own.type) : ofPod === undefined) {
          const where = own ? says : `${says}, here or for the pod`;
          yield [`${path}.securityContext.seccompProfile.type`, where];
        }
      }
    },
  },
  {
    id: "capabilities_restricted",
    *check(pod) {
      if (isWindows(pod)) return;
      for (const [{ securityContext }, path] of containers(pod)) {
        const { add = [], drop = [] } = securityContext?.capabilities ?? {};
        const at = `${path}.securityContext.capabilities`;
        if (!drop.includes("ALL")) yield [`${at}.drop`, "must hold ALL"];
        if (add.some((capability) => capability !== "NET_BIND_SERVICE")) {
          yield [`${at}.add`, "must hold nothing but NET_BIND_SERVICE"];
        }
      }
    },
  },
  {
    // Before 1.35 a part of `baseline` under the name procMount.
    id: "procMount_restricted",
    *check(pod) {
      for (const [{ procMount }, path] of containerContexts(pod)) {
        if (procMount !== undefined && procMount !== "Default") {
          yield [`${path}.procMount`, "must be Default"];
        }
      }
    },
  },
];
