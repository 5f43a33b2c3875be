import { type Array64, at, build } from './array64';

export interface Pool2dSettings {
  size: readonly [number, number];
  stride: readonly [number, number];
  padding: readonly [number, number];
}

/** The cells of the image that a window covers, row by row. */
function windowCells(x: Array64, { size, stride, padding }: Pool2dSettings, r: number, c: number): [number, number][] {
  const cells: [number, number][] = [];
  for (let i = 0; i < size[0]; i++) {
    for (let j = 0; j < size[1]; j++) {
      const row = r * stride[0] + i - padding[0];
      const column = c * stride[1] + j - padding[1];
      if (row >= 0 && row < x.shape[1] && column >= 0 && column < x.shape[2]) cells.push([row, column]);
    }
  }
  return cells;
}

function poolShape(x: Array64, { size, stride, padding }: Pool2dSettings): number[] {
  const out = (axis: number) => Math.floor((x.shape[axis + 1] + 2 * padding[axis] - size[axis]) / stride[axis]) + 1;
  return [x.shape[0], out(0), out(1), x.shape[3]];
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
  return build(poolShape(x, settings), (n, r, c, q) => {
    const cells = windowCells(x, settings, r, c);
    const total = cells.reduce((partial, [row, column]) => partial + at(x, n, row, column, q), 0);
    return total / (countIncludePad ? settings.size[0] * settings.size[1] : cells.length);
  });
}
