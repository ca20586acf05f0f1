import { readHelmRecord } from "../../../src/cluster/helm_record.ts";
import type { KubeApi } from "../../../src/world.ts";
import { equal } from "../../support/assert.ts";

async function stored(record: object): Promise<string> {
  const stream = new Blob([JSON.stringify(record)]).stream().pipeThrough(
    new CompressionStream("gzip"),
  );
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  return btoa(bytes.toBase64());
}

function api(answers: Record<string, object | number>): KubeApi {
  return {
    ask: (path) => {
      const found = answers[decodeURIComponent(path)] ?? 404;
      return Promise.resolve(
        typeof found === "number" ? { status: found, body: "" } : { status: 200, body: found },
      );
    },
    close: () => Promise.resolve(),
  };
}

const LIST = "/api/v1/namespaces/n/secrets?labelSelector=owner=helm,name=r";
const versions = (...all: [version: string, status: string][]) => ({
  items: all.map(([version, status]) => ({ metadata: { labels: { version, status } } })),
});

Deno.test("the values of the revision that an upgrade builds on", async () => {
  const release = async (version: number) => ({
    data: {
      release: await stored({
        version,
        chart: { metadata: { name: "m-inference" } },
        config: { replicaCount: version },
      }),
    },
  });
  const secrets = {
    "/api/v1/namespaces/n/secrets/sh.helm.release.v1.r.v9": await release(9),
    "/api/v1/namespaces/n/secrets/sh.helm.release.v1.r.v10": await release(10),
  };
  const read = (list: object) => readHelmRecord(api({ [LIST]: list, ...secrets }), "n", "r");
  equal(await read(versions(["9", "deployed"], ["10", "failed"])), {
    chart: "m-inference",
    version: 9,
    status: "failed",
    values: { replicaCount: 9 },
  });
  equal((await read(versions(["9", "superseded"], ["10", "failed"])))?.version, 10);
  equal(await read(versions()), undefined);
});

Deno.test("who may not look at secrets, is told nothing of a release", async () => {
  equal(await readHelmRecord(api({ [LIST]: 403 }), "n", "r"), undefined);
  equal(await readHelmRecord(api({ [LIST]: versions(["1", "deployed"]) }), "n", "r"), undefined);
});
