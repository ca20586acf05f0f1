/** `file://` and mounted paths. */

import { UserError } from "../../../errors.ts";
import { decodePath, type ModelUri } from "../../model_uri.ts";
import type { Source } from "../provider.ts";

export function fileSource({ text, shown }: ModelUri): Source {
  if (text.startsWith("/")) return { kind: "local", path: text };
  const { host, pathname } = new URL(text);
  if (host !== "" && host !== "localhost") {
    throw new UserError({
      where: "--model-uri",
      what: `\`${shown}\` names the machine \`${host}\``,
      hint: `a local file is file:///${host}${pathname}, with three slashes`,
    });
  }
  return { kind: "local", path: decodePath(pathname, shown) };
}
