/** What `install` finds out before it installs, and what it then leaves: nothing. */

import { equal, match } from "../support/assert.ts";
import { GPU_NODES, onNodesOf } from "../support/gpu_nodes.ts";
import { forgetPods, podsByNode, withGpuNodes } from "../support/gpu_site.ts";
import { type Outcome, part, ROOT, runProgram } from "../support/program.ts";
import {
  kubectl,
  navigator,
  objects,
  type Site,
  startProgram,
  succeeds,
  withSite,
} from "../support/site.ts";
import { until } from "../support/until.ts";

/** An image that is there: these pods never start. */
const IMAGE = () => `--image ${part("NAVIGATOR_FRAMEWORK_IMAGE")}`;
const CPU = () => `${IMAGE()} --gpu-limit 0 --model-uri file:///mnt/model/m.onnx`;

async function create(site: Site): Promise<void> {
  await succeeds(navigator(
    site,
    `create --config-path ${ROOT}examples/magika/navigator.yaml
      --model-path ${part("NAVIGATOR_EXAMPLE_MODEL")} --container-version 24.10
      --triton-docker-image ${part("NAVIGATOR_TRITON_IMAGE")}`,
  ));
}

/** A kubeconfig file like that of the tests, with another address or another user. */
async function kubeconfig(
  site: Site,
  name: string,
  { server, token }: { readonly server?: string; readonly token?: string },
): Promise<string> {
  const config = JSON.parse(await kubectl("config view --raw --flatten --output json"));
  if (server) config.clusters[0].cluster.server = server;
  if (token) config.users[0].user = { token };
  const path = `${site.folder}/${name}`;
  await Deno.writeTextFile(path, JSON.stringify(config), { mode: 0o600 });
  return path;
}

/** The program alone, so that the kubeconfig file is the one that is named. */
const withConfig = (site: Site, config: string, line: string): Promise<Outcome> =>
  runProgram(`${ROOT}dist/helm-navigator`, line.split(/\s+/), {
    cwd: site.folder,
    env: { ...site.env, HELM_BIN: site.helm, HELM_NAMESPACE: site.namespace, KUBECONFIG: config },
  });

for (const version of ["NAVIGATOR_HELM4", "NAVIGATOR_HELM3"]) {
  Deno.test(`killed while it looks, the helm that waits for values does nothing, ${version}`, () =>
    withSite(part(version), "killed", async (site) => {
      await create(site);
      // With what an earlier install has said, helm could go on without any more values.
      await succeeds(navigator(site, `install ${CPU()}`));
      const before = await objects(site);
      const { folder } = site;
      const noted = `#!/bin/sh
        [ "$1" = upgrade ] && echo $$ >${folder}/pid
        exec ${site.helm} "$@"`;
      await Deno.writeTextFile(`${folder}/helm`, noted, { mode: 0o755 });
      // Nobody answers there: `install` looks for the model until its patience is over.
      using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const uri = `http://127.0.0.1:${silent.addr.port}/m.onnx`;
      for (const milliseconds of [0, 20, 60, 150, 400, 1000]) {
        const line = `install ${IMAGE()} --gpu-limit 0 --model-uri ${uri}`;
        const child = startProgram({ ...site, helm: `${folder}/helm` }, line);
        const pid = async () => Number(await Deno.readTextFile(`${folder}/pid`).catch(() => 0));
        await until(async () => await pid() > 0);
        await new Promise((resolve) => setTimeout(resolve, milliseconds));
        child.kill("SIGKILL");
        equal((await child.output()).signal, "SIGKILL");
        const helm = `/proc/${await pid()}`;
        await until(() => Deno.stat(helm).then(() => false, () => true));
        equal(await objects(site), before);
        await Deno.remove(`${folder}/pid`);
      }
    }));
}

