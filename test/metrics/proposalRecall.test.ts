import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { boxIou, createRandom, proposalRecall } from '../../src/index';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';

const test = suite('proposalRecall');

const truth = [0, 0, 10, 10];

test('by hand: 0.7 is enough for a threshold of 0.7, and the best of the first n counts', () => {
  const proposals = [
    [0, 0, 10, 4],
    [20, 20, 30, 30],
    [0, 0, 7, 10],
    [0, 0, 10, 9],
  ];
  const result = proposalRecall([proposals], [[truth]], { iouThreshold: 0.7, counts: [1, 2, 3, 4, 100] });
  assert.equal(result.counts, [1, 2, 3, 4, 100]);
  assert.equal(result.recall, [0, 0, 1, 1, 1]);
  assertAllClose(result.bestOverlap, [0.4, 0.4, 0.7, 0.9, 0.9]);
  assertAllClose(result.averageRecall, [0, 0, 0.4, 0.8, 0.8]);
  assert.equal(result.proposals, [1, 2, 3, 4, 4]);
});

test('truths of all images count alike; a proposal serves several; images without truths or proposals', () => {
  const far = [50, 50, 60, 60];
  const result = proposalRecall([[truth], [], [far]], [[truth, truth, far], [truth], []], { counts: [5] });
  assert.equal(result.recall, [0.5]);
  assert.equal(result.bestOverlap, [0.5]);
  assert.equal(result.averageRecall, [0.5]);
  assertAllClose(result.proposals, [2 / 3]);
  assert.equal(proposalRecall([[truth]], [[truth]], { counts: [] }).recall, []);
  assert.equal(proposalRecall([[truth]], [[truth]]).counts, [1, 10, 100, 1000]);
});

test('as overlaps sorted out afterwards; average recall is the area under recall by threshold', async () => {
  const random = createRandom(2);
  const boxes = (count: number) => {
    const rows = Array.from({ length: count }, () => {
      const [x, y] = [20 * random.uniform(), 20 * random.uniform()];
      return [x, y, x + 4 + 16 * random.uniform(), y + 4 + 16 * random.uniform()];
    });
    return ndarray(Float32Array.from(rows.flat()), [count, 4]);
  };
  const proposals = [40, 25, 60].map(boxes);
  const truths = [3, 2, 5].map(boxes);
  const counts = [1, 7, 30, 50];
  const found = proposalRecall(proposals, truths, { counts });
  for (const [i, n] of counts.entries()) {
    const best: number[] = [];
    for (const [image, list] of truths.entries()) {
      const table = await boxIou(proposals[image], list).toNdarray();
      for (let g = 0; g < list.shape[0]; g++) {
        const column = Array.from({ length: Math.min(n, table.shape[0]) }, (_, p) => table.get(p, g));
        best.push(Math.max(...column));
      }
    }
    const recallAt = (threshold: number) => best.filter((overlap) => overlap >= threshold).length / best.length;
    assert.is(found.recall[i], recallAt(0.5));
    assertAllClose([found.bestOverlap[i]], [best.reduce((a, b) => a + b) / best.length], { absolute: 1e-6 });
    const steps = 2000;
    let area = 0;
    for (let k = 0; k < steps; k++) area += recallAt(0.5 + (k + 0.5) / (2 * steps)) / steps;
    assertAllClose([found.averageRecall[i]], [area], { absolute: 1e-3 });
  }
});

test('throws', () => {
  const message = (run: () => unknown, text: string) => assertThrows(run, `proposalRecall: expected ${text}`);
  message(() => proposalRecall([], [[truth]]), 'proposals of 1 images, got 0');
  message(() => proposalRecall([[]], [[]]), 'at least one truth, got none');
  message(() => proposalRecall([], []), 'at least one truth, got none');
  message(() => proposalRecall([[]], [[truth]], { iouThreshold: 1.5 }), 'iouThreshold from 0 to 1, got 1.5');
  message(() => proposalRecall([[]], [[truth]], { counts: [0] }), 'counts to be a whole number ≥ 1, got 0');
  message(() => proposalRecall([[]], [[truth]], { counts: [5, 5] }), 'counts that rise, got 5 after 5');
  message(
    () => proposalRecall([[[3, 0, 1, 1]]], [[truth]]),
    `proposals [N, 4] as x1, y1, x2, y2; got x2 < x1 in row 0: [3, 0, 1, 1]. Are these x, y, width, height? Pass format: 'xywh', or convertBoxes first`,
  );
  message(() => proposalRecall([[]], [[[1, 2, 3]]]), 'truths [N, 4], got [1, 3]');
});

test.run();
