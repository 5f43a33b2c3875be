import type { Data, NdArray } from 'ndarray';
import ndarray from 'ndarray';
import { isNdarray } from '../checks/isNdarray';
import { isTensor } from '../checks/isTensor';
import { checkCount } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { shown } from '../checks/shown';
import { rowMajor } from '../shape/rowMajor';

/** Settings of {@link toImage}. */
export interface ToImageOptions {
  /** `[least, most]`: the numbers that become 0, black, and 1, white; what lies beyond is clipped (`[0, 1]`). */
  range?: readonly [number, number];
}

/**
 * Numbers as an image that figures can show: `(v − least) / (most − least)`, clipped to 0–1.
 * @example
 * imageFigure(toImage(await map.data(), [64, 64], { range: [-1, 1] }));
 *
 * @param values as many as the image has, row by row, channels last: a list, or an ndarray of any shape.
 * @param size `[H, W]` of a gray image, `[H, W, 3]` of one in color.
 * @returns `[H, W]` or `[H, W, 3]`, float32 in 0–1.
 * @throws where there are more or fewer numbers, on another size, on NaN, and unless least < most.
 */
export function toImage(
  values: ArrayLike<number> | NdArray<Data<number>>,
  size: readonly number[],
  options: ToImageOptions = {},
): NdArray<Float32Array> {
  checkOptions('toImage', options, { range: 'any' });
  const { range = [0, 1] } = options;
  const isRange = Array.isArray(range) && range.length === 2 && range.every(Number.isFinite) && range[0] < range[1];
  if (!isRange) throw new Error(`toImage: expected range [least, most] with least < most, got ${shown(range)}`);
  const isSize = Array.isArray(size) && (size.length === 2 || (size.length === 3 && size[2] === 3));
  if (!isSize) throw new Error(`toImage: expected size [H, W] or [H, W, 3], got ${shown(size)}`);
  for (const side of size.slice(0, 2)) checkCount('toImage', 'a side', side, 1);
  if (isTensor(values)) throw new Error('toImage: expected numbers, got a tensor; await its data()');
  const list = isNdarray(values) ? rowMajor(values) : values;
  const isList = Array.isArray(list) || (ArrayBuffer.isView(list) && !(list instanceof DataView));
  if (!isList) throw new Error(`toImage: expected numbers, got ${shown(values)}`);
  const count = size.reduce((product, side) => product * side, 1);
  if (list.length !== count) throw new Error(`toImage: expected ${count} numbers, got ${list.length}`);
  const [least, most] = range;
  const pixels = Float32Array.from(list as ArrayLike<number>, (value, i) => {
    if (typeof value !== 'number' || Number.isNaN(value)) {
      throw new Error(`toImage: expected numbers, got ${shown(value)} at ${i}`);
    }
    return Math.min(1, Math.max(0, (value - least) / (most - least)));
  });
  return ndarray(pixels, [...size]);
}
