import {
  checkKind,
  checkSchema,
  KUBE_VERSIONS,
  type SchemaIssue,
} from "../../../src/review/schema.ts";
import { equal } from "../../support/assert.ts";
import { goodChart, spoil } from "../../support/manifests.ts";

const [OLDEST, NEWEST] = KUBE_VERSIONS as [string, string];
const POD = "Deployment.spec.template.spec";

const issues = (changes: Record<string, unknown>, version = NEWEST): SchemaIssue[] =>
  checkSchema(spoil(goodChart(), changes).Deployment, version);

Deno.test("what a field may hold is checked in every depth", () => {
  const rows: [Record<string, unknown>, string[]][] = [
    [{}, []],
    [{ "Deployment.spec.replicas": "2" }, ["spec.replicas must be a whole number, not a string"]],
    [{ "Deployment.spec.replicas": 1.5 }, [
      "spec.replicas must be a whole number, not the number 1.5",
    ]],
    [{ "Deployment.spec.replicas": null }, []],
    [{ "Deployment.spec.selector": null }, ["spec.selector is required"]],
    [{ "Deployment.spec.template": undefined }, ["spec.template is required"]],
    [
      { [`${POD}.containers.0.imagePullPolicie`]: "Always" },
      ["spec.template.spec.containers[0].imagePullPolicie is no field that Kubernetes knows here"],
    ],
    [
      { [`${POD}.containers.0.surprise`]: null },
      ["spec.template.spec.containers[0].surprise is no field that Kubernetes knows here"],
    ],
    [{ [`${POD}.volumes`]: { a: 1 } }, ["spec.template.spec.volumes must be a list, not a map"]],
    [{ [`${POD}.hostNetwork`]: "no" }, [
      "spec.template.spec.hostNetwork must be a boolean, not a string",
    ]],
    [
      { "Deployment.metadata.labels": { "a/b": true } },
      ['metadata.labels["a/b"] must be a string, not the boolean true'],
    ],
    [{ [`${POD}.containers.0.livenessProbe.httpGet.port`]: 8000 }, []],
    [
      { [`${POD}.containers.0.livenessProbe.httpGet.port`]: true },
      [
        "spec.template.spec.containers[0].livenessProbe.httpGet.port must be a whole number or string, not the boolean true",
      ],
    ],
    [{ [`${POD}.containers.0.resources.limits.memory`]: 4e9 }, []],
  ];
  for (const [changes, expected] of rows) {
    equal(issues(changes).map(({ path, what }) => `${path} ${what}`), expected);
  }
});

Deno.test("the remedy is said where there is one", () => {
  const [unknown] = issues({ [`${POD}.containers.0.imagePullPolicie`]: "Always" });
  equal(unknown?.fix, "did you mean `imagePullPolicy`?");
  const [number] = issues({ "Deployment.metadata.labels": { a: 1 } });
  equal(number?.fix, "put it into quotes");
});

Deno.test("fields come and go with versions", () => {
  const resize = { [`${POD}.containers.0.resizePolicy`]: [] };
  const restart = { [`${POD}.containers.0.restartPolicyRules`]: [] };
  equal([issues(resize, OLDEST), issues(resize, NEWEST)].map((found) => found.length), [0, 0]);
  equal([issues(restart, OLDEST), issues(restart, NEWEST)].map((found) => found.length), [1, 0]);
});

Deno.test("a kind is served, is of somebody else, or is gone", () => {
  equal(checkKind("apps/v1", "Deployment", OLDEST), "known");
  equal(checkKind("monitoring.coreos.com/v1", "PodMonitor", NEWEST), "custom");
  equal(checkKind("autoscaling/v2beta2", "HorizontalPodAutoscaler", OLDEST), {
    servedAs: ["autoscaling/v1", "autoscaling/v2"],
    elsewhere: false,
  });
  equal(checkKind("extensions/v1beta1", "Ingress", OLDEST), {
    servedAs: ["networking.k8s.io/v1"],
    elsewhere: false,
  });
  equal(checkKind("policy/v1beta1", "PodSecurityPolicy", NEWEST), {
    servedAs: [],
    elsewhere: false,
  });
  equal(checkKind("resource.k8s.io/v1", "ResourceClaim", OLDEST), {
    servedAs: ["resource.k8s.io/v1alpha2"],
    elsewhere: true,
  });
  equal(checkKind("resource.k8s.io/v1", "ResourceClaim", NEWEST), "known");
});
