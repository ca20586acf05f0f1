/** `push` over a network that breaks, and to a registry that speaks TLS. */

import { equal, match, ok } from "../support/assert.ts";
import { freePort, withRegistry } from "../support/builders.ts";
import { cutLine } from "../support/cut_line.ts";
import { type ImageSite, withImageSite } from "../support/image_site.ts";
import { part } from "../support/program.ts";
import { docker } from "../support/triton.ts";
import { until } from "../support/until.ts";

const TOOLS = ["docker", "podman", "buildah"] as const;
const PLAIN = "127.0.0.1:5000";

/** A layer that takes a while: 8 MB that nobody can compress. */
const dockerfile = () =>
  `FROM ${part("NAVIGATOR_FRAMEWORK_IMAGE")}\n` +
  `RUN head -c 8000000 /dev/urandom >/big # ${crypto.randomUUID()}\n`;

async function built({ navigator, builder }: ImageSite): Promise<string> {
  const tag = `navigator-test/push:${crypto.randomUUID()}`;
  const { code, stderr } = await navigator(`build --builder ${builder} --tag ${tag}`);
  equal(code, 0, stderr);
  return tag;
}

for (const tool of TOOLS) {
  Deno.test(`${tool}: a push goes on after the network went away`, async () => {
    await using line = cutLine({ to: PLAIN, cuts: 1, after: 1_000_000 });
    const registries = [line.address];
    await withImageSite({ tool, registries, dockerfile: dockerfile() }, async (site) => {
      const tag = await built(site);
      const image = `${line.address}/made-by-tests/${tool}:1`;
      try {
        const { code, stdout, stderr } = await site.navigator(`push --image ${image}`);
        equal(code, 0, stderr);
        ok(stdout.startsWith(`${image}@sha256:`), stdout);
        equal(line.cuts, 1);
        // docker tries again by itself when it has begun; the others leave that to us.
        match(stderr, tool === "docker" ? /Retrying in/ : /failed: pushing again in 1 s/);
      } finally {
        await site.run("image", "rm", tag, image);
      }
    });
  });

  Deno.test(`${tool}: Ctrl-C during push leaves nothing`, async () => {
    await using line = cutLine({ to: PLAIN, cuts: 0 });
    const registries = [line.address];
    await withImageSite({ tool, registries, dockerfile: dockerfile() }, async (site) => {
      const tag = await built(site);
      const image = `${line.address}/made-by-tests/${tool}:1`;
      const env = { TMPDIR: `${site.folder}/tmp` };
      await Deno.mkdir(env.TMPDIR);
      try {
        const child = site.start(`push --image ${image}`, env);
        await until(() => Promise.resolve(line.asked));
        child.kill("SIGINT");
        equal((await child.output()).code, 130);
        const left = [...Deno.readDirSync(env.TMPDIR)].map(({ name }) => name);
        // What Deno compiled is its own.
        equal(left.filter((name) => !name.startsWith("deno-compile")), []);
      } finally {
        await site.run("image", "rm", tag, image);
      }
    });
  });

  Deno.test(`${tool}: a registry with an authority of its own`, () =>
    withRegistry(
      "tls",
      (registry) =>
        withImageSite({ tool, dockerfile: dockerfile() }, async (site) => {
          const tag = await built(site);
          const image = `${registry.address}/team/m:1`;
          const line = `push --image ${image}`;
          try {
            const refused = await site.navigator(line);
            equal(refused.code, 1);
            const place = `/etc/${tool === "docker" ? tool : "containers"}/certs.d`;
            match(
              refused.stderr,
              new RegExp(`^hint: put .* into ${place}/${registry.address}/ca.crt$`, "m"),
            );
            const { code, stdout, stderr } = tool === "docker"
              ? await trusting(registry, () => site.navigator(line))
              : await site.navigator(
                `${line} -- --cert-dir ${await certificates(site, registry.ca)}`,
              );
            equal(code, 0, stderr);
            ok(stdout.startsWith(`${image}@sha256:`), stdout);
          } finally {
            await site.run("image", "rm", tag, image);
          }
        }),
    ));
}

async function certificates({ folder }: ImageSite, ca: string): Promise<string> {
  await Deno.mkdir(`${folder}/certificates`);
  await Deno.copyFile(ca, `${folder}/certificates/ca.crt`);
  return `${folder}/certificates`;
}

/** The daemon reads it from /etc, where only root writes: a container does. */
async function trusting<T>(
  { address, ca }: { readonly address: string; readonly ca: string },
  deed: () => Promise<T>,
): Promise<T> {
  const inEtc = (script: string) =>
    docker(
      ...["run", "--rm", "--volume", "/etc:/host", "--volume", `${ca}:/ca.crt:ro`],
      ...[part("NAVIGATOR_FRAMEWORK_IMAGE"), "sh", "-ec", script],
    );
  const place = `/host/docker/certs.d/${address}`;
  await inEtc(`mkdir -p ${place} && cp /ca.crt ${place}`);
  try {
    return await deed();
  } finally {
    await inEtc(
      `rm -r ${place}; rmdir --ignore-fail-on-non-empty /host/docker/certs.d /host/docker || true`,
    );
  }
}

Deno.test("docker: a registry that is not there is asked again, and then said", () =>
  withImageSite({ tool: "docker", dockerfile: dockerfile() }, async (site) => {
    const tag = await built(site);
    const image = `127.0.0.1:${freePort("127.0.0.1")}/nobody/m:1`;
    try {
      const { code, stderr } = await site.navigator(`push --image ${image}`);
      equal(code, 1);
      equal(stderr.match(/pushing again in \d+ s/g)?.length, 3);
      match(stderr, /error: `docker push` failed.*connection refused/s);
    } finally {
      await site.run("image", "rm", tag, image);
    }
  }));
