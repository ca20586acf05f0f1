/** Pods by chance: do we decide about each control as Kubernetes' own evaluator does? */

import { viewChart } from "../../src/review/chart_view.ts";
import { withoutNulls } from "../../src/review/manifest.ts";
import { podSecurity } from "../../src/review/pod_security.ts";
import { CONTROLS } from "../../src/review/pod_security_controls.ts";
import { RESTRICTED_CONTROLS } from "../../src/review/pod_security_restricted.ts";
import { equal, ok } from "../support/assert.ts";
import { type Chance, chance } from "../support/chance.ts";
import { part } from "../support/program.ts";

const SEED = 1;
const PODS = 5000;
const MINORS = ["27", "31", "34", "37"];

/** What the evaluator says when it finds what our control of that name finds. */
const REASONS: Readonly<Record<string, RegExp>> = {
  windowsHostProcess: /^hostProcess$/,
  hostNamespaces: /^host namespaces$/,
  privileged: /^privileged$/,
  hostPorts: /^hostPort$/,
  hostProbesAndHostLifecycle: /^probe or lifecycle host$/,
  appArmorProfile: /^forbidden AppArmor profiles?$/,
  seLinuxOptions: /^seLinuxOptions$/,
  sysctls: /^forbidden sysctls$/,
  restrictedVolumes: /^restricted volume types$/,
  allowPrivilegeEscalation: /^allowPrivilegeEscalation != false$/,
  runAsNonRoot: /^runAsNonRoot != true$/,
  runAsUser: /^runAsUser=0$/,
  seccompProfile_restricted: /^seccompProfile$/,
  capabilities_restricted: /^unrestricted capabilities$/,
  procMount_restricted: /^procMount$/,
};

function options({ pick, maybe }: Chance) {
  return {
    runAsNonRoot: maybe(0.8, () => pick([true, true, true, true, false])),
    runAsUser: maybe(0.3, () => pick([0, 1, 1000, 1000])),
    seccompProfile: maybe(0.7, () => ({
      type: pick(["RuntimeDefault", "RuntimeDefault", "RuntimeDefault", "Localhost", "Unconfined"]),
    })),
    appArmorProfile: maybe(
      0.1,
      () => ({ type: pick(["RuntimeDefault", "Localhost", "Unconfined"]) }),
    ),
    seLinuxOptions: maybe(0.1, () => ({
      type: maybe(0.7, () => pick(["", "container_t", "container_engine_t", "spc_t"])),
      user: maybe(0.2, () => pick(["", "u"])),
      role: maybe(0.2, () => pick(["", "r"])),
    })),
    windowsOptions: maybe(0.05, () => ({ hostProcess: maybe(0.7, () => pick([true, false])) })),
  };
}

function handler({ pick, maybe }: Chance): object {
  const host = maybe(0.3, () => pick(["", "h", "127.0.0.1"]));
  return pick<object>([
    { httpGet: { path: "/", port: 1, host } },
    { tcpSocket: { port: 1, host } },
    { exec: { command: ["a"] } },
  ]);
}

function container(name: string, luck: Chance) {
  const { pick, maybe } = luck;
  return {
    name,
    image: "i:1",
    securityContext: maybe(0.95, () => ({
      ...options(luck),
      allowPrivilegeEscalation: maybe(0.95, () => pick([false, false, false, false, true])),
      privileged: maybe(0.1, () => pick([true, false])),
      procMount: maybe(0.1, () => pick(["Default", "Unmasked"])),
      capabilities: maybe(0.95, () => ({
        drop: maybe(0.97, () => pick([["ALL"], ["ALL"], ["ALL"], ["KILL", "ALL"], ["KILL"], []])),
        add: maybe(0.2, () => pick([[], ["NET_BIND_SERVICE"], ["KILL"], ["SYS_ADMIN"]])),
      })),
    })),
    ports: maybe(0.2, () => [{ containerPort: 1, hostPort: maybe(0.3, () => pick([0, 80])) }]),
    livenessProbe: maybe(0.1, () => handler(luck)),
    readinessProbe: maybe(0.1, () => handler(luck)),
    startupProbe: maybe(0.1, () => handler(luck)),
    lifecycle: maybe(0.1, () => ({
      postStart: maybe(0.5, () => handler(luck)),
      preStop: maybe(0.5, () => handler(luck)),
    })),
  };
}

