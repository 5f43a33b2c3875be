import { hexadecimal } from '../hexadecimal';
import { crc32 } from './compression';

export function randomDigits(digits: number): string {
  return hexadecimal(crypto.getRandomValues(new Uint8Array(digits / 2)));
}

/** Two checksums of the text; Node takes SHA-256, which a page computes only asynchronously. */
export function textDigest(text: string): string {
  const bytes = new TextEncoder().encode(text);
  const sums = new Uint8Array(8);
  const view = new DataView(sums.buffer);
  view.setUint32(0, crc32(bytes));
  view.setUint32(4, crc32(bytes.reverse(), bytes.length));
  return hexadecimal(sums.subarray(0, 6));
}
