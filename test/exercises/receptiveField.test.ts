import { suite } from 'uvu';
import { receptiveFieldExercises } from '../../src/exercises/receptiveField';
import { assertJudges } from '../support/exercises';

const test = suite('exercises: receptiveField');

type Layer = { size: number; stride: number; dilation: number };

test('the field of a stack of layers', async () => {
  // From the output back to the input: the field of a layer's inputs is (field − 1) · stride + the filter's extent.
  const backward = (layers: Layer[]) =>
    layers.reduceRight((field, { size, stride, dilation }) => (field - 1) * stride + (size - 1) * dilation + 1, 1);
  const forward = (step: (layer: Layer, jump: number) => [number, number]) => (layers: Layer[]) => {
    let [field, jump] = [1, 1];
    for (const layer of layers) {
      const [grown, next] = step(layer, jump);
      field += grown;
      jump = next;
    }
    return field;
  };
  await assertJudges(receptiveFieldExercises['receptiveField.field'], [backward], {
    'without the jump': [forward((l) => [(l.size - 1) * l.dilation, 1]), /case 2 of 6/],
    'without dilation': [
      forward((l, jump) => [(l.size - 1) * jump, jump * l.stride]),
      /got 5, expected 13 \(case 4 of 6\)/,
    ],
    'the jump of the layer itself': [
      forward((l, jump) => [(l.size - 1) * l.dilation * jump * l.stride, jump * l.stride]),
      /case 2/,
    ],
    'sum of the sizes': [(layers: Layer[]) => layers.reduce((sum, l) => sum + l.size, 0), /got 9, expected 7/],
  });
});

test('the weights of a stack', async () => {
  await assertJudges(
    receptiveFieldExercises['receptiveField.weights'],
    [(k: number, n: number, c: number) => (k * c) ** 2 * n],
    {
      'k once': [(k: number, n: number, c: number) => k * n * c * c, /weights\(3, 1, 2\): got 12, expected 36/],
      'one channel in': [(k: number, n: number, c: number) => k * k * n * c, /expected/],
      'one layer': [(k: number, _: number, c: number) => k * k * c * c, /case 3 of 4/],
    },
  );
});

test.run();
