/** `up`: all in one go; after a failure it goes on where it stopped, and does nothing twice. */

import { equal, match } from "../support/assert.ts";
import { type Outcome, part, ROOT } from "../support/program.ts";
import { sequence } from "../support/sequence.ts";
import { navigator, objects, REGISTRY, type Site, succeeds, withSite } from "../support/site.ts";

const SMALL = "--set deployer.resources.requests.cpu=50m --set server.resources.requests.cpu=50m";

/** Each step with what was said of it. */
function steps({ stderr }: Outcome): string[] {
  return [...stderr.matchAll(/^==> \d\/5 (.*)$/gm)].map(([, step]) => step!);
}

async function writeConfig(site: Site, more: Readonly<Record<string, string>>): Promise<void> {
  const example = await Deno.readTextFile(`${ROOT}examples/magika/navigator.yaml`);
  const settings = {
    model_path: part("NAVIGATOR_EXAMPLE_MODEL"),
    container_version: "24.10",
    framework_docker_image: part("NAVIGATOR_FRAMEWORK_IMAGE"),
    triton_docker_image: part("NAVIGATOR_TRITON_IMAGE"),
    batch_sizes: "[1]",
    concurrency: "[1]",
    measurement_seconds: "0.3",
    ...more,
  };
  const lines = Object.entries(settings).map(([key, value]) => `${key}: ${value}\n`);
  const text = example.replace(/^model_path:.*\n/m, "") + lines.join("");
  await Deno.writeTextFile(`${site.folder}/navigator.yaml`, text);
}

Deno.test("up: from the model to the measured endpoint", (t) =>
  withSite(part("NAVIGATOR_HELM4"), "up", async (site) => {
    const step = sequence(t);
    const up = (image: string) =>
      navigator(
        site,
        `up --config-path navigator.yaml --image ${image} --gpu-limit 0
          --model-uri ${site.url}/model.onnx?signature=GEHEIM -- ${SMALL}`,
      );
    const image = `${REGISTRY}/made-by-tests/up:1`;

    await step("it stops where something is wrong, and says that it can go on", async () => {
      await writeConfig(site, {});
      // For the builder's cache: what `up` passes on goes to helm, and a build here needs a network.
      await succeeds(navigator(site, "create --config-path navigator.yaml"));
      await succeeds(navigator(site, "build -- --network host"));
      const { code, stderr } = await up("127.0.0.1:1/made-by-tests/up:1");
      equal(code, 1);
      match(stderr, /^stopped at push: once that is mended, `up` goes on from there$/m);
      equal(await objects(site), []);
    });
    await step("it goes on from there, to a threshold that is missed", async () => {
      await writeConfig(site, { threshold: "p50:max=1us" });
      const outcome = await up(image);
      equal(outcome.code, 1, outcome.stderr);
      equal(steps(outcome), [
        "create",
        "build: nothing has changed, magika:0.1.0 is there",
        "push",
        "install",
        "test",
      ]);
      match(outcome.stdout, /^missed p50:max=1us/m);
      equal(`${outcome.stdout}${outcome.stderr}`.includes("GEHEIM"), false);
      match((await succeeds(navigator(site, "status"))).stdout, /1\/1 serving/);
    });
    await step("a threshold that is kept", async () => {
      await writeConfig(site, { threshold: "p50:max=60s" });
      const outcome = await succeeds(up(image));
      equal(steps(outcome).slice(1, 3), [
        "build: nothing has changed, magika:0.1.0 is there",
        `push: nothing has changed, ${image} is there`,
      ]);
      match(outcome.stdout, /^kept p50:max=60s$/m);
    });
    await step("what has not changed is not done again", async () => {
      const outcome = await succeeds(up(image));
      equal(steps(outcome), [
        "create",
        "build: nothing has changed, magika:0.1.0 is there",
        `push: nothing has changed, ${image} is there`,
        "install: nothing has changed, and it serves",
        "test: nothing has changed since the last one",
      ]);
      equal(outcome.stdout, "");
    });
    await step("what the user has removed is installed again", async () => {
      await succeeds(navigator(site, "uninstall"));
      equal(steps(await succeeds(up(image))).slice(3), ["install", "test"]);
    });
  }));
