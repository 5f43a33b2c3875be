import ndarray, { type Data, type NdArray } from 'ndarray';
import { type BoxArray, readBoxes } from '../../boxes/boxList';
import { checkList } from '../../checks/arguments';
import { checkArray } from '../../checks/arrays';
import { checkOptions } from '../../checks/options';
import { shown } from '../../checks/shown';
import { checkCounts, mostPooled } from '../settings';

/** Settings of {@link maskTargets}. */
export interface MaskTargetOptions {
  /** Rows and columns of a target, such as 14 or 28. */
  size: number;
  /** A cell shows the object where at least this share of it does, from 0 to 1 (0.5); null leaves the shares as they are. */
  threshold?: number | null;
  /** Points per cell along each axis (2), or `adaptive`: as many as the cell has pixels, rounded up, torchvision's default. */
  samples?: number | 'adaptive';
  /** Whether pixel centers lie at half numbers (true), as they should; torchvision's targets have false, off by half a pixel. */
  aligned?: boolean;
}

/**
 * What a mask head is to say of regions: the mask of each region's object, cut out by the region and brought to one size, exactly as
 * RoI Align cuts out its features (bilinear, without rounding; a cell is the mean of its points).
 *
 * @param masks `[G, H, W]`, 1 where an object is seen. @param boxes `[R, 4]` x1, y1, x2, y2 in px. @param truths `[R]`: the mask that each
 * region is to show.
 * @returns `[R, size, size]`: 0 or 1, or with threshold null the shares.
 * @throws on other shapes, masks that are not there, and settings out of range.
 * @see He et al. 2017, Mask R-CNN, section 3.
 */
export function maskTargets(
  masks: NdArray<Data<number>>,
  boxes: BoxArray,
  truths: readonly number[],
  options: MaskTargetOptions,
): NdArray<Float32Array> {
  const {
    size,
    threshold = 0.5,
    samples = 2,
    aligned = true,
  } = checkOptions('maskTargets', options, { size: 'any', threshold: 'any', samples: 'any', aligned: 'flag' });
  checkCounts('maskTargets', { size }, mostPooled);
  if (samples !== 'adaptive') checkCounts('maskTargets', { samples }, mostPooled);
  if (threshold !== null && !(typeof threshold === 'number' && threshold >= 0 && threshold <= 1)) {
    throw new Error(`maskTargets: expected threshold from 0 to 1, or null, got ${shown(threshold)}`);
  }
  checkArray('maskTargets', 'masks', masks, '[G, H, W]');
  const { count, corners } = readBoxes('maskTargets', boxes);
  checkList('maskTargets', 'truths', truths, 'rows of masks');
  if (truths.length !== count)
    throw new Error(`maskTargets: expected ${count} truths, one a box, got ${truths.length}`);
  const [objects, height, width] = masks.shape;
  const targets = new Float32Array(count * size * size);
  /** The mask's value between pixels; 0 beyond one pixel outside, the border's within it. */
  const valueAt = (g: number, y: number, x: number): number => {
    if (y < -1 || y > height || x < -1 || x > width) return 0;
    const [top, left] = [Math.max(0, y), Math.max(0, x)];
    const [row, column] = [Math.min(height - 1, Math.floor(top)), Math.min(width - 1, Math.floor(left))];
    const [below, right] = [Math.min(height - 1, row + 1), Math.min(width - 1, column + 1)];
    const [v, u] = [row === below ? 0 : top - row, column === right ? 0 : left - column];
    const get = (i: number, j: number) => (masks.get(g, i, j) ? 1 : 0);
    const upper = (1 - u) * get(row, column) + u * get(row, right);
    return (1 - v) * upper + v * ((1 - u) * get(below, column) + u * get(below, right));
  };
  for (let r = 0; r < count; r++) {
    const g = truths[r];
    if (!(Number.isInteger(g) && g >= 0 && g < objects)) {
      throw new Error(`maskTargets: expected truths from 0 to ${objects - 1}, got ${shown(g)} at ${r}`);
    }
    const shift = aligned ? 0.5 : 0;
    const [x1, y1, x2, y2] = corners.subarray(4 * r, 4 * r + 4);
    const side = (length: number) => (aligned ? length : Math.max(1, length)) / size;
    const [cellHeight, cellWidth] = [side(y2 - y1), side(x2 - x1)];
    const points = (cell: number) => (samples === 'adaptive' ? Math.max(1, Math.ceil(cell)) : samples);
    const [rows, columns] = [points(cellHeight), points(cellWidth)];
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        let sum = 0;
        for (let p = 0; p < rows; p++) {
          const y = y1 - shift + (i + (p + 0.5) / rows) * cellHeight;
          for (let q = 0; q < columns; q++) sum += valueAt(g, y, x1 - shift + (j + (q + 0.5) / columns) * cellWidth);
        }
        const share = sum / (rows * columns);
        targets[(r * size + i) * size + j] = threshold === null ? share : Number(share >= threshold);
      }
    }
  }
  return ndarray(targets, [count, size, size]);
}
