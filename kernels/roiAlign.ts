import type { KernelThread } from './thread';

// A region of the image as a small map: each of its bins is the mean of samples × samples points, and each point is read from the
// four cells around it, bilinearly. Nothing is rounded to whole cells. Regions are [R, 4] corners in px; `images` names the image
// of each. A point more than one cell outside the map reads 0; one nearer to it reads the border.

export function roiAlign(this: KernelThread, x: number[], regions: number[], images: number[]): number {
  const region = Math.floor((this.thread.z + 0.5) / this.constants.outHeight);
  const bin = this.thread.z - region * this.constants.outHeight;
  const left = regions[region * 4] * this.constants.scale - this.constants.shift;
  const top = regions[region * 4 + 1] * this.constants.scale - this.constants.shift;
  const right = regions[region * 4 + 2] * this.constants.scale - this.constants.shift;
  const bottom = regions[region * 4 + 3] * this.constants.scale - this.constants.shift;
  const binHeight = Math.max(bottom - top, this.constants.leastSide) / this.constants.outHeight;
  const binWidth = Math.max(right - left, this.constants.leastSide) / this.constants.outWidth;
  const image = Math.floor(images[region] + 0.5) * this.constants.height;
  let total = 0.0;
  for (let i = 0; i < this.constants.samples; i++) {
    const y = top + (bin + (i + 0.5) / this.constants.samples) * binHeight;
    if (y >= -1.0 && y <= this.constants.height) {
      const yInside = Math.min(Math.max(y, 0.0), this.constants.height - 1);
      const row = Math.floor(yInside);
      const below = Math.min(row + 1, this.constants.height - 1);
      const down = yInside - row;
      for (let j = 0; j < this.constants.samples; j++) {
        const column = left + (this.thread.y + (j + 0.5) / this.constants.samples) * binWidth;
        if (column >= -1.0 && column <= this.constants.width) {
          const xInside = Math.min(Math.max(column, 0.0), this.constants.width - 1);
          const first = Math.floor(xInside);
          const second = Math.min(first + 1, this.constants.width - 1);
          const across = xInside - first;
          const upper = (image + row) * this.constants.width;
          const lower = (image + below) * this.constants.width;
          total +=
            (1.0 - down) * (1.0 - across) * x[(upper + first) * this.constants.channels + this.thread.x] +
            (1.0 - down) * across * x[(upper + second) * this.constants.channels + this.thread.x] +
            down * (1.0 - across) * x[(lower + first) * this.constants.channels + this.thread.x] +
            down * across * x[(lower + second) * this.constants.channels + this.thread.x];
        }
      }
    }
  }
  return total / (this.constants.samples * this.constants.samples);
}

// How much of each cell the points of a bin read along one axis, [R, bins, images · cells]: a point divides itself between the two cells
// around it, and reads nothing of other images. `axis` is 0 for columns and 1 for rows. The weight of a cell of the map is the product
// of the two.
export function roiAlignWeights(this: KernelThread, regions: number[], images: number[]): number {
  const region = this.thread.z;
  const image = Math.floor((this.thread.x + 0.5) / this.constants.cells);
  let weight = 0.0;
  if (Math.floor(images[region] + 0.5) === image) {
    const cell = this.thread.x - image * this.constants.cells;
    const low = regions[region * 4 + this.constants.axis] * this.constants.scale - this.constants.shift;
    const high = regions[region * 4 + 2 + this.constants.axis] * this.constants.scale - this.constants.shift;
    const size = Math.max(high - low, this.constants.leastSide) / this.constants.bins;
    for (let i = 0; i < this.constants.samples; i++) {
      const point = low + (this.thread.y + (i + 0.5) / this.constants.samples) * size;
      if (point >= -1.0 && point <= this.constants.cells) {
        const inside = Math.min(Math.max(point, 0.0), this.constants.cells - 1);
        weight += Math.max(0.0, 1.0 - Math.abs(inside - cell));
      }
    }
  }
  return weight / this.constants.samples;
}

// The first half of the adjoint, along the columns: what the bins of one row of a region hand back to each column of the map,
// [R · rows of bins, width, C].
export function roiAlignSpread(this: KernelThread, upstream: number[], columns: number[]): number {
  const region = Math.floor((this.thread.z + 0.5) / this.constants.outHeight);
  let total = 0.0;
  for (let q = 0; q < this.constants.outWidth; q++) {
    const weight = columns[(region * this.constants.outWidth + q) * this.constants.width + this.thread.y];
    // Most columns are read by one or two bins only.
    if (weight > 0.0) {
      const bin = this.thread.z * this.constants.outWidth + q;
      total += weight * upstream[bin * this.constants.channels + this.thread.x];
    }
  }
  return total;
}
