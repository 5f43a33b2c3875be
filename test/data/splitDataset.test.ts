import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { dropBroken, splitDataset, takeSamples } from '../../src/data/splitDataset';
import { readImageSize } from '../../src/images/imageSize';
import { assertThrows } from '../support/assertThrows';
import { boxesOnly } from '../support/labeled';
import { labeledImages } from '../support/labeledFolders';

const test = suite('splitDataset');

const numbers = (dataset: { length: number; sample(index: number): { path?: string } }) =>
  Array.from({ length: dataset.length }, (_, index) => Number(/\d+/.exec(dataset.sample(index).path!)));

test('every image is in one part, and the seed says which', () => {
  const dataset = boxesOnly(11);
  const parts = splitDataset(dataset, { seed: 3, fractions: [0.5, 0.25, 0.25] });
  assert.equal(
    parts.map(({ length }) => length),
    [6, 2, 3],
  );
  const all = parts.flatMap(numbers);
  assert.equal(
    [...all].sort((a, b) => a - b),
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
  );
  assert.not.equal(all, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  assert.equal(splitDataset(dataset, { seed: 3, fractions: [0.5, 0.25, 0.25] }).flatMap(numbers), all);
  assert.not.equal(splitDataset(dataset, { seed: 4, fractions: [0.5, 0.25, 0.25] }).flatMap(numbers), all);
  // A part of the data is enough.
  assert.equal(
    splitDataset(dataset, { fractions: [0.1, 0.2] }).map(({ length }) => length),
    [1, 2],
  );
  // Ten tenths are a whole, whatever their sum is in binary.
  const tenths = splitDataset(boxesOnly(10), { fractions: Array(10).fill(0.1) });
  assert.equal(
    tenths.map(({ length }) => length),
    Array(10).fill(1),
  );
});

test('some images, in their order', () => {
  const some = takeSamples(boxesOnly(5), [4, 1, 1]);
  assert.equal(numbers(some), [4, 1, 1]);
  assertThrows(() => takeSamples(boxesOnly(5), [0, 5]), 'takeSamples: expected indices from 0 to 4, got 5 at 1');
  assertThrows(() => some.sample(3), 'takeSamples: expected the index of an image, a whole number from 0 to 2, got 3');
});

test('broken images are dropped and named', () => {
  const dataset = boxesOnly(4);
  const broken = {
    ...dataset,
    sample: (index: number) => {
      if (index === 2) throw new Error('readX: two.jpg: truncated');
      return dataset.sample(index);
    },
  };
  const seen: number[] = [];
  const whole = dropBroken(broken, { onImage: (index) => seen.push(index) });
  assert.equal(seen, [...Array(broken.length).keys()]);
  assert.equal(numbers(whole), [0, 1, 3]);
  assert.equal([whole.problems.images, whole.problems.objects], [1, 0]);
  assert.equal(whole.problems.list, [
    { kind: 'images', file: 'image 2', place: null, reason: 'readX: two.jpg: truncated' },
  ]);
  assert.equal(whole.problems.texts, ['dropBroken: image 2: readX: two.jpg: truncated']);
});

test('the size of an image is read from its head', () => {
  assert.equal(readImageSize(labeledImages.one), { height: 8, width: 12 });
  assert.equal(readImageSize(labeledImages.two), { height: 8, width: 12 });
  assertThrows(() => readImageSize('none.png'), `readImageSize: none.png: no such file in ${process.cwd()}`);
  assertThrows(
    () => readImageSize(labeledImages.one, { maxPixels: 95 }),
    `readImageSize: ${labeledImages.one.length} bytes: expected at most 95 pixels (option maxPixels; on the command line --max-pixels 96), got 12 × 8`,
  );
  assert.throws(() => readImageSize(labeledImages.one.subarray(0, 12)), /^readImageSize: 12 bytes: truncated PNG/);
});

test('throws', () => {
  const split = (fractions: number[], seed = 0) => splitDataset(boxesOnly(4), { seed, fractions });
  const wrong = 'splitDataset: expected fractions above 0, together at most 1, got ';
  assertThrows(() => split([]), `${wrong}[]`);
  assertThrows(() => split([0.5, 0.6]), `${wrong}[0.5, 0.6]`);
  assertThrows(() => split([0.5, 0]), `${wrong}[0.5, 0]`);
  assertThrows(() => split([Number.NaN]), `${wrong}[NaN]`);
  assertThrows(() => split([0.9, 0.05]), 'splitDataset: expected an image in each part, got none of 4 in part 1');
  assertThrows(() => split([1], 0.5), 'splitDataset: expected a whole number as seed, got 0.5');
});

test.run();
