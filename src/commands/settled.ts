/** A promise that is looked at later, and never counts as one that nobody handles. */

export interface Settled<T> {
  readonly value?: T;
  readonly error?: unknown;
}

export function settled<T>(promise: Promise<T>): Promise<Settled<T>> {
  return promise.then((value) => ({ value }), (error: unknown) => ({ error }));
}

/** Its value, or what it was rejected with. */
export async function unwrap<T>(promise: Promise<Settled<T>>): Promise<T> {
  const { value, error } = await promise;
  if (error !== undefined) throw error;
  return value as T;
}
