import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { turnSample } from '../../src/data/turnSample';
import { sceneDataset } from '../../src/scenes/sceneDataset';

const test = suite('turnSample');

test('image, boxes, masks and maps are turned together', () => {
  const sample = sceneDataset({ length: 1, seed: 3, side: [48, 64] }).sample(0);
  for (let orientation = 1; orientation <= 8; orientation++) {
    const { image, boxes, masks, semantic, panoptic, labels } = turnSample(sample, orientation);
    const [height, width] = orientation >= 5 ? [64, 48] : [48, 64];
    assert.equal(image.shape, [height, width, 3]);
    assert.equal(semantic.shape, [height, width]);
    assert.equal(panoptic.shape, [height, width]);
    assert.equal(masks.shape, [labels.size, height, width]);
    assert.equal(labels.data, sample.labels.data);
    // Each box is the extent of its mask, as it was before.
    for (let g = 0; g < labels.size; g++) {
      const extent = [width, height, 0, 0];
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          if (!masks.get(g, y, x)) continue;
          extent[0] = Math.min(extent[0], x);
          extent[1] = Math.min(extent[1], y);
          extent[2] = Math.max(extent[2], x + 1);
          extent[3] = Math.max(extent[3], y + 1);
        }
      }
      assert.equal(
        [0, 1, 2, 3].map((k) => boxes.get(g, k)),
        extent,
      );
    }
  }
  const quarter = turnSample(sample, 6);
  assert.is(quarter.image.get(10, 48 - 1 - 5, 1), sample.image.get(5, 10, 1));
  assert.is(quarter.semantic.get(10, 48 - 1 - 5), sample.semantic.get(5, 10));
  assert.is(quarter.panoptic.get(10, 48 - 1 - 5), sample.panoptic.get(5, 10));
});

test('what is not known stays unknown', () => {
  const { image } = sceneDataset({ length: 1, seed: 3, side: [48, 64] }).sample(0);
  assert.equal(Object.keys(turnSample({ image, path: 'a.jpg' }, 6)), ['image', 'path']);
});

test.run();
