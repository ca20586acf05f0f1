import type { Config } from "../../../src/config/schema.ts";
import type { Format } from "../../../src/model/format.ts";
import { planModelConfig } from "../../../src/triton/model_config.ts";
import { modelTree } from "../../../src/triton/repository.ts";
import { equal } from "../../support/assert.ts";

const config = { model_name: "m", model_version: 2, batching: "static" } as Config;
const model = (format: Format) => planModelConfig({ config, format, signature: {} });
const links = (tree: ReturnType<typeof modelTree>) =>
  [...tree].map(([path, content]) => "linkTo" in content ? `${path} < ${content.linkTo}` : path);

Deno.test("repository: a model file, and what lies beside it", () => {
  const tree = modelTree(model("onnx"), { main: "/d/a", others: new Map([["w/b.bin", "/d/b"]]) });
  equal(links(tree), ["config.pbtxt", "2/model.onnx < /d/a", "2/w/b.bin < /d/b"]);
});

Deno.test("repository: a SavedModel is a folder", () => {
  const others = new Map([["saved_model.pb", "/d/a"], ["variables/v", "/d/v"]]);
  equal(links(modelTree(model("tf-savedmodel"), { others })), [
    "config.pbtxt",
    "2/model.savedmodel/saved_model.pb < /d/a",
    "2/model.savedmodel/variables/v < /d/v",
  ]);
});
