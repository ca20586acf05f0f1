/**
 * Kubeconfig files → how to reach the cluster of a context, where that takes no more than certificates
 * and a token: https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/
 */

import { dirname, resolve } from "node:path";

export interface KubeconfigFile {
  readonly path: string;
  readonly content: unknown;
}

/** A text, or the file that it stands in. */
export type TextOrFile = { readonly text: string } | { readonly file: string };

export interface PlainAccess {
  readonly url: string;
  readonly ca?: TextOrFile | undefined;
  readonly cert?: TextOrFile | undefined;
  readonly key?: TextOrFile | undefined;
  readonly token?: TextOrFile | undefined;
}

export interface KubeContext {
  readonly namespace: string | undefined;
  /** Undefined where only kubectl knows how: plugins, proxies, impersonation, and the like. */
  readonly access: PlainAccess | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/** What `PlainAccess` can say; anything else is for kubectl. */
const CLUSTER = ["server", "certificate-authority", "certificate-authority-data", "extensions"];
const USER = [
  "client-certificate",
  "client-certificate-data",
  "client-key",
  "client-key-data",
  "token",
  "tokenFile",
  "extensions",
];

/** Undefined where the files do not have the context: kubectl says it better. */
export function kubeContext(
  files: readonly KubeconfigFile[],
  wanted: string | undefined,
): KubeContext | undefined {
  const current = wanted ??
    files.map(({ content }) => text(fields(content)["current-context"])).find((name) => name);
  const context = entry(files, "contexts", "context", current);
  if (context === undefined) return undefined;
  const cluster = entry(files, "clusters", "cluster", text(context.value.cluster));
  const user = entry(files, "users", "user", text(context.value.user)) ??
    { value: {}, folder: "." };
  return {
    namespace: text(context.value.namespace),
    access: cluster && plainAccess(cluster, user),
  };
}

interface Entry {
  readonly value: Fields;
  /** Paths are relative to that of the file. */
  readonly folder: string;
}

/** Of entries of one name the first one counts. */
function entry(
  files: readonly KubeconfigFile[],
  list: string,
  kind: string,
  name: string | undefined,
): Entry | undefined {
  for (const { path, content } of files) {
    const entries = fields(content)[list];
    const found = (Array.isArray(entries) ? entries : []).map(fields)
      .find((each) => name !== undefined && each.name === name);
    if (found) return { value: fields(found[kind]), folder: dirname(path) };
  }
  return undefined;
}

function plainAccess(cluster: Entry, user: Entry): PlainAccess | undefined {
  const says = (entry: Entry, known: readonly string[]) =>
    Object.entries(entry.value).every(([key, value]) => known.includes(key) || !value);
  const url = text(cluster.value.server);
  if (!says(cluster, CLUSTER) || !says(user, USER) || !url?.startsWith("https://")) {
    return undefined;
  }
  const token = text(user.value.token);
  const tokenFile = text(user.value.tokenFile);
  return {
    url: url.replace(/\/$/, ""),
    ca: textOrFile(cluster, "certificate-authority"),
    cert: textOrFile(user, "client-certificate"),
    key: textOrFile(user, "client-key"),
    token: tokenFile
      ? { file: resolve(user.folder, tokenFile) }
      : token === undefined
      ? undefined
      : { text: token },
  };
}

/** The data wins over the file. */
function textOrFile({ value, folder }: Entry, key: string): TextOrFile | undefined {
  const data = text(value[`${key}-data`]);
  if (data !== undefined) return { text: atob(data) };
  const file = text(value[key]);
  return file === undefined ? undefined : { file: resolve(folder, file) };
}

function fields(value: unknown): Fields {
  return typeof value === "object" && value !== null ? value as Fields : {};
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
