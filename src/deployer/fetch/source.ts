/** Which provider fetches from this address? */

import { UserError } from "../../errors.ts";
import type { ModelUri } from "../model_uri.ts";
import type { Source, SourceEffects } from "./provider.ts";
import { azureSource } from "./sources/azure.ts";
import { fileSource } from "./sources/file.ts";
import { gcsSource } from "./sources/gcs.ts";
import { httpSource } from "./sources/http.ts";
import { s3Source } from "./sources/s3.ts";

type Describe = (uri: ModelUri, world: SourceEffects) => Source;

const SCHEMES: Readonly<Record<string, Describe>> = {
  file: fileSource,
  http: httpSource,
  https: httpSource,
  s3: s3Source,
  as: azureSource,
  gs: gcsSource,
};

/** @throws UserError when no provider knows the scheme, or the address is wrong by itself */
export function sourceFor(uri: ModelUri, world: SourceEffects): Source {
  const describe = Object.hasOwn(SCHEMES, uri.scheme) ? SCHEMES[uri.scheme] : undefined;
  if (describe === undefined) {
    throw new UserError({
      where: "--model-uri",
      what: `there is no way to fetch from \`${uri.scheme}://\``,
      hint: `use ${
        Object.keys(SCHEMES).map((scheme) => `${scheme}://`).join(", ")
      } or an absolute path`,
    });
  }
  return describe(uri, world);
}
