/** The golden manifests on a real API server, in a namespace that enforces `restricted`. */

import { equal } from "../support/assert.ts";
import { part, ROOT, runProgram } from "../support/program.ts";
import { kubectl, withSite } from "../support/site.ts";

const FOLDER = `${ROOT}tests/golden`;

Deno.test("Kubernetes takes the golden manifests, without a warning", () =>
  withSite(part("NAVIGATOR_HELM4"), "golden", async ({ namespace }) => {
    // Of a pod template Pod Security only warns; it refuses the pods themselves.
    const warn = "pod-security.kubernetes.io/warn=restricted";
    await kubectl(`label --overwrite namespace ${namespace} ${warn}`);
    for (const { name, isDirectory } of Deno.readDirSync(FOLDER)) {
      if (!isDirectory) continue;
      const file = `${FOLDER}/${name}/manifests.yaml`;
      const { code, stderr } = await runProgram("kubectl", [
        "--namespace",
        namespace,
        "apply",
        "--dry-run=server",
        "--filename",
        file,
      ]);
      equal([name, code, stderr], [name, 0, ""]);
    }
  }));
