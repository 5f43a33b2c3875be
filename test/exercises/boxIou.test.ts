import { suite } from 'uvu';
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

test('the table of generalized IoUs', async () => {
  const table = (giou: (p: Box, q: Box) => number) => (a: Box[], b: Box[]) => a.map((p) => b.map((q) => giou(p, q)));
  const area = ([x1, y1, x2, y2]: Box) => (x2 - x1) * (y2 - y1);
  const hull = (p: Box, q: Box) => [0, 1].map((i) => Math.max(p[i + 2], q[i + 2]) - Math.min(p[i], q[i]));
  const overlaps = (p: Box, q: Box) => [0, 1].map((i) => Math.min(p[i + 2], q[i + 2]) - Math.max(p[i], q[i]));
  const giou =
    ({
      clamped = true,
      over = 'hull',
      empty = 0,
    }: {
      clamped?: boolean;
      over?: 'hull' | 'union';
      empty?: number;
    } = {}) =>
    (p: Box, q: Box) => {
      const [width, height] = overlaps(p, q).map((side) => (clamped ? Math.max(0, side) : side));
      const both = width * height;
      const union = area(p) + area(q) - both;
      const [w, h] = hull(p, q);
      if (w * h <= 0) return empty;
      return (union > 0 ? both / union : 0) - (w * h - union) / (over === 'hull' ? w * h : union || 1);
    };
  await assertJudges(boxIouExercises['boxIou.giou'], [table(giou())], {
    'boxes apart in both directions overlap': [table(giou({ clamped: false })), /case 1 of 4/],
    'divided by the union': [table(giou({ over: 'union' })), /case 1 of 4/],
    'a hull without an area divides by nothing': [table(giou({ empty: Number.NaN })), /NaN.*case 4 of 4/],
    'IoU alone': [table((p, q) => Math.max(0, giou()(p, q))), /case 1 of 4/],
    'columns for rows': [(a: Box[], b: Box[]) => table(giou())(b, a), /expected/],
  });
});

test('what becomes of losses in a larger image', async () => {
  await assertJudges(boxIouExercises['boxIou.larger'], [{ giou: 'stays', l1: 'grows' }], {
    'the other way round': [{ giou: 'grows', l1: 'stays' }, /compare both losses/],
    'both grow': [{ giou: 'grows', l1: 'grows' }, /compare both losses/],
    nothing: [{ giou: '', l1: '' }, /compare both losses/],
  });
});

test.run();
