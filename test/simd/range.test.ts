import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Atom, addScaled, atomForm, constantForm, lowOfTerms } from '../../src/simd/linearForm';
import type { Range } from '../../src/simd/range';
import * as ranges from '../../src/simd/range';
import { randomSource } from './kernelGenerator';

const test = suite('simd: ranges and linear forms');
const below = randomSource(11);

const whole = () => below(41) - 20;
function randomRange(): Range {
  const [a, b] = [whole(), whole()];
  return { low: Math.min(a, b), high: Math.max(a, b) };
}
const inside = ({ low, high }: Range) => low + below(high - low + 1);

const operations: Record<string, [(a: Range, b: Range) => Range, (a: number, b: number) => number]> = {
  add: [ranges.add, (a, b) => a + b],
  subtract: [ranges.subtract, (a, b) => a - b],
  multiply: [ranges.multiply, (a, b) => a * b],
  divide: [ranges.divide, (a, b) => a / b],
  remainder: [ranges.remainder, (a, b) => a % b],
  smaller: [ranges.smaller, Math.min],
  larger: [ranges.larger, Math.max],
  absolute: [(a) => ranges.absolute(a), (a) => Math.abs(a)],
  negate: [(a) => ranges.negate(a), (a) => -a],
};

for (const [name, [ofRanges, ofNumbers]] of Object.entries(operations)) {
  test(`${name}: the range holds every result`, () => {
    for (let i = 0; i < 3000; i++) {
      const [a, b] = [randomRange(), randomRange()];
      const result = ofRanges(a, b);
      const value = ofNumbers(inside(a), inside(b));
      // Division by a range with 0 answers `unknown`, in which NaN may hide.
      if (result === ranges.unknown) assert.ok(b.low <= 0 && b.high >= 0);
      else assert.ok(value >= result.low && value <= result.high, `${name} of ${JSON.stringify([a, b])}: ${value}`);
    }
  });
}

test('ranges are no wider than they need be', () => {
  assert.equal(ranges.multiply({ low: -2, high: 3 }, { low: 4, high: 5 }), { low: -10, high: 15 });
  assert.equal(ranges.remainder({ low: 0, high: 99 }, ranges.exactly(7)), { low: 0, high: 6 });
  assert.equal(ranges.intersect({ low: 0, high: 9 }, { low: 4, high: 20 }), { low: 4, high: 9 });
  assert.equal(ranges.intersect({ low: 0, high: 3 }, { low: 4, high: 20 }), { low: 0, high: 3 });
});

test('widening covers float32 rounding', () => {
  for (let i = 0; i < 3000; i++) {
    const [a, b] = [Math.fround(below(1 << 30) / 7), Math.fround(below(1 << 20) / 3 + 1)];
    const range = ranges.widen(ranges.exactly(a / b));
    assert.ok(Math.fround(a / b) >= range.low && Math.fround(a / b) <= range.high);
  }
  assert.ok(ranges.isExact({ low: -(2 ** 24), high: 2 ** 24 }));
  assert.not(ranges.isExact({ low: 0, high: 2 ** 24 + 1 }));
});

test('linear forms add up, and equal terms vanish', () => {
  const atom = (key: string, low: number): Atom => ({
    key,
    home: null,
    movable: true,
    low,
    source: { kind: 'local', name: key },
  });
  const [x, y] = [atom('x', 0), atom('y', 2)];
  const sum = addScaled(addScaled(constantForm(5), atomForm(x, 1), 3)!, atomForm(y), 4)!;
  assert.equal([sum.constant, sum.lane, sum.terms.map(({ coefficient }) => coefficient)], [5, 3, [3, 4]]);
  assert.is(lowOfTerms(sum), 8);
  const rest = addScaled(sum, atomForm(x, 1), -3)!;
  assert.equal([rest.lane, rest.terms.map((term) => term.atom.key)], [0, ['y']]);
  assert.is(lowOfTerms(addScaled(rest, atomForm(x), -1)!), Number.NEGATIVE_INFINITY);
  assert.is(addScaled(sum, atomForm(x), 2 ** 41), null);
});

test.run();
