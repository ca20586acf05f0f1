/** AWS' keys: from the environment, what its command line prints, or a file of profiles. */

import { type Problem, UserError } from "../../errors.ts";
import { someOf } from "../../text/list.ts";
import { type Credentials, type GivenText, jsonIn, objectIn } from "./given.ts";

/** The keys of the Secret are the names in AWS' files, too. */
const ID = "aws_access_key_id";
const KEY = "aws_secret_access_key";
const TOKEN = "aws_session_token";

type Keys = Readonly<Record<string, unknown>>;

export function awsFromEnvironment(env: (name: string) => string | undefined): Credentials {
  const names = [ID, KEY, TOKEN].map((key) => [key, env(key.toUpperCase())] as const);
  if (names.every(([, value]) => !value)) {
    throw new UserError({
      what: "there are no keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
      hint: "set them, or pipe in what `aws configure export-credentials` prints, with " +
        "--from-file -; --from-file ~/.aws/credentials takes them from there",
    });
  }
  return awsCredentials(Object.fromEntries(names), undefined);
}

export function awsFromText(given: GivenText, profile = "default"): Credentials {
  const json = jsonIn(given);
  // Of `configure export-credentials`; of STS, `sts assume-role`; of `iam create-access-key`.
  const found = json === undefined
    ? keysOfProfile(given, profile)
    : camelKeys(objectIn(json, "Credentials") ?? objectIn(json, "AccessKey") ?? json);
  return awsCredentials(found, given.where);
}

function camelKeys({ AccessKeyId, SecretAccessKey, SessionToken }: Keys): Keys {
  return { [ID]: AccessKeyId, [KEY]: SecretAccessKey, [TOKEN]: SessionToken };
}

/** https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html, or lines for a shell */
function keysOfProfile({ text, where }: GivenText, profile: string): Keys {
  const sections = new Map<string, Record<string, string>>();
  let current: Record<string, string> = {};
  for (const line of text.split("\n")) {
    const section = /^\s*\[\s*(?:profile\s+)?([^\]]*?)\s*\]/.exec(line)?.[1];
    if (section !== undefined) sections.set(section, current = {});
    const [, key, value] = /^\s*(?:export\s+)?(\w+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (key !== undefined) current[key.toLowerCase()] = value!.replace(/^(["'])(.*)\1$/, "$2");
  }
  const found = sections.size === 0 ? current : sections.get(profile);
  if (found === undefined) {
    const what = `holds no profile \`${profile}\``;
    const hint = `AWS_PROFILE names another one: ${someOf([...sections.keys()])}`;
    throw new UserError({ where, what, hint });
  }
  if (!(ID in found) && !(KEY in found)) {
    const what = sections.size === 0 ? "holds no keys of AWS" : `holds no keys for \`${profile}\``;
    const hint = "if AWS' own tools know them all the same: aws configure export-credentials " +
      `--profile ${profile} | helm navigator secret aws NAME --from-file -`;
    throw new UserError({ where, what, hint });
  }
  return found;
}

/** @param where undefined: each key has come from the variable of its name */
function awsCredentials(keys: Keys, where: string | undefined): Credentials {
  const problems: Problem[] = [];
  const say = (key: string, what: string) =>
    problems.push(where ? { where, what: `${key} ${what}` } : { where: key.toUpperCase(), what });
  const valueOf = (key: string) => {
    const value = keys[key] ?? "";
    if (typeof value === "string" && /^[\x21-\x7e]*$/.test(value)) return value;
    say(key, "holds something else than letters, digits and signs");
    return undefined;
  };
  const [id, key, token] = [valueOf(ID), valueOf(KEY), valueOf(TOKEN)];
  if (id === "") say(ID, "is missing");
  if (key === "") say(KEY, "is missing");
  if (problems.length > 0) throw new UserError(problems);
  // An empty token takes the place of one that has expired.
  const data = { [ID]: id!, [KEY]: key!, [TOKEN]: token! };
  return token === "" ? { data } : { data, warning: TEMPORARY };
}

const TEMPORARY = "these keys are temporary: once they have expired, pods that start cannot " +
  "download the model; a role for the pods' service account does not expire";
