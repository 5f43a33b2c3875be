import { sizeOf } from '../../src/shape/shape';

/** A region pooled by the definitions, in float64; one region, one channel. */
export interface Map64 {
  height: number;
  width: number;
  at(row: number, column: number): number;
}

/** f(y, x) = Σ f(i, j) · max(0, 1 − |y − i|) · max(0, 1 − |x − j|), border values outside, 0 further than one cell away. */
export function bilinear({ height, width, at }: Map64, y: number, x: number): number {
  if (y < -1 || y > height || x < -1 || x > width) return 0;
  const inside = (value: number, length: number) => Math.min(Math.max(value, 0), length - 1);
  const [row, column] = [inside(y, height), inside(x, width)];
  let total = 0;
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      total += at(i, j) * Math.max(0, 1 - Math.abs(row - i)) * Math.max(0, 1 - Math.abs(column - j));
    }
  }
  return total;
}

export interface AlignSettings {
  size: readonly [number, number];
  stride: number;
  samples: number | 'adaptive';
  aligned: boolean;
}

/** One region's bins, row by row. */
export function roiAlign(
  map: Map64,
  box: readonly number[],
  { size, stride, samples, aligned }: AlignSettings,
): number[] {
  const [left, top, right, bottom] = box.map((value) => value / stride - (aligned ? 0.5 : 0));
  const least = aligned ? 0 : 1;
  const [high, wide] = [Math.max(bottom - top, least) / size[0], Math.max(right - left, least) / size[1]];
  const [down, across] = samples === 'adaptive' ? [Math.ceil(high), Math.ceil(wide)] : [samples, samples];
  return Array.from({ length: sizeOf(size) }, (_, bin) => {
    const [p, q] = [Math.floor(bin / size[1]), bin % size[1]];
    let total = 0;
    for (let i = 0; i < down; i++) {
      for (let j = 0; j < across; j++) {
        total += bilinear(map, top + (p + (i + 0.5) / down) * high, left + (q + (j + 0.5) / across) * wide);
      }
    }
    return total / Math.max(down * across, 1);
  });
}

/** One region's bins, row by row; a bin without a cell is 0. */
export function roiPool(
  { height, width, at }: Map64,
  box: readonly number[],
  { size, stride }: Pick<AlignSettings, 'size' | 'stride'>,
): number[] {
  // Halves are rounded away from 0.
  const round = (cells: number) => Math.sign(cells) * Math.floor(Math.abs(cells) + 0.5);
  const [left, top, right, bottom] = box.map((value) => round(value / stride));
  const [high, wide] = [Math.max(bottom - top + 1, 1) / size[0], Math.max(right - left + 1, 1) / size[1]];
  return Array.from({ length: sizeOf(size) }, (_, bin) => {
    const [p, q] = [Math.floor(bin / size[1]), bin % size[1]];
    const cells: number[] = [];
    for (let row = top + Math.floor(p * high); row < top + Math.ceil((p + 1) * high); row++) {
      for (let column = left + Math.floor(q * wide); column < left + Math.ceil((q + 1) * wide); column++) {
        if (row >= 0 && row < height && column >= 0 && column < width) cells.push(at(row, column));
      }
    }
    return cells.length > 0 ? Math.max(...cells) : 0;
  });
}
