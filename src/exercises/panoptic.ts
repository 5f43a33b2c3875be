import { createRandom } from '../tensor/random';
import { type Exercise, functionExercise, valueExercise } from './exercise';

type Rows = readonly (readonly number[])[];

/** Panoptic quality of one image without crowds: maps of segments, −1 void, and the class of each segment. */
function quality(found: Rows, truth: Rows, foundKinds: readonly number[], truthKinds: readonly number[]) {
  const pairs = found.flatMap((row, y) => row.map((own, x) => [own, truth[y][x]] as const));
  const count = (test: (own: number, other: number) => boolean) =>
    pairs.filter(([own, other]) => test(own, other)).length;
  const segments = (side: 0 | 1) => [...new Set(pairs.map((pair) => pair[side]))].filter((number) => number >= 0);
  const scores = new Map<number, { iou: number; found: number; wrong: number; missed: number }>();
  const scoreOf = (kind: number) => {
    const known = scores.get(kind) ?? { iou: 0, found: 0, wrong: 0, missed: 0 };
    scores.set(kind, known);
    return known;
  };
  const matched = new Set<number>();
  for (const own of segments(0)) {
    const area = count((a) => a === own);
    const onVoid = count((a, b) => a === own && b === -1);
    const score = scoreOf(foundKinds[own]);
    const partner = segments(1).find((other) => {
      if (truthKinds[other] !== foundKinds[own]) return false;
      const both = count((a, b) => a === own && b === other);
      return both / (area + count((_, b) => b === other) - both - onVoid) > 0.5;
    });
    if (partner !== undefined) {
      const both = count((a, b) => a === own && b === partner);
      score.iou += both / (area + count((_, b) => b === partner) - both - onVoid);
      score.found++;
      matched.add(partner);
    } else if (onVoid / area <= 0.5) score.wrong++;
  }
  for (const other of segments(1)) if (!matched.has(other)) scoreOf(truthKinds[other]).missed++;
  const kinds = [...scores.values()]
    .map(({ iou, found, wrong, missed }) => ({ iou, found, total: found + wrong / 2 + missed / 2 }))
    .filter(({ total }) => total > 0);
  const mean = (value: (kind: (typeof kinds)[number]) => number) =>
    kinds.reduce((sum, kind) => sum + value(kind), 0) / kinds.length;
  return {
    PQ: mean(({ iou, total }) => iou / total),
    SQ: mean(({ iou, found }) => (found === 0 ? 0 : iou / found)),
    RQ: mean(({ found, total }) => found / total),
  };
}

/** Rows of letters as a map: digits are segments, a dot is void. */
const mapOf = (...rows: string[]) =>
  rows.map((row) => [...row].map((letter) => (letter === '.' ? -1 : Number(letter))));

/** A map of two kinds of stuff and three things. */
function someMap(seed: number, holes: number): number[][] {
  const random = createRandom(seed);
  const map = Array.from({ length: 8 }, (_, y) => Array.from({ length: 8 }, () => Number(y >= 4)));
  for (const segment of [2, 3, 4]) {
    const [top, left] = [random.integer(5), random.integer(5)];
    for (let y = top; y < top + 3; y++) for (let x = left; x < left + 3; x++) map[y][x] = segment;
  }
  for (let n = 0; n < holes; n++) map[random.integer(8)][random.integer(8)] = -1;
  return map;
}

export const panopticExercises: Readonly<Record<string, Exercise>> = {
  'panoptic.byHand': valueExercise({
    // 4.8 / (6 + 2 / 2 + 4 / 2)
    expected: () => 4.8 / 9,
    tolerance: 1e-3,
    hint: (answer) => {
      const value = Number(answer);
      if (Math.abs(value - 0.8) < 1e-3) return 'that is SQ';
      if (Math.abs(value - 6 / 9) < 1e-3) return 'that is RQ';
      if (Math.abs(value - 0.4) < 1e-3) return 'false positives and false negatives count one half each';
      return 'the sum of the IoUs over TP + ½ FP + ½ FN';
    },
  }),
  'panoptic.overlap': valueExercise({
    // 40 of 100 pixels are free, less than half.
    expected: () => 0,
    hint: (answer) =>
      answer === 40
        ? 'so many are free; is that enough to keep the instance?'
        : answer === 60
          ? 'those belong to the first instance'
          : 'count its free pixels, then apply the rule of one half',
  }),
  'panoptic.shrunk': valueExercise({
    expected: () => 'RQ',
    hint: () => 'compare how far the two columns have fallen at 3 px',
  }),
  'panoptic.quality': functionExercise({
    name: 'quality',
    cases: () => {
      const kinds = [0, 1, 2, 2, 3];
      return [
        // Found 4 of 6 pixels; the stuff gains two.
        [mapOf('000000', '002200', '002200'), mapOf('000000', '002220', '002220'), [0, 1, 2], [0, 1, 2]],
        // An IoU of exactly one half is no pair.
        [mapOf('2000'), mapOf('2200'), [0, 1, 2], [0, 1, 2]],
        // Void leaves the union, and excuses what mostly lies on it.
        [mapOf('2222', '3300'), mapOf('22..', '..00'), [0, 1, 2, 2], [0, 1, 2]],
        // Half on void is not more than half; the predicted void is a segment of nobody.
        [mapOf('2233', '00.0'), mapOf('22.0', '0000'), [0, 1, 2, 2], [0, 1, 2]],
        // The right place, the wrong class.
        [mapOf('2200', '2200'), mapOf('2200', '2200'), [0, 1, 3], [0, 1, 2]],
        [someMap(1, 0), someMap(1, 6), kinds, kinds],
        [someMap(2, 3), someMap(3, 5), kinds, kinds],
      ].map(([found, truth, foundKinds, truthKinds]) => ({
        args: [found, truth, foundKinds, truthKinds],
        expected: quality(found as Rows, truth as Rows, foundKinds as number[], truthKinds as number[]),
      }));
    },
  }),
};
