import { type Exercise, functionExercise } from './exercise';

/** A region as exercises have it: its pixels and its mean color. */
type Region = { size: number; color: readonly number[] };

/** How alike two regions are: 1 less half the distance of their colors and half the share of the image that they cover together. */
function similarity(a: Region, b: Region, pixels: number): number {
  const distance = Math.hypot(...a.color.map((value, c) => value - b.color[c]));
  return 1 - distance / 2 - (a.size + b.size) / pixels / 2;
}

function union(a: Region, b: Region): Region {
  const size = a.size + b.size;
  return { size, color: a.color.map((value, c) => (value * a.size + b.color[c] * b.size) / size) };
}

/**
 * The pairs in the order in which they are merged; the union of pair n becomes region `regions.length + n`, and neighbor of all that its
 * parts were neighbors of. Of equally similar pairs the one with the lower first number comes first, then with the lower second.
 */
function group(regions: readonly Region[], neighbors: readonly (readonly number[])[]): number[][] {
  const all = [...regions];
  const pixels = regions.reduce((sum, { size }) => sum + size, 0);
  let pairs = neighbors.map(([a, b]) => [Math.min(a, b), Math.max(a, b)]);
  const merged: number[][] = [];
  while (pairs.length > 0) {
    pairs.sort(([a, b], [c, d]) => a - c || b - d);
    let best = pairs[0];
    for (const pair of pairs) {
      if (similarity(all[pair[0]], all[pair[1]], pixels) > similarity(all[best[0]], all[best[1]], pixels)) best = pair;
    }
    merged.push(best);
    const next = all.push(union(all[best[0]], all[best[1]])) - 1;
    const renamed = pairs.map((pair) => pair.map((region) => (best.includes(region) ? next : region)));
    const seen = new Set<string>();
    pairs = renamed
      .map(([a, b]) => [Math.min(a, b), Math.max(a, b)])
      .filter(([a, b]) => a !== b && !seen.has(`${a} ${b}`) && seen.add(`${a} ${b}`));
  }
  return merged;
}

const region = (size: number, ...color: number[]): Region => ({ size, color });

export const regionProposalsExercises: Readonly<Record<string, Exercise>> = {
  'regionProposals.group': functionExercise({
    name: 'group',
    cases: () =>
      [
        {
          regions: [region(40, 0), region(30, 0.1), region(30, 0.9)],
          neighbors: [
            [0, 1],
            [1, 2],
          ],
        },
        {
          regions: [
            region(10, 0.2, 0.2, 0.9),
            region(20, 0.25, 0.2, 0.8),
            region(50, 0.1, 0.7, 0.1),
            region(20, 0.9, 0.1, 0.1),
          ],
          neighbors: [
            [0, 1],
            [1, 2],
            [2, 3],
            [0, 2],
          ],
        },
        // Regions of one color that are no neighbors must wait.
        {
          regions: [region(25, 0.5), region(25, 0), region(25, 0.5), region(25, 0.1)],
          neighbors: [
            [0, 1],
            [1, 2],
            [2, 3],
          ],
        },
        {
          regions: [region(5, 0.3), region(60, 0.35), region(5, 0.7), region(10, 0.75), region(20, 0.1)],
          neighbors: [
            [1, 0],
            [1, 2],
            [2, 3],
            [3, 4],
            [4, 0],
            [1, 4],
          ],
        },
      ].map(({ regions, neighbors }) => ({ args: [regions, neighbors], expected: group(regions, neighbors) })),
  }),
};
