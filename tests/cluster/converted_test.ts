/** A model that the init container converts: TorchScript in, ONNX served, PyTorch's own numbers out. */

import { equal, match } from "../support/assert.ts";
import { part, ROOT, runProgram } from "../support/program.ts";
import { sequence } from "../support/sequence.ts";
import {
  buildAndPush,
  createChart,
  kubectl,
  navigator,
  REGISTRY,
  serviceUrl,
  SMALL,
  succeeds,
  withSite,
} from "../support/site.ts";
import { docker } from "../support/triton.ts";

Deno.test("a TorchScript becomes ONNX in the cluster", (t) =>
  withSite(part("NAVIGATOR_HELM4"), "converted", async (site) => {
    const step = sequence(t);
    const served = `${site.folder}/served`;
    const base = part("NAVIGATOR_PYTORCH_IMAGE");

    await step("PyTorch makes the model, and says what it answers", async () => {
      await Deno.mkdir(served);
      await Deno.copyFile(`${ROOT}tests/support/torch_model.py`, `${served}/make.py`);
      const volume = `${served}:/work`;
      await docker("run", "--rm", "--volume", volume, base, "python3", "/work/make.py", "/work");
    });
    await step("create, build and push, on an image with PyTorch in it", async () => {
      await createChart(
        site,
        `--model-name tagger --model-path ${served}/model.pt --target-formats onnx
          --inputs signal:-1,3,-1:float32 label:-1:int64 --value-ranges label=0,9
          --outputs scores:-1,4:float32 best:-1:int64 --framework-docker-image ${base}`,
      );
      await buildAndPush(site, `${REGISTRY}/made-by-tests/tagger:0.1.0`);
    });
    await step("install", async () => {
      const line = `install --model-uri ${site.url}/model.pt --gpu-limit 0 --wait -- ${SMALL}`;
      await succeeds(navigator(site, line));
      const log = `logs deployment/tagger-inference --container deployer`;
      const said = await kubectl(`--namespace ${site.namespace} ${log}`);
      match(said, /^convert torchscript to onnx with torch\.onnx, opset 13$/m);
      match(said, /^compare onnx with torchscript: at most \S+ off/m);
    });
    await step("inference over the Service gives PyTorch's numbers", async () => {
      const url = await serviceUrl(site, "tagger-inference");
      const ask = [`${ROOT}tests/support/ask_triton.py`, "tagger", `${served}/answers.json`, url];
      const { stdout } = await succeeds(runProgram(part("NAVIGATOR_PYTHON"), ask));
      equal(stdout, "3 answers, the same numbers\n");
    });
  }));
