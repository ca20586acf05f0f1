/** Helm, started before it is known what it shall install: that comes when the plan is made. */

import { type HelmRelease, helmUpgradeInstallEarly, restOfValues } from "../cluster/helm.ts";
import type { Target } from "../cluster/target.ts";
import type { World } from "../world.ts";

/** Disposed of before `install`, nothing is installed. */
export interface EarlyHelm extends AsyncDisposable {
  /** Of no effect when it has started. */
  start(): void;
  /** Comes back when helm has done it. */
  install(values: object): Promise<unknown>;
}

export function earlyHelm(target: Target, request: HelmRelease, world: World): EarlyHelm {
  const { promise: more, resolve, reject } = Promise.withResolvers<string>();
  let run: Promise<unknown> | undefined;
  const start = () => {
    run ??= world.exec(helmUpgradeInstallEarly(target, request), { more });
    run.catch(() => {}); // Told by `install`.
    return run;
  };
  return {
    start,
    install: (values) => {
      resolve(restOfValues(values));
      return start();
    },
    [Symbol.asyncDispose]: async () => {
      more.catch(() => {}); // Nobody waits for it when nothing has started.
      reject(new Error("there is nothing to install"));
      await run?.catch(() => {});
    },
  };
}
