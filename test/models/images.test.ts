import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandom, FastRcnn, relu, resizeImage, shapes64, tensor, UNet, Yolo } from '../../src/index';
import { imageBatch } from '../../src/models/images';
import { assertThrows } from '../support/assertThrows';

const test = suite('images for models');

const scenes = shapes64({ split: 'test' });
const [one, two] = [0, 1].map((index) => scenes.sample(index).image);

test('one image, a list and a batch are the same to a detector and to a segmenter', async () => {
  const yolo = new Yolo({
    classes: 3,
    random: createRandom(1),
    anchors: [[14, 14]],
    detections: { scoreThreshold: 0 },
  });
  const batch = tensor([...one.data, ...two.data], [2, 64, 64, 3]);
  const [first, second] = await yolo.detect(batch);
  assert.equal(await yolo.detect([one, two]), [first, second]);
  const [alone] = await yolo.detect(one);
  assert.equal([...alone.labels.data], [...first.labels.data]);
  const net = new UNet({ classes: 6, random: createRandom(1), widths: [4, 4] });
  assert.equal((await net.predict([one, two])).data, (await net.predict(batch)).data);
  assert.equal((await net.predict(one)).shape, [1, 64, 64]);
});

test('Fast R-CNN looks at up to 300 proposals where nothing else is said', async () => {
  const many = ndarray(
    Float32Array.from({ length: 301 * 4 }, (_, i) => [0, 0, 9, 9][i % 4]),
    [301, 4],
  );
  const model = new FastRcnn({ classes: 2, random: createRandom(1), propose: () => many, width: 0.25, hidden: 4 });
  assert.is((await model.detect(one)).length, 1);
});

test('what is no image is refused, with what is wanted', () => {
  const wanted = 'an image [H, W, 3], a list of them, or a batch [N, H, W, 3]';
  assertThrows(() => imageBatch('detect', undefined as never), `detect: expected ${wanted}, got undefined`);
  assertThrows(() => imageBatch('detect', tensor([1, 2])), `detect: expected ${wanted}, got [2]`);
  assertThrows(() => imageBatch('detect', []), 'detect: expected at least one image, got none');
  assertThrows(() => imageBatch('detect', [one, ndarray([1])]), 'detect: expected images [H, W, 3], got [1] at 1');
  assertThrows(
    () => imageBatch('detect', [one, resizeImage(one, { height: 32, width: 64 })]),
    'detect: expected images of one size, got [64, 64, 3] and [32, 64, 3]; detectImage and segmentImage take any size, resizeImage changes it',
  );
  assertThrows(
    () => imageBatch('detect', relu(tensor(one))),
    `detect: expected ${wanted}, got a tensor [64, 64, 3] that is not computed yet`,
  );
});

test.run();
