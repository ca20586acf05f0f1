/** What Helm says to values that are missing, misspelt or taken away. */

import { configOptions } from "../../src/config/schema.ts";
import { fromYaml } from "../../src/config/yaml_source.ts";
import { equal, match } from "../support/assert.ts";
import { inBothHelms, render, REQUIRED, TESTER_REQUIRED, volume } from "../support/charts.ts";
import { settingsFrom } from "../support/settings.ts";

/** As the pod reads them. */
const settingsIn = (config: string) =>
  settingsFrom(configOptions, [fromYaml(configOptions, "config.yaml", config)]).settings;

inBothHelms("values", async (t, { helm, inference, tester, set, setTester, refused }) => {
  await t.step("that are missing or misspelt are refused", async () => {
    match((await render(helm, inference, [])).stderr, /deployer\.image is required/);
    match(
      (await render(helm, inference, REQUIRED.slice(0, 2))).stderr,
      /deployer\.modelUri is required/,
    );
    match((await render(helm, tester, [])).stderr, /image is required/);
    await refused([
      ["deployer.maxBatchSiz=4", /'maxBatchSiz' not allowed/],
      ["deployer.maxBatchSize=many", /maxBatchSize.*got string/],
      ["replicas=2", /'replicas' not allowed/],
      ["server.resources.limit.memory=1Gi", /'limit' not allowed/],
      ["server.resources.limits.memory=1gb", /memory.*'1gb' does not match pattern/],
      // 0.256 bytes, as Kubernetes reads it.
      ["shm.size=256m", /shm\/size.*'256m' does not match pattern/],
      ["modelStorage.size=20", /modelStorage\/size.*got number, want null or string/],
      ["affinity.nodeAfinity.a=b", /'nodeAfinity' not allowed/],
      ["topologySpreadConstraints[0].maxSkew=1", /missing properties 'topologyKey'/],
      ["podAnnotations.port=8002", /port.*got number, want string/],
      ["nodeSelector.gpu=true", /gpu.*got boolean, want string/],
      ["service.type=ExternalName", /service\/type.*must be one of/],
    ]);
  });

  await t.step("that Kubernetes has no room for are refused, and their sum too", async () => {
    const most = "deployer.deadlineSeconds=1000000,server.startupSeconds=1000000";
    const { kind } = await set(most, "server.exitTimeoutSeconds=1000000,replicaCount=2147483647");
    equal(kind("Deployment").spec.progressDeadlineSeconds, 2000600);
    const over = /maximum: got 3/;
    await refused([
      ["deployer.deadlineSeconds=3000000000", over],
      ["server.startupSeconds=3000000000", over],
      ["server.exitTimeoutSeconds=3000000000", over],
      ["replicaCount=3000000000", over],
      ["gpu.limit=3000000000", over],
    ]);
    await refused([["deadlineSeconds=3000000000", over]], setTester);
  });

  await t.step("that are fractions reach the options, as text too", async () => {
    const { code, stderr, config } = await set(
      "deployer.atol.y=1e-7,deployer.rtol.y=0.01",
      "deployer.valueRanges.x={-1.5,1e30}",
    );
    equal(code, 0, stderr);
    const { atol, rtol, value_ranges } = settingsIn(config);
    equal([atol?.y, rtol?.y, value_ranges?.x], [1e-7, 0.01, [-1.5, 1e30]]);
    const tester = await setTester(
      "tester.measurementSeconds=0.5,tester.threshold.throughput:min=0.5",
    );
    const { measurement_seconds, threshold } = settingsIn(tester.config);
    equal([measurement_seconds, threshold?.["throughput:min"]], [0.5, 0.5]);
    await refused([
      ["deployer.atol.y=small", /atol\/y.*'small' does not match pattern/],
      ["deployer.rtol.y=-0.1", /rtol\/y.*'-0\.1' does not match pattern/],
      ["deployer.valueRanges.x={low,1}", /valueRanges\/x\/0.*'low' does not match pattern/],
      ["deployer.atol.y=true", /atol\/y.*got boolean, want (number or string|string or number)/],
      ["deployer.maxBatchSize=1.5", /maxBatchSize.*got string, want/],
    ]);
    await refused([
      ["tester.measurementSeconds=soon", /measurementSeconds.*'soon' does not match pattern/],
    ], setTester);
  });

  await t.step("of a parent chart are let in", async () => {
    for (const render of [set, setTester]) equal((await render("global.a.b=1")).code, 0);
  });

  await t.step("that are taken away with null have a sensible meaning", async () => {
    const both = [
      "affinity",
      "tolerations",
      "nodeSelector",
      "podAnnotations",
      "podLabels",
      "priorityClassName",
      "readOnlyRootFilesystem",
    ].map((value) => `${value}=null`);
    const { pod, kind, server } = await set(
      ...both,
      "nameOverride=null,fullnameOverride=null,imagePullSecret=null,replicaCount=null",
      "deployer.resources=null,server.resources=null,deployer.env=null,server.env=null",
      "server.args=null,service.annotations=null,shm.size=null,rollout.surge=null",
      "gpu.resource=null,gpu.product=null,gpu.mig=null,serviceAccount.create=null",
      "serviceAccount.annotations=null,topologySpreadConstraints=null,deployer.s3.region=null",
    );
    equal(server.resources, { limits: { "nvidia.com/gpu": 1 } });
    equal(server.securityContext.readOnlyRootFilesystem, true);
    equal(volume(pod, "shm").emptyDir.sizeLimit, "256Mi");
    equal("replicas" in kind("Deployment").spec, false);
    equal(kind("Deployment").spec.strategy.type, "RollingUpdate");
    equal(pod.serviceAccountName, "default");
    const maps = await set(
      "shm=null,rollout=null,service=null,modelStorage=null,serviceAccount=null,deployer.s3=null",
    );
    equal(maps.kind("Service").spec.type, "ClusterIP");
    equal(maps.pod.serviceAccountName, "default");
    const onCpu = await set(
      "gpu.limit=0,server.resources.requests=null,server.resources.limits=null",
    );
    equal(onCpu.server.resources, {});
    equal((await setTester(...both, "resources=null")).server.resources, {});
  });

  await t.step("that cannot be taken away are named", async () => {
    await refused([
      ["gpu.limit=null", /gpu\.limit is missing: give the number of GPUs/],
      ["gpu=null", /gpu\.limit is missing: give the number of GPUs/],
      ["server=null", /missing property 'server'/],
      ["server.startupSeconds=null", /missing property 'startupSeconds'/],
      ["deployer.modelName=null", /missing property 'modelName'/],
      ["deployer.image=null", /deployer\.image is required/],
    ]);
    await refused([
      ["server.url=null", /missing property 'url'/],
      ["image=null", /image is required/],
    ], setTester);
  });

  await t.step("of the tester make a Job that runs once, or a helm test", async () => {
    const { kind, pod } = await setTester("deadlineSeconds=60");
    const { backoffLimit, activeDeadlineSeconds, ttlSecondsAfterFinished } = kind("Job").spec;
    equal([backoffLimit, activeDeadlineSeconds, ttlSecondsAfterFinished], [0, 60, 86400]);
    equal(pod.restartPolicy, "Never");
    equal(kind("Job").metadata.annotations, undefined);
    const hook = await render(helm, tester, [...TESTER_REQUIRED, "--set", "helmTest=true"]);
    equal(hook.kind("Job").metadata.annotations["helm.sh/hook"], "test");
    equal(hook.kind("ConfigMap").metadata.annotations, undefined);
  });
});
