import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  augmentation,
  batches,
  collate,
  countedThings,
  createRandom,
  cropSample,
  type DetectionSample,
  evaluateDetection,
  evaluateSegmentation,
  everyBatch,
  Fcn,
  fit,
  flipHorizontally,
  keepInMemory,
  PatchClassifier,
  type Sample,
  type SegmentationSample,
  sgd,
  type Tensor,
  UNet,
  voidLabel,
  Yolo,
} from '../../src/index';
import { assertThrows } from '../support/assertThrows';
import { boxesOnly, mapsOnly } from '../support/labeled';
import { squares } from '../support/squares';

const test = suite('dataset');

const random = () => createRandom(4);

test('images with boxes alone go through memory, augmentation and batches, and stay what they are', () => {
  const augment = augmentation({ flip: 0.5, crop: 0.6, color: 0.2 });
  const source = batches(keepInMemory(boxesOnly(6, 'crowd')), { size: 3, augment });
  for (let step = 0; step < 6; step++) {
    const { samples, semantic } = source.batch(step);
    assert.is(semantic, undefined);
    for (const sample of samples) {
      assert.equal(Object.keys(sample).sort(), ['boxes', 'crowd', 'image', 'labels', 'path']);
      assert.equal(sample.boxes.shape, [sample.labels.size, 4]);
      assert.equal(sample.crowd!.shape, [sample.labels.size]);
      // The crowds, every second thing, are not trained on.
      assert.ok(sample.labels.size <= 1);
      for (let g = 0; g < sample.labels.size; g++) {
        const [x1, y1, x2, y2] = [0, 1, 2, 3].map((k) => sample.boxes.get(g, k));
        assert.ok(0 <= x1 && x1 < x2 && x2 <= 16 && 0 <= y1 && y1 < y2 && y2 <= 16);
      }
    }
  }
  // For the metric they are still there.
  const [{ samples }] = everyBatch(boxesOnly(6, 'crowd'), { size: 6 });
  assert.ok(samples.some(({ crowd }) => crowd!.size === 2 && crowd!.get(1) === 1));
});

test('images with a semantic map alone do as well', async () => {
  const augment = augmentation({ flip: 0.5, crop: 0.6 });
  const { samples, semantic } = batches(keepInMemory(mapsOnly(4)), { size: 4, augment }).batch(0);
  assert.equal([...semantic.shape], [4, 16, 16]);
  assert.equal(Object.keys(samples[0]).sort(), ['image', 'semantic']);
  assert.ok((await semantic.data()).includes(voidLabel));
});

test('things are taken by row, and all that is known of them', () => {
  const sample: DetectionSample & { masks: Sample['masks'] } = {
    image: ndarray(new Float32Array(12), [2, 2, 3]),
    boxes: ndarray(Float32Array.from([0, 0, 1, 1, 0, 0, 2, 2, 1, 1, 2, 2]), [3, 4]),
    labels: ndarray(Int32Array.from([4, 5, 6]), [3]),
    crowd: ndarray(Uint8Array.from([0, 1, 0]), [3]),
    difficult: ndarray(Uint8Array.from([1, 0, 0]), [3]),
    areas: ndarray(Float32Array.from([7, 8, 9]), [3]),
    masks: ndarray(Uint8Array.from([1, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 1]), [3, 2, 2]),
  };
  const counted = countedThings(sample);
  assert.equal([...counted.labels.data], [6]);
  assert.equal([...counted.boxes.data], [1, 1, 2, 2]);
  assert.equal([...counted.areas!.data], [9]);
  assert.equal([...counted.masks.data], [0, 0, 0, 1]);
  assert.equal([counted.masks.shape, counted.crowd!.shape], [[1, 2, 2], [1]]);
  const plain = squares(1).sample(0);
  assert.is(countedThings(plain), plain);
  // Of a panoptic map, what is left out becomes void, and the others move up.
  const whole = Array.from({ length: 9 }, (_, index) => squares(9).sample(index)).find(
    ({ labels }) => labels.size === 2,
  )!;
  const count = 2;
  const crowd = ndarray(new Uint8Array(count), [count]);
  crowd.set(0, 1);
  const left = countedThings({ ...whole, crowd });
  const first = whole.panoptic.data.reduce((least, segment) => Math.max(least, segment), 0) - count + 1;
  for (const [i, segment] of whole.panoptic.data.entries()) {
    assert.is(left.panoptic.data[i], segment < first ? segment : segment === first ? -1 : segment - 1);
  }
  assert.ok(whole.panoptic.data.includes(first) && left.panoptic.data.includes(-1));
  const { masks: _, ...unmasked } = { ...whole, crowd };
  assertThrows(() => countedThings(unmasked), 'countedThings: expected masks beside a panoptic map, got none');
});

test('without a mask, a crop cuts boxes off, and drops those of which less than a quarter is left', () => {
  const sample: DetectionSample = {
    image: ndarray(new Float32Array(8 * 8 * 3), [8, 8, 3]),
    //               half inside   a quarter inside  less           outside       no area
    boxes: ndarray(Float32Array.from([0, 4, 8, 8, 2, 2, 6, 6, 1, 1, 5, 5, 0, 0, 3, 3, 5, 5, 5, 7]), [5, 4]),
    labels: ndarray(Int32Array.from([0, 1, 2, 3, 4]), [5]),
    areas: ndarray(Float32Array.from([16, 8, 1, 1, 1]), [5]),
  };
  const { boxes, labels, areas } = cropSample(sample, [4, 4, 8, 8]);
  assert.equal([...labels.data], [0, 1]);
  // Enlarged twice.
  assert.equal([...boxes.data], [0, 0, 8, 8, 0, 0, 4, 4]);
  assert.equal([...areas!.data], [32, 8]);
  const mirrored = flipHorizontally(sample);
  assert.equal([...mirrored.boxes.data.subarray(0, 8)], [0, 4, 8, 8, 2, 2, 6, 6]);
  assert.equal([...mirrored.boxes.data.subarray(8, 12)], [3, 1, 7, 5]);
});

