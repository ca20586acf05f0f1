/** Rules about images: which one runs, and what is known about it. */

import { formatFacts } from "../model/format.ts";
import { parseImage } from "../plan/image_reference.ts";
import { eachContainer } from "./chart_view.ts";
import type { Rule } from "./rule.ts";
import { buildsPlan, formatsOf, printRelease, release, tritonPods } from "./triton_pod.ts";

/** https://docs.nvidia.com/deeplearning/triton-inference-server/release-notes/rel-25-03.html */
const WITHOUT_TENSORFLOW = 2503;
/** https://nvd.nist.gov/vuln/detail/CVE-2025-23319 and its neighbours: fixed in 25.07. */
const FIXED_IN = 2507;
const VULNERABILITIES = "CVE-2025-23310, -23311, -23319, -23320 and -23334";

export const IMAGE_RULES: readonly Rule[] = [
  {
    id: "latest-tag",
    severity: "error",
    reason: "two pods of one release may run different programs, and no rollback brings one back",
    fix: "name a fixed tag, or better a digest: image@sha256:…",
    *check(chart) {
      for (const [{ image, path }, { owner }] of eachContainer(chart)) {
        if (image === undefined || image.includes("@sha256:")) continue;
        const { tag } = parseImage(image);
        if (tag !== undefined && tag !== "latest") continue;
        const what = `\`${image}\` ${tag === undefined ? "has no tag" : "is no fixed image"}`;
        yield { object: owner, path: `${path}.image`, what };
      }
    },
  },
  {
    id: "container-versions",
    severity: "error",
    reason: "a TensorRT plan can be loaded only by the TensorRT version that built it",
    fix: "give both the same container version: `create --container-version`",
    *check(chart) {
      const built = release(chart.framework);
      for (const { pod, server, model } of tritonPods(chart)) {
        const served = release(server.image);
        if (built === undefined || served === undefined || built === served) continue;
        if (!model?.config || !buildsPlan(model.config)) continue;
        const what = `the plan is built with ${printRelease(built)} (the Dockerfile's image) and ` +
          `served with ${printRelease(served)}`;
        yield { object: pod.owner, path: `${server.path}.image`, what };
      }
    },
  },
  {
    id: "tensorflow-gone",
    severity: "error",
    reason: "Triton has no TensorFlow backend from 25.03 on",
    fix: "convert the model to ONNX, or serve with a container version up to 25.02",
    *check(chart) {
      for (const { pod, server, model } of tritonPods(chart)) {
        const target = model?.config && formatsOf(model.config).target;
        if (!target || formatFacts(target).backend !== "tensorflow") continue;
        const version = release(server.image) ?? 0;
        if (version < WITHOUT_TENSORFLOW) continue;
        const what = `a ${target} model is served with ${printRelease(version)}`;
        yield { object: pod.owner, path: `${server.path}.image`, what };
      }
    },
  },
  {
    id: "vulnerable-triton",
    severity: "note",
    reason: `${VULNERABILITIES} let a client take over the server`,
    fix: "serve with container version 25.07 or newer, or let only trusted clients reach the ports",
    *check(chart) {
      for (const { pod, server } of tritonPods(chart)) {
        const version = release(server.image);
        const isNvidias = parseImage(server.image ?? "").name.endsWith("/tritonserver");
        if (!isNvidias || version === undefined || version >= FIXED_IN) continue;
        const what = `Triton ${printRelease(version)} has known weaknesses`;
        yield { object: pod.owner, path: `${server.path}.image`, what };
      }
    },
  },
];
