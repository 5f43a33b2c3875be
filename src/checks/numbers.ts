import { shown } from './shown';

/** Throws unless a threshold lies between 0 and 1. */
export function checkShare(caller: string, name: string, share: number): void {
  if (!(typeof share === 'number' && share >= 0 && share <= 1)) {
    throw new Error(`${caller}: expected ${name} from 0 to 1, got ${shown(share)}`);
  }
}

/** Throws unless a setting is a finite number. */
export function checkFinite(caller: string, name: string, value: number): void {
  if (!Number.isFinite(value))
    throw new Error(`${caller}: expected ${name} to be a finite number, got ${shown(value)}`);
}

/** Throws unless a setting is a number; infinity is one, NaN is none. */
export function checkNumber(caller: string, name: string, value: number): void {
  if (typeof value !== 'number' || Number.isNaN(value)) {
    throw new Error(`${caller}: expected ${name} to be a number, got ${shown(value)}`);
  }
}

/** Throws unless a setting is a finite number from 0 on. */
export function checkFrom0(caller: string, name: string, value: number): void {
  if (!(Number.isFinite(value) && value >= 0)) {
    throw new Error(`${caller}: expected ${name} to be a number ≥ 0, got ${shown(value)}`);
  }
}

/** Throws unless a setting is a finite number above 0. */
export function checkPositive(caller: string, name: string, value: number): void {
  if (!(Number.isFinite(value) && value > 0)) {
    throw new Error(`${caller}: expected ${name} to be a number > 0, got ${shown(value)}`);
  }
}

/** Throws unless a bound is a number above 0; infinity is none. */
export function checkBound(caller: string, name: string, value: number): void {
  if (!(typeof value === 'number' && value > 0)) {
    throw new Error(`${caller}: expected ${name} above 0, got ${shown(value)}`);
  }
}

/** Throws unless a setting is a whole number of at least `minimum`, or where `endless` allows it, infinity. */
export function checkCount(caller: string, name: string, count: number, minimum: number, endless = false): void {
  if (endless && count === Number.POSITIVE_INFINITY) return;
  if (!Number.isSafeInteger(count) || count < minimum) {
    throw new Error(`${caller}: expected ${name} to be a whole number ≥ ${minimum}, got ${shown(count)}`);
  }
}
