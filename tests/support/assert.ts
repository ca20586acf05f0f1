/** The few assertions that tests need, on Node's own. */

import assert from "node:assert/strict";

export const equal: <T>(actual: T, expected: T, message?: string) => void = assert.deepStrictEqual;

export function match(text: string, pattern: RegExp): void {
  assert.match(text, pattern);
}

export function ok(value: unknown, message?: string): asserts value {
  assert.ok(value, message);
}

/** The error that the call ends in; fails when it ends well. */
export async function failure(call: () => unknown): Promise<Error> {
  try {
    await call();
  } catch (error) {
    assert.ok(error instanceof Error);
    return error;
  }
  assert.fail("it did not fail");
}
