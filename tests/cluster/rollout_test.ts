/** Two releases side by side, in a namespace that enforces `restricted`, and new models under load. */

import { equal, ok } from "../support/assert.ts";
import { type Answers, underLoad } from "../support/load.ts";
import { helmHome, part, ROOT, runProgram } from "../support/program.ts";
import { sequence } from "../support/sequence.ts";
import {
  buildAndPush,
  createChart,
  kubectl,
  navigator,
  REGISTRY,
  serviceUrl,
  type Site,
  SMALL,
  succeeds,
  withSite,
} from "../support/site.ts";
import { until } from "../support/until.ts";

const [OLD, NEW] = [2, 3];

/** A model whose answers tell which one it is. */
async function serveModel({ folder }: Site, factor: number): Promise<void> {
  await Deno.mkdir(`${folder}/served`, { recursive: true });
  const args = [`${ROOT}tests/support/factor_model.py`, modelFile(folder, factor), `${factor}`];
  await succeeds(runProgram(part("NAVIGATOR_PYTHON"), args));
}

function modelFile(folder: string, factor: number): string {
  return `${folder}/served/${factor}.onnx`;
}

/** The models that answered, each once, in the order in which they first did. */
function models({ factors }: Answers): number[] {
  return [...new Set(factors)];
}

/** Pods on their way out may answer for a moment after helm has done with waiting. */
async function onlyAnswers(url: string, factor: number): Promise<void> {
  const some = () => new Promise<void>((resolve) => setTimeout(resolve, 500));
  await until(async () => {
    const answers = await underLoad(url, some);
    equal(answers.failures, []);
    return `${models(answers)}` === `${factor}`;
  });
}

Deno.test("new models under load, beside another release", (t) =>
  withSite(part("NAVIGATOR_HELM4"), "rollout", async (site) => {
    const step = sequence(t);
    const helm3 = part("NAVIGATOR_HELM3");
    const home = `${site.folder}/helm3`;
    const site3 = { ...site, helm: helm3, env: await helmHome(helm3, home) };
    const uri = (factor: number) => `--model-uri ${site.url}/${factor}.onnx`;
    const urls = { many: "", one: "" };
    const common = `--gpu-limit 0 --wait`;

    await step("create, build and push", async () => {
      await serveModel(site, OLD);
      await serveModel(site, NEW);
      const model = modelFile(site.folder, OLD);
      await createChart(site, `--model-name factor --model-path ${model}`);
      await buildAndPush(site, `${REGISTRY}/made-by-tests/factor:0.1.0`);
    });
    await step("install two releases, by Helm 4 and by Helm 3, one of two pods", async () => {
      const many = `install ${
        uri(OLD)
      } ${common} --replicas 2 -- ${SMALL} --set rollout.surge=true`;
      const one = `install other-inference ${uri(OLD)} ${common} -- ${SMALL}
        --set rollout.surge=false`;
      await succeeds(navigator(site, many));
      await succeeds(navigator(site3, one));
      urls.many = await serviceUrl(site, "factor-inference");
      urls.one = await serviceUrl(site, "other-inference");
      for (const url of Object.values(urls)) await onlyAnswers(url, OLD);
      const ready = "jsonpath={.items[*].status.readyReplicas}";
      equal(await kubectl(`get deployments --namespace ${site.namespace} -o ${ready}`), "2 1");
    });

    await step("a new model with a spare pod: no request fails", async () => {
      const answers = await underLoad(urls.many, async () => {
        await succeeds(navigator(site, `install ${uri(NEW)} --wait`));
      });
      equal([answers.failures, models(answers)], [[], [OLD, NEW]]);
      ok(answers.factors.length > 100, `${answers.factors.length} answers`);
      await onlyAnswers(urls.many, NEW);
    });
    await step("helm rollback brings the old model back: no request fails", async () => {
      const args = ["rollback", "factor-inference", "1", "--namespace", site.namespace, "--wait"];
      const answers = await underLoad(urls.many, async () => {
        await succeeds(runProgram(site.helm, args, { env: site.env }));
      });
      equal([answers.failures, models(answers)], [[], [NEW, OLD]]);
      await onlyAnswers(urls.many, OLD);
    });
    await step("two pods and no spare one: one serves while the other starts", async () => {
      const line = `install ${uri(NEW)} --wait -- --set rollout.surge=false`;
      const answers = await underLoad(urls.many, async () => {
        await succeeds(navigator(site, line));
      });
      equal([answers.failures, models(answers)], [[], [OLD, NEW]]);
      await onlyAnswers(urls.many, NEW);
    });
    await step(
      "one pod and no spare one: a gap, which the other release does not see",
      async () => {
        let gap: Answers | undefined;
        const line = `install other-inference ${uri(NEW)} --wait -- --set rollout.surge=false`;
        const beside = await underLoad(urls.many, async () => {
          gap = await underLoad(urls.one, async () => {
            await succeeds(navigator(site3, line));
          });
        });
        equal(models(gap!), [OLD, NEW]);
        ok(gap!.failures.length > 0, "the gap was not seen");
        equal([beside.failures, models(beside)], [[], [NEW]]);
        await onlyAnswers(urls.one, NEW);
      },
    );
  }));
