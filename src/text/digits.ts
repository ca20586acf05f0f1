/** Numbers as people read them. */

/** 0.341, 3.41, 34.1, 341, 3410: what a measurement can tell apart. */
export function threeDigits(value: number): string {
  const decimals = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;
  return value.toFixed(decimals);
}
