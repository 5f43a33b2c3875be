import * as kernels from '../../kernels/elementwise';
import { checkTensor } from '../checks/arguments';
import { checkFinite } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { shown } from '../checks/shown';
import type { KernelFunction } from '../plan/planDescription';
import { broadcastShapes, broadcastStrides, mergeAxes, sizeOf } from '../shape/shape';
import { withGradient } from '../tensor/autograd';
import { applyKernel, type Tensor, type TensorLike, tensorFor } from '../tensor/tensor';
import { expand } from './expand';

/** A number, nested arrays, an ndarray or a tensor: what an operand may be. */
export type Operand = TensorLike;

/**
 * One launch over the broadcast shape, `operation` in errors; operands are read in place wherever three nested loops can reach them all.
 * The kernel knows the strides of its first operand as `ax`, `ay`, `az`, of its second as `bx`, …
 */
export function broadcastKernel(
  kernel: KernelFunction,
  operands: readonly Tensor[],
  operation: string = kernel.name,
): Tensor {
  const shape = operands.map((operand) => operand.shape).reduce((a, b) => broadcastShapes(operation, a, b));
  const all = operands.map((operand) => broadcastStrides(operand.shape, shape));
  const merged = mergeAxes(shape, all);
  if (merged.shape.length > 3) {
    const expanded = operands.map((operand) => expand(operand, shape));
    return broadcastKernel(kernel, expanded, operation);
  }
  const grid = [...merged.shape].reverse();
  const constants: Record<string, number> = {};
  for (const [i, strides] of merged.strides.entries()) {
    const [x = 0, y = 0, z = 0] = [...strides].reverse();
    Object.assign(constants, { [`${'abc'[i]}x`]: x, [`${'abc'[i]}y`]: y, [`${'abc'[i]}z`]: z });
  }
  return applyKernel(kernel, { inputs: operands, shape, grid: grid.length > 0 ? grid : [sizeOf(shape)], constants });
}

/** One launch over an array and others of the same layout. */
export function mapKernel(
  kernel: KernelFunction,
  inputs: readonly Tensor[],
  scalars?: Record<string, number>,
  operation: string = kernel.name,
): Tensor {
  checkTensor(operation, 'x', inputs[0]);
  const { shape, size } = inputs[0];
  return applyKernel(kernel, { inputs, shape, grid: [size], scalars });
}

/**
 * a + b, broadcast: shapes are aligned at the last axis and sizes of 1 repeat.
 * @returns the common shape: `[2, 1]` and `[3]` make `[2, 3]`.
 * @throws where the shapes do not broadcast.
 */
export function add(a: Operand, b: Operand): Tensor {
  const [left, right] = [tensorFor('add', a), tensorFor('add', b)];
  // The sum passes its gradient on to both.
  return withGradient(broadcastKernel(kernels.add, [left, right]), 'add', [left, right], [(g) => g, (g) => g]);
}

/**
 * a − b, broadcast as in {@link add}.
 * @param a `[…]`. @param b `[…]`. @returns `[…]`, their common shape.
 * @throws where the shapes do not broadcast.
 */
export function subtract(a: Operand, b: Operand): Tensor {
  const [left, right] = [tensorFor('subtract', a), tensorFor('subtract', b)];
  return withGradient(
    broadcastKernel(kernels.subtract, [left, right]),
    'subtract',
    [left, right],
    [(g) => g, (g) => negate(g)],
  );
}

/**
 * a · b element by element, broadcast as in {@link add}.
 * @param a `[…]`. @param b `[…]`. @returns `[…]`, their common shape.
 * @throws where the shapes do not broadcast.
 */
export function multiply(a: Operand, b: Operand): Tensor {
  const [left, right] = [tensorFor('multiply', a), tensorFor('multiply', b)];
  // Each factor's gradient is the other factor.
  return withGradient(
    broadcastKernel(kernels.multiply, [left, right]),
    'multiply',
    [left, right],
    [(g) => multiply(g, right), (g) => multiply(g, left)],
  );
}

