/** Choices that are the same for the same seed. */

import { seededRandom } from "../../src/tester/random.ts";

export interface Chance {
  pick<T>(choices: readonly T[]): T;
  /** What it makes, in one of so many cases, else undefined. */
  maybe<T>(probability: number, make: () => T): T | undefined;
}

export function chance(seed: number): Chance {
  const next = seededRandom(seed, "test");
  return {
    pick: (choices) => choices[Math.floor(next() * choices.length)]!,
    maybe: (probability, make) => next() < probability ? make() : undefined,
  };
}
