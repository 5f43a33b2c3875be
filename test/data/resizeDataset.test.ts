import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { collate } from '../../src/data/batches';
import { type DetectionSample, voidLabel } from '../../src/data/dataset';
import { placeBoxes, placeImage, restoreBoxes, restoreMap } from '../../src/data/placement';
import { resizeDataset, resizeSample } from '../../src/data/resizeDataset';
import { createRandom } from '../../src/tensor/random';
import { assertThrows } from '../support/assertThrows';
import { squares } from '../support/squares';

const test = suite('resizeDataset');

/** An image of any size with a box, a mask and a map. */
function picture(height: number, width: number) {
  const semantic = ndarray(new Uint8Array(height * width), [height, width]);
  for (let i = 0; i < semantic.size; i++) semantic.data[i] = i % 5;
  return {
    image: ndarray(new Float32Array(height * width * 3).fill(0.25), [height, width, 3]),
    boxes: ndarray(Float32Array.from([0, 0, width, height, 1, 1, width - 1, height]), [2, 4]),
    labels: ndarray(Int32Array.from([0, 1]), [2]),
    areas: ndarray(Float32Array.from([10, 20]), [2]),
    masks: ndarray(new Uint8Array(2 * height * width).fill(1), [2, height, width]),
    semantic,
  };
}

test('a letterboxed image lies in the middle and keeps its shape', () => {
  assert.equal(placeImage({ height: 2, width: 4 }, { height: 8, width: 8 }), {
    from: { height: 2, width: 4 },
    to: { height: 8, width: 8 },
    left: 0,
    top: 2,
    width: 8,
    height: 4,
  });
  assert.equal(placeImage({ height: 2, width: 4 }, { height: 8, width: 8, letterbox: false }).height, 8);
  const { image, boxes, masks, semantic, areas } = resizeSample(picture(2, 4), { height: 8, width: 8 });
  assert.equal(
    [image.shape, masks.shape, semantic.shape],
    [
      [8, 8, 3],
      [2, 8, 8],
      [8, 8],
    ],
  );
  assert.equal([...boxes.data], [0, 2, 8, 6, 2, 4, 6, 6]);
  assert.equal([...areas.data], [40, 80]);
  for (let y = 0; y < 8; y++) {
    const inside = y >= 2 && y < 6;
    for (let x = 0; x < 8; x++) {
      assert.is(image.get(y, x, 1), inside ? 0.25 : 0.5);
      assert.is(masks.get(1, y, x), inside ? 1 : 0);
      const pixel = Math.floor((y - 2) / 2) * 4 + Math.floor(x / 2);
      assert.is(semantic.get(y, x), inside ? pixel % 5 : 255);
    }
  }
});

test('stretched, a sample with every kind of label stays whole', () => {
  const sample = squares(1).sample(0);
  const { image, boxes, masks, semantic, panoptic, labels } = resizeSample(sample, {
    height: 32,
    width: 48,
    letterbox: false,
  });
  assert.equal(image.shape, [32, 48, 3]);
  assert.equal([...labels.data], [...sample.labels.data]);
  for (let g = 0; g < labels.size; g++) {
    for (const [k, factor] of [3, 2, 3, 2].entries()) assert.is(boxes.get(g, k), sample.boxes.get(g, k) * factor);
  }
  for (let y = 0; y < 32; y++) {
    for (let x = 0; x < 48; x++) {
      const [row, column] = [y >> 1, Math.floor(x / 3)];
      assert.is(semantic.get(y, x), sample.semantic.get(row, column));
      assert.is(panoptic.get(y, x), sample.panoptic.get(row, column));
      assert.is(masks.get(0, y, x), sample.masks.get(0, row, column));
    }
  }
});

