/** The tools that build images, by name. */

import type { BuilderName } from "../config/image_options.ts";
import { buildah } from "./buildah.ts";
import type { Builder } from "./builder.ts";
import { docker } from "./docker.ts";
import { podman } from "./podman.ts";

export const builders: Readonly<Record<BuilderName, Builder>> = { docker, podman, buildah };
