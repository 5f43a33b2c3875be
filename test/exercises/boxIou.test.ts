import { suite } from 'uvu';
import { boxIou } from '../../src/boxes/boxIou';
import { boxIouExercises } from '../../src/exercises/boxIou';
import { assertJudges } from '../support/exercises';

const test = suite('exercises: boxIou');

type Box = number[];

test('how far a square may be moved', async () => {
  await assertJudges(boxIouExercises['boxIou.tolerance'], [(s: number, t: number) => s * (2 / (1 + t) - 1)], {
    'linear in t': [(s: number, t: number) => s * (1 - t), /tolerance\(10, 0.5\): got 5, expected 3.3333/],
    'half of it': [(s: number, t: number) => (s * (1 - t)) / (1 + t) / 2, /expected 3.3333/],
  });
});

test('the IoU of masks', async () => {
  const share = (empty: number) => (p: number[], q: number[]) => {
    const both = p.reduce((sum, pixel, i) => sum + pixel * q[i], 0);
    const any = p.reduce((sum, pixel, i) => sum + Math.max(pixel, q[i]), 0);
    return any === 0 ? empty : both / any;
  };
  await assertJudges(boxIouExercises['boxIou.maskIou'], [share(0)], {
    'empty masks divide by nothing': [share(Number.NaN), /got NaN, expected 0 \(case 5 of 5\)/],
    'empty masks are equal': [share(1), /case 5/],
    'the sum for the union': [
      (p: number[], q: number[]) => {
        const both = p.reduce((sum, pixel, i) => sum + pixel * q[i], 0);
        return both / p.concat(q).reduce((sum, pixel) => sum + pixel, 0);
      },
      /case 1/,
    ],
    Dice: [
      (p: number[], q: number[]) => {
        const total = p.concat(q).reduce((sum, pixel) => sum + pixel, 0);
        return total === 0 ? 0 : (2 * p.reduce((sum, pixel, i) => sum + pixel * q[i], 0)) / total;
      },
      /case 1/,
    ],
  });
});

test('the table of all pairs', async () => {
  const table = (iou: (p: Box, q: Box) => number) => (a: Box[], b: Box[]) => a.map((p) => b.map((q) => iou(p, q)));
  const overlap = (p: Box, q: Box, i: number) => Math.min(p[i + 2], q[i + 2]) - Math.max(p[i], q[i]);
  const area = (p: Box) => (p[2] - p[0]) * (p[3] - p[1]);
  const careless = (p: Box, q: Box) => {
    const both = overlap(p, q, 0) * overlap(p, q, 1);
    return both / (area(p) + area(q) - both);
  };
  const library = async (a: Box[], b: Box[]) => (await boxIou(a, b).toNdarray()) as never;
  await assertJudges(boxIouExercises['boxIou.table'], [library], {
    'boxes apart in both directions overlap': [table(careless), /expected/],
    'a box without area divides by nothing': [
      table((p, q) => {
        const both = Math.max(0, overlap(p, q, 0)) * Math.max(0, overlap(p, q, 1));
        return both / (area(p) + area(q) - both);
      }),
      /NaN.*case 4 of 4/,
    ],
    'columns for rows': [(a: Box[], b: Box[]) => table((p, q) => Math.max(0, careless(p, q)))(b, a), /expected/],
  });
});

test.run();
