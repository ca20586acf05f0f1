/**
 * Where the real scheduler binds pods with the document's own values, and with `install --mig`, on
 * nodes in every layout. One pod more is asked for than can be placed: all places are found, and
 * no others.
 */

import { equal, match } from "../support/assert.ts";
import { onNodesOf } from "../support/gpu_nodes.ts";
import { forgetPods, type Places, podsAreAt, withGpuNodes } from "../support/gpu_site.ts";
import { part, runProgram } from "../support/program.ts";
import { createChart, EXAMPLE, inTree, navigator, succeeds, withSite } from "../support/site.ts";
import { sequence } from "../support/sequence.ts";

const OWNER = "layouts";
const A100 = "A100-SXM4-40GB";
const H100 = "H100-80GB-HBM3";

/** What stands after the document's `helm install`. */
const DOCUMENT: readonly (readonly [values: string, places: Places])[] = [
  // None: any GPU, or any partition that counts as one.
  ["", {
    "a100-none": 2,
    "h100-none": 2,
    "a100-older": 2,
    "a100-single": 7,
    "h100-single": 7,
    "h100-single-media": 1,
    "a100-mixed": 1,
    "h100-mixed": 1,
    "a100-shared": 4,
    "h100-shared": 4,
    "a100-single-shared": 4,
    "unlabelled": 1,
  }],
  [`--set gpu.product=${A100}`, { "a100-none": 2, "a100-older": 2, "a100-mixed": 1 }],
  [`--set gpu.product=NVIDIA-${A100}`, { "a100-none": 2, "a100-mixed": 1 }],
  [`--set gpu.product={${A100},${H100}}`, {
    "a100-none": 2,
    "a100-older": 2,
    "h100-none": 2,
    "a100-mixed": 1,
    "h100-mixed": 1,
  }],
  // A number of GPUs for each pod.
  [`--set gpu.product=${H100} --set gpu.limit=2`, { "h100-none": 1 }],
  [`--set gpu.product=${H100} --set gpu.limit=3`, {}],
  // Single.
  [`--set gpu.product=${A100}-MIG-1g.5gb`, { "a100-single": 7 }],
  [`--set gpu.product=${H100}-MIG-1g.10gb`, { "h100-single": 7 }],
  [`--set gpu.product=${H100}-MIG-1g.10gb.me`, { "h100-single-media": 1 }],
  [`--set gpu.product=${A100}-MIG-2g.10gb`, {}],
  [`--set gpu.product=${H100}-MIG-1g.5gb`, {}],
  // Mixed.
  [`--set gpu.product=${A100} --set gpu.mig=mig-1g.5gb`, { "a100-mixed": 3 }],
  [`--set gpu.product=${A100} --set gpu.mig=mig-3g.20gb`, { "a100-mixed": 1 }],
  [`--set gpu.product=${H100} --set gpu.mig=mig-1g.10gb`, { "h100-mixed": 2 }],
  [`--set gpu.product=${H100} --set gpu.mig=mig-1g.10gb+me`, { "h100-mixed": 1 }],
  [`--set gpu.product=${A100} --set gpu.mig=mig-1g.10gb`, {}],
  // Time-sliced, in both ways.
  [`--set gpu.product=${A100}-SHARED`, { "a100-shared": 4 }],
  [`--set gpu.product=${A100}-MIG-2g.10gb-SHARED`, { "a100-single-shared": 4 }],
  [`--set gpu.resource=nvidia.com/gpu.shared`, { "a100-renamed": 4, "h100-renamed": 4 }],
  [`--set gpu.product=${H100} --set gpu.resource=nvidia.com/gpu.shared`, { "h100-renamed": 4 }],
];

/** The same by our own flags. */
const FLAGS: readonly (readonly [flags: string, places: Places])[] = [
  [`--mig none --gpu-product ${H100} --gpu-limit 2`, { "h100-none": 1 }],
  [`--mig single --gpu-product ${A100} --mig-profile 1g.5gb`, { "a100-single": 7 }],
  [`--mig mixed --gpu-product ${H100} --mig-profile 1g.10gb+me`, { "h100-mixed": 1 }],
  [`--mig mixed --gpu-product ${A100} --mig-profile 7g.40gb`, {}],
];

const WHOLE = "--set deployer.image=r.io/a:1 --set deployer.modelUri=https://r.io/m.onnx";

Deno.test("every MIG strategy is bound to the nodes that it should, and to no others", (t) =>
  withSite(part("NAVIGATOR_HELM4"), OWNER, (site) =>
    withGpuNodes(OWNER, async () => {
      const step = sequence(t);
      await createChart(site, EXAMPLE());
      const common = `${WHOLE} ${onNodesOf(OWNER)}`;
      const here = `--namespace ${site.namespace}`;
      const bound = (name: string, places: Places, install: (count: number) => unknown) =>
        step(name, async () => {
          const count = Object.values(places).reduce((sum, some) => sum + some, 1);
          await install(count);
          await podsAreAt(OWNER, site.namespace, { "": 1, ...places });
          await inTree(site, `helm uninstall magika-inference ${here}`);
          await forgetPods(OWNER, here);
        });
      for (const [values, places] of DOCUMENT) {
        await bound(`helm install ${values}`, places, (count) =>
          inTree(
            site,
            `helm install magika-inference magika-inference ${here}
              ${common} ${values} --set replicaCount=${count}`,
          ));
      }
      for (const [flags, places] of FLAGS) {
        await bound(
          `install ${flags}`,
          places,
          (count) =>
            succeeds(
              navigator(site, `install --skip-preflight --replicas ${count} ${flags} -- ${common}`),
            ),
        );
      }
      await t.step(
        "a broken layout is named by the chart itself, and bound to nothing",
        async () => {
          const args = `install broken magika-inference ${here} ${common}
          --set gpu.product=${A100}-MIG-INVALID`.split(/\s+/);
          const cwd = `${site.folder}/navigator_workspace/charts/magika`;
          const { code, stderr } = await runProgram(site.helm, args, { cwd, env: site.env });
          equal(code, 1);
          match(
            stderr,
            /gpu\.product \(A100-SXM4-40GB-MIG-INVALID\) names no partition behind -MIG-/,
          );
        },
      );
    })));
