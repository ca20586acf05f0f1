/** A real Triton that serves the example's model, and the tester in a deployer image. */

import { equal } from "./assert.ts";
import { type Outcome, part, PROGRAM, ROOT, runProgram } from "./program.ts";
import { docker } from "./triton.ts";

const CONFIGURATION = `name: "magika"
backend: "onnxruntime"
max_batch_size: 8
dynamic_batching { }
input [{ name: "bytes" data_type: TYPE_INT32 dims: [2048] }]
output [{ name: "target_label" data_type: TYPE_FP32 dims: [214] }]
instance_group [{ kind: KIND_CPU count: 1 }]
`;

/** Keeps a copy of the samples before the real program reads them. */
const SPY = `#!/bin/sh
for word in "$@"; do
  [ "$before" != --input-data ] || cp "$word" /seen/input.json
  before=$word
done
PATH=\${PATH#*:} exec perf_analyzer "$@"
`;

export interface TesterSite {
  /** Of Triton's container. */
  readonly server: string;
  readonly folder: string;
  readonly network: string;
  readonly image: string;
}

export interface Bases {
  readonly framework: string;
  /** Holds a perf_analyzer; without, its wheel fits the framework image. */
  readonly sdk?: string;
}

/** The image that `create` and `docker build` make. */
async function deployerImage(folder: string, { framework, sdk }: Bases): Promise<string> {
  const created = await runProgram(PROGRAM, [
    "create",
    "--no-lint",
    ...["--config-path", `${ROOT}examples/magika/navigator.yaml`],
    ...["--model-path", part("NAVIGATOR_EXAMPLE_MODEL")],
    ...["--framework-docker-image", framework],
    ...["--workspace-path", folder],
  ]);
  equal(created.code, 0, created.stderr);
  const tag = `navigator-test/evaluate:${framework.split("/").at(-1)!.split(":")[0]}`;
  const from = sdk === undefined ? [] : ["--build-arg", `PERF_ANALYZER_IMAGE=${sdk}`];
  const build = ["build", "--quiet", "--network", "host", ...from];
  await docker(...build, "--tag", tag, created.stdout.trim());
  return tag;
}

export async function withTriton(
  bases: Bases,
  deed: (site: TesterSite) => Promise<void>,
): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  const name = `navigator-evaluate-${crypto.randomUUID().slice(0, 8)}`;
  try {
    const image = await deployerImage(folder, bases);
    await Deno.mkdir(`${folder}/models/magika/1`, { recursive: true });
    await Deno.writeTextFile(`${folder}/models/magika/config.pbtxt`, CONFIGURATION);
    await Deno.copyFile(part("NAVIGATOR_EXAMPLE_MODEL"), `${folder}/models/magika/1/model.onnx`);
    await Deno.mkdir(`${folder}/spy`);
    await Deno.writeTextFile(`${folder}/spy/perf_analyzer`, SPY, { mode: 0o755 });
    await Deno.mkdir(`${folder}/seen`);
    // The tester runs as another user.
    for (const path of ["", "/spy", "/models"]) await Deno.chmod(folder + path, 0o755);
    await Deno.chmod(`${folder}/seen`, 0o777);
    await docker("network", "create", name);
    await docker(
      ...["run", "--detach", "--name", name, "--network", name, "--network-alias", "triton"],
      ...["--shm-size", "256m", "--volume", `${folder}/models:/models:ro`],
      part("NAVIGATOR_TRITON_IMAGE"),
      ...["tritonserver", "--model-repository=/models", "--disable-auto-complete-config"],
    );
    await deed({ server: name, folder, network: name, image });
  } finally {
    await runProgram("docker", ["rm", "--force", name]);
    await runProgram("docker", ["network", "rm", name]);
    await Deno.remove(folder, { recursive: true });
  }
}

/** As the tester's pod: another user, a root filesystem that nobody writes. */
export async function evaluate(
  site: TesterSite,
  config: Readonly<Record<string, unknown>>,
): Promise<Outcome> {
  const { folder, network, image } = site;
  const path = `${folder}/config.yaml`;
  await Deno.writeTextFile(path, JSON.stringify({ model_name: "magika", ...config }));
  return await runProgram("docker", [
    ...["run", "--rm", "--network", network, "--user", "1000:1000", "--read-only"],
    ...["--tmpfs", "/tmp", "--env", "SERVER_URL=http://triton:8000"],
    ...["--volume", `${path}:/etc/navigator/config.yaml:ro`],
    ...["--volume", `${folder}/spy:/spy:ro`, "--volume", `${folder}/seen:/seen`],
    image,
    ...["sh", "-c", 'PATH=/spy:$PATH exec "$0" "$@"', "/opt/navigator/tester.sh"],
    ...["--config-path", "/etc/navigator/config.yaml"],
  ]);
}

/** Samples of the model's, and short windows. */
export const QUICK = {
  measurement_seconds: 0.3,
  ready_seconds: 60,
  value_ranges: { bytes: [0, 256] },
};