Deno.test("what the cluster cannot take is told at once, and nothing is installed", (t) =>
  withSite(part("NAVIGATOR_HELM4"), "preflight", async (site) => {
    await create(site);
    const opaque = `create secret generic aws --from-literal=key=x`;
    await kubectl(`${opaque} --namespace ${site.namespace}`);
    const refuses = (name: string, run: () => Promise<Outcome>, ...said: RegExp[]) =>
      t.step(name, async () => {
        const before = await objects(site);
        const { code, stdout, stderr } = await run();
        equal([code, stdout], [1, ""], stderr);
        for (const text of said) match(stderr, text);
        equal(await objects(site), before);
      });
    const install = (line: string) => () => navigator(site, `install ${line}`);

    await refuses(
      "no cluster",
      async () => {
        const config = await kubeconfig(site, "closed", { server: "https://127.0.0.1:1" });
        return await withConfig(site, config, `install ${CPU()}`);
      },
      /^error: the cluster does not answer\n.*connection refused\nhint: no cluster answers/m,
    );
    await refuses(
      "a context that is not there",
      async () => {
        const config = await kubeconfig(site, "context", {});
        return await withConfig(site, config, `install ${CPU()} --kube-context nope`);
      },
      /context "nope" does not exist\nhint: `kubectl config get-contexts`/,
    );
    await refuses(
      "credentials that the cluster does not know",
      async () => {
        const config = await kubeconfig(site, "expired", { token: "expired" });
        return await withConfig(site, config, `install ${CPU()}`);
      },
      /hint: the cluster does not know you \(any more\): renew your credentials/,
    );
    await refuses(
      "an account that may do nothing",
      async () => {
        const { namespace } = site;
        await kubectl(`create serviceaccount viewer --namespace ${namespace}`);
        const token = await kubectl(`create token viewer --namespace ${namespace}`);
        const config = await kubeconfig(site, "viewer", { token: token.trim() });
        return await withConfig(site, config, `install ${CPU()} --wait`);
      },
      /^error: your account may not create secrets, .*deployments.*, nor list pods in namespace/m,
    );
    await refuses(
      "a namespace that is not there",
      () =>
        runProgram(`${ROOT}dist/helm-navigator`, [
          "install",
          ...CPU().split(" "),
          "-n",
          "nowhere",
        ], { cwd: site.folder, env: { ...site.env, HELM_BIN: site.helm } }),
      /^error: there is no namespace nowhere\nhint: make it with `kubectl create namespace nowhere`/m,
    );
    await refuses(
      "all of it: image, model, secrets, claim",
      install(
        `--image 127.0.0.1:5000/made-by-tests/nothing:1 --gpu-limit 0
          --model-uri ${site.url}/nothing.onnx --aws-secret aws --gcs-secret gcs --pull-secret aws
          -- --set deployer.modelVolume.persistentVolumeClaim.claimName=models`,
      ),
      /^error: the secret aws is of type Opaque, with which no image can be pulled$/m,
      /^error: the secret gcs is not there in namespace .*\nhint: make it with `helm navigator secret gcs gcs`$/m,
      /^error: the claim models is not there in namespace/m,
      /^error: the image 127\.0\.0\.1:5000\/made-by-tests\/nothing:1 is not there$/m,
      /^error: the model is not at http:.*nothing\.onnx: the server answers 404$/m,
    );
    await refuses(
      "a secret without the keys that the chart reads",
      install(`${CPU()} --aws-secret aws`),
      /^error: the secret aws has no keys aws_access_key_id and aws_secret_access_key; it has key\n/m,
    );
    await refuses(
      "a value that the chart does not know",
      install(`${CPU()} -- --set deployer.maxBatchSizes=3`),
      /hint: did you mean `deployer\.maxBatchSize`\?$/m,
    );
    await refuses(
      "a GPU that no node has",
      install(`${IMAGE()} --model-uri file:///mnt/model/m.onnx --gpu-product NoSuch`),
      /^error: no node can take the pod: /m,
    );
    await refuses(
      "a device that no node offers",
      install(`${IMAGE()} --model-uri file:///mnt/model/m.onnx --mig auto --mig-profile 7g.80gb`),
      /^error: --mig auto: no node of the cluster offers such a device\nhint: /m,
    );
    await t.step("credentials that a plugin gives, as clouds do, are left to kubectl", async () => {
      const config = JSON.parse(await kubectl("config view --raw --flatten --output json"));
      const { user } = config.users[0];
      const credential = {
        apiVersion: "client.authentication.k8s.io/v1",
        kind: "ExecCredential",
        status: {
          clientCertificateData: atob(user["client-certificate-data"]),
          clientKeyData: atob(user["client-key-data"]),
        },
      };
      await Deno.writeTextFile(`${site.folder}/credential`, JSON.stringify(credential));
      const { apiVersion } = credential;
      const args = [`${site.folder}/credential`];
      config.users[0].user = {
        exec: { apiVersion, command: "cat", args, interactiveMode: "Never" },
      };
      const path = `${site.folder}/plugin`;
      await Deno.writeTextFile(path, JSON.stringify(config));
      const { code, stdout, stderr } = await withConfig(site, path, `install ${CPU()} --dry-run`);
      equal([code, stderr], [0, ""]);
      match(stdout, /^kind: Deployment$/m);
    });
    await t.step("a release that holds another chart", async () => {
      const { folder, namespace, helm, env } = site;
      const run = (...args: string[]) =>
        succeeds(runProgram(helm, [...args, "--namespace", namespace], { cwd: folder, env }));
      await run("create", "other");
      await run("install", "taken", "other", "--set", "replicaCount=0");
      const { code, stderr } = await navigator(site, `install taken ${CPU()}`);
      equal(code, 1);
      match(stderr, /^error: the release taken is there already and holds the chart other/m);
      // The same names under another release: Helm itself refuses.
      const clash = await navigator(
        site,
        `install new ${CPU()} -- --set fullnameOverride=taken-other`,
      );
      equal(clash.code, 1);
      match(clash.stderr, /hint: something of that name is there already/);
      await run("uninstall", "taken");
    });
    await t.step("MIG with a number of GPUs is wrong by itself", async () => {
      const { code, stderr } = await navigator(site, "install --mig mixed --gpu-limit 2");
      equal(code, 2);
      match(stderr, /^error: --gpu-limit: 2 cannot be combined with MIG/m);
    });
  }));

