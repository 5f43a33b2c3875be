import ndarray, { type NdArray } from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  adam,
  collate,
  createRandom,
  evaluateInstances,
  evaluatePanoptic,
  fit,
  MaskHead,
  MaskRcnn,
  type MaskRcnnOptions,
  maskTargets,
  mergePanoptic,
  PanopticFpn,
  pasteMasks,
  roiAlign,
  SemanticHead,
  tensor,
  zeros,
} from '../../src/index';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';
import { squares } from '../support/squares';

const test = suite('Mask R-CNN and panoptic FPN');

const boxesOf = (...rows: number[][]) => ndarray(Float32Array.from(rows.flat()), [rows.length, 4]);

/** One mask of 16×16 px: rows 4–11, columns 6–13. */
const mask = (): NdArray<Uint8Array> => {
  const masks = ndarray(new Uint8Array(256), [1, 16, 16]);
  for (let y = 4; y <= 11; y++) for (let x = 6; x <= 13; x++) masks.set(0, y, x, 1);
  return masks;
};

test("mask targets: torchvision's soft ones, with its settings", () => {
  const options = { size: 4, threshold: null, samples: 'adaptive', aligned: false } as const;
  const targets = maskTargets(mask(), boxesOf([5, 3, 15, 13]), [0], options);
  // project_masks_on_boxes, row 1.
  assertAllClose(
    [0, 1, 2, 3].map((x) => targets.get(0, 1, x)),
    [0.6489, 0.8056, 0.8056, 0.3356],
    { absolute: 0.2 },
  );
});

test('mask targets are RoI Align of the mask, at half a cell and more', async () => {
  const masks = mask();
  const random = createRandom(2);
  const rows = Array.from({ length: 20 }, () => {
    const [x, y] = [14 * random.uniform() - 2, 14 * random.uniform() - 2];
    return [x, y, x + 1 + 12 * random.uniform(), y + 1 + 12 * random.uniform()];
  });
  const boxes = boxesOf(...rows);
  const truths = rows.map(() => 0);
  const features = tensor(Float32Array.from(masks.data), [1, 16, 16, 1]);
  const expected = await roiAlign(features, { boxes, images: truths }, { size: 6, stride: 1 }).data();
  const soft = maskTargets(masks, boxes, truths, { size: 6, threshold: null });
  assertAllClose(soft.data, expected, { absolute: 1e-5 });
  const hard = maskTargets(masks, boxes, truths, { size: 6 });
  for (const [i, share] of soft.data.entries()) assert.is(hard.data[i], Number(share >= 0.5));
});

test('pasted masks: pixels whose centers lie in the box, bilinearly', () => {
  const ones = ndarray(new Float32Array(16).fill(1), [1, 4, 4]);
  const pasted = pasteMasks(ones, boxesOf([2.3, 3.1, 9.7, 8.2]), { image: { height: 12, width: 12 } });
  const pixels: number[][] = [];
  for (let y = 0; y < 12; y++) for (let x = 0; x < 12; x++) if (pasted.get(0, y, x)) pixels.push([y, x]);
  // Centers 2.5 … 9.5 and 3.5 … 7.5.
  assert.is(pixels.length, 8 * 5);
  assert.equal(
    [pixels[0], pixels[39]],
    [
      [3, 2],
      [7, 9],
    ],
  );
  const half = ndarray(Float32Array.of(1, 0), [1, 1, 2]);
  assertThrows(
    () => pasteMasks(half, boxesOf([0, 0, 4, 4]), { image: { height: 4, width: 4 } }),
    'pasteMasks: expected masks [1, M, M], got [1, 1, 2]',
  );
  const ramp = ndarray(Float32Array.of(0, 1, 0, 1), [1, 2, 2]);
  const right = pasteMasks(ramp, boxesOf([0, 0, 8, 2]), { image: { height: 2, width: 8 } });
  assert.equal([...right.data.slice(0, 8)], [0, 0, 0, 0, 1, 1, 1, 1]);
});

