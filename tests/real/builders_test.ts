/** The generated Dockerfile with each real builder, pushed to a registry that asks for a password, and run as a pod does. */

import { equal, match, ok } from "../support/assert.ts";
import { logIn, PASSWORD, type Registry, USER, withRegistry } from "../support/builders.ts";
import { type ImageSite, withImageSite } from "../support/image_site.ts";
import { part, runProgram } from "../support/program.ts";
import { sequence } from "../support/sequence.ts";
import { docker } from "../support/triton.ts";

/** No request goes there; the password must not show anywhere. */
const PROXY = {
  HTTPS_PROXY: `http://${USER}:${PASSWORD}@proxy.invalid:1`,
  NO_PROXY: "*",
  no_proxy: "*",
};

/** docker's classic builder makes the images of the other tests. */
for (const tool of ["buildkit", "podman", "buildah"] as const) {
  Deno.test(`${tool} builds, pushes with its own login, and what it built runs`, (t) =>
    withRegistry(
      "htpasswd",
      (registry) =>
        withImageSite({ tool, registries: [registry.address] }, async (site) => {
          const step = sequence(t);
          const { builder, navigator, tree } = site;
          const tag = `navigator-test/${tool}:${crypto.randomUUID()}`;
          const image = `${registry.address}/team/m:1`;
          const build = `build --builder ${builder} --tag ${tag}`;
          const said: string[] = [];
          try {
            await step("build", async () => {
              const { code, stdout, stderr } = await navigator(`${build} -- --network host`, PROXY);
              equal([code, stdout], [0, `${tag}\n`], stderr);
              said.push(stderr);
            });
            await step("a second build comes from the cache", async () => {
              const { code, stderr } = await navigator(`${build} -- --network host`, PROXY);
              equal(code, 0, stderr);
              match(stderr, /CACHED|Using cache/);
              ok(!/Installing collected packages/.test(stderr), stderr);
              said.push(stderr);
            });
            await step("push without a login: which one, and how", async () => {
              const { code, stderr } = await navigator(`push --image ${image}`);
              equal(code, 1, stderr);
              const login = `${builder} login ${registry.address}`;
              equal(stderr.split("\n").at(-2), `hint: log in first: ${login}`);
              said.push(stderr);
            });
            let pushed = "";
            await step("push with the builder's own login", async () => {
              await logIn(site, registry.address);
              const { code, stdout, stderr } = await navigator(`push --image ${image}`);
              equal(code, 0, stderr);
              pushed = stdout.trim();
              equal(pushed, `${image}@${await digestOf(registry, "team/m")}`);
              said.push(stderr, stdout);
            });
            await step(
              "no password stands in the image, in what was said, or in the record",
              async () => {
                const record = `${tree.replace(/m$/, "")}.helm-navigator/m.json`;
                for (
                  const text of [...said, await Deno.readTextFile(record), await allOf(site, tag)]
                ) {
                  equal(text.includes(PASSWORD), false, text);
                }
              },
            );
            await step(
              "as a pod: deploy, and each tool once",
              () => runAsPod(pushed, site, registry),
            );
          } finally {
            await runProgram("docker", ["image", "rm", "--force", tag, image]);
          }
        }),
    ));
}

/** As the registry says it. */
async function digestOf({ address }: Registry, name: string): Promise<string | null> {
  const answer = await fetch(`http://${address}/v2/${name}/manifests/1`, {
    method: "HEAD",
    headers: {
      authorization: `Basic ${btoa(`${USER}:${PASSWORD}`)}`,
      accept:
        "application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json",
    },
  });
  return answer.headers.get("docker-content-digest");
}

/** Its configuration, history included. */
async function allOf({ tool, run }: ImageSite, image: string): Promise<string> {
  const asked = tool === "buildah"
    ? [["inspect", "--type", "image", image]]
    : [["image", "inspect", image], ["history", "--no-trunc", image]];
  const texts: string[] = [];
  for (const args of asked) {
    const { code, stdout, stderr } = await run(...args);
    equal(code, 0, stderr);
    texts.push(stdout);
  }
  match(texts.join(""), /polygraphy/); // That is in its last step.
  return texts.join("");
}

/** Another user, a root filesystem that nobody writes; docker runs what the others built. */
async function runAsPod(image: string, site: ImageSite, registry: Registry): Promise<void> {
  const { folder } = site;
  const env = { DOCKER_CONFIG: `${folder}/docker` };
  await Deno.mkdir(env.DOCKER_CONFIG);
  await logIn({ builder: "docker", env }, registry.address);
  await Deno.mkdir(`${folder}/work`);
  await Deno.copyFile(part("NAVIGATOR_EXAMPLE_MODEL"), `${folder}/work/model.onnx`);
  for (const path of [folder, `${folder}/work`]) await Deno.chmod(path, 0o777);
  const line = [
    "deployer.sh --model-name m --model-uri file:///work/model.onnx --model-repository /work/models",
    "perf_analyzer --version 2>&1",
    "polygraphy inspect model /work/models/m/1/model.onnx",
    "python3 -c 'import onnx, onnxruntime; onnx.checker.check_model(\"/work/model.onnx\")'",
  ].join(" && ");
  const pod = ["--rm", "--user", "1000:1000", "--read-only", "--tmpfs", "/tmp:exec"];
  const volume = ["--volume", `${folder}/work:/work`];
  const args = ["run", ...pod, ...volume, image, "sh", "-c", line];
  const { code, stdout, stderr } = await runProgram("docker", args, { env });
  try {
    equal(code, 0, stderr);
    match(stdout, /^\/work\/models\/m\n/);
    match(stdout, /Version/);
    match(stdout, /Graph/);
  } finally {
    await docker("run", ...volume, "--rm", image, "rm", "-rf", "/work/models");
    await runProgram("docker", ["image", "rm", "--force", image]);
  }
}
