/** Torch-TensorRT runs on a GPU only: what its own code says that it takes is read, in an old and a new release. */

import { equal, ok } from "../support/assert.ts";
import { part, ROOT, runProgram } from "../support/program.ts";

/** Compares the keywords of our calls with the signatures in the sources. */
const KEYWORDS = `
import ast, sys
script, package = sys.argv[1:]
tree = lambda path: ast.walk(ast.parse(open(path).read()))
calls = lambda name: [node for node in tree(script)
                      if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == name]
[compiler] = [node for node in tree(f"{package}/ts/_compiler.py")
              if isinstance(node, ast.FunctionDef) and node.name == "compile"]
takes = {
    "compile": {one.arg for one in compiler.args.args + compiler.args.kwonlyargs},
    # This one asks for its keywords by name.
    "Input": {node.value for node in tree(f"{package}/_Input.py") if isinstance(node, ast.Constant)},
}
for name, known in takes.items():
    given = sorted({keyword.arg for call in calls(name) for keyword in call.keywords})
    unknown = [keyword for keyword in given if keyword not in known]
    print(f"{name}: unknown {unknown}" if unknown else f"{name}: {' '.join(given)}")
`;

Deno.test("Torch-TensorRT knows the options that we give it", async (t) => {
  const folder = part("NAVIGATOR_TORCH_TENSORRT");
  const releases = Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
  ok(releases.length === 2, `${releases}`);
  for (const release of releases) {
    await t.step(release, async () => {
      const script = `${ROOT}templates/converters/torch_to_tensorrt.py`;
      const args = ["-c", KEYWORDS, script, `${folder}/${release}/torch_tensorrt`];
      const { code, stdout, stderr } = await runProgram(part("NAVIGATOR_PYTHON"), args);
      equal(code, 0, stderr);
      equal(stdout.split("\n"), [
        "compile: disable_tf32 enabled_precisions inputs sparse_weights truncate_long_and_double " +
        "workspace_size",
        "Input: dtype max_shape min_shape opt_shape shape",
        "",
      ]);
    });
  }
});
