/** `build` where it cannot succeed, or is interrupted: the tool's own words, a hint, and nothing stays. */

import { equal, match, ok } from "../support/assert.ts";
import { type Tool, withRegistry } from "../support/builders.ts";
import { type ImageSite, withImageSite } from "../support/image_site.ts";
import { command, part, PROGRAM, runProgram } from "../support/program.ts";
import { until } from "../support/until.ts";

const TOOLS = ["docker", "buildkit", "podman", "buildah"] as const;
const from = (...lines: string[]) =>
  [`FROM ${part("NAVIGATOR_FRAMEWORK_IMAGE")}`, ...lines].join("\n");

/** Of the steps of a build, and what they run. */
async function containers({ tool, run }: ImageSite): Promise<string[]> {
  const asked: Record<Tool, string[]> = {
    docker: ["ps", "--all", "--quiet", "--no-trunc"],
    buildkit: ["ps", "--all", "--quiet", "--no-trunc"],
    podman: ["ps", "--all", "--external", "--quiet"],
    buildah: ["containers", "--quiet"],
  };
  const { stdout } = await run(...asked[tool]);
  return stdout.split("\n").filter((id) => id !== "").sort();
}

async function runs(line: string): Promise<boolean> {
  return (await runProgram("pgrep", ["--full", `^${line}$`])).code === 0;
}

for (const tool of TOOLS) {
  const rare = `sleep 1${crypto.getRandomValues(new Uint16Array(1))[0]}`;
  Deno.test(`${tool}: Ctrl-C during build leaves no container, no process and no image`, () =>
    withImageSite({ tool, dockerfile: from(`RUN ${rare}`) }, async (site) => {
      const before = await containers(site);
      const tag = `interrupted:${crypto.randomUUID()}`;
      const child = site.start(`build --builder ${site.builder} --tag ${tag}`);
      await until(() => runs(rare));
      child.kill("SIGINT");
      const { code, stderr } = await child.output();
      equal(code, 130, new TextDecoder().decode(stderr));
      await until(async () => !await runs(rare));
      await until(async () => JSON.stringify(await containers(site)) === JSON.stringify(before));
      const inspect = tool === "buildah" ? ["inspect", "--type", "image"] : ["image", "inspect"];
      ok((await site.run(...inspect, tag)).code !== 0);
    }));

  Deno.test(`${tool}: proxies reach the build; one that fails shows the tool's own last lines`, () => {
    const line = `RUN echo "proxy $HTTPS_PROXY $no_proxy"; exit 3 # ${crypto.randomUUID()}`;
    return withImageSite({ tool, dockerfile: from(line) }, async (site) => {
      const env = { HTTPS_PROXY: "http://proxy.invalid:1", no_proxy: "*" };
      const outcome = await site.navigator(`build --builder ${site.builder}`, env);
      equal([outcome.code, outcome.stdout], [1, ""]);
      match(outcome.stderr, /error: `\w+ build` failed with exit code/);
      match(outcome.stderr, /proxy http:\/\/proxy\.invalid:1 \*/);
      match(outcome.stderr, /returned a non-zero code: 3|exit code: 3|exit status 3/);
      equal(/command:.*proxy\.invalid/.test(outcome.stderr), false);
    });
  });

  Deno.test(`${tool}: a base image that is not there, and one that asks for a login`, () =>
    withRegistry("htpasswd", async ({ address }) => {
      const rows = [
        [`${part("NAVIGATOR_FRAMEWORK_IMAGE")}-none`, "a base image is not there: "],
        [`${address}/team/base:1`, `log in first: \\w+ login ${address}$`],
      ];
      for (const [base, hint] of rows) {
        const dockerfile = `FROM ${base}\n`;
        await withImageSite({ tool, dockerfile, registries: [address] }, async (site) => {
          const { code, stderr } = await site.navigator(`build --builder ${site.builder}`);
          equal(code, 1, stderr);
          match(stderr, new RegExp(`^hint: ${hint}`, "m"));
        });
      }
    }));
}

for (const tool of ["podman", "buildah"] as const) {
  Deno.test(`${tool}: a disk that is full`, () =>
    withImageSite(
      { tool, dockerfile: from("RUN true") },
      async ({ builder, env, folder, tree }) => {
        const script = `mkdir -p ${folder}/store && mount -t tmpfs -o size=30m none ${folder}/store
        exec ${PROGRAM} build ${tree} --builder ${builder}`;
        const { code, stderr } = await runProgram("unshare", ["--mount", "sh", "-ec", script], {
          env,
        });
        equal(code, 1, stderr);
        match(stderr, /no space left on device/);
        match(stderr, new RegExp(`^hint: free some space: ${builder} (system )?prune$`, "m"));
      },
    ));
}

