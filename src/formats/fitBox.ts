import type { ImageSize } from '../shape/types';

// How far a box may reach beyond its image: one rule for all readers.

/** Boxes that reach beyond the image by no more than this, px, are rounded, and cut off without a word. */
const rounding = 1;

/** Shares of an image's sides may lie this far outside of 0 and 1, as in Ultralytics' loader; they are cut off. */
const shareTolerance = 0.01;

/** Whether a number is a share of an image's side, within the tolerance. */
export function isShare(value: number): boolean {
  return value >= -shareTolerance && value <= 1 + shareTolerance;
}

/** `64×48 px`: width, then height. */
export const showSize = ({ height, width }: ImageSize) => `${width}×${height} px`;

/** `[1, 2.5, 7, 8]`: a box as an error shows it, to a hundredth. */
export const showBox = (corners: readonly number[]) =>
  `[${corners.map((value) => Math.round(value * 100) / 100).join(', ')}]`;

/** x1, y1, x2, y2 with the smaller ones first, and whether they stood the other way round. */
export function sortedCorners([x1, y1, x2, y2]: readonly number[]): { corners: number[]; swapped: boolean } {
  const swapped = x1 > x2 || y1 > y2;
  return { corners: [Math.min(x1, x2), Math.min(y1, y2), Math.max(x1, x2), Math.max(y1, y2)], swapped };
}

/** x1, y1, x2, y2 of the box around points. @param points x, y, x, y, … */
export function boxAround(points: readonly number[]): number[] {
  const corners = [
    Number.POSITIVE_INFINITY,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ];
  for (const [i, value] of points.entries()) {
    corners[i % 2] = Math.min(corners[i % 2], value);
    corners[2 + (i % 2)] = Math.max(corners[2 + (i % 2)], value);
  }
  return corners;
}

/**
 * A box cut off at the image's borders.
 * @returns the corners, how far it reached beyond by more than rounding, or what makes it useless.
 */
export function fitBox(
  corners: readonly number[],
  size: ImageSize | null,
  leastSide: number,
): { corners: number[]; beyond: number } | string {
  // Made where it is shown: most boxes can be used.
  const got = () => showBox(corners);
  if (!corners.every(Number.isFinite)) return `expected a box of finite numbers, got ${got()}`;
  if (!(corners[0] < corners[2] && corners[1] < corners[3])) return `expected a box with an area, got ${got()}`;
  const fitted = corners.map((value, k) => {
    const most = size ? (k % 2 === 0 ? size.width : size.height) : Number.POSITIVE_INFINITY;
    return Math.min(most, size ? Math.max(0, value) : value);
  });
  const [wide, high] = [fitted[2] - fitted[0], fitted[3] - fitted[1]];
  if (size && !(wide > 0 && high > 0)) return `expected a box in the image of ${showSize(size)}, got ${got()}`;
  if (Math.min(wide, high) < leastSide) {
    return `expected a box of at least ${leastSide} px (option leastSide), got ${got()}`;
  }
  const beyond = Math.max(...corners.map((value, k) => Math.abs(value - fitted[k])));
  return { corners: fitted, beyond: beyond > rounding ? beyond : 0 };
}
