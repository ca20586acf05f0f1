/** How pods start, stop, are replaced and are placed; and what restarts them. */

import { equal, match } from "../support/assert.ts";
import { inBothHelms, type Manifest, render, volume, withCharts } from "../support/charts.ts";
import { REQUIRED } from "../support/charts.ts";
import { part, PROGRAM, runProgram } from "../support/program.ts";

inBothHelms("pods", async (t, { helm, inference, set, setTester }) => {
  await t.step("need no spare device for a rollout unless asked", async () => {
    const strategy = async (...values: string[]) =>
      (await set(...values)).kind("Deployment").spec.strategy;
    const spare = { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } };
    const oneByOne = { type: "RollingUpdate", rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } };
    equal(await strategy(), { type: "Recreate" });
    equal(await strategy("replicaCount=2"), oneByOne);
    equal(await strategy("replicaCount=null"), oneByOne);
    equal(await strategy("rollout.surge=true"), spare);
    equal(await strategy("rollout.surge=true,replicaCount=3"), spare);
  });

  await t.step("are shown by a dry run as its values would make them", async () => {
    // No cluster: a pod that wants no device always has a spare place, one that does is not told.
    const env = { HELM_BIN: helm, KUBECONFIG: `${inference}/nothing` };
    const line = [
      "install",
      `${inference}/..`,
      "--dry-run",
      "--image=i:1",
      "--model-uri=file:///m",
    ];
    for (const skip of [[], ["--skip-preflight"]]) {
      for (
        const [flags, surge, strategy] of [
          [["--gpu-limit=0"], true, /^ {2}strategy:\n {4}type: RollingUpdate\n {4}.*maxSurge: 1/m],
          [["--gpu-limit=1"], undefined, /^ {2}strategy:\n {4}type: Recreate$/m],
        ] as const
      ) {
        const { code, stdout, stderr } = await runProgram(PROGRAM, [...line, ...skip, ...flags], {
          env,
        });
        equal(code, 0, stderr);
        const values = JSON.parse(/<<'EOF'\n(\{.*\n\})\nEOF/s.exec(stdout)![1]!);
        equal(values.rollout?.surge, surge);
        match(stdout, strategy);
      }
    }
  });

  await t.step("have as long as their budgets say", async () => {
    const budgets = async (values: string) => {
      const { kind, server } = await set(values);
      const { periodSeconds, failureThreshold } = server.startupProbe;
      return [
        kind("Deployment").spec.progressDeadlineSeconds,
        periodSeconds * failureThreshold,
      ];
    };
    equal(await budgets("replicaCount=1"), [1800 + 600 + 600, 600]);
    const given = "deployer.deadlineSeconds=7200,server.startupSeconds=31";
    equal(await budgets(given), [7200 + 31 + 600, 32]);
  });

  await t.step("are ready with their model, and alive with their server", async () => {
    const { server } = await set();
    const path = "/v2/models/add_sub/ready";
    equal(server.startupProbe.httpGet, { path, port: "http" });
    equal(server.readinessProbe.httpGet, { path, port: "http" });
    equal(server.livenessProbe.httpGet, { path: "/v2/health/live", port: "http" });
  });

  await t.step("drain before they are killed", async () => {
    for (const seconds of [30, 300]) {
      const { server, pod } = await set(`server.exitTimeoutSeconds=${seconds}`);
      equal(server.args.includes(`--exit-timeout-secs=${seconds}`), true);
      equal(server.lifecycle.preStop.exec.command, ["sleep", "5"]);
      equal(pod.terminationGracePeriodSeconds, 5 + seconds + 10);
    }
  });

  await t.step("are restarted by an override that reaches the configuration", async () => {
    const [before, after] = [await set(), await set("deployer.maxBatchSize=64")];
    const checksum = (r: Manifest) =>
      r.kind("Deployment").spec.template.metadata.annotations["checksum/config"];
    match(after.config, /^max_batch_size: 64$/m);
    equal(checksum(before) === checksum(after), false);
  });

  await t.step("keep the chart's annotations beside the user's", async () => {
    const annotations = async (...values: string[]) =>
      (await set(...values)).kind("Deployment").spec.template.metadata.annotations;
    const { "checksum/config": checksum } = await annotations();
    equal(await annotations("podAnnotations.checksum/config=x", "podAnnotations.a=b"), {
      "checksum/config": checksum,
      a: "b",
    });
  });

  await t.step("have memory and disk as the values say", async () => {
    const { pod, deployer } = await set();
    equal(volume(pod, "shm").emptyDir, { medium: "Memory", sizeLimit: "256Mi" });
    equal(volume(pod, "triton").emptyDir, {});
    equal("ephemeral-storage" in deployer.resources.requests, false);
    const sized = await set("shm.size=1Gi,modelStorage.size=20Gi");
    equal(volume(sized.pod, "shm").emptyDir, { medium: "Memory", sizeLimit: "1Gi" });
    equal(volume(sized.pod, "triton").emptyDir, { sizeLimit: "20Gi" });
    equal(sized.deployer.resources.requests["ephemeral-storage"], "20Gi");
    equal("ephemeral-storage" in sized.server.resources.requests, false);
    const own = "deployer.resources.requests.ephemeral-storage=30Gi,modelStorage.size=20Gi";
    equal((await set(own)).deployer.resources.requests["ephemeral-storage"], "30Gi");
  });

  await t.step("run where the values say", async () => {
    const place = "nodeSelector.pool=gpu,priorityClassName=high,tolerations[0].operator=Exists";
    for (const render of [set, setTester]) {
      const { pod } = await render(`${place},affinity.podAffinity.a=b`);
      equal(
        [pod.nodeSelector, pod.priorityClassName, pod.tolerations, pod.affinity],
        [{ pool: "gpu" }, "high", [{ operator: "Exists" }], { podAffinity: { a: "b" } }],
      );
    }
    equal((await set("runtimeClassName=nvidia")).pod.runtimeClassName, "nvidia");
  });

  await t.step("spread over nodes where that is possible", async () => {
    const ours = {
      matchLabels: {
        "app.kubernetes.io/instance": "r",
        "app.kubernetes.io/name": "add-sub-inference",
      },
    };
    const soft = {
      maxSkew: 1,
      topologyKey: "kubernetes.io/hostname",
      whenUnsatisfiable: "ScheduleAnyway",
    };
    equal((await set()).pod.topologySpreadConstraints, [{ ...soft, labelSelector: ours }]);
    equal((await set("topologySpreadConstraints=null")).pod.topologySpreadConstraints, undefined);
    const zone = { maxSkew: 2, topologyKey: "zone", whenUnsatisfiable: "DoNotSchedule" };
    const own = { matchLabels: { a: "b" } };
    const given = JSON.stringify([zone, { ...zone, labelSelector: own }]);
    const args = [...REQUIRED, "--set-json", `topologySpreadConstraints=${given}`];
    equal((await render(helm, inference, args)).pod.topologySpreadConstraints, [
      { ...zone, labelSelector: ours },
      { ...zone, labelSelector: own },
    ]);
  });

  await t.step("are reached through the Service that the values say", async () => {
    const service = (await set()).kind("Service");
    equal([service.spec.type, service.metadata.annotations], ["ClusterIP", undefined]);
    equal(service.spec.ports.map((port: Manifest) => port.port), [8000, 8001, 8002]);
    const given = await set("service.type=LoadBalancer,service.annotations.a=b");
    equal(given.kind("Service").spec.type, "LoadBalancer");
    equal(given.kind("Service").metadata.annotations, { a: "b" });
  });
});

Deno.test("TensorFlow 2 is asked for where Triton's default is 1", async () => {
  const version2 = "--backend-config=tensorflow,version=2";
  const rows = [["21.12", true], ["22.07", true], ["22.08", false], ["23.01", false]] as const;
  for (const [version, expected] of rows) {
    const flags = ["--model-path", "m.savedmodel", "--container-version", version];
    await withCharts(part("NAVIGATOR_HELM4"), async ({ set }) => {
      const { server } = await set();
      equal([version, server.args.includes(version2)], [version, expected]);
    }, flags);
  }
});
