/** Takes an object in one stream, from a server that gives no parts of it. */

import type { Exchange } from "./exchange.ts";
import { receive } from "./receive.ts";
import type { Range } from "./provider.ts";
import {
  Absent,
  brokenOff,
  type DownloadRequest,
  type Next,
  type Plan,
  type Transfer,
} from "./transfer.ts";

interface Opening {
  readonly plan: Plan;
  readonly opened: Exchange;
  readonly total: number | undefined;
  readonly validator: string | undefined;
  readonly headers: Headers;
  readonly response: Response;
}

export async function takeWhole(opening: Opening, transfer: Transfer): Promise<Next> {
  const { plan, opened, total, validator, headers, response } = opening;
  const { request, file, checking, world } = transfer;
  if (total === 0) throw empty(request);
  file.resize(0);
  await request.journal.remove();
  // Of an object that comes decoded, and so without a length, the checksum is not that of what comes.
  const checksum = total === undefined ? undefined : request.provider.checksumOf(headers, false);
  checking.begin({ validator, checksum });
  const onBytes = ({ to }: Range) => {
    checking.reach(to);
    request.onProgress(to, total);
  };
  const range = { from: 0, to: total ?? Infinity };
  const { at, error } = await receive(response, range, { file, watch: opened.watch, onBytes });
  if (error === undefined && (total === undefined || at === total)) {
    if (at === 0) throw empty(request);
    await file.sync();
    const sha256 = await checking.complete(at);
    return { done: { size: at, sha256, validator, lengthKnown: total !== undefined } };
  }
  const trouble = error === undefined
    ? { reason: `${at} of ${total} bytes came` }
    : brokenOff(error, request.shown, world.signal);
  if (!plan.parts || total === undefined || validator === undefined || at === 0) {
    return { plan, trouble, reached: at };
  }
  file.resize(total);
  const there = [{ from: 0, to: at }];
  return { plan: { parts: true, version: { total, validator }, there }, trouble, reached: at };
}

function empty({ shown }: DownloadRequest): Absent {
  return new Absent(`cannot fetch ${shown}: the object is empty (0 bytes)`, {
    hint: "upload the model again",
  });
}
