import ndarray, { type NdArray } from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PairQueue, type RegionPair } from '../../src/cluster/selectiveSearch/pairQueue';
import {
  createRandom,
  felzenszwalb,
  proposalRecall,
  type RegionHierarchy,
  type RegionHierarchyOptions,
  type RegionSimilarity,
  regionHierarchy,
  rgbToHsv,
  type SelectiveSearchOptions,
  searchStrategies,
  selectiveSearch,
  shapes64,
} from '../../src/index';
import { followGrouping, type Planes } from '../reference/selectiveSearch';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';

const test = suite('selectiveSearch');

const rowsOf = (map: NdArray): number[][] =>
  Array.from({ length: map.shape[0] }, (_, y) => Array.from({ length: map.shape[1] }, (_, x) => map.get(y, x)));

/** An image of letters, each a color. */
function paint(rows: string[], colors: Record<string, number[]>): NdArray<Float32Array> {
  const data = rows.flatMap((row) => [...row].flatMap((letter) => colors[letter]));
  return ndarray(Float32Array.from(data), [rows.length, rows[0].length, 3]);
}

/** Blotches and noise: enough regions, no two alike. */
function blotches(seed: number, height: number, width: number): NdArray<Float32Array> {
  const random = createRandom(seed);
  const coarse = Array.from({ length: 48 }, () => random.uniform());
  const data = Float32Array.from({ length: height * width * 3 }, (_, i) => {
    const [y, x, c] = [Math.floor(i / 3 / width), Math.floor(i / 3) % width, i % 3];
    const blotch = coarse[(Math.floor((4 * y) / height) * 4 + Math.floor((4 * x) / width)) * 3 + c];
    return 0.1 + 0.7 * blotch + 0.2 * random.uniform();
  });
  return ndarray(data, [height, width, 3]);
}

const flat = { sigma: 0, minSize: 1, scale: 10, colors: 'rgb' } as const;

test('regionHierarchy: sizes by hand, the two smallest neighbors first, the smaller numbers of ties', () => {
  const image = paint(['aaabcccccc'], { a: [1, 0, 0], b: [0, 1, 0], c: [0, 0, 1] });
  const { labels, boxes, areas, merges, similarities } = regionHierarchy(image, { ...flat, similarity: ['size'] });
  assert.equal(rowsOf(labels), [[0, 0, 0, 1, 2, 2, 2, 2, 2, 2]]);
  assert.equal(rowsOf(merges), [
    [0, 1],
    [2, 3],
  ]);
  assertAllClose(similarities.data, [0.6, 0]);
  assert.equal(rowsOf(boxes), [
    [0, 0, 3, 1],
    [3, 0, 4, 1],
    [4, 0, 10, 1],
    [0, 0, 4, 1],
    [0, 0, 10, 1],
  ]);
  assert.equal([...areas.data], [3, 1, 6, 4, 10]);
  const tied = paint(['aabbaabb'], { a: [1, 0, 0], b: [0, 1, 0] });
  assert.equal(rowsOf(regionHierarchy(tied, { ...flat, similarity: ['size'] }).merges)[0], [0, 1]);
});

test('regionHierarchy: colors by hand, half of the histogram in common', () => {
  // Red and blue share green's bin only; red and dark red two of three channels.
  const image = paint(['aaaabbbbcccc'], { a: [1, 0, 0], b: [0, 0, 1], c: [0, 0.5, 1] });
  const { merges, similarities } = regionHierarchy(image, { ...flat, similarity: ['color'] });
  assert.equal(rowsOf(merges), [
    [1, 2],
    [0, 3],
  ]);
  // b and c: red and blue agree. a and bc: of green the half that is b.
  assertAllClose(similarities.data, [2 / 3, 1 / 6]);
});

test('regionHierarchy: fill by hand, what lies in a gap before what sticks out', () => {
  const image = paint(['aaaac', 'abbac', 'aaaac'], { a: [1, 0, 0], b: [0, 1, 0], c: [0, 0, 1] });
  const { merges, similarities } = regionHierarchy(image, { ...flat, similarity: ['fill'] });
  assert.equal(rowsOf(merges)[0], [0, 2]);
  // a alone lacks two pixels of its box and the box of a and c lacks them, too.
  assertAllClose(similarities.data, [1, 1]);
  const gap = regionHierarchy(paint(['aab', 'aab', 'ccb'], { a: [1, 0, 0], b: [0, 1, 0], c: [0, 0, 1] }), {
    ...flat,
    similarity: ['fill'],
  });
  // a, b leave two of nine open; b, c four; a, c none.
  assert.equal(rowsOf(gap.merges), [
    [0, 2],
    [1, 3],
  ]);
});

