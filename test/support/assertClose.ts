import * as assert from 'uvu/assert';

/** How far an element may be off: |actual − expected| ≤ absolute + relative · |expected|. */
export interface Tolerance {
  absolute?: number;
  relative?: number;
}

/** Asserts that two lists of numbers agree element by element; the message names the worst element. */
export function assertClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  what: string,
  { absolute = 1e-5, relative = 1e-4 }: Tolerance = {},
): void {
  assert.is(actual.length, expected.length, `${what}: number of elements`);
  let worst = -1;
  let excess = 0;
  for (let i = 0; i < expected.length; i++) {
    if (Object.is(actual[i], expected[i]) || actual[i] === expected[i]) continue;
    const over = Math.abs(actual[i] - expected[i]) - absolute - relative * Math.abs(expected[i]);
    if (!(over <= excess)) {
      worst = i;
      excess = over;
      if (Number.isNaN(over)) break;
    }
  }
  if (worst >= 0) assert.unreachable(`${what}: expected ${expected[worst]} at ${worst}, got ${actual[worst]}`);
}
