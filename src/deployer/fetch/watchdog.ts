/** Ends what has been silent for too long. */

export interface Watchdog {
  readonly signal: AbortSignal;
  /** Waits for the network from now on, once more the whole time. */
  start(): void;
  /** Waits for nothing, or for something that may take its time. */
  stop(): void;
}

export class Stalled extends Error {
  constructor(milliseconds: number) {
    super(`nothing came for ${milliseconds / 1000} s`);
  }
}

/** @param outer ends it as well, with its own reason */
export function watchdog(milliseconds: number, outer: AbortSignal): Watchdog {
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = () => clearTimeout(timer);
  return {
    signal: AbortSignal.any([controller.signal, outer]),
    start: () => {
      stop();
      timer = setTimeout(() => controller.abort(new Stalled(milliseconds)), milliseconds);
    },
    stop,
  };
}
