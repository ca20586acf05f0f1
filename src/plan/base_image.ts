/** The images that a chart builds on: the user's, else NVIDIA's. */

import type { Config } from "../config/schema.ts";
import type { Variant } from "./variant.ts";

/** https://catalog.ngc.nvidia.com/containers: how NVIDIA tags its monthly releases. */
export function frameworkImage(config: Config, { framework }: Variant): string {
  const suffix = framework === "tensorflow" ? "tf2-py3" : "py3";
  return config.framework_docker_image ??
    `nvcr.io/nvidia/${framework}:${config.container_version}-${suffix}`;
}

export function tritonImage(config: Config): string {
  return config.triton_docker_image ??
    `nvcr.io/nvidia/tritonserver:${config.container_version}-py3`;
}