test('images of many sizes make one batch', () => {
  const random = createRandom(7);
  const sizes = Array.from({ length: 6 }, () => [1 + random.integer(40), 3 + random.integer(40)] as const);
  const many = {
    length: sizes.length,
    classes: { stuff: [], things: ['one', 'other'] },
    sample: (index: number) => picture(...sizes[index]),
  };
  const dataset = resizeDataset(many, { height: 24, width: 32 });
  const { images, semantic } = collate(sizes.map((_, index) => dataset.sample(index)));
  assert.equal([...images.shape], [6, 24, 32, 3]);
  assert.equal([...semantic.shape], [6, 24, 32]);
  assert.is(dataset.classes, many.classes);
});

test('predictions lead back: boxes to 1e-3 px, maps exactly where the image was enlarged', () => {
  const random = createRandom(3);
  for (let round = 0; round < 50; round++) {
    const from = { height: 1 + random.integer(60), width: 3 + random.integer(60) };
    const options = { height: 60 + random.integer(40), width: 63 + random.integer(40), letterbox: round % 2 === 0 };
    const placement = placeImage(from, options);
    const { boxes, semantic } = picture(from.height, from.width);
    const back = restoreBoxes(placeBoxes(boxes, placement), placement);
    for (const [i, value] of back.data.entries()) assert.ok(Math.abs(value - boxes.data[i]) < 1e-3);
    const placed = resizeSample(picture(from.height, from.width), options).semantic;
    assert.equal([...restoreMap(placed, placement).data], [...semantic.data]);
  }
  const placement = placeImage({ height: 10, width: 10 }, { height: 20, width: 40 });
  // Wholly in the left bar: nothing of it is left but an edge.
  const outside = restoreBoxes(ndarray(Float32Array.from([0, 0, 5, 5, 15, 0, 25, 20]), [2, 4]), placement);
  assert.equal([...outside.data], [0, 0, 0, 2.5, 2.5, 0, 7.5, 10]);
});

test('no boxes stay no boxes', () => {
  const empty: DetectionSample = {
    image: ndarray(new Float32Array(12), [2, 2, 3]),
    boxes: ndarray(new Float32Array(0), [0, 4]),
    labels: ndarray(new Int32Array(0), [0]),
  };
  const { boxes, labels } = resizeSample(empty, { height: 5, width: 5 });
  assert.equal([boxes.shape, labels.shape], [[0, 4], [0]]);
  const placement = placeImage({ height: 2, width: 2 }, { height: 5, width: 5 });
  assert.equal(restoreBoxes(boxes, placement).shape, [0, 4]);
});

test('the bars beside a panoptic map are void', () => {
  const sample = squares(1).sample(0);
  const [height, width] = sample.image.shape;
  const { panoptic, semantic } = resizeSample(sample, { height, width: 2 * width });
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < 2 * width; x++) {
      const isBar = x < width / 2 || x >= 1.5 * width;
      assert.is(panoptic.get(y, x), isBar ? -1 : sample.panoptic.get(y, x - width / 2));
      assert.is(panoptic.get(y, x) === -1, semantic.get(y, x) === voidLabel);
    }
  }
});

test('throws', () => {
  assertThrows(
    () => resizeDataset(squares(1), { height: 0, width: 4 }),
    'placeImage: expected height a whole number from 1 to 65535, got 0',
  );
  assertThrows(
    () => placeImage({ height: 2, width: 2.5 }, { height: 4, width: 4 }),
    'placeImage: expected from.width a whole number from 1 to 65535, got 2.5',
  );
  assertThrows(
    () => placeImage({ height: 2, width: 2 }, { height: 4, width: 4, letterbox: 1 as unknown as boolean }),
    'placeImage: expected letterbox to be true or false, got 1',
  );
  const placement = placeImage({ height: 2, width: 2 }, { height: 4, width: 4 });
  assertThrows(
    () => restoreMap(ndarray(new Uint8Array(4), [2, 2]), placement),
    'restoreMap: expected a map [4, 4], got [2, 2]',
  );
  assertThrows(
    () => restoreBoxes(ndarray(new Float32Array(3), [1, 3]), placement),
    'restoreBoxes: expected boxes [N, 4], got [1, 3]',
  );
});

test.run();
