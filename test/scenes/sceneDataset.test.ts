import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { suite } from 'uvu';
import { panopticNames, semanticNames } from '../../src/data/classNames';
import type { Sample } from '../../src/data/dataset';
import { composeScene } from '../../src/scenes/compose';
import {
  type SceneOptions,
  type SceneStuff,
  type SceneThing,
  scales128,
  sceneDataset,
  shapes64,
} from '../../src/scenes/sceneDataset';
import { bell, direction, logUniformBetween, sceneRandom, splits } from '../../src/scenes/sceneRandom';
import { checkSettings } from '../../src/scenes/settings';
import { drawShape, shapes } from '../../src/scenes/shapes';
import { assertThrows } from '../support/assertThrows';
import { checkSample } from '../support/checkSample';

const allStuff: SceneStuff[] = ['sky', 'grass', 'ground', 'water', 'road'];

/** Any scenes that are not too large to test many of. */
const anyOptions: fc.Arbitrary<SceneOptions> = fc
  .record({
    length: fc.constant(50),
    split: fc.constantFrom(...splits),
    seed: fc.nat(2 ** 32 - 1),
    side: fc.oneof(
      fc.integer({ min: 32, max: 96 }),
      fc.tuple(fc.integer({ min: 32, max: 96 }), fc.integer({ min: 32, max: 96 })),
    ),
    stuff: fc.shuffledSubarray(allStuff, { minLength: 1 }),
    things: fc.shuffledSubarray([...shapes], { minLength: 1 }),
    layout: fc.constantFrom('bands' as const, 'varied' as const),
    objects: fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 })),
    visible: fc.constantFrom(0, 0.6, 1),
    overlap: fc.constantFrom(0, 0.3, 1),
    rotation: fc.boolean(),
  })
  .map((options) => ({ ...options, objects: [Math.min(...options.objects), Math.max(...options.objects)] as const }));

const bytesOf = ({ image, boxes, labels, masks, semantic, panoptic }: Sample) =>
  [image, boxes, labels, masks, semantic, panoptic].map(({ data }) =>
    Buffer.from(data.buffer, data.byteOffset, data.byteLength),
  );
const digest = (sample: Sample) =>
  bytesOf(sample).map((bytes) => createHash('sha256').update(bytes).digest('hex').slice(0, 12));

const scenes = suite('sceneDataset');

scenes('every label agrees with every other, whatever the options', () => {
  fc.assert(
    fc.property(anyOptions, fc.nat(49), (options, index) => {
      const dataset = sceneDataset(options);
      assert.deepEqual(dataset.classes, { stuff: options.stuff, things: options.things });
      const sample = dataset.sample(index);
      const [height, width] =
        [options.side].flat().length === 2 ? (options.side as [number, number]) : [options.side, options.side];
      assert.deepEqual(sample.image.shape, [height, width, 3]);
      checkSample(sample, dataset.classes);
      const count = sample.labels.shape[0];
      assert.ok(count >= 1 && count <= options.objects![1]);
    }),
    { numRuns: 150, seed: 1 },
  );
});

scenes('things keep the share of their pixels that was asked for, and stand out from what is behind them', () => {
  let crowded = 0;
  for (const [visible, contrast] of [
    [0.6, 0.5],
    [0.9, 0.8],
  ]) {
    const settings = checkSettings('test', { length: 100, objects: [6, 6], visible, contrast });
    for (let index = 0; index < 100; index++) {
      const { canvas } = composeScene(
        settings,
        4,
        (random, label, height, width) =>
          drawShape(random, shapes[label], height, width, { size: [12, 32], aspect: [0.7, 1.4], rotation: true }),
        index,
      );
      canvas.things.forEach(({ stamp, color, behind }, g) => {
        const area = stamp.ink.filter((ink) => ink > 0).length;
        const seen = canvas.segments.filter((segment) => segment === canvas.stuffCount + g).length;
        assert.ok(seen >= visible * area, `image ${index}, thing ${g}: ${seen} of ${area} pixels`);
        if (seen < area) crowded++;
        const distance = color.reduce((sum, value, channel) => sum + Math.abs(value - behind[channel]), 0);
        assert.ok(distance >= contrast, `image ${index}, thing ${g}: ${distance}`);
      });
    }
  }
  // Otherwise the test would say nothing.
  assert.ok(crowded > 100);
});