test('a box outside of the image, or without area, has no pixels', () => {
  const ones = ndarray(new Float32Array(8).fill(1), [2, 2, 2]);
  const pasted = pasteMasks(ones, boxesOf([-9, 0, -1, 4], [2, 2, 2, 2]), { image: { height: 4, width: 4 } });
  assert.ok(pasted.data.every((pixel) => pixel === 0));
});

test('mask head: shapes and parameters', () => {
  const head = new MaskHead({ channels: 5, masks: 3, random: createRandom(1), hidden: 8 });
  assert.equal([...head.forward(zeros([4, 7, 7, 5])).shape], [4, 14, 14, 3]);
  assert.is(head.parameterCount(), 9 * 5 * 8 + 8 + 9 * 8 * 8 + 8 + 4 * 8 * 4 + 4 + 4 * 3 + 3);
});

const settings = (more: Partial<MaskRcnnOptions> = {}): MaskRcnnOptions => ({
  classes: 2,
  random: createRandom(1),
  rpn: { sizes: [6], positive: 0.6, hidden: 12, sampled: 16, candidates: 20, limit: 8 },
  hidden: 24,
  sampled: 8,
  maskPooled: 4,
  maskHidden: 12,
  ...more,
});

const two = { ...squares(2), length: 2 };
const batchesOfTwo = {
  size: 2,
  seed: 0,
  perEpoch: 1,
  batch: (step: number) =>
    collate(
      [0, 1].map((index) => two.sample(index)),
      createRandom(step),
    ),
};

test('the mask loss looks at the map of the true class alone', async () => {
  const model = new MaskRcnn(settings());
  const batch = () => batchesOfTwo.batch(0);
  const before = await model.losses(batch()).mask.item();
  const labels = new Set(batch().samples.flatMap((sample) => [...sample.labels.data]));
  const bias = model.maskHead.logits.bias!;
  for (const kind of [0, 1]) {
    const changed = Float32Array.from([0, 0], (_, k) => (k === kind ? 3 : 0));
    bias.assign(tensor(changed));
    const after = await model.losses(batch()).mask.item();
    if (labels.has(kind)) assert.not.equal(after, before);
    else assert.is(after, before);
    bias.assign(tensor([0, 0]));
  }
});

for (const maskPerClass of [true, false]) {
  test(`learns two images by heart, ${maskPerClass ? 'a mask for each class' : 'one mask for all'}`, async () => {
    const model = new MaskRcnn(settings({ maskPerClass }));
    const optimizer = adam(model, { learningRate: 1e-2 });
    const { losses } = await fit({ model, optimizer, batches: batchesOfTwo, steps: 150, progress: false });
    assert.equal(Object.keys(losses), ['objectness', 'rpnBox', 'classifier', 'box', 'mask', 'total']);
    const { boxes, masks, instances } = await evaluateInstances(model, two);
    assert.is(boxes.AP50, 1);
    assert.is(masks.AP50, 1);
    assert.ok(masks.mAP! > (maskPerClass ? 0.6 : 0.3), `mask mAP ${masks.mAP}`);
    const [alone] = await model.segment(two.sample(1).image);
    assert.equal(alone.masks.shape, [alone.labels.size, 16, 16]);
    assert.equal([...alone.masks.data], [...instances[1].masks.data]);
    const [found] = await model.detect(two.sample(1).image);
    assertAllClose(found.boxes.data, alone.boxes.data, { absolute: 1e-4 });
  });
}

test('images without objects have no mask loss', async () => {
  const sample = two.sample(0);
  const empty = {
    ...sample,
    boxes: ndarray(new Float32Array(0), [0, 4]),
    labels: ndarray(new Int32Array(0), [0]),
    masks: ndarray(new Uint8Array(0), [0, 16, 16]),
  };
  assert.is(await new MaskRcnn(settings()).losses(collate([empty])).mask.item(), 0);
});

