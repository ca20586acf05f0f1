/** uninstall: removes a release, its tester's, and the secret of its model URI. */

import { helmStatus, helmUninstall } from "../cluster/helm.ts";
import { kubectlDelete } from "../cluster/kubectl.ts";
import { secretSelector } from "../cluster/model_uri_secret.ts";
import { targetOf } from "../cluster/target.ts";
import { testerRelease } from "../plan/names.ts";
import type { World } from "../world.ts";
import { releaseOf, sortWords } from "./find_chart.ts";
import type { uninstallOptions } from "./options.ts";
import type { Invocation } from "./verb.ts";

export async function uninstall(
  { settings, words, rest }: Invocation<typeof uninstallOptions>,
  world: World,
): Promise<void> {
  const release = await releaseOf(await sortWords(words, world.files), world.files);
  const target = targetOf(settings, world.env);
  await world.exec(helmStatus(target, release));
  await world.exec(helmUninstall(target, testerRelease(release)));
  await world.exec(helmUninstall(target, release, rest));
  await world.exec(kubectlDelete(target, "secrets", secretSelector(release)));
  world.streams.out(release);
}