scenes('the color of a thing differs from its surroundings in the image itself', () => {
  const dataset = sceneDataset({ length: 60, objects: [1, 1], shading: 0, gradient: 0, noise: [0, 0] });
  for (let index = 0; index < dataset.length; index++) {
    const { image, masks } = dataset.sample(index);
    const inside = masks.data.indexOf(1);
    const color = [0, 1, 2].map((channel) => image.data[3 * inside + channel]);
    // Without shading and noise a thing has one color.
    masks.data.forEach((value, pixel) => {
      if (value === 1) for (let c = 0; c < 3; c++) assert.ok(Math.abs(image.data[3 * pixel + c] - color[c]) < 1e-5);
    });
  }
});

scenes('an image depends on seed, split and index alone', () => {
  fc.assert(
    fc.property(anyOptions, (options) => {
      const forwards = sceneDataset(options);
      const [first, second, third] = [0, 7, 49].map((index) => digest(forwards.sample(index)));
      const backwards = sceneDataset({ ...options, length: 1000 });
      assert.deepEqual(digest(backwards.sample(49)), third);
      assert.deepEqual(digest(backwards.sample(7)), second);
      assert.deepEqual(digest(backwards.sample(0)), first);
    }),
    { numRuns: 15, seed: 2 },
  );
});

scenes('a sample is a fresh copy, and lists that were given may change', () => {
  const stuff: SceneStuff[] = ['sky', 'grass'];
  const things: SceneThing[] = ['star'];
  const objects: [number, number] = [1, 3];
  const dataset = sceneDataset({ length: 2, stuff, things, objects });
  const before = digest(dataset.sample(1));
  const sample = dataset.sample(1);
  sample.image.data.fill(0);
  sample.masks.data.fill(0);
  [stuff[0], things[0], objects[1]] = ['road', 'circle', 6];
  (dataset.classes.stuff as string[]).reverse();
  assert.deepEqual(digest(dataset.sample(1)), before);
});

scenes('no two images coincide across seeds, splits and indices', () => {
  const seen = new Set<string>();
  for (const seed of [0, 1, 2 ** 32 - 1]) {
    for (const split of splits) {
      const dataset = sceneDataset({ length: 30, seed, split, side: 32 });
      for (let index = 0; index < 30; index++) seen.add(digest(dataset.sample(index))[0]);
    }
  }
  assert.equal(seen.size, 3 * 3 * 30);
});

scenes('extremes: sides 32 and 256, one and six things, one class', () => {
  for (const options of [
    { side: 32, objects: [6, 6], things: ['star'] },
    { side: 256, objects: [1, 1], things: ['circle'], stuff: ['water'] },
    { side: [256, 32], objects: [6, 6], stuff: ['road'] },
    { side: 32, objects: [20, 20], size: [0.1875, 0.1875], layout: 'bands', stuff: allStuff },
    { side: 64, size: [0.5, 0.8], rotation: false, aspect: [1, 1], noise: [0, 0] },
    { side: 64, visible: 1, overlap: 0, contrast: 1, shading: 1, gradient: 1, noise: [1, 1] },
  ] as Partial<SceneOptions>[]) {
    const dataset = sceneDataset({ length: 6, ...options });
    for (let index = 0; index < 6; index++) checkSample(dataset.sample(index), dataset.classes);
  }
  assert.equal(sceneDataset({ length: 0 }).length, 0);
});

scenes('things are as large as asked for and wholly inside', () => {
  const dataset = sceneDataset({ length: 60, things: ['circle'], objects: [1, 1], size: [0.25, 0.5] });
  const sides: number[] = [];
  for (let index = 0; index < 60; index++) {
    const { boxes, masks } = dataset.sample(index);
    const [x1, y1, x2, y2] = boxes.data;
    sides.push(x2 - x1);
    // A circle cut by the edge would be no circle.
    assert.ok(Math.abs(x2 - x1 - (y2 - y1)) <= 1);
    const area = masks.data.reduce((sum, value) => sum + value, 0);
    const full = (Math.PI * (x2 - x1) * (y2 - y1)) / 4;
    assert.ok(Math.abs(area / full - 1) < 0.15, `${area} of ${full}`);
  }
  assert.ok(Math.min(...sides) >= 15 && Math.min(...sides) < 18);
  assert.ok(Math.max(...sides) <= 33 && Math.max(...sides) > 29);
});

