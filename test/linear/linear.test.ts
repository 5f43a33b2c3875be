import ndarray, { type NdArray } from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandom, linearSvm, mineNegatives, ridgeRegression } from '../../src/index';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';
import { type GoldenArray, loadGolden } from '../support/golden';

const test = suite('linear models');

const matrix = (...rows: number[][]): NdArray<Float64Array> =>
  ndarray(Float64Array.from(rows.flat()), [rows.length, rows[0]?.length ?? 0]);
const array = ({ data, shape }: GoldenArray) => ndarray(Float64Array.from(data), shape);

test('the widest margin between two points, by hand', () => {
  // With a bias that is penalized as well: w = (1, 0), b = 0 is the shortest plane with both points at distance 1.
  const { weights, bias } = linearSvm(matrix([1, 0], [-1, 0]), [true, false], { random: createRandom(1), cost: 10 });
  assertAllClose(weights.data, [1, 0], { absolute: 1e-6 });
  assert.ok(Math.abs(bias) < 1e-6);
});

test('an exact line is found but for the penalty, by hand', () => {
  // y = 2x through (1, 2), (2, 4): (5 + λ) w = 10.
  const weights = ridgeRegression(matrix([1], [2]), matrix([2], [4]), { penalty: 5 });
  assertAllClose(weights.data, [1], { absolute: 1e-12 });
});

for (const { name, op, options, inputs, output } of loadGolden('linear').cases) {
  test(`agrees with scikit-learn: ${name}`, () => {
    if (op === 'linearSvm') {
      const positive = inputs.labels.data.map((label) => label === 1);
      const settings = { cost: options.cost, random: createRandom(1), tolerance: 1e-9, passes: 100_000 };
      const { weights, bias } = linearSvm(array(inputs.features), positive, settings);
      assertAllClose(weights.data, output!.data, { absolute: 1e-5, relative: 1e-4 });
      assertAllClose([bias], [options.bias], { absolute: 1e-5, relative: 1e-4 });
    } else {
      const weights = ridgeRegression(array(inputs.features), array(inputs.targets), options);
      assert.equal(weights.shape, output!.shape);
      assertAllClose(weights.data, output!.data, { absolute: 1e-8, relative: 1e-8 });
    }
  });
}

test('the same seed gives the same plane', () => {
  const features = matrix(...Array.from({ length: 20 }, (_, i) => [Math.sin(i), Math.cos(3 * i)]));
  const positive = Array.from({ length: 20 }, (_, i) => i % 3 === 0);
  const solve = () => linearSvm(features, positive, { random: createRandom(4), passes: 3 });
  assert.equal([...solve().weights.data], [...solve().weights.data]);
  assert.is(solve().passes, 3);
});

test('mined negatives, by hand: the one that was drawn, then the one that it does not keep off', () => {
  // One positive at 2. The first plane with −2 is x / 2: margins 1 and −1. A negative at −1 then has −½, one at −4 has −2.
  const negatives = matrix([-2], [-1], [-4]);
  for (let seed = 0; seed < 10; seed++) {
    const taken = mineNegatives(matrix([2]), negatives, { random: createRandom(seed), start: 1, cost: 100 });
    const [first] = taken;
    assert.is(first.chosen.length, 1);
    if (first.chosen[0] === 0) {
      assertAllClose([first.weights.data[0], first.bias], [0.5, 0], { absolute: 1e-3 });
      assertAllClose(first.negativeMargins, [-1, -0.5, -2], { absolute: 2e-3 });
      // Numbers that are not exact may lie on either side of the margin: the drawn one is not asked.
      assert.equal(first.hard, [1]);
      assert.equal(taken[1].chosen, [0, 1]);
    }
    const { weights, bias, hard } = taken[taken.length - 1];
    assert.equal(hard, []);
    // The plane through 2 and −1 with margins 1 and −1: w = 2/3, b = −1/3.
    assertAllClose([weights.data[0], bias], [2 / 3, -1 / 3], { absolute: 1e-3 });
  }
});

