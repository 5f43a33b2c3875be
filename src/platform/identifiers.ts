import { createHash, randomBytes } from 'node:crypto';

/** So many random hexadecimal digits. @param digits even. */
export function randomDigits(digits: number): string {
  return randomBytes(digits / 2).toString('hex');
}

/** Twelve hexadecimal digits that tell one text from others: the same for the same text, on the same platform. */
export function textDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
