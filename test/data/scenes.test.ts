import assert from 'node:assert/strict';
import { suite } from 'uvu';
import { shapes64 } from '../../src/data/scenes';

const recipe = suite('shapes64');

recipe('has the lengths and classes of the recipe', () => {
  assert.deepEqual(
    (['train', 'validation', 'test'] as const).map((split) => shapes64({ split }).length),
    [4000, 200, 200],
  );
  assert.deepEqual(shapes64().classes, {
    stuff: ['sky', 'grass', 'ground'],
    things: ['circle', 'rectangle', 'triangle'],
  });
});

recipe.run();
