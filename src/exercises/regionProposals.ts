import { segmentGraph } from '../cluster/segmentGraph';
import { createRandom } from '../tensor/random';
import { type Exercise, functionExercise, valueExercise } from './exercise';

const hundredths = (value: number) => Math.round(100 * value) / 100;

/** A graph of whole weights, so that many are equal. */
function tangle(nodes: number, count: number, seed: number) {
  const random = createRandom(seed);
  const edges = Array.from({ length: count }, () => {
    const first = random.integer(nodes);
    return [first, (first + 1 + random.integer(nodes - 1)) % nodes];
  });
  return { nodes, edges, weights: edges.map(() => random.integer(30)) };
}

export const regionProposalsExercises: Readonly<Record<string, Exercise>> = {
  'regionProposals.recall': functionExercise({
    name: 'recallOf',
    cases: () => {
      const random = createRandom(3);
      const table = (objects: number, proposals: number) =>
        Array.from({ length: objects }, () => Array.from({ length: proposals }, () => hundredths(random.uniform())));
      return [
        // Reached exactly; found by the second of two; not among the first.
        { overlaps: [[0.5], [0.4]], n: 1, t: 0.5 },
        { overlaps: [[0.1, 0.8]], n: 2, t: 0.5 },
        { overlaps: [[0.1, 0.8]], n: 1, t: 0.5 },
        { overlaps: table(5, 6), n: 3, t: 0.7 },
        { overlaps: table(4, 3), n: 10, t: 0.6 },
      ].map(({ overlaps, n, t }) => {
        const found = overlaps.filter((row) => row.slice(0, n).some((overlap) => overlap >= t));
        return { args: [overlaps, n, t], expected: found.length / overlaps.length };
      });
    },
  }),
  'regionProposals.noise': valueExercise({
    expected: () => 'falls by more than 0.1',
    hint: () => 'compare the first and the last average recall that the cell prints',
  }),
  'regionProposals.segment': functionExercise({
    name: 'segment',
    cases: () => {
      const row = [10, 12, 11, 50, 52, 90];
      const path = row.slice(1).map((_, i) => [i, i + 1]);
      const steps = path.map(([a, b]) => Math.abs(row[a] - row[b]));
      const small = { nodes: 6, edges: path, weights: steps };
      return [
        { ...small, k: 100 },
        { ...small, k: 10 },
        { ...small, k: 120 },
        // No edge at all, and an edge from a node to itself.
        { nodes: 3, edges: [], weights: [], k: 5 },
        { nodes: 2, edges: [[1, 1]], weights: [0], k: 5 },
        { ...tangle(12, 24, 1), k: 12 },
        { ...tangle(30, 60, 2), k: 20 },
        { ...tangle(40, 60, 3), k: 60 },
      ].map(({ nodes, edges, weights, k }) => ({
        args: [nodes, edges, weights, k],
        expected: Array.from(segmentGraph(nodes, edges, weights, { scale: k }).data),
      }));
    },
  }),
};
