/** A way to a server that breaks, as networks do. */

export interface CutLine extends AsyncDisposable {
  readonly address: string;
  /** How often it broke. */
  readonly cuts: number;
  /** Somebody has connected. */
  readonly asked: boolean;
}

export interface CutPlan {
  /** `host:port` at the other end. */
  readonly to: string;
  /** Only so many connections break. */
  readonly cuts: number;
  /** After so many bytes from the client; without, none passes and all stay open. */
  readonly after?: number;
}

export function cutLine({ to, cuts, after }: CutPlan): CutLine {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const [hostname, port] = to.split(":");
  const open = new Set<Deno.Conn>();
  let cut = 0;
  let asked = false;
  const close = (connection: Deno.Conn) => {
    if (open.delete(connection)) connection.close();
  };
  const carry = async (from: Deno.Conn, into: Deno.Conn, limit: number) => {
    const buffer = new Uint8Array(65536);
    let carried = 0;
    try {
      for (let count = await from.read(buffer); count !== null; count = await from.read(buffer)) {
        for (let rest = buffer.subarray(0, count); rest.length > 0;) {
          rest = rest.subarray(await into.write(rest));
        }
        carried += count;
        if (carried > limit && cut < cuts) {
          cut++;
          break;
        }
      }
    } catch {
      // One of the two went away.
    }
    close(from);
    close(into);
  };
  const serving = (async () => {
    for await (const client of listener) {
      open.add(client);
      asked = true;
      if (after === undefined) continue;
      const server = await Deno.connect({ hostname: hostname!, port: Number(port) });
      open.add(server);
      carry(client, server, after);
      carry(server, client, Infinity);
    }
  })();
  return {
    address: `127.0.0.1:${(listener.addr as Deno.NetAddr).port}`,
    get cuts() {
      return cut;
    },
    get asked() {
      return asked;
    },
    [Symbol.asyncDispose]: async () => {
      listener.close();
      for (const connection of open) close(connection);
      await serving;
    },
  };
}
