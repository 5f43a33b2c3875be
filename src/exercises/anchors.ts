import { createRandom } from '../tensor/random';
import { type Exercise, functionExercise, valueExercise } from './exercise';

type Sizes = readonly (readonly number[])[];

/** IoU of two boxes with the same center, from their widths and heights. */
function sizeIou([w, h]: readonly number[], [v, g]: readonly number[]): number {
  const both = Math.min(w, v) * Math.min(h, g);
  return both / (w * h + v * g - both);
}

/** Lloyd's algorithm with 1 − IoU for a distance: the shapes after the last round. */
function shapesOf(sizes: Sizes, start: Sizes): number[][] {
  let shapes = start.map((shape) => [...shape]);
  let owners: number[] = [];
  for (let round = 0; round < 100; round++) {
    const next = sizes.map((size) =>
      shapes.reduce((best, shape, k) => (sizeIou(size, shape) > sizeIou(size, shapes[best]) ? k : best), 0),
    );
    if (next.every((owner, i) => owner === owners[i])) break;
    owners = next;
    shapes = shapes.map((shape, k) => {
      const own = sizes.filter((_, i) => owners[i] === k);
      if (own.length === 0) return shape;
      return [0, 1].map((side) => own.reduce((sum, size) => sum + size[side], 0) / own.length);
    });
  }
  return shapes;
}

export const anchorsExercises: Readonly<Record<string, Exercise>> = {
  'anchors.count': valueExercise({
    // 1000 → 500 → 250 → 125 → 62, 600 → 37
    expected: () => 62 * 37 * 9,
    hint: (answer) =>
      answer === 63 * 38 * 9
        ? 'that rounds up, as Caffe does'
        : answer === 62 * 37
          ? 'those are the cells; each has nine anchors'
          : answer === 62.5 * 37.5 * 9
            ? 'a map has whole rows and columns'
            : 'halve each side four times, rounding down, before you multiply',
  }),
  'anchors.fine': valueExercise({
    // (1 − 1/2q)² = o with o / (2 − o) = 0.7
    expected: () => 1 / (2 * (1 - Math.sqrt(1.4 / 1.7))),
    tolerance: 2e-3,
    hint: (answer) =>
      Number(answer) < 5.4
        ? 'in the worst case the IoU is below 0.7; it must be larger'
        : 'a smaller object is still found with an IoU of 0.7',
  }),
  'anchors.misfit': valueExercise({
    expected: () => 'the shapes',
    hint: () => 'compare how much of the misfit is left where each object lies at the center of a cell',
  }),
  'anchors.shapes': functionExercise({
    name: 'shapesOf',
    cases: () => {
      const random = createRandom(6);
      const around = (w: number, h: number, count: number) =>
        Array.from({ length: count }, () => [w, h].map((side) => side + random.integer(7) - 3));
      const mixed = random.shuffle([...around(12, 30, 8), ...around(30, 12, 8), ...around(40, 44, 8)]);
      const small = [
        [10, 20],
        [12, 24],
        [30, 10],
        [36, 12],
      ];
      return [
        { sizes: small, start: [small[0], small[2]] },
        { sizes: small, start: [[15, 15]] },
        // Small and large boxes: a distance in px would join others.
        {
          sizes: [
            [4, 4],
            [8, 8],
            [60, 60],
            [100, 100],
          ],
          start: [
            [4, 4],
            [60, 60],
          ],
        },
        { sizes: mixed, start: mixed.slice(0, 3) },
        // A shape that no box is nearest to stays.
        {
          sizes: small,
          start: [
            [11, 22],
            [33, 11],
            [300, 300],
          ],
        },
        { sizes: mixed, start: mixed.slice(5, 10) },
      ].map(({ sizes, start }) => ({ args: [sizes, start], expected: shapesOf(sizes, start) }));
    },
  }),
};