/**
 * a / b element by element, broadcast as in {@link add}.
 * @param a `[…]`. @param b `[…]`. @returns `[…]`, their common shape.
 * @throws where the shapes do not broadcast.
 */
export function divide(a: Operand, b: Operand): Tensor {
  const [left, right] = [tensorFor('divide', a), tensorFor('divide', b)];
  const quotient = broadcastKernel(kernels.divide, [left, right]);
  // ∂(a/b)/∂a = 1/b and ∂(a/b)/∂b = −(a/b)/b.
  return withGradient(
    quotient,
    'divide',
    [left, right],
    [(g) => divide(g, right), (g) => negate(divide(multiply(g, quotient), right))],
  );
}

/**
 * The larger of a and b, broadcast as in {@link add}; where they are equal, each gets half of the gradient.
 * @param a `[…]`. @param b `[…]`. @returns `[…]`, their common shape.
 * @throws where the shapes do not broadcast.
 */
export function maximum(a: Operand, b: Operand): Tensor {
  return extremum(kernels.maximum, tensorFor('maximum', a), tensorFor('maximum', b), (left, right) =>
    less(right, left),
  );
}

/**
 * The smaller of a and b, broadcast as in {@link add}; where they are equal, each gets half of the gradient.
 * @param a `[…]`. @param b `[…]`. @returns `[…]`, their common shape.
 * @throws where the shapes do not broadcast.
 */
export function minimum(a: Operand, b: Operand): Tensor {
  return extremum(kernels.minimum, tensorFor('minimum', a), tensorFor('minimum', b), (left, right) =>
    less(left, right),
  );
}

function extremum(kernel: KernelFunction, a: Tensor, b: Tensor, wins: (a: Tensor, b: Tensor) => Tensor): Tensor {
  const half = () => scale(equal(a, b), 0.5);
  return withGradient(
    broadcastKernel(kernel, [a, b]),
    kernel.name,
    [a, b],
    [(g) => multiply(g, add(wins(a, b), half())), (g) => multiply(g, add(wins(b, a), half()))],
  );
}

/**
 * 1 where a = b, else 0, broadcast as in {@link add}; no gradient.
 * @param a `[…]`. @param b `[…]`. @returns `[…]`, their common shape.
 * @throws where the shapes do not broadcast.
 */
export function equal(a: Operand, b: Operand): Tensor {
  return broadcastKernel(kernels.equal, [tensorFor('equal', a), tensorFor('equal', b)]);
}

/**
 * 1 where a < b, else 0, broadcast as in {@link add}; no gradient.
 * @param a `[…]`. @param b `[…]`. @returns `[…]`, their common shape.
 * @throws where the shapes do not broadcast.
 */
export function less(a: Operand, b: Operand): Tensor {
  return broadcastKernel(kernels.less, [tensorFor('less', a), tensorFor('less', b)]);
}

/**
 * 1 where a ≠ b, else 0, broadcast as in {@link add}; no gradient. NaN differs from everything.
 * @param a `[…]`. @param b `[…]`. @returns `[…]`, their common shape.
 * @throws where the shapes do not broadcast.
 */
export function notEqual(a: Operand, b: Operand): Tensor {
  return scale(broadcastKernel(kernels.equal, [tensorFor('notEqual', a), tensorFor('notEqual', b)], 'notEqual'), -1, 1);
}

/**
 * 1 where a ≤ b, else 0, broadcast as in {@link add}; no gradient.
 * @param a `[…]`. @param b `[…]`. @returns `[…]`, their common shape.
 * @throws where the shapes do not broadcast.
 */
export function lessEqual(a: Operand, b: Operand): Tensor {
  return broadcastKernel(kernels.lessEqual, [tensorFor('lessEqual', a), tensorFor('lessEqual', b)]);
}

