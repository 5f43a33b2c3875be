import ndarray, { type NdArray } from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  adam,
  collate,
  cosineSchedule,
  countBoxes,
  createRandom,
  type Dataset,
  type Detector,
  evaluateDetection,
  evaluating,
  fit,
  resize,
  SlidingWindowDetector,
  type SlidingWindowOptions,
  softmax,
  tensor,
} from '../../src/index';
import { assertAllClose } from '../support/allClose';
import { assertRejects, assertThrows } from '../support/assertThrows';
import { squares } from '../support/squares';

const test = suite('sliding window detection');

const random = () => createRandom(1);
const small = (options: Partial<SlidingWindowOptions> = {}) =>
  new SlidingWindowDetector({
    classes: 2,
    random: random(),
    sizes: [4, 6],
    stride: 2,
    patch: 8,
    widths: [8, 8],
    ...options,
  });
const boxesOf = ({ data }: NdArray<Float32Array>) =>
  Array.from({ length: data.length / 4 }, (_, i) => [...data.subarray(4 * i, 4 * i + 4)]);

/** Every box, one after the other. */
function countByEnumeration(height: number, width: number): number {
  let count = 0;
  for (let y1 = 0; y1 < height; y1++) {
    for (let y2 = y1 + 1; y2 <= height; y2++) {
      for (let x1 = 0; x1 < width; x1++) {
        for (let x2 = x1 + 1; x2 <= width; x2++) count++;
      }
    }
  }
  return count;
}

test('countBoxes: by hand', () => {
  assert.is(countBoxes(1, 1), 1);
  assert.is(countBoxes(1, 5), 15);
  // Four of 1×1, two of 1×2, two of 2×1, one of 2×2.
  assert.is(countBoxes(2, 2), 9);
  assert.is(countBoxes(3, 3), 36);
  assert.is(countBoxes(0, 9), 0);
});

test('countBoxes: 57.8 billion boxes in 800×600 px, not million as the slides say', () => {
  assert.is(countBoxes(600, 800), 57_768_120_000);
  assert.is(countBoxes(800, 600), 57_768_120_000);
});

test('countBoxes: the formula counts what the loops count', () => {
  for (let height = 0; height <= 8; height++) {
    for (let width = 0; width <= 8; width++) {
      assert.is(countBoxes(height, width), countByEnumeration(height, width), `${height} × ${width}`);
    }
  }
});

test('countBoxes: exact to the last one', () => {
  const next = createRandom(4);
  const exactly = (h: number, w: number) => ((BigInt(h) * BigInt(h + 1)) / 2n) * ((BigInt(w) * BigInt(w + 1)) / 2n);
  let refused = 0;
  for (let round = 0; round < 500; round++) {
    const [h, w] = [1 + next.integer(20_000), 1 + next.integer(20_000)];
    const exact = exactly(h, w);
    if (exact <= BigInt(Number.MAX_SAFE_INTEGER)) assert.is(BigInt(countBoxes(h, w)), exact);
    else {
      assert.throws(() => countBoxes(h, w), /expected at most 2\^53 − 1 boxes/);
      refused++;
    }
  }
  assert.ok(refused > 0 && refused < 500);
});

test('windows: size by size, row by row, as far as they fit', () => {
  const model = small({ sizes: [2, [1, 3]], stride: 2 });
  assert.equal(boxesOf(model.windows(3, 5)), [
    [0, 0, 2, 2],
    [2, 0, 4, 2],
    [0, 0, 3, 1],
    [2, 0, 5, 1],
    [0, 2, 3, 3],
    [2, 2, 5, 3],
  ]);
  assert.equal(model.windows(2, 1).shape, [0, 4]);
});

test('windows of all sizes, one pixel apart, are all boxes', () => {
  const [height, width] = [5, 4];
  const sizes = Array.from({ length: height * width }, (_, i) => [1 + Math.floor(i / width), 1 + (i % width)] as const);
  const all = boxesOf(small({ sizes, stride: 1 }).windows(height, width)).map(String);
  assert.is(all.length, countBoxes(height, width));
  assert.is(new Set(all).size, all.length);
});

