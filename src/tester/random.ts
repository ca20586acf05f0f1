/** Random numbers that are the same for the same seed, on every machine. */

/** Numbers in [0, 1) with 53 random bits; each label has a sequence of its own. */
export function seededRandom(seed: number, label: string): () => number {
  const next = sfc32(hash(`${seed}:a:${label}`), hash(`${seed}:b:${label}`), seed >>> 0);
  return () => ((next() >>> 5) * 2 ** 26 + (next() >>> 6)) / 2 ** 53;
}

/** FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/ */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    value = Math.imul(value ^ byte, 0x01000193);
  }
  return value >>> 0;
}

/** Chris Doty-Humphrey's small fast counter generator, https://pracrand.sourceforge.net/ */
function sfc32(a: number, b: number, c: number): () => number {
  let counter = 1;
  const next = () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let i = 0; i < 12; i++) next();
  return next;
}
