import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  colorLocationPoints,
  componentProposals,
  createRandom,
  kMeans,
  labelsToMap,
  proposalRecall,
  selectiveSearch,
  shapes64,
} from '../../src/index';
import { assertRejects } from '../support/assertThrows';

const test = suite('componentProposals');

const colors: Record<string, number[]> = { '.': [0, 0, 0], r: [1, 0, 0], b: [0, 0, 1], g: [0, 1, 0] };
const picture = (...lines: string[]) =>
  ndarray(Float32Array.from(lines.flatMap((line) => [...line].flatMap((letter) => colors[letter]))), [
    lines.length,
    lines[0].length,
    3,
  ]);
const listOf = (boxes: ndarray.NdArray<Float32Array>) =>
  Array.from({ length: boxes.shape[0] }, (_, i) => [0, 1, 2, 3].map((k) => boxes.get(i, k)));

test('by hand: one box a part that hangs together, corners included', async () => {
  const image = picture('rr..b.', 'rr...b', '......', 'g...rr');
  const settings = { clusters: [4], locationWeight: 0, minSize: 1 };
  const boxes = await componentProposals(image, settings);
  assert.equal(listOf(boxes), [
    [0, 0, 2, 2],
    [0, 0, 6, 4],
    [4, 0, 6, 2],
    [0, 3, 1, 4],
    [4, 3, 6, 4],
  ]);
  const large = await componentProposals(image, { ...settings, minSize: 3 });
  assert.equal(listOf(large), [
    [0, 0, 2, 2],
    [0, 0, 6, 4],
  ]);
  // The second clustering brings nothing that is not there; a limit takes the first.
  assert.equal(listOf(await componentProposals(image, { ...settings, clusters: [4, 4] })), listOf(boxes));
  assert.equal(listOf(await componentProposals(image, { ...settings, limit: 3 })), listOf(boxes).slice(0, 3));
});

/** The boxes another way: every pixel's part is filled by itself, neighbor by neighbor. */
async function flooded(image: ndarray.NdArray<Float32Array>, clusters: number[], minSize: number) {
  const [height, width] = image.shape;
  const found = new Map<string, number[]>();
  for (const k of clusters) {
    const { labels } = await kMeans(colorLocationPoints(image, { locationWeight: 0.25 }), { k, maxIterations: 10 });
    const map = labelsToMap(labels, height, width);
    for (let start = 0; start < height * width; start++) {
      const part = new Set([start]);
      for (const pixel of part) {
        const [y, x] = [Math.floor(pixel / width), pixel % width];
        for (const [dy, dx] of [-1, 0, 1].flatMap((v) => [-1, 0, 1].map((u) => [v, u]))) {
          const [row, column] = [y + dy, x + dx];
          if (row < 0 || column < 0 || row >= height || column >= width) continue;
          if (map.get(row, column) === map.get(y, x)) part.add(row * width + column);
        }
      }
      if (part.size < minSize || Math.min(...part) !== start) continue;
      const [xs, ys] = [[...part].map((pixel) => pixel % width), [...part].map((pixel) => Math.floor(pixel / width))];
      const box = [Math.min(...xs), Math.min(...ys), Math.max(...xs) + 1, Math.max(...ys) + 1];
      found.set(box.join(), box);
    }
  }
  return [...found.values()];
}

test('equal to filling from every pixel, on noise', async () => {
  const random = createRandom(5);
  for (let run = 0; run < 3; run++) {
    const values = Float32Array.from({ length: 12 * 16 * 3 }, () => random.uniform());
    const image = ndarray(values, [12, 16, 3]);
    const boxes = await componentProposals(image, { clusters: [2, 3], minSize: 4 });
    assert.equal(listOf(boxes), await flooded(image, [2, 3], 4));
    assert.ok(boxes.shape[0] > 5);
  }
});

test('scenes: a few dozen boxes, which fit more closely than many of selective search', async () => {
  const scenes = shapes64({ split: 'validation', length: 20 });
  const samples = Array.from({ length: 20 }, (_, i) => scenes.sample(i));
  const truths = samples.map(({ boxes }) => boxes);
  const components = await Promise.all(samples.map(({ image }) => componentProposals(image)));
  const { recall, averageRecall, proposals } = proposalRecall(components, truths, { counts: [64] });
  assert.ok(recall[0] > 0.95 && averageRecall[0] > 0.9 && proposals[0] < 40, `${recall} ${averageRecall} ${proposals}`);
  const single = samples.map(({ image }) => selectiveSearch(image, { mode: 'single' }));
  assert.ok(averageRecall[0] > proposalRecall(single, truths, { counts: [64] }).averageRecall[0]);
  // The same image gives the same boxes, whatever came in between.
  assert.equal(listOf(await componentProposals(samples[0].image)), listOf(components[0]));
});

test('one color: the whole image', async () => {
  const boxes = await componentProposals(picture('rrr', 'rrr'), { clusters: [1, 2], locationWeight: 0, minSize: 1 });
  assert.equal(listOf(boxes), [[0, 0, 3, 2]]);
  assert.equal((await componentProposals(picture('rrr', 'rrr'), { clusters: [1], minSize: 7 })).shape, [0, 4]);
});

test('throws', async () => {
  const image = picture('rg', 'gr');
  await assertRejects(
    () => componentProposals(image, { clusters: [] }),
    'componentProposals: expected a list of numbers of clusters, got []',
  );
  await assertRejects(
    () => componentProposals(image, { clusters: [1.5] }),
    'componentProposals: expected clusters to be a whole number ≥ 1, got 1.5',
  );
  await assertRejects(
    () => componentProposals(image, { minSize: 0 }),
    'componentProposals: expected minSize to be a whole number ≥ 1, got 0',
  );
  await assertRejects(
    () => componentProposals(image, { limit: 0 }),
    'componentProposals: expected limit to be a whole number ≥ 1, got 0',
  );
  await assertRejects(
    () => componentProposals(image, { clusters: [5] }),
    'componentProposals: expected at most as many clusters as pixels, got 5 of 4',
  );
  await assertRejects(
    () => componentProposals(ndarray(new Float32Array(4), [2, 2])),
    'componentProposals: expected an image [H, W, 3], got [2, 2]',
  );
});

test.run();
