import type { Random } from '../tensor/random';
import { show, sizeOf } from '../tensor/shape';
import type { Shape } from '../types';

/** Inputs and outputs of one unit for weights `[…window, in, out]`. */
function fans(shape: Shape): { fanIn: number; fanOut: number } {
  if (shape.length < 2) throw new Error(`initialise: expected weights with at least 2 axes, got ${show(shape)}`);
  const window = sizeOf(shape.slice(0, -2));
  return { fanIn: window * shape.at(-2)!, fanOut: window * shape.at(-1)! };
}

function fill(shape: Shape, draw: () => number): Float32Array {
  return Float32Array.from({ length: sizeOf(shape) }, draw);
}

/** Normal numbers with standard deviation √(2 / fanIn), which keeps the variance through ReLU layers (He et al. 2015). */
export function kaimingNormal(shape: Shape, random: Random): Float32Array {
  const deviation = Math.sqrt(2 / fans(shape).fanIn);
  return fill(shape, () => random.normal() * deviation);
}

/** Uniform numbers within ±√(6 / fanIn): the same variance as {@link kaimingNormal}. */
export function kaimingUniform(shape: Shape, random: Random): Float32Array {
  const bound = Math.sqrt(6 / fans(shape).fanIn);
  return fill(shape, () => (2 * random.uniform() - 1) * bound);
}

/** Normal numbers with standard deviation √(2 / (fanIn + fanOut)), for tanh and sigmoid layers (Glorot and Bengio 2010). */
export function xavierNormal(shape: Shape, random: Random): Float32Array {
  const { fanIn, fanOut } = fans(shape);
  const deviation = Math.sqrt(2 / (fanIn + fanOut));
  return fill(shape, () => random.normal() * deviation);
}

/** Uniform numbers within ±√(6 / (fanIn + fanOut)): the same variance as {@link xavierNormal}. */
export function xavierUniform(shape: Shape, random: Random): Float32Array {
  const { fanIn, fanOut } = fans(shape);
  const bound = Math.sqrt(6 / (fanIn + fanOut));
  return fill(shape, () => (2 * random.uniform() - 1) * bound);
}

/** Normal numbers with a given standard deviation, e.g. .01 for a detector's last layer. */
export function normal(deviation: number): (shape: Shape, random: Random) => Float32Array {
  return (shape, random) => fill(shape, () => random.normal() * deviation);
}

/** How a layer's weights start. */
export type Initialiser = (shape: Shape, random: Random) => Float32Array;