scenes('shapes have the areas of their geometry', () => {
  // The fraction of the box that each upright shape fills; the star by the shoelace formula, in its circle's box.
  const starArea = (10 * 0.45 * Math.sin(Math.PI / 5)) / 2 / 4;
  const expected = { circle: Math.PI / 4, rectangle: 1, triangle: 0.5, star: starArea };
  for (const thing of shapes) {
    for (const rotation of [false, true]) {
      const random = sceneRandom(3, 'train', 0);
      const { ink } = drawShape(random, thing, 256, 256, { size: [150, 150], aspect: [1.3, 1.3], rotation });
      const share = ink.filter((value) => value > 0).length / 150 ** 2;
      assert.ok(Math.abs(share - expected[thing]) < 0.01, `${thing}: ${share}, expected ${expected[thing]}`);
    }
  }
});

scenes('upright triangles stand on their base', () => {
  const dataset = sceneDataset({ length: 20, things: ['triangle'], objects: [1, 1], rotation: false });
  for (let index = 0; index < 20; index++) {
    const { masks } = dataset.sample(index);
    const rows = Array.from({ length: 64 }, (_, y) =>
      masks.data.subarray(64 * y, 64 * y + 64).reduce((a, b) => a + b, 0),
    );
    const filled = rows.filter((count) => count > 0);
    for (let i = 1; i < filled.length; i++) assert.ok(filled[i] >= filled[i - 1] - 1);
    assert.ok(filled.at(-1)! > 2 * filled[0]);
  }
});

scenes('classes, numbers of things and pixels of stuff are spread as promised', () => {
  const dataset = sceneDataset({ length: 800, side: 32 });
  const [classes, counts, stuff] = [[0, 0, 0, 0], Array(7).fill(0), [0, 0, 0, 0]];
  for (let index = 0; index < dataset.length; index++) {
    const { labels, semantic } = dataset.sample(index);
    counts[labels.shape[0]]++;
    for (const label of labels.data) classes[label]++;
    const kinds = new Set(semantic.data);
    for (let s = 0; s < 4; s++) if (kinds.has(s)) stuff[s]++;
  }
  const total = classes.reduce((sum, count) => sum + count);
  // Large things are left out a little more often.
  for (const count of classes) assert.ok(Math.abs(count / total - 0.25) < 0.04, `${classes}`);
  assert.ok(counts[0] === 0 && counts.slice(1).every((count) => count > 40), `${counts}`);
  assert.ok(stuff[0] > 790 && stuff.slice(1).every((count) => count > 250), `${stuff}`);
});

scenes('a road never runs through water, and bands keep their order', () => {
  const varied = sceneDataset({ length: 100, objects: [1, 1] });
  for (let index = 0; index < 100; index++) {
    const kinds = new Set(varied.sample(index).semantic.data);
    assert.ok(!(kinds.has(2) && kinds.has(3)), `image ${index}`);
  }
  const bands = sceneDataset({ length: 40, objects: [1, 1], layout: 'bands', stuff: ['grass', 'water', 'sky'] });
  for (let index = 0; index < 40; index++) {
    const { semantic } = bands.sample(index);
    for (let x = 0; x < 64; x++) {
      let last = 0;
      for (let y = 0; y < 64; y++) {
        const kind = semantic.get(y, x);
        if (kind >= 3) continue;
        assert.ok(kind >= last);
        last = kind;
      }
    }
  }
});

scenes('more than 200 images of 64 × 64 a second on one core', () => {
  const dataset = sceneDataset({ length: 300 });
  for (let index = 0; index < 50; index++) dataset.sample(index);
  const before = process.cpuUsage();
  for (let index = 0; index < 200; index++) dataset.sample(index);
  const { user, system } = process.cpuUsage(before);
  assert.ok((user + system) / 1e6 < 1, `${(user + system) / 200e3} ms an image`);
});

