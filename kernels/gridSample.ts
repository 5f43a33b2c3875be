import type { KernelThread } from './thread';

// A map read at any points, bilinearly: from the four cells around each. Points are pairs (x, y) of [N, outHeight, outWidth, 2], from −1
// at one border of the map to 1 at the other: cell = point · span + middle. They are held within `margin` cells of the map: 0 where points
// beyond it read its border, 1 where they read zeros, since a cell away nothing of the map is left.

export function gridSample(this: KernelThread, x: number[], grid: number[]): number {
  const image = Math.floor((this.thread.z + 0.5) / this.constants.outHeight) * this.constants.height;
  const point = (this.thread.z * this.constants.outWidth + this.thread.y) * 2;
  const column = Math.min(
    Math.max(grid[point] * this.constants.spanX + this.constants.middleX, -this.constants.margin),
    this.constants.width - 1 + this.constants.margin,
  );
  const row = Math.min(
    Math.max(grid[point + 1] * this.constants.spanY + this.constants.middleY, -this.constants.margin),
    this.constants.height - 1 + this.constants.margin,
  );
  const first = Math.floor(column);
  const top = Math.floor(row);
  // Cells outside the map weigh nothing, and one inside is read in their place.
  const left = first >= 0 && first < this.constants.width ? 1.0 - (column - first) : 0.0;
  const right = first + 1 < this.constants.width ? column - first : 0.0;
  const upper = top >= 0 && top < this.constants.height ? 1.0 - (row - top) : 0.0;
  const lower = top + 1 < this.constants.height ? row - top : 0.0;
  const above = (image + Math.min(Math.max(top, 0), this.constants.height - 1)) * this.constants.width;
  const below = (image + Math.min(Math.max(top + 1, 0), this.constants.height - 1)) * this.constants.width;
  const near = Math.min(Math.max(first, 0), this.constants.width - 1);
  const far = Math.min(Math.max(first + 1, 0), this.constants.width - 1);
  return (
    upper * left * x[(above + near) * this.constants.channels + this.thread.x] +
    upper * right * x[(above + far) * this.constants.channels + this.thread.x] +
    lower * left * x[(below + near) * this.constants.channels + this.thread.x] +
    lower * right * x[(below + far) * this.constants.channels + this.thread.x]
  );
}

// Which cell of the batch each of the four reads of a point is from, [4, points]: above left, above right, below left, below right.
export function gridSampleCells(this: KernelThread, grid: number[]): number {
  const image = Math.floor((this.thread.x + 0.5) / this.constants.imagePoints) * this.constants.height;
  const down = this.thread.y >= 2 ? 1.0 : 0.0;
  const across = this.thread.y - 2 * down;
  const column = Math.min(
    Math.max(grid[this.thread.x * 2] * this.constants.spanX + this.constants.middleX, -this.constants.margin),
    this.constants.width - 1 + this.constants.margin,
  );
  const row = Math.min(
    Math.max(grid[this.thread.x * 2 + 1] * this.constants.spanY + this.constants.middleY, -this.constants.margin),
    this.constants.height - 1 + this.constants.margin,
  );
  const y = Math.min(Math.max(Math.floor(row) + down, 0), this.constants.height - 1);
  return (
    (image + y) * this.constants.width + Math.min(Math.max(Math.floor(column) + across, 0), this.constants.width - 1)
  );
}

// What each of the four reads of a point hands back of its gradient: as much as the cell weighed, [4, points, C].
export function gridSampleSpread(this: KernelThread, upstream: number[], grid: number[]): number {
  const down = this.thread.z >= 2 ? 1.0 : 0.0;
  const across = this.thread.z - 2 * down;
  const column = Math.min(
    Math.max(grid[this.thread.y * 2] * this.constants.spanX + this.constants.middleX, -this.constants.margin),
    this.constants.width - 1 + this.constants.margin,
  );
  const row = Math.min(
    Math.max(grid[this.thread.y * 2 + 1] * this.constants.spanY + this.constants.middleY, -this.constants.margin),
    this.constants.height - 1 + this.constants.margin,
  );
  const x = Math.floor(column) + across;
  const y = Math.floor(row) + down;
  let weight = 0.0;
  if (x >= 0 && x < this.constants.width && y >= 0 && y < this.constants.height) {
    weight = (1.0 - Math.abs(column - x)) * (1.0 - Math.abs(row - y));
  }
  return weight * upstream[this.thread.y * this.constants.channels + this.thread.x];
}

// How moving a point moves what is read there, [points, 2]: the slopes of the map along x and y. A point on the border or beyond it that
// reads the border's own value has none.
export function gridSampleSlopes(this: KernelThread, x: number[], grid: number[], upstream: number[]): number {
  const image = Math.floor((this.thread.y + 0.5) / this.constants.imagePoints) * this.constants.height;
  const freeColumn = grid[this.thread.y * 2] * this.constants.spanX + this.constants.middleX;
  const freeRow = grid[this.thread.y * 2 + 1] * this.constants.spanY + this.constants.middleY;
  const column = Math.min(
    Math.max(freeColumn, -this.constants.margin),
    this.constants.width - 1 + this.constants.margin,
  );
  const row = Math.min(Math.max(freeRow, -this.constants.margin), this.constants.height - 1 + this.constants.margin);
  const first = Math.floor(column);
  const top = Math.floor(row);
  const isVertical = this.thread.x;
  const free = isVertical > 0 ? freeRow : freeColumn;
  const cells = isVertical > 0 ? this.constants.height : this.constants.width;
  let total = 0.0;
  if (free > -this.constants.margin && free < cells - 1 + this.constants.margin) {
    const left = first >= 0 && first < this.constants.width ? 1.0 : 0.0;
    const right = first + 1 < this.constants.width ? 1.0 : 0.0;
    const upper = top >= 0 && top < this.constants.height ? 1.0 : 0.0;
    const lower = top + 1 < this.constants.height ? 1.0 : 0.0;
    const above = (image + Math.min(Math.max(top, 0), this.constants.height - 1)) * this.constants.width;
    const below = (image + Math.min(Math.max(top + 1, 0), this.constants.height - 1)) * this.constants.width;
    const near = Math.min(Math.max(first, 0), this.constants.width - 1);
    const far = Math.min(Math.max(first + 1, 0), this.constants.width - 1);
    for (let c = 0; c < this.constants.channels; c++) {
      const a = upper * left * x[(above + near) * this.constants.channels + c];
      const b = upper * right * x[(above + far) * this.constants.channels + c];
      const d = lower * left * x[(below + near) * this.constants.channels + c];
      const e = lower * right * x[(below + far) * this.constants.channels + c];
      const along = (1.0 - (row - top)) * (b - a) + (row - top) * (e - d);
      const down = (1.0 - (column - first)) * (d - a) + (column - first) * (e - b);
      total += upstream[this.thread.y * this.constants.channels + c] * (isVertical > 0 ? down : along);
    }
  }
  return total * (isVertical > 0 ? this.constants.spanY : this.constants.spanX);
}
