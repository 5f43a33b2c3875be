import { add, maximum, minimum, multiply, relu, subtract } from '../ops/elementwise';
import { slice } from '../ops/slice';
import { checkSameShape, show } from '../shape/shape';
import type { Tensor } from '../tensor/tensor';

/** A box's upper left and lower right corner and its sides, `[N, 2]` each. */
export interface BoxParts {
  low: Tensor;
  high: Tensor;
  sides: Tensor;
}

/** Boxes side by side: row i of one list beside row i of another. */
export interface BoxPairs {
  predicted: BoxParts;
  target: BoxParts;
  /** The smallest box around both. */
  hull: BoxParts;
  /** Area that both share, `[N, 1]`. */
  shared: Tensor;
  /** Area of both together, `[N, 1]`. */
  union: Tensor;
}

/** Width and height of sides `[N, 2]`, each `[N, 1]`. */
export function widthAndHeight(sides: Tensor): [width: Tensor, height: Tensor] {
  const count = sides.shape[0];
  return [slice(sides, { end: [count, 1] }), slice(sides, { start: [0, 1] })];
}

/** Area of sides `[N, 2]`, `[N, 1]`. */
export function areaOf(sides: Tensor): Tensor {
  const [width, height] = widthAndHeight(sides);
  return multiply(width, height);
}

/** What divides: areas and squared lengths below 10⁻⁷ count as 10⁻⁷. */
export function divisor(whole: Tensor): Tensor {
  return maximum(whole, 1e-7);
}

function partsOf(low: Tensor, high: Tensor): BoxParts {
  return { low, high, sides: subtract(high, low) };
}

/** Throws unless both are `[N, 4]`. */
export function checkBoxPairs(caller: string, predicted: Tensor, target: Tensor): void {
  if (predicted.rank !== 2 || predicted.shape[1] !== 4) {
    throw new Error(`${caller}: expected predicted [N, 4], got ${show(predicted.shape)}`);
  }
  checkSameShape(caller, 'target', target.shape, predicted.shape);
}

/**
 * What losses of boxes are made of.
 * @param predicted `[N, 4]` x1, y1, x2, y2. @param target `[N, 4]`.
 * @throws where the shapes do not fit.
 */
export function boxPairs(caller: string, predicted: Tensor, target: Tensor): BoxPairs {
  checkBoxPairs(caller, predicted, target);
  const count = predicted.shape[0];
  const parts = (boxes: Tensor) => partsOf(slice(boxes, { end: [count, 2] }), slice(boxes, { start: [0, 2] }));
  const [own, other] = [parts(predicted), parts(target)];
  const shared = areaOf(relu(subtract(minimum(own.high, other.high), maximum(own.low, other.low))));
  const union = subtract(add(areaOf(own.sides), areaOf(other.sides)), shared);
  const hull = partsOf(minimum(own.low, other.low), maximum(own.high, other.high));
  return { predicted: own, target: other, hull, shared, union };
}
