import { viewChart } from "../../../src/review/chart_view.ts";
import { withoutNulls } from "../../../src/review/manifest.ts";
import { podSecurity } from "../../../src/review/pod_security.ts";
import { CONTROLS } from "../../../src/review/pod_security_controls.ts";
import { RESTRICTED_CONTROLS } from "../../../src/review/pod_security_restricted.ts";
import { equal } from "../../support/assert.ts";
import { goodChart, spoil } from "../../support/manifests.ts";

const POD = "Deployment.spec.template.spec";
const CONTEXT = `${POD}.containers.0.securityContext`;

function violations(changes: Record<string, unknown>, version = "1.37"): string[] {
  const { Deployment } = spoil(goodChart(), changes);
  const { pods } = viewChart([{ ...withoutNulls(Deployment), file: "f" }]);
  return podSecurity(pods[0]!, version).map(({ control, path }) =>
    `${control} ${path.replace("spec.template.spec.", "")}`
  );
}

/** Decided as k8s.io/pod-security-admission v0.37.2 does. */
const ROWS: readonly (readonly [changes: Record<string, unknown>, found: readonly string[]])[] = [
  [{}, []],
  [
    { [`${POD}.securityContext.windowsOptions`]: { hostProcess: true } },
    ["windowsHostProcess securityContext.windowsOptions.hostProcess"],
  ],
  [{ [`${POD}.hostNetwork`]: true }, ["hostNamespaces hostNetwork"]],
  [{ [`${POD}.hostPID`]: true, [`${POD}.hostIPC`]: true }, [
    "hostNamespaces hostPID",
    "hostNamespaces hostIPC",
  ]],
  [{ [`${CONTEXT}.privileged`]: true }, ["privileged containers[0].securityContext.privileged"]],
  [
    { [`${POD}.containers.0.ports.1.hostPort`]: 80 },
    ["hostPorts containers[0].ports[1].hostPort"],
  ],
  [{ [`${POD}.containers.0.ports.1.hostPort`]: 0 }, []],
  [
    { [`${POD}.containers.0.livenessProbe.httpGet.host`]: "127.0.0.1" },
    ["hostProbesAndHostLifecycle containers[0].livenessProbe.httpGet.host"],
  ],
  [
    { [`${POD}.containers.0.lifecycle.postStart`]: { tcpSocket: { port: 1, host: "h" } } },
    ["hostProbesAndHostLifecycle containers[0].lifecycle.postStart.tcpSocket.host"],
  ],
  [
    { [`${CONTEXT}.appArmorProfile`]: { type: "Unconfined" } },
    ["appArmorProfile containers[0].securityContext.appArmorProfile.type"],
  ],
  [
    {
      "Deployment.spec.template.metadata.annotations": {
        "container.apparmor.security.beta.kubernetes.io/triton": "unconfined",
      },
    },
    [
      'appArmorProfile spec.template.metadata.annotations["container.apparmor.security.beta.kubernetes.io/triton"]',
    ],
  ],
  [
    { [`${CONTEXT}.seLinuxOptions`]: { type: "spc_t", user: "u", role: "" } },
    [
      "seLinuxOptions containers[0].securityContext.seLinuxOptions.type",
      "seLinuxOptions containers[0].securityContext.seLinuxOptions.user",
    ],
  ],
  [
    { [`${POD}.securityContext.sysctls`]: [{ name: "kernel.msgmax", value: "1" }] },
    ["sysctls securityContext.sysctls[0]"],
  ],
  [
    { [`${POD}.volumes.0`]: { name: "triton", hostPath: { path: "/" } } },
    ["restrictedVolumes volumes[0]"],
  ],
  [
    { [`${CONTEXT}.allowPrivilegeEscalation`]: undefined },
    ["allowPrivilegeEscalation containers[0].securityContext.allowPrivilegeEscalation"],
  ],
  [
    { [`${POD}.initContainers.0.securityContext`]: undefined },
    [
      "allowPrivilegeEscalation initContainers[0].securityContext.allowPrivilegeEscalation",
      "capabilities_restricted initContainers[0].securityContext.capabilities.drop",
    ],
  ],
  [
    { [`${POD}.ephemeralContainers`]: [{ name: "debug", image: "i:1" }] },
    [
      "allowPrivilegeEscalation ephemeralContainers[0].securityContext.allowPrivilegeEscalation",
      "capabilities_restricted ephemeralContainers[0].securityContext.capabilities.drop",
    ],
  ],
  [
    { [`${POD}.securityContext.runAsNonRoot`]: undefined },
    [
      "runAsNonRoot initContainers[0].securityContext.runAsNonRoot",
      "runAsNonRoot containers[0].securityContext.runAsNonRoot",
    ],
  ],
  [
    { [`${POD}.securityContext.runAsNonRoot`]: false, [`${CONTEXT}.runAsNonRoot`]: true },
    ["runAsNonRoot securityContext.runAsNonRoot"],
  ],
  [{ [`${CONTEXT}.runAsUser`]: 0 }, ["runAsUser containers[0].securityContext.runAsUser"]],
  [
    { [`${CONTEXT}.seccompProfile`]: { type: "Unconfined" } },
    ["seccompProfile_restricted containers[0].securityContext.seccompProfile.type"],
  ],
  [
    {
      [`${POD}.securityContext.seccompProfile`]: null,
      [`${CONTEXT}.seccompProfile`]: { type: "Localhost" },
    },
    ["seccompProfile_restricted initContainers[0].securityContext.seccompProfile.type"],
  ],
  [
    { [`${CONTEXT}.capabilities`]: { drop: ["KILL"], add: ["CHOWN"] } },
    [
      "capabilities_restricted containers[0].securityContext.capabilities.drop",
      "capabilities_restricted containers[0].securityContext.capabilities.add",
    ],
  ],
  [{ [`${CONTEXT}.capabilities.add`]: ["NET_BIND_SERVICE"] }, []],
  [
    { [`${CONTEXT}.procMount`]: "Unmasked" },
    ["procMount_restricted containers[0].securityContext.procMount"],
  ],
];

