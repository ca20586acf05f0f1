/** `as://account/container/path`: Azure Blob Storage. */

import { UserError } from "../../../errors.ts";
import { type Checksum, fromBase64 } from "../checksum.ts";
import { type ModelUri, splitBucketUri } from "../../model_uri.ts";
import type {
  Explanation,
  HttpRequest,
  ListingPage,
  Refusal,
  Source,
  SourceEffects,
} from "../provider.ts";
import { azureToken, blobDomain } from "./azure_credentials.ts";
import { type AzureAccount, parseConnectionString } from "./connection_string.ts";
import { encodePath, folderPrefix, keyBelow, query, rangeHeader, setVariable } from "./request.ts";
import { sharedKey } from "./shared_key.ts";
import { bearer } from "./credentials.ts";
import { elements, errorCode, textOf } from "./xml.ts";

/** Bearer tokens need 2017-11-09 or later. */
const VERSION = "2021-12-02";

export function azureSource(uri: ModelUri, world: SourceEffects): Source {
  const form = "as://account/container/path";
  const { names, key } = splitBucketUri(uri, { count: 2, form });
  const [name, container] = names as [string, string];
  const account = accountFor(name, world);
  const endpoint = account?.endpoint ?? `https://${name}.${blobDomain(world)}`;
  const token = account?.key || account?.sas ? undefined : azureToken(world);

  const authorized = async (
    { path, parameters = {}, headers = {} }: {
      readonly path: string;
      readonly parameters?: Record<string, string | undefined>;
      readonly headers?: Record<string, string>;
    },
  ): Promise<HttpRequest> => {
    const own = { ...headers, "x-ms-version": VERSION, "x-ms-date": world.now().toUTCString() };
    const queries = [query(parameters), account?.key ? undefined : account?.sas].filter(Boolean);
    const url = `${endpoint}/${encodePath(path)}${
      queries.length > 0 ? `?${queries.join("&")}` : ""
    }`;
    const request = { url, headers: own };
    const authorization = account?.key
      ? sharedKey(request, { account: account.name ?? name, key: account.key })
      : token && bearer(await token.get());
    return authorization ? { ...request, headers: { ...own, authorization } } : request;
  };
  return {
    kind: "remote",
    provider: {
      redirects: false,
      checksumByHead: false,
      folder: {
        only: key.endsWith("/"),
        list: (marker) => {
          const parameters = { restype: "container", comp: "list", maxresults: "1000" };
          const prefix = folderPrefix(key);
          return authorized({ path: container, parameters: { ...parameters, prefix, marker } });
        },
        read: (text) => readListing(text, folderPrefix(key)),
      },
      get: ({ below, range, validator }) =>
        authorized({
          path: `${container}/${keyBelow(key, below)}`,
          headers: { ...rangeHeader(range), ...(validator ? { "if-match": validator } : {}) },
        }),
      validatorOf: (headers) => headers.get("etag") ?? undefined,
      checksumOf: azureChecksum,
      explain: (refusal) => explain(refusal, waysOf(account, token !== undefined)),
      adapt: ({ status }, { headers }) =>
        token !== undefined && (status === 401 || status === 403) &&
        token.renew((value) => headers.authorization === bearer(value)),
    },
  };
}

/** @throws UserError when the connection string is that of another account */
function accountFor(name: string, world: SourceEffects): AzureAccount | undefined {
  const text = setVariable(world, "AZURE_STORAGE_CONNECTION_STRING");
  if (text === undefined) return undefined;
  const account = parseConnectionString(text);
  if (account.name !== undefined && account.name !== name) {
    throw new UserError({
      where: "--model-uri",
      what:
        `names the account \`${name}\`, but the connection string is that of \`${account.name}\``,
      hint: `write as://${account.name}/…, or give the connection string of ${name}`,
    });
  }
  return account;
}

function readListing(text: string, prefix: string): ListingPage {
  const objects = elements(text, "Blob")
    // A directory of a hierarchical account.
    .filter((item) => textOf(item, "ResourceType") !== "directory")
    .map((item) => ({
      name: (textOf(item, "Name") ?? "").slice(prefix.length),
      size: Number(textOf(item, "Content-Length")),
      validator: quoted(textOf(item, "Etag")),
    }));
  return { objects, next: textOf(text, "NextMarker") || undefined };
}

/** A listing's tags come without the quotes of the header. */
function quoted(tag: string | undefined): string | undefined {
  return tag === undefined || tag.startsWith('"') ? tag : `"${tag}"`;
}

/** With a part comes, as Content-MD5, that of the part. */
function azureChecksum(headers: Headers, partial: boolean): Checksum | undefined {
  const md5 = headers.get("x-ms-blob-content-md5") ?? (partial ? null : headers.get("content-md5"));
  return md5 === null ? undefined : fromBase64("md5", md5);
}

type Way = "key" | "sas" | "token" | "anonymous";

function waysOf(account: AzureAccount | undefined, hasToken: boolean): Way {
  return account?.key ? "key" : account?.sas ? "sas" : hasToken ? "token" : "anonymous";
}

const REFUSED: Readonly<Record<Way, string>> = {
  key: "the account key is wrong or was rotated, or the account allows no keys",
  sas: "the shared access signature has expired, or does not allow to read and list",
  token: "the identity needs the role `Storage Blob Data Reader`",
  anonymous: "without credentials only a public container can be read: give " +
    "`deployer.azureCredentialsFile`, or the service account a workload identity",
};

function explain({ status, headers, text }: Refusal, way: Way): Explanation {
  const code = headers.get("x-ms-error-code")?.match(/^\w{1,60}$/)?.[0] ?? errorCode(text);
  // Azure answers 404 and 409 to whoever may not even know.
  if (way === "anonymous" && (status === 404 || status === 409) && code !== "BlobNotFound") {
    return { code, hint: `the container is not there, or private: ${REFUSED.anonymous}` };
  }
  if (status === 401 || status === 403) return { code, hint: REFUSED[way] };
  if (status !== 404) return { code };
  const hint = code === "ContainerNotFound"
    ? "there is no such container: check the model URI"
    : "the object is not there: check the path of the model URI, upper and lower case too";
  return { code, hint };
}
