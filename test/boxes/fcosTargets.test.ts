import fc from 'fast-check';
import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type FcosLevel, type FcosMatches, fcosTargets } from '../../src/index';
import * as reference from '../reference/fcosTargets';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';
import { loadGolden } from '../support/golden';

const test = suite('fcosTargets');

const all = [0, Number.POSITIVE_INFINITY] as const;
/** Four by four cells of 4 px: locations at 2, 6, 10 and 14. */
const level: FcosLevel = { height: 4, width: 4, stride: 4, range: all };
const foundIn = ({ truths }: FcosMatches) => truths.flatMap((truth, place) => (truth === null ? [] : [[place, truth]]));

test('by hand: distances and centerness of the locations of one box', () => {
  const matches = fcosTargets([level], [[4, 1, 12, 9]]);
  assert.equal(foundIn(matches), [
    [1, 0],
    [2, 0],
    [5, 0],
    [6, 0],
  ]);
  assert.equal([...matches.distances.data.subarray(4, 8)], [2, 1, 6, 7]);
  assertAllClose([matches.centerness.get(1)], [Math.sqrt(((2 / 6) * 1) / 7)]);
  assert.equal([matches.distances.get(0, 0), matches.centerness.get(0)], [0, 0]);
});

test('a location in the middle of its box has a centerness of 1', () => {
  const { centerness, truths } = fcosTargets([level], [[3, 2, 9, 10]]);
  assert.is(truths[5], 0);
  assert.is(centerness.get(5), 1);
});

test('a location on an edge of a box lies outside', () => {
  assert.equal(foundIn(fcosTargets([level], [[2, 2, 6, 6]])), []);
  assert.equal(foundIn(fcosTargets([level], [[1.9375, 1.9375, 6, 6]])), [[0, 0]]);
});

test('center sampling: less than radius cells from the center, along both axes', () => {
  const box = [[0, 0, 16, 16]];
  const inner = [5, 6, 9, 10];
  const found = (radius: number) => foundIn(fcosTargets([level], box, { radius })).map(([place]) => place);
  // Locations lie 2 and 6 px from the center.
  assert.equal(found(0.5), []);
  assert.equal(found(0.5001), inner);
  assert.equal(found(1.5), inner);
  assert.is(found(1.5001).length, 16);
  assert.equal(found(Number.POSITIVE_INFINITY), found(100));
});

test('ranges: the farthest side decides on the level; at an end of a range neither has it', () => {
  const levels: FcosLevel[] = [
    { ...level, range: [0, 6] },
    { height: 2, width: 2, stride: 8, range: [6, Number.POSITIVE_INFINITY] },
  ];
  // From (6, 6) the farthest side is 5, 6 and 7 px away; from (4, 4) 7, 8 and 9, and no other location of the second level is inside.
  const found = (end: number) => foundIn(fcosTargets(levels, [[3, 3, end, end]])).map(([place]) => place);
  assert.equal(found(11), [5, 16]);
  assert.equal(found(12), [16]);
  levels[1].range = [9, 10];
  assert.equal([found(11), found(12), found(13)], [[5], [], []]);
});

test('of overlapping objects the smallest, of equal ones the first', () => {
  const [large, small] = [
    [0, 0, 16, 16],
    [3, 3, 11, 11],
  ];
  for (const truths of [
    [large, small],
    [small, large],
  ]) {
    const matches = fcosTargets([level], truths, { radius: Number.POSITIVE_INFINITY });
    const own = truths.indexOf(small);
    assert.equal(
      [5, 6, 9, 10].map((place) => matches.truths[place]),
      [own, own, own, own],
    );
    assert.is(foundIn(matches).length, 16);
    assert.equal([...matches.distances.data.subarray(20, 24)], [3, 3, 5, 5]);
  }
  assert.equal(foundIn(fcosTargets([level], [small, small])), [
    [5, 0],
    [6, 0],
    [9, 0],
    [10, 0],
  ]);
});

test('a box between the locations is found nowhere; so is one without area, and one outside', () => {
  assert.equal(foundIn(fcosTargets([level], [[2.5, 2.5, 5.5, 5.5]])), []);
  assert.equal(foundIn(fcosTargets([level], [[1, 6, 9, 6]])), []);
  assert.equal(foundIn(fcosTargets([level], [[20, 20, 40, 40]])), []);
});

