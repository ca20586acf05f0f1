/** A page in a real headless Chromium, by its DevTools protocol. */

import { part } from "./program.ts";

export interface Page {
  /** Calls a method of https://chromedevtools.github.io/devtools-protocol/ */
  call(method: string, params?: object): Promise<Readonly<Record<string, unknown>>>;
  /** The value of a JavaScript expression in the page. */
  evaluate<T>(expression: string): Promise<T>;
  /** Every URL that the page asked for. */
  readonly requests: readonly string[];
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
}

export async function withPage(url: string, deed: (page: Page) => Promise<void>): Promise<void> {
  const profile = await Deno.makeTempDir();
  const browser = new Deno.Command(part("NAVIGATOR_CHROMIUM"), {
    args: [
      ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
      ...["--no-first-run", `--user-data-dir=${profile}`, "--remote-debugging-port=0"],
    ],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const { address, end } = readAddress(browser.stderr);
  try {
    const socket = await open(await address);
    await deed(await openPage(socket, url));
    socket.close();
  } finally {
    browser.kill("SIGKILL");
    await Promise.all([browser.status, end]);
    await Deno.remove(profile, { recursive: true });
  }
}

/** What it says is read to its end, so that it never waits for a reader. */
function readAddress(stderr: ReadableStream<Uint8Array>) {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const read = async () => {
    let said = "";
    for await (const bytes of stderr) {
      said += new TextDecoder().decode(bytes);
      const found = /^DevTools listening on (ws:.+)$/m.exec(said);
      if (found) resolve(found[1]!);
    }
    reject(new Error(`the browser did not start: ${said}`));
  };
  return { address: promise, end: read() };
}

async function open(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  return socket;
}

async function openPage(socket: WebSocket, url: string): Promise<Page> {
  const waiting = new Map<number, (message: Message) => void>();
  const requests: string[] = [];
  let loaded = () => {};
  const whole = new Promise<void>((resolve) => loaded = resolve);
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data) as Message;
    if (message.id !== undefined) waiting.get(message.id)?.(message);
    if (message.method === "Page.loadEventFired") loaded();
    if (message.method === "Network.requestWillBeSent") {
      requests.push((message.params!.request as { url: string }).url);
    }
  };
  let last = 0;
  const send = async (method: string, params: object, sessionId?: string) => {
    const id = ++last;
    const answer = new Promise<Message>((resolve) => waiting.set(id, resolve));
    socket.send(JSON.stringify({ id, method, params, sessionId }));
    const { result, error } = await answer;
    if (error) throw new Error(`${method}: ${error.message}`);
    return result!;
  };
  const { targetId } = await send("Target.createTarget", { url: "about:blank" });
  const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
  const call = (method: string, params: object = {}) => send(method, params, sessionId as string);
  await call("Page.enable");
  await call("Network.enable");
  await call("Page.navigate", { url });
  await whole;
  return {
    call,
    requests,
    evaluate: async <T>(expression: string) => {
      const { result, exceptionDetails } = await call("Runtime.evaluate", {
        expression,
        returnByValue: true,
      });
      if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails));
      return (result as { value: T }).value;
    },
  };
}
