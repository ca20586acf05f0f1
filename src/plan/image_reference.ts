/** Image references taken apart: `registry[:port]/path[:tag][@digest]`. */

export interface ImageReference {
  readonly registry: string | undefined;
  /** Registry and path, without tag and digest. */
  readonly name: string;
  readonly tag: string | undefined;
}

/** A first part with a dot or a colon, or `localhost`, is a registry: https://github.com/distribution/reference */
export function parseImage(text: string): ImageReference {
  const [named = ""] = text.split("@");
  const colon = named.indexOf(":", named.lastIndexOf("/"));
  const name = colon === -1 ? named : named.slice(0, colon);
  const first = name.includes("/") ? name.slice(0, name.indexOf("/")) : "";
  return {
    registry: /[.:]/.test(first) || first === "localhost" ? first : undefined,
    name,
    tag: colon === -1 ? undefined : named.slice(colon + 1),
  };
}

/** As docker lists it: names on Docker Hub without the registry. */
export function familiarName(name: string): string {
  return name.replace(/^(index\.)?docker\.io\//, "").replace(/^library\//, "");
}
