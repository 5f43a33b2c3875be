import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type Batch,
  collate,
  createRandom,
  DeconvNet,
  type DetectionSample,
  FasterRcnn,
  FastRcnn,
  Fcn,
  type ImageSample,
  type Module,
  PatchClassifier,
  RCnn,
  type SegmentationSample,
  SingleObject,
  SlidingWindowDetector,
  Tiramisu,
  UNet,
  voidLabel,
  Yolo,
  zeros,
} from '../../src/index';

const test = suite('targets');

const random = () => createRandom(1);
const propose = () => ndarray(Float32Array.from([4, 4, 24, 24, 8, 8, 40, 30]), [2, 4]);
const models: Record<string, () => Module & { losses(batch: Batch<DetectionSample>): unknown }> = {
  Yolo: () => new Yolo({ classes: 2, random: random(), anchors: [[16, 16]] }),
  SingleObject: () => new SingleObject({ classes: 2, random: random() }),
  SlidingWindowDetector: () => new SlidingWindowDetector({ classes: 2, random: random() }),
  RCnn: () => new RCnn({ classes: 2, random: random(), propose }),
  FastRcnn: () => new FastRcnn({ classes: 2, random: random(), propose }),
  FasterRcnn: () => new FasterRcnn({ classes: 2, random: random() }),
};

const gray = (side = 64) => ndarray(new Float32Array(side * side * 3).fill(0.5), [side, side, 3]);
const sampleOf = (box: number[], label: number): DetectionSample => ({
  image: gray(),
  boxes: ndarray(Float32Array.from(box), [1, 4]),
  labels: ndarray(Int32Array.from([label]), [1]),
});
const box = [10, 10, 30, 30];

/** Two images, of which the second may be wrong. */
const batchOf = (corners: number[], label: number): Batch<DetectionSample> =>
  collate<DetectionSample>([sampleOf(box, 0), sampleOf(corners, label)]);

const wrong: [number[], number, string][] = [
  [box, 2, 'expected labels from 0 to 1, got 2 at 0'],
  [box, -1, 'expected labels from 0 to 1, got -1 at 0'],
  [[10, 10, 10, 30], 0, 'expected finite boxes with x1 < x2 and y1 < y2, got [10, 10, 10, 30] at 0'],
  [[50, 30, 20, 10], 0, 'expected finite boxes with x1 < x2 and y1 < y2, got [50, 30, 20, 10] at 0'],
  [[Number.NaN, 1, 5, 9], 0, 'expected finite boxes with x1 < x2 and y1 < y2, got [NaN, 1, 5, 9] at 0'],
  [[70, 10, 90, 30], 0, 'expected boxes that reach into the image of 64×64 px, got [70, 10, 90, 30] at 0'],
  [[10, -30, 30, 0], 0, 'expected boxes that reach into the image of 64×64 px, got [10, -30, 30, 0] at 0'],
];

/** What losses of a batch say; null where they are recorded. */
async function messageOf<S extends ImageSample>(
  model: { losses(batch: Batch<S>): unknown },
  batch: Batch<S>,
): Promise<string | null> {
  try {
    await model.losses(batch);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

for (const name in models) {
  test(`${name} refuses boxes without area and labels that are no class, and names the image`, async () => {
    const model = models[name]();
    assert.is(await messageOf(model, batchOf(box, 1)), null);
    for (const [corners, label, message] of wrong) {
      assert.is(await messageOf(model, batchOf(corners, label)), `${name}: image 1 of the batch: ${message}`);
    }
  });

  test(`${name} refuses a batch whose parts do not fit`, async () => {
    const model = models[name]();
    const batch = batchOf(box, 1);
    const [first, second] = batch.samples;
    const withSecond = (sample: object) => ({
      ...batch,
      samples: [first, { ...second, ...sample } as DetectionSample],
    });
    const messages = await Promise.all([
      messageOf(model, { ...batch, samples: [first] }),
      messageOf(model, withSecond({ labels: ndarray(new Int32Array(2), [2]) })),
      messageOf(model, withSecond({ boxes: undefined })),
      messageOf(model, withSecond({ boxes: ndarray(new BigInt64Array(4), [1, 4]) })),
      messageOf(model, withSecond({ image: gray(32) })),
    ]);
    assert.equal(messages, [
      `${name}: expected 2 samples, one an image, got 1`,
      `${name}: image 1 of the batch: expected labels [1], got [2]`,
      `${name}: image 1 of the batch: expected a sample with boxes, got { image, boxes, labels }`,
      `${name}: image 1 of the batch: expected boxes [G, 4] of numbers, got bigint64`,
      `${name}: image 1 of the batch: expected a sample of 64×64 px, as in images, got [32, 32, 3]`,
    ]);
  });
}

const segmenters: Record<string, () => Module & { losses(batch: Batch<SegmentationSample>): unknown }> = {
  Fcn: () => new Fcn({ classes: 2, random: random(), widths: [4, 4], stride: 4 }),
  UNet: () => new UNet({ classes: 2, random: random(), widths: [4, 4] }),
  DeconvNet: () => new DeconvNet({ classes: 2, random: random(), widths: [4, 4] }),
  Tiramisu: () => new Tiramisu({ classes: 2, random: random(), stem: 4, growth: 2, layers: [1, 1] }),
  PatchClassifier: () => new PatchClassifier({ classes: 2, random: random(), widths: [4], patchesPerImage: 8 }),
  'PatchClassifier of all patches': () =>
    new PatchClassifier({ classes: 2, random: random(), widths: [4], patchesPerImage: 'all' }),
};

/** Two images of 8 × 8 px; the second has a wrong label at row 2, column 3. */
function mapsOf(label: number): Batch<SegmentationSample> {
  const semantic = () => ndarray(new Uint8Array(64), [8, 8]);
  const second = semantic();
  second.set(2, 3, label);
  const samples = [semantic(), second].map((map) => ({ image: gray(8), semantic: map }));
  return collate<SegmentationSample>(samples);
}

for (const name in segmenters) {
  test(`${name} refuses maps whose labels are no class, and names the image`, async () => {
    const model = segmenters[name]();
    const [caller] = name.split(' ');
    const batch = mapsOf(1);
    assert.is(await messageOf(model, batch), null);
    assert.is(await messageOf(model, mapsOf(voidLabel)), null);
    const wanted = 'expected labels from 0 to 1, or 255 where nobody knows';
    assert.is(
      await messageOf(model, mapsOf(2)),
      `${caller}: image 1 of the batch: ${wanted}, got 2 at row 2, column 3`,
    );
    const messages = await Promise.all([
      messageOf(model, { ...batch, semantic: zeros([2, 8, 4]) }),
      messageOf(model, { ...batch, semantic: undefined as never }),
    ]);
    assert.equal(messages, [
      `${caller}: expected semantic maps [2, 8, 8], got [2, 8, 4]`,
      `${caller}: expected samples with a semantic map, got none`,
    ]);
  });
}

test.run();
