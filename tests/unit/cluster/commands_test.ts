import {
  helmGetValues,
  helmLint,
  helmStatus,
  helmUninstall,
  helmUpgradeInstall,
} from "../../../src/cluster/helm.ts";
import {
  clusterHint,
  kubectlCreate,
  kubectlGet,
  kubectlLogs,
} from "../../../src/cluster/kubectl.ts";
import { modelUriSecret, secretSelector } from "../../../src/cluster/model_uri_secret.ts";
import { installValues } from "../../../src/cluster/install_values.ts";
import { targetOf } from "../../../src/cluster/target.ts";
import { familiarName, parseImage } from "../../../src/plan/image_reference.ts";
import { quoteCommand } from "../../../src/text/quote.ts";
import type { ToolCommand } from "../../../src/world.ts";
import { equal, failure, match } from "../../support/assert.ts";

function is(command: ToolCommand, line: string): void {
  equal(quoteCommand(command.program, command.args), line);
}

const plain = targetOf({}, () => undefined);
const plugin = targetOf(
  {},
  (name) =>
    ({ HELM_BIN: "./helm", HELM_NAMESPACE: "ns", HELM_KUBECONTEXT: "ctx", KUBECONFIG: "k" })[name],
);

Deno.test("helm", () => {
  is(helmLint("helm", ["a", "b"]), "helm lint --strict a b");
  is(helmStatus(plain, "r"), "helm status r --output json");
  is(helmGetValues(plain, "r"), "helm get values r --all --output json");
  is(
    helmUninstall(plugin, "r"),
    "./helm uninstall r --ignore-not-found --wait --namespace ns --kube-context ctx",
  );
  is(
    helmUpgradeInstall(plugin, {
      release: "r",
      chart: "c",
      values: { a: 1 },
      rest: ["--set", "a=b"],
    }),
    "./helm upgrade --install r c --reset-then-reuse-values --values - --namespace ns --kube-context ctx --set a=b",
  );
});

Deno.test("why a lint failed, of many charts", () => {
  const stdout = [
    ...["==> Linting a", "[INFO] Chart.yaml: icon is recommended", ""],
    ...["==> Linting b", "[INFO] Chart.yaml: icon is recommended", "[ERROR] Chart.yaml: no", ""],
    ...["==> Linting c", "[WARNING] templates/: why", "  and how", ""],
  ].join("\n");
  equal(
    helmLint("helm", ["a", "b", "c"]).reason?.(stdout),
    "==> Linting b\n[ERROR] Chart.yaml: no\n==> Linting c\n[WARNING] templates/: why\n  and how",
  );
});

Deno.test("our flags win over what Helm hands over", () => {
  const target = targetOf(
    { namespace: "mine", kubeconfig: "f" },
    (name) => name === "HELM_NAMESPACE" ? "ns" : "",
  );
  is(helmStatus(target, "r"), "helm status r --output json --namespace mine --kubeconfig f");
  is(
    kubectlLogs(target, "job/x", true),
    "kubectl logs job/x --follow --namespace mine --kubeconfig f",
  );
});

Deno.test("kubectl: manifests go through stdin", () => {
  is(
    kubectlGet(plugin, "pods", "a=b"),
    "kubectl get pods --selector a=b --output json --namespace ns --context ctx",
  );
  equal(kubectlCreate(plain, { kind: "Secret" }).stdin, '{"kind":"Secret"}');
});

Deno.test("what Helm reads from the environment reaches kubectl too, but no token", async () => {
  const env: Record<string, string> = {
    HELM_KUBEAPISERVER: "https://other",
    HELM_KUBEASUSER: "bob",
    HELM_KUBEASGROUPS: "a,b",
    HELM_KUBEINSECURE_SKIP_TLS_VERIFY: "false",
    HELM_KUBETOKEN: "",
  };
  is(
    kubectlGet(targetOf({}, (name) => env[name]), "pods", "a=b"),
    "kubectl get pods --selector a=b --output json --server https://other --as bob --as-group a --as-group b",
  );
  const error = await failure(() =>
    targetOf({}, (name) => name === "HELM_KUBETOKEN" ? "GEHEIM" : "")
  );
  equal(error.message.includes("GEHEIM"), false);
});

Deno.test("refusals are explained", () => {
  match(
    clusterHint('Error: Kubernetes cluster unreachable: Get "http://localhost:8080"')!,
    /no cluster answers/,
  );
  match(clusterHint('context "x" does not exist')!, /get-contexts/);
  equal(clusterHint("something else"), undefined);
});

Deno.test("image references", () => {
  equal(parseImage("a:1"), { registry: undefined, name: "a", tag: "1" });
  equal(parseImage("org/a"), {
    registry: undefined,
    name: "org/a",
    tag: undefined,
  });
  equal(parseImage("127.0.0.1:5000/x/a:1"), {
    registry: "127.0.0.1:5000",
    name: "127.0.0.1:5000/x/a",
    tag: "1",
  });
  equal(parseImage("nvcr.io/o/a:1@sha256:ab"), {
    registry: "nvcr.io",
    name: "nvcr.io/o/a",
    tag: "1",
  });
});

Deno.test("names on Docker Hub, as docker lists them", () => {
  equal(familiarName("docker.io/library/a"), "a");
  equal(familiarName("index.docker.io/org/a"), "org/a");
  equal(familiarName("r.io/org/a"), "r.io/org/a");
});

Deno.test("install says to the chart only what somebody said", () => {
  const nothing = {
    image: undefined,
    modelUri: undefined,
    modelUriSecret: undefined,
    modelSha256: undefined,
    replicas: undefined,
    pullSecret: undefined,
    secrets: { aws: undefined, azure: undefined, gcs: undefined },
    gpu: {},
  };
  equal(installValues(nothing), {});
  equal(
    installValues({
      ...nothing,
      image: "i",
      modelUri: "u",
      replicas: 2,
      pullSecret: "p",
      gpu: { limit: 0 },
    }),
    {
      deployer: { image: "i", modelUri: "u", modelUriSecret: null, modelSha256: null },
      replicaCount: 2,
      imagePullSecret: "p",
      gpu: { limit: 0 },
    },
  );
  equal(installValues({ ...nothing, secrets: { aws: "a", azure: "b", gcs: "c" } }), {
    deployer: { awsCredentialsFile: "a", azureCredentialsFile: "b", gcsCredentialsFile: "c" },
  });
});

Deno.test("a signed URI becomes a secret that the release's name finds again", () => {
  equal(modelUriSecret("r", "https://h/m.onnx"), undefined);
  equal(modelUriSecret("r", undefined), undefined);
  for (const uri of ["https://h/m?sig=1", "https://u:p@h/m"]) {
    const secret = modelUriSecret("r", uri)!;
    match(secret.reference.name, /^r-model-uri-[0-9a-f]{10}$/);
    match(JSON.stringify(secret.manifest), /"app.kubernetes.io\/instance":"r"/);
  }
  const name = (uri: string) => modelUriSecret("r", uri)!.reference.name;
  equal(name("https://h/m?a=1") === name("https://h/m?a=2"), false);
  equal(
    secretSelector("r"),
    "app.kubernetes.io/instance=r,app.kubernetes.io/managed-by=helm-navigator",
  );
});
