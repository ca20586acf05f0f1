/** The images that a chart builds on. */

import type { Framework } from "../model/format.ts";

/** https://catalog.ngc.nvidia.com/containers: how NVIDIA tags its monthly releases. */
export function frameworkImage(framework: Framework, containerVersion: string): string {
  const suffix = framework === "tensorflow" ? "tf2-py3" : "py3";
  return `nvcr.io/nvidia/${framework}:${containerVersion}-${suffix}`;
}

export function tritonImage(containerVersion: string): string {
  return `nvcr.io/nvidia/tritonserver:${containerVersion}-py3`;
}
