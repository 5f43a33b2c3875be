import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  adam,
  collate,
  createRandom,
  evaluateDetection,
  FasterRcnn,
  fit,
  levelOf,
  RegionProposalNetwork,
  roiAlign,
  tensor,
  zeros,
} from '../../src/index';
import { levelRows, roiAlignLevels } from '../../src/models/detection/pyramidRegions';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';
import { boxes, numbers } from '../support/callInputs';
import { squares } from '../support/squares';

const test = suite('Faster R-CNN on a feature pyramid');

const levels = [[[6, 6]], [[10, 10]]] as const;
const small = () =>
  new FasterRcnn({
    classes: 2,
    random: createRandom(1),
    pyramid: { stages: [8, 12], channels: 12, canonicalSide: 8 },
    rpn: { levels, positive: 0.6, hidden: 12, sampled: 16, candidates: 20, limit: 8 },
    hidden: 24,
    sampled: 8,
  });

test('the proposal network looks at all levels, finest first', async () => {
  const rpn = new RegionProposalNetwork({ channels: 4, random: createRandom(1), levels, hidden: 3 });
  const [fine, coarse] = [
    { tensor: tensor(numbers(1, 4, 4, 4)), stride: 4 },
    { tensor: tensor(numbers(1, 2, 2, 4)), stride: 8 },
  ];
  const { objectness, deltas } = rpn.forward([fine, coarse]);
  assert.equal([...objectness.shape], [1, 20]);
  assert.equal([...deltas.shape], [1, 20, 4]);
  const anchors = rpn.anchorsOf([fine, coarse]);
  assert.equal(anchors.shape, [20, 4]);
  assert.equal(
    [0, 1, 2, 3].map((side) => anchors.get(16, side)),
    [-1, -1, 9, 9],
  );
  // The same weights at both levels.
  const one = new RegionProposalNetwork({ channels: 4, random: createRandom(1), sizes: [10], hidden: 3 });
  const alone = await one.forward(coarse).objectness.data();
  assertAllClose((await objectness.data()).slice(16), alone, { absolute: 1e-6 });
  assertThrows(() => rpn.forward(fine), 'RegionProposalNetwork: expected 2 feature maps, got 1');
});

test('each region is pooled from its own level', async () => {
  const features = [
    { tensor: tensor(numbers(1, 4, 4, 3)), stride: 4 },
    { tensor: tensor(numbers(1, 2, 2, 3)), stride: 8 },
  ];
  const regions = { boxes: boxes(), images: [0, 0, 0] };
  const options = { levels: 2, canonicalSide: 2 };
  const own = levelOf(regions.boxes, options);
  assert.equal(own, [1, 1, 0]);
  const rows = tensor(levelRows(regions.boxes, options), [3, 2]);
  const pooled = await roiAlignLevels(features, regions, rows, { size: 2 }).data();
  for (const [r, level] of own.entries()) {
    const { tensor: map, stride } = features[level];
    const alone = await roiAlign(map, regions, { size: 2, stride }).data();
    assertAllClose(pooled.slice(12 * r, 12 * r + 12), alone.slice(12 * r, 12 * r + 12), { absolute: 1e-6 });
  }
});

test('learns two images by heart', async () => {
  const model = small();
  const two = { ...squares(2), length: 2 };
  const images = [0, 1].map((index) => two.sample(index));
  const batches = {
    size: 2,
    seed: 0,
    perEpoch: 1,
    batch: (step: number) => collate(images, createRandom(step)),
  };
  const optimizer = adam(model, { learningRate: 1e-2 });
  const { losses } = await fit({ model, optimizer, batches, steps: 150, progress: false });
  assert.equal(Object.keys(losses), ['objectness', 'rpnBox', 'classifier', 'box', 'total']);
  const { AP50 } = await evaluateDetection(model, two);
  assert.is(AP50, 1);
});

test('features of all levels; the finest stands alone, too', () => {
  const { feature, features } = small().forward(zeros([1, 16, 16, 3]));
  assert.is(feature, features[0]);
  assert.equal(
    features.map(({ stride, tensor: { shape } }) => [stride, ...shape]),
    [
      [4, 1, 4, 4, 12],
      [8, 1, 2, 2, 12],
    ],
  );
});

test.run();
