import { checkFinite } from '../checks/numbers';

/** Longer lists are a mistake, such as the pixels of a data set. */
const most = 2 ** 24;

/**
 * Numbers in equal steps, the end left out, as Python's `range` and PyTorch's `arange`.
 * @example
 * range(4); // [0, 1, 2, 3]
 * range(1, 4); // [1, 2, 3]
 * range(0, 1, 0.25); // [0, 0.25, 0.5, 0.75]
 *
 * @param first how many numbers there are from 0, or, where `end` is given, the first number. @param end is left out. @param step from
 * one number to the next, not 0; it may be negative.
 * @returns `first + step · i` for all i ≥ 0 that do not reach the end: a list of length 0 where the first does.
 * @throws on numbers that are not finite, on a step of 0, and on more than 2²⁴ numbers.
 */
export function range(first: number, end?: number, step = 1): number[] {
  const [from, to] = end === undefined ? [0, first] : [first, end];
  checkFinite('range', end === undefined ? 'the count' : 'the first number', first);
  if (end !== undefined) checkFinite('range', 'the end', end);
  checkFinite('range', 'the step', step);
  if (step === 0) throw new Error('range: expected a step other than 0, got 0');
  // A little less, so that 0.3 / 0.1 steps are 3.
  const count = Math.max(0, Math.ceil((to - from) / step - 1e-9));
  if (count > most) throw new Error(`range: expected at most ${most} numbers, got ${count}`);
  return Array.from({ length: count }, (_, i) => from + step * i);
}
