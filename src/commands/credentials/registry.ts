/** A registry's user and password, as the kubelet reads them. */

import { UserError } from "../../errors.ts";
import { loginOf, type RegistryLogin, serverOf } from "./docker_config.ts";
import type { Credentials, GivenText } from "./given.ts";

export interface RegistryFlags {
  readonly registry?: string | undefined;
  readonly username?: string | undefined;
}

export function registryFromText(given: GivenText, flags: RegistryFlags): Credentials {
  const { registry, username, password } = flags.username === undefined
    ? loginOf(given, flags.registry)
    : typedLogin(given, { ...flags, username: flags.username });
  const auth = new TextEncoder().encode(`${username}:${password}`).toBase64();
  const auths = { [serverOf(registry)]: { username, password, auth } };
  return { data: { ".dockerconfigjson": JSON.stringify({ auths }) } };
}

function typedLogin(
  { text, where }: GivenText,
  { registry, username }: { registry?: string | undefined; username: string },
): RegistryLogin {
  const password = text.replace(/\r?\n$/, "");
  // Google's password for the user _json_key is a whole key file.
  const isFile = /[\r\n]/.test(password) && !password.trimStart().startsWith("{");
  if (isFile || /"(auths|credsStore|credHelpers|ServerURL)"\s*:/.test(password)) {
    const what = "holds more than a password";
    const hint = "leave out --username for Docker's configuration, or what its helpers print";
    throw new UserError({ where, what, hint });
  }
  if (registry === undefined) {
    const what = "is missing: it says where the user and the password belong";
    throw new UserError({ where: "--registry", what });
  }
  return { registry, username, password };
}
