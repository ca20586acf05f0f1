/** `s3://bucket/path`: Amazon S3 and whatever speaks like it. */

import { UserError } from "../../../errors.ts";
import { type Checksum, fromBase64 } from "../checksum.ts";
import { type ModelUri, splitBucketUri } from "../../model_uri.ts";
import type { Explanation, ListingPage, Refusal, Source, SourceEffects } from "../provider.ts";
import { awsCredentials, awsDomain } from "./aws_credentials.ts";
import {
  encode,
  encodePath,
  folderPrefix,
  keyBelow,
  query,
  rangeHeader,
  setVariable,
} from "./request.ts";
import { signAws, TOKEN_HEADER } from "./sigv4.ts";
import { elements, errorCode, textOf } from "./xml.ts";

export function s3Source(uri: ModelUri, world: SourceEffects): Source {
  const { names: [bucket], key } = splitBucketUri(uri, { count: 1, form: "s3://bucket/path" });
  const place = bucketPlace(bucket!, world);
  const credentials = awsCredentials(world);
  const signed = async (
    method: "GET" | "HEAD",
    url: string,
    headers: Record<string, string> = {},
  ) => {
    const keys = await credentials?.get();
    const signing = { region: place.region(), service: "s3", now: world.now() };
    return {
      method,
      url,
      headers: keys ? signAws({ method, url, headers }, { ...signing, keys }) : headers,
    };
  };
  return {
    kind: "remote",
    provider: {
      redirects: false,
      checksumByHead: true,
      folder: {
        only: key.endsWith("/"),
        list: (next) => {
          const parameters = { "list-type": "2", prefix: folderPrefix(key) };
          const asked = query({ ...parameters, "continuation-token": next });
          return signed("GET", `${place.url()}/?${asked}`);
        },
        read: (text) => readListing(text, folderPrefix(key)),
      },
      get: ({ below, range, validator, head }) =>
        signed(head ? "HEAD" : "GET", `${place.url()}/${encodePath(keyBelow(key, below))}`, {
          ...rangeHeader(range),
          ...(validator ? { "if-match": validator } : {}),
          ...(head ? { "x-amz-checksum-mode": "ENABLED" } : {}),
        }),
      validatorOf: (headers) => headers.get("etag") ?? undefined,
      checksumOf: s3Checksum,
      explain: (refusal) => explain(refusal, credentials === undefined),
      adapt: (refusal, { headers }) => {
        const region = otherRegion(refusal);
        if (region !== undefined && place.move(region)) return true;
        if (credentials === undefined || !isAboutKeys(refusal)) return false;
        return credentials.renew(({ sessionToken }) => headers[TOKEN_HEADER] === sessionToken);
      },
    },
  };
}

interface BucketPlace {
  url(): string;
  region(): string;
  /** True when that is another region than the one asked until now. */
  move(region: string): boolean;
}

function bucketPlace(bucket: string, world: SourceEffects): BucketPlace {
  const variable = (name: string) => setVariable(world, name);
  const endpoint = (variable("AWS_ENDPOINT_URL_S3") ?? variable("AWS_ENDPOINT_URL"))
    ?.replace(/\/+$/, "");
  if (endpoint !== undefined && !/^https?:\/\//.test(endpoint)) {
    const hint = "for example https://minio.example.com:9000";
    throw new UserError({ where: "AWS_ENDPOINT_URL", what: "is not a URL", hint });
  }
  const style = variable("AWS_S3_USE_PATH_STYLE");
  // A dot in the name would not fit the certificate of the virtual host.
  const isHost = /^[a-z0-9][a-z0-9-]+$/.test(bucket);
  const byPath = style ? style === "true" || style === "1" : endpoint !== undefined || !isHost;
  let region = variable("AWS_REGION") ?? variable("AWS_DEFAULT_REGION") ?? "us-east-1";
  const asked = new Set([region]);
  return {
    region: () => region,
    url: () => {
      const base = endpoint ?? `https://s3.${region}.${awsDomain(region)}`;
      return byPath ? `${base}/${encode(bucket)}` : base.replace("://", `://${bucket}.`);
    },
    move: (other) => {
      if (asked.has(other)) return false;
      asked.add(region = other);
      return true;
    },
  };
}

/** A bucket elsewhere says so in every answer: 301, 400, also to HEAD. */
function otherRegion({ status, headers, text }: Refusal): string | undefined {
  if (![301, 307, 400, 403].includes(status)) return undefined;
  const region = headers.get("x-amz-bucket-region") ?? textOf(text, "Region");
  return region && /^[a-z0-9-]{1,40}$/.test(region) ? region : undefined;
}

function isAboutKeys({ status, text }: Refusal): boolean {
  return status === 401 || status === 403 || /^(ExpiredToken|InvalidToken)$/.test(
    errorCode(text) ?? "",
  );
}

function readListing(text: string, prefix: string): ListingPage {
  const objects = elements(text, "Contents").map((item) => ({
    name: (textOf(item, "Key") ?? "").slice(prefix.length),
    size: Number(textOf(item, "Size")),
    validator: textOf(item, "ETag"),
  }));
  const more = textOf(text, "IsTruncated") === "true";
  return { objects, next: more ? textOf(text, "NextContinuationToken") : undefined };
}

/**
 * Those of the parts of a multipart upload carry `-<parts>` and are not the object's; no ETag is a
 * checksum. https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
 */
function s3Checksum(headers: Headers, partial: boolean): Checksum | undefined {
  if (partial || headers.get("x-amz-checksum-type") === "COMPOSITE") return undefined;
  for (const algorithm of ["sha256", "crc32", "sha1", "crc32c", "crc64nvme"] as const) {
    const value = headers.get(`x-amz-checksum-${algorithm}`);
    if (value !== null && !value.includes("-")) return fromBase64(algorithm, value);
  }
  return undefined;
}

const HINTS: Readonly<Record<string, string>> = {
  NoSuchKey: "the object is not there: check the path of the model URI, upper and lower case too",
  NoSuchBucket: "there is no such bucket: check the model URI and AWS_ENDPOINT_URL",
  AccessDenied: "the key may not read the object, or it is not there: without s3:ListBucket " +
    "S3 answers the same",
  SignatureDoesNotMatch: "the secret access key is wrong, or a proxy changed the request",
  InvalidAccessKeyId: "the access key is unknown; temporary keys need their session token too",
  ExpiredToken: "the session token has expired: renew the secret",
  InvalidToken: "the session token is wrong: renew the secret, or leave it empty",
  RequestTimeTooSkewed: "the clock of the node is wrong",
  InvalidObjectState: "the object is archived: restore it first",
  PermanentRedirect: "the bucket is in another region: set AWS_REGION",
  AuthorizationHeaderMalformed: "the bucket is in another region: set AWS_REGION",
};

function explain({ status, text }: Refusal, anonymous: boolean): Explanation {
  const code = errorCode(text);
  if (status === 400 && code === "RequestTimeout") return { code, passing: true };
  if (anonymous && (status === 401 || status === 403)) {
    const hint = "without credentials only a public object can be read: give " +
      "`deployer.awsCredentialsFile`, or the service account a role";
    return { code, hint };
  }
  const plain: Readonly<Record<number, string>> = {
    301: HINTS.PermanentRedirect!,
    403: HINTS.AccessDenied!,
    404: HINTS.NoSuchKey!,
  };
  return { code, hint: (code && HINTS[code]) ?? plain[status] };
}
