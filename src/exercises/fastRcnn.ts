import { type Exercise, valueExercise } from './exercise';

export const fastRcnnExercises: Readonly<Record<string, Exercise>> = {
  'fastRcnn.timesCheaper': valueExercise({
    // 2000 regions of 1000 M each, against 10,000 M for the image and 100 M for each region.
    expected: () => (2000 * 1000) / (10_000 + 2000 * 100),
    tolerance: 1e-3,
    hint: (answer) =>
      Math.abs(Number(answer) - 200) < 1e-9
        ? 'the heads of the regions are not free'
        : 'count what R-CNN computes for 2000 regions, then what Fast R-CNN computes for the image and for 2000 heads',
  }),
};
