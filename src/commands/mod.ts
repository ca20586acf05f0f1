/** The table of verbs. */

import { planGpu } from "../cluster/gpu.ts";
import { chartProblems } from "../plan/charts.ts";
import {
  buildOptions,
  completionOptions,
  createOptions,
  deployOptions,
  doctorOptions,
  evaluateOptions,
  installVerbOptions,
  lintOptions,
  pushOptions,
  schemaOptions,
  secretOptions,
  statusOptions,
  testOptions,
  uninstallOptions,
  upOptions,
  versionOptions,
} from "./options.ts";
import { type Verb, verb } from "./verb.ts";

export const VERBS: readonly Verb[] = [
  verb({
    name: "create",
    alias: "helm-chart-create",
    summary: "Generate the charts, the Dockerfile and the toolkit for a model",
    words: [],
    examples: [
      "helm navigator create --model-name add_sub --model-path model.pt",
      "helm navigator create --config-path navigator.yaml --max-batch-size 64",
    ],
    options: createOptions,
    required: ["model_name", "model_path"],
    check: chartProblems,
    examine: async () => (await import("./examine_create.ts")).examineCreate,
    load: async () => (await import("./create.ts")).create,
  }),
  verb({
    name: "lint",
    summary: "Check charts: Helm, Kubernetes' schemas, Pod Security, our rules",
    words: ["[PATH…]"],
    examples: [
      "helm navigator lint",
      "helm navigator lint charts/add_sub --strict -- --values production.yaml",
    ],
    options: lintOptions,
    passesOn: "helm template",
    load: async () => (await import("./lint.ts")).lint,
  }),
  verb({
    name: "build",
    summary: "Build the image that prepares and tests the model in the cluster",
    words: ["[CHART]"],
    examples: [
      "helm navigator build",
      "helm navigator build charts/add_sub --builder podman -- --network host",
    ],
    options: buildOptions,
    passesOn: "the builder",
    load: async () => (await import("./build.ts")).build,
  }),
  verb({
    name: "push",
    summary: "Push the image to a registry and remember it for `install`",
    words: ["[CHART]"],
    examples: ["helm navigator push --image registry.example.com/team/add-sub:0.1.0"],
    options: pushOptions,
    passesOn: "the builder",
    load: async () => (await import("./push.ts")).push,
  }),
  verb({
    name: "install",
    summary: "Install or upgrade the model's release, with MIG and GPU settings",
    words: ["[RELEASE]", "[CHART]"],
    examples: [
      "helm navigator install --model-uri https://example.com/model.onnx --wait",
      "helm navigator install --mig mixed --mig-profile 1g.5gb --replicas 2",
    ],
    options: installVerbOptions,
    check: (settings) => planGpu(settings).problems,
    passesOn: "helm",
    load: async () => (await import("./install.ts")).install,
  }),
  verb({
    name: "test",
    summary: "Load-test a release in the cluster and write a report",
    words: ["[RELEASE]", "[CHART]"],
    examples: [
      "helm navigator test",
      "helm navigator test --threshold p99:max=20ms errors:max=0",
    ],
    options: testOptions,
    passesOn: "helm",
    load: async () => (await import("./test.ts")).test,
  }),
  verb({
    name: "status",
    summary: "Say where a release is and, if it is stuck, why",
    words: ["[RELEASE]", "[CHART]"],
    examples: ["helm navigator status"],
    options: statusOptions,
    load: async () => (await import("./status.ts")).status,
  }),
  verb({
    name: "uninstall",
    summary: "Remove a release, and its tester's if it is there",
    words: ["[RELEASE]", "[CHART]"],
    examples: ["helm navigator uninstall"],
    options: uninstallOptions,
    passesOn: "helm",
    load: async () => (await import("./uninstall.ts")).uninstall,
  }),
  verb({
    name: "secret",
    summary: "Make the secret for a private storage or registry",
    words: ["aws|azure|gcs|registry", "NAME"],
    examples: [
      "aws configure export-credentials \\\n    | helm navigator secret aws models --from-file -",
      "helm navigator secret registry images --from-file ~/.docker/config.json",
    ],
    options: secretOptions,
    load: async () => (await import("./secret.ts")).secret,
  }),
  verb({
    name: "up",
    summary: "All of it in one go: create, build, push, install, test",
    words: ["[RELEASE]"],
    examples: [
      "helm navigator up --config-path navigator.yaml --image r.example.com/team/m:1",
      "helm navigator up --config-path navigator.yaml --mig auto",
    ],
    options: upOptions,
    required: ["model_name", "model_path"],
    check: (settings, where) => [
      ...chartProblems(settings, where),
      ...planGpu(settings).problems,
    ],
    examine: async () => (await import("./examine_create.ts")).examineCreate,
    passesOn: "helm",
    load: async () => (await import("./up.ts")).up,
  }),
  verb({
    name: "doctor",
    summary: "Check this machine and the cluster: tools, permissions, GPUs, MIG",
    words: [],
    examples: ["helm navigator doctor", "helm navigator doctor --output json"],
    options: doctorOptions,
    load: async () => (await import("./doctor.ts")).doctor,
  }),
  verb({
    name: "schema",
    summary: "Print the JSON Schema of the YAML file, for editors",
    words: [],
    examples: ["helm navigator schema > navigator.schema.json"],
    options: schemaOptions,
    load: async () => (await import("./schema.ts")).schema,
  }),
  verb({
    name: "completion",
    summary: "Print the script that completes command lines in a shell",
    words: ["bash|zsh"],
    examples: [
      "source <(helm-navigator completion bash)",
      'helm-navigator completion zsh > "${fpath[1]}/_helm-navigator"',
    ],
    options: completionOptions,
    load: async () => (await import("./completion.ts")).completion,
  }),
  verb({
    name: "version",
    summary: "Print the versions of this program and of its parts",
    words: [],
    examples: ["helm navigator version --output json"],
    options: versionOptions,
    load: async () => (await import("./version.ts")).version,
  }),
  verb({
    name: "deploy",
    summary: "In the init container: fetch, convert and place the model",
    words: [],
    examples: [
      "helm-navigator deploy --model-name m --model-uri /tmp/model.onnx \\\n    --model-repository /tmp/models",
    ],
    options: deployOptions,
    required: ["model_name", "model_uri", "model_repository"],
    reader: "deployer",
    load: async () => (await import("./deploy.ts")).deploy,
  }),
  verb({
    name: "evaluate",
    summary: "In the tester's Job: wait for the server, measure, print the table",
    words: [],
    examples: [
      "helm-navigator evaluate --model-name m --server-url http://localhost:8000",
    ],
    options: evaluateOptions,
    required: ["model_name", "server_url"],
    reader: "tester",
    load: async () => (await import("./evaluate.ts")).evaluate,
  }),
];

export function findVerb(name: string): Verb | undefined {
  return VERBS.find((candidate) => candidate.name === name || candidate.alias === name);
}
