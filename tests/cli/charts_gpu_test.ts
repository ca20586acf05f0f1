/** Which device the pods of the inference chart ask for. */

import { equal, match } from "../support/assert.ts";
import { inBothHelms, type Manifest } from "../support/charts.ts";

const MIG = /MIG \(.*1g\.5gb.*\) cannot be combined with a number of GPUs: Triton always runs on a/;

const devices = ({ resources }: Manifest) => {
  const { memory: _, ...rest } = resources.limits;
  return rest;
};
const terms = (pod: Manifest) =>
  pod.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms;
const products = (pod: Manifest) => terms(pod)[0].matchExpressions.at(-1).values;

inBothHelms("the device", async (t, { set, refused }) => {
  await t.step("is the same for the deployer and the server", async () => {
    const rows: [string, object][] = [
      ["gpu.limit=1", { "nvidia.com/gpu": 1 }],
      ["gpu.limit=2", { "nvidia.com/gpu": 2 }],
      ["gpu.product=A100-SXM4-40GB-MIG-1g.5gb", { "nvidia.com/gpu": 1 }],
      ["gpu.product=P-MIG-1g.10gb.me-SHARED", { "nvidia.com/gpu": 1 }],
      ["gpu.mig=mig-1g.5gb", { "nvidia.com/mig-1g.5gb": 1 }],
      ["gpu.mig=mig-1g.10gb+me", { "nvidia.com/mig-1g.10gb.me": 1 }],
      ["gpu.mig=mig-2g.48gb+me.all", { "nvidia.com/mig-2g.48gb.me.all": 1 }],
      ["gpu.resource=nvidia.com/gpu.shared", { "nvidia.com/gpu.shared": 1 }],
      ["gpu.limit=0", {}],
    ];
    for (const [value, limits] of rows) {
      const { deployer, server } = await set(value);
      equal([devices(deployer), devices(server)], [limits, limits], value);
    }
  });

  await t.step("is asked for in one place", () => {
    const message = /\.resources\.(limits|requests) cannot name nvidia\.com\/.*gpu\.limit/;
    return refused([
      ["server.resources.limits.nvidia\\.com/gpu=2", message],
      ["deployer.resources.requests.nvidia\\.com/mig-1g\\.5gb=1", message],
      ["gpu.limit=0,server.resources.limits.nvidia\\.com/gpu=1", message],
    ]);
  });

  await t.step("is on a node of the product, with and without NVIDIA- in front", async () => {
    equal(terms((await set("gpu.product=P")).pod), [{
      matchExpressions: [{
        key: "nvidia.com/gpu.product",
        operator: "In",
        values: ["P", "NVIDIA-P"],
      }],
    }]);
    equal(products((await set("gpu.product={NVIDIA-P,Q}")).pod), ["NVIDIA-P", "Q", "NVIDIA-Q"]);
    const most = "P".repeat(63);
    equal(products((await set(`gpu.product=${most}`)).pod), [most]);
    equal((await set()).pod.affinity, undefined);
  });

  await t.step("is required in every term of the user's own affinity", async () => {
    const node = "affinity.nodeAffinity";
    const required = `${node}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms`;
    const { pod } = await set(
      "gpu.product=P",
      `${required}[0].matchExpressions[0].key=a,${required}[0].matchExpressions[0].operator=Exists`,
      `${required}[1].matchFields[0].key=metadata.name`,
      `${node}.preferredDuringSchedulingIgnoredDuringExecution[0].weight=1`,
    );
    equal(terms(pod).map((term: Manifest) => term.matchExpressions.at(-1).values), [
      ["P", "NVIDIA-P"],
      ["P", "NVIDIA-P"],
    ]);
    equal(terms(pod)[0].matchExpressions[0], { key: "a", operator: "Exists" });
    equal(terms(pod)[1].matchFields, [{ key: "metadata.name" }]);
    equal(pod.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution, [{
      weight: 1,
    }]);
  });

  await t.step("is one partition with MIG, and the reason is said", () =>
    refused([
      ["gpu.mig=mig-1g.5gb,gpu.limit=2", MIG],
      ["gpu.mig=mig-1g.5gb,gpu.limit=0", MIG],
      ["gpu.product=P-MIG-1g.5gb,gpu.limit=0", MIG],
      ["gpu.product={P,Q-MIG-1g.5gb},gpu.limit=2", MIG],
      ["gpu.product=P-MIG-1g.5gb-SHARED,gpu.limit=2", MIG],
      [
        "gpu.mig=mig-1g.5gb,gpu.product=P-MIG-1g.5gb",
        /gpu\.product \(P-MIG-1g\.5gb\) and gpu\.mig \(mig-1g\.5gb\) both name a partition/,
      ],
      ["gpu.mig=mig-1g.5gb,gpu.resource=nvidia.com/gpu.shared", /both name the resource/],
      ["gpu.product=P-MIG-INVALID", /gpu\.product \(P-MIG-INVALID\) names no partition behind/],
      ["gpu.product={P,Q-MIG-2g}", /gpu\.product \(Q-MIG-2g\) names no partition/],
      ["gpu.mig=1g.5gb", /gpu\/mig.*'1g\.5gb' does not match pattern/],
      ["gpu.product=Tesla T4", /gpu\/product.*'Tesla T4' does not match pattern/],
      ["gpu.limit=half", /gpu\/limit.*got string, want integer/],
    ]));

  await t.step("is none on the CPU: no GPU is seen, and the model runs on the CPU", async () => {
    const { deployer, server, config, pod } = await set("gpu.limit=0", "gpu.product=P");
    for (const container of [deployer, server]) {
      match(JSON.stringify(container.env), /"NVIDIA_VISIBLE_DEVICES","value":"void"/);
    }
    match(config, /^engine_count_per_device:\n {2}cpu: 1$/m);
    equal(pod.affinity, undefined);
    const counted = await set("gpu.limit=0", "deployer.engineCountPerDevice.gpu=2");
    match(counted.config, /^engine_count_per_device:\n {2}cpu: 1$/m);
    const two = await set("gpu.limit=0", "deployer.engineCountPerDevice.cpu=2");
    match(two.config, /^engine_count_per_device:\n {2}cpu: 2$/m);
    equal(/NVIDIA_VISIBLE_DEVICES|engine_count/.test((await set()).stdout), false);
  });
});