scenes('throws on what it cannot paint, naming the option', () => {
  const wrong: [Record<string, unknown>, RegExp][] = [
    [{ length: -1 }, /^sceneDataset: expected length a whole number from 0 to 2\^32 − 1, got -1$/],
    [{ length: undefined }, /expected length a whole number .*, got undefined/],
    [{ length: 1.5 }, /expected length/],
    [{ split: 'val' }, /^sceneDataset: expected split train or validation or test, got val$/],
    [{ seed: -1 }, /expected seed a whole number from 0 to 2\^32 − 1, got -1/],
    [{ seed: 2 ** 32 }, /expected seed/],
    [{ seed: Number.NaN }, /expected seed .* got NaN/],
    [{ side: 31 }, /^sceneDataset: expected side a whole number from 32 to 256 px, or \[height, width\], got 31$/],
    [{ side: 257 }, /expected side/],
    [{ side: [64, 300] }, /expected side .* got \[64, 300\]/],
    [{ side: [64] }, /expected side/],
    [{ stuff: [] }, /expected stuff a list of sky, grass, ground, water, road, none twice, got \[\]/],
    [{ stuff: ['sky', 'sky'] }, /expected stuff/],
    [{ stuff: ['lava'] }, /expected stuff .* got \["lava"\]/],
    [{ things: 'circle' }, /expected things a list of circle, rectangle, triangle, star, none twice, got "circle"/],
    [{ things: ['toString'] }, /expected things/],
    [{ layout: 'rows' }, /expected layout bands or varied, got rows/],
    [{ objects: [0, 3] }, /expected objects \[least, greatest\], whole numbers from 1 to 20, got \[0, 3\]/],
    [{ objects: [3, 2] }, /expected objects/],
    [{ objects: [1, 2.5] }, /expected objects/],
    [{ objects: 4 }, /expected objects .* got 4/],
    [{ size: [0.05, 0.5] }, /expected size of at least 6 px \(0\.09375 of the side\), got 0\.05/],
    [{ size: [0.2, 0.9] }, /expected things that fit into the image \(size · 1\.46 at most 1\), got size 0\.9/],
    [{ size: [0.2, 0.5], aspect: [0.2, 5] }, /expected things that fit/],
    [{ sizeScale: 'cubic' }, /^sceneDataset: expected sizeScale linear or log, got cubic$/],
    [{ aspect: [0.1, 1] }, /expected aspect \[least, greatest\], numbers from 0\.2 to 5, got \[0\.1, 1\]/],
    [{ rotation: 45 }, /expected rotation to be true or false, got 45/],
    [{ visible: 1.1 }, /expected visible a number from 0 to 1, got 1\.1/],
    [{ overlap: -0.1 }, /expected overlap/],
    [{ contrast: 2 }, /expected contrast/],
    [{ shading: Number.NaN }, /expected shading .* got NaN/],
    [{ gradient: '0.2' }, /expected gradient/],
    [{ noise: [0.1, 0.05] }, /expected noise/],
    [{ noise: [0, Number.POSITIVE_INFINITY] }, /expected noise/],
  ];
  for (const [options, message] of wrong) {
    assert.throws(
      () => sceneDataset({ length: 10, ...options } as SceneOptions),
      (error: Error) => {
        assert.match(error.message, message);
        assert.match(error.message, /^sceneDataset: /);
        return true;
      },
    );
  }
  const dataset = sceneDataset({ length: 10 });
  for (const index of [-1, 10, 0.5, Number.NaN]) {
    assert.throws(
      () => dataset.sample(index),
      new RegExp(`^Error: sceneDataset: expected the index of an image, a whole number from 0 to 9, got ${index}$`),
    );
  }
  assert.throws(
    () => shapes64({ split: 'val' as 'test' }),
    /^Error: shapes64: expected split train or validation or test, got val$/,
  );
});

scenes.run();

const recipe = suite('shapes64');

recipe('has the lengths and classes of the recipe', () => {
  assert.deepEqual(
    splits.map((split) => shapes64({ split }).length),
    [4000, 200, 200],
  );
  assert.deepEqual(shapes64().classes, {
    stuff: ['sky', 'grass', 'ground'],
    things: ['circle', 'rectangle', 'triangle'],
  });
  assert.equal(shapes64({ length: 7 }).length, 7);
});

recipe('trains with seed 1, tests with seed 999, and another seed gives other images', () => {
  assert.deepEqual(digest(shapes64().sample(3)), digest(shapes64({ seed: 1 }).sample(3)));
  assert.deepEqual(
    digest(shapes64({ split: 'test' }).sample(3)),
    digest(shapes64({ split: 'test', seed: 999 }).sample(3)),
  );
  assert.notDeepEqual(digest(shapes64({ seed: 4242 }).sample(3)), digest(shapes64().sample(3)));
});