Deno.test("the device is read from the cluster, and its pod is bound there", (t) =>
  withSite(part("NAVIGATOR_HELM4"), "choice", async (site) => {
    await create(site);
    const owner = "choice";
    const here = onNodesOf(owner);
    const install = (flags: string) =>
      navigator(
        site,
        `install ${IMAGE()} --model-uri file:///mnt/model/m.onnx ${flags} -- ${here}`,
      );
    const on = (names: string[], name: string, deed: () => Promise<void>) =>
      t.step(
        name,
        () => withGpuNodes(owner, deed, GPU_NODES.filter((node) => names.includes(node.name))),
      );
    const bound = async (flags: string, node: string, said: RegExp) => {
      const { code, stderr } = await install(flags);
      equal(code, 0, stderr);
      match(stderr, said);
      await until(async () => (await podsByNode(owner, site.namespace))[node] === 1);
      await remove();
    };
    const remove = async () => {
      await succeeds(navigator(site, "uninstall"));
      await forgetPods(owner);
      const gone = async () => Object.keys(await podsByNode(owner, site.namespace)).length === 0;
      await until(gone);
    };
    const refused = async (flags: string, ...said: RegExp[]) => {
      const { code, stderr } = await install(flags);
      equal(code, 1, stderr);
      for (const text of said) match(stderr, text);
    };
    await on(["a100-single", "bare"], "one layout: auto takes it", async () => {
      await bound(
        "--mig auto",
        "a100-single",
        /^device: --mig single --gpu-product A100-SXM4-40GB --mig-profile 1g\.5gb/m,
      );
      await bound("--mig single", "a100-single", /^device: --mig single/m);
      await refused("--mig mixed", /the cluster has: --mig single/);
    });
    await on(
      ["a100-mixed", "a100-invalid"],
      "several devices: listed with what is free",
      async () => {
        await refused(
          "--mig auto",
          /^--mig mixed --gpu-product A100-SXM4-40GB --mig-profile 1g\.5gb +3\/3$/m,
          /^error: --mig auto: the cluster offers 3 devices that fit$/m,
        );
        await refused("--mig single", /no node of the cluster offers such a device/);
        await bound("--mig none", "a100-mixed", /^/);
        await bound(
          "--mig mixed --mig-profile 3g.20gb",
          "a100-mixed",
          /^/,
        );
        await bound(
          "--mig auto --mig-profile 3g.20gb",
          "a100-mixed",
          /^device: --mig mixed .*3g\.20gb/m,
        );
      },
    );
    await on(["a100-renamed"], "a time-sliced GPU under its own name", async () => {
      await bound("--mig auto", "a100-renamed", /gpu\.resource=nvidia\.com\/gpu\.shared/);
    });
    await on(
      ["h100-single-media"],
      "a full cluster: the pod waits, and status says for what",
      async () => {
        const flags = "--mig auto --replicas 2";
        const { code, stderr } = await install(flags);
        equal(code, 0, stderr);
        match(stderr, /^warning: 1 of 2 pods must wait: nvidia\.com\/gpu is all in use now$/m);
        await until(async () => {
          const places = await podsByNode(owner, site.namespace);
          return places[""] === 1 && places["h100-single-media"] === 1;
        });
        const { stdout } = await succeeds(navigator(site, "status"));
        match(
          stdout,
          /all that could take the pod are in use: nvidia\.com\/gpu of choice-h100-single-media/,
        );
        match(stdout, /hint: it starts when another pod ends/);
        await remove();
      },
    );
    await on(["a100-none"], "no spare device, no surge; a spare one, and it surges", async () => {
      const strategy = () =>
        kubectl(
          `get deployment magika-inference --namespace ${site.namespace} --output jsonpath={.spec.strategy}`,
        );
      await succeeds(install("--mig none --gpu-limit 2"));
      match(await strategy(), /Recreate/);
      await remove();
      await succeeds(install("--mig none --gpu-limit 1"));
      match(await strategy(), /"maxSurge":1,"maxUnavailable":0/);
      await remove();
    });
  }));
