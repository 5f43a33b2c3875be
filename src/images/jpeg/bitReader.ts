import { type HuffmanTable, lookupBits } from './huffman';

/**
 * Reads the bits of entropy-coded data. Behind the byte 0xFF stands a 0 that is left out; any other byte there is a marker, at which the
 * data end. Beyond their end every bit is 0, and counted.
 */
export class BitReader {
  /** Bits that have been taken from the bytes; the lowest `held` ones are still to be read. */
  private bits = 0;
  private held = 0;
  /** Zeros that were put behind the end. */
  private padded = 0;

  constructor(
    private readonly bytes: Uint8Array,
    /** Where the next byte stands. */
    private at: number,
    private readonly end: number,
  ) {}

  /** Bits that were read beyond the end of the data. */
  get overrun(): number {
    return Math.max(0, this.padded - this.held);
  }

  /** Takes bytes until at least 25 bits are held. */
  private fill(): void {
    const { bytes, end } = this;
    while (this.held <= 24) {
      let byte = 0;
      if (this.at >= end) this.padded += 8;
      else {
        byte = bytes[this.at];
        if (byte !== 0xff) this.at++;
        else if (bytes[this.at + 1] === 0 && this.at + 1 < end) this.at += 2;
        else {
          byte = 0;
          this.padded += 8;
        }
      }
      this.bits = (this.bits << 8) | byte;
      this.held += 8;
    }
  }

  /** The next symbol of a code. @throws where the bits are no code. */
  symbol({ lookup, greatest, offsets, symbols }: HuffmanTable): number {
    if (this.held < 16) this.fill();
    const entry = lookup[(this.bits >>> (this.held - lookupBits)) & ((1 << lookupBits) - 1)];
    if (entry !== 0) {
      this.held -= entry >> 8;
      return entry & 255;
    }
    for (let length = lookupBits + 1; length <= 16; length++) {
      const code = (this.bits >>> (this.held - length)) & ((1 << length) - 1);
      if (code > greatest[length]) continue;
      this.held -= length;
      return symbols[code + offsets[length]];
    }
    throw new Error('bits that are no Huffman code');
  }

  /** The next bits as a number; `count` from 0 to 16. */
  number(count: number): number {
    if (count === 0) return 0;
    if (this.held < count) this.fill();
    this.held -= count;
    return (this.bits >>> this.held) & ((1 << count) - 1);
  }

  /** The next bits as a difference: the lower half of the numbers stands for −2^count + 1 …, ITU-T T.81, F.2.2.1. */
  signed(count: number): number {
    if (count === 0) return 0;
    const value = this.number(count);
    return value < 1 << (count - 1) ? value - (1 << count) + 1 : value;
  }

  /**
   * Goes on behind the restart marker that ends the data; bytes before it are left out.
   * @param number its number, 0–7.
   * @throws where another marker, or none, is there.
   */
  restart(number: number): void {
    const { bytes, end } = this;
    let at = this.at;
    for (; at < end; at++) {
      if (bytes[at] === 0xff && bytes[at + 1] !== 0 && bytes[at + 1] !== 0xff) break;
    }
    if (at >= end || bytes[at + 1] !== 0xd0 + number) throw new Error(`restart marker ${number} is missing`);
    this.at = at + 2;
    this.bits = 0;
    this.held = 0;
    this.padded = 0;
  }
}