recipe('things have the sizes and numbers of the recipe', () => {
  const dataset = shapes64();
  const counts = Array(5).fill(0);
  for (let index = 0; index < 300; index++) {
    const sample = dataset.sample(index);
    checkSample(sample, dataset.classes);
    counts[sample.labels.shape[0]]++;
    // 32 px times √1.4 or √(1 / 0.7) at most.
    for (let g = 0; g < sample.labels.shape[0]; g++) {
      assert.ok(sample.boxes.get(g, 2) - sample.boxes.get(g, 0) <= 39);
      assert.ok(sample.boxes.get(g, 3) - sample.boxes.get(g, 1) <= 39);
    }
  }
  assert.equal(counts[0], 0);
  for (const count of counts.slice(1)) assert.ok(Math.abs(count - 75) < 30, `${counts}`);
});

recipe('its images are the same on every machine, and stay so', () => {
  const [first, last] = [shapes64().sample(0), shapes64({ split: 'test' }).sample(199)];
  assert.deepEqual([...first.labels.data], [1, 1, 0, 1]);
  assert.deepEqual([...first.boxes.data], [23, 25, 58, 52, 16, 33, 34, 47, 19, 10, 46, 36, 7, 4, 25, 23]);
  assert.deepEqual([...last.labels.data], [0]);
  assert.deepEqual([...last.boxes.data], [11, 9, 36, 34]);
  // Image, boxes, labels, masks, semantic, panoptic.
  const expected = ['053304d44f0f', '3468186837d7', '69ca48872b2a', '3d566cb7e8b9', '108ef1ffa174', 'beb48fdd8da1'];
  assert.deepEqual(digest(first), expected);
});

recipe.run();

const scales = suite('scales128');

/** √(width · height) of the boxes of all images. */
function sizesOf(dataset: ReturnType<typeof scales128>): number[] {
  const sizes: number[] = [];
  for (let index = 0; index < dataset.length; index++) {
    const { boxes } = dataset.sample(index);
    for (let g = 0; g < boxes.shape[0]; g++) {
      sizes.push(Math.sqrt((boxes.get(g, 2) - boxes.get(g, 0)) * (boxes.get(g, 3) - boxes.get(g, 1))));
    }
  }
  return sizes;
}

scales('has the lengths, classes and sizes that are promised', () => {
  assert.deepEqual(
    splits.map((split) => scales128({ split }).length),
    [2000, 200, 200],
  );
  const dataset = scales128({ length: 60 });
  assert.deepEqual(dataset.classes, shapes64().classes);
  const counts = Array(9).fill(0);
  for (let index = 0; index < dataset.length; index++) {
    const sample = dataset.sample(index);
    assert.deepEqual(sample.image.shape, [128, 128, 3]);
    checkSample(sample, dataset.classes);
    counts[sample.labels.shape[0]]++;
  }
  // A scene that is too crowded has an object less than was drawn.
  assert.equal(counts[0] + counts[1], 0, `${counts}`);
  assert.ok(
    counts.slice(3).every((count) => count >= 2),
    `${counts}`,
  );
});

scales('its images are the same on every machine, and stay so', () => {
  const [first, again] = [scales128().sample(0), scales128({ seed: 1, length: 1 }).sample(0)];
  assert.deepEqual(digest(first), digest(again));
  assert.notDeepEqual(digest(first), digest(scales128({ split: 'test' }).sample(0)));
  assert.deepEqual(digest(first), [
    '3dbfa3af778d',
    '8d9aea86374a',
    '07e33d797394',
    '54d7e3986fe4',
    '19e71e4ea3e7',
    '9ecb01eaa77f',
  ]);
});

scales('as many objects of 8 to 16 px as of 16 to 32 and of 32 to 64', () => {
  // Alone, so that none is covered, and none left out because it finds no room.
  const options = { side: 128, objects: [1, 1], size: [0.0625, 0.5], things: ['rectangle'], rotation: false } as const;
  const dataset = sceneDataset({ length: 900, seed: 5, sizeScale: 'log', ...options });
  const logs = sizesOf(dataset).map((size) => Math.log2(size / 8) / 3);
  const counts = [0, 1, 2].map(
    (octave) => logs.filter((log) => Math.min(2, Math.max(0, Math.floor(3 * log))) === octave).length,
  );
  // 300 expected, with a deviation of 14.
  assert.ok(
    counts.every((count) => Math.abs(count - 300) < 60),
    `${counts}`,
  );
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  assert.ok(Math.abs(mean - 0.5) < 0.04, `${mean}`);
  // Of sizes that are equally likely, four of seven are in the last octave.
  const linear = sizesOf(sceneDataset({ length: 900, seed: 5, ...options }));
  assert.ok(Math.abs(linear.filter((size) => size >= 32).length - (900 * 4) / 7) < 60);
});

