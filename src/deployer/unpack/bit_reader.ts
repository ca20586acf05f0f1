/** Reads bits, the highest of a byte first. */

export class BitReader {
  readonly #bytes: Uint8Array;
  #next: number;
  /** Bits that are read ahead, the last ones lowest. */
  #held = 0;
  #count = 0;

  /** @param position in bits */
  constructor(bytes: Uint8Array, position: number) {
    this.#bytes = bytes;
    this.#next = position >> 3;
    this.drop(position & 7);
  }

  /** In bits; beyond the end when more was read than there is. */
  get position(): number {
    return this.#next * 8 - this.#count;
  }

  /** The next `count` bits, at most 24, left unread; zeros beyond the end. */
  peek(count: number): number {
    while (this.#count < count) {
      this.#held = (this.#held << 8) | (this.#bytes[this.#next++] ?? 0);
      this.#count += 8;
    }
    return (this.#held >>> (this.#count - count)) & ((1 << count) - 1);
  }

  drop(count: number): void {
    this.peek(count);
    this.#count -= count;
  }

  read(count: number): number {
    const value = this.peek(count);
    this.#count -= count;
    return value;
  }
}