Deno.test("no daemon, and one that the user may not talk to", () =>
  withImageSite({ tool: "docker" }, async ({ navigator, folder, tree }) => {
    const nobody = { DOCKER_HOST: `unix://${folder}/nobody` };
    const dead = await navigator("build --builder docker", nobody);
    equal(dead.code, 1);
    match(dead.stderr, /Cannot connect to the Docker daemon at unix:.*\nhint: start the Docker/);
    const listener = Deno.listen({ transport: "unix", path: `${folder}/socket` });
    try {
      await Deno.chmod(`${folder}/socket`, 0);
      // Root without its powers is a user like others.
      const root = Deno.uid() === 0 ? ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] : [];
      const [program, ...args] = [...root, PROGRAM, "build", tree, "--builder", "docker"];
      const env = { DOCKER_HOST: `unix://${folder}/socket`, DOCKER_BUILDKIT: "0" };
      const { code, stderr } = await runProgram(program!, args, { env });
      equal(code, 1);
      match(stderr, /permission denied.*\nhint: .*add it to the group `docker`/);
    } finally {
      listener.close();
    }
  }));

Deno.test("without a name, the first tool that works builds", () =>
  withImageSite(
    { tool: "buildah", dockerfile: from("RUN true") },
    async ({ navigator, folder }) => {
      // podman is there and broken, docker has no daemon.
      await Deno.mkdir(`${folder}/bin`);
      await Deno.writeTextFile(`${folder}/bin/podman`, "#!/bin/sh\nexit 125\n", { mode: 0o755 });
      const path = `${folder}/bin:${part("NAVIGATOR_BUILDERS")}:${Deno.env.get("PATH")}`;
      const env = { PATH: path, DOCKER_HOST: "unix:///nowhere" };
      match((await navigator("build --dry-run", env)).stdout, /^buildah build --layers /);
    },
  ));

Deno.test("the build trusts the authority that it is given", () =>
  withRegistry("tls", async ({ address, ca }) => {
    // The registry stands for an index of packages: what counts is whether pip talks to it. It checks names, not addresses.
    const index = `https://localhost:${address.split(":")[1]}/simple`;
    const base = `navigator-test/index:${crypto.randomUUID()}`;
    const dockerfile = `${from()}\nENV PIP_INDEX_URL=${index} PIP_RETRIES=0\n`;
    await withImageSite({ tool: "docker", dockerfile }, async ({ navigator, tree, folder }) => {
      equal((await navigator(`build --builder docker --tag ${base}`)).code, 0);
      const again =
        `create --no-lint --model-name m --model-path m.onnx --framework-docker-image ${base}`;
      equal((await navigator(again)).code, 0);
      try {
        const line = `build ${tree} --builder docker`;
        const refused = await navigator(`${line} -- --network host`);
        equal(refused.code, 1);
        match(refused.stderr, /CERTIFICATE_VERIFY_FAILED[^]*^hint: .*--ca-certificate FILE$/m);
        await Deno.copyFile(ca, `${folder}/ca.pem`);
        const heard = await navigator(`${line} --ca-certificate ca.pem -- --network host`);
        equal(heard.code, 1);
        equal(/CERTIFICATE_VERIFY_FAILED/.test(heard.stderr), false, heard.stderr);
        match(heard.stderr, /No matching distribution found for perf-analyzer/);
      } finally {
        await command("docker", ["image", "rm", "--force", base]).output();
      }
    });
  }));

Deno.test("the context is what the Dockerfile copies, and nothing beside it", () =>
  withImageSite({
    tool: "docker",
    dockerfile: from(
      "COPY . /context",
      `RUN cd /context && find . -type f | sort # ${crypto.randomUUID()}`,
    ),
  }, async ({ navigator, run, tree }) => {
    for (const name of [".env", "toolkit.pem", "id_rsa"]) {
      await Deno.writeTextFile(`${tree}/${name}`, "GEHEIM");
    }
    const tag = `navigator-test/context:${crypto.randomUUID()}`;
    const { code, stderr } = await navigator(`build --builder docker --tag ${tag}`);
    await run("image", "rm", tag);
    equal(code, 0, stderr);
    const files = stderr.match(/^\.\/.*$/gm);
    const shipped = ["deployer.sh", "helm-navigator", "tester.sh"].map((name) =>
      `./toolkit/${name}`
    );
    equal(files, shipped);
  }));
