import { suite } from 'uvu';
import { kMeansExercises } from '../../src/exercises/kMeans';
import { assertJudges } from '../support/exercises';

const test = suite('exercises: kMeans');

test('the elbow', async () => {
  const ratios = (curve: number[]) => curve.slice(1, -1).map((value, n) => (curve[n] - value) / (value - curve[n + 2]));
  await assertJudges(
    kMeansExercises['kMeans.elbow'],
    [(curve: number[]) => ratios(curve).indexOf(Math.max(...ratios(curve))) + 2],
    {
      'the least objective': [(curve: number[]) => curve.indexOf(Math.min(...curve)) + 1, /got 6, expected 4/],
      'one too few': [(curve: number[]) => ratios(curve).indexOf(Math.max(...ratios(curve))) + 1, /got 3, expected 4/],
      'the steepest fall': [
        (curve: number[]) => {
          const falls = curve.slice(1).map((value, n) => curve[n] - value);
          return falls.indexOf(Math.max(...falls)) + 2;
        },
        /expected 4/,
      ],
    },
  );
});

test('the fall of the objective', async () => {
  await assertJudges(kMeansExercises['kMeans.fall'], [(n: number, c: number, m: number) => n * (c - m) ** 2], {
    'without n': [(_: number, c: number, m: number) => (c - m) ** 2, /fall\(4, 3, 1\): got 4, expected 16/],
    'without the square': [(n: number, c: number, m: number) => n * Math.abs(c - m), /got 8, expected 16/],
    nothing: [() => 0, /got 0/],
  });
});

test('k-means++', async () => {
  const distanceTo = (p: number[], centers: number[][], power: number) =>
    Math.min(...centers.map((c) => Math.hypot(p[0] - c[0], p[1] - c[1]))) ** power;
  const draw =
    (power: number, to: (centers: number[][]) => number[][]) => (points: number[][], k: number, draws: number[]) => {
      const centers = [points[Math.floor(draws[0] * points.length)]];
      for (let i = 1; i < k; i++) {
        const shares = points.map((p) => distanceTo(p, to(centers), power));
        const total = shares.reduce((sum, share) => sum + share, 0);
        const upTo = (n: number) => shares.slice(0, n + 1).reduce((sum, share) => sum + share, 0);
        centers.push(points.find((_, n) => upTo(n) > draws[i] * total) ?? points[0]);
      }
      return centers;
    };
  await assertJudges(kMeansExercises['kMeans.plusPlus'], [draw(2, (centers) => centers)], {
    'distances without the square': [draw(1, (centers) => centers), /expected \[\[/],
    'the first center alone counts': [draw(2, ([first]) => [first]), /expected \[\[/],
    'equal chances': [
      (points: number[][], k: number, draws: number[]) =>
        draws.slice(0, k).map((u) => points[Math.floor(u * points.length)]),
      /expected \[\[/,
    ],
  });
});

test.run();
