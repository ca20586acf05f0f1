/** A client that asks a model y = factor * x again and again, while something happens to it. */

export interface Answers {
  /** The factor that each answer shows, in the order in which they came. */
  readonly factors: readonly number[];
  /** What came instead of a right answer. */
  readonly failures: readonly string[];
}

const CLIENTS = 2;
const PAUSE_MS = 10;
const LONGEST_MS = 5000;

/** @param url of the server, as its Service has it */
export async function underLoad(url: string, deed: () => Promise<void>): Promise<Answers> {
  const answers = { factors: [] as number[], failures: [] as string[] };
  // A connection for each request, so that the Service chooses a pod each time.
  using client = Deno.createHttpClient({ poolMaxIdlePerHost: 0, http2: false });
  let over = false;
  const ask = async () => {
    while (!over) {
      await infer(url, client).then(
        (factor) => answers.factors.push(factor),
        (error) => answers.failures.push(`${error}`),
      );
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  };
  const asking = Array.from({ length: CLIENTS }, ask);
  try {
    await deed();
  } finally {
    over = true;
    await Promise.all(asking);
  }
  return answers;
}

async function infer(url: string, client: Deno.HttpClient): Promise<number> {
  const data = [1, 2, 3];
  const input = { name: "x", shape: [1, 3], datatype: "FP32", data };
  const response = await fetch(`${url}/v2/models/factor/infer`, {
    method: "POST",
    body: JSON.stringify({ inputs: [input] }),
    client,
    signal: AbortSignal.timeout(LONGEST_MS),
  });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${response.status} ${text}`);
  const [factor, ...others] = JSON.parse(text).outputs[0].data as [number, ...number[]];
  if (others.join() !== [2 * factor, 3 * factor].join()) throw new Error(`wrong numbers: ${text}`);
  return factor;
}
