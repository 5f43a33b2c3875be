import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { maskBoxes, sceneDataset } from '../../src/index';
import { assertThrows } from '../support/assertThrows';

const test = suite('maskBoxes');

test('by hand: edges behind the last pixel, holes and parts do not matter', () => {
  const masks = ndarray(new Uint8Array(3 * 4 * 5), [3, 4, 5]);
  masks.set(0, 2, 3, 1);
  for (const [y, x] of [
    [0, 4],
    [3, 1],
  ])
    masks.set(1, y, x, 7);
  for (let i = 0; i < 20; i++) masks.set(2, Math.floor(i / 5), i % 5, 1);
  const boxes = maskBoxes(masks);
  assert.equal(boxes.shape, [3, 4]);
  assert.equal([...boxes.data], [3, 2, 4, 3, 1, 0, 5, 4, 0, 0, 5, 4]);
  // A view whose rows and columns are swapped.
  assert.equal([...maskBoxes(masks.transpose(0, 2, 1)).data].slice(0, 8), [2, 3, 3, 4, 0, 1, 4, 5]);
});

test('the boxes of scenes', () => {
  const scenes = sceneDataset({ length: 20, objects: [1, 8] });
  for (let i = 0; i < scenes.length; i++) {
    const { masks, boxes } = scenes.sample(i);
    assert.equal([...maskBoxes(masks).data], [...boxes.data]);
  }
});

test('no masks, no boxes', () => {
  assert.equal(maskBoxes(ndarray(new Uint8Array(0), [0, 4, 5])).shape, [0, 4]);
});

test('throws', () => {
  assertThrows(() => maskBoxes(ndarray(new Uint8Array(20), [4, 5])), 'maskBoxes: expected masks [G, H, W], got [4, 5]');
  assertThrows(() => maskBoxes(3 as never), 'maskBoxes: expected masks [G, H, W], an ndarray, got 3');
  assertThrows(
    () => maskBoxes(ndarray(Uint8Array.from([0, 1, 0, 0]), [2, 1, 2])),
    'maskBoxes: expected at least one pixel in each mask, got none at 1',
  );
});

test.run();