test('regionHierarchy: texture tells stripes from a plane of the same colors', () => {
  // Three parts of equal mean and equal area: stripes across, stripes down, stripes across.
  const image = ndarray(new Float32Array(12 * 36 * 3), [12, 36, 3]);
  for (let y = 0; y < 12; y++) {
    for (let x = 0; x < 36; x++) {
      const across = x < 12 || x >= 24;
      const value = (across ? y >> 1 : x >> 1) % 2 ? 0.52 : 0.48;
      for (let c = 0; c < 3; c++) image.set(y, x, c, value + (across ? 0 : 0.2));
    }
  }
  const { labels, similarities } = regionHierarchy(image, {
    colors: 'i',
    similarity: ['texture'],
    sigma: 2,
    scale: 30,
    minSize: 40,
  });
  assert.is(Math.max(...labels.data), 2);
  assert.ok(similarities.data[0] < 0.9, `${similarities.data}`);
  const plain = regionHierarchy(paint(['aabb'], { a: [0, 0, 0], b: [1, 1, 1] }), { ...flat, similarity: ['texture'] });
  assert.ok(plain.similarities.data[0] > 0 && plain.similarities.data[0] <= 1);
});

for (const similarity of [
  ['color'],
  ['texture'],
  ['size', 'fill'],
  ['color', 'texture', 'size', 'fill'],
] as RegionSimilarity[][]) {
  test(`regionHierarchy: ${similarity.join(', ')} as worked out anew before every step`, () => {
    for (const [seed, height, width] of [
      [1, 16, 20],
      [2, 13, 9],
    ]) {
      const image = blotches(seed, height, width);
      for (const colors of ['rgb', 'hsv'] as const) {
        const found = regionHierarchy(image, { colors, similarity, scale: 20, minSize: 6, sigma: 0.5 });
        assert.ok(found.similarities.size > 3);
        const seen = colors === 'rgb' ? image : rgbToHsv(image);
        const planes: Planes = [0, 1, 2].map((c) => rowsOf(seen.pick(null, null, c)));
        const expected = followGrouping(planes, rowsOf(found.labels), similarity, rowsOf(found.merges));
        assert.is(expected.left, 1);
        assert.equal(rowsOf(found.boxes), expected.boxes);
        assertAllClose(expected.largest, expected.similarities, { absolute: 1e-9 });
        assertAllClose(found.similarities.data, expected.similarities, { absolute: 1e-9 });
      }
    }
  });
}

function checkHierarchy({ labels, boxes, areas, merges, similarities }: RegionHierarchy, most: number): void {
  const [height, width] = labels.shape;
  const count = similarities.size + 1;
  assert.equal(boxes.shape, [2 * count - 1, 4]);
  assert.equal(merges.shape, [count - 1, 2]);
  const all = rowsOf(boxes);
  const used = new Set<number>();
  rowsOf(merges).forEach(([one, other], step) => {
    const region = count + step;
    assert.ok(one < other && other < region && !used.has(one) && !used.has(other));
    used.add(one).add(other);
    assert.is(areas.get(region), areas.get(one) + areas.get(other));
    const [a, b, both] = [all[one], all[other], all[region]];
    assert.equal(both, [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])]);
    assert.ok(similarities.get(step) >= -1e-9 && similarities.get(step) <= most + 1e-9);
  });
  assert.equal(all.at(-1), [0, 0, width, height]);
  assert.is(areas.get(2 * count - 2), height * width);
}

test('regionHierarchy: regions are nested, and the last one is the image', () => {
  const { image } = shapes64({ split: 'test' }).sample(1);
  const options: RegionHierarchyOptions[] = [
    {},
    { colors: 'lab', similarity: ['fill'], scale: 30, minSize: 5 },
    { colors: 'rgi', similarity: ['texture', 'size', 'fill'] },
    { colors: 'h', similarity: ['color', 'texture'] },
    { colors: 'i', similarity: ['size'], scale: 0, minSize: 30 },
    { colors: 'rgb', sigma: 0 },
  ];
  for (const one of options) checkHierarchy(regionHierarchy(image, one), one.similarity?.length ?? 4);
  // The regions at the start are Felzenszwalb's of the same colors.
  const settings = { scale: 70, sigma: 0.7, minSize: 9 };
  assert.equal(regionHierarchy(image, { ...settings, colors: 'rgb' }).labels.data, felzenszwalb(image, settings).data);
  assert.equal(
    regionHierarchy(image, { ...settings, colors: 'hsv' }).labels.data,
    felzenszwalb(rgbToHsv(image), settings).data,
  );
});

