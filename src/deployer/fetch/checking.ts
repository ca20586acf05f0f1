/** Follows a download in order, for its digest and for whoever unpacks it meanwhile. */

import type { PartFile } from "../../world.ts";
import type { AskEffects } from "./ask.ts";
import { type Checksum, digester, wrongChecksum } from "./checksum.ts";
import { exchange } from "./exchange.ts";
import { type Arrival, arrivalIn, followOrder } from "./in_order.ts";
import type { CheckedVersion, Checking, DownloadRequest } from "./transfer.ts";

interface CheckingRequest {
  readonly request: DownloadRequest;
  readonly file: PartFile;
  /** Of the consumer: there is no use in downloading the rest. */
  readonly onFailure: (error: unknown) => void;
}

interface Following {
  readonly validator: string | undefined;
  readonly arrival: Arrival;
  readonly digest: Promise<string | undefined>;
}

export function checking(
  { request, file, onFailure }: CheckingRequest,
  world: AskEffects,
): Checking {
  let current: Following | undefined;
  const end = async () => {
    const last = current;
    current = undefined;
    last?.arrival.fail(new Error("the download starts again"));
    await last?.digest.catch(() => {});
  };
  return {
    begin: (version) => {
      const { validator } = version;
      if (current && validator !== undefined && current.validator === validator) return;
      const arrival = arrivalIn(file);
      const digest = end().then(() => follow({ request, arrival, version }, world));
      const own = current = { validator, arrival, digest };
      digest.catch((error) => own === current && onFailure(error));
    },
    reach: (front) => current?.arrival.reach(front),
    complete: (total) => {
      current?.arrival.complete(total);
      return current?.digest ?? Promise.resolve(undefined);
    },
    end,
  };
}

async function follow(
  { request, arrival, version }: {
    readonly request: DownloadRequest;
    readonly arrival: Arrival;
    readonly version: CheckedVersion;
  },
  world: AskEffects,
): Promise<string | undefined> {
  const { sha256, consume, shown } = request;
  // The digest that a user demands says more than any checksum.
  const told = sha256 ? undefined : await toldChecksum(request, version, world);
  const algorithm = sha256 ? "sha256" : told?.algorithm;
  if (algorithm === undefined && consume === undefined) return undefined;
  const digesters = algorithm === undefined ? [] : [digester(algorithm)];
  await followOrder(arrival, { digesters, consume });
  const actual = digesters[0]?.digest();
  if (told !== undefined && actual !== undefined && actual !== told.value) {
    throw wrongChecksum(shown, { expected: told, actual });
  }
  return algorithm === "sha256" ? actual : undefined;
}

/** A storage that does not answer has no checksum: the object itself will say what is wrong. */
async function toldChecksum(
  request: DownloadRequest,
  { validator, checksum }: CheckedVersion,
  world: AskEffects,
): Promise<Checksum | undefined> {
  const { below, provider } = request;
  if (checksum !== undefined || !provider.checksumByHead) return checksum;
  const { verdict, end } = await exchange({ below, validator, head: true }, request, world);
  await end();
  return verdict.kind === "whole" && verdict.validator === validator
    ? provider.checksumOf(verdict.headers, false)
    : undefined;
}
