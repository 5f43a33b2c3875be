import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { paintLabels } from '../../src/index';
import { paletteColor } from '../../src/viz/palette';
import { assertThrows } from '../support/assertThrows';

const test = suite('paintLabels');

test('each label has its color, far ones too', () => {
  const image = paintLabels(ndarray(Uint8Array.from([0, 1, 255, 12]), [2, 2]).transpose(1, 0));
  assert.equal(image.shape, [2, 2, 3]);
  const wanted = [0, 255, 1, 12].flatMap((label) => paletteColor(label).map((byte) => Math.fround(byte / 255)));
  assert.equal([...image.data], wanted);
});

test('throws', () => {
  assertThrows(
    () => paintLabels(ndarray(Float32Array.from([0.5]), [1, 1])),
    'paintLabels: expected whole labels 0–255, got 0.5 at row 0, column 0',
  );
});

test.run();
