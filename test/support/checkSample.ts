import assert from 'node:assert/strict';
import type { Classes, Sample } from '../../src/data/dataset';

/** Asserts that boxes, labels, masks and both maps of a sample say the same, found by plain loops. */
export function checkSample(sample: Sample, { stuff, things }: Classes): void {
  const { image, boxes, labels, masks, semantic, panoptic } = sample;
  const [height, width] = image.shape;
  const [count] = labels.shape;
  assert.deepEqual(image.shape, [height, width, 3]);
  assert.deepEqual(boxes.shape, [count, 4]);
  assert.deepEqual(masks.shape, [count, height, width]);
  assert.deepEqual(semantic.shape, [height, width]);
  assert.deepEqual(panoptic.shape, [height, width]);
  assert.deepEqual(
    [image, boxes, labels, masks, semantic, panoptic].map(({ dtype }) => dtype),
    ['float32', 'float32', 'int32', 'uint8', 'uint8', 'int32'],
  );
  assert.ok(image.data.every((value) => value >= 0 && value <= 1));
  for (let g = 0; g < count; g++) {
    assert.ok(labels.get(g) >= 0 && labels.get(g) < things.length);
    const [columns, rows]: [number[], number[]] = [[], []];
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        assert.ok(masks.get(g, y, x) <= 1);
        if (masks.get(g, y, x) === 0) continue;
        columns.push(x);
        rows.push(y);
      }
    }
    assert.ok(columns.length > 0, `thing ${g} is not seen`);
    assert.deepEqual(
      [0, 1, 2, 3].map((side) => boxes.get(g, side)),
      [Math.min(...columns), Math.min(...rows), Math.max(...columns) + 1, Math.max(...rows) + 1],
    );
  }
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const owners = Array.from({ length: count }, (_, g) => g).filter((g) => masks.get(g, y, x) === 1);
      const segment = panoptic.get(y, x);
      if (owners.length === 0) {
        assert.ok(segment >= 0 && segment < stuff.length);
        assert.equal(semantic.get(y, x), segment);
      } else {
        assert.deepEqual(owners, [segment - stuff.length]);
        assert.equal(semantic.get(y, x), stuff.length + labels.get(owners[0]));
      }
    }
  }
}
