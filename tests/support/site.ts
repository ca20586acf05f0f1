/** A namespace, a folder, a Helm with our plugin and a server with the example's model. */

import { equal } from "./assert.ts";
import {
  command,
  helmHome,
  type Outcome,
  part,
  PROGRAM,
  ROOT,
  type RunOptions,
  runProgram,
} from "./program.ts";

export const REGISTRY = "127.0.0.1:5000";

export interface Site {
  readonly helm: string;
  readonly env: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly namespace: string;
  /** Where pods reach the example's model, `/model.onnx`, and what lies in `served` of the folder. */
  readonly url: string;
}

/** Everything that the site made is gone afterwards. */
export async function withSite(
  helm: string,
  name: string,
  deed: (site: Site) => Promise<void>,
): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  const namespace = `navigator-${name}`;
  const host = part("NAVIGATOR_HOST_ADDRESS");
  const model = await Deno.readFile(part("NAVIGATOR_EXAMPLE_MODEL"));
  const server = Deno.serve(
    { hostname: host, port: 0, onListen: () => {} },
    async (request) => {
      const { pathname } = new URL(request.url);
      if (pathname === "/model.onnx") return new Response(model);
      return await Deno.readFile(`${folder}/served${pathname}`).then(
        (bytes) => new Response(bytes),
        () => new Response("no such model", { status: 404 }),
      );
    },
  );
  try {
    await kubectl(`create namespace ${namespace}`);
    await kubectl(`label namespace ${namespace} pod-security.kubernetes.io/enforce=restricted`);
    const env = await helmHome(helm, folder);
    await deed({ helm, env, folder, namespace, url: `http://${host}:${server.addr.port}` });
  } finally {
    // A namespace with pods in it takes its time: it asks again after half of their grace period.
    await kubectl(`delete deployments,jobs --all --cascade=foreground --namespace ${namespace}`);
    await kubectl(`delete namespace ${namespace} --ignore-not-found`);
    await kubectl(`delete persistentvolume ${namespace} --ignore-not-found`);
    await server.shutdown();
    await Deno.remove(folder, { recursive: true });
  }
}

const words = (line: string) => line.split(/\s+/).filter((word) => word !== "");

/** `helm navigator LINE` in the site's namespace, the words of `line` divided by spaces. */
export function navigator(site: Site, line: string, options: RunOptions = {}): Promise<Outcome> {
  const args = ["--namespace", site.namespace, "navigator", ...words(line)];
  const env = { ...site.env, ...options.env };
  return runProgram(site.helm, args, { ...options, cwd: site.folder, env });
}

/** The program without Helm around it, so that a signal reaches it alone. */
export function startProgram(site: Site, line: string): Deno.ChildProcess {
  const env = { HELM_BIN: site.helm, HELM_NAMESPACE: site.namespace, ...site.env };
  return command(PROGRAM, words(line), { cwd: site.folder, env }).spawn();
}

/** A tool in the generated tree, as the document has it typed. */
export function inTree(site: Site, line: string): Promise<Outcome> {
  const [program, ...args] = words(line);
  const cwd = `${site.folder}/navigator_workspace/charts/magika`;
  return succeeds(
    runProgram(program === "helm" ? site.helm : program!, args, { cwd, env: site.env }),
  );
}

export async function kubectl(line: string): Promise<string> {
  return (await succeeds(runProgram("kubectl", words(line)))).stdout;
}

/** The same with objects on its stdin. */
export async function kubectlWith(line: string, items: readonly object[]): Promise<string> {
  const input = JSON.stringify({ apiVersion: "v1", kind: "List", items });
  return (await succeeds(runProgram("kubectl", words(line), { input }))).stdout;
}

export async function succeeds(outcome: Promise<Outcome>): Promise<Outcome> {
  const { code, stdout, stderr } = await outcome;
  equal(code, 0, `${stdout}\n${stderr}`);
  return { code, stdout, stderr };
}

/** The test node has two cores: what the charts ask for by default is for real ones. */
export const SMALL =
  "--set deployer.resources.requests.cpu=50m --set server.resources.requests.cpu=50m";

/** `create` with the images of the tests, for the model and with the flags that `line` says. */
export function createChart(site: Site, line: string): Promise<Outcome> {
  return succeeds(navigator(
    site,
    `create --container-version 24.10 --triton-docker-image ${part("NAVIGATOR_TRITON_IMAGE")}
      --framework-docker-image ${part("NAVIGATOR_FRAMEWORK_IMAGE")} ${line}`,
  ));
}

/** `build` and `push` of the only chart, to a name of its own in a registry. */
export async function buildAndPush(site: Site, image: string): Promise<void> {
  const built = await succeeds(navigator(site, "build -- --network host"));
  equal(built.stdout, `${image.split("/").at(-1)}\n`);
  const { stdout } = await succeeds(navigator(site, `push --image ${image}`));
  equal(stdout.startsWith(`${image}@sha256:`), true, stdout);
}

export const EXAMPLE = () =>
  `--config-path ${ROOT}examples/magika/navigator.yaml --model-path ${
    part("NAVIGATOR_EXAMPLE_MODEL")
  }`;

/** What stands in the namespace, but for what Kubernetes puts into each. */
export async function objects({ namespace }: Site): Promise<string[]> {
  const kinds = "deployments,jobs,pods,services,configmaps,secrets";
  const names = await kubectl(`get ${kinds} --namespace ${namespace} --output name`);
  return names.split("\n").filter((name) => name !== "" && !name.includes("kube-root-ca.crt"));
}

/** Asks the server and ONNX Runtime the same and compares the numbers. */
export async function inferOverService(site: Site, release?: string): Promise<void> {
  const model = part("NAVIGATOR_EXAMPLE_MODEL");
  const compare = `${ROOT}tests/support/compare_inference.py`;
  const args = [compare, model, await serviceUrl(site, release), "magika", "1", "3", "32"];
  const { stdout } = await succeeds(runProgram(part("NAVIGATOR_PYTHON"), args));
  equal(stdout, "same numbers\n");
}

/** Addresses of Services are routed to the node: a request goes over the Service as a pod's does. */
export async function serviceUrl(
  { namespace }: Site,
  release = "magika-inference",
): Promise<string> {
  const which = `--namespace ${namespace} --selector app.kubernetes.io/instance=${release}`;
  const address = await kubectl(`get service ${which} -o jsonpath={.items[0].spec.clusterIP}`);
  return `http://${address}:8000`;
}

/** A volume with the example's model in it, and a claim of the namespace for it. */
export async function claimModelVolume({ folder, namespace }: Site): Promise<string> {
  await Deno.chmod(folder, 0o755);
  const path = `${folder}/models`;
  await Deno.mkdir(path);
  await Deno.copyFile(part("NAVIGATOR_EXAMPLE_MODEL"), `${path}/model.onnx`);
  const shared = { accessModes: ["ReadOnlyMany"], storageClassName: "none" };
  const size = { storage: "1Gi" };
  const volume = {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name: namespace },
    spec: { ...shared, capacity: size, hostPath: { path } },
  };
  const claim = {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: "models", namespace },
    spec: { ...shared, volumeName: namespace, resources: { requests: size } },
  };
  await kubectlWith("create --filename -", [volume, claim]);
  return claim.metadata.name;
}
