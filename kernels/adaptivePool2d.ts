import type { KernelThread } from './thread';

// Pooling to a given size. Each axis is cut into bins: `rows` and `columns` hold the first cell and the end of each of them, [bins, 2].
// Where the size does not divide the axis, neighbors share a cell; so `rowBins` and `columnBins` say for each cell, [cells, 2], which
// bins hold it: the first, and the end.

export function adaptiveAvgPool2d(this: KernelThread, x: number[], rows: number[], columns: number[]): number {
  const n = Math.floor((this.thread.z + 0.5) / this.constants.outHeight);
  const r = this.thread.z - n * this.constants.outHeight;
  const top = Math.floor(rows[2 * r] + 0.5);
  const high = Math.floor(rows[2 * r + 1] + 0.5) - top;
  const left = Math.floor(columns[2 * this.thread.y] + 0.5);
  const wide = Math.floor(columns[2 * this.thread.y + 1] + 0.5) - left;
  let total = 0.0;
  for (let i = 0; i < high; i++) {
    for (let j = 0; j < wide; j++) {
      const pixel = (n * this.constants.height + top + i) * this.constants.width + left + j;
      total += x[pixel * this.constants.channels + this.thread.x];
    }
  }
  return total / (high * wide);
}

// A pixel gets from each bin that holds it the bin's gradient divided by the number of cells averaged there.
export function adaptiveAvgPool2dGradient(
  this: KernelThread,
  upstream: number[],
  rows: number[],
  columns: number[],
  rowBins: number[],
  columnBins: number[],
): number {
  const n = Math.floor((this.thread.z + 0.5) / this.constants.height);
  const row = this.thread.z - n * this.constants.height;
  const firstRow = Math.floor(rowBins[2 * row] + 0.5);
  const down = Math.floor(rowBins[2 * row + 1] + 0.5) - firstRow;
  const firstColumn = Math.floor(columnBins[2 * this.thread.y] + 0.5);
  const across = Math.floor(columnBins[2 * this.thread.y + 1] + 0.5) - firstColumn;
  let total = 0.0;
  for (let i = 0; i < down; i++) {
    const r = firstRow + i;
    for (let j = 0; j < across; j++) {
      const c = firstColumn + j;
      const cells = (rows[2 * r + 1] - rows[2 * r]) * (columns[2 * c + 1] - columns[2 * c]);
      const bin = (n * this.constants.outHeight + r) * this.constants.outWidth + c;
      total += upstream[bin * this.constants.channels + this.thread.x] / cells;
    }
  }
  return total;
}

// Where the maximum of a bin stands: row · width + column within the plane. The first of equal values wins, and the last NaN, which counts
// as more than any number.
export function adaptiveMaxPool2dIndices(this: KernelThread, x: number[], rows: number[], columns: number[]): number {
  const n = Math.floor((this.thread.z + 0.5) / this.constants.outHeight);
  const r = this.thread.z - n * this.constants.outHeight;
  const top = Math.floor(rows[2 * r] + 0.5);
  const high = Math.floor(rows[2 * r + 1] + 0.5) - top;
  const left = Math.floor(columns[2 * this.thread.y] + 0.5);
  const wide = Math.floor(columns[2 * this.thread.y + 1] + 0.5) - left;
  const first = (n * this.constants.height + top) * this.constants.width + left;
  let largest = x[first * this.constants.channels + this.thread.x];
  let position = top * this.constants.width + left;
  for (let i = 0; i < high; i++) {
    for (let j = 0; j < wide; j++) {
      const place = (top + i) * this.constants.width + left + j;
      const pixel = n * this.constants.height * this.constants.width + place;
      const value = x[pixel * this.constants.channels + this.thread.x];
      // Only NaN differs from itself.
      if (value > largest || value !== value) {
        largest = value;
        position = place;
      }
    }
  }
  return position;
}

// The value at that place.
export function adaptiveMaxPool2d(this: KernelThread, x: number[], indices: number[]): number {
  const n = Math.floor((this.thread.z + 0.5) / this.constants.outHeight);
  const cell = (this.thread.z * this.constants.outWidth + this.thread.y) * this.constants.channels + this.thread.x;
  const pixel = n * this.constants.height * this.constants.width + Math.floor(indices[cell] + 0.5);
  return x[pixel * this.constants.channels + this.thread.x];
}

// A pixel gets the gradient of each bin in which it was the maximum.
export function adaptiveMaxPool2dGradient(
  this: KernelThread,
  upstream: number[],
  indices: number[],
  rowBins: number[],
  columnBins: number[],
): number {
  const n = Math.floor((this.thread.z + 0.5) / this.constants.height);
  const row = this.thread.z - n * this.constants.height;
  const own = row * this.constants.width + this.thread.y;
  const firstRow = Math.floor(rowBins[2 * row] + 0.5);
  const down = Math.floor(rowBins[2 * row + 1] + 0.5) - firstRow;
  const firstColumn = Math.floor(columnBins[2 * this.thread.y] + 0.5);
  const across = Math.floor(columnBins[2 * this.thread.y + 1] + 0.5) - firstColumn;
  let total = 0.0;
  for (let i = 0; i < down; i++) {
    for (let j = 0; j < across; j++) {
      const bin = (n * this.constants.outHeight + firstRow + i) * this.constants.outWidth + firstColumn + j;
      const cell = bin * this.constants.channels + this.thread.x;
      if (indices[cell] === own) {
        total += upstream[cell];
      }
    }
  }
  return total;
}
