import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { labelMapsFigure } from '../../src/viz/labelMapsFigure';
import { classColors, cssColor } from '../../src/viz/palette';
import { assertThrows } from '../support/assertThrows';

const test = suite('labelMapsFigure');

const image = ndarray(new Float32Array(2 * 3 * 3).fill(0.5), [2, 3, 3]);
const labels = ndarray(Uint8Array.of(0, 1, 2, 2, 255, 0), [2, 3]);

test('image and maps side by side, opaque, with one legend entry a class', () => {
  const figure: any = labelMapsFigure(image, [labels, labels], { titles: ['a', 'b', 'c'] });
  assert.equal(
    figure.data.slice(0, 3).map(({ type, opacity }: any) => [type, opacity]),
    [0, 1, 2].map(() => ['image', undefined]),
  );
  assert.equal(
    figure.data.slice(3).map(({ name, marker }: any) => [name, marker.color]),
    [
      ['label 0', cssColor(0)],
      ['label 1', cssColor(1)],
      ['label 2', cssColor(2)],
      ['ignored', 'rgb(128, 128, 128)'],
    ],
  );
  assert.equal(
    figure.layout.annotations.map(({ text }: any) => text),
    ['a', 'b', 'c'],
  );
});

test('with names all of them are listed, so that the steps of a slider share a legend', () => {
  const names = ['sky', 'grass', 'ground', 'circle'];
  const figure: any = labelMapsFigure(image, labels, { names, ignore: null });
  const entries = figure.data.slice(2).map(({ name }: any) => name);
  assert.equal(entries, [...names, 'label 255']);
});

test('names with a meaning have its color in any order, others what is left', () => {
  const scene = classColors(['sky', 'grass', 'ground', 'circle', 'rectangle', 'triangle']);
  const shapes = classColors(['circle', 'rectangle', 'triangle']);
  assert.equal([0, 1, 2].map(shapes), [3, 4, 5].map(scene));
  assert.is(new Set([0, 1, 2, 3, 4, 5].map(scene)).size, 6);
  assert.equal([0, 1, 2, 3].map(classColors(['sky', 'cat', 'dog', 'grass'])), [0, 1, 3, 2]);
  assert.equal([0, 1, 7].map(classColors(['cat', 'dog'])), [0, 1, 7]);
});

test('throws', () => {
  assertThrows(() => labelMapsFigure(image, []), 'labelMapsFigure: expected at least one label map, got none');
  assertThrows(() => labelMapsFigure(image, labels, { titles: ['one'] }), 'labelMapsFigure: expected 2 titles, got 1');
});

test.run();
