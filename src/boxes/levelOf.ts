import { checkCount, checkPositive } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { shown } from '../checks/shown';
import { type BoxArray, readBoxes } from './boxList';
import { areaOf } from './overlap';

/** Settings of {@link levelOf}. */
export interface LevelOptions {
  /** How many levels there are. */
  levels: number;
  /** Root of the area of a box that belongs to the canonical level, px. */
  canonicalSide: number;
  /** Number of that level, 0 the finest (0). */
  canonicalLevel?: number;
}

/**
 * Which level of a pyramid each box is pooled from: larger boxes from coarser maps.
 *
 *     level = canonicalLevel + ⌊log₂(√(w h) / canonicalSide)⌋,    between 0 and levels − 1
 *
 * The paper's numbers, 224 px on the third of four levels, are those of ImageNet: with them every box of a small image comes from the
 * finest level. Take a typical side of your objects instead.
 *
 * @param boxes `[R, 4]` x1, y1, x2, y2 in px. @returns `[R]`: 0 for the finest level; boxes without area have level 0.
 * @throws on boxes inside out, and on settings out of range.
 * @see Lin et al. 2017, Feature pyramid networks for object detection, equation 1; torchvision's `LevelMapper`, whose 10⁻⁶ on top of the
 * logarithm is added here, too.
 */
export function levelOf(boxes: BoxArray, options: LevelOptions): number[] {
  const {
    levels,
    canonicalSide,
    canonicalLevel = 0,
  } = checkOptions('levelOf', options, { levels: 'any', canonicalSide: 'any', canonicalLevel: 'any' });
  checkCount('levelOf', 'levels', levels, 1);
  checkPositive('levelOf', 'canonicalSide', canonicalSide);
  if (!Number.isSafeInteger(canonicalLevel) || canonicalLevel < 0 || canonicalLevel >= levels) {
    throw new Error(
      `levelOf: expected canonicalLevel to be a whole number from 0 to ${levels - 1}, got ${shown(canonicalLevel)}`,
    );
  }
  const { count, corners } = readBoxes('levelOf', boxes);
  return Array.from({ length: count }, (_, r) => {
    const octaves = Math.floor(Math.log2(Math.sqrt(areaOf(corners, r)) / canonicalSide) + 1e-6);
    return Math.min(levels - 1, Math.max(0, canonicalLevel + octaves));
  });
}
