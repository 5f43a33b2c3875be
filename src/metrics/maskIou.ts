import ndarray, { type Data, type NdArray } from 'ndarray';
import { checkArray } from '../checks/arrays';
import { checkOptions } from '../checks/options';
import { shown } from '../checks/shown';

/** Places of the pixels of each mask that are not 0, ascending. */
function pixelsOf(masks: NdArray<Data<number>>): Uint32Array[] {
  const [count, height, width] = masks.shape;
  return Array.from({ length: count }, (_, g) => {
    const places: number[] = [];
    for (let y = 0, place = 0; y < height; y++) {
      for (let x = 0; x < width; x++, place++) if (masks.get(g, y, x)) places.push(place);
    }
    return Uint32Array.from(places);
  });
}

/** How many places two ascending lists share. */
function shared(a: Uint32Array, b: Uint32Array): number {
  if (a.length === 0 || b.length === 0 || a[a.length - 1] < b[0] || b[b.length - 1] < a[0]) return 0;
  let [count, i, j] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) count++;
    const [one, other] = [a[i], b[j]];
    if (one <= other) i++;
    if (other <= one) j++;
  }
  return count;
}

/**
 * Intersection over union of all pairs of masks, |a ∩ b| / |a ∪ b|, in pixels.
 *
 * @param a `[N, H, W]`, not 0 where the object is. @param b `[M, H, W]`.
 * @param options crowd: `[M]`, 1 where a mask of `b` holds a crowd: there it is |a ∩ b| / |a|, as in COCO.
 * @returns `[N, M]`, float64; 0 for two masks without pixels.
 * @throws where the masks have other shapes or differ in size, and unless there is one entry of crowd for each mask of `b`.
 */
export function maskIou(
  a: NdArray<Data<number>>,
  b: NdArray<Data<number>>,
  options: { crowd?: ArrayLike<number> } = {},
): NdArray<Float64Array> {
  checkArray('maskIou', 'masks', a, '[N, H, W]');
  checkArray('maskIou', 'masks', b, `[M, ${a.shape[1]}, ${a.shape[2]}]`);
  const [rows, columns] = [a.shape[0], b.shape[0]];
  const { crowd = new Uint8Array(columns) } = checkOptions('maskIou', options, { crowd: 'any' });
  if (!(Array.isArray(crowd) || ArrayBuffer.isView(crowd)) || crowd.length !== columns) {
    throw new Error(`maskIou: expected ${columns} entries of crowd, one a mask, got ${shown(crowd)}`);
  }
  const [own, other] = [pixelsOf(a), pixelsOf(b)];
  const ious = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const both = shared(own[i], other[j]);
      if (both === 0) continue;
      ious[i * columns + j] = both / (crowd[j] ? own[i].length : own[i].length + other[j].length - both);
    }
  }
  return ndarray(ious, [rows, columns]);
}
