import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandom, intelligentScissors } from '../../src/index';
import { assertThrows } from '../support/assertThrows';

const test = suite('intelligentScissors');
const range = (n: number) => [...Array(n).keys()];
const rowsOf = (line: ReturnType<typeof intelligentScissors>) =>
  range(line.shape[0]).map((i) => [line.get(i, 0), line.get(i, 1)]);

test('between two points on a circle the line keeps to the circle, though the straight way is shorter', () => {
  const image = ndarray(
    Float32Array.from({ length: 1600 }, (_, i) =>
      ((i % 40) - 19.5) ** 2 + (Math.floor(i / 40) - 19.5) ** 2 < 144 ? 1 : 0,
    ),
    [40, 40],
  );
  const line = rowsOf(
    intelligentScissors(image, [
      [8, 20],
      [20, 8],
      [32, 20],
    ]),
  );
  for (const [x, y] of line) {
    const distance = Math.hypot(x - 20, y - 20);
    assert.ok(Math.abs(distance - 12) < 1.8, `${x}, ${y} is ${distance} from the middle`);
  }
  for (const i of range(line.length - 1)) {
    assert.ok(Math.abs(line[i + 1][0] - line[i][0]) <= 1 && Math.abs(line[i + 1][1] - line[i][1]) <= 1);
  }
  assert.equal(line[0], [8.5, 20.5]);
  assert.equal(line[line.length - 1], [32.5, 20.5]);
});

test('in an even image it takes as few steps as there can be; one point is a line of one pixel', () => {
  const even = ndarray(new Float32Array(10 * 12 * 3).fill(0.4), [10, 12, 3]);
  assert.is(
    intelligentScissors(even, [
      [1, 1],
      [9.9, 4],
    ]).shape[0],
    9,
  );
  assert.equal(rowsOf(intelligentScissors(even, [[3.2, 4.9]])), [[3.5, 4.5]]);
});

test('a part of a cheapest way is a cheapest way, and a point on the way does not change it', () => {
  const random = createRandom(6);
  for (const _ of range(20)) {
    const image = ndarray(
      Float32Array.from({ length: 99 }, () => random.uniform()),
      [9, 11],
    );
    const settings = { sigma: 0.5 + random.uniform(), least: 0.1 };
    const line = rowsOf(
      intelligentScissors(
        image,
        [
          [0, 0],
          [10, 8],
        ],
        settings,
      ),
    );
    const middle = line[Math.floor(line.length / 2)];
    assert.equal(rowsOf(intelligentScissors(image, [[0, 0], middle, [10, 8]], settings)), line);
    // A point beside it does.
    const beside = line.some(([x, y]) => x === 10.5 && y === 0.5) ? [0, 8] : [10, 0];
    assert.not.equal(rowsOf(intelligentScissors(image, [[0, 0], beside, [10, 8]], settings)), line);
  }
});

test('wrong input is refused', () => {
  const image = ndarray(new Float32Array(12), [3, 4]);
  assertThrows(
    () => intelligentScissors(image, [[4, 1]]),
    'intelligentScissors: expected points in an image of 4×3 px, got [4, 1]',
  );
  assertThrows(
    () => intelligentScissors(image, [[1, 1, 1]]),
    'intelligentScissors: expected points [N, 2], got [1, 3]',
  );
  assertThrows(
    () => intelligentScissors(image, [[1, 1]], { least: -1 }),
    'intelligentScissors: expected least to be a number ≥ 0, got -1',
  );
});

test.run();
