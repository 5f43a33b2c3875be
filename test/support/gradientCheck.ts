import * as assert from 'uvu/assert';
import { gradients, multiply, realize, sum, type Tensor, tensor } from '../../src/index';
import type { Array64 } from '../reference/array64';
import { assertAllClose, type Tolerance } from './allClose';
import { createNumbers, randomArray } from './randomTensor';

export function toTensor(x: Array64): Tensor {
  return tensor(Float32Array.from(x.data), x.shape);
}

const dot = (a: Array64, b: Array64) => a.data.reduce((total, value, i) => total + value * b.data[i], 0);

/** ∂(Σ f(inputs) · upstream) / ∂inputs[which] by central differences in float64. */
export function numericalGradient(
  f: (...inputs: Array64[]) => Array64,
  inputs: readonly Array64[],
  which: number,
  upstream: Array64,
  step = 1e-5,
): Float64Array {
  return inputs[which].data.map((value, i) => {
    const moved = (to: number) => {
      const data = inputs[which].data.slice();
      data[i] = to;
      return dot(f(...inputs.map((input, k) => (k === which ? { shape: input.shape, data } : input))), upstream);
    };
    return (moved(value + step) - moved(value - step)) / (2 * step);
  });
}

/** An operation beside its float64 loops. */
export interface ReferenceCase {
  operation: (...inputs: Tensor[]) => Tensor;
  reference: (...inputs: Array64[]) => Array64;
  inputs: readonly Array64[];
  /** Which inputs have a gradient; all by default. */
  differentiable?: readonly number[];
  tolerance?: Tolerance;
  gradientTolerance?: Tolerance;
}

/** Asserts that an operation's shape, values and gradients (under a random upstream) are those of its float64 reference. */
export async function checkReference({
  operation,
  reference,
  inputs,
  differentiable = inputs.map((_, i) => i),
  tolerance,
  gradientTolerance = { absolute: 2e-4, relative: 1e-3 },
}: ReferenceCase): Promise<void> {
  const tensors = inputs.map(toTensor);
  const output = operation(...tensors);
  const expected = reference(...inputs);
  assert.equal([...output.shape], [...expected.shape], 'shape');
  const upstream = randomArray(createNumbers(expected.data.length + 99), expected.shape);
  const slopes = gradients(
    sum(multiply(output, toTensor(upstream))),
    differentiable.map((which) => tensors[which]),
  );
  await realize(output, ...slopes);
  assertAllClose(await output.data(), expected.data, { name: 'values', relative: 1e-4, ...tolerance });
  for (const [position, which] of differentiable.entries()) {
    assert.equal([...slopes[position].shape], [...inputs[which].shape], `shape of gradient ${which}`);
    const numerical = numericalGradient(reference, inputs, which, upstream);
    assertAllClose(await slopes[position].data(), numerical, {
      name: `gradient ${which}`,
      relative: 1e-4,
      ...gradientTolerance,
    });
  }
}

/**
 * Asserts that `gradients` of a number agree with central differences of the library's own float32 forward pass: the slope along
 * each of a few random directions.
 */
export async function gradientCheck(
  f: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Array64[],
  { step = 1e-2, tolerance = 2e-2, directions = 3, seed = 1 } = {},
): Promise<void> {
  const tensors = inputs.map(toTensor);
  const slopes = gradients(f(...tensors), tensors);
  await realize(...slopes);
  const next = createNumbers(seed);
  for (let round = 0; round < directions; round++) {
    const direction = inputs.map(({ shape }) => randomArray(next, shape));
    const at = (distance: number) =>
      f(
        ...inputs.map((input, k) =>
          toTensor({ shape: input.shape, data: input.data.map((value, i) => value + distance * direction[k].data[i]) }),
        ),
      ).item();
    const numerical = ((await at(step)) - (await at(-step))) / (2 * step);
    let analytic = 0;
    for (const [k, slope] of slopes.entries()) {
      for (const [i, value] of (await slope.data()).entries()) analytic += value * direction[k].data[i];
    }
    const allowed = tolerance * Math.max(1, Math.abs(numerical), Math.abs(analytic));
    assert.ok(
      Math.abs(analytic - numerical) <= allowed,
      `direction ${round}: expected slope ${numerical}, got ${analytic}`,
    );
  }
}
