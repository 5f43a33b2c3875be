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
  // Without a number of samples, as many as the bin has cells.
  const down = this.constants.samples > 0 ? this.constants.samples : Math.ceil(binHeight);
  const across = this.constants.samples > 0 ? this.constants.samples : Math.ceil(binWidth);
  const image = Math.floor(images[region] + 0.5) * this.constants.height;
  let total = 0.0;
  for (let i = 0; i < down; i++) {
    const y = top + (bin + (i + 0.5) / down) * binHeight;
    if (y >= -1.0 && y <= this.constants.height) {
      const yInside = Math.min(Math.max(y, 0.0), this.constants.height - 1);
      const row = Math.floor(yInside);
      const below = Math.min(row + 1, this.constants.height - 1);
      const lower = yInside - row;
      for (let j = 0; j < across; j++) {
        const column = left + (this.thread.y + (j + 0.5) / across) * binWidth;
        if (column >= -1.0 && column <= this.constants.width) {
          const xInside = Math.min(Math.max(column, 0.0), this.constants.width - 1);
          const first = Math.floor(xInside);
          const second = Math.min(first + 1, this.constants.width - 1);
          const right = xInside - first;
          const above = (image + row) * this.constants.width;
          const under = (image + below) * this.constants.width;
          total +=
            (1.0 - lower) * (1.0 - right) * x[(above + first) * this.constants.channels + this.thread.x] +
            (1.0 - lower) * right * x[(above + second) * this.constants.channels + this.thread.x] +
            lower * (1.0 - right) * x[(under + first) * this.constants.channels + this.thread.x] +
            lower * right * x[(under + second) * this.constants.channels + this.thread.x];
        }
      }
    }
  }
  return total / Math.max(down * across, 1.0);
}

// How a corner of a region moves the mean of one of its bins, [R, bins, 4]: the slopes of the map at the bin's points, each as much as
// the corner moves the point. Corners are x1, y1, x2, y2 along thread.x. A point on the border's own value has no slope.
export function roiAlignBoxGradient(
  this: KernelThread,
  x: number[],
  regions: number[],
  images: number[],
  upstream: number[],
): number {
  const region = this.thread.z;
  const p = Math.floor((this.thread.y + 0.5) / this.constants.outWidth);
  const q = this.thread.y - p * this.constants.outWidth;
  const isEnd = this.thread.x >= 2 ? 1.0 : 0.0;
  const isVertical = this.thread.x - 2 * isEnd;
  const left = regions[region * 4] * this.constants.scale - this.constants.shift;
  const top = regions[region * 4 + 1] * this.constants.scale - this.constants.shift;
  const height = regions[region * 4 + 3] * this.constants.scale - this.constants.shift - top;
  const width = regions[region * 4 + 2] * this.constants.scale - this.constants.shift - left;
  const binHeight = Math.max(height, this.constants.leastSide) / this.constants.outHeight;
  const binWidth = Math.max(width, this.constants.leastSide) / this.constants.outWidth;
  const down = this.constants.samples > 0 ? this.constants.samples : Math.ceil(binHeight);
  const across = this.constants.samples > 0 ? this.constants.samples : Math.ceil(binWidth);
  const image = Math.floor(images[region] + 0.5) * this.constants.height;
  const cell = (region * this.constants.outHeight * this.constants.outWidth + this.thread.y) * this.constants.channels;
  let total = 0.0;
  for (let i = 0; i < down; i++) {
    const v = p + (i + 0.5) / down;
    const y = top + v * binHeight;
    if (y >= -1.0 && y <= this.constants.height) {
      const yInside = Math.min(Math.max(y, 0.0), this.constants.height - 1);
      const row = Math.floor(yInside);
      const below = Math.min(row + 1, this.constants.height - 1);
      const lower = yInside - row;
      // A side that is shorter than the least one moves as a whole, with its start.
      const alongY = height < this.constants.leastSide ? 0.0 : v / this.constants.outHeight;
      const movesY = isVertical * (yInside === y ? 1.0 : 0.0) * (isEnd > 0 ? alongY : 1.0 - alongY);
      for (let j = 0; j < across; j++) {
        const u = q + (j + 0.5) / across;
        const column = left + u * binWidth;
        if (column >= -1.0 && column <= this.constants.width) {
          const xInside = Math.min(Math.max(column, 0.0), this.constants.width - 1);
          const first = Math.floor(xInside);
          const second = Math.min(first + 1, this.constants.width - 1);
          const right = xInside - first;
          const alongX = width < this.constants.leastSide ? 0.0 : u / this.constants.outWidth;
          const movesX = (1.0 - isVertical) * (xInside === column ? 1.0 : 0.0) * (isEnd > 0 ? alongX : 1.0 - alongX);
          const above = (image + row) * this.constants.width;
          const under = (image + below) * this.constants.width;
          for (let c = 0; c < this.constants.channels; c++) {
            const a = x[(above + first) * this.constants.channels + c];
            const b = x[(above + second) * this.constants.channels + c];
            const d = x[(under + first) * this.constants.channels + c];
            const e = x[(under + second) * this.constants.channels + c];
            const slopeX = (1.0 - lower) * (b - a) + lower * (e - d);
            const slopeY = (1.0 - right) * (d - a) + right * (e - b);
            total += upstream[cell + c] * (movesX * slopeX + movesY * slopeY);
          }
        }
      }
    }
  }
  return (total * this.constants.scale) / Math.max(down * across, 1.0);
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
    const samples = this.constants.samples > 0 ? this.constants.samples : Math.ceil(size);
    for (let i = 0; i < samples; i++) {
      const point = low + (this.thread.y + (i + 0.5) / samples) * size;
      if (point >= -1.0 && point <= this.constants.cells) {
        const inside = Math.min(Math.max(point, 0.0), this.constants.cells - 1);
        weight += Math.max(0.0, 1.0 - Math.abs(inside - cell));
      }
    }
    weight = weight / Math.max(samples, 1.0);
  }
  return weight;
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
