import type { Data, NdArray } from 'ndarray';
import { isNdarray } from '../checks/isNdarray';
import { isTensor } from '../checks/isTensor';
import { shown } from '../checks/shown';
import { rowMajor } from '../shape/rowMajor';

/** Numbers in a row, or of an ndarray row by row. */
function numbersOf(values: ArrayLike<number> | NdArray<Data<number>>, which: string): number[] {
  const refuse = (got: string): never => {
    throw new Error(`largestDifference: expected ${which} to be numbers, got ${got}`);
  };
  if (isTensor(values)) refuse('a tensor; await its data()');
  if (isNdarray(values)) return rowMajor(values);
  const isList = Array.isArray(values) || (ArrayBuffer.isView(values) && !(values instanceof DataView));
  if (!isList) refuse(shown(values));
  return Array.from(values as ArrayLike<number>, (value, i) =>
    typeof value === 'number' ? value : refuse(`${shown(value)} at ${i}`),
  );
}

/**
 * How far two lists of numbers are apart, `max |aᵢ − bᵢ|`: whether a loop and a kernel agree.
 * @example
 * assert.ok(largestDifference(ours, await library.data()) < 1e-5);
 *
 * @param found `[N]`, or an ndarray of any shape, which is read row by row. @param expected as many numbers.
 * @returns 0 of no numbers, and infinity where one of a pair is not a number and the other is, or where only one is infinite.
 * @throws where there are more of one than of the other, and on what are no numbers.
 */
export function largestDifference(
  found: ArrayLike<number> | NdArray<Data<number>>,
  expected: ArrayLike<number> | NdArray<Data<number>>,
): number {
  const [one, other] = [numbersOf(found, 'what was found'), numbersOf(expected, 'what was expected')];
  if (one.length !== other.length) {
    throw new Error(`largestDifference: expected ${other.length} numbers, got ${one.length}`);
  }
  let most = 0;
  for (let i = 0; i < one.length; i++) {
    if (Object.is(one[i], other[i])) continue;
    const apart = Math.abs(one[i] - other[i]);
    most = Math.max(most, Number.isNaN(apart) ? Number.POSITIVE_INFINITY : apart);
  }
  return most;
}
