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

/**
 * perf_analyzer's wheel needs glibc 2.38, so Ubuntu 24.04. NVIDIA's releases have that from 24.11 on, 22.04 from 23.05
 * on, 20.04 before; all images of one release have the same:
 * https://docs.nvidia.com/deeplearning/frameworks/support-matrix/index.html
 */
const FIRST_WITH_WHEEL = "24.11";

/** Where the Dockerfile takes perf_analyzer from; of an image of the user's, only the build can tell what fits. */
export function perfAnalyzerImage(config: Config): string {
  const fits = config.framework_docker_image !== undefined ||
    config.container_version >= FIRST_WITH_WHEEL;
  return fits
    ? "${FRAMEWORK_IMAGE}"
    : `nvcr.io/nvidia/tritonserver:${config.container_version}-py3-sdk`;
}
