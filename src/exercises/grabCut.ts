import { createRandom } from '../tensor/random';
import { type Exercise, functionExercise } from './exercise';

type Pixel = readonly number[];

const square = (p: Pixel, q: Pixel) => p.reduce((sum, value, c) => sum + (value - q[c]) ** 2, 0);

/** β of a line of pixels, whose neighbors stand side by side; 0 where nothing differs. */
function contrast(pixels: readonly Pixel[]): number {
  const squares = pixels.slice(1).map((pixel, i) => square(pixel, pixels[i]));
  const mean = squares.reduce((sum, value) => sum + value, 0) / squares.length;
  return mean > 0 ? 1 / (2 * mean) : 0;
}

/** The energy of labels on a line of pixels: the costs of all, and γ exp(−β ‖·‖²) where neighbors differ. */
function energy(costs: readonly (readonly number[])[], weights: readonly number[], labels: readonly number[]): number {
  const data = labels.reduce((sum, label, i) => sum + costs[i][label], 0);
  return weights.reduce((sum, weight, i) => sum + (labels[i] === labels[i + 1] ? 0 : weight), data);
}

/** Maximum flow by Edmonds and Karp: shortest paths through a matrix of capacities, until there is none. */
function maxFlow(capacities: readonly (readonly number[])[], source: number, sink: number): number {
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
    for (let node = sink; node !== source; node = before[node]) {
      left[before[node]][node] -= least;
      left[node][before[node]] += least;
    }
    flow += least;
  }
}

export const grabCutExercises: Readonly<Record<string, Exercise>> = {
  'grabCut.contrast': functionExercise({
    name: 'contrast',
    cases: () => {
      const random = createRandom(7);
      const tenth = () => Math.round(10 * random.uniform()) / 10;
      const line = (length: number, channels: number) =>
        Array.from({ length }, () => Array.from({ length: channels }, tenth));
      return [
        [[0], [1], [1], [0]],
        [
          [0, 0, 0],
          [1, 1, 1],
        ],
        line(5, 3),
        line(9, 3),
        line(6, 1),
        [[0.5], [0.5], [0.5]],
      ].map((pixels) => ({ args: [pixels], expected: contrast(pixels) }));
    },
  }),
  'grabCut.energy': functionExercise({
    name: 'energy',
    cases: () => {
      const random = createRandom(8);
      const digits = (count: number) => Array.from({ length: count }, () => random.integer(10));
      const cases = [2, 3, 5, 8, 8].map((length) => ({
        costs: Array.from({ length }, () => digits(2)),
        weights: digits(length - 1),
        labels: Array.from({ length }, () => random.integer(2)),
      }));
      return [
        {
          costs: [
            [1, 5],
            [2, 4],
            [7, 3],
          ],
          weights: [10, 20],
          labels: [0, 0, 1],
        },
        {
          costs: [
            [1, 5],
            [2, 4],
            [7, 3],
          ],
          weights: [10, 20],
          labels: [1, 1, 1],
        },
        ...cases,
      ].map(({ costs, weights, labels }) => ({
        args: [costs, weights, labels],
        expected: energy(costs, weights, labels),
      }));
    },
  }),
  'grabCut.maxFlow': functionExercise({
    name: 'maxFlow',
    cases: () => {
      const random = createRandom(9);
      const network = (nodes: number, share: number) =>
        Array.from({ length: nodes }, (_, a) =>
          Array.from({ length: nodes }, (_, b) => (a !== b && random.uniform() < share ? 1 + random.integer(9) : 0)),
        );
      /** Capacities of 1 on some arcs. */
      const arcs = (nodes: number, ...pairs: (readonly number[])[]) =>
        Array.from({ length: nodes }, (_, a) =>
          Array.from({ length: nodes }, (_, b) => (pairs.some(([from, to]) => from === a && to === b) ? 1 : 0)),
        );
      const cases = [
        [
          [0, 3],
          [0, 0],
        ],
        [
          [0, 3, 2, 0],
          [0, 0, 1, 2],
          [0, 0, 0, 3],
          [0, 0, 0, 0],
        ],
        // The shortest path takes 1 → 2; the second one has to send that back.
        arcs(8, [0, 1], [1, 2], [2, 7], [1, 3], [3, 4], [4, 7], [0, 5], [5, 6], [6, 2]),
        // Nothing arrives.
        [
          [0, 4, 0],
          [0, 0, 0],
          [0, 5, 0],
        ],
        network(5, 0.6),
        network(7, 0.4),
        network(9, 0.35),
        network(12, 0.3),
      ];
      return cases.map((capacities) => ({
        args: [capacities, 0, capacities.length - 1],
        expected: maxFlow(capacities, 0, capacities.length - 1),
      }));
    },
  }),
};
