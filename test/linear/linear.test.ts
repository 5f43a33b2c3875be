import ndarray, { type NdArray } from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandom, linearSvm, ridgeRegression } from '../../src/index';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';
import { type GoldenArray, loadGolden } from '../support/golden';

const test = suite('linear models');

const matrix = (...rows: number[][]): NdArray<Float64Array> =>
  ndarray(Float64Array.from(rows.flat()), [rows.length, rows[0]?.length ?? 0]);
const array = ({ data, shape }: GoldenArray) => ndarray(Float64Array.from(data), shape);

test('the widest margin between two points, by hand', () => {
  // With a bias that is penalised as well: w = (1, 0), b = 0 is the shortest plane with both points at distance 1.
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
    'linearSvm: expected cost above 0, got 0',
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
    'ridgeRegression: expected a penalty above 0, got 0',
  );
});

test.run();
