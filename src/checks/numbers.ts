/** Throws unless a threshold lies between 0 and 1. */
export function checkShare(caller: string, name: string, share: number): void {
  if (!(share >= 0 && share <= 1)) throw new Error(`${caller}: expected ${name} from 0 to 1, got ${share}`);
}

/** Throws unless a setting is a finite number from 0 on. */
export function checkFrom0(caller: string, name: string, value: number): void {
  if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) {
    throw new Error(`${caller}: expected ${name} to be a number ≥ 0, got ${value}`);
  }
}

/** Throws unless a setting is a finite number above 0. */
export function checkPositive(caller: string, name: string, value: number): void {
  if (!(value > 0 && value < Number.POSITIVE_INFINITY)) {
    throw new Error(`${caller}: expected ${name} to be a number > 0, got ${value}`);
  }
}

/** Throws unless a setting is a whole number of at least `minimum`, or where `endless` allows it, infinity. */
export function checkCount(caller: string, name: string, count: number, minimum: number, endless = false): void {
  if (endless && count === Number.POSITIVE_INFINITY) return;
  if (!Number.isSafeInteger(count) || count < minimum) {
    throw new Error(`${caller}: expected ${name} to be a whole number ≥ ${minimum}, got ${count}`);
  }
}
