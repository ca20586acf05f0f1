/** Waits until the model itself is ready, and says why it is not. */

import * as v from "valibot";
import { ToolError } from "../errors.ts";
import { cleanText } from "../text/clean.ts";
import type { World } from "../world.ts";
import { type Answer, ask, printAnswer } from "./ask.ts";
import { type ModelAddress, modelUrl } from "./server_url.ts";

const POLL_MS = 1000;
const REPORT_SECONDS = 10;

/** @throws ToolError after `seconds` */
export async function waitUntilReady(
  address: ModelAddress,
  seconds: number,
  world: World,
): Promise<void> {
  const started = world.now().getTime();
  const { model, modelVersion, url } = address;
  world.streams.err(
    `wait for model ${model} version ${modelVersion} at ${url}, up to ${seconds} s`,
  );
  let reported = 0;
  while (true) {
    const answer = await ask(`${modelUrl(address)}/ready`, world);
    const elapsed = (world.now().getTime() - started) / 1000;
    if ("status" in answer && answer.status === 200) {
      return world.streams.err(`ready after ${Math.round(elapsed)} s`);
    }
    if (elapsed >= seconds) {
      throw notReady(address, answer, await describeAnswer(address, answer, world), seconds);
    }
    if (elapsed - reported >= REPORT_SECONDS) {
      reported = elapsed;
      world.streams.err(`wait ${Math.floor(elapsed)}/${seconds} s: ${printAnswer(answer)}`);
    }
    await world.sleep(POLL_MS);
  }
}

/** Asks once; undefined when the model is ready. */
export async function whyNotReady(
  address: ModelAddress,
  world: World,
): Promise<string | undefined> {
  const answer = await ask(`${modelUrl(address)}/ready`, world);
  if ("status" in answer && answer.status === 200) return undefined;
  return await describeAnswer(address, answer, world);
}

async function describeAnswer(
  address: ModelAddress,
  answer: Answer,
  world: World,
): Promise<string> {
  const known = "status" in answer ? await stateOnServer(address, world) : undefined;
  return known ?? printAnswer(answer);
}

function notReady(
  { model, modelVersion, url }: ModelAddress,
  answer: Answer,
  reason: string,
  seconds: number,
): ToolError {
  return new ToolError(
    `Model ${model} version ${modelVersion} is not ready after ${seconds} s: ${reason}`,
    { hint: "unreachable" in answer ? unreachableHint(url) : statusHint(answer.status) },
  );
}

const indexSchema = v.array(v.object({
  name: v.string(),
  version: v.optional(v.string()),
  state: v.optional(v.string()),
  reason: v.optional(v.string()),
}));

/** The readiness answer is always the same; the repository index tells a failed load from a typo. */
async function stateOnServer(address: ModelAddress, world: World): Promise<string | undefined> {
  const answer = await ask(`${address.url}/v2/repository/index`, world, "POST");
  if (!("status" in answer) || answer.status !== 200) return undefined;
  const index = v.safeParse(v.pipe(v.string(), v.parseJson(), indexSchema), answer.body);
  if (!index.success) return undefined;
  const models = index.output;
  const versions = models.filter((entry) => entry.name === address.model);
  if (versions.length === 0) {
    const names = models.map((entry) => entry.name).join(", ") || "no model";
    return cleanText(`the server has ${names}, and not ${address.model}`);
  }
  const found = versions.find((entry) => entry.version === String(address.modelVersion)) ??
    versions.find((entry) => entry.reason);
  if (found === undefined) {
    const there = versions.map((entry) => entry.version).filter(Boolean).join(", ") || "none";
    return cleanText(`the server has these versions of it: ${there}`);
  }
  const state = [found.state, found.reason].filter(Boolean).join(", ");
  return cleanText(`its state is ${state.replace(/\s+/g, " ").trim()}`);
}

function unreachableHint(url: string): string {
  return `is ${url} the Service of the inference release, and does its pod run? See ` +
    "`helm navigator status` and `kubectl get endpointslices`";
}

function statusHint(status: number): string {
  return status >= 500
    ? "the server is starting or overloaded: see its log with `kubectl logs`"
    : "the server runs but does not serve the model: see `helm navigator status` and its log with `kubectl logs`";
}
