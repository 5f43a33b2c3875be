import { type Exercise, functionExercise, valueExercise } from './exercise';

/** Detectors, `[ms, mAP]` each, that no other one beats in both; of equal ones all are kept. */
function front(detectors: readonly number[][]): number[] {
  const beaten = ([ms, score]: number[]) =>
    detectors.some(([other, theirs]) => other <= ms && theirs >= score && (other < ms || theirs > score));
  return [...detectors.keys()]
    .filter((i) => !beaten(detectors[i]))
    .sort((a, b) => detectors[a][0] - detectors[b][0] || a - b);
}

export const detectorComparisonExercises: Readonly<Record<string, Exercise>> = {
  'detectorComparison.perSecond': valueExercise({
    expected: () => Math.floor(1000 / (18 + 12 * 1.5)),
    hint: (answer) => {
      if (Number(answer) === Math.floor(1000 / 30)) return 'each region costs 1.5 ms, and there are twelve';
      if (!Number.isInteger(Number(answer))) return 'give whole images';
      return 'one image takes the time of the first stage, and the time of the second once for each region';
    },
  }),
  'detectorComparison.front': functionExercise({
    name: 'front',
    cases: () =>
      [
        [
          [10, 0.6],
          [20, 0.7],
          [30, 0.65],
        ],
        [
          [30, 0.7],
          [10, 0.7],
          [20, 0.9],
          [5, 0.1],
        ],
        [[12, 0.5]],
        [
          [10, 0.6],
          [10, 0.7],
          [20, 0.7],
        ],
        [
          [10, 0.6],
          [10, 0.6],
          [9, 0.5],
        ],
        [],
      ].map((detectors) => ({ args: [detectors], expected: front(detectors) })),
  }),
};
