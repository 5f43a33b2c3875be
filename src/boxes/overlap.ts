/** Area of box i of a flat list, in double precision. */
export function areaOf(corners: ArrayLike<number>, i: number): number {
  return (corners[4 * i + 2] - corners[4 * i]) * (corners[4 * i + 3] - corners[4 * i + 1]);
}

/** Area that box i of one flat list shares with box j of another, in double precision. */
export function sharedArea(a: ArrayLike<number>, i: number, b: ArrayLike<number>, j: number): number {
  const width = Math.min(a[4 * i + 2], b[4 * j + 2]) - Math.max(a[4 * i], b[4 * j]);
  if (width <= 0) return 0;
  const height = Math.min(a[4 * i + 3], b[4 * j + 3]) - Math.max(a[4 * i + 1], b[4 * j + 1]);
  return height <= 0 ? 0 : width * height;
}

/**
 * IoU of box i of one flat list and box j of another, in double precision: integer boxes whose overlap is 7 / 10 reach a threshold
 * of 0.7, which in float32 they would miss. 0 where they share no area.
 */
export function overlapOf(a: ArrayLike<number>, i: number, b: ArrayLike<number>, j: number): number {
  const shared = sharedArea(a, i, b, j);
  return shared === 0 ? 0 : shared / (areaOf(a, i) + areaOf(b, j) - shared);
}
