import ndarray, { type NdArray } from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { turnBox, turnedSize, turnMap } from '../../src/images/orientation';

const test = suite('orientation');

const orientations = [1, 2, 3, 4, 5, 6, 7, 8];
const stored = { height: 2, width: 3 };
const map = ndarray(Uint8Array.of(1, 2, 3, 4, 5, 6), [2, 3]);

test('maps are turned as Exif says, by hand', () => {
  // Orientation 6: the first stored row is the right column of the upright image; 8: the left one.
  const expected: Record<number, number[]> = {
    1: [1, 2, 3, 4, 5, 6],
    2: [3, 2, 1, 6, 5, 4],
    3: [6, 5, 4, 3, 2, 1],
    4: [4, 5, 6, 1, 2, 3],
    5: [1, 4, 2, 5, 3, 6],
    6: [4, 1, 5, 2, 6, 3],
    7: [6, 3, 5, 2, 4, 1],
    8: [3, 6, 2, 5, 1, 4],
  };
  for (const orientation of orientations) {
    const turned = turnMap(map, orientation);
    assert.equal([...turned.data], expected[orientation], `orientation ${orientation}`);
    const { height, width } = turnedSize(stored, orientation);
    assert.equal(turned.shape, [height, width]);
  }
});

test('a turned box holds the pixels that it held', () => {
  for (const orientation of orientations) {
    const turned = turnMap(map, orientation);
    for (const [x1, y1, x2, y2] of [
      [0, 0, 1, 1],
      [1, 0, 3, 1],
      [1, 1, 2, 2],
      [0, 0, 3, 2],
    ]) {
      const inside = (box: readonly number[], source: NdArray<Uint8Array>) => {
        const found: number[] = [];
        for (let y = box[1]; y < box[3]; y++) for (let x = box[0]; x < box[2]; x++) found.push(source.get(y, x));
        return found.sort();
      };
      const box = turnBox([x1, y1, x2, y2], orientation, stored);
      assert.equal(inside(box, turned), inside([x1, y1, x2, y2], map), `orientation ${orientation}`);
    }
  }
});

test.run();