test('warp: a window of the patch’s size is a crop, the whole image is resized', async () => {
  const model = small();
  const { image } = squares(1).sample(0);
  const pictures = tensor(image.data, [1, 16, 16, 3]);
  const crop = await model.warp(pictures, ndarray(Float32Array.of(3, 5, 11, 13), [1, 4]), [0]).data();
  for (let i = 0; i < crop.length; i++) {
    const [y, x, c] = [Math.floor(i / 24), Math.floor(i / 3) % 8, i % 3];
    assert.is(crop[i], image.get(5 + y, 3 + x, c));
  }
  const whole = await model.warp(pictures, ndarray(Float32Array.of(0, 0, 16, 16), [1, 4]), [0]).data();
  assertAllClose(whole, await resize(pictures, { size: 8 }).data(), { absolute: 1e-6 });
});

test('warp: bilinear in double precision, for windows of any shape', async () => {
  const model = small();
  const pictures = [0, 1].map((index) => squares(2).sample(index).image);
  const boxes = [
    [2, 3, 7, 9],
    [0, 6, 16, 9],
    [5, 0, 6, 16],
  ];
  const images = [0, 1, 1];
  const stacked = tensor([...pictures[0].data, ...pictures[1].data], [2, 16, 16, 3]);
  const warped = await model.warp(stacked, ndarray(Float32Array.from(boxes.flat()), [3, 4]), images).data();
  const inside = (value: number) => Math.min(15, Math.max(0, value));
  const expected = boxes.flatMap(([x1, y1, x2, y2], n) =>
    Array.from({ length: 8 * 8 * 3 }, (_, i) => {
      const [row, column, c] = [Math.floor(i / 24), Math.floor(i / 3) % 8, i % 3];
      const y = inside(y1 + ((row + 0.5) * (y2 - y1)) / 8 - 0.5);
      const x = inside(x1 + ((column + 0.5) * (x2 - x1)) / 8 - 0.5);
      let value = 0;
      for (let p = 0; p < 16; p++) {
        for (let q = 0; q < 16; q++) {
          const weight = Math.max(0, 1 - Math.abs(y - p)) * Math.max(0, 1 - Math.abs(x - q));
          value += weight * pictures[images[n]].get(p, q, c);
        }
      }
      return value;
    }),
  );
  assertAllClose(warped, expected, { absolute: 1e-5 });
});

test('slide: every window as if it came alone, in launches of any size', async () => {
  const { image } = squares(1).sample(3);
  const model = small();
  const { boxes, probabilities } = await model.slide(image);
  assert.equal(boxesOf(boxes), boxesOf(model.windows(16, 16)));
  assert.equal(probabilities.shape, [49 + 36, 3]);
  for (const row of [0, 30, 84]) {
    const patch = model.warp(tensor(image.data, [1, 16, 16, 3]), boxes.lo(row, 0).hi(1, 4), [0]);
    const alone = await evaluating(model, () => softmax(model.forward(patch))).data();
    assertAllClose(
      [0, 1, 2].map((k) => probabilities.get(row, k)),
      alone,
      { absolute: 1e-6 },
    );
  }
  const sevens = await small({ together: 7 }).slide(image);
  assertAllClose(sevens.probabilities.data, probabilities.data, { absolute: 1e-6 });
  assert.ok(model.training);
});

test('slide: what moves by a stride is seen by the next window', async () => {
  const model = small({ sizes: [6] });
  const { image } = squares(1).sample(1);
  const moved = ndarray(image.data.slice(), [16, 16, 3]);
  for (let y = 0; y < 16; y++) {
    for (let x = 15; x >= 2; x--) for (let c = 0; c < 3; c++) moved.set(y, x, c, image.get(y, x - 2, c));
  }
  const [before, after] = [await model.slide(image), await model.slide(moved)];
  // The windows at the left border see what is beyond it, and after the move something else.
  for (let row = 0; row < 6; row++) {
    for (let column = 1; column < 4; column++) {
      for (let k = 0; k < 3; k++) {
        const [was, is] = [6 * row + column, 6 * row + column + 1];
        assertAllClose([after.probabilities.get(is, k)], [before.probabilities.get(was, k)], { absolute: 1e-6 });
      }
    }
  }
});

