import { suite } from 'uvu';
import { regionProposalsExercises } from '../../src/exercises/regionProposals';
import { assertJudges } from '../support/exercises';

const test = suite('exercises: regionProposals');

interface Faults {
  sorted?: boolean;
  variation?: boolean;
  sizes?: boolean;
  bothTolerant?: boolean;
  numbered?: boolean;
  roots?: boolean;
}

/** Segmentation with disjoint sets, right unless something is asked to be wrong. */
const segment =
  (faults: Faults = {}) =>
  (nodes: number, edges: number[][], weights: number[], k: number) => {
    const { sorted = true, variation: varies = true, sizes = true } = faults;
    const { bothTolerant = true, numbered = true, roots = true } = faults;
    const parent = Array.from({ length: nodes }, (_, i) => i);
    const size = parent.map(() => 1);
    const variation = parent.map(() => 0);
    const find = (start: number) => {
      let node = start;
      while (parent[node] !== node) node = parent[node];
      return node;
    };
    const order = edges.map((_, e) => e);
    if (sorted) order.sort((a, b) => weights[a] - weights[b]);
    for (const e of order) {
      const [one, other] = roots ? edges[e].map(find) : edges[e];
      if (one === other) continue;
      const slack = [one, other].map((i) => variation[i] + k / size[i]);
      if (weights[e] > (bothTolerant ? Math.min(...slack) : Math.max(...slack))) continue;
      parent[find(other)] = find(one);
      if (sizes) size[one] += size[other];
      if (varies) variation[one] = weights[e];
    }
    const found = parent.map((_, node) => find(node));
    return numbered ? found.map((root) => [...new Set(found)].indexOf(root)) : found;
  };

test('segmentation with disjoint sets', async () => {
  await assertJudges(regionProposalsExercises['regionProposals.segment'], [segment()], {
    'in the order of the list': [segment({ sorted: false }), /expected/],
    'no internal variation': [segment({ variation: false }), /expected/],
    'regions stay as tolerant as single nodes': [segment({ sizes: false }), /expected/],
    'one tolerant region is enough': [segment({ bothTolerant: false }), /expected/],
    'numbers of representatives': [segment({ numbered: false }), /case 1 of 8/],
    'nodes in place of representatives': [segment({ roots: false }), /expected/],
  });
});

test('recall of the first proposals', async () => {
  type Recall = (overlaps: number[][], n: number, t: number) => number;
  const share = (overlaps: number[][], isFound: (row: number[]) => boolean) =>
    overlaps.filter(isFound).length / overlaps.length;
  const right: Recall = (overlaps, n, t) => share(overlaps, (row) => Math.max(...row.slice(0, n)) >= t);
  const wrong: Record<string, readonly [Recall, RegExp]> = {
    'above the threshold': [(o, n, t) => share(o, (row) => Math.max(...row.slice(0, n)) > t), /case 1 of 5/],
    'the first proposal alone': [(o, _, t) => share(o, (row) => row[0] >= t), /case 2 of 5/],
    'all proposals': [(o, _, t) => share(o, (row) => Math.max(...row) >= t), /case 3 of 5/],
    'a number of objects': [(o, n, t) => right(o, n, t) * o.length, /case 1 of 5/],
  };
  await assertJudges(regionProposalsExercises['regionProposals.recall'], [right], wrong);
});

test('noise', async () => {
  await assertJudges(regionProposalsExercises['regionProposals.noise'], ['falls by more than 0.1'], {
    'hardly any effect': ['falls by less than 0.1', /compare the first and the last/],
    nothing: ['', /compare the first and the last/],
  });
});

test.run();