scales('in whole scenes large objects, which find room less often and are covered more often, are rarer', () => {
  const sizes = sizesOf(scales128({ length: 150 }));
  const counts = [0, 16, 32].map((least, i) => sizes.filter((size) => size >= least && size < [16, 32, 100][i]).length);
  const total = counts.reduce((sum, count) => sum + count);
  // Of all 2000 scenes 39.5, 35.9 and 24.6 %.
  for (const [i, share] of [0.395, 0.359, 0.246].entries()) {
    assert.ok(Math.abs(counts[i] / total - share) < 0.04, `${counts}`);
  }
});

scales('throws', () => {
  assertThrows(
    () => scales128({ split: 'val' as 'test' }),
    'scales128: expected split train or validation or test, got val',
  );
  assertThrows(() => scales128({ length: -1 }), 'scales128: expected length a whole number from 0 to 2^32 − 1, got -1');
});

scales.run();

const numbers = suite('scene numbers');

numbers('bell numbers have mean 0, deviation 1 and the shape of a sum of four', () => {
  const random = sceneRandom(5, 'test', 9);
  const values = Float64Array.from({ length: 200_000 }, () => bell(random));
  const moment = (power: number) => values.reduce((sum, value) => sum + value ** power, 0) / values.length;
  assert.ok(Math.abs(moment(1)) < 0.01);
  assert.ok(Math.abs(moment(2) - 1) < 0.02);
  assert.ok(Math.abs(moment(4) - 2.7) < 0.06, `${moment(4)}`);
  assert.ok(values.every((value) => Math.abs(value) < 3.46));
});

numbers('logarithms of numbers between two are uniform, by the power low · (high / low)^u', () => {
  const [random, same] = [0, 0].map(() => sceneRandom(7, 'test', 9));
  let [sum, squares] = [0, 0];
  for (let i = 0; i < 20_000; i++) {
    const value = logUniformBetween(random, 8, 64);
    assert.ok(value >= 8 && value < 64);
    const log = Math.log(value / 8) / Math.log(8);
    assert.ok(Math.abs(log - same.uniform()) < 1e-12);
    [sum, squares] = [sum + log, squares + log * log];
  }
  assert.ok(Math.abs(sum / 20_000 - 1 / 2) < 0.01);
  assert.ok(Math.abs(squares / 20_000 - 1 / 3) < 0.01);
});

numbers('directions have length 1 and favor none', () => {
  const random = sceneRandom(6, 'test', 9);
  let [sumX, sumY] = [0, 0];
  for (let i = 0; i < 20_000; i++) {
    const [x, y] = direction(random);
    assert.ok(Math.abs(Math.hypot(x, y) - 1) < 1e-12);
    [sumX, sumY] = [sumX + x, sumY + y];
  }
  assert.ok(Math.hypot(sumX, sumY) / 20_000 < 0.02);
});

numbers('neighboring images draw unrelated numbers', () => {
  let product = 0;
  for (let index = 0; index < 20_000; index++) {
    product += (sceneRandom(0, 'train', index).uniform() - 0.5) * (sceneRandom(0, 'train', index + 1).uniform() - 0.5);
  }
  // Standard deviation of the mean: (1 / 12) / √20000 = 0.0006.
  assert.ok(Math.abs(product / 20_000) < 0.003);
});

numbers.run();

const names = suite('class names');

names('semantic and panoptic maps have names for every entry', () => {
  const dataset = sceneDataset({ length: 20, stuff: ['sky', 'grass'], things: ['circle', 'star'], objects: [4, 6] });
  assert.deepEqual(semanticNames(dataset.classes), ['sky', 'grass', 'circle', 'star']);
  const sample = dataset.sample(0);
  const list = panopticNames(dataset.classes, sample);
  assert.equal(list.length, 2 + sample.labels.shape[0]);
  assert.equal(new Set(list).size, list.length);
  sample.panoptic.data.forEach((segment, pixel) => {
    const name = semanticNames(dataset.classes)[sample.semantic.data[pixel]];
    assert.equal(list[segment].split(' ')[0], name);
  });
  const { labels } = sample;
  labels.set(0, 2);
  assertThrows(() => panopticNames(dataset.classes, { labels }), 'panopticNames: expected labels below 2, got 2 at 0');
});

names.run();
