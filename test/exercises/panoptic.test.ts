import { suite } from 'uvu';
import { panopticExercises } from '../../src/exercises/panoptic';
import { assertJudges } from '../support/exercises';

const test = suite('exercises: panoptic');

test('panoptic quality of a class', async () => {
  await assertJudges(panopticExercises['panoptic.byHand'], [4.8 / 9, 0.533], {
    SQ: [0.8, /SQ/],
    RQ: [2 / 3, /RQ/],
    'errors as a whole': [0.4, /one half each/],
    'no number': ['?', /TP \+ ½ FP/],
  });
});

test('an instance that is covered', async () => {
  await assertJudges(panopticExercises['panoptic.overlap'], [0], {
    'what is free': [40, /enough/],
    'what is covered': [60, /first instance/],
    'its mask': [100, /free pixels/],
    'not a number': [Number.NaN, /free pixels/],
  });
});

test('masks that are too small', async () => {
  await assertJudges(panopticExercises['panoptic.shrunk'], ['RQ'], { SQ: ['SQ', /columns/] });
});

/** Panoptic quality, and the usual mistakes. */
const quality =
  ({
    equal = false,
    anyClass = false,
    unionVoid = true,
    forgive = true,
    atHalf = false,
    missed = true,
    pooled = false,
  }) =>
  (found: number[][], truth: number[][], foundKinds: number[], truthKinds: number[]) => {
    const pairs = found.flatMap((row, y) => row.map((own, x) => [own, truth[y][x]] as const));
    const count = (check: (a: number, b: number) => boolean) => pairs.filter(([a, b]) => check(a, b)).length;
    const [predicted, real] = [0, 1].map((side) =>
      [...new Set(pairs.map((pair) => pair[side]))].filter((segment) => segment >= 0),
    );
    const rows = new Map<number, { iou: number; found: number; errors: number }>();
    const rowOf = (kind: number) => {
      const row = rows.get(pooled ? 0 : kind) ?? { iou: 0, found: 0, errors: 0 };
      rows.set(pooled ? 0 : kind, row);
      return row;
    };
    const matched = new Set<number>();
    for (const p of predicted) {
      const [area, onVoid] = [count((a) => a === p), count((a, b) => a === p && b < 0)];
      let isPair = false;
      for (const t of real) {
        if (!anyClass && foundKinds[p] !== truthKinds[t]) continue;
        const both = count((a, b) => a === p && b === t);
        const iou = both / (area + count((_, b) => b === t) - both - (unionVoid ? onVoid : 0));
        if (equal ? iou < 0.5 : iou <= 0.5) continue;
        isPair = true;
        matched.add(t);
        rowOf(foundKinds[p]).iou += iou;
        rowOf(foundKinds[p]).found++;
      }
      const share = onVoid / area;
      if (!isPair && !(forgive && (atHalf ? share >= 0.5 : share > 0.5))) rowOf(foundKinds[p]).errors += 0.5;
    }
    for (const t of real) if (missed && !matched.has(t)) rowOf(truthKinds[t]).errors += 0.5;
    const all = [...rows.values()];
    const mean = (value: (row: (typeof all)[number]) => number) =>
      all.reduce((sum, row) => sum + value(row), 0) / all.length;
    return {
      PQ: mean(({ iou, found, errors }) => iou / (found + errors)),
      SQ: mean(({ iou, found }) => iou / Math.max(1, found)),
      RQ: mean(({ found, errors }) => found / (found + errors)),
    };
  };

test('panoptic quality of an image', async () => {
  await assertJudges(panopticExercises['panoptic.quality'], [quality({})], {
    'a match from an IoU of one half on': [quality({ equal: true }), /case 2/],
    'void in the union': [quality({ unionVoid: false }), /case 3/],
    'no forgiveness for what lies on void': [quality({ forgive: false }), /case/],
    'forgiveness from one half on': [quality({ atHalf: true }), /case/],
    'pairs of any class': [quality({ anyClass: true }), /case/],
    'missed segments forgotten': [quality({ missed: false }), /case/],
    'one class for all': [quality({ pooled: true }), /case/],
    nothing: [() => {}, /return/],
  });
});

test.run();
