/** A process that fetches, to be killed: `fetch_child.ts URI TO` ends with what was fetched as JSON. */

import { fetchObject } from "../../src/deployer/fetch/fetch.ts";
import { parseModelUri } from "../../src/deployer/model_uri.ts";
import { sourceFor } from "../../src/deployer/fetch/source.ts";
import { POLICY } from "../../src/deployer/fetch/transfer.ts";
import { realWorld } from "../../src/io/real_world.ts";

const [text, to] = Deno.args as [string, string];
const world = realWorld(new URL("../../", import.meta.url));
const uri = parseModelUri(text);
const part = 1 << 20;
const policy = { ...POLICY, connections: 4, firstBytes: part, smallestPart: part, saveMs: 20 };
const request = { source: sourceFor(uri, world), address: uri.text, shown: uri.shown, to, policy };
const { object } = await fetchObject({ ...request, sha256: undefined }, world);
world.streams.out(JSON.stringify(object));
Deno.exit();
