import { type GpuFlags, planGpu } from "../../../src/cluster/gpu.ts";
import { completed, fitting, isOpen } from "../../../src/cluster/gpu_choice.ts";
import {
  brokenNodes,
  gpuOffers,
  offerFlags,
  printOffers,
} from "../../../src/cluster/gpu_offers.ts";
import { kubeNode } from "../../../src/cluster/kube_node.ts";
import { equal } from "../../support/assert.ts";
import { GPU_NODES, nodeObject } from "../../support/gpu_nodes.ts";

const nodes = GPU_NODES.map((node) => kubeNode(nodeObject(node, "t")));
const only = (...names: string[]) =>
  nodes.filter(({ name }) => names.some((each) => name === `t-${each}`));
const fits = (flags: GpuFlags, ...names: string[]) =>
  fitting(flags, gpuOffers(names.length > 0 ? only(...names) : nodes, undefined));

Deno.test("what each layout offers, as flags", () => {
  const rows: [node: string, offers: string[]][] = [
    ["a100-none", ["--mig none --gpu-product A100-SXM4-40GB"]],
    ["a100-older", ["--mig none --gpu-product A100-SXM4-40GB"]],
    ["a100-single", [
      "--mig single --gpu-product A100-SXM4-40GB --mig-profile 1g.5gb",
    ]],
    ["h100-single-media", [
      "--mig single --gpu-product H100-80GB-HBM3 --mig-profile 1g.10gb+me",
    ]],
    ["h100-mixed", [
      "--mig none --gpu-product H100-80GB-HBM3",
      "--mig mixed --gpu-product H100-80GB-HBM3 --mig-profile 1g.10gb",
      "--mig mixed --gpu-product H100-80GB-HBM3 --mig-profile 1g.10gb+me",
      "--mig mixed --gpu-product H100-80GB-HBM3 --mig-profile 4g.40gb",
    ]],
    ["a100-invalid", []],
    ["a100-shared", ["--mig none --gpu-product A100-SXM4-40GB-SHARED"]],
    ["a100-single-shared", [
      "--mig single --gpu-product A100-SXM4-40GB-MIG-2g.10gb-SHARED",
    ]],
    ["a100-renamed", [
      "--mig none --gpu-product A100-SXM4-40GB -- --set gpu.resource=nvidia.com/gpu.shared",
    ]],
    ["unlabelled", ["--mig none"]],
    ["bare", []],
  ];
  for (const [node, offers] of rows) {
    equal([node, gpuOffers(only(node), undefined).map(offerFlags)], [node, offers]);
  }
  equal(brokenNodes(nodes), ["t-a100-invalid", "t-h100-invalid"]);
});

Deno.test("what the flags of an offer say leads back to its node's device", () => {
  const rows: [node: string, flags: GpuFlags, values: object][] = [
    ["a100-none", { mig: "auto" }, {
      product: "A100-SXM4-40GB",
      mig: null,
      resource: "nvidia.com/gpu",
    }],
    ["a100-none", { mig: "auto", gpu_limit: 2, gpu_product: "A100-SXM4-40GB" }, {
      product: "A100-SXM4-40GB",
      limit: 2,
      mig: null,
      resource: "nvidia.com/gpu",
    }],
    ["a100-single", { mig: "single" }, {
      product: "A100-SXM4-40GB-MIG-1g.5gb",
      limit: 1,
      mig: null,
      resource: "nvidia.com/gpu",
    }],
    ["h100-single-media", { mig: "auto", mig_profile: "1g.10gb.me" }, {
      product: "H100-80GB-HBM3-MIG-1g.10gb.me",
      limit: 1,
      mig: null,
      resource: "nvidia.com/gpu",
    }],
    ["a100-mixed", { mig: "mixed", gpu_product: "A100-SXM4-40GB", mig_profile: "3g.20gb" }, {
      product: "A100-SXM4-40GB",
      limit: 1,
      mig: "mig-3g.20gb",
    }],
    ["a100-renamed", { mig: "auto" }, {
      product: "A100-SXM4-40GB",
      mig: null,
      resource: "nvidia.com/gpu.shared",
    }],
    ["a100-single-shared", { mig: "auto" }, {
      product: "A100-SXM4-40GB-MIG-2g.10gb-SHARED",
      limit: 1,
      mig: null,
      resource: "nvidia.com/gpu",
    }],
    ["unlabelled", { mig: "auto" }, { product: null, mig: null, resource: "nvidia.com/gpu" }],
  ];
  for (const [node, flags, values] of rows) {
    const [offer, ...more] = fits(flags, node);
    equal([node, more], [node, []]);
    equal([node, planGpu(completed(flags, offer!))], [node, { values, problems: [] }]);
  }
});

Deno.test("of all that there is, only what the flags allow", () => {
  const rows: [GpuFlags, number][] = [
    [{ mig: "auto" }, 16],
    [{ mig: "none" }, 7],
    [{ mig: "auto", gpu_product: "H100-80GB-HBM3", mig_profile: "1g.10gb" }, 2],
    [{ mig: "single", gpu_product: "A100-SXM4-40GB-MIG-1g.5gb" }, 1],
    // No number of GPUs with MIG, nor of one that is shared.
    [{ mig: "auto", gpu_limit: 2 }, 3],
    [{ mig: "mixed", mig_profile: "7g.40gb" }, 0],
  ];
  for (const [flags, count] of rows) equal([flags, fits(flags).length], [flags, count]);
});

Deno.test("what is open, and what is not", () => {
  const open: GpuFlags[] = [
    { mig: "auto" },
    { mig: "single" },
    { mig: "single", gpu_product: "P" },
    { mig: "mixed" },
  ];
  const closed: GpuFlags[] = [
    {},
    { mig: "none" },
    { mig: "single", gpu_product: "P-MIG-1g.5gb" },
    { mig: "single", gpu_product: "P", mig_profile: "1g.5gb" },
    { mig: "mixed", mig_profile: "1g.5gb" },
  ];
  equal(open.map(isOpen), open.map(() => true));
  equal(closed.map(isOpen), closed.map(() => false));
});

Deno.test("offers are counted over all nodes that can be used, less what is in use", () => {
  const two = [...only("a100-mixed"), ...only("a100-mixed").map((n) => ({ ...n, name: "second" }))];
  const away = only("a100-mixed").map((n) => ({ ...n, name: "third", ready: false }));
  const cordoned = only("a100-mixed").map((n) => ({
    ...n,
    name: "fourth",
    taints: [{ key: "node.kubernetes.io/unschedulable" }],
  }));
  const used = new Map([["second", { "nvidia.com/mig-1g.5gb": 2 }]]);
  equal(
    printOffers(gpuOffers([...two, ...away, ...cordoned], used)),
    [
      "FLAGS                                                           FREE",
      "--mig none --gpu-product A100-SXM4-40GB                         2/2",
      "--mig mixed --gpu-product A100-SXM4-40GB --mig-profile 1g.5gb   4/6",
      "--mig mixed --gpu-product A100-SXM4-40GB --mig-profile 3g.20gb  2/2",
    ].join("\n"),
  );
});