test('no objects', () => {
  const { truths, distances, centerness } = fcosTargets([level], []);
  assert.equal(
    truths,
    Array.from({ length: 16 }, () => null),
  );
  assert.equal([distances.shape, centerness.shape], [[16, 4], [16]]);
  assert.ok([...distances.data, ...centerness.data].every((value) => value === 0));
});

const side = fc.integer({ min: 0, max: 40 });
// Half pixels: many locations on edges, distances at the ends of ranges, areas that are equal.
const box = fc.tuple(side, side, side, side).map(([x, y, w, h]) => [x, y, x + w, y + h].map((value) => value / 2));
const anyLevels = fc
  .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 3 }))
  .map(([height, width, count]) =>
    Array.from({ length: count }, (_, i) => {
      const [stride, cells] = [2 * 2 ** i, 2 ** (count - 1 - i)];
      const range = [i === 0 ? 0 : 4 * stride, i === count - 1 ? Number.POSITIVE_INFINITY : 8 * stride] as const;
      return { height: height * cells, width: width * cells, stride, range };
    }),
  );
const anyRadius = fc.constantFrom(0.5, 1, 1.5, 2.5, Number.POSITIVE_INFINITY);

test('as location by location, for any levels and boxes', () => {
  let found = 0;
  fc.assert(
    fc.property(anyLevels, fc.array(box, { maxLength: 8 }), anyRadius, (levels, truths, radius) => {
      const expected = reference.fcosTargets(levels, truths, radius);
      const { truths: own, distances, centerness } = fcosTargets(levels, truths, { radius });
      assert.equal(
        own,
        expected.map(({ truth }) => truth),
      );
      assert.equal(
        [...distances.data],
        expected.flatMap((row) => row.distances),
      );
      assertAllClose(
        centerness.data,
        expected.map((row) => row.centerness),
        { absolute: 1e-6 },
      );
      found += own.filter((truth) => truth !== null).length;
    }),
    { numRuns: 300, seed: 1 },
  );
  assert.ok(found > 500, `${found}`);
});

for (const { name, op, options, inputs, output } of loadGolden('oneStage').cases) {
  if (op !== 'fcosTargets') continue;
  test(`as torchvision's FCOS: ${name}`, () => {
    const levels = options.levels.map(({ range, ...own }: any) => ({ ...own, range: [range[0], range[1] ?? all[1]] }));
    const truths = ndarray(Float32Array.from(inputs.truths.data), inputs.truths.shape);
    const matches = fcosTargets(levels, truths, { radius: options.radius ?? Number.POSITIVE_INFINITY });
    assert.equal(
      matches.truths.map((truth) => truth ?? -1),
      output!.data,
    );
  });
}

test('throws', () => {
  const call = (changes: object) => () => fcosTargets([{ ...level, ...changes }], []);
  assertThrows(call({ height: 0 }), 'fcosTargets: expected height of level 0 to be a whole number ≥ 1, got 0');
  assertThrows(call({ stride: -4 }), 'fcosTargets: expected stride of level 0 to be a number > 0, got -4');
  const wanted = 'fcosTargets: expected range of level 0 [least, most], 0 ≤ least < most, got';
  assertThrows(call({ range: [4, 4] }), `${wanted} [4, 4]`);
  assertThrows(call({ range: [-1, 4] }), `${wanted} [-1, 4]`);
  assertThrows(call({ range: [0, Number.NaN] }), `${wanted} [0, NaN]`);
  assertThrows(call({ range: ['0', '4'] }), `${wanted} ["0", "4"]`);
  assertThrows(() => fcosTargets([level], [], { radius: 0 }), 'fcosTargets: expected radius above 0, got 0');
  assertThrows(
    () => fcosTargets([level], [[0, 0, Number.NaN, 4]]),
    'fcosTargets: expected finite truths, got NaN at [0, 2]',
  );
  assert.throws(
    () => fcosTargets([level], [[4, 0, 2, 4]]),
    /^fcosTargets: expected truths \[N, 4\] as x1, y1, x2, y2; got x2 < x1 in row 0/,
  );
});

test.run();
