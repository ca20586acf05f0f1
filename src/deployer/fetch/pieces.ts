/** Which bytes of an object are there, which are on their way, and which are nobody's yet. */

import type { Range } from "./provider.ts";

export interface Pieces {
  /** The first bytes that nobody has taken, at most `size` of them. */
  take(size: number): Range | undefined;
  giveBack(range: Range): void;
  arrived(range: Range): void;
  /** All bytes before this one are there. */
  front(): number;
  /** How many are there. */
  count(): number;
  /** What is there, in order. */
  there(): readonly Range[];
}

export function piecesOf(total: number, already: readonly Range[]): Pieces {
  const there = [...already];
  const free = gaps(total, already);
  return {
    take: (size) => {
      const first = free[0];
      if (first === undefined) return undefined;
      const to = Math.min(first.to, first.from + size);
      if (to === first.to) free.shift();
      else free[0] = { from: to, to: first.to };
      return { from: first.from, to };
    },
    giveBack: (range) => insert(free, range),
    arrived: (range) => insert(there, range),
    front: () => there[0]?.from === 0 ? there[0].to : 0,
    count: () => there.reduce((sum, { from, to }) => sum + to - from, 0),
    there: () => [...there],
  };
}

/** Keeps the list in order, and joins what touches. */
function insert(list: Range[], range: Range): void {
  if (range.to <= range.from) return;
  let at = list.length;
  while (at > 0 && list[at - 1]!.from > range.from) at--;
  const before = list[at - 1]?.to === range.from ? 1 : 0;
  const after = list[at]?.from === range.to ? 1 : 0;
  const from = before ? list[at - 1]!.from : range.from;
  const to = after ? list[at]!.to : range.to;
  list.splice(at - before, before + after, { from, to });
}

function gaps(total: number, there: readonly Range[]): Range[] {
  const edges = [0, ...there.flatMap(({ from, to }) => [from, to]), total];
  const found: Range[] = [];
  for (let i = 0; i < edges.length; i += 2) {
    if (edges[i]! < edges[i + 1]!) found.push({ from: edges[i]!, to: edges[i + 1]! });
  }
  return found;
}

/** Ranges from a file, only if they can be those of an object of this size. */
export function isRangeList(value: unknown, total: number): value is readonly Range[] {
  let last = -1;
  return Array.isArray(value) && value.every((range) => {
    const { from, to } = range ?? {};
    const fits = Number.isSafeInteger(from) && Number.isSafeInteger(to) &&
      from > last && from < to && to <= total;
    last = to;
    return fits;
  });
}
