import ndarray, { type NdArray } from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  createModel,
  createRandom,
  detectImage,
  type ModelDescription,
  panopticImage,
  placeImage,
  resizeSample,
  restoreBoxes,
  restoreMap,
  segmentImage,
  segmentInstances,
  tensor,
} from '../../src/index';
import { assertRejects } from '../support/assertThrows';

const test = suite('predictImage');

const classes = { stuff: ['ground'], things: ['red', 'green'] };
const size = { height: 16, width: 32 };
const detector = (letterbox?: boolean) => {
  const options = { anchors: [[8, 8]], width: 0.5, detections: { scoreThreshold: 0 } };
  return createModel({ architecture: 'yolo', options, classes, size, letterbox }, createRandom(1));
};
const uNet: ModelDescription = { architecture: 'u-net', options: { widths: [4, 6] }, classes, size };

/** An image of another shape than the model's. */
const random = createRandom(2);
const image = ndarray(
  Float32Array.from({ length: 40 * 60 * 3 }, () => random.uniform()),
  [40, 60, 3],
);

for (const letterbox of [undefined, true, false]) {
  test(`boxes come back in the image's px; letterbox ${letterbox}`, async () => {
    const described = detector(letterbox);
    const found = await detectImage(described, image);
    const options = { ...size, letterbox: letterbox ?? true };
    const { image: small } = resizeSample({ image }, options);
    if (described.task !== 'detection') throw new Error('expected a detector');
    const [inside] = await described.model.detect(tensor(small.data, [1, 16, 32, 3]));
    assert.ok(inside.labels.size > 4);
    assert.equal(found.scores.data, inside.scores.data);
    assert.equal(found.boxes.data, restoreBoxes(inside.boxes, placeImage({ height: 40, width: 60 }, options)).data);
    assert.ok(Math.max(...found.boxes.data) > 32, 'beyond the small image');
  });
}

test('a map of classes has the size of the image', async () => {
  const described = createModel(uNet, createRandom(4));
  const map = await segmentImage(described, image);
  assert.equal(map.shape, [40, 60]);
  if (described.task !== 'segmentation') throw new Error('expected a model of pixels');
  const { image: small } = resizeSample({ image }, size);
  const inside = await described.model.predict(tensor(small.data, [1, 16, 32, 3]));
  const whole = ndarray(Uint8Array.from(inside.data), [16, 32]);
  assert.equal(map.data, restoreMap(whole, placeImage({ height: 40, width: 60 }, size)).data);
  assert.ok(new Set(map.data).size > 1);
});

/** Small models of masks, whose classes are those above. */
const masked = { hidden: 4, sampled: 4, maskHidden: 4, detections: { scoreThreshold: 0, limit: 4 } };
const maskRcnn: ModelDescription = {
  architecture: 'mask-rcnn',
  options: { width: 0.25, rpn: { shapes: [[8, 8]], hidden: 4, limit: 6 }, ...masked },
  classes,
  size,
};
const panopticFpn: ModelDescription = {
  architecture: 'panoptic-fpn',
  options: {
    pyramid: { stages: [4, 4], channels: 4 },
    rpn: { levels: [[[8, 8]], [[12, 12]]], hidden: 4, limit: 6 },
    ...masked,
    merge: { scoreThreshold: 0, visible: 0.2, leastStuff: 1 },
  },
  classes,
  size,
};

for (const letterbox of [true, false]) {
  test(`masks and segments come back at the size of the image; letterbox ${letterbox}`, async () => {
    const placement = placeImage({ height: 40, width: 60 }, { ...size, letterbox });
    const small = resizeSample({ image }, { ...size, letterbox }).image;
    const batch = tensor(small.data, [1, 16, 32, 3]);
    for (const description of [maskRcnn, panopticFpn]) {
      const described = createModel({ ...description, letterbox }, createRandom(3));
      if (described.task !== 'instances' && described.task !== 'panoptic') throw new Error('expected masks');
      const found = await segmentInstances(described, image);
      const [inside] = await described.model.segment(batch);
      const count = inside.labels.size;
      assert.ok(count > 1);
      assert.equal(found.masks.shape, [count, 40, 60]);
      assert.equal([found.scores.data, found.labels.data], [inside.scores.data, inside.labels.data]);
      assert.equal(found.boxes.data, restoreBoxes(inside.boxes, placement).data);
      for (let d = 0; d < count; d++) {
        const own = found.masks.data.slice(2400 * d, 2400 * (d + 1));
        assert.equal(own, restoreMap(inside.masks.pick(d) as NdArray<Uint8Array>, placement).data);
      }
    }
    const described = createModel({ ...panopticFpn, letterbox }, createRandom(3));
    if (described.task !== 'panoptic') throw new Error('expected a panoptic model');
    const map = await panopticImage(described, image);
    const [inside] = await described.model.panoptic(batch);
    assert.equal(map.panoptic.shape, [40, 60]);
    assert.equal(map.panoptic.data, restoreMap(inside.panoptic, placement).data);
    assert.equal(map.labels.data, inside.labels.data);
  });
}

test('an image in bytes gives what the same numbers in 0–1 give', async () => {
  const bytes = ndarray(
    Uint8Array.from(image.data, (value) => Math.round(255 * value)),
    [40, 60, 3],
  );
  const shares = ndarray(
    Float32Array.from(bytes.data, (value) => value / 255),
    [40, 60, 3],
  );
  const described = detector();
  const [own, expected] = [await detectImage(described, bytes), await detectImage(described, shares)];
  assert.ok(own.labels.size > 4);
  assert.equal(own.labels.data, expected.labels.data);
  own.boxes.data.forEach((value, i) => {
    assert.ok(Math.abs(value - expected.boxes.data[i]) < 1e-3);
  });
  const pixels = createModel(uNet, createRandom(4));
  assert.equal((await segmentImage(pixels, bytes)).data, (await segmentImage(pixels, shares)).data);
});

test('throws', async () => {
  const gray = ndarray(new Float32Array(4), [2, 2]);
  await assertRejects(() => detectImage(detector(), gray), 'detectImage: expected an image [H, W, 3], got [2, 2]');
  const pixels = createModel(uNet, createRandom(1));
  await assertRejects(() => detectImage(pixels, image), 'detectImage: expected a detector, got u-net');
  await assertRejects(() => segmentImage(detector(), image), 'segmentImage: expected a model of pixels, got yolo');
  await assertRejects(() => segmentInstances(pixels, image), 'segmentInstances: expected a model of masks, got u-net');
  const masks = createModel(maskRcnn, createRandom(1));
  await assertRejects(() => panopticImage(masks, image), 'panopticImage: expected a panoptic model, got mask-rcnn');
});

test.run();