Deno.test("every control of `restricted` finds its own", () => {
  for (const [changes, found] of ROWS) equal(violations(changes), found);
  const controls = [...CONTROLS, ...RESTRICTED_CONTROLS].map(({ id }) => id);
  const all = ROWS.flatMap(([, found]) => found.map((each) => each.split(" ")[0]!));
  equal(controls.filter((id) => !all.includes(id)), []);
});

Deno.test("controls change with the version of Kubernetes", () => {
  const rows: [Record<string, unknown>, string, string][] = [
    [{ [`${POD}.containers.0.livenessProbe.httpGet.host`]: "h" }, "1.33", "1.34"],
  ];
  for (const [changes, without, since] of rows) {
    equal([violations(changes, without).length, violations(changes, since).length], [0, 1]);
  }
  const relaxed: [Record<string, unknown>, string, string][] = [
    [
      { [`${POD}.securityContext.sysctls`]: [{ name: "net.ipv4.tcp_rmem", value: "1" }] },
      "1.31",
      "1.32",
    ],
    [{ [`${CONTEXT}.seLinuxOptions`]: { type: "container_engine_t" } }, "1.30", "1.31"],
    [{ [`${POD}.hostUsers`]: false, [`${CONTEXT}.runAsUser`]: 0 }, "1.34", "1.35"],
    [{ [`${POD}.hostUsers`]: false, [`${CONTEXT}.runAsNonRoot`]: false }, "1.34", "1.35"],
  ];
  for (const [changes, until, since] of relaxed) {
    equal([violations(changes, until).length, violations(changes, since).length], [1, 0]);
  }
});

Deno.test("what Windows does not have is not asked of it", () => {
  equal(
    violations({
      [`${POD}.os`]: { name: "windows" },
      [`${POD}.securityContext.seccompProfile`]: undefined,
      [`${CONTEXT}`]: undefined,
    }),
    [],
  );
});
