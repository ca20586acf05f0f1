/** What Helm has noted of a release: read from where it keeps it, since a helm for that takes long. */

import type { KubeApi } from "../world.ts";
import { askKube, corePath, NAMES_ONLY } from "./kube_api.ts";

export interface HelmRecord {
  readonly chart: string;
  readonly version: number;
  /** `deployed`, `failed`, `pending-upgrade` … */
  readonly status: string;
  /** The values that installs have given so far. */
  readonly values: object;
}

interface Names {
  readonly items?: readonly {
    readonly metadata?: { readonly labels?: Readonly<Record<string, string>> };
  }[];
}

/**
 * Undefined where there is none, or where this account may not look.
 * https://helm.sh/docs/topics/advanced/#storage-backends, and Helm's pkg/storage/driver
 */
export async function readHelmRecord(
  api: KubeApi,
  namespace: string,
  release: string,
): Promise<HelmRecord | undefined> {
  const selector = encodeURIComponent(`owner=helm,name=${release}`);
  const path = corePath(namespace, "secrets");
  const names = await askKube<Names>(api, `${path}?labelSelector=${selector}`, {
    accept: NAMES_ONLY,
  });
  const labels = (names.is === "there" ? names.value.items ?? [] : [])
    .map(({ metadata }) => metadata?.labels ?? {})
    .toSorted((a, b) => Number(b.version) - Number(a.version));
  // Upgrades build on what is deployed, whatever has failed since.
  const current = labels.find(({ status }) => status === "deployed") ?? labels[0];
  if (current === undefined) return undefined;
  const secret = await askKube<{ data?: { release?: string } }>(
    api,
    corePath(namespace, "secrets", secretName(release, current.version ?? "")),
  );
  const text = secret.is === "there" ? secret.value.data?.release : undefined;
  return text === undefined ? undefined : await parseRecord(text, labels[0]?.status ?? "");
}

function secretName(release: string, version: string): string {
  return `sh.helm.release.v1.${release}.v${version}`;
}

/** @param latest the status of the newest version */
async function parseRecord(text: string, latest: string): Promise<HelmRecord> {
  const bytes = Uint8Array.from(atob(atob(text)), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const { chart, config, version } = await new Response(stream).json() as {
    readonly chart?: { readonly metadata?: { readonly name?: string } };
    readonly config?: object | null;
    readonly version?: number;
  };
  return {
    chart: chart?.metadata?.name ?? "",
    version: version ?? 0,
    status: latest,
    values: config ?? {},
  };
}
