import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { boundaryScores } from '../../src/index';
import { assertThrows } from '../support/assertThrows';
import { type GoldenArray, loadGolden } from '../support/golden';

const test = suite('boundaryScores');

const labels = (values: number[], shape: number[]) => ndarray(Uint8Array.from(values), shape);

test('by hand: a border that is found, one a pixel off, one that is not there', () => {
  // The true border lies between columns 2 and 3; predicted are one between 1 and 2, and one between 5 and 6.
  const truth = labels([0, 0, 0, 1, 1, 1, 1], [1, 7]);
  const predicted = labels([0, 0, 1, 1, 1, 1, 2], [1, 7]);
  assert.equal(boundaryScores(truth, predicted), { precision: 1 / 2, recall: 1, f1: (2 * 0.5 * 1) / 1.5 });
  assert.equal(boundaryScores(truth, predicted, { tolerance: 0 }), { precision: 0, recall: 0, f1: 0 });
  assert.equal(boundaryScores(truth, predicted, { tolerance: 3 }), { precision: 1, recall: 1, f1: 1 });
  // Classes do not count, only where they change.
  assert.is(boundaryScores(truth, labels([5, 5, 5, 2, 2, 2, 2], [1, 7]), { tolerance: 0 }).f1, 1);
});

for (const { name, options, inputs, output } of loadGolden('boundaryScores').cases) {
  test(`agrees with distances of scipy: ${name}`, () => {
    const array = ({ data, shape }: GoldenArray) => ndarray(Float32Array.from(data), shape);
    const { precision, recall } = boundaryScores(array(inputs.truth), array(inputs.predicted), {
      tolerance: options.tolerance,
    });
    assert.ok(Math.abs(precision! - output!.data[0]) < 1e-8, `${precision}`);
    assert.ok(Math.abs(recall! - output!.data[1]) < 1e-8, `${recall}`);
  });
}

test('several images are counted together; a view counts by place', () => {
  const one = [0, 0, 1, 1];
  const both = labels([...one, 2, 2, 2, 2], [2, 1, 4]);
  const found = labels([...one, 2, 1, 2, 2], [2, 1, 4]);
  assert.equal(boundaryScores(both, found, { tolerance: 0 }), { precision: 1 / 3, recall: 1, f1: 0.5 });
  const standing = labels(one, [4, 1]);
  assert.is(boundaryScores(standing, labels(one, [1, 4]).transpose(1, 0), { tolerance: 0 }).f1, 1);
});

test('where nobody knows, no map has a boundary; without any, nothing is said', () => {
  const truth = labels([0, 255, 1, 1], [1, 4]);
  const predicted = labels([0, 1, 1, 0], [1, 4]);
  assert.equal(boundaryScores(truth, predicted, { ignoreIndex: 255 }), { precision: 0, recall: null, f1: null });
  const nothing = { precision: null, recall: null, f1: null };
  assert.equal(boundaryScores(labels([], [0, 4, 4]), labels([], [0, 4, 4])), nothing);
  assert.equal(boundaryScores(labels([1, 1], [1, 2]), labels([0, 0], [1, 2])), nothing);
});

test('throws', () => {
  const map = labels([0, 1], [1, 2]);
  assertThrows(
    () => boundaryScores(labels([0], [1]), map),
    'boundaryScores: expected truth [H, W] or [N, H, W] of labels, got [1]',
  );
  assertThrows(
    () => boundaryScores(map, labels([0, 1], [2, 1])),
    'boundaryScores: expected predictions [1, 2], got [2, 1]',
  );
  assertThrows(
    () => boundaryScores(map, [0, 1] as any),
    'boundaryScores: expected predicted [H, W] or [N, H, W] of labels, got [0, 1]',
  );
});

test('throws on a tolerance out of range', () => {
  const map = labels([0, 1], [1, 2]);
  assertThrows(
    () => boundaryScores(map, map, { tolerance: -1 }),
    'boundaryScores: expected tolerance to be a number ≥ 0, got -1',
  );
  assertThrows(
    () => boundaryScores(map, map, { tolerance: 65 }),
    'boundaryScores: expected a tolerance of at most 64 px, got 65',
  );
});

test.run();
