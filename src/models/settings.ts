import { checkFunction } from '../checks/arguments';
import { checkCount } from '../checks/numbers';
import { shown } from '../checks/shown';
import { voidLabel } from '../data/dataset';

/** What no setting of a model exceeds, be it of numbers, boxes or channels: no memory would hold what comes of more. */
const usualMost = 2 ** 17;

/** Channels of a layer at most. */
export const mostChannels = 2 ** 14;

/** Side of a filter, a patch or a warped region, a stride and the distance between taps, at most, px. */
export const mostPixels = 1024;

/** Rows and columns of a pooled region at most. */
export const mostPooled = 256;

/** Throws unless each of the named settings is a whole number from 1 to `most`. */
export function checkCounts(model: string, counts: Record<string, number>, most = usualMost): void {
  for (const [name, count] of Object.entries(counts)) {
    checkCount(model, name, count, 1);
    if (count > most) throw new Error(`${model}: expected ${name} to be at most ${most}, got ${count}`);
  }
}

/** Throws unless numbers of channels are a list of whole numbers from 1 to 16,384, at least `least` of them. */
export function checkWidths(model: string, widths: readonly number[], least: number, name = 'widths'): void {
  const isWidth = (width: unknown) => Number.isSafeInteger(width) && Number(width) >= 1;
  if (!Array.isArray(widths) || widths.length < least || !widths.every(isWidth)) {
    throw new Error(
      `${model}: expected ${name} to be a list of ${least} or more whole numbers ≥ 1, got ${shown(widths)}`,
    );
  }
  for (const width of widths) checkCounts(model, { [name]: width }, mostChannels);
}

/** Throws unless a number of classes is whole, at least 1, and leaves {@link voidLabel} a label of its own. */
export function checkPixelClasses(model: string, classes: number): void {
  if (!Number.isSafeInteger(classes) || classes < 1 || classes > voidLabel) {
    throw new Error(`${model}: expected classes to be a whole number from 1 to ${voidLabel}, got ${shown(classes)}`);
  }
}

/** Throws unless a way to propose boxes is a function. */
export function checkMethod(model: string, propose: unknown): void {
  checkFunction(model, 'propose', propose, '(image) => boxes');
}
