import { adviceFor } from "../../../src/cluster/advice.ts";
import type { PodState } from "../../../src/cluster/pod_state.ts";
import { equal, match } from "../../support/assert.ts";

Deno.test("what to do about a pod that does not go on", () => {
  const rows: [Partial<PodState>, RegExp | undefined][] = [
    [{ problem: "cannot pull the image: … not found" }, /^push the image/],
    [{ problem: "cannot pull the image: … 401 Unauthorized" }, /secret registry NAME/],
    // A registry that hides what it has says both.
    [{ problem: "cannot pull the image: not found: authorization failed" }, /secret registry NAME/],
    [
      { problem: "cannot pull the image: no match for platform in manifest: not found" },
      /platform/,
    ],
    [{ problem: 'cannot start the container: secret "aws" not found' }, /helm navigator secret/],
    [
      { phase: "deploying", problem: "the deployer ended with exit code 137 (OOMKilled)" },
      /deployer\.resources/,
    ],
    [
      { problem: "Triton ended with exit code 137 (OOMKilled): no reason given" },
      /server\.resources/,
    ],
    [
      { problem: "Triton ended with exit code 1: cannot load" },
      /kubectl logs p --container triton --previous$/,
    ],
    [{ problem: "the cluster refuses the pod: exceeded quota: q" }, /describe quota/],
    [{ problem: "Evicted: The node was low on resource: ephemeral-storage" }, /modelStorage\.size/],
    // The deployer has said it itself.
    [{ problem: "the deployer ended with exit code 1: no", details: "hint: do this" }, undefined],
    [{ problem: "what nobody has seen before" }, undefined],
    [{}, undefined],
  ];
  for (const [state, hint] of rows) {
    const advice = adviceFor({ pod: "p", phase: "loading", ...state });
    if (hint === undefined) equal([state, advice], [state, undefined]);
    else match(advice ?? "", hint);
  }
});
