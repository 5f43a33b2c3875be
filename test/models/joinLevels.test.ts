import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { anchors, concatRows, joinLevels, reshape, tensor, zeros } from '../../src/index';
import { assertThrows } from '../support/assertThrows';

const test = suite('joinLevels');
const count = (length: number, first = 0) => Float32Array.from({ length }, (_, i) => first + i);

test('by hand: image by image, level by level, cell by cell, anchor by anchor', async () => {
  // Two images; maps of 1 × 2 cells with two anchors and 1 × 1 cell with one; predictions of two numbers.
  const maps = [tensor(count(16), [2, 1, 2, 4]), tensor(count(4, 100), [2, 1, 1, 2])];
  const rows = joinLevels(maps, 2);
  assert.equal([...rows.shape], [2, 5, 2]);
  assert.equal([...(await rows.data())], [...count(8), 100, 101, ...count(8, 8), 102, 103]);
});

test('rows are in the order of `anchors`', async () => {
  const shapes = [[4, 4] as const, [6, 2] as const];
  const levels = [
    { height: 2, width: 3, stride: 4, shapes },
    { height: 1, width: 2, stride: 8, shapes },
  ];
  const priors = levels.map((level) => anchors(level));
  const maps = levels.map(({ height, width }, i) => reshape(tensor(priors[i]), [1, height, width, 8]));
  assert.equal([...(await joinLevels(maps, 4).data())], [...concatRows(...priors).data]);
});

test('no images', () => assert.equal([...joinLevels([zeros([0, 2, 2, 4])], 4).shape], [0, 4, 4]));

test('throws', () => {
  assertThrows(
    () => joinLevels([zeros([1, 2, 2, 6])], 4),
    'joinLevels: expected maps [N, H, W, A · 4], got [1, 2, 2, 6]',
  );
  assertThrows(() => joinLevels([zeros([2, 2, 4])], 4), 'joinLevels: expected maps [N, H, W, A · 4], got [2, 2, 4]');
  assertThrows(
    () => joinLevels([zeros([1, 2, 2, 4])], 0),
    'joinLevels: expected columns to be a whole number ≥ 1, got 0',
  );
  assertThrows(() => joinLevels([], 4), 'joinLevels: expected at least one map, got none');
  assertThrows(
    () => joinLevels([zeros([1, 2, 2, 4]), zeros([2, 2, 2, 4])], 4),
    'joinLevels: expected maps of the same number of images, got 1 and 2',
  );
});

test.run();
