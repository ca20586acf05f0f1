/** How far a step is: a line that is replaced on a terminal, one every ten seconds in a log. */

import type { World } from "../world.ts";

export type Step = "fetch" | "unpack";

export interface Progress {
  report(done: number, total: number | undefined): void;
  /** An earlier run has done so much: it does not count as the speed of this one. */
  skip(done: number): void;
  /** Takes the terminal's line away. */
  end(): void;
}

const LOG_EVERY_MS = 10_000;
const TERMINAL_EVERY_MS = 100;

export function stepProgress(step: Step, world: Pick<World, "streams" | "now">): Progress {
  const { streams } = world;
  const say = streams.terminal ? streams.progress : streams.err;
  const every = streams.terminal ? TERMINAL_EVERY_MS : LOG_EVERY_MS;
  let last = { at: world.now().getTime(), done: 0 };
  let rate = 0;
  return {
    report: (done, total) => {
      const now = world.now().getTime();
      const elapsed = now - last.at;
      if (elapsed < every) return;
      const current = Math.max(0, done - last.done) / elapsed * 1000;
      rate = rate === 0 || !streams.terminal ? current : 0.9 * rate + 0.1 * current;
      last = { at: now, done };
      if (streams.measure === undefined) return say(printProgress(step, { done, total, rate }));
      streams.measure({ step, bytes: done, total, rate: Math.round(rate) });
    },
    skip: (done) => last = { at: last.at, done: last.done + done },
    end: () => streams.progress(""),
  };
}

/** For what cannot tell how far it is: `convert onnx to trt 40 s`. */
export function elapsedProgress(
  doing: string,
  { streams, now }: Pick<World, "streams" | "now">,
): Pick<Progress, "end"> {
  const start = now().getTime();
  const say = streams.terminal ? streams.progress : streams.err;
  const every = streams.terminal ? 10 * TERMINAL_EVERY_MS : LOG_EVERY_MS;
  const timer = setInterval(() => {
    const seconds = Math.round((now().getTime() - start) / 1000);
    if (streams.measure === undefined) say(`${doing} ${seconds} s`);
    else streams.measure({ step: doing.split(" ")[0]!, message: doing, seconds });
  }, every);
  return {
    end: () => {
      clearInterval(timer);
      streams.progress("");
    },
  };
}

interface Reached {
  readonly done: number;
  readonly total: number | undefined;
  /** Bytes per second. */
  readonly rate: number;
}

/** `fetch 43% 812/1890 MB 96 MB/s`, which `status` reads. */
export function printProgress(step: Step, { done, total, rate }: Reached): string {
  const speed = `${megabytes(rate)} MB/s`;
  if (!total) return `${step} ${megabytes(done)} MB ${speed}`;
  const percent = Math.floor(done / total * 100);
  return `${step} ${percent}% ${megabytes(done)}/${megabytes(total)} MB ${speed}`;
}

export function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}

/** `3.2 MB`, `812 MB`, `96 bytes`. */
export function printSize(bytes: number): string {
  if (bytes < 1e3) return `${bytes} bytes`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
  return bytes < 1e7 ? `${(bytes / 1e6).toFixed(1)} MB` : `${megabytes(bytes)} MB`;
}
