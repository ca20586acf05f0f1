/** Who we are for S3: keys in the environment, a role of the service account, or nobody. */

import { ToolError, UserError } from "../../../errors.ts";
import type { SourceEffects } from "../provider.ts";
import {
  askForCredentials,
  type Credentials,
  expiring,
  form,
  type Loaded,
  parseCredentials,
  readNamedFile,
} from "./credentials.ts";
import { setVariable } from "./request.ts";
import type { AwsKeys } from "./sigv4.ts";
import { errorCode, textOf } from "./xml.ts";

const TOKEN_FILE = "AWS_WEB_IDENTITY_TOKEN_FILE";
const CONTAINER_TOKEN_FILE = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";

/** @returns undefined when nothing is there: then the object must be public */
export function awsCredentials(world: SourceEffects): Credentials<AwsKeys> | undefined {
  const variable = (name: string) => setVariable(world, name);
  const accessKeyId = variable("AWS_ACCESS_KEY_ID");
  const secretAccessKey = variable("AWS_SECRET_ACCESS_KEY");
  if (accessKeyId && secretAccessKey) {
    const value = { accessKeyId, secretAccessKey, sessionToken: variable("AWS_SESSION_TOKEN") };
    return expiring(() => Promise.resolve({ value }), world);
  }
  if (accessKeyId || secretAccessKey) {
    const [there, missing] = accessKeyId
      ? ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]
      : ["AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID"];
    throw new UserError({ where: missing, what: `is not set, but ${there} is` });
  }
  const role = variable("AWS_ROLE_ARN");
  if (role && variable(TOKEN_FILE)) return expiring(() => assumeRole(role, world), world);
  const container = containerUrl(variable);
  return container ? expiring(() => askContainer(container, world), world) : undefined;
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html */
async function assumeRole(role: string, world: SourceEffects): Promise<Loaded<AwsKeys>> {
  const variable = (name: string) => setVariable(world, name);
  const region = variable("AWS_REGION") ?? variable("AWS_DEFAULT_REGION");
  const url = variable("AWS_ENDPOINT_URL_STS") ??
    (region ? `https://sts.${region}.${awsDomain(region)}` : "https://sts.amazonaws.com");
  const request = form({
    Action: "AssumeRoleWithWebIdentity",
    Version: "2011-06-15",
    RoleArn: role,
    RoleSessionName: variable("AWS_ROLE_SESSION_NAME") ?? "helm-navigator",
    WebIdentityToken: await readNamedFile(TOKEN_FILE, world),
  });
  const text = await askForCredentials({ url: `${url.replace(/\/$/, "")}/`, ...request }, {
    from: "AWS STS",
    code: errorCode,
    hint: "check the trust policy of the role and the annotation of the service account",
  }, world);
  const value = awsKeys({
    accessKeyId: textOf(text, "AccessKeyId"),
    secretAccessKey: textOf(text, "SecretAccessKey"),
    sessionToken: textOf(text, "SessionToken"),
  }, "AWS STS");
  return { value, expires: expiry(textOf(text, "Expiration"), world) };
}

/** https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html */
function containerUrl(variable: (name: string) => string | undefined): string | undefined {
  const relative = variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
  return relative
    ? `http://169.254.170.2${relative}`
    : variable("AWS_CONTAINER_CREDENTIALS_FULL_URI");
}

async function askContainer(url: string, world: SourceEffects): Promise<Loaded<AwsKeys>> {
  const from = "the EKS pod identity agent";
  const token = setVariable(world, CONTAINER_TOKEN_FILE)
    ? await readNamedFile(CONTAINER_TOKEN_FILE, world)
    : setVariable(world, "AWS_CONTAINER_AUTHORIZATION_TOKEN");
  const headers: Record<string, string> = token ? { authorization: token } : {};
  const text = await askForCredentials({ url, headers }, { from }, world);
  const { AccessKeyId, SecretAccessKey, Token, Expiration } = parseCredentials(text, from);
  const value = awsKeys({
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: Token,
  }, from);
  return { value, expires: expiry(Expiration, world) };
}

function awsKeys(keys: Record<keyof AwsKeys, unknown>, from: string): AwsKeys {
  if (typeof keys.accessKeyId === "string" && typeof keys.secretAccessKey === "string") {
    return keys as AwsKeys;
  }
  throw new ToolError(`cannot get credentials from ${from}: its answer holds no keys`);
}

function expiry(text: unknown, { now }: SourceEffects): number {
  const time = Date.parse(String(text));
  return Number.isNaN(time) ? now().getTime() + 900_000 : time;
}

/** China has a domain of its own. */
export function awsDomain(region: string): string {
  return region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
}
