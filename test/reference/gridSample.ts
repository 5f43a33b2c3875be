import { type Array64, at, build } from './array64';

/** How {@link gridSample} reads. */
export interface GridSampleSettings {
  alignCorners: boolean;
  padding: 'zeros' | 'border';
}

/** Σ x[n, i, j, c] · max(0, 1 − |row − i|) · max(0, 1 − |column − j|) over the whole image, at each point of the grid. */
export function gridSample(x: Array64, grid: Array64, { alignCorners, padding }: GridSampleSettings): Array64 {
  const [, height, width, channels] = x.shape;
  const cell = (point: number, cells: number) => {
    const place = alignCorners ? ((point + 1) / 2) * (cells - 1) : ((point + 1) * cells - 1) / 2;
    return padding === 'border' ? Math.min(Math.max(place, 0), cells - 1) : place;
  };
  return build([...grid.shape.slice(0, 3), channels], (n, p, q, c) => {
    const [column, row] = [cell(at(grid, n, p, q, 0), width), cell(at(grid, n, p, q, 1), height)];
    let total = 0;
    for (let i = 0; i < height; i++) {
      for (let j = 0; j < width; j++) {
        total += at(x, n, i, j, c) * Math.max(0, 1 - Math.abs(row - i)) * Math.max(0, 1 - Math.abs(column - j));
      }
    }
    return total;
  });
}
