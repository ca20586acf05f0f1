/** One registry's entry in Docker's configuration, which a pull secret holds too. */

export interface Login {
  readonly username: string;
  readonly password: string;
}

/** `auth` wins, as it does for Docker and the kubelet; undefined: the entry holds no password. */
export function entryLogin(
  { auth, username, password }: Readonly<Record<string, unknown>>,
): Login | undefined {
  const text = typeof auth === "string" ? decoded(auth) : "";
  const at = text.indexOf(":");
  if (at > 0) return { username: text.slice(0, at), password: text.slice(at + 1) };
  return typeof username === "string" && typeof password === "string"
    ? { username, password }
    : undefined;
}

function decoded(base64: string): string {
  try {
    return new TextDecoder().decode(Uint8Array.fromBase64(base64));
  } catch {
    return ""; // It is none.
  }
}
