/** What is asked before an install, and what is answered. */

import type { KubeNode } from "../cluster/kube_node.ts";
import type { Problem } from "../errors.ts";
import type { RenderedRelease } from "./render_release.ts";

/** What must be mended before, and what the user should know. */
export interface Remarks {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

export interface Preflight extends Remarks {
  /** A device stays free beside those that the release takes; without one there is room anyway. */
  readonly spare: boolean;
}

export interface PreflightRequest {
  readonly namespace: string;
  readonly release: string;
  readonly rendered: RenderedRelease;
  readonly nodes: readonly KubeNode[] | undefined;
  /** As the user gave it now, with its signature. */
  readonly modelUri: string | undefined;
  /** A secret that `install` will make. */
  readonly made: string | undefined;
  /** The release is there already. */
  readonly upgrades: boolean;
  /** Helm makes the namespace. */
  readonly makesNamespace: boolean;
  readonly waits: boolean;
}
