import type { HuffmanCode } from './tables';

/** Bits that are looked up at once: nearly all codes are at most as long. */
export const lookupBits = 9;

/** A Huffman code, ready to decode. */
export interface HuffmanTable {
  /** By the next {@link lookupBits} bits: length of the code · 256 + symbol; 0 where it is longer. */
  lookup: Uint16Array;
  /** By length: the greatest code, or −1 where there is none. */
  greatest: Int32Array;
  /** By length: what leads from a code to its place among the symbols. */
  offsets: Int32Array;
  symbols: Uint8Array;
}

/**
 * Makes the tables of a code: codes of one length are numbers in order, and those of the next begin at twice the first free one.
 * ITU-T T.81, annex C and F.2.2.3.
 * @throws where there are more codes than fit into their lengths.
 */
export function huffmanTable({ counts, symbols }: HuffmanCode): HuffmanTable {
  const lookup = new Uint16Array(1 << lookupBits);
  const greatest = new Int32Array(17).fill(-1);
  const offsets = new Int32Array(17);
  let code = 0;
  let place = 0;
  for (let length = 1; length <= 16; length++) {
    offsets[length] = place - code;
    for (let k = 0; k < counts[length - 1]; k++, code++, place++) {
      if (code >= 1 << length) throw new Error('damaged JPEG (a Huffman code that does not fit its lengths)');
      if (length > lookupBits) continue;
      const first = code << (lookupBits - length);
      lookup.fill((length << 8) | symbols[place], first, first + (1 << (lookupBits - length)));
    }
    if (counts[length - 1] > 0) greatest[length] = code - 1;
    code <<= 1;
  }
  return { lookup, greatest, offsets, symbols };
}

/** The code of each symbol, and its length in bits, for encoding; 0 where there is none. */
export function huffmanCodes({ counts, symbols }: HuffmanCode): { codes: Uint16Array; lengths: Uint8Array } {
  const codes = new Uint16Array(256);
  const lengths = new Uint8Array(256);
  let code = 0;
  let place = 0;
  for (let length = 1; length <= 16; length++) {
    for (let k = 0; k < counts[length - 1]; k++, code++, place++) {
      codes[symbols[place]] = code;
      lengths[symbols[place]] = length;
    }
    code <<= 1;
  }
  return { codes, lengths };
}
