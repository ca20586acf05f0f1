/** An HTTP server on a bare socket that gives one scripted answer after another, faults included. */

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** The length that the headers claim; default: the body's own. */
  readonly length?: number;
  /** In chunks, without a length. */
  readonly chunked?: boolean;
  /** Not even headers. */
  readonly silent?: boolean;
  /** What follows the body; default: the connection is closed; after a pause, the client has read it. */
  readonly end?: "close" | "pause" | "stall" | "reset";
}

export interface ScriptedServer extends AsyncDisposable {
  readonly url: string;
  /** The headers of each request, in order. */
  readonly requests: Headers[];
}

/** Answers in turn, or told from the request's headers and number. */
export type Script = readonly Answer[] | Answering;
export type Answering = (headers: Headers, index: number) => Answer;

export function scriptedServer(script: Script): ScriptedServer {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const requests: Headers[] = [];
  const open = new Set<Deno.Conn>();
  const serve = async (connection: Deno.TcpConn) => {
    open.add(connection);
    try {
      const headers = await readHeaders(connection);
      const index = requests.push(headers) - 1;
      const answer = (typeof script === "function" ? script(headers, index) : script[index]) ??
        { status: 500 };
      if (answer.end !== "reset") await connection.read(new Uint8Array(1));
      if (!answer.silent) await write(connection, answer);
      if (answer.end === "stall") return;
    } catch {
      // The client went away.
    }
    close(connection);
  };
  const close = (connection: Deno.Conn) => {
    if (open.delete(connection)) connection.close();
  };
  const accepting = (async () => {
    for await (const connection of listener) serve(connection as Deno.TcpConn);
  })();
  const { port } = listener.addr as Deno.NetAddr;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    [Symbol.asyncDispose]: async () => {
      listener.close();
      for (const connection of open) close(connection);
      await accepting;
    },
  };
}

/** All but the last byte: a connection that is closed while one is unread is reset. */
async function readHeaders(connection: Deno.Conn): Promise<Headers> {
  let text = "";
  // A request is longer than that.
  let buffer = new Uint8Array(64);
  while (!text.endsWith("\r\n\r")) {
    const count = await connection.read(buffer);
    if (count === null) throw new Error("no request came");
    text += new TextDecoder().decode(buffer.subarray(0, count));
    buffer = new Uint8Array(1);
  }
  const [, ...lines] = text.slice(0, -3).split("\r\n");
  return new Headers(lines.map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon), line.slice(colon + 1).trim()] as [string, string];
  }));
}

async function write(connection: Deno.TcpConn, answer: Answer): Promise<void> {
  const { status = 200, headers = {}, body = new Uint8Array(), chunked, end } = answer;
  const framing = chunked
    ? "transfer-encoding: chunked"
    : `content-length: ${answer.length ?? body.length}`;
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const head = [`HTTP/1.1 ${status} X`, framing, "connection: close", ...lines, "", ""];
  await writeAll(connection, new TextEncoder().encode(head.join("\r\n")));
  if (chunked) {
    await writeAll(connection, new TextEncoder().encode(`${body.length.toString(16)}\r\n`));
    await writeAll(connection, body);
    await writeAll(connection, new TextEncoder().encode("\r\n0\r\n\r\n"));
  } else {
    await writeAll(connection, body);
  }
  // A pause lets the client read what came before the connection breaks.
  if (end === "pause") await new Promise((resolve) => setTimeout(resolve, 50));
}

async function writeAll(connection: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await connection.write(rest));
}
