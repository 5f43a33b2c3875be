import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { batches, collate, everyBatch, keepInMemory } from '../../src/data/batches';
import type { Dataset, Sample } from '../../src/data/dataset';
import { assertThrows } from '../support/assertThrows';
import { squares } from '../support/squares';

const test = suite('batches');

/** Which images of the data set a run sees, in order. */
function spied(dataset: Dataset): { dataset: Dataset; asked: number[] } {
  const asked: number[] = [];
  const sample = (index: number): Sample => {
    asked.push(index);
    return dataset.sample(index);
  };
  return { dataset: { ...dataset, sample }, asked };
}

test('one pass shows every image once, each pass in another order', () => {
  const { dataset, asked } = spied(squares(12));
  const source = batches(dataset, { size: 4, seed: 3 });
  assert.is(source.perEpoch, 3);
  for (let step = 0; step < 6; step++) source.batch(step);
  const [first, second] = [asked.slice(0, 12), asked.slice(12)];
  const all = Array.from({ length: 12 }, (_, i) => i);
  assert.equal(
    [...first].sort((a, b) => a - b),
    all,
  );
  assert.equal(
    [...second].sort((a, b) => a - b),
    all,
  );
  assert.not.equal(first, second);
});

test('a batch depends on seed and step alone', async () => {
  const augment = (sample: Sample, random: { uniform(): number }) => {
    sample.image.data[0] = random.uniform();
    return sample;
  };
  const forwards = batches(squares(10), { size: 3, seed: 1, augment });
  const backwards = batches(squares(10), { size: 3, seed: 1, augment });
  const late = backwards.batch(7);
  for (let step = 0; step < 7; step++) forwards.batch(step);
  const again = forwards.batch(7);
  assert.equal(await again.images.data(), await late.images.data());
  assert.equal(await again.semantic.data(), await late.semantic.data());
  assert.is(again.random.uniform(), late.random.uniform());
  const other = batches(squares(10), { size: 3, seed: 2, augment }).batch(7);
  assert.not.equal(await other.images.data(), await late.images.data());
});

test('collate stacks images and their labels', async () => {
  const samples = [0, 1].map((index) => squares(2).sample(index));
  const { images, semantic } = collate(samples);
  assert.equal([...images.shape], [2, 16, 16, 3]);
  assert.equal([...semantic.shape], [2, 16, 16]);
  for (const [n, sample] of samples.entries()) {
    assert.equal((await images.data()).slice(n * 768, (n + 1) * 768), sample.image.data);
    assert.equal([...(await semantic.data()).slice(n * 256, (n + 1) * 256)], [...sample.semantic.data]);
  }
});

test('evaluation goes through all images in order; the last batch holds the rest', () => {
  const { dataset, asked } = spied(squares(7));
  const sizes = [...everyBatch(dataset, { size: 3 })].map(({ samples }) => samples.length);
  assert.equal(sizes, [3, 3, 1]);
  assert.equal(asked, [0, 1, 2, 3, 4, 5, 6]);
});

test('a kept image is made once, is the same to 1/510, and can be written to', () => {
  const { dataset, asked } = spied(squares(3));
  const kept = keepInMemory(dataset);
  const wanted = squares(3).sample(1);
  const first = kept.sample(1);
  first.image.data.fill(9);
  first.boxes.data.fill(9);
  const second = kept.sample(1);
  assert.equal(asked, [1]);
  assert.ok(second.image.data.every((value, i) => Math.abs(value - wanted.image.data[i]) <= 1 / 510 + 1e-6));
  for (const part of ['boxes', 'labels', 'masks', 'semantic', 'panoptic'] as const) {
    assert.equal(second[part].shape, wanted[part].shape);
    assert.equal([...second[part].data], [...wanted[part].data]);
  }
});

test('masks that are no masks of 0 and 1 stay what they are in memory', () => {
  const sample = squares(1).sample(0);
  sample.masks.data[3] = 200;
  const kept = keepInMemory({ ...squares(1), sample: () => sample });
  for (let twice = 0; twice < 2; twice++) assert.equal(kept.sample(0).masks.data, sample.masks.data);
});

test('throws', () => {
  const source = squares(4);
  assertThrows(() => batches(source, { size: 5 }), "batches: expected a size from 1 to the data set's 4 images, got 5");
  assertThrows(() => batches(source, { size: 2, seed: 0.5 }), 'batches: expected a whole number as seed, got 0.5');
  assertThrows(() => batches(source, { size: 2 }).batch(-1), 'batch: expected a step of 0 or more, got -1');
  assertThrows(() => collate([]), 'collate: expected at least one sample, got none');
  const narrow = { ...source.sample(0), image: ndarray(new Float32Array(16 * 8 * 3), [16, 8, 3]) };
  assertThrows(() => collate([source.sample(0), narrow]), 'collate: expected images [16, 16, 3], got [16, 8, 3] at 1');
  assertThrows(() => everyBatch(source, { size: 0 }).next(), 'everyBatch: expected a size of 1 or more, got 0');
});

test('only so much is kept in memory as is allowed', () => {
  let made = 0;
  const source = squares(4);
  const dataset = {
    ...source,
    sample(index: number) {
      made++;
      return source.sample(index);
    },
  };
  const bytesOf = (index: number) => {
    const { image, boxes, labels, masks, semantic, panoptic } = source.sample(index);
    // A bit a pixel of a mask.
    const packed = image.size + Math.ceil(masks.size / 8);
    return packed + [boxes, labels, semantic, panoptic].reduce((sum, { data }) => sum + data.byteLength, 0);
  };
  const kept = keepInMemory(dataset, { maxBytes: bytesOf(0) + bytesOf(1) });
  const first = [0, 1, 2].map((index) => kept.sample(index));
  const second = [0, 1, 2].map((index) => kept.sample(index));
  assert.is(made, 4);
  assert.equal(second[2].image.data, first[2].image.data);
  assertThrows(() => keepInMemory(source, { maxBytes: -1 }), 'keepInMemory: expected maxBytes of 0 or more, got -1');
});

test.run();