/** a > b is b < a. */
function exchanged(operation: string, kernel: KernelFunction, a: Tensor, b: Tensor): Tensor {
  broadcastShapes(operation, a.shape, b.shape);
  return broadcastKernel(kernel, [b, a]);
}

/**
 * 1 where a > b, else 0, broadcast as in {@link add}; no gradient.
 * @param a `[…]`. @param b `[…]`. @returns `[…]`, their common shape.
 * @throws where the shapes do not broadcast.
 */
export function greater(a: Operand, b: Operand): Tensor {
  return exchanged('greater', kernels.less, tensorFor('greater', a), tensorFor('greater', b));
}

/**
 * 1 where a ≥ b, else 0, broadcast as in {@link add}; no gradient.
 * @param a `[…]`. @param b `[…]`. @returns `[…]`, their common shape.
 * @throws where the shapes do not broadcast.
 */
export function greaterEqual(a: Operand, b: Operand): Tensor {
  return exchanged('greaterEqual', kernels.lessEqual, tensorFor('greaterEqual', a), tensorFor('greaterEqual', b));
}

/**
 * −x.
 * @param x `[…]`. @returns `[…]`, the same shape.
 * @throws on what is no tensor.
 */
export function negate(x: Tensor): Tensor {
  return withGradient(mapKernel(kernels.negate, [x]), 'negate', [x], [(g) => negate(g)]);
}

/**
 * factor · x + shift, for numbers fixed when the program is written; a number that changes belongs in a tensor.
 * @param x `[…]`. @returns `[…]`, the same shape.
 * @throws on what is no tensor, and on a factor or shift that is not finite.
 */
export function scale(x: Tensor, factor: number, shift = 0): Tensor {
  checkFinite('scale', 'factor', factor);
  checkFinite('scale', 'shift', shift);
  return withGradient(
    mapKernel(kernels.affine, [x], { scale: factor, shift }, 'scale'),
    'scale',
    [x],
    [(g) => scale(g, factor)],
  );
}

/**
 * eˣ.
 * @param x `[…]`. @returns `[…]`, the same shape.
 * @throws on what is no tensor.
 */
export function exp(x: Tensor): Tensor {
  const y = mapKernel(kernels.exp, [x]);
  return withGradient(y, 'exp', [x], [(g) => multiply(g, y)]);
}

/**
 * Natural logarithm; −∞ at 0 and NaN below.
 * @param x `[…]`. @returns `[…]`, the same shape.
 * @throws on what is no tensor.
 */
export function log(x: Tensor): Tensor {
  return withGradient(mapKernel(kernels.log, [x]), 'log', [x], [(g) => divide(g, x)]);
}

/**
 * log(1 + x), with all digits also where x is small; −∞ at −1 and NaN below.
 * @param x `[…]`. @returns `[…]`, the same shape.
 * @throws on what is no tensor.
 */
export function log1p(x: Tensor): Tensor {
  return withGradient(mapKernel(kernels.log1p, [x]), 'log1p', [x], [(g) => divide(g, scale(x, 1, 1))]);
}

/**
 * √x; NaN below 0.
 * @param x `[…]`. @returns `[…]`, the same shape.
 * @throws on what is no tensor.
 */
export function sqrt(x: Tensor): Tensor {
  const y = mapKernel(kernels.sqrt, [x]);
  return withGradient(y, 'sqrt', [x], [(g) => divide(scale(g, 0.5), y)]);
}

/**
 * x to a fixed power; negative bases need a whole exponent.
 * @param x `[…]`. @returns `[…]`, the same shape.
 * @throws on what is no tensor, and on an exponent that is not finite.
 */
