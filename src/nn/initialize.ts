import { checkRandom } from '../checks/arguments';
import { checkFrom0 } from '../checks/numbers';
import { shown } from '../checks/shown';
import { checkShape, show, sizeOf } from '../shape/shape';
import type { Shape } from '../shape/types';
import type { Random } from '../tensor/random';
import { Parameter } from './module';

/** Inputs and outputs of one unit for weights `[…window, in, out]`. */
function fans(caller: string, shape: Shape): { fanIn: number; fanOut: number } {
  checkShape(caller, shape);
  if (shape.length < 2) throw new Error(`${caller}: expected weights with at least 2 axes, got ${show(shape)}`);
  const window = sizeOf(shape.slice(0, -2));
  return { fanIn: window * shape.at(-2)!, fanOut: window * shape.at(-1)! };
}

function fill(caller: string, shape: Shape, random: Random, draw: () => number): Float32Array {
  checkShape(caller, shape);
  checkRandom(caller, random);
  return Float32Array.from({ length: sizeOf(shape) }, draw);
}

/**
 * Normal numbers with standard deviation √(2 / fanIn), which keeps the variance through ReLU layers (He et al. 2015).
 * @param shape `[…window, in, out]`. @throws where it has fewer than two axes.
 */
export function kaimingNormal(shape: Shape, random: Random): Float32Array {
  const deviation = Math.sqrt(2 / fans('kaimingNormal', shape).fanIn);
  return fill('kaimingNormal', shape, random, () => random.normal() * deviation);
}

/**
 * Uniform numbers within ±√(6 / fanIn): the same variance as {@link kaimingNormal}.
 * @param shape `[…window, in, out]`. @throws where it has fewer than two axes.
 */
export function kaimingUniform(shape: Shape, random: Random): Float32Array {
  const bound = Math.sqrt(6 / fans('kaimingUniform', shape).fanIn);
  return fill('kaimingUniform', shape, random, () => (2 * random.uniform() - 1) * bound);
}

/**
 * Normal numbers with standard deviation √(2 / (fanIn + fanOut)), for tanh and sigmoid layers (Glorot and Bengio 2010).
 * @param shape `[…window, in, out]`. @throws where it has fewer than two axes.
 */
export function xavierNormal(shape: Shape, random: Random): Float32Array {
  const { fanIn, fanOut } = fans('xavierNormal', shape);
  const deviation = Math.sqrt(2 / (fanIn + fanOut));
  return fill('xavierNormal', shape, random, () => random.normal() * deviation);
}

/**
 * Uniform numbers within ±√(6 / (fanIn + fanOut)): the same variance as {@link xavierNormal}.
 * @param shape `[…window, in, out]`. @throws where it has fewer than two axes.
 */
export function xavierUniform(shape: Shape, random: Random): Float32Array {
  const { fanIn, fanOut } = fans('xavierUniform', shape);
  const bound = Math.sqrt(6 / (fanIn + fanOut));
  return fill('xavierUniform', shape, random, () => (2 * random.uniform() - 1) * bound);
}

/**
 * Normal numbers with a given standard deviation and mean 0, e.g. .01 for a detector's last layer.
 * @throws unless the deviation is a number ≥ 0.
 */
export function normal(deviation: number): (shape: Shape, random: Random) => Float32Array {
  checkFrom0('normal', 'deviation', deviation);
  return (shape, random) => fill('normal', shape, random, () => random.normal() * deviation);
}

/**
 * Filters of bilinear interpolation, so that a transposed convolution starts as `resize(…, { mode: 'bilinear' })` and learns on from
 * there (Long, Shelhamer and Darrell 2015). Along an axis of k taps, which enlarges s = ⌈k / 2⌉ times,
 *
 * w[i] = 1 − |i − (k − 1) / 2| / s,
 *
 * and the filter is the product over the axes. Each channel goes to its own: q to the output q mod (Cout / groups), the others are 0.
 *
 * With stride s, `size` 2s − s mod 2 and `padding` ⌊s / 2⌋ the result is s times as large and equal to `resize` wherever all neighbors
 * lie in the image; beyond its border a transposed convolution takes them as 0, `resize` as the border's.
 * @param shape `[…window, Cout / groups, Cin]` of a layer with as many channels out as in.
 * @throws where there is no window, or Cout / groups does not divide Cin.
 */
export function bilinear(shape: Shape): Float32Array {
  checkShape('bilinear', shape);
  if (shape.length < 3) {
    throw new Error(`bilinear: expected weights […window, Cout / groups, Cin], got ${show(shape)}`);
  }
  const window = shape.slice(0, -2);
  const [outPerGroup, inChannels] = shape.slice(-2);
  if (inChannels % outPerGroup !== 0) {
    throw new Error(`bilinear: expected as many channels out as in, got weights ${show(shape)}`);
  }
  const along = window.map((taps) =>
    Array.from({ length: taps }, (_, i) => 1 - Math.abs(i - (taps - 1) / 2) / Math.ceil(taps / 2)),
  );
  const filter = along.reduce((product, axis) => product.flatMap((left) => axis.map((right) => left * right)), [1]);
  const weights = new Float32Array(sizeOf(shape));
  filter.forEach((value, tap) => {
    for (let q = 0; q < inChannels; q++) weights[(tap * outPerGroup + (q % outPerGroup)) * inChannels + q] = value;
  });
  return weights;
}

/** How a layer's weights start. */
export type Initializer = (shape: Shape, random: Random) => Float32Array;

/** A source of first weights that gives so many at most. */
export interface BoundedRandom extends Random {
  /** Told of the weights of a layer before they are made. @throws where there are too many of all layers together. */
  reserve(caller: string, shape: Shape): void;
}

/** A parameter of numbers that an initializer draws. @throws where they are too many to hold, or it returns something else. */
export function drawnParameter(caller: string, shape: Shape, initialize: Initializer, random: Random): Parameter {
  checkShape(caller, shape);
  // A source with a bound refuses before the memory is taken and the time is spent.
  (random as Partial<BoundedRandom>).reserve?.(caller, shape);
  const drawn = initialize(shape, random);
  if (!(drawn instanceof Float32Array && drawn.length === sizeOf(shape))) {
    throw new Error(
      `${caller}: expected initialize to return a Float32Array of ${sizeOf(shape)} numbers, got ${shown(drawn)}`,
    );
  }
  return new Parameter(drawn, shape);
}

/** A parameter that begins as one number repeated, 0 by default. @throws where it is too large to hold. */
export function filledParameter(caller: string, shape: Shape, value = 0): Parameter {
  checkShape(caller, shape);
  return new Parameter(new Float32Array(sizeOf(shape)).fill(value), shape);
}
