import { type GpuFlags, planGpu } from "../../../src/cluster/gpu.ts";
import { equal } from "../../support/assert.ts";

Deno.test("strategies become the chart's values", () => {
  const rows: [GpuFlags, object][] = [
    [{}, {}],
    [{ gpu_limit: 2, gpu_product: "A100-SXM4-40GB" }, { limit: 2, product: "A100-SXM4-40GB" }],
    [{ mig: "none" }, { product: null, mig: null }],
    [{ mig: "none", gpu_product: "P", gpu_limit: 2 }, { product: "P", limit: 2, mig: null }],
    [{ mig: "mixed", mig_profile: "1g.5gb" }, { product: null, limit: 1, mig: "mig-1g.5gb" }],
    [{ mig: "mixed", mig_profile: "mig-1g.10gb.me", gpu_product: "P" }, {
      product: "P",
      limit: 1,
      mig: "mig-1g.10gb+me",
    }],
    [{ mig: "single", mig_profile: "1g.5gb", gpu_product: "P" }, {
      product: "P-MIG-1g.5gb",
      limit: 1,
      mig: null,
    }],
    [{ mig: "single", mig_profile: "1g.10gb+me", gpu_product: "P" }, {
      product: "P-MIG-1g.10gb.me",
      limit: 1,
      mig: null,
    }],
    [{ mig: "single", gpu_product: "P-MIG-1g.5gb" }, {
      product: "P-MIG-1g.5gb",
      limit: 1,
      mig: null,
    }],
    [{ mig: "single", gpu_product: "P-MIG-1g.10gb.me-SHARED", mig_profile: "1g.10gb+me" }, {
      product: "P-MIG-1g.10gb.me-SHARED",
      limit: 1,
      mig: null,
    }],
  ];
  for (const [flags, values] of rows) equal(planGpu(flags), { values, problems: [] });
});

Deno.test("what cannot be is refused, all at once", () => {
  const where = (flags: GpuFlags) => planGpu(flags).problems.map((p) => p.where);
  equal(where({ mig_profile: "1g.5gb" }), ["--mig-profile"]);
  equal(where({ mig: "none", gpu_product: "P-MIG-1g.5gb" }), ["--gpu-product"]);
  equal(where({ mig: "mixed", gpu_limit: 2 }), ["--gpu-limit"]);
  equal(where({ mig: "auto", gpu_limit: 0 }), ["--gpu-limit"]);
  const slice = "P-MIG-1g.5gb";
  equal(where({ gpu_product: slice, gpu_limit: 2 }), ["--gpu-limit"]);
  equal(where({ mig: "mixed", mig_profile: "1g.5gb", gpu_product: slice }), ["--gpu-product"]);
  equal(where({ mig: "single", mig_profile: "2g.10gb", gpu_product: slice }), ["--mig-profile"]);
  for (const gpu_product of ["P-MIG-INVALID", "P-MIG-", "P-MIG-1g.5gb-MIG-1g.5gb"]) {
    equal(where({ gpu_product }), ["--gpu-product"]);
    equal(where({ mig: "single", gpu_product }), ["--gpu-product"]);
  }
});
