import { suite } from 'uvu';
import { regionProposalsExercises } from '../../src/exercises/regionProposals';
import { assertJudges } from '../support/exercises';

const test = suite('exercises: regionProposals');

interface Region {
  size: number;
  color: number[];
}

const group =
  ({ size = true, average = true, inherit = true }) =>
  (regions: Region[], neighbors: number[][]) => {
    const total = regions.reduce((sum, region) => sum + region.size, 0);
    const alike = ([a, b]: number[]) => {
      const distance = Math.sqrt(
        regions[a].color.reduce((sum, value, c) => sum + (value - regions[b].color[c]) ** 2, 0),
      );
      return 1 - distance / 2 - (size ? (regions[a].size + regions[b].size) / total / 2 : 0);
    };
    let open = new Set(neighbors.map((pair) => [...pair].sort((a, b) => a - b).join()));
    const merged: number[][] = [];
    while (open.size > 0) {
      const pairs = [...open].map((pair) => pair.split(',').map(Number)).sort(([a, b], [c, d]) => a - c || b - d);
      const best = pairs.reduce((most, pair) => (alike(pair) > alike(most) ? pair : most));
      merged.push(best);
      const [p, q] = best.map((i) => regions[i]);
      const share = average ? p.size / (p.size + q.size) : 0.5;
      regions.push({
        size: p.size + q.size,
        color: p.color.map((value, c) => share * value + (1 - share) * q.color[c]),
      });
      const fresh = regions.length - 1;
      open = new Set(
        pairs
          .filter((pair) => inherit || !pair.some((i) => best.includes(i)))
          .map((pair) => pair.map((i) => (best.includes(i) ? fresh : i)).sort((a, b) => a - b))
          .filter(([a, b]) => a !== b)
          .map((pair) => pair.join()),
      );
    }
    return merged;
  };

test('grouping the most similar neighbors', async () => {
  await assertJudges(regionProposalsExercises['regionProposals.group'], [group({})], {
    'colors alone': [group({ size: false }), /expected/],
    'the union of two colors is their middle': [group({ average: false }), /expected/],
    'the union has no neighbors': [group({ inherit: false }), /expected/],
    'all pairs are neighbors': [
      (regions: Region[]) =>
        group({})(
          regions,
          regions.flatMap((_, a) => regions.map((_, b) => [a, b]).filter(([i, j]) => i < j)),
        ),
      /expected/,
    ],
  });
});

test.run();