test('difficult and crowd flags reach the metric', async () => {
  // A detector that finds the first thing of each image, which is never flagged.
  const found = (dataset: { sample(index: number): DetectionSample }) => {
    let next = 0;
    return {
      async detect(images: Tensor) {
        return Array.from({ length: images.shape[0] }, () => {
          const { boxes, labels } = dataset.sample(next++);
          return {
            boxes: ndarray(boxes.data.slice(0, 4), [1, 4]),
            labels: ndarray(labels.data.slice(0, 1), [1]),
            scores: ndarray(Float32Array.from([1]), [1]),
          };
        });
      },
    };
  };
  const results = [];
  for (const flag of [undefined, 'difficult', 'crowd'] as const) {
    const dataset = boxesOnly(6, flag);
    results.push(await evaluateDetection(found(dataset), dataset, { batchSize: 4 }));
  }
  assert.ok(results[0].mAP! < 1);
  assert.is(results[1].mAP, 1);
  assert.is(results[2].mAP, 1);
  const areas = ndarray(Float32Array.from([100 ** 2]), [1]);
  const large = { ...boxesOnly(1), sample: () => ({ ...countedThings(boxesOnly(1, 'crowd').sample(0)), areas }) };
  assert.is((await evaluateDetection(found(large), large)).APl, 1);
});

test('void pixels count in no loss', async () => {
  const models = {
    fcn: new Fcn({ classes: 3, widths: [4, 8], stride: 2, random: random() }),
    uNet: new UNet({ classes: 3, widths: [4, 8], random: random() }),
    patches: new PatchClassifier({ classes: 3, widths: [4], patchesPerImage: 'all', random: random() }),
    drawn: new PatchClassifier({ classes: 3, widths: [4], patchesPerImage: 400, random: random() }),
  };
  const whole: SegmentationSample = mapsOnly(1).sample(0);
  const empty = { ...whole, semantic: ndarray(new Uint8Array(256).fill(voidLabel), [16, 16]) };
  for (const [name, model] of Object.entries(models)) {
    assert.ok((await model.losses(collate([whole], random())).crossEntropy.item()) > 0, name);
    assert.is(await model.losses(collate([empty], random())).crossEntropy.item(), 0, name);
  }
  // The mean is over the others: as if the void rows were not there.
  const scores = await models.fcn
    .train()
    .forward(collate([whole]).images)
    .toNdarray();
  let total = 0;
  for (let y = 2; y < 16; y++) {
    for (let x = 0; x < 16; x++) {
      const exponentials = [0, 1, 2].map((k) => Math.exp(scores.get(0, y, x, k)));
      total -= Math.log(exponentials[whole.semantic.get(y, x)] / exponentials.reduce((sum, one) => sum + one, 0));
    }
  }
  const loss = await models.fcn.losses(collate([whole])).crossEntropy.item();
  assert.ok(Math.abs(loss - total / (14 * 16)) < 1e-4, `${loss}`);
});

test('void pixels count in no metric', async () => {
  // Right below the void rows, and wrong in them.
  const dataset = mapsOnly(3);
  let next = 0;
  const predict = async () => {
    const truth = dataset.sample(next++).semantic.data;
    return ndarray(
      Float32Array.from(truth, (label) => (label === voidLabel ? 1 : label)),
      [1, 16, 16],
    );
  };
  const result = await evaluateSegmentation({ predict }, dataset, { batchSize: 1 });
  assert.is(result.pixelAccuracy, 1);
  assert.is(result.meanIou, 1);
  assert.is(
    result.confusion.data.reduce((sum, count) => sum + count, 0),
    3 * 14 * 16,
  );
});

test('a detector and a segmenter are trained on what they need, and no more', async () => {
  const detector = new Yolo({ classes: 2, anchors: [[6, 6]], random: random() });
  const boxes = await fit({
    model: detector,
    optimizer: sgd(detector, { learningRate: 0.001 }),
    batches: batches(boxesOnly(2), { size: 2, augment: augmentation({ flip: 0.5 }) }),
    steps: 1,
    progress: false,
  });
  assert.is(boxes.steps, 1);
  const segmenter = new Fcn({ classes: 3, widths: [4, 8], stride: 2, random: random() });
  const maps = await fit({
    model: segmenter,
    optimizer: sgd(segmenter, { learningRate: 0.001 }),
    batches: batches(mapsOnly(2), { size: 2 }),
    steps: 1,
    progress: false,
  });
  assert.is(maps.steps, 1);
  // @ts-expect-error boxes are no semantic map
  const mismatched = () => segmenter.losses(collate([boxesOnly(1).sample(0)]));
  assertThrows(mismatched, 'Fcn: expected samples with a semantic map, got none');
});

test('collate throws where maps are missing or of another size', () => {
  const [whole] = [mapsOnly(1).sample(0)];
  const { semantic: _, ...bare } = whole;
  assertThrows(
    () => collate<SegmentationSample>([whole, bare as SegmentationSample]),
    'collate: expected a semantic map in all samples or in none, got both',
  );
  const small = { ...whole, semantic: ndarray(new Uint8Array(64), [8, 8]) };
  assertThrows(() => collate([whole, small]), 'collate: sample 1: expected semantic [16, 16], got [8, 8]');
});

test.run();
