import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  adam,
  anchors,
  batches,
  clipBoxes,
  cosineSchedule,
  createRandom,
  evaluateDetection,
  fit,
  RCnn,
  shapes64,
  takeRows,
  tensor,
  warpRegions,
} from '../../src/index';
import { assertAllClose } from '../support/allClose';
import { assertRejects, assertThrows } from '../support/assertThrows';

const test = suite('R-CNN');

const scenes = shapes64({ split: 'train', length: 6 });
const windows = clipBoxes(anchors({ height: 8, width: 8, stride: 8, sizes: [14, 20, 28] }), { height: 64, width: 64 });
const make = () => new RCnn({ classes: 3, random: createRandom(1), propose: () => windows });

test('three stages, each by itself, find the things of six images', async () => {
  const model = make();
  const steps = 60;
  const optimizer = adam(model, { learningRate: cosineSchedule(5e-3, { steps }) });
  const { losses } = await fit({ model, optimizer, batches: batches(scenes, { size: 3 }), steps, progress: false });
  assert.ok(losses.classifier.at(-1)! < 0.5 * losses.classifier[0]);

  const reports = await model.fitClassifiers(scenes);
  assert.equal([...new Set(reports.map(({ label }) => label))], [0, 1, 2]);
  for (const { label, round, negatives, hard } of reports) {
    const next = reports.find((other) => other.label === label && other.round === round + 1);
    if (next) assert.is(next.negatives, negatives + hard);
    else assert.ok(round === 2 || hard === 0);
  }
  const truths = Array.from({ length: scenes.length }, (_, i) => [...scenes.sample(i).labels.data]).flat();
  for (const { label, positives } of reports) assert.is(positives, truths.filter((truth) => truth === label).length);

  for (const { positives, positiveMargins, negatives, negativeMargins, hard } of reports) {
    assert.is(positiveMargins.length, positives);
    assert.ok(negativeMargins.length >= negatives + hard);
    assert.ok(negativeMargins.filter((margin) => margin > -1).length >= hard);
  }

  const windowsOnly = await evaluateDetection(model, scenes, { batchSize: 3 });
  await model.fitBoxes(scenes);
  const corrected = await evaluateDetection(model, scenes, { batchSize: 3 });
  assert.ok(windowsOnly.AP50! > 0.5, `AP50 ${windowsOnly.AP50}`);
  assert.ok(corrected.mAP! > windowsOnly.mAP!, `mAP ${windowsOnly.mAP}, corrected ${corrected.mAP}`);

  // All three stages are in the state.
  const loaded = make();
  loaded.loadStateDict(await model.stateDict());
  const images = tensor(scenes.sample(0).image.data, [1, 64, 64, 3]);
  const [one, other] = [await model.detect(images), await loaded.detect(images)];
  assert.equal([...one[0].boxes.data], [...other[0].boxes.data]);
});

test('features of a region do not depend on how many there are', async () => {
  const model = make();
  const { image } = scenes.sample(0);
  const all = await model.describeRegions(image, windows);
  assert.equal(all.shape, [192, 64]);
  const few = await model.describeRegions(image, windows.lo(100, 0).hi(3, 4));
  assertAllClose(few.data, all.data.subarray(100 * 64, 103 * 64), { absolute: 1e-5 });
});

test('margins and box codes are sums over the features, and no proposals give no detections', async () => {
  const model = make();
  const random = createRandom(3);
  const fill = (value: typeof model.planes) => {
    const numbers = Float32Array.from({ length: value.size }, () => random.normal());
    value.assign(tensor(numbers, value.shape));
    return numbers;
  };
  const [planes, corrections] = [fill(model.planes), fill(model.corrections)];
  const features = ndarray(
    Float32Array.from({ length: 5 * 64 }, () => random.normal()),
    [5, 64],
  );
  const { margins, codes } = await model.judge(features);
  assert.equal(
    [margins.shape, codes.shape],
    [
      [5, 3],
      [5, 3, 4],
    ],
  );
  for (let r = 0; r < 5; r++) {
    for (let label = 0; label < 3; label++) {
      const total = (weight: (f: number) => number) =>
        Array.from({ length: 64 }, (_, f) => features.get(r, f) * weight(f)).reduce((a, b) => a + b, weight(64));
      const margin = total((f) => planes[label * 65 + f]);
      assert.ok(Math.abs(margins.get(r, label) - margin) < 1e-4);
      for (let k = 0; k < 4; k++) {
        const code = total((f) => corrections[(label * 65 + f) * 4 + k]);
        assert.ok(Math.abs(codes.get(r, label, k) - code) < 1e-4);
      }
    }
  }
  const blind = new RCnn({
    classes: 3,
    random: createRandom(1),
    propose: async () => ndarray(new Float32Array(0), [0, 4]),
  });
  const [nothing] = await blind.detect(tensor(scenes.sample(0).image.data, [1, 64, 64, 3]));
  assert.equal(nothing.boxes.shape, [0, 4]);
});

test('the slides: 2000 proposals of an image are 2000 features, and regions may have 224×224 px', async () => {
  const { image } = scenes.sample(0);
  const proposals = takeRows(
    windows,
    Array.from({ length: 2000 }, (_, i) => i % windows.shape[0]),
  );
  const features = await make().describeRegions(image, proposals);
  assert.equal(features.shape, [2000, 64]);
  assertAllClose(features.data.subarray(192 * 64, 195 * 64), features.data.subarray(0, 3 * 64), { absolute: 1e-5 });
  const large = new RCnn({ classes: 3, random: createRandom(1), propose: () => windows, size: 224, context: 16 });
  const warped = warpRegions(image, takeRows(windows, [0, 1]), { size: 224, context: 16 });
  assert.equal(warped.shape, [2, 224, 224, 3]);
  assert.equal([...large.forward(tensor(warped)).shape], [2, 64]);
});

test('a class without examples is named', async () => {
  const things = Array.from({ length: scenes.length }, (_, i) => [...scenes.sample(i).labels.data]);
  const index = things.findIndex((labels) => new Set(labels).size < 3);
  const absent = [0, 1, 2].find((label) => !things[index].includes(label));
  const one = { ...scenes, length: 1, sample: () => scenes.sample(index) };
  await assertRejects(
    () => make().fitClassifiers(one),
    `fitClassifiers: expected things and background of class ${absent}, got none`,
  );
});

test('throws', () => {
  assertThrows(
    () => new RCnn({ classes: 3, random: createRandom(1), propose: () => windows, size: 30 }),
    'RCnn: expected a size that is a multiple of 8, got 30',
  );
});

test.run();
