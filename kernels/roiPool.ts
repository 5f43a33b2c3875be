import type { KernelThread } from './thread';

// A region of the image as a small map: its corners are rounded to whole cells of the feature map, and each bin, rounded outwards
// to whole cells too, is the maximum of its cells. Regions are [R, 4] corners in px; `images` names the image of each.

// Where the maximum of a bin stands, row · width + column within the image, the first of equal ones, and the last NaN, which counts as
// more than any number; −1 where the bin has no cell.
export function roiPoolIndices(this: KernelThread, x: number[], regions: number[], images: number[]): number {
  const region = Math.floor((this.thread.z + 0.5) / this.constants.outHeight);
  const bin = this.thread.z - region * this.constants.outHeight;
  // Halves are rounded upwards, away from 0 as all coordinates of an image are positive.
  const left = Math.floor(regions[region * 4] * this.constants.scale + 0.5);
  const top = Math.floor(regions[region * 4 + 1] * this.constants.scale + 0.5);
  const right = Math.floor(regions[region * 4 + 2] * this.constants.scale + 0.5);
  const bottom = Math.floor(regions[region * 4 + 3] * this.constants.scale + 0.5);
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

// The adjoint: a cell collects from every bin of its image that it won. A region that it does not lie in is left at once.
export function roiPoolGradient(
  this: KernelThread,
  upstream: number[],
  indices: number[],
  regions: number[],
  images: number[],
): number {
  const n = Math.floor((this.thread.z + 0.5) / this.constants.height);
  const row = this.thread.z - n * this.constants.height;
  const own = row * this.constants.width + this.thread.y;
  let total = 0.0;
  for (let region = 0; region < this.constants.regions; region++) {
    if (Math.floor(images[region] + 0.5) === n) {
      const left = regions[region * 4] * this.constants.scale;
      const top = regions[region * 4 + 1] * this.constants.scale;
      const right = regions[region * 4 + 2] * this.constants.scale;
      const bottom = regions[region * 4 + 3] * this.constants.scale;
      // One cell for the rounding of corners, one for that of bins.
      let bins = this.constants.bins;
      if (row < top - 2.0 || row > bottom + 2.0 || this.thread.y < left - 2.0 || this.thread.y > right + 2.0) {
        bins = 0;
      }
      for (let bin = 0; bin < bins; bin++) {
        const cell = (region * this.constants.bins + bin) * this.constants.channels + this.thread.x;
        if (indices[cell] === own) {
          total += upstream[cell];
        }
      }
    }
  }
  return total;
}