test('an untrained model is sure of nothing; the draws come from the batch', async () => {
  const loss = (seed: number) =>
    small()
      .losses(collate([squares(1).sample(0)], createRandom(seed)))
      .classification.item();
  assertAllClose([await loss(1)], [Math.log(3)], { relative: 0.1 });
  assert.is(await loss(1), await loss(1));
  assert.is.not(await loss(1), await loss(2));
});

test('the loss: things by their windows, background by the others', async () => {
  const model = small({ windowsPerImage: 6 });
  model.scores.weight.assign(tensor(new Float32Array(24), [8, 3]));
  model.scores.bias!.assign(tensor([5, 0, 0]));
  const samples = [0, 3, 4, 7].map((index) => squares(8).sample(index));
  const loss = await model.losses(collate(samples, createRandom(2))).classification.item();
  // Whatever is shown, the model says thing 0 with the same probability: the loss counts the windows of thing 0.
  const total = Math.log(Math.exp(5) + 2);
  const count = (24 * (total - loss)) / 5;
  assert.ok(Math.abs(count - Math.round(count)) < 1e-4, `${count} windows`);
  // Half of an image's six windows are background, and both things occur.
  assert.ok(count >= 1 && count <= 11, `${count} windows`);
});

/** An image of a red square and one of a green one. */
const two: Dataset = { ...squares(8), length: 2, sample: (index) => squares(8).sample(6 * index) };

test('learns two images by heart', async () => {
  const model: Detector = small({
    sizes: [[6, 6], [6, 4], 4],
    stride: 1,
    windowsPerImage: 24,
    overlaps: { positive: 0.6, negative: 0.6 },
  });
  const batch = (step: number) =>
    collate(
      [0, 1].map((index) => two.sample(index)),
      createRandom(step),
    );
  const source = { size: 2, seed: 0, perEpoch: 1, batch };
  const steps = 150;
  const optimizer = adam(model, { learningRate: cosineSchedule(1e-2, { steps, final: 1e-4 }) });
  const before = await evaluateDetection(model, two);
  const { losses } = await fit({ model, optimizer, batches: source, steps, progress: false });
  assert.equal(Object.keys(losses), ['classification']);
  const after = await evaluateDetection(model, two);
  assert.ok(before.AP50! < 0.5, `before ${before.AP50}`);
  // Not 1: a window within a square looks like the square, and is sometimes surer.
  assert.ok(after.AP50! > 0.7, `after ${after.AP50}`);
  for (const { boxes, scores } of after.detections) {
    assert.ok(boxes.data.every((corner) => corner >= 0 && corner <= 16));
    assert.ok(scores.data.every((score, i) => score > 0.01 && score <= (scores.data[i - 1] ?? 1)));
  }
});

test('an image smaller than every window has no detections', async () => {
  const model = small({ sizes: [20, [4, 17]] });
  const { images } = collate([squares(1).sample(0)]);
  const [{ boxes, labels, scores }] = await model.detect(images);
  assert.equal([boxes.shape, labels.shape, scores.shape], [[0, 4], [0], [0]]);
  assertThrows(
    () => model.losses(collate([squares(1).sample(0)])),
    'SlidingWindowDetector: expected images that hold a window, got 16 × 16 px',
  );
});

test('throws', async () => {
  assertThrows(() => countBoxes(2.5, 4), 'countBoxes: expected height a whole number of px from 0, got 2.5');
  assertThrows(() => countBoxes(4, -1), 'countBoxes: expected width a whole number of px from 0, got -1');
  assertThrows(
    () => countBoxes(20_000, 20_000),
    'countBoxes: expected at most 2^53 − 1 boxes, got about 40004000100000000 for 20000 × 20000 px',
  );
  assertThrows(() => small({ sizes: [] }), 'SlidingWindowDetector: expected at least one size, got none');
  assertThrows(() => small({ stride: 0 }), 'SlidingWindowDetector: expected stride to be a whole number ≥ 1, got 0');
  assertThrows(() => small({ patch: 10 }), 'SlidingWindowDetector: expected a patch that is a multiple of 4, got 10');
  await assertRejects(
    () => small().slide(ndarray(new Float32Array(12), [2, 2, 3]).pick(null, null, 0) as NdArray<Float32Array>),
    'slide: expected an image [H, W, 3], got [2, 2]',
  );
});

test.run();
