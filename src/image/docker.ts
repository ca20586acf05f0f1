/** What docker wants to hear, and what its refusals mean. */

import type { ToolCommand } from "../world.ts";

export interface ImageBuild {
  readonly tree: string;
  readonly tag: string;
  readonly rest: readonly string[];
}

export function dockerBuild({ tree, tag, rest }: ImageBuild): ToolCommand {
  return docker([
    "build",
    "--force-rm",
    "--file",
    `${tree}/Dockerfile`,
    "--tag",
    tag,
    ...rest,
    tree,
  ]);
}

export function dockerTag(image: string, as: string): ToolCommand {
  return docker(["tag", image, as]);
}

export function dockerPush(image: string): ToolCommand {
  return docker(["push", image]);
}

export function dockerId(image: string): ToolCommand {
  return docker(["image", "inspect", "--format", "{{.Id}}", image]);
}

/** Prints one `name@sha256:…` a line, for each registry that holds the image. */
export function dockerDigests(image: string): ToolCommand {
  const format = "{{range .RepoDigests}}{{println .}}{{end}}";
  return docker(["image", "inspect", "--format", format, image]);
}

/** The version of the daemon; fails when it does not answer. */
export function dockerVersion(): ToolCommand {
  return docker(["version", "--format", "{{.Server.Version}}"]);
}

function docker(args: readonly string[]): ToolCommand {
  return { program: "docker", args, hint: dockerHint };
}

const HINTS: readonly (readonly [RegExp, string])[] = [
  [/cannot connect to the docker daemon|is the docker daemon running/i, "start the Docker daemon"],
  [
    /permission denied.*docker.*sock/is,
    "your user may not talk to the Docker daemon: add it to the group `docker`",
  ],
  [
    /unauthorized|authentication required|denied: requested access|no basic auth/i,
    "log in first: docker login REGISTRY",
  ],
  [/no space left on device/i, "free some space: docker system prune"],
  [
    /(manifest|image).*(unknown|not found)|pull access denied/i,
    "the base image is not there, or needs a login: see FROM in the Dockerfile, --framework-docker-image changes it",
  ],
  [
    /server gave HTTP response to HTTPS client/i,
    "the registry speaks plain http: list it under insecure-registries of the Docker daemon",
  ],
];

export function dockerHint(output: string): string | undefined {
  return HINTS.find(([pattern]) => pattern.test(output))?.[1];
}
