import { decimal } from '../platform/textFile';

// Numbers and flags as exports write them: JSON with numbers in quotes, tables with decimal commas, XML with True for 1. One rule for
// all readers.

/** The number that a value is, or that its text writes in decimals with a point or a comma; NaN where it is none. */
export function looseNumber(value: unknown): number {
  if (typeof value === 'number') return Number.isFinite(value) ? value : Number.NaN;
  if (typeof value !== 'string') return Number.NaN;
  const text = value.trim();
  return decimal(/^[+-]?\d*,\d+$/.test(text) ? text.replace(',', '.') : text);
}

/** The whole number from `least` to `most` that a value is or writes, `640.0` too; null where it is none. */
export function looseWhole(value: unknown, least: number, most: number): number | null {
  const number = looseNumber(value);
  return Number.isInteger(number) && number >= least && number <= most ? number : null;
}

/** What stands for no value. */
const nothing = new Set(['', 'unspecified', 'unknown', 'none', 'null', 'nan', 'n/a']);
const yes = new Set(['1', 'true', 'yes', 'y', 't']);
const no = new Set(['0', 'false', 'no', 'n', 'f']);

/** Whether a flag is set: 0, 1, true, yes and such, in any case; what stands for no value is not set. Null where it says neither. */
export function looseFlag(value: unknown): boolean | null {
  if (value === undefined || value === null) return false;
  if (typeof value === 'boolean') return value;
  const text = String(value).trim().toLowerCase();
  if (yes.has(text)) return true;
  if (no.has(text) || nothing.has(text)) return false;
  const number = looseNumber(text);
  return number === 0 ? false : number === 1 ? true : null;
}

/** Longest side of an image, px, as the file formats of images have it. */
const longestSide = 65535;

/** Height and width that an annotation claims, whole px from 1; null where either is missing or is no such number. */
export function looseSize(height: unknown, width: unknown): { height: number; width: number } | null {
  const sides = [height, width].map((side) => looseWhole(side, 1, longestSide));
  return sides[0] === null || sides[1] === null ? null : { height: sides[0], width: sides[1] };
}
