/** What Docker knows of a registry: its configuration file, or the answer of a credential helper. */

import { UserError } from "../../errors.ts";
import { entryLogin, type Login } from "../../image/docker_entry.ts";
import { someOf } from "../../text/list.ts";
import { type GivenText, jsonIn, objectIn } from "./given.ts";

export interface RegistryLogin extends Login {
  readonly registry: string;
}

const HUB = "https://index.docker.io/v1/";

/** The name that the kubelet looks for; Docker's Hub has kept an old one. */
export function serverOf(registry: string): string {
  return /^(index\.|registry-1\.)?docker\.io$/.test(registry) ? HUB : registry;
}

/** Of a key in Docker's configuration, which may be a URL. */
function hostOf(server: string): string {
  const host = server.replace(/^https?:\/\//, "").replace(/\/(v[12]\/?)?$/, "");
  return host === "index.docker.io" ? "docker.io" : host;
}

/** @param registry undefined: the only one that is told of */
export function loginOf(given: GivenText, registry: string | undefined): RegistryLogin {
  const { where } = given;
  const json = jsonIn(given);
  if (json === undefined) {
    const what = "is missing, and the file is not Docker's configuration";
    const hint = "give --registry and --username for a file that holds the password alone";
    throw new UserError({ where: "--username", what, hint });
  }
  const { ServerURL: server, Username: username, Secret: password } = json;
  if (typeof username === "string" && typeof password === "string") {
    const named = registry ?? hostOf(typeof server === "string" ? server : "");
    if (named === "") throw new UserError({ where: "--registry", what: "is missing" });
    return usable({ registry: named, username, password }, where);
  }
  const auths = objectIn(json, "auths") ?? {};
  const entry = Object.keys(auths).filter((key) =>
    registry === undefined || hostOf(key) === hostOf(serverOf(registry))
  );
  const [key] = entry;
  if (key === undefined || entry.length > 1) throw noEntry(json, registry, where);
  const login = entryLogin(objectIn(auths, key) ?? {});
  if (login === undefined) throw inHelper(json, hostOf(key), where);
  return usable({ registry: hostOf(key), ...login }, where);
}

function usable(login: RegistryLogin, where: string): RegistryLogin {
  if (login.username !== "<token>" && login.password !== "") return login;
  const what = `holds no password for ${login.registry}, but a token that only Docker can use`;
  throw new UserError({ where, what, hint: BY_HAND });
}

const BY_HAND = "make an access token there, and pipe it in: " +
  "--registry HOST --username NAME --from-file -";

function noEntry(
  json: Readonly<Record<string, unknown>>,
  registry: string | undefined,
  where: string,
): UserError {
  const known = Object.keys(objectIn(json, "auths") ?? {}).map(hostOf);
  if (registry !== undefined && helperOf(json, registry)) return inHelper(json, registry, where);
  if (registry === undefined && known.length > 1) {
    const what = `is missing: the file knows ${someOf(known)}`;
    return new UserError({ where: "--registry", what });
  }
  const what = registry === undefined ? "holds no login" : `holds no login for \`${registry}\``;
  const hint = `docker login ${registry ?? "REGISTRY"}${
    known.length > 0 ? `; it knows ${someOf(known)}` : ""
  }`;
  return new UserError({ where, what, hint });
}

/** https://docs.docker.com/reference/cli/docker/login/#credential-stores */
function helperOf(json: Readonly<Record<string, unknown>>, host: string): string | undefined {
  const helper = objectIn(json, "credHelpers")?.[host] ?? json.credsStore;
  return typeof helper === "string" && /^[\w.-]+$/.test(helper) ? helper : undefined;
}

function inHelper(
  json: Readonly<Record<string, unknown>>,
  host: string,
  where: string,
): UserError {
  const helper = helperOf(json, host);
  if (helper === undefined) {
    return new UserError({ where, what: `holds no password for ${host}`, hint: BY_HAND });
  }
  return new UserError({
    where,
    what: `does not hold the password of ${host}: Docker keeps it in its store \`${helper}\``,
    hint: `echo ${serverOf(host)} | docker-credential-${helper} get | ` +
      "helm navigator secret registry NAME --from-file -",
  });
}
