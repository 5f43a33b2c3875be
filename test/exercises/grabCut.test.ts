import { suite } from 'uvu';
import { grabCutExercises } from '../../src/exercises/grabCut';
import * as reference from '../reference/maxFlow';
import { assertJudges } from '../support/exercises';

const test = suite('exercises: grabCut');

const squares = (pixels: number[][]) =>
  pixels.slice(1).map((p, i) => p.reduce((sum, value, c) => sum + (value - pixels[i][c]) ** 2, 0));
const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);

test('β of a line', async () => {
  const beta = (of: (values: number[]) => number) => (pixels: number[][]) => {
    const value = of(squares(pixels));
    return value > 0 ? 1 / (2 * value) : 0;
  };
  await assertJudges(grabCutExercises['grabCut.contrast'], [beta((values) => sum(values) / values.length)], {
    'the sum in place of the mean': [beta(sum), /expected/],
    'divided by the number of pixels': [beta((values) => sum(values) / (values.length + 1)), /expected/],
    'distances without their squares': [beta((values) => sum(values.map(Math.sqrt)) / values.length), /expected/],
    'the 2 forgotten': [
      (pixels: number[][]) => 2 * beta((values) => sum(values) / values.length)(pixels),
      /case 1 of 6/,
    ],
    'an even line divides by 0': [
      (pixels: number[][]) => 1 / ((2 * sum(squares(pixels))) / (pixels.length - 1)),
      /got Infinity, expected 0 \(case 6 of 6\)/,
    ],
  });
});

test('the energy of labels', async () => {
  const energy =
    (border: (same: boolean) => boolean, side = (label: number) => label) =>
    (costs: number[][], weights: number[], labels: number[]) =>
      sum(labels.map((label, i) => costs[i][side(label)])) +
      sum(weights.filter((_, i) => border(labels[i] === labels[i + 1])));
  await assertJudges(grabCutExercises['grabCut.energy'], [energy((same) => !same)], {
    'equal neighbors pay': [energy((same) => same), /case 1 of 7/],
    'all neighbors pay': [energy(() => true), /expected/],
    'no neighbors pay': [energy(() => false), /got 6, expected 26 \(case 1 of 7\)/],
    'costs of the other label': [
      energy(
        (same) => !same,
        (label) => 1 - label,
      ),
      /expected/,
    ],
  });
});

test('maximum flow', async () => {
  const right = (capacities: number[][], source: number, sink: number) =>
    reference.maxFlow(capacities, source, sink).flow;
  /** Paths along arcs that are left, without arcs against the flow. */
  const greedy = (capacities: number[][], source: number, sink: number) => {
    const left = capacities.map((row) => [...row]);
    let flow = 0;
    for (;;) {
      const before = left.map(() => -1);
      before[source] = source;
      const queue = [source];
      for (const node of queue) {
        for (const [other, capacity] of left[node].entries()) {
          if (capacity === 0 || before[other] >= 0) continue;
          before[other] = node;
          queue.push(other);
        }
      }
      if (before[sink] < 0) return flow;
      let least = Number.POSITIVE_INFINITY;
      for (let node = sink; node !== source; node = before[node]) least = Math.min(least, left[before[node]][node]);
      for (let node = sink; node !== source; node = before[node]) left[before[node]][node] -= least;
      flow += least;
    }
  };
  const out = (capacities: number[][], source: number) => sum(capacities[source]);
  await assertJudges(grabCutExercises['grabCut.maxFlow'], [right], {
    'no flow is taken back': [greedy, /expected/],
    'what leaves the source': [out, /expected/],
    'what arrives at the sink': [
      (capacities: number[][], _: number, sink: number) => sum(capacities.map((row) => row[sink])),
      /expected/,
    ],
    'one path only': [
      (capacities: number[][], source: number, sink: number) =>
        Math.min(out(capacities, source), capacities[source][sink]),
      /case 2 of 8/,
    ],
  });
});

test.run();
