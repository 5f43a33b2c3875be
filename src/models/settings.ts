import { checkCount } from '../checks/numbers';

import { voidLabel } from '../data/dataset';

/** Throws unless each of the named settings is a whole number ≥ 1. */
export function checkCounts(model: string, counts: Record<string, number>): void {
  for (const [name, count] of Object.entries(counts)) checkCount(model, name, count, 1);
}

/** Throws unless numbers of channels are a list of whole numbers ≥ 1, at least `least` of them. */
export function checkWidths(model: string, widths: readonly number[], least: number, name = 'widths'): void {
  if (!Array.isArray(widths) || widths.length < least || !widths.every((w) => Number.isSafeInteger(w) && w >= 1)) {
    const got = Array.isArray(widths) ? `[${widths}]` : widths;
    throw new Error(`${model}: expected ${name} to be a list of ${least} or more whole numbers ≥ 1, got ${got}`);
  }
}

/** Throws unless a number of classes is whole, at least 1, and leaves {@link voidLabel} a label of its own. */
export function checkPixelClasses(model: string, classes: number): void {
  if (!Number.isSafeInteger(classes) || classes < 1 || classes > voidLabel) {
    throw new Error(`${model}: expected classes to be a whole number from 1 to ${voidLabel}, got ${classes}`);
  }
}

/** Throws unless a way to propose boxes is a function. */
export function checkMethod(model: string, propose: unknown): void {
  if (typeof propose !== 'function') {
    throw new Error(`${model}: expected propose to be a function of an image, got ${typeof propose}`);
  }
}
