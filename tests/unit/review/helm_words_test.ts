import { parseDryRun, parseHelmLint, renderFailure } from "../../../src/review/helm_words.ts";
import { equal } from "../../support/assert.ts";

Deno.test("what helm lint says is told by chart", () => {
  const text = `==> Linting charts/m/m-inference
[INFO] Chart.yaml: icon is recommended
[ERROR] templates/: parse error at (m-inference/templates/deployment.yaml:3):
  unclosed action
[WARNING] templates/a.yaml: object name does not conform

==> Linting charts/m/m-tester

Error: 2 chart(s) linted, 1 chart(s) failed
`;
  equal(parseHelmLint(text), [
    [
      { id: "helm-lint", severity: "note", file: "Chart.yaml", message: "icon is recommended" },
      {
        id: "helm-lint",
        severity: "error",
        file: "templates/",
        message: "parse error at (m-inference/templates/deployment.yaml:3): unclosed action",
      },
      {
        id: "helm-lint",
        severity: "error",
        file: "templates/a.yaml",
        message: "object name does not conform",
      },
    ],
    [],
  ]);
});

Deno.test("a template that fails is a finding with Helm's words and a remedy", () => {
  const said =
    `Error: execution error at (m/templates/deployment.yaml:58:20): a.b is required: say it

Use --debug flag to render out invalid YAML
`;
  equal(renderFailure(said, "1.27"), {
    id: "helm-template",
    severity: "error",
    file: "m/templates/deployment.yaml",
    message: "execution error at (m/templates/deployment.yaml:58:20): a.b is required: say it",
    fix: "give it: `lint … -- --set NAME=VALUE`, or --values FILE",
  });
  equal(
    renderFailure(
      "Error: chart requires kubeVersion: >=1.30 which is incompatible with Kubernetes v1.27.0",
      "1.27",
    ),
    {
      id: "kube-version",
      severity: "note",
      message:
        "not checked for Kubernetes 1.27: chart requires kubeVersion: >=1.30 which is incompatible with Kubernetes v1.27.0",
    },
  );
});

Deno.test("a server's dry run has complaints, or never came to the objects", () => {
  const says = (text: string) =>
    parseDryRun(text)?.map(({ severity, message }) => `${severity} ${message}`);
  equal(says(""), []);
  equal(
    says(`Warning: would violate PodSecurity "restricted:latest": runAsNonRoot != true
The Deployment "m" is invalid:
* spec.strategy: Required value
* spec.selector: Invalid value
Error from server (BadRequest): error when creating "STDIN": strict decoding error: unknown field "a"
`),
    [
      'warning would violate PodSecurity "restricted:latest": runAsNonRoot != true',
      'error The Deployment "m" is invalid: * spec.strategy: Required value * spec.selector: Invalid value',
      'error Error from server (BadRequest): error when creating "STDIN": strict decoding error: unknown field "a"',
    ],
  );
  const elsewhere = [
    'error: error validating "STDIN": error validating data: failed to download openapi: Get "http://localhost:8080/openapi/v2": dial tcp: connection refused',
    "Unable to connect to the server: dial tcp: connection refused",
    'Error from server (Forbidden): error when creating "STDIN": pods is forbidden: User "u" cannot create resource "pods"',
    'Error from server (NotFound): error when creating "STDIN": namespaces "n" not found',
  ];
  for (const text of elsewhere) equal([text, says(text)], [text, undefined]);
});
