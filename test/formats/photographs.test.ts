import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { collate } from '../../src/data/batches';
import { resizeDataset } from '../../src/data/resizeDataset';
import { readVoc } from '../../src/formats/readVoc';
import { root } from '../support/root';

// Real photographs are not part of the repository: `npm run data -- bccd` fetches them into the folder data.

const test = suite('photographs');

const data = process.env.DETSEG_DATA ?? join(root, 'data');
const bccd = join(data, 'bccd');

if (!existsSync(join(bccd, 'Annotations'))) {
  test('blood cells', () => {
    console.log(`skip: photographs: no ${bccd} (set DETSEG_DATA, or run: npm run data -- bccd)`);
  });
} else {
  test('blood cells: splits, classes, and boxes that are an accident', () => {
    const counts = Object.fromEntries(
      ['train', 'val', 'test', 'trainval'].map((split) => [split, readVoc(bccd, { split }).length]),
    );
    assert.equal(counts, { train: 205, val: 87, test: 72, trainval: 292 });
    const all = readVoc(bccd, { onProblem: 'skip', leastSide: 2 });
    assert.is(all.length, 364);
    assert.equal(all.classes.things, ['Platelets', 'RBC', 'WBC']);
    // Two boxes begin and end on the same pixel; none lies outside of its image.
    assert.equal([all.problems.images, all.problems.objects, all.problems.clipped], [0, 2, 0]);
    assert.match(all.problems.texts[0], /BloodImage_00338\.xml: object 13: expected a box of at least 2 px/);
    assert.match(all.problems.texts[1], /BloodImage_00343\.xml: object 4: expected a box of at least 2 px/);
  });

  test('blood cells: images and boxes fit each other', () => {
    const dataset = readVoc(bccd, { split: 'test' });
    const small = resizeDataset(dataset, { height: 96, width: 128 });
    for (const index of [0, 31, 71]) {
      const { image, boxes, labels } = dataset.sample(index);
      assert.equal(image.shape, [480, 640, 3]);
      assert.ok(labels.size > 0);
      for (let g = 0; g < labels.size; g++) {
        const [x1, y1, x2, y2] = [0, 1, 2, 3].map((k) => boxes.get(g, k));
        assert.ok(0 <= x1 && x1 < x2 && x2 <= 640 && 0 <= y1 && y1 < y2 && y2 <= 480);
      }
    }
    assert.equal([...collate([small.sample(0), small.sample(1)]).images.shape], [2, 96, 128, 3]);
  });
}

test.run();
