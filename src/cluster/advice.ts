/** What to do about a pod that does not go on. */

import type { PodState } from "./pod_state.ts";

interface Advice {
  /** Fits the problem and what else was said. */
  readonly about: RegExp;
  readonly phases?: readonly PodState["phase"][];
  readonly hint: string;
}

const MAKE_SECRET = "`helm navigator secret` makes it, see its --help";

const ADVICE: readonly Advice[] = [
  {
    about: /cannot pull the image.*no match for platform/is,
    hint: "build the image for the nodes' platform: helm navigator build --platform",
  },
  {
    about: /cannot pull the image.*(unauthorized|authorization failed|denied|forbidden)/is,
    hint: "make a pull secret with `helm navigator secret registry NAME`, " +
      "and install again with --pull-secret NAME",
  },
  {
    about: /cannot pull the image.*(not ?found|unknown)/is,
    hint: "push the image with `helm navigator push`, then install again",
  },
  { about: /cannot start the container.*secret.*not found/is, hint: MAKE_SECRET },
  { about: /cannot start the container.*find key/is, hint: MAKE_SECRET },
  {
    about: /OOMKilled/,
    phases: ["deploying"],
    hint: "give it more: helm navigator install -- --set deployer.resources.limits.memory=8Gi",
  },
  {
    about: /OOMKilled/,
    hint: "give it more: helm navigator install -- --set server.resources.limits.memory=16Gi",
  },
  {
    about: /violates PodSecurity/i,
    hint: "what `helm navigator lint` says of the chart is what the namespace refuses",
  },
  {
    about: /exceeded quota/i,
    hint: "`kubectl describe quota` shows what is used; ask for more, or serve fewer replicas",
  },
  {
    about: /ephemeral.storage|DiskPressure/i,
    hint: "the node's disk is too small for the model: `modelStorage.size` reserves room",
  },
  {
    about: /UnexpectedAdmissionError/,
    hint: "the node could not hand out the device: of a time-sliced GPU, a pod gets one share only",
  },
  {
    about: /Triton ended/,
    hint: "all that Triton said: kubectl logs POD --container triton --previous",
  },
];

/** Undefined where the problem says it itself, and where there is nothing to be done. */
export function adviceFor({ pod, phase, problem, details = "" }: PodState): string | undefined {
  if (problem === undefined || /^hint: /m.test(details)) return undefined;
  const said = `${problem}\n${details}`;
  return ADVICE.find(({ about, phases }) => about.test(said) && (phases?.includes(phase) ?? true))
    ?.hint.replace("POD", pod);
}
