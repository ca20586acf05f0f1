/** The objects below an address, all pages of them, with names that can be files. */

import { ToolError } from "../../errors.ts";
import { collisionKey, pathProblem } from "../../model/safe_path.ts";
import { cleanText } from "../../text/clean.ts";
import type { Refused } from "./answer.ts";
import { send } from "./ask.ts";
import { sha256OfText } from "../digest.ts";
import { patience } from "./patience.ts";
import type { ListedObject, ListingPage, Provider } from "./provider.ts";
import {
  brokenOff,
  type DownloadEffects,
  type DownloadPolicy,
  gaveUp,
  pause,
  stopped,
} from "./transfer.ts";
import { watchdog } from "./watchdog.ts";

/** More is no model, but a bucket. */
const MAX_OBJECTS = 10_000;

export interface ListingRequest {
  readonly provider: Provider;
  readonly shown: string;
  readonly policy: DownloadPolicy;
}

/** The store does not let us look. */
export class NotListed extends ToolError {}

/** Sorted by name; empty when nothing is there. */
export async function listObjects(
  request: ListingRequest,
  world: DownloadEffects,
): Promise<readonly ListedObject[]> {
  const { shown } = request;
  const found: ListedObject[] = [];
  let next: string | undefined;
  do {
    const page = await nextPage(request, next, world);
    // Consoles mark a folder by an empty object whose name ends in a slash.
    found.push(...page.objects.filter(({ name }) => name !== "" && !name.endsWith("/")));
    if (found.length > MAX_OBJECTS) {
      throw new ToolError(`cannot fetch ${shown}: it holds more than ${MAX_OBJECTS} objects`, {
        hint: "name the folder of one model",
      });
    }
    next = page.next;
  } while (next !== undefined);
  const objects = withoutMarkers(found);
  checkNames(objects, shown);
  return objects.sort((a, b) => a.name < b.name ? -1 : 1);
}

/** Another one when anything in the folder is another one. */
export function listingId(objects: readonly ListedObject[]): string {
  return sha256OfText(
    JSON.stringify(objects.map(({ name, size, validator }) => [name, size, validator])),
  );
}

async function nextPage(
  request: ListingRequest,
  next: string | undefined,
  world: DownloadEffects,
): Promise<ListingPage> {
  const { shown, policy } = request;
  const own = patience(policy);
  for (;;) {
    const answer = await askForPage(request, next, world);
    if ("objects" in answer) return answer;
    if (answer.kind === "stop") {
      const { message, details } = stopped(shown, answer);
      throw new NotListed(message, details);
    }
    const trouble = answer.kind === "again" ? answer : { reason: "it cannot be listed" };
    const waitMs = own.wait(0, answer.kind === "again" ? answer.waitMs : undefined);
    if (waitMs === undefined) throw gaveUp(shown, trouble, own.count());
    await pause({ ...trouble, waitMs }, world);
  }
}

async function askForPage(
  { provider, shown, policy }: ListingRequest,
  next: string | undefined,
  world: DownloadEffects,
): Promise<ListingPage | Refused> {
  const { list, read } = provider.folder!;
  const watch = watchdog(policy.stallMs, world.signal);
  const answer = await send(() => list(next), { provider, watch }, world);
  if (!(answer instanceof Response)) return answer;
  watch.start();
  try {
    return read(await answer.text());
  } catch (error) {
    return { kind: "again", ...brokenOff(error, shown, world.signal) };
  } finally {
    watch.stop();
  }
}

/** Some tools mark a folder by an empty object of its name. */
function withoutMarkers(objects: readonly ListedObject[]): ListedObject[] {
  const folders = new Set(objects.flatMap(({ name }) => foldersOf(name)));
  return objects.filter(({ name, size }) => size > 0 || !folders.has(name));
}

/** `a/b/c` → `a`, `a/b` */
function foldersOf(name: string): string[] {
  const parts = name.split("/");
  return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join("/"));
}

function checkNames(objects: readonly ListedObject[], shown: string): void {
  const folders = new Set(objects.flatMap(({ name }) => foldersOf(name)).map(collisionKey));
  const seen = new Set<string>();
  const problems = objects.flatMap(({ name }) => {
    const key = collisionKey(name);
    const collides = seen.has(key) || folders.has(key);
    seen.add(key);
    const problem = pathProblem(name) ??
      (name.split("/").some((part) => part === "" || part === ".")
        ? "cannot be that of a file"
        : collides
        ? "is another object's too on some file systems"
        : undefined);
    return problem === undefined ? [] : [`the name \`${cleanText(name)}\` ${problem}`];
  });
  if (problems.length > 0) {
    throw new ToolError(`cannot fetch ${shown}: ${problems.slice(0, 3).join("; ")}`, {
      hint: "rename the objects, or upload the model as an archive",
    });
  }
}
