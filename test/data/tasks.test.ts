import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  argMax,
  equal,
  maskBoxes,
  panopticToMasks,
  panopticToSemantic,
  sceneDataset,
  semanticNames,
  tensor,
} from '../../src/index';

const test = suite('tasks of the slides');

/** The slides' label map of a street: 13×22 pixels of six classes. */
const names = ['background', 'person', 'purse', 'plants', 'sidewalk', 'building'];
const street = [
  '3333333333333333555555',
  '3333333333333333355555',
  '3333333333333333555555',
  '3333333333333333555555',
  '3333333333333333555555',
  '3333333333333333555555',
  '5533333333333333555555',
  '4434111111111111444455',
  '4434111111111111444445',
  '4441111111111111444444',
  '3331111111111111444444',
  '3331221111111111444444',
  '3331221111111111444444',
].map((row) => Array.from(row, Number));

test('the label map of the street: one channel a class, 0 background to 5 building, and back', async () => {
  const classes = names.map((_, k) => k);
  const map = tensor(street);
  assert.equal([...map.shape], [13, 22]);
  const oneHot = equal(tensor(street.flat(), [13, 22, 1]), tensor(classes));
  assert.equal([...oneHot.shape], [13, 22, names.length]);
  const channels = await oneHot.toNdarray();
  const pixels = classes.map((k) => {
    let count = 0;
    for (const [i, row] of street.entries()) {
      for (const [j, label] of row.entries()) {
        assert.is(channels.get(i, j, k), label === k ? 1 : 0);
        count += channels.get(i, j, k);
      }
    }
    return count;
  });
  // No pixel is background: it has a channel nevertheless.
  assert.equal(pixels, [0, 72, 4, 122, 42, 46]);
  assert.equal([...(await argMax(oneHot).data())], street.flat());
});

test('one scene, five kinds of labels, each from the richer one', () => {
  const scenes = sceneDataset({ split: 'test', length: 1, side: 64, seed: 4, objects: [4, 5] });
  const { classes } = scenes;
  const sample = scenes.sample(0);
  const { image, boxes, labels, masks, semantic, panoptic } = sample;
  const [height, width] = image.shape;
  assert.equal(
    [panoptic.shape, semantic.shape],
    [
      [height, width],
      [height, width],
    ],
  );
  const things = labels.shape[0];
  assert.ok(things >= 2);
  assert.equal(
    [masks.shape, boxes.shape],
    [
      [things, height, width],
      [things, 4],
    ],
  );
  // Panoptic: instance masks, and the semantic map.
  assert.equal([...panopticToMasks(sample, classes).data], [...masks.data]);
  assert.equal([...panopticToSemantic(sample, classes).data], [...semantic.data]);
  // Instances: boxes.
  assert.equal([...maskBoxes(masks).data], [...boxes.data]);
  // Semantic map: the classes that are present, which is what a classifier says.
  const present = new Set(semantic.data);
  for (const label of labels.data) assert.ok(present.has(classes.stuff.length + label));
  for (const label of present) assert.ok(label < semanticNames(classes).length);
});

test.run();