test('selectiveSearch: inside the image, no two alike, the image among them, whole pixels', () => {
  for (const [height, width] of [
    [64, 64],
    [30, 50],
    [3, 2],
    [1, 1],
    [1, 9],
    [40, 1],
  ]) {
    const found = rowsOf(selectiveSearch(blotches(height, height, width), { minSize: 4 }));
    for (const [x1, y1, x2, y2] of found) {
      assert.ok(x1 >= 0 && y1 >= 0 && x1 < x2 && y1 < y2 && x2 <= width && y2 <= height);
      assert.ok([x1, y1, x2, y2].every(Number.isInteger));
    }
    assert.is(new Set(found.map(String)).size, found.length);
    assert.ok(found.map(String).includes(String([0, 0, width, height])));
  }
});

test('selectiveSearch: an image of one color has one box', () => {
  for (const value of [0, 0.3, 1]) {
    for (const mode of ['single', 'fast', 'quality'] as const) {
      const image = ndarray(new Float32Array(6 * 8 * 3).fill(value), [6, 8, 3]);
      assert.equal(rowsOf(selectiveSearch(image, { mode })), [[0, 0, 8, 6]]);
    }
  }
});

test('selectiveSearch: the boxes of all hierarchies; a seed decides their order, a limit keeps the first', () => {
  const { image } = shapes64({ split: 'test' }).sample(2);
  const mode = searchStrategies('fast').slice(0, 3);
  const found = rowsOf(selectiveSearch(image, { mode, limit: Number.POSITIVE_INFINITY }));
  const expected = new Set(mode.flatMap((one) => rowsOf(regionHierarchy(image, one).boxes).map(String)));
  assert.equal(found.map(String).sort(), [...expected].sort());
  assert.equal(rowsOf(selectiveSearch(image, { mode })), found);
  assert.equal(rowsOf(selectiveSearch(image, { mode, limit: 7 })), found.slice(0, 7));
  const other = rowsOf(selectiveSearch(image, { mode, seed: 1 }));
  assert.not.equal(other, found);
  assert.equal(other.map(String).sort(), found.map(String).sort());
  // A view of the same pixels.
  const turned = ndarray(new Float32Array(64 * 64 * 3), [64, 64, 3]).transpose(1, 0, 2);
  for (let y = 0; y < 64; y++)
    for (let x = 0; x < 64; x++) for (let c = 0; c < 3; c++) turned.set(y, x, c, image.get(y, x, c));
  assert.equal(rowsOf(selectiveSearch(turned, { mode })), found);
});

test('selectiveSearch: large regions tend to come first, without small ones coming last', () => {
  const image = blotches(4, 48, 48);
  const mode = searchStrategies('single');
  const { areas, boxes } = regionHierarchy(image, { ...mode[0], minSize: 5 });
  const areaOf = new Map(rowsOf(boxes).map((box, i) => [String(box), areas.get(i)]));
  const means = [0, 0];
  let inversions = 0;
  for (let seed = 0; seed < 20; seed++) {
    const ranked = rowsOf(selectiveSearch(image, { mode, minSize: 5, seed })).map((box) => areaOf.get(String(box))!);
    const half = ranked.length >> 1;
    ranked.forEach((area, i) => {
      means[i < half ? 0 : 1] += area;
      if (i > 0 && area > ranked[i - 1]) inversions++;
    });
  }
  assert.ok(means[0] > 2 * means[1], `${means}`);
  assert.ok(inversions > 100);
});

test('selectiveSearch: finds the things of scenes, fast as well as in quality', () => {
  const scenes = shapes64({ split: 'validation' });
  const recallOf = (mode: 'single' | 'fast') => {
    const samples = Array.from({ length: 12 }, (_, i) => scenes.sample(i));
    return proposalRecall(
      samples.map(({ image }) => selectiveSearch(image, { mode })),
      samples.map(({ boxes }) => boxes),
      { counts: [30, 2000] },
    );
  };
  const [single, fast] = [recallOf('single'), recallOf('fast')];
  assert.ok(single.recall[1] > 0.9 && single.proposals[1] < 60, JSON.stringify(single));
  assert.ok(fast.recall[1] > 0.97 && fast.proposals[1] < 300, JSON.stringify(fast));
  assert.ok(fast.bestOverlap[1] > single.bestOverlap[1]);
});

