/** The generated charts as the real Helms render them. */

import { parseAllDocuments } from "yaml";
import { equal, match } from "./assert.ts";
import { part, PROGRAM, runProgram } from "./program.ts";

// deno-lint-ignore no-explicit-any
export type Manifest = any;

export interface Rendered {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The first object of a kind. */
  readonly kind: (name: string) => Manifest;
  readonly pod: Manifest;
  readonly deployer: Manifest;
  readonly server: Manifest;
  /** What the ConfigMap says. */
  readonly config: string;
}

export type Render = (...values: string[]) => Promise<Rendered>;

export interface Charts {
  readonly helm: string;
  readonly inference: string;
  readonly tester: string;
  /** What must be given, and these as `--set`. */
  readonly set: Render;
  readonly setTester: Render;
  readonly refused: (
    rows: readonly (readonly [string, RegExp])[],
    render?: Render,
  ) => Promise<void>;
}

export const REQUIRED = ["--set", "deployer.image=i:1", "--set", "deployer.modelUri=http://h/m"];
export const TESTER_REQUIRED = ["--set", "image=i:1"];

export async function render(
  helm: string,
  chart: string,
  args: readonly string[],
  release = "r",
): Promise<Rendered> {
  const { code, stdout, stderr } = await runProgram(helm, ["template", release, chart, ...args]);
  const parsed = code === 0 ? parseAllDocuments(stdout) : [];
  // A key that stands there twice is an error too.
  equal(parsed.flatMap((d) => d.errors), []);
  const documents = parsed.map((d) => d.toJS() as Manifest);
  const kind = (name: string) => documents.find((d) => d?.kind === name);
  const pod = (kind("Deployment") ?? kind("Job"))?.spec.template.spec;
  return {
    code,
    stdout,
    stderr,
    kind,
    pod,
    deployer: pod?.initContainers?.[0],
    server: pod?.containers[0],
    config: kind("ConfigMap")?.data["config.yaml"],
  };
}

/** Makes the charts of the model add_sub, in a folder of their own. */
export async function withCharts(
  helm: string,
  deed: (charts: Charts) => Promise<void>,
  flags: readonly string[] = ["--model-path", "m.onnx"],
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const tree = `${folder}/navigator_workspace/charts/add_sub`;
  const [inference, tester] = [`${tree}/add-sub-inference`, `${tree}/add-sub-tester`];
  const setting = (chart: string, required: readonly string[]): Render => (...values) =>
    render(helm, chart, [...required, ...values.flatMap((v) => ["--set", v])]);
  const set = setting(inference, REQUIRED);
  try {
    const args = ["create", "--model-name", "add_sub", ...flags, "--no-lint"];
    equal((await runProgram(PROGRAM, args, { cwd: folder })).code, 0);
    await deed({
      helm,
      inference,
      tester,
      set,
      setTester: setting(tester, TESTER_REQUIRED),
      refused: async (rows, render = set) => {
        for (const [value, message] of rows) {
          const { code, stderr } = await render(value);
          equal([value, code], [value, 1]);
          match(stderr, message);
        }
      },
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** One test for each Helm. */
export function inBothHelms(
  name: string,
  deed: (t: Deno.TestContext, charts: Charts) => Promise<void>,
  flags?: readonly string[],
): void {
  for (const helm of ["NAVIGATOR_HELM3", "NAVIGATOR_HELM4"]) {
    Deno.test(`${name}, in ${helm}`, (t) => withCharts(part(helm), (c) => deed(t, c), flags));
  }
}

/**
 * A variable's value as the container sees it: `$$` is `$`, and `$(NAME)` another variable.
 * https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
 */
export const seenInPod = (value: string): string =>
  value.replace(/\$(\$|\([^)]*\))/g, (_, next) => next === "$" ? "$" : "(another variable)");

export const names = (container: Manifest): string[] => container.env.map((e: Manifest) => e.name);

export const volume = (pod: Manifest, name: string): Manifest =>
  pod.volumes.find((v: Manifest) => v.name === name);
