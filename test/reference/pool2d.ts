import { type Array64, at, build } from './array64';

/** Cells before and after the image along an axis. */
type Sides = readonly [before: number, after: number];

export interface Pool2dSettings {
  size: readonly [number, number];
  stride: readonly [number, number];
  /** One number for both sides of each axis, or both. */
  padding: readonly [number, number] | readonly [Sides, Sides];
  dilation?: readonly [number, number];
  ceilMode?: boolean;
}

function axisOf({ size, stride, padding, dilation = [1, 1], ceilMode = false }: Pool2dSettings, axis: number) {
  const sides = padding[axis];
  const [before, after] = typeof sides === 'number' ? [sides, sides] : sides;
  return { taps: size[axis], stride: stride[axis], before, after, dilation: dilation[axis], ceilMode };
}

/** The cells of an axis that a window's taps meet, those of the border included. */
function tapCells(settings: Pool2dSettings, axis: number, window: number): number[] {
  const { taps, stride, before, dilation } = axisOf(settings, axis);
  return Array.from({ length: taps }, (_, tap) => window * stride - before + tap * dilation);
}

/** Windows that fit one after the other into the image and its border, and with ceilMode one more for what they leave over. */
function windowsOf(length: number, settings: Pool2dSettings, axis: number): number {
  const { after, ceilMode } = axisOf(settings, axis);
  const end = length + after;
  let windows = 0;
  while (tapCells(settings, axis, windows).at(-1)! < end) windows++;
  const covered = windows === 0 ? Number.NEGATIVE_INFINITY : tapCells(settings, axis, windows - 1).at(-1)! + 1;
  return ceilMode && covered < end && tapCells(settings, axis, windows)[0] < length ? windows + 1 : windows;
}

/** The cells of the image that a window covers, row by row. */
function windowCells(x: Array64, settings: Pool2dSettings, r: number, c: number): [number, number][] {
  const inside = (axis: number) => (cell: number) => cell >= 0 && cell < x.shape[axis + 1];
  const rows = tapCells(settings, 0, r).filter(inside(0));
  const columns = tapCells(settings, 1, c).filter(inside(1));
  return rows.flatMap((row) => columns.map((column): [number, number] => [row, column]));
}

function poolShape(x: Array64, settings: Pool2dSettings): number[] {
  return [x.shape[0], windowsOf(x.shape[1], settings, 0), windowsOf(x.shape[2], settings, 1), x.shape[3]];
}

/** The first largest cell of a window, or the last that is NaN. */
function winner(x: Array64, settings: Pool2dSettings, n: number, r: number, c: number, q: number): [number, number] {
  const cells = windowCells(x, settings, r, c);
  const values = cells.map(([row, column]) => at(x, n, row, column, q));
  const last = values.findLastIndex(Number.isNaN);
  return cells[last >= 0 ? last : values.indexOf(Math.max(...values))];
}

export function maxPool2d(x: Array64, settings: Pool2dSettings): Array64 {
  return build(poolShape(x, settings), (n, r, c, q) => at(x, n, ...winner(x, settings, n, r, c, q), q));
}

/** row · W + column of each window's winner. */
export function maxPool2dIndices(x: Array64, settings: Pool2dSettings): Array64 {
  return build(poolShape(x, settings), (n, r, c, q) => {
    const [row, column] = winner(x, settings, n, r, c, q);
    return row * x.shape[2] + column;
  });
}

export function avgPool2d(x: Array64, settings: Pool2dSettings, countIncludePad: boolean): Array64 {
  /** Cells of a window that lie on the image or its border. */
  const within = (axis: number, window: number) =>
    tapCells(settings, axis, window).filter((cell) => cell < x.shape[axis + 1] + axisOf(settings, axis).after).length;
  return build(poolShape(x, settings), (n, r, c, q) => {
    const cells = windowCells(x, settings, r, c);
    const total = cells.reduce((partial, [row, column]) => partial + at(x, n, row, column, q), 0);
    return total / (countIncludePad ? within(0, r) * within(1, c) : cells.length);
  });
}

/** The cells of bin (r, c) of an image that is cut into `size` bins. */
function binCells(x: Array64, size: readonly [number, number], r: number, c: number): [number, number][] {
  const range = (axis: number, bin: number) => {
    const [cells, bins] = [x.shape[axis + 1], size[axis]];
    // Cell i overlaps the bin, both seen as intervals of length 1 / cells and 1 / bins.
    return Array.from({ length: cells }, (_, i) => i).filter(
      (i) => i * bins < (bin + 1) * cells && (i + 1) * bins > bin * cells,
    );
  };
  return range(0, r).flatMap((row) => range(1, c).map((column): [number, number] => [row, column]));
}

export function adaptiveAvgPool2d(x: Array64, size: readonly [number, number]): Array64 {
  return build([x.shape[0], ...size, x.shape[3]], (n, r, c, q) => {
    const cells = binCells(x, size, r, c);
    return cells.reduce((total, [row, column]) => total + at(x, n, row, column, q), 0) / cells.length;
  });
}

/** The first largest cell of each bin, as row · W + column. */
export function adaptiveMaxPool2dIndices(x: Array64, size: readonly [number, number]): Array64 {
  return build([x.shape[0], ...size, x.shape[3]], (n, r, c, q) => {
    const cells = binCells(x, size, r, c);
    const values = cells.map(([row, column]) => at(x, n, row, column, q));
    const [row, column] = cells[values.indexOf(Math.max(...values))];
    return row * x.shape[2] + column;
  });
}

export function adaptiveMaxPool2d(x: Array64, size: readonly [number, number]): Array64 {
  const places = adaptiveMaxPool2dIndices(x, size);
  return build(places.shape, (n, r, c, q) => {
    const place = at(places, n, r, c, q);
    return at(x, n, Math.floor(place / x.shape[2]), place % x.shape[2], q);
  });
}