export function pow(x: Tensor, exponent: number): Tensor {
  checkTensor('pow', 'x', x);
  checkFinite('pow', 'exponent', exponent);
  const whole = Number.isInteger(exponent) && exponent >= 0 && exponent <= 16;
  const y = whole
    ? applyKernel(kernels.powInteger, { inputs: [x], shape: x.shape, grid: [x.size], constants: { exponent } })
    : Number.isInteger(exponent) && exponent < 0 && exponent >= -16
      ? divide(1, pow(x, -exponent))
      : mapKernel(kernels.pow, [x], { exponent });
  // ∂x = exponent · x^(exponent − 1), which at exponent 0 is 0 even where x is.
  return withGradient(
    y,
    'pow',
    [x],
    [(g) => (exponent === 0 ? scale(g, 0) : multiply(g, scale(pow(x, exponent - 1), exponent)))],
  );
}

/**
 * |x|; the gradient at 0 is 0.
 * @param x `[…]`. @returns `[…]`, the same shape.
 * @throws on what is no tensor.
 */
export function abs(x: Tensor): Tensor {
  return withGradient(mapKernel(kernels.abs, [x]), 'abs', [x], [(g) => multiply(g, mapKernel(kernels.sign, [x]))]);
}

/**
 * x limited to min … max; outside, the gradient is 0.
 * @param x `[…]`. @returns `[…]`, the same shape.
 * @throws where min is above max, or one of them is not a number.
 */
export function clamp(x: Tensor, options: { min?: number; max?: number } = {}): Tensor {
  const { min = -3e38, max = 3e38 } = checkOptions('clamp', options, { min: 'any', max: 'any' });
  if (!(typeof min === 'number' && typeof max === 'number' && min <= max)) {
    throw new Error(`clamp: expected min ≤ max, got ${shown(min)} and ${shown(max)}`);
  }
  return withGradient(
    mapKernel(kernels.clamp, [x], { min, max }),
    'clamp',
    [x],
    [(g) => mapKernel(kernels.clampGradient, [x, g], { min, max })],
  );
}

/**
 * max(0, x); the gradient at 0 is 0.
 * @param x `[…]`. @returns `[…]`, the same shape.
 * @throws on what is no tensor.
 */
export function relu(x: Tensor): Tensor {
  return withGradient(mapKernel(kernels.relu, [x]), 'relu', [x], [(g) => mapKernel(kernels.reluGradient, [x, g])]);
}

/**
 * x where positive, slope · x elsewhere (Maas et al. 2013).
 * @param x `[…]`. @returns `[…]`, the same shape.
 * @throws on what is no tensor, and on a slope that is not finite.
 */
export function leakyRelu(x: Tensor, options: { slope?: number } = {}): Tensor {
  const { slope = 0.01 } = checkOptions('leakyRelu', options, { slope: 'number' });
  return withGradient(
    mapKernel(kernels.leakyRelu, [x], { slope }),
    'leakyRelu',
    [x],
    [(g) => mapKernel(kernels.leakyReluGradient, [x, g], { slope })],
  );
}

/**
 * 1 / (1 + e⁻ˣ), without overflow for any x.
 * @param x `[…]`. @returns `[…]`, the same shape.
 * @throws on what is no tensor.
 */
export function sigmoid(x: Tensor): Tensor {
  const y = mapKernel(kernels.sigmoid, [x]);
  return withGradient(y, 'sigmoid', [x], [(g) => mapKernel(kernels.sigmoidGradient, [x, g])]);
}

/**
 * log(1 + eˣ), without overflow for any x.
 * @param x `[…]`. @returns `[…]`, the same shape.
 * @throws on what is no tensor.
 */
export function softplus(x: Tensor): Tensor {
  return withGradient(mapKernel(kernels.softplus, [x]), 'softplus', [x], [(g) => multiply(g, sigmoid(x))]);
}

/**
 * Hyperbolic tangent.
 * @param x `[…]`. @returns `[…]`, the same shape.
 * @throws on what is no tensor.
 */
export function tanh(x: Tensor): Tensor {
  const y = mapKernel(kernels.tanh, [x]);
  return withGradient(y, 'tanh', [x], [(g) => mapKernel(kernels.tanhGradient, [x, g])]);
}
