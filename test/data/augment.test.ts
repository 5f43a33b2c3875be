import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { augmentation, cropSample, flipHorizontally, flipVertically, recolor } from '../../src/data/augment';
import type { Sample } from '../../src/data/dataset';
import { createRandom } from '../../src/tensor/random';
import { assertThrows } from '../support/assertThrows';
import { squares } from '../support/squares';

const test = suite('augment');

/** Asserts that boxes, masks and both maps tell the same story. */
function assertConsistent({ image, boxes, labels, masks, semantic, panoptic }: Sample): void {
  const [height, width] = image.shape;
  const count = labels.size;
  assert.equal(boxes.shape, [count, 4]);
  assert.equal(masks.shape, [count, height, width]);
  for (let g = 0; g < count; g++) {
    const seen: number[][] = [];
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        assert.is(masks.get(g, y, x) === 1, panoptic.get(y, x) === 1 + g);
        if (!masks.get(g, y, x)) continue;
        assert.is(semantic.get(y, x), 1 + labels.get(g));
        seen.push([x, y]);
      }
    }
    const [xs, ys] = [0, 1].map((axis) => seen.map((place) => place[axis]));
    const box = [Math.min(...xs), Math.min(...ys), Math.max(...xs) + 1, Math.max(...ys) + 1];
    assert.equal(
      [0, 1, 2, 3].map((k) => boxes.get(g, k)),
      box,
    );
  }
}

test('a mirrored image keeps its labels; twice mirrored is as before', () => {
  for (let index = 0; index < 6; index++) {
    const sample = squares(6).sample(index);
    const mirrored = flipHorizontally(sample);
    assertConsistent(mirrored);
    assert.is(mirrored.image.get(3, 2, 1), sample.image.get(3, 13, 1));
    const back = flipHorizontally(mirrored);
    for (const part of ['image', 'boxes', 'labels', 'masks', 'semantic', 'panoptic'] as const) {
      assert.equal([...back[part].data], [...sample[part].data]);
    }
  }
});

test('upside down: boxes, masks and maps agree; twice is as before; both mirrors turn the image by half', () => {
  for (let index = 0; index < 6; index++) {
    const sample = squares(6).sample(index);
    const mirrored = flipVertically(sample);
    assertConsistent(mirrored);
    assert.is(mirrored.image.get(2, 3, 1), sample.image.get(13, 3, 1));
    assert.is(flipHorizontally(mirrored).image.get(2, 3, 1), sample.image.get(13, 12, 1));
    const back = flipVertically(mirrored);
    for (const part of ['image', 'boxes', 'labels', 'masks', 'semantic', 'panoptic'] as const) {
      assert.equal([...back[part].data], [...sample[part].data]);
    }
  }
  const always = augmentation({ flipVertical: 1 })(squares(6).sample(2), createRandom(1));
  assert.equal(always.boxes.data, flipVertically(squares(6).sample(2)).boxes.data);
  assertThrows(() => augmentation({ flipVertical: 2 }), 'augmentation: expected flipVertical from 0 to 1, got 2');
});

test('a crop keeps what it shows and forgets what it does not', () => {
  let lost = 0;
  for (let index = 0; index < 20; index++) {
    const sample = squares(20).sample(index);
    const part = cropSample(sample, [8, 8, 16, 16]);
    assert.equal(part.image.shape, [16, 16, 3]);
    assertConsistent(part);
    lost += sample.labels.size - part.labels.size;
    // Each pixel of the crop became a square of four.
    for (const [x, y] of [
      [0, 0],
      [5, 3],
      [7, 7],
    ]) {
      assert.is(part.semantic.get(2 * y, 2 * x), sample.semantic.get(8 + y, 8 + x));
      assert.is(part.semantic.get(2 * y + 1, 2 * x + 1), sample.semantic.get(8 + y, 8 + x));
    }
  }
  assert.ok(lost > 0, 'expected a thing outside of some crop');
  const whole = squares(1).sample(0);
  assert.equal([...cropSample(whole, [0, 0, 16, 16]).image.data], [...whole.image.data]);
});

test('other colors: brightness, contrast and saturation by hand', () => {
  const sample = squares(1).sample(0);
  const still = recolor(sample, { brightness: 0, contrast: 1, saturation: 1 });
  assert.ok(still.image.data.every((value, i) => Math.abs(value - sample.image.data[i]) < 1e-6));
  const gray = recolor(sample, { brightness: 0, contrast: 1, saturation: 0 });
  const [r, g, b] = [0, 1, 2].map((c) => sample.image.get(4, 4, c));
  for (let c = 0; c < 3; c++) assert.ok(Math.abs(gray.image.get(4, 4, c) - (0.299 * r + 0.587 * g + 0.114 * b)) < 1e-6);
  const flat = recolor(sample, { brightness: 0.1, contrast: 0, saturation: 1 });
  const spread = Math.max(...flat.image.data) - Math.min(...flat.image.data);
  assert.ok(spread < 1e-6, `expected one color, got a spread of ${spread}`);
  assert.ok(recolor(sample, { brightness: 5, contrast: 1, saturation: 1 }).image.data.every((value) => value === 1));
});

test('the settings decide what happens, and how often', () => {
  const sample = squares(1).sample(0);
  const random = createRandom(1);
  assert.is(augmentation({})(sample, random), sample);
  const flip = augmentation({ flip: 0.25 });
  let mirrored = 0;
  for (let i = 0; i < 400; i++) if (flip(sample, random) !== sample) mirrored++;
  assert.ok(mirrored > 70 && mirrored < 130, `expected about 100 of 400 mirrored, got ${mirrored}`);
  const all = augmentation({ flip: 0.5, crop: 0.5, color: 0.3 });
  for (let index = 0; index < 10; index++) assertConsistent(all(squares(10).sample(index), random));
});

test('throws', () => {
  const sample = squares(1).sample(0);
  const wrong = 'cropSample: expected a region inside 16×16 px, got ';
  assertThrows(() => cropSample(sample, [0, 0, 17, 4]), `${wrong}[0, 0, 17, 4]`);
  assertThrows(() => cropSample(sample, [4, 0, 4, 4]), `${wrong}[4, 0, 4, 4]`);
  assertThrows(() => cropSample(sample, [0.5, 0, 4, 4]), `${wrong}[0.5, 0, 4, 4]`);
  assertThrows(() => augmentation({ flip: 2 }), 'augmentation: expected flip from 0 to 1, got 2');
  assertThrows(() => augmentation({ crop: 0 }), 'augmentation: expected crop above 0, got 0');
  assertThrows(() => augmentation({ color: 1 }), 'augmentation: expected color from 0 to 0.99, got 1');
});

test.run();
