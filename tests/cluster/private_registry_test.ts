/** A registry that asks for a login: push, and pull with the secret that `secret registry` makes. */

import { equal, match, ok } from "../support/assert.ts";
import {
  PASSWORD,
  PRIVATE_REGISTRY,
  USER,
  withPrivateRegistry,
} from "../support/private_registry.ts";
import { part, runProgram } from "../support/program.ts";
import { sequence } from "../support/sequence.ts";
import {
  createChart,
  EXAMPLE,
  inferOverService,
  navigator,
  SMALL,
  succeeds,
  withSite,
} from "../support/site.ts";
import { until } from "../support/until.ts";

Deno.test("an image in a private registry", (t) =>
  withSite(
    part("NAVIGATOR_HELM3"),
    "registry",
    (site) =>
      withPrivateRegistry(site.folder, async () => {
        const step = sequence(t);
        const env = { DOCKER_CONFIG: `${site.folder}/docker` };
        const image = `${PRIVATE_REGISTRY}/made-by-tests/private:0.1.0`;
        const push = `push --image ${image}`;
        await step("push without a login: the hint says how to get one", async () => {
          await createChart(site, `${EXAMPLE()} --chart-name private`);
          await succeeds(navigator(site, "build -- --network host"));
          const { code, stderr } = await navigator(site, push, { env });
          equal(code, 1, stderr);
          match(stderr, /^hint: log in first: docker login/m);
        });
        await step("docker login, push", async () => {
          const args = ["login", PRIVATE_REGISTRY, "--username", USER, "--password-stdin"];
          await succeeds(runProgram("docker", args, { env, input: PASSWORD }));
          const { stdout } = await succeeds(navigator(site, push, { env }));
          ok(stdout.startsWith(`${image}@sha256:`), stdout);
        });
        const install = `install private-inference --gpu-limit 0
        --model-uri ${site.url}/model.onnx`;
        await step("install without the secret: status says what is missing", async () => {
          await succeeds(navigator(site, `${install} -- ${SMALL}`));
          const says = async () => (await navigator(site, "status")).stdout;
          await until(async () => /pulling.*cannot pull the image/s.test(await says()));
          match(await says(), /401 Unauthorized/);
        });
        await step("a secret from docker's own configuration, a password by hand", async () => {
          const file = `${env.DOCKER_CONFIG}/config.json`;
          const { stderr } = await succeeds(
            navigator(site, `secret registry images --from-file ${file}`),
          );
          match(stderr, /^use it: helm navigator install --pull-secret images$/m);
          const byHand = `secret registry images --registry ${PRIVATE_REGISTRY} --username ${USER}
          --from-file -`;
          const again = await succeeds(navigator(site, byHand, { input: `${PASSWORD}\n` }));
          match(again.stderr, /^secret images holds these credentials already$/m);
        });
        await step("install with the secret serves", async () => {
          await succeeds(navigator(site, "install --pull-secret images --wait"));
          await inferOverService(site, "private-inference");
        });
      }),
  ));
