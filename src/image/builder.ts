/** What a tool that builds images must be able to do, as command lines. */

import type { ToolCommand } from "../world.ts";

export interface Builder {
  /** Succeeds where the tool can build. */
  readonly probe: ToolCommand;
  build(build: ImageBuild): ToolCommand;
  tag(image: string, as: string): ToolCommand;
  push(push: ImagePush): ToolCommand;
  /** Prints the id of an image that is here. */
  id(image: string): ToolCommand;
  /** Prints one `name@sha256:…` a line, for each registry that holds the image; without, `push` writes the digest. */
  digests?(image: string): ToolCommand;
}

export interface ImageBuild {
  /** The generated tree: the context, with the Dockerfile in it. */
  readonly tree: string;
  readonly tag: string;
  readonly platform?: string | undefined;
  /** `NAME=VALUE`, or `NAME` for the value that the environment has. */
  readonly buildArgs: readonly string[];
  /** A file with authorities that the build shall trust. */
  readonly caCertificate?: string | undefined;
  readonly pull: boolean;
  readonly noCache: boolean;
  readonly rest: readonly string[];
}

export interface ImagePush {
  readonly image: string;
  /** Where the tool shall write the digest. */
  readonly digestFile?: string | undefined;
  readonly rest: readonly string[];
}

/** The name of the Dockerfile's argument: handed over by the environment, since a list may be long. */
const CA_CERTIFICATES = "CA_CERTIFICATES";

/** What all of them understand; `own` is what one needs besides. */
export function buildArguments(
  { tree, tag, platform, buildArgs, noCache, caCertificate, rest }: ImageBuild,
  own: readonly string[],
): string[] {
  const args = caCertificate === undefined ? buildArgs : [...buildArgs, CA_CERTIFICATES];
  return [
    "build",
    ...own,
    ...["--file", `${tree}/Dockerfile`, "--tag", tag],
    ...(platform === undefined ? [] : ["--platform", platform]),
    ...args.flatMap((arg) => ["--build-arg", arg]),
    ...(noCache ? ["--no-cache"] : []),
    ...rest,
    tree,
  ];
}

/** The variables that a build needs besides those of the shell. */
export function buildEnvironment({ caCertificate }: ImageBuild): Pick<ToolCommand, "envFiles"> {
  return caCertificate === undefined ? {} : { envFiles: { [CA_CERTIFICATES]: caCertificate } };
}

/** They are predefined arguments of every Dockerfile, and stand neither in the history nor in the image. */
const PROXY_VARIABLES = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"];

/** By name only, so that a password in one shows nowhere. */
export function proxyArguments(env: (name: string) => string | undefined): string[] {
  return PROXY_VARIABLES.flatMap((name) => [name, name.toLowerCase()])
    .filter((name) => env(name) !== undefined);
}
