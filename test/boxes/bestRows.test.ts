import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bestRows } from '../../src/boxes/bestRows';
import { createRandom } from '../../src/index';

const test = suite('bestRows');

test('largest first, of equal ones the lower row, by hand', () => {
  const scores = Float32Array.of(0.5, 2, -1, 2, 0.5, 3);
  assert.equal(bestRows(scores), [5, 1, 3, 0, 4, 2]);
  // The cut lies between two equal scores.
  assert.equal(bestRows(scores, 2), [5, 1]);
  assert.equal(bestRows(scores, 4), [5, 1, 3, 0]);
  assert.equal(bestRows(scores, 99), bestRows(scores));
  assert.equal([...scores], [0.5, 2, -1, 2, 0.5, 3], 'the scores stay as they are');
  assert.equal(bestRows(new Float64Array(0)), []);
});

test('the first of all rows in order', () => {
  for (const seed of [1, 2, 3]) {
    const random = createRandom(seed);
    const scores = Float64Array.from({ length: 200 }, () => Math.round(random.normal() * 10));
    const all = [...scores.keys()].sort((i, j) => scores[j] - scores[i] || i - j);
    for (const count of [1, 7, 199, 200]) assert.equal(bestRows(scores, count), all.slice(0, count));
  }
});

test.run();
