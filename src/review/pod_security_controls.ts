/** The controls of level `baseline` that those of `restricted` do not replace. */

import type { Handler } from "./kube.ts";
import {
  containerContexts,
  containers,
  contexts,
  type Control,
  type Wrong,
} from "./pod_security_control.ts";

const HOST_NAMESPACES = ["hostNetwork", "hostPID", "hostIPC"] as const;
const APP_ARMOR = "container.apparmor.security.beta.kubernetes.io/";

/** The version of Kubernetes from which each is safe. */
const SYSCTLS: Readonly<Record<string, number>> = {
  "kernel.shm_rmid_forced": 0,
  "net.ipv4.ip_local_port_range": 0,
  "net.ipv4.tcp_syncookies": 0,
  "net.ipv4.ping_group_range": 0,
  "net.ipv4.ip_unprivileged_port_start": 0,
  "net.ipv4.ip_local_reserved_ports": 27,
  "net.ipv4.tcp_keepalive_time": 29,
  "net.ipv4.tcp_fin_timeout": 29,
  "net.ipv4.tcp_keepalive_intvl": 29,
  "net.ipv4.tcp_keepalive_probes": 29,
  "net.ipv4.tcp_rmem": 32,
  "net.ipv4.tcp_wmem": 32,
  "net.ipv4.tcp_slow_start_after_idle": 37,
  "net.ipv4.tcp_notsent_lowat": 37,
};

const SELINUX_TYPES: Readonly<Record<string, number>> = {
  "": 0,
  container_t: 0,
  container_init_t: 0,
  container_kvm_t: 0,
  container_engine_t: 31,
};

export const CONTROLS: readonly Control[] = [
  {
    id: "windowsHostProcess",
    *check(pod) {
      for (const [context, path] of contexts(pod)) {
        if (context.windowsOptions?.hostProcess === true) {
          yield [`${path}.windowsOptions.hostProcess`, "must not be true"];
        }
      }
    },
  },
  {
    id: "hostNamespaces",
    *check({ spec }) {
      for (const key of HOST_NAMESPACES) {
        if (spec[key] === true) yield [`spec.${key}`, "must not be true"];
      }
    },
  },
  {
    id: "privileged",
    *check(pod) {
      for (const [context, path] of containerContexts(pod)) {
        if (context.privileged === true) yield [`${path}.privileged`, "must not be true"];
      }
    },
  },
  {
    id: "hostPorts",
    *check(pod) {
      for (const [{ ports = [] }, path] of containers(pod)) {
        for (const [i, { hostPort = 0 }] of ports.entries()) {
          if (hostPort !== 0) yield [`${path}.ports[${i}].hostPort`, "must not be set"];
        }
      }
    },
  },
  {
    id: "hostProbesAndHostLifecycle",
    *check(pod, minor) {
      if (minor < 34) return;
      for (const [container, path] of containers(pod)) {
        const { livenessProbe, readinessProbe, startupProbe, lifecycle } = container;
        yield* hostOf(livenessProbe, `${path}.livenessProbe`);
        yield* hostOf(readinessProbe, `${path}.readinessProbe`);
        yield* hostOf(startupProbe, `${path}.startupProbe`);
        yield* hostOf(lifecycle?.postStart, `${path}.lifecycle.postStart`);
        yield* hostOf(lifecycle?.preStop, `${path}.lifecycle.preStop`);
      }
    },
  },
  {
    id: "appArmorProfile",
    *check(pod) {
      for (const [{ appArmorProfile }, path] of contexts(pod)) {
        if (appArmorProfile && !isProfile(appArmorProfile.type)) {
          yield [`${path}.appArmorProfile.type`, "must be RuntimeDefault or Localhost"];
        }
      }
      for (const [key, value] of Object.entries(pod.metadata.annotations ?? {})) {
        if (key.startsWith(APP_ARMOR) && !/^($|runtime\/default$|localhost\/)/.test(value)) {
          yield [`metadata.annotations["${key}"]`, "must be runtime/default or localhost/…"];
        }
      }
    },
  },
  {
    id: "seLinuxOptions",
    *check(pod, minor) {
      for (const [{ seLinuxOptions: options }, path] of contexts(pod)) {
        if (!options) continue;
        const { type = "", user = "", role = "" } = options;
        const at = `${path}.seLinuxOptions`;
        if (!isSince(SELINUX_TYPES, type, minor)) {
          yield [`${at}.type`, "must be one of the container types"];
        }
        if (user !== "") yield [`${at}.user`, "must not be set"];
        if (role !== "") yield [`${at}.role`, "must not be set"];
      }
    },
  },
  {
    id: "sysctls",
    *check({ spec }, minor) {
      for (const [i, { name = "" }] of (spec.securityContext?.sysctls ?? []).entries()) {
        if (!isSince(SYSCTLS, name, minor)) {
          yield [`spec.securityContext.sysctls[${i}]`, "must be one of the safe sysctls"];
        }
      }
    },
  },
];

export function isProfile(type: string | undefined): boolean {
  return type === "RuntimeDefault" || type === "Localhost";
}

function isSince(known: Readonly<Record<string, number>>, name: string, minor: number): boolean {
  return Object.hasOwn(known, name) && known[name]! <= minor;
}

function* hostOf(handler: Handler | undefined, path: string): Iterable<Wrong> {
  for (const kind of ["httpGet", "tcpSocket"] as const) {
    if (handler?.[kind]?.host) yield [`${path}.${kind}.host`, "must not be set"];
  }
}
