import type { KernelThread } from './thread';

// A region of the image as a small map: its corners are rounded to whole cells of the feature map, and each bin, rounded outwards
// to whole cells too, is the maximum of its cells. Regions are [R, 4] corners in px; `images` names the image of each.

// Where the maximum of a bin stands, row · width + column within the image, the first of equal ones, and the last NaN, which counts as
// more than any number; −1 where the bin has no cell.
export function roiPoolIndices(this: KernelThread, x: number[], regions: number[], images: number[]): number {
  const region = Math.floor((this.thread.z + 0.5) / this.constants.outHeight);
  const bin = this.thread.z - region * this.constants.outHeight;
  const x1 = regions[region * 4] * this.constants.scale;
  const y1 = regions[region * 4 + 1] * this.constants.scale;
  const x2 = regions[region * 4 + 2] * this.constants.scale;
  const y2 = regions[region * 4 + 3] * this.constants.scale;
  // Halves are rounded away from 0.
  const left = x1 < 0 ? Math.ceil(x1 - 0.5) : Math.floor(x1 + 0.5);
  const top = y1 < 0 ? Math.ceil(y1 - 0.5) : Math.floor(y1 + 0.5);
  const right = x2 < 0 ? Math.ceil(x2 - 0.5) : Math.floor(x2 + 0.5);
  const bottom = y2 < 0 ? Math.ceil(y2 - 0.5) : Math.floor(y2 + 0.5);
  const binHeight = Math.max(bottom - top + 1, 1) / this.constants.outHeight;
  const binWidth = Math.max(right - left + 1, 1) / this.constants.outWidth;
  const firstRow = Math.min(Math.max(Math.floor(bin * binHeight) + top, 0), this.constants.height);
  const endRow = Math.min(Math.max(Math.ceil((bin + 1) * binHeight) + top, 0), this.constants.height);
  const firstColumn = Math.min(Math.max(Math.floor(this.thread.y * binWidth) + left, 0), this.constants.width);
  const endColumn = Math.min(Math.max(Math.ceil((this.thread.y + 1) * binWidth) + left, 0), this.constants.width);
  const image = Math.floor(images[region] + 0.5) * this.constants.height * this.constants.width;
  const rows = endRow - firstRow;
  const columns = endColumn - firstColumn;
  let best = -1.0;
  let largest = 0.0;
  // Counted from 0: a loop's variable must be a whole number, and the corners are not typed as such.
  for (let down = 0; down < rows; down++) {
    for (let across = 0; across < columns; across++) {
      const place = (firstRow + down) * this.constants.width + firstColumn + across;
      const value = x[(image + place) * this.constants.channels + this.thread.x];
      // Only NaN differs from itself.
      if (best < 0.0 || value > largest || value !== value) {
        largest = value;
        best = place;
      }
    }
  }
  return best;
}

// The value at that place.
export function roiPool(this: KernelThread, x: number[], indices: number[], images: number[]): number {
  const region = Math.floor((this.thread.z + 0.5) / this.constants.outHeight);
  const cell = (this.thread.z * this.constants.outWidth + this.thread.y) * this.constants.channels + this.thread.x;
  const image = Math.floor(images[region] + 0.5) * this.constants.height * this.constants.width;
  let value = 0.0;
  if (indices[cell] >= 0) {
    value = x[(image + Math.floor(indices[cell] + 0.5)) * this.constants.channels + this.thread.x];
  }
  return value;
}

// Which bins of a region hold each cell of the maps along one axis, [R, images · cells, 2]: the first, and how many there are. `axis` is 0
// for columns and 1 for rows; no bin holds cells of other images.
export function roiPoolBins(this: KernelThread, regions: number[], images: number[]): number {
  const region = this.thread.z;
  const image = Math.floor((this.thread.y + 0.5) / this.constants.cells);
  const cell = this.thread.y - image * this.constants.cells;
  const start = regions[region * 4 + this.constants.axis] * this.constants.scale;
  const end = regions[region * 4 + 2 + this.constants.axis] * this.constants.scale;
  const low = start < 0 ? Math.ceil(start - 0.5) : Math.floor(start + 0.5);
  const high = end < 0 ? Math.ceil(end - 0.5) : Math.floor(end + 0.5);
  const size = Math.max(high - low + 1, 1) / this.constants.bins;
  let first = 0.0;
  let count = 0.0;
  if (Math.floor(images[region] + 0.5) === image) {
    for (let bin = 0; bin < this.constants.bins; bin++) {
      if (cell >= Math.floor(bin * size) + low && cell < Math.ceil((bin + 1) * size) + low) {
        first = count > 0 ? first : bin;
        count += 1;
      }
    }
  }
  return this.thread.x === 0 ? first : count;
}

// The adjoint: a cell collects from the bins that hold it and that it won. Where regions lie image after image, equally many of each, only
// those of the own image are asked: `each` of them, from the image's number times `stride` on.
export function roiPoolGradient(
  this: KernelThread,
  upstream: number[],
  indices: number[],
  rowBins: number[],
  columnBins: number[],
): number {
  const n = Math.floor((this.thread.z + 0.5) / this.constants.height);
  const own = (this.thread.z - n * this.constants.height) * this.constants.width + this.thread.y;
  let total = 0.0;
  for (let k = 0; k < this.constants.each; k++) {
    const region = n * this.constants.stride + k;
    const vertical = (region * this.constants.rows + this.thread.z) * 2;
    const horizontal = (region * this.constants.width + this.thread.y) * 2;
    const down = Math.floor(rowBins[vertical + 1] + 0.5);
    const across = Math.floor(columnBins[horizontal + 1] + 0.5);
    for (let i = 0; i < down; i++) {
      for (let j = 0; j < across; j++) {
        const row = region * this.constants.outHeight + Math.floor(rowBins[vertical] + 0.5) + i;
        const bin = row * this.constants.outWidth + Math.floor(columnBins[horizontal] + 0.5) + j;
        const cell = bin * this.constants.channels + this.thread.x;
        if (indices[cell] === own) {
          total += upstream[cell];
        }
      }
    }
  }
  return total;
}
