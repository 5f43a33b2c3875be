import { createRandom } from '../tensor/random';
import { type Exercise, functionExercise } from './exercise';

/** The k at which the fall up to k, divided by the fall after it, is largest. */
function elbow(objectives: readonly number[]): number {
  let best = { k: 2, ratio: 0 };
  for (let k = 2; k < objectives.length; k++) {
    const ratio = (objectives[k - 2] - objectives[k - 1]) / (objectives[k - 1] - objectives[k]);
    if (ratio > best.ratio) best = { k, ratio };
  }
  return best.k;
}

/** Squared distance of each point to the closest center. */
function squaredDistances(points: readonly number[][], centers: readonly number[][]): number[] {
  return points.map((p) => Math.min(...centers.map((c) => p.reduce((sum, x, d) => sum + (x - c[d]) ** 2, 0))));
}

/** k-means++: the first center is point `draws[0]`; each later one is where the running share of the squared distances passes a draw. */
function plusPlus(points: readonly number[][], k: number, draws: readonly number[]): number[][] {
  const centers = [points[Math.floor(draws[0] * points.length)]];
  while (centers.length < k) {
    const distances = squaredDistances(points, centers);
    let left = draws[centers.length] * distances.reduce((sum, d) => sum + d, 0);
    const chosen = distances.findIndex((d) => {
      left -= d;
      return left < 0;
    });
    centers.push(points[chosen]);
  }
  return centers;
}

export const kMeansExercises: Readonly<Record<string, Exercise>> = {
  'kMeans.elbow': functionExercise({
    name: 'elbow',
    cases: () =>
      [
        [90, 40, 20, 8, 6, 5],
        [100, 50, 45, 41, 38],
        [70, 60, 50, 40, 9, 8.5, 8.2],
        [12, 11, 3, 2.6, 2.4],
        [1000, 400, 150, 60, 25, 12, 11.5],
        [5, 1, 0.9, 0.85],
      ].map((objectives) => ({ args: [objectives], expected: elbow(objectives) })),
  }),
  'kMeans.fall': functionExercise({
    name: 'fall',
    tolerance: 1e-9,
    cases: () =>
      [
        [4, 3, 1],
        [1, 0, 0.5],
        [10, -2, 2],
        [7, 0.25, 0.25],
      ].map(([n, c, m]) => ({ args: [n, c, m], expected: n * (c - m) ** 2 })),
  }),
  'kMeans.plusPlus': functionExercise({
    name: 'plusPlus',
    cases: () => {
      const random = createRandom(4);
      return [3, 2, 4, 5].map((k) => {
        const points = Array.from({ length: 12 }, () => [
          Math.round(9 * random.uniform()),
          Math.round(9 * random.uniform()),
        ]);
        const draws = Array.from({ length: k }, () => Math.round(100 * random.uniform()) / 101);
        return { args: [points, k, draws], expected: plusPlus(points, k, draws) };
      });
    },
  }),
};
