/** Numbers and bytes that look random and are the same for the same seed. */

/** Numbers from 0 up to, but without, 1 (mulberry32). */
export function random(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = state + 0x6d2b79f5 | 0;
    let t = Math.imul(state ^ state >>> 15, 1 | state);
    t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t;
    return ((t ^ t >>> 14) >>> 0) / 2 ** 32;
  };
}

export function noise(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  const next = random(seed);
  return Uint8Array.from({ length }, () => next() * 256);
}