test("searchStrategies: the paper's mixes of 1, 8 and 80, and a copy each time", () => {
  assert.equal(
    (['single', 'fast', 'quality'] as const).map((mode) => searchStrategies(mode).length),
    [1, 8, 80],
  );
  assert.equal(searchStrategies('single'), [
    { colors: 'hsv', similarity: ['color', 'texture', 'size', 'fill'], scale: 100 },
  ]);
  assert.is(new Set(searchStrategies('quality').map((one) => JSON.stringify(one))).size, 80);
  searchStrategies('fast')[0].scale = 7;
  assert.is(searchStrategies('fast')[0].scale, 50);
});

test('PairQueue: hands out the most alike pair, as sorting would', () => {
  const random = createRandom(8);
  const queue = new PairQueue();
  assert.is(queue.take(), undefined);
  const waiting: RegionPair[] = [];
  const before = (a: RegionPair, b: RegionPair) => b.similarity - a.similarity || a.one - b.one || a.other - b.other;
  for (let round = 0; round < 400; round++) {
    if (random.uniform() < 0.6) {
      const pair = { similarity: random.integer(5) / 4, one: random.integer(6), other: 6 + round };
      queue.add(pair);
      waiting.push(pair);
    } else {
      waiting.sort(before);
      assert.equal(queue.take(), waiting.shift());
    }
  }
  waiting.sort(before);
  for (const pair of waiting) assert.equal(queue.take(), pair);
  assert.is(queue.take(), undefined);
});

test('throws', () => {
  const image = blotches(1, 4, 4);
  const message = (options: SelectiveSearchOptions, text: string, of: NdArray = image) =>
    assertThrows(() => selectiveSearch(of, options), `selectiveSearch: expected ${text}`);
  message({}, 'an image [H, W, 3], got [2, 2]', ndarray(new Float32Array(4), [2, 2]));
  message({}, 'an image [H, W, 3], got [2, 1, 2]', ndarray(new Float32Array(4), [2, 1, 2]));
  message(
    {},
    'an image [H, W, C] or [H, W] of at least one pixel, got [0, 4, 3]',
    ndarray(new Float32Array(0), [0, 4, 3]),
  );
  message({}, 'finite numbers, got NaN at row 0, column 1', ndarray([0, 0, 0, Number.NaN, 0, 0], [1, 2, 3]));
  message({ mode: [] }, 'mode single, fast or quality or a list of strategies, got []');
  message({ limit: 0 }, 'limit to be a whole number ≥ 1, got 0');
  message({ minSize: 0 }, 'minSize to be a whole number ≥ 1, got 0');
  message({ sigma: -1 }, 'sigma to be a number ≥ 0, got -1');
  assertThrows(
    () => selectiveSearch(image, { mode: 'slow' as 'fast' }),
    'selectiveSearch: expected mode single, fast or quality, got slow',
  );
  assertThrows(
    () => searchStrategies('toString' as 'fast'),
    'searchStrategies: expected mode single, fast or quality, got toString',
  );
  assertThrows(
    () => selectiveSearch(image, { seed: 0.5 }),
    'selectiveSearch: expected a whole number as seed, got 0.5',
  );
  const hierarchy = (options: RegionHierarchyOptions, text: string) =>
    assertThrows(() => regionHierarchy(image, options), `regionHierarchy: expected ${text}`);
  hierarchy({ colors: 'cmyk' as 'rgb' }, 'colors among rgb, hsv, lab, rgi, h, i, got cmyk');
  hierarchy({ similarity: [] }, 'similarity to list some of color, texture, size, fill once, got []');
  hierarchy(
    { similarity: ['size', 'size'] },
    'similarity to list some of color, texture, size, fill once, got ["size", "size"]',
  );
  hierarchy(
    { similarity: ['taste' as 'size'] },
    'similarity to list some of color, texture, size, fill once, got ["taste"]',
  );
  hierarchy({ scale: -1 }, 'scale to be a number ≥ 0, got -1');
});

test.run();
