import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { boxIou, nms, twoDogs } from '../../src/index';

const test = suite('twoDogs');

test('has the overlaps of the slides, so that two boxes stay', async () => {
  const { image, boxes, scores, names } = twoDogs();
  assert.equal(image.shape, [280, 400, 3]);
  const overlaps = await boxIou(boxes, boxes).toNdarray();
  const rounded = [0, 1, 2, 3].map((i) => [0, 1, 2, 3].map((j) => overlaps.get(i, j).toFixed(2)));
  assert.equal(rounded, [
    ['1.00', '0.78', '0.05', '0.07'],
    ['0.78', '1.00', '0.08', '0.09'],
    ['0.05', '0.08', '1.00', '0.74'],
    ['0.07', '0.09', '0.74', '1.00'],
  ]);
  assert.equal(
    nms(boxes, { scores, iouThreshold: 0.7 }).map((row) => names[row]),
    ['blue', 'purple'],
  );
});

test('paints sky and meadow, and a dog in each pair of boxes', () => {
  const { image, boxes } = twoDogs();
  const at = (x: number, y: number) => [0, 1, 2].map((c) => Number(image.get(y, x, c).toFixed(2)));
  assert.equal(at(5, 5), [0.66, 0.82, 0.94]);
  assert.equal(at(5, 275), [0.5, 0.7, 0.38]);
  assert.equal(at(118, 200), [0.55, 0.36, 0.2]);
  assert.equal(at(276, 200), [0.87, 0.74, 0.52]);
  // Nothing of the dogs lies far outside of all boxes.
  const inside = (x: number, y: number) =>
    boxes.some(([x1, y1, x2, y2]) => x >= x1 - 5 && x <= x2 + 5 && y >= y1 - 5 && y <= y2 + 5);
  for (let y = 0; y < 280; y++) {
    for (let x = 0; x < 400; x++) {
      const ground = y < 170 ? [0.66, 0.82, 0.94] : [0.5, 0.7, 0.38];
      if (!inside(x, y)) assert.equal(at(x, y), ground, `${x}, ${y}`);
    }
  }
});

test('what one caller changes is not what the next gets', () => {
  const first = twoDogs();
  first.boxes[0][0] = 7;
  first.image.set(0, 0, 0, 0);
  assert.equal(twoDogs().boxes[0][0], 40);
  assert.ok(twoDogs().image.get(0, 0, 0) > 0.6);
});

test.run();