test('merging: falling score, what is left of a mask, small stuff, void', () => {
  const strip = (...places: number[]) => Array.from({ length: 10 }, (_, x) => Number(places.includes(x)));
  const instances = {
    masks: ndarray(
      Uint8Array.from([strip(0, 1, 2, 3), strip(2, 3, 4), strip(2, 3, 4, 5, 6), strip(9)].flat()),
      [4, 1, 10],
    ),
    labels: ndarray(Int32Array.of(1, 0, 1, 0), [4]),
    scores: ndarray(Float32Array.of(0.9, 0.8, 0.7, 0.4), [4]),
  };
  const semantic = ndarray(
    Float32Array.from({ length: 30 }, (_, i) => [Number(i < 24), Number(i >= 24), 9][i % 3]),
    [1, 10, 3],
  );
  const merged = mergePanoptic(instances, semantic, { stuff: 2, leastStuff: 2 });
  // The second keeps a third of its mask, the third three fifths, the fourth has too low a score.
  assert.equal(
    [...merged.panoptic.data],
    [2, 2, 2, 2, 3, 3, 3, 0, 1, 1].map((s, x) => (x === 7 ? -1 : s)),
  );
  assert.equal([...merged.labels.data], [1, 1]);
  assertAllClose(merged.scores.data, [0.9, 0.7]);
  const all = mergePanoptic(instances, semantic, { stuff: 2, leastStuff: 0, scoreThreshold: 0.95 });
  assert.equal([...all.panoptic.data], [0, 0, 0, 0, 0, 0, 0, 0, 1, 1]);
});

test('the semantic branch brings every level to the size of the finest', () => {
  const head = new SemanticHead({ channels: 3, levels: 3, classes: 4, random: createRandom(1) });
  assert.equal(
    head.blocks.map(({ length }) => length),
    [1, 1, 2],
  );
  const maps = [8, 4, 2].map((side) => zeros([2, side, side, 3]));
  assert.equal([...head.forward(maps).shape], [2, 8, 8, 4]);
});

test('panoptic FPN learns two images by heart', async () => {
  const model = new PanopticFpn({
    ...settings({
      rpn: { levels: [[[6, 6]], [[10, 10]]], positive: 0.6, hidden: 12, sampled: 16, candidates: 20, limit: 8 },
    }),
    stuff: 1,
    pyramid: { stages: [8, 12], channels: 12, canonicalSide: 8 },
    merge: { leastStuff: 4 },
  });
  const optimizer = adam(model, { learningRate: 1e-2 });
  const { losses } = await fit({ model, optimizer, batches: batchesOfTwo, steps: 150, progress: false });
  assert.equal(Object.keys(losses), ['objectness', 'rpnBox', 'classifier', 'box', 'mask', 'semantic', 'total']);
  const { PQ, RQ, predictions } = await evaluatePanoptic(model, two);
  assert.is(RQ, 1);
  assert.ok(PQ > 0.7, `PQ ${PQ}`);
  assert.equal(predictions[0].panoptic.shape, [16, 16]);
});

test('throws', () => {
  const model = new MaskRcnn(settings());
  const { masks: _, ...rest } = two.sample(0);
  assert.throws(
    () => model.losses(collate([rest]) as unknown as Parameters<typeof model.losses>[0]),
    /^MaskRcnn: image 0 of the batch: expected masks \[\d, 16, 16\], an ndarray, got undefined/,
  );
  assertThrows(
    () => maskTargets(mask(), boxesOf([0, 0, 4, 4]), [1], { size: 4 }),
    'maskTargets: expected truths from 0 to 0, got 1 at 0',
  );
  assertThrows(
    () => new PanopticFpn({ ...settings(), stuff: 1, rpn: {}, merge: { visible: 2 } }),
    /* of mergePanoptic */ 'mergePanoptic: expected visible from 0 to 1, got 2',
  );
});

test.run();
