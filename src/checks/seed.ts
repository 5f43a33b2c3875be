import { shown } from './shown';

/** Throws unless a seed is a whole number. */
export function checkSeed(caller: string, seed: number): void {
  if (!Number.isSafeInteger(seed)) throw new Error(`${caller}: expected a whole number as seed, got ${shown(seed)}`);
}
