/** uninstall: removes a release, its tester's, and the secrets of its model URIs. */

import { helmGetMetadata, helmUninstall } from "../cluster/helm.ts";
import { kubectlDelete } from "../cluster/kubectl.ts";
import { secretSelector } from "../cluster/model_uri_secret.ts";
import { type Target, targetOf } from "../cluster/target.ts";
import { ToolError } from "../errors.ts";
import { testerRelease } from "../plan/names.ts";
import type { World } from "../world.ts";
import { releaseOf, sortWords } from "./find_chart.ts";
import type { uninstallOptions } from "./options.ts";
import type { Invocation } from "./verb.ts";

export async function uninstall(
  { settings, words, rest }: Invocation<typeof uninstallOptions>,
  world: World,
): Promise<void> {
  const release = await releaseOf(await sortWords(words, world.files), world, settings);
  const target = targetOf(settings, world.env);
  const tester = testerRelease(release);
  const chart = await chartOf(target, release, world);
  if (chart !== undefined && !chart.endsWith("-inference")) {
    throw new ToolError(`release ${release} holds the chart ${chart}, which serves no model`, {
      hint: `to remove it all the same: helm uninstall ${release}`,
    });
  }
  const hasTester = (await chartOf(target, tester, world))?.endsWith("-tester") ?? false;
  if (hasTester) await world.exec(helmUninstall(target, tester));
  if (chart !== undefined) await world.exec(helmUninstall(target, release, rest));
  const { stdout } = await world.exec(kubectlDelete(target, "secrets", secretSelector(release)));
  if (chart === undefined && !hasTester && !stdout.includes("deleted")) {
    throw new ToolError(`release ${release} is not found`, {
      hint: "`helm list` shows the releases of the namespace",
    });
  }
  world.streams.out(release);
}

/** The name of the chart that a release holds; undefined when there is no such release. */
async function chartOf(
  target: Target,
  release: string,
  world: World,
): Promise<string | undefined> {
  try {
    const { stdout } = await world.exec(helmGetMetadata(target, release));
    return (JSON.parse(stdout) as { chart: string }).chart;
  } catch (error) {
    const said = error instanceof ToolError ? error.details.output ?? "" : "";
    // A name that is too long for a release is that of none.
    if (/not found|release name is invalid/i.test(said)) return undefined;
    throw error;
  }
}
