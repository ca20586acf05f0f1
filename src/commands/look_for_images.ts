/** Are the images of a release there, as far as this machine can tell? */

import { type ImageState, loginFor, lookForImage } from "../image/registry.ts";
import type { Problem } from "../errors.ts";
import { parseImage } from "../plan/image_reference.ts";
import type { World } from "../world.ts";
import type { Remarks } from "./remarks.ts";

/** @param pullConfig `.dockerconfigjson` of the pull secret, as the API shows it */
export async function imageRemarks(
  images: readonly string[],
  pullConfig: string | undefined,
  signal: AbortSignal,
  world: World,
): Promise<Remarks> {
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  await Promise.all(images.map(async (image) => {
    const login = loginFor(image, pullConfig);
    const state = await lookForImage({ image, login, signal }, world.http).catch(unknown(world));
    const remark = remarkOn(image, state, pullConfig !== undefined);
    if (remark === undefined) return;
    // Nodes may have an image that no registry has; who names one means it.
    const grave = parseImage(image).registry !== undefined && (state === "absent" || login);
    (grave ? problems : warnings).push(remark);
  }));
  return { problems, warnings };
}

function unknown(world: World): () => ImageState {
  return () => {
    world.signal.throwIfAborted();
    return "unknown";
  };
}

function remarkOn(image: string, state: ImageState, hasSecret: boolean): Problem | undefined {
  const { registry } = parseImage(image);
  if (state === "absent") {
    return {
      what: `the image ${image} is not there`,
      hint: "push it first: helm navigator push --image REGISTRY/NAME:TAG",
    };
  }
  // Docker Hub wants a login for what it does not have, too.
  if (state !== "login" || registry === undefined) return undefined;
  return hasSecret
    ? {
      what: `${registry} refuses the login of the pull secret for ${image}`,
      hint: "make it anew: helm navigator secret registry NAME",
    }
    : {
      what: `${registry} wants a login for ${image}, and no pull secret is given`,
      hint:
        "where nodes have none of their own: helm navigator secret registry NAME, and --pull-secret NAME",
    };
}
