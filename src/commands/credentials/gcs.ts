/** A key file of Google's. */

import { createPrivateKey } from "node:crypto";
import { parseKeyFile } from "../../deployer/fetch/sources/google_credentials.ts";
import { UserError } from "../../errors.ts";
import type { World } from "../../world.ts";
import { type Credentials, type GivenText, readGiven } from "./given.ts";

const KEY_FILE = "GOOGLE_APPLICATION_CREDENTIALS";

export async function gcsFromEnvironment(world: World): Promise<Credentials> {
  const path = world.env(KEY_FILE);
  if (path) return gcsFromText(await readGiven(path, KEY_FILE, world));
  throw new UserError({
    what: `${KEY_FILE} names no key file`,
    hint:
      "set it, or give --from-file KEY.json; `gcloud iam service-accounts keys create` makes one",
  });
}

export function gcsFromText({ text, where }: GivenText): Credentials {
  const key = parseKeyFile(text, where);
  const data = { "credentials.json": text };
  if (key.type !== "service_account") {
    return { data, warning: "these are a person's credentials: a service account's are safer" };
  }
  try {
    createPrivateKey(key.private_key!);
  } catch {
    throw new UserError({ where, what: "holds a private key that cannot be read" });
  }
  return { data };
}
