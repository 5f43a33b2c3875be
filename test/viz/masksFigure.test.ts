import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandom, masksFigure, sliderFigure } from '../../src/index';
import { outlines } from '../../src/viz/outlines';
import { assertThrows } from '../support/assertThrows';

const test = suite('masksFigure');

const ringsOf = (rows: string[]) => outlines(rows.length, rows[0].length, (y, x) => rows[y]?.[x] === '#');

test('outlines by hand: clockwise outside, the other way around a hole, apart where corners touch', () => {
  assert.equal(ringsOf(['#']), [[[0, 0], [1, 0], [1, 1], [0, 1]]]); // biome-ignore format: one shape a line
  const [outer, hole, ...rest] = ringsOf(['###', '#.#', '###']);
  assert.equal(rest, []);
  assert.equal(outer, [[0, 0], [3, 0], [3, 3], [0, 3]]); // biome-ignore format: one shape a line
  assert.equal(hole, [[2, 1], [1, 1], [1, 2], [2, 2]]); // biome-ignore format: one shape a line
  assert.equal(ringsOf(['#.', '.#']).length, 2);
  assert.equal(ringsOf(['.#', '#.']).length, 2);
  assert.equal(ringsOf(['..']), []);
});

/** How often a ring goes around a point, clockwise on the screen. */
function winding(rings: [number, number][][], px: number, py: number): number {
  let turns = 0;
  for (const ring of rings) {
    ring.forEach(([x1, y1], i) => {
      const [x2, y2] = ring[(i + 1) % ring.length];
      // Edges are upright or level: those that cross the ray to the right of the point count.
      if (x1 === x2 && x1 > px && py > Math.min(y1, y2) && py < Math.max(y1, y2)) turns += Math.sign(y2 - y1);
    });
  }
  return turns;
}

test('what the outlines fill is the mask, whatever the mask; corners only where the line turns', () => {
  const random = createRandom(4);
  for (let run = 0; run < 60; run++) {
    const [height, width, share] = [1 + random.integer(9), 1 + random.integer(9), random.uniform()];
    const rows = Array.from({ length: height }, () =>
      Array.from({ length: width }, () => (random.uniform() < share ? '#' : '.')).join(''),
    );
    const rings = ringsOf(rows);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        assert.is(winding(rings, x + 0.5, y + 0.5), rows[y][x] === '#' ? 1 : 0, rows.join('\n'));
      }
    for (const ring of rings) {
      ring.forEach(([x, y], i) => {
        const [before, after] = [ring[(i + ring.length - 1) % ring.length], ring[(i + 1) % ring.length]];
        const level = before[1] === y;
        assert.ok(level ? before[0] !== x && after[0] === x : before[0] === x && after[1] === y && after[0] !== x);
      });
    }
  }
});

const image = ndarray(new Float32Array(4 * 5 * 3).fill(0.5), [4, 5, 3]);
const masks = ndarray(new Uint8Array(2 * 4 * 5), [2, 4, 5]);
masks.set(0, 1, 1, 1);
masks.set(0, 1, 2, 1);
masks.set(1, 3, 4, 1);

test('a trace and a legend entry for each thing, numbered within its class; boxes go with them', () => {
  const options = { labels: [1, 1], names: ['cat', 'dog'], scores: [0.9, 0.456] };
  const { data } = masksFigure(image, masks, { ...options, boxes: [[1, 1, 3, 2], [4, 3, 5, 4]] }); // biome-ignore format: two boxes
  const traces = data as unknown as Record<string, unknown>[];
  assert.equal(traces.map(({ type }) => type), ['image', 'scatter', 'scatter', 'scatter', 'scatter']); // biome-ignore format: short
  assert.equal(
    traces.slice(1).map(({ name, showlegend, legendgroup }) => [name, showlegend, legendgroup]),
    [
      ['dog 1 0.90', true, '0'],
      ['dog 1 0.90', false, '0'],
      ['dog 2 0.46', true, '1'],
      ['dog 2 0.46', false, '1'],
    ],
  );
  assert.equal(traces[1].x, [1, 3, 3, 1, 1, null]);
  assert.equal(traces[1].y, [1, 1, 2, 2, 1, null]);
  assert.is(traces[1].fill, 'toself');
  assert.equal([traces[4].x, traces[4].y], [[4, 5, 5, 4, 4], [3, 3, 4, 4, 3]]); // biome-ignore format: short
});

test('works in a slider, and without masks', () => {
  const none = masksFigure(image, ndarray(new Uint8Array(0), [0, 4, 5]));
  assert.is(none.data.length, 1);
  const both = sliderFigure([
    { name: 'none', figure: none },
    { name: 'two', figure: masksFigure(image, masks) },
  ]);
  assert.is(both.data.length, 3);
});

test('throws', () => {
  assertThrows(
    () => masksFigure(image, ndarray(new Uint8Array(6), [1, 2, 3])),
    'masksFigure: expected masks [G, 4, 5], got [1, 2, 3]',
  );
  assertThrows(() => masksFigure(image, masks, { labels: [1] }), 'masksFigure: expected 2 labels, got 1');
  assertThrows(() => masksFigure(image, masks, { scores: [1] }), 'masksFigure: expected 2 scores, got 1');
  assertThrows(() => masksFigure(image, masks, { boxes: [[0, 0, 1, 1]] }), 'masksFigure: expected 2 boxes, got 1');
  assertThrows(
    () => masksFigure(image, masks, { labels: [0, -1] }),
    'masksFigure: expected whole labels from 0, got -1',
  );
  assertThrows(() => masksFigure(image, masks, { opacity: 2 }), 'masksFigure: expected opacity from 0 to 1, got 2');
});

test.run();
