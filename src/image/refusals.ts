/** What the refusals of docker, podman, buildah and the registries mean, and what to do then. */

import type { BuilderName } from "../config/image_options.ts";
import { parseImage } from "../plan/image_reference.ts";

interface Refusal {
  readonly pattern: RegExp;
  readonly hint: (builder: BuilderName, registry: string) => string;
}

/** The first that fits counts. */
const REFUSALS: readonly Refusal[] = [
  {
    pattern: /permission denied.*docker.*sock|dial unix.*permission denied/is,
    hint: () => "your user may not talk to the Docker daemon: add it to the group `docker`",
  },
  {
    pattern: /cannot connect to the docker daemon|is the docker daemon running/i,
    hint: () => "start the Docker daemon, or take another tool: --builder podman",
  },
  {
    pattern: /no space left on device/i,
    hint: (builder) => `free some space: ${CLEAN_UP[builder]}`,
  },
  {
    pattern: /CERTIFICATE_VERIFY_FAILED/,
    hint: () => "pip does not trust the server, or a proxy before it: --ca-certificate FILE",
  },
  {
    // And not the line of the Dockerfile that says so.
    pattern: /perf_analyzer does not start here: (?!\$1)/,
    hint: () =>
      "name an image that holds one for the same system: " +
      "--build-arg PERF_ANALYZER_IMAGE=nvcr.io/nvidia/tritonserver:YY.MM-py3-sdk",
  },
  {
    pattern:
      /unauthorized|authentication required|no basic auth|denied: requested access|requested access to the resource is denied|pull access denied|401 Unauthorized|403 Forbidden|invalid username\/password/i,
    hint: (builder, registry) => `log in first: ${builder} login ${registry}`,
  },
  {
    pattern: /x509: certificate signed by unknown authority|failed to verify certificate/i,
    hint: (builder, registry) =>
      `put the certificate of the registry's authority into ${
        CERTIFICATES[builder]
      }/${registry}/ca.crt`,
  },
  {
    pattern: /server gave HTTP response to HTTPS client/i,
    hint: (builder) =>
      builder === "docker"
        ? "the registry speaks plain http: list it under insecure-registries of the Docker daemon"
        : "the registry speaks plain http: `insecure = true` in registries.conf, or -- --tls-verify=false",
  },
  {
    pattern: /no such image|image not known|does not exist locally/i,
    hint: () => "build the image first: helm navigator build",
  },
  {
    pattern:
      /manifest.*(unknown|not found)|failed to create LLB definition: \S+: not found|name unknown|did not resolve to an alias/i,
    hint: () =>
      "a base image is not there: see ARG in the Dockerfile; --framework-docker-image of `create` changes it",
  },
  {
    pattern: /no such host/i,
    hint: (_, registry) => `no network knows the registry ${registry}: check its name`,
  },
];

const CLEAN_UP: Readonly<Record<BuilderName, string>> = {
  docker: "docker system prune",
  podman: "podman system prune",
  buildah: "buildah prune",
};

const CERTIFICATES: Readonly<Record<BuilderName, string>> = {
  docker: "/etc/docker/certs.d",
  podman: "/etc/containers/certs.d",
  buildah: "/etc/containers/certs.d",
};

/** @param image that is pushed; a build tells in its output what it pulls */
export function refusalHint(
  builder: BuilderName,
  { output, image }: { readonly output: string; readonly image?: string | undefined },
): string | undefined {
  const registry = image === undefined ? askedRegistry(output) : registryOf(image);
  return REFUSALS.find(({ pattern }) => pattern.test(output))?.hint(builder, registry);
}

/** By the address of the request, else by the name of the image. */
function askedRegistry(output: string): string {
  const host = /(?:"https?:\/\/|pulling from host )([^/"\s]+)/.exec(output)?.[1];
  if (host !== undefined) return host.replace(/^registry-1\.docker\.io$/, "docker.io");
  const named = /(?:docker:\/\/|load metadata for |pull access denied for |manifest for )([^\s,]+)/;
  return registryOf(named.exec(output)?.[1] ?? "");
}

/** A name without one is Docker Hub's. */
function registryOf(image: string): string {
  return parseImage(image).registry ?? "docker.io";
}

/** The connection was not there, or broke: another try may succeed. */
export function isNetworkTrouble(output: string): boolean {
  return /connection re(set|fused)|broken pipe|closed network connection|\bEOF\b|timeout|timed out|network is unreachable|no route to host|temporary failure in name resolution|unexpected (HTTP )?status.*50[0-4]/i
    .test(output);
}