const VOLUMES = [
  { emptyDir: {} },
  { configMap: { name: "a" } },
  { secret: { secretName: "a" } },
  { projected: { sources: [] } },
  { persistentVolumeClaim: { claimName: "a" } },
  { ephemeral: {} },
  { csi: { driver: "a" } },
  { downwardAPI: {} },
  { image: { reference: "i:1" } },
];
const BAD_VOLUMES = [{ hostPath: { path: "/" } }, { nfs: { server: "a", path: "/" } }, {}];

function pod(luck: Chance) {
  const { pick, maybe } = luck;
  const flag = (probability: number) => maybe(probability, () => pick([true, false]));
  const volume = (name: string) => ({
    name,
    ...maybe(0.9, () => pick<object>(VOLUMES)) ?? pick(BAD_VOLUMES),
  });
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: "p",
      annotations: maybe(0.1, () => ({
        [pick(["container.apparmor.security.beta.kubernetes.io/a", "other"])]: pick([
          "runtime/default",
          "localhost/x",
          "unconfined",
          "",
        ]),
      })),
    },
    spec: {
      initContainers: maybe(0.5, () => [container("init", luck)]),
      containers: [container("main", luck)],
      ephemeralContainers: maybe(0.1, () => [container("debug", luck)]),
      volumes: maybe(0.6, () => [volume("a"), volume("b")]),
      hostNetwork: flag(0.05),
      hostPID: flag(0.05),
      hostIPC: flag(0.05),
      hostUsers: flag(0.15),
      os: maybe(0.1, () => ({ name: pick(["windows", "linux"]) })),
      securityContext: maybe(0.95, () => ({
        ...options(luck),
        sysctls: maybe(0.1, () => [{
          name: pick([
            "kernel.shm_rmid_forced",
            "kernel.msgmax",
            "net.ipv4.tcp_rmem",
            "net.ipv4.tcp_fin_timeout",
            "net.ipv4.tcp_notsent_lowat",
          ]),
          value: "1",
        }]),
      })),
    },
  };
}

/** The reasons for each pod and each minor version, one list after the other. */
async function evaluate(lines: readonly string[]): Promise<string[][]> {
  const file = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(file, lines.join("\n"));
    const script = `"$0" ${MINORS.join(" ")} <"${file}"`;
    const command = new Deno.Command("bash", {
      args: ["-c", script, part("NAVIGATOR_POD_SECURITY")],
    });
    const { success, stdout, stderr } = await command.output();
    ok(success, new TextDecoder().decode(stderr));
    return new TextDecoder().decode(stdout).trim().split("\n").map((line) => JSON.parse(line));
  } finally {
    await Deno.remove(file);
  }
}

Deno.test(`${PODS} pods by chance (seed ${SEED}) are judged as Kubernetes does`, async () => {
  const luck = chance(SEED);
  const lines = Array.from({ length: PODS }, () => JSON.stringify(pod(luck)));
  const verdicts = await evaluate(lines);
  const seen = new Set<string>();
  let restricted = 0;
  for (const [i, line] of lines.entries()) {
    const { pods } = viewChart([{ ...withoutNulls(JSON.parse(line)), file: "" }]);
    for (const [j, minor] of MINORS.entries()) {
      const theirs = verdicts[i * MINORS.length + j]!;
      const ours = [...new Set(podSecurity(pods[0]!, `1.${minor}`).map(({ control }) => control))];
      const same = ours.length === theirs.length &&
        ours.every((control) => theirs.some((reason) => REASONS[control]!.test(reason)));
      ok(same, `1.${minor}: ${ours} here, ${theirs} there, of ${line}`);
      ours.forEach((control) => seen.add(control));
      if (ours.length === 0) restricted++;
    }
  }
  // It would prove little if all were refused, or a control never.
  ok(restricted > PODS / 20, `${restricted} pass`);
  equal([...seen].sort(), [...CONTROLS, ...RESTRICTED_CONTROLS].map(({ id }) => id).sort());
});
