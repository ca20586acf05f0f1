/** Azure's connection string, from the environment or what its command line prints. */

import {
  type AzureAccount,
  CONNECTION_STRING,
  parseConnectionString,
} from "../../deployer/fetch/sources/connection_string.ts";
import { UserError } from "../../errors.ts";
import { type Credentials, type GivenText, jsonIn } from "./given.ts";

export function azureFromEnvironment(env: (name: string) => string | undefined): Credentials {
  const text = env(CONNECTION_STRING);
  if (text) return azureFromText({ text, where: CONNECTION_STRING });
  throw new UserError({
    what: `there is no connection string in ${CONNECTION_STRING}`,
    hint: "set it, or pipe in what `az storage account show-connection-string` prints, with " +
      "--from-file -",
  });
}

export function azureFromText(given: GivenText): Credentials {
  const { where } = given;
  const text = unquoted((jsonIn(given)?.connectionString ?? given.text) as unknown);
  const account = parsed(text, where);
  if (account.key === undefined && account.sas === undefined) {
    const what = "holds neither AccountKey nor SharedAccessSignature";
    throw new UserError({ where, what, hint: "a public container needs no secret at all" });
  }
  if (account.endpoint === undefined) {
    const what = "holds neither AccountName nor BlobEndpoint";
    throw new UserError({ where, what, hint: "copy the connection string whole" });
  }
  return { data: { azure_storage_connection_string: text } };
}

function unquoted(value: unknown): string {
  return String(value).trim().replace(/^(["'])(.*)\1$/s, "$2");
}

function parsed(text: string, where: string): AzureAccount {
  try {
    return parseConnectionString(text);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(error.problems.map((problem) => ({ ...problem, where })));
  }
}
