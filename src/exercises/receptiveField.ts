import { type Exercise, functionExercise } from './exercise';

/** A layer as exercises have it: taps, stride and dilation along one axis. */
type Layer = { size: number; stride: number; dilation: number };

/** The receptive field of one output, in pixels of the input. */
function receptiveField(layers: readonly Layer[]): number {
  let [field, jump] = [1, 1];
  for (const { size, stride, dilation } of layers) {
    field += (size - 1) * dilation * jump;
    jump *= stride;
  }
  return field;
}

const layer = (size: number, stride = 1, dilation = 1): Layer => ({ size, stride, dilation });

export const receptiveFieldExercises: Readonly<Record<string, Exercise>> = {
  'receptiveField.field': functionExercise({
    name: 'field',
    cases: () =>
      [
        [layer(3), layer(3), layer(3)],
        [layer(3), layer(2, 2), layer(3)],
        [layer(7, 2), layer(3, 2), layer(3), layer(3)],
        [layer(3, 1, 2), layer(3, 1, 4)],
        [layer(5), layer(2, 2), layer(3, 1, 2), layer(2, 2), layer(1), layer(3)],
        [],
      ].map((layers) => ({ args: [layers], expected: receptiveField(layers) })),
  }),
  'receptiveField.weights': functionExercise({
    name: 'weights',
    cases: () =>
      [
        [3, 1, 2],
        [7, 1, 64],
        [3, 3, 64],
        [5, 2, 10],
      ].map(([k, n, channels]) => ({ args: [k, n, channels], expected: n * k ** 2 * channels ** 2 })),
  }),
};
