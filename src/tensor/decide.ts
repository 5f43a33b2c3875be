import ndarray, { type NdArray } from 'ndarray';
import { checkFunction, checkList, checkTensorList } from '../checks/arguments';
import { shown } from '../checks/shown';
import { checkShape, show, sizeOf } from '../shape/shape';
import type { Shape } from '../shape/types';
import { decidedValues } from './graph';
import { Tensor } from './tensor';

/**
 * Tensors that the host computes from computed numbers, in the middle of a launch: for what is a decision rather than a formula, such
 * as which boxes are proposed. No gradient goes through them.
 *
 * Back ends that cannot pause compute what the decision looks at in a launch of its own.
 * @param inputs what the decision looks at, tensors of any shapes.
 * @param shapes of the results, such as `[[R, 4], [R]]`. They are told beforehand, so that every step runs the same compiled plan.
 * @param decision is called once, when the first of the results is needed, with the inputs' numbers; it returns the results' numbers,
 * one array a shape, row by row.
 * @returns one lazy tensor a shape. Where the decision throws, so does whatever asked for them.
 * @throws on inputs that are no tensors, on a shape that is not of whole numbers ≥ 0, and (when computed) where there are other results than shapes, or one does not
 * hold as many numbers as its shape.
 */
export function decide(
  inputs: readonly Tensor[],
  shapes: readonly Shape[],
  decision: (inputs: NdArray<Float32Array>[]) => ArrayLike<number>[],
): Tensor[] {
  checkTensorList('decide', 'inputs', inputs);
  checkList('decide', 'shapes', shapes, 'shapes');
  checkFunction('decide', 'decision', decision, '([x]) => [x.data]');
  for (const shape of shapes) checkShape('decide', shape);
  const compute = (numbers: Float32Array[]) => {
    const results = decision(numbers.map((data, i) => ndarray(data.slice(), [...inputs[i].shape])));
    checkList('decide', 'results', results, 'arrays of numbers');
    if (results.length !== shapes.length) {
      throw new Error(`decide: expected ${shapes.length} results, got ${results.length}`);
    }
    return results.map((result, i) => {
      if (result?.length !== sizeOf(shapes[i])) {
        throw new Error(
          `decide: expected ${sizeOf(shapes[i])} numbers for shape ${show(shapes[i])}, got ${shown(result?.length)}`,
        );
      }
      return new Float32Array(result);
    });
  };
  const values = decidedValues({ inputs: inputs.map(({ value }) => value), sizes: shapes.map(sizeOf), compute });
  return values.map((value, i) => new Tensor(value, [...shapes[i]]));
}
