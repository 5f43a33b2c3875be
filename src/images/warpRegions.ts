import ndarray, { type NdArray } from 'ndarray';
import { checkArray } from '../checks/arrays';
import { checkOptions } from '../checks/options';
import { shown } from '../checks/shown';
import { checkShape } from '../shape/shape';

/** Settings of {@link warpRegions}. */
export interface WarpOptions {
  /** Side of the result, px. */
  size: number;
  /** Pixels of the result, on each side, that show what surrounds the region (0). */
  context?: number;
}

/** What lies outside of the image. */
const gray = 0.5;

/**
 * Regions of an image, each stretched to a square, whatever its shape (Girshick et al. 2014, R-CNN, appendix A: "warp"). The region is
 * widened first, so that `context` pixels of the result show its surroundings; colors are read bilinearly, gray outside of the image.
 *
 * @param image `[H, W, 3]`, 0–1. @param boxes `[R, 4]` x1, y1, x2, y2 in px; one without area is widened to a pixel.
 * @returns `[R, size, size, 3]`.
 * @throws on other shapes and on settings out of range.
 */
export function warpRegions(
  image: NdArray<Float32Array>,
  boxes: NdArray<Float32Array>,
  options: WarpOptions,
): NdArray<Float32Array> {
  const { size, context = 0 } = checkOptions('warpRegions', options, { size: 'any', context: 'any' });
  checkArray('warpRegions', 'an image', image, '[H, W, 3]');
  checkArray('warpRegions', 'boxes', boxes, '[R, 4]');
  if (!(Number.isInteger(size) && size >= 1)) {
    throw new Error(`warpRegions: expected a size of 1 px or more, got ${shown(size)}`);
  }
  if (!(typeof context === 'number' && context >= 0 && 2 * context < size)) {
    throw new Error(`warpRegions: expected context from 0 to less than ${size / 2} px, got ${shown(context)}`);
  }
  checkShape('warpRegions', [boxes.shape[0], size, size, 3]);
  const [height, width] = image.shape;
  const [count] = boxes.shape;
  const result = new Float32Array(count * size * size * 3);
  const { data, offset, stride } = image;
  // Where a row or a column begins; outside of the image nowhere.
  const starts = (first: number, step: number, count: number) => (first >= 0 && first < count ? first * step : null);
  let place = 0;
  for (let r = 0; r < count; r++) {
    const [x1, y1, x2, y2] = [0, 1, 2, 3].map((k) => boxes.get(r, k));
    if (!Number.isFinite(x1 + y1 + x2 + y2)) {
      throw new Error(`warpRegions: expected finite boxes, got [${x1}, ${y1}, ${x2}, ${y2}] at ${r}`);
    }
    const share = size / (size - 2 * context);
    const [wide, high] = [Math.max(1, x2 - x1) * share, Math.max(1, y2 - y1) * share];
    const [west, north] = [(x1 + x2 - wide) / 2, (y1 + y2 - high) / 2];
    for (let i = 0; i < size; i++) {
      const y = north + ((i + 0.5) * high) / size - 0.5;
      const row = Math.floor(y);
      const above = starts(row, stride[0], height);
      const below = starts(row + 1, stride[0], height);
      for (let j = 0; j < size; j++) {
        const x = west + ((j + 0.5) * wide) / size - 0.5;
        const column = Math.floor(x);
        const left = starts(column, stride[1], width);
        const right = starts(column + 1, stride[1], width);
        const down = y - row;
        const across = x - column;
        for (let channel = 0; channel < 3; channel++) {
          const first = offset + channel * stride[2];
          const upper =
            (1 - across) * (above === null || left === null ? gray : data[first + above + left]) +
            across * (above === null || right === null ? gray : data[first + above + right]);
          const lower =
            (1 - across) * (below === null || left === null ? gray : data[first + below + left]) +
            across * (below === null || right === null ? gray : data[first + below + right]);
          result[place++] = (1 - down) * upper + down * lower;
        }
      }
    }
  }
  return ndarray(result, [count, size, size, 3]);
}
