import { checkList } from '../checks/arguments';
import { checkPositive } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import type { AnchorShape } from './anchorShape';

/** Settings of {@link defaultBoxShapes}. */
export interface DefaultBoxOptions {
  /** Side of the square image, px. */
  side: number;
  /** Scale s_k of each map as a share of the side, the finest first, and one more for what would be the next map. */
  scales: readonly number[];
  /** Ratios of each map beside 1: r stands for r and 1 / r. */
  ratios: readonly (readonly number[])[];
}

/**
 * Widths and heights of SSD's default boxes for each map, px. Map k has squares of s_k and √(s_k s_{k+1}) times the side, and for each
 * ratio r one of width s_k √r and height s_k / √r, and the same turned.
 *
 * @returns one list a map, in the order s_k, √(s_k s_{k+1}), r, 1 / r, …; with `anchors({ height, width, stride, shapes })` they are
 * torchvision's `DefaultBoxGenerator` without clipping.
 * @throws unless side, scales and ratios are above 0, and there is one more of the scales than of the lists of ratios.
 * @see Liu et al. 2016, SSD: single shot multibox detector, section 2.2.
 */
export function defaultBoxShapes(options: DefaultBoxOptions): AnchorShape[][] {
  const { side, scales, ratios } = checkOptions('defaultBoxShapes', options, {
    side: 'any',
    scales: 'any',
    ratios: 'any',
  });
  checkPositive('defaultBoxShapes', 'side', side);
  checkList('defaultBoxShapes', 'scales', scales, 'numbers');
  checkList('defaultBoxShapes', 'ratios', ratios, 'lists of numbers');
  if (scales.length !== ratios.length + 1) {
    throw new Error(
      `defaultBoxShapes: expected ${ratios.length + 1} scales, one a map and one more, got ${scales.length}`,
    );
  }
  for (const scale of scales) checkPositive('defaultBoxShapes', 'scales', scale);
  return ratios.map((own, k) => {
    checkList('defaultBoxShapes', `ratios of map ${k}`, own, 'numbers');
    const [scale, between] = [side * scales[k], side * Math.sqrt(scales[k] * scales[k + 1])];
    const shapes: AnchorShape[] = [
      [scale, scale],
      [between, between],
    ];
    for (const ratio of own) {
      checkPositive('defaultBoxShapes', 'ratios', ratio);
      const root = Math.sqrt(ratio);
      shapes.push([scale * root, scale / root], [scale / root, scale * root]);
    }
    return shapes;
  });
}
