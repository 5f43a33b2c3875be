import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandom, range, roiAlign, roiFigure, roiPool, tensor, toImage, toRows } from '../../src/index';

const test = suite('roiFigure');

const random = createRandom(3);
const image = toImage(
  range(48 * 64).map(() => random.uniform()),
  [48, 64],
);
const values = range(6 * 8).map(() => random.normal());
const features = toRows(values, 8);
const map = tensor(values, [1, 6, 8, 1]);

const regions: readonly (readonly [number, number, number, number])[] = [
  [10, 7, 43, 30],
  [0, 0, 64, 48],
  [-9, -12, 20, 20],
  [50, 30, 90, 70],
  [21, 21, 21, 21],
];
/** The numbers that the figure shows. */
const shownIn = (figure: any): number[] => figure.data.at(-1).z.flat();
const near = (got: number[], expected: ArrayLike<number>) =>
  assert.ok(
    got.length === expected.length && got.every((value, i) => Math.abs(value - expected[i]) < 1e-3),
    `${got} / ${Array.from(expected)}`,
  );

test('shows the numbers of roiPool and roiAlign', async () => {
  for (const region of regions) {
    const where = { boxes: tensor([[...region]]), images: [0] };
    for (const size of [1, 2, 3]) {
      const pool = await roiPool(map, where, { size, stride: 8 }).data();
      near(shownIn(roiFigure(image, features, region, { size, stride: 8 })), pool);
      const align = await roiAlign(map, where, { size, stride: 8, samples: 3 }).data();
      near(shownIn(roiFigure(image, features, region, { size, stride: 8, method: 'align', samples: 3 })), align);
    }
  }
});

test('draws region, snapped cells, bins and where their values come from', () => {
  const pool: any = roiFigure(image, features, [10, 7, 43, 30], { size: 2, stride: 8, title: 'a' });
  // Image, features, snapped, region, four bins, the maxima, and the table.
  assert.is(pool.data.length, 2 + 2 + 4 + 1 + 1);
  const [, , cells, region, ...rest] = pool.data;
  assert.equal([cells.x[0], cells.y[0], cells.x[2], cells.y[2]], [8, 8, 48, 40]);
  assert.equal([region.x[0], region.y[0], region.x[2], region.y[2]], [10, 7, 43, 30]);
  const dots = rest[4];
  for (const [i, x] of dots.x.entries()) {
    const at = features[Math.floor(dots.y[i])][Math.floor(x)];
    assert.ok(Math.abs(at - shownIn(pool)[i]) < 1e-3);
  }
  const align: any = roiFigure(image, features, [10, 7, 43, 30], { size: 2, stride: 8, method: 'align' });
  assert.is(align.data.length, pool.data.length - 1);
  assert.is(align.data.at(-2).x.length, 4 * 4);
  assert.is(align.layout.annotations[2].text, 'mean of each bin');
});

test('a bin without cells is 0 and has no dot', () => {
  const figure: any = roiFigure(image, features, [50, 30, 120, 100], { size: 3, stride: 8 });
  assert.is(shownIn(figure)[8], 0);
  assert.ok(figure.data.at(-2).x.length < 9);
});

test('names what is wrong', () => {
  const draw =
    (region: unknown, options: object, map: unknown = features) =>
    () =>
      roiFigure(image, map as never, region as never, { size: 2, stride: 8, ...options });
  const good = [0, 0, 8, 8];
  assert.throws(draw([9, 0, 3, 4], {}), 'roiFigure: expected a region [x1, y1, x2, y2] with x1 ≤ x2 and y1 ≤ y2');
  assert.throws(draw([0, 0, 8], {}), /expected a region/);
  assert.throws(draw(good, { stride: 0 }), /stride/);
  assert.throws(draw(good, { size: 0 }), /size/);
  assert.throws(draw(good, { size: 17 }), 'roiFigure: expected size of at most 16, got 17');
  assert.throws(draw(good, { method: 'crop' }), /method/);
  assert.throws(draw(good, {}, []), /at least one cell/);
  assert.throws(draw(good, {}, [[1, Number.NaN]]), /finite features/);
});

test.run();
