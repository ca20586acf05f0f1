/** A chart as Helm renders it for the versions of Kubernetes that count, placeholders filled in. */

import { basename, join } from "node:path";
import { helmTemplate } from "../cluster/helm.ts";
import { helmProgram } from "../cluster/target.ts";
import { parseYaml } from "../config/parse_yaml.ts";
import { isReleaseName } from "../plan/names.ts";
import type { Finding } from "../review/finding.ts";
import { isUsageError, renderFailure } from "../review/helm_words.ts";
import type { Rendering } from "../review/review.ts";
import { KUBE_VERSIONS } from "../review/schema.ts";
import type { World } from "../world.ts";
import type { ChartDirectory } from "./find_charts.ts";
import { refusal } from "./refusal.ts";

export interface RenderedChart {
  readonly renderings: readonly Rendering[];
  /** Why there are fewer renderings than versions. */
  readonly findings: readonly Finding[];
}

export interface RenderRequest {
  readonly namespace: string | undefined;
  /** Flags of `helm template`. */
  readonly rest: readonly string[];
}

export async function renderChart(
  { path, takesValues }: ChartDirectory,
  { namespace, rest }: RenderRequest,
  world: World,
): Promise<RenderedChart> {
  const read = async (file: string) => {
    try {
      return parseYaml(await world.files.readText(join(path, file)));
    } catch {
      return undefined; // Helm says it better.
    }
  };
  const values = placeholders(await read("values.yaml"));
  const name = (await read("Chart.yaml") as { name?: unknown } | undefined)?.name;
  const outcomes = await Promise.all(KUBE_VERSIONS.map(async (version) => {
    const command = helmTemplate(helmProgram(world.env), {
      release: releaseName(name ?? basename(world.files.absolute(path))),
      chart: path,
      kubeVersion: version,
      namespace,
      values,
      rest: takesValues ? rest : [],
    });
    const { code, stdout, stderr } = await world.exec(command, { accept: "any" });
    if (code !== 0 && isUsageError(stderr)) throw refusal(command, code, stderr);
    return code === 0 ? { version, text: stdout } : renderFailure(stderr, version);
  }));
  return {
    renderings: outcomes.filter((outcome) => "text" in outcome),
    findings: outcomes.filter((outcome) => "id" in outcome),
  };
}

/** What our charts require and have no value for; what the user gives wins. */
function placeholders(values: unknown): object {
  const { deployer, tester, image } = (values ?? {}) as {
    readonly deployer?: { readonly image?: unknown; readonly modelUri?: unknown } | null;
    readonly tester?: unknown;
    readonly image?: unknown;
  };
  const name = "registry.example.com/placeholder:0.1.0";
  if (typeof tester === "object" && image === null) return { image: name };
  if (typeof deployer !== "object" || deployer === null) return {};
  return {
    deployer: {
      ...(deployer.image === null ? { image: name } : {}),
      ...(deployer.modelUri === null ? { modelUri: "https://example.com/placeholder" } : {}),
    },
  };
}

/** As `install` calls it, where the chart's name can be that of a release. */
function releaseName(chart: unknown): string {
  const name = String(chart);
  return isReleaseName(name) ? name : "release";
}
