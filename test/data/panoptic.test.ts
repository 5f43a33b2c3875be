import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { panopticToMasks, panopticToSemantic, sceneDataset, voidLabel } from '../../src/index';
import { assertThrows } from '../support/assertThrows';

const test = suite('panoptic');

const classes = { stuff: ['sky', 'grass'], things: ['cat', 'dog', 'cow'] };
const labels = ndarray(Int32Array.from([2, 0, 2]), [3]);
const panoptic = ndarray(Int32Array.from([0, 0, 2, 1, 3, 4]), [2, 3]);

test('by hand', () => {
  const semantic = panopticToSemantic({ panoptic, labels }, classes);
  assert.equal(
    [semantic.shape, [...semantic.data]],
    [
      [2, 3],
      [0, 0, 4, 1, 2, 4],
    ],
  );
  const masks = panopticToMasks({ panoptic, labels }, classes);
  assert.equal(masks.shape, [3, 2, 3]);
  assert.equal([...masks.data], [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1]);
  // A view with rows and columns swapped.
  const turned = panopticToSemantic({ panoptic: panoptic.transpose(1, 0), labels }, classes);
  assert.equal(
    [turned.shape, [...turned.data]],
    [
      [3, 2],
      [0, 1, 0, 2, 4, 4],
    ],
  );
});

test('the maps and masks of scenes', () => {
  const scenes = sceneDataset({ length: 20, objects: [1, 8] });
  for (let i = 0; i < scenes.length; i++) {
    const sample = scenes.sample(i);
    assert.equal([...panopticToSemantic(sample, scenes.classes).data], [...sample.semantic.data]);
    assert.equal([...panopticToMasks(sample, scenes.classes).data], [...sample.masks.data]);
  }
});

test('without things', () => {
  const none = ndarray(new Int32Array(0), [0]);
  const flat = ndarray(Int32Array.from([0, 1]), [1, 2]);
  assert.equal([...panopticToSemantic({ panoptic: flat, labels: none }, classes).data], [0, 1]);
  assert.equal(panopticToMasks({ panoptic: flat, labels: none }, classes).shape, [0, 1, 2]);
});

test('void is in no mask, and has its label in the semantic map', () => {
  const some = ndarray(Int32Array.from([-1, 0, 2, 1, 3, -1]), [2, 3]);
  const semantic = panopticToSemantic({ panoptic: some, labels }, classes);
  assert.equal([...semantic.data.slice(0, 1), ...semantic.data.slice(5)], [voidLabel, voidLabel]);
  const masks = panopticToMasks({ panoptic: some, labels }, classes);
  assert.is(
    masks.data.reduce((sum, on) => sum + on, 0),
    some.data.filter((segment) => segment >= classes.stuff.length).length,
  );
});

test('throws', () => {
  for (const [name, convert] of Object.entries({ panopticToSemantic, panopticToMasks })) {
    assertThrows(
      () => convert({ panoptic: ndarray(Int32Array.from([0, 5]), [1, 2]), labels }, classes),
      `${name}: expected segments below 5, or −1 for void, got 5 at [0, 1]`,
    );
    assertThrows(
      () => convert({ panoptic, labels: ndarray(Int32Array.from([2, 3, 0]), [3]) }, classes),
      `${name}: expected labels below 3, got 3 at 1`,
    );
    assertThrows(
      () => convert({ panoptic: labels as never, labels }, classes),
      `${name}: expected panoptic [H, W], got [3]`,
    );
  }
});

test.run();
