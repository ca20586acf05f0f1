/** Kubernetes objects, as kubectl prints them. */

const template = (image: string, labels = {}) => ({
  metadata: { labels },
  spec: { containers: [{ image }] },
});

/** `d-2` with the image `new` is the Deployment's current one. */
export const replicaSet = (name = "d-2", image = "new", status: object = {}) => ({
  kind: "ReplicaSet",
  metadata: { name },
  spec: { template: template(image, { "pod-template-hash": name }) },
  status,
});

export const deployment = (status: object = {}, spec: object = {}) => ({
  kind: "Deployment",
  metadata: { name: "d", generation: 2 },
  spec: { replicas: 1, template: template("new"), ...spec },
  status: { observedGeneration: 2, ...status },
});

export const rolledOut = { replicas: 1, updatedReplicas: 1, availableReplicas: 1 };

/** A pod of the current ReplicaSet. */
export const pod = (status: object = {}, metadata: object = {}) => ({
  kind: "Pod",
  metadata: {
    name: "p",
    uid: "pod-1",
    ownerReferences: [{ name: "d-2", uid: "rs-2" }],
    ...metadata,
  },
  status,
});

export const waiting = (reason: string, message?: string) => ({
  state: { waiting: { reason, message } },
});
export const running = { state: { running: {} } };
export const ended = (exitCode: number, message = "", reason?: string) => ({
  state: { terminated: { exitCode, message, reason } },
});

export const deployer = (container: object) => ({
  initContainerStatuses: [{ name: "deployer", ...container }],
});
export const triton = (container: object) => ({
  ...deployer(ended(0)),
  containerStatuses: [{ name: "triton", ...container }],
});
export const tester = (container: object) => ({
  containerStatuses: [{ name: "tester", ...container }],
});

export const unscheduled = (message: string) => ({
  conditions: [{ type: "PodScheduled", status: "False", message }],
});

export const job = (conditions: object[] = [], metadata: object = {}) => ({
  kind: "Job",
  metadata: { name: "t", uid: "job-2", ...metadata },
  status: { conditions },
});

/** A pod of that Job. */
export const jobPod = (status: object, metadata: object = {}) => ({
  kind: "Pod",
  metadata: { name: "t-pod", ownerReferences: [{ name: "t", uid: "job-2" }], ...metadata },
  status,
});

/** What kubectl prints of a release that is whole but for these objects. */
export const releaseList = (...items: object[]) => ({ items: [replicaSet(), ...items] });

export const json = (...items: object[]): string => JSON.stringify({ items });
