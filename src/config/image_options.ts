/** Which container images prepare and serve the model. */

import * as v from "valibot";
import { option } from "./option.ts";
import { nonEmpty, pattern } from "./value.ts";

const group = "Images";

/** `[registry[:port]/]path[:tag][@digest]`: https://github.com/distribution/reference */
export const IMAGE_REFERENCE =
  /^(?=.{1,512}$)([A-Za-z0-9.-]+(:\d+)?\/)?[a-z0-9]+([._-]+[a-z0-9]+)*(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@sha256:[0-9a-f]{64})?$/;

/** What builds and pushes, in the order in which it is looked for. */
export const BUILDERS = ["docker", "podman", "buildah"] as const;
export type BuilderName = typeof BUILDERS[number];

export const image = () => pattern(IMAGE_REFERENCE, "must be an image like registry/org/name:tag");

/** A name to give: a digest is nothing that one can give. */
export const taggedImage = () =>
  v.pipe(image(), v.check((name) => !name.includes("@"), "must be a name without a digest"));

/** As CUDA_VISIBLE_DEVICES takes them: https://docs.nvidia.com/cuda/cuda-c-programming-guide/#env-vars */
const device = pattern(
  /^(all|\d{1,3}|(GPU|MIG)-[0-9A-Za-z/-]+)$/,
  "must be all, an index like 0, or a UUID like GPU-8932f937",
);

export const imageOptions = {
  container_version: option(
    "text",
    v.optional(pattern(/^\d\d\.\d\d(\.\d+)?$/, "must be a release like 22.07"), "22.07"),
    {
      description: "NVIDIA's monthly release of the framework and Triton images.",
      group,
      placeholder: "YY.MM",
    },
  ),
  framework_docker_image: option("text", v.optional(image()), {
    description:
      "Framework image to prepare the model in. Default: NVIDIA's, by format and container version.",
    group,
    placeholder: "IMAGE",
  }),
  triton_docker_image: option("text", v.optional(image()), {
    description: "Triton image to serve the model. Default: NVIDIA's, by container version.",
    group,
    placeholder: "IMAGE",
  }),
  gpus: option("texts", v.optional(nonEmpty(device), ["all"]), {
    description:
      "GPUs for `deploy` run by hand: all, indices or UUIDs. A pod gets its device from Kubernetes.",
    group,
    placeholder: "GPU",
  }),
};
