import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  createModel,
  createRandom,
  detectImage,
  type ModelDescription,
  placeImage,
  resizeSample,
  restoreBoxes,
  restoreMap,
  segmentImage,
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
});

test.run();