test('what is mined is the plane of all negatives', () => {
  const random = createRandom(7);
  const cloud = (count: number, x: number, y: number) =>
    matrix(...Array.from({ length: count }, () => [x + random.normal(), y + random.normal()]));
  const [positives, negatives] = [cloud(30, 5, 5), cloud(600, 0, 0)];
  const settings = { cost: 1, tolerance: 1e-6, passes: 20_000 };
  const taken = mineNegatives(positives, negatives, { ...settings, random, start: 30, rounds: 20 });
  const last = taken[taken.length - 1];
  assert.equal(last.hard, []);
  assert.ok(taken.length > 1 && last.chosen.length < 300, `${taken.length} rounds, ${last.chosen.length} negatives`);
  for (const [round, { chosen, hard, negativeMargins, weights, bias }] of taken.entries()) {
    const margin = (i: number) => weights.data[0] * negatives.get(i, 0) + weights.data[1] * negatives.get(i, 1) + bias;
    assertAllClose(
      negativeMargins,
      Array.from(negativeMargins, (_, i) => margin(i)),
      { absolute: 1e-9 },
    );
    const expected = Array.from(negativeMargins.keys()).filter((i) => margin(i) > -1 && !chosen.includes(i));
    assert.equal(hard, expected);
    if (round > 0) assert.equal(new Set(chosen), new Set([...taken[round - 1].chosen, ...taken[round - 1].hard]));
  }
  const all = ndarray(Float64Array.from([...positives.data, ...negatives.data]), [630, 2]);
  const isPositive = Array.from({ length: 630 }, (_, i) => i < 30);
  const whole = linearSvm(all, isPositive, { ...settings, random });
  assertAllClose([...last.weights.data, last.bias], [...whole.weights.data, whole.bias], { absolute: 1e-4 });
});

test('throws', () => {
  const random = createRandom(1);
  assertThrows(
    () => linearSvm(matrix([1]), [true], { random }),
    'linearSvm: expected positive and negative examples, got positive ones alone',
  );
  assertThrows(() => linearSvm(matrix([1], [2]), [true], { random }), 'linearSvm: expected 2 labels, one a row, got 1');
  assertThrows(
    () => linearSvm(matrix([1], [NaN]), [true, false], { random }),
    'linearSvm: expected finite features, got NaN at [1, 0]',
  );
  assertThrows(
    () => linearSvm(matrix([1], [2]), [true, false], { random, cost: 0 }),
    'linearSvm: expected cost to be a number > 0, got 0',
  );
  assertThrows(
    () => mineNegatives(matrix(), matrix([1]), { random }),
    'mineNegatives: expected positives [N, F] with N and F above 0, got [0, 0]',
  );
  assertThrows(
    () => mineNegatives(matrix([1]), matrix([1, 2]), { random }),
    'mineNegatives: expected negatives [N, 1], got [1, 2]',
  );
  assertThrows(
    () => mineNegatives(matrix([1]), matrix([2]), { random, start: 0 }),
    'mineNegatives: expected start to be a whole number ≥ 1, got 0',
  );
  assertThrows(
    () => mineNegatives(matrix([1]), matrix([2]), { random, rounds: -1 }),
    'mineNegatives: expected rounds to be a whole number ≥ 0, got -1',
  );
  assertThrows(
    () => ridgeRegression(matrix(), matrix()),
    'ridgeRegression: expected features [N, F] with N and F above 0, got [0, 0]',
  );
  assertThrows(
    () => ridgeRegression(matrix([1], [2]), matrix([1])),
    'ridgeRegression: expected 2 targets, one a row, got 1',
  );
  assertThrows(
    () => ridgeRegression(matrix([1]), matrix([1]), { penalty: 0 }),
    'ridgeRegression: expected penalty to be a number > 0, got 0',
  );
});

test.run();
