import type { KernelThread } from './thread';

// A region of the picture as a small map: each of its bins is the mean of samples × samples points, and each point is read from the
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

// The adjoint: a cell asks every bin of every region of its image how much of it the bin's points have read. The weight of a cell is
// the product of one for its row and one for its column, so a bin whose points miss the row is left at once, and so is a region that
// ends two cells away: a point reads cells less than one away, or, outside of the map, less than two.
export function roiAlignGradient(this: KernelThread, upstream: number[], regions: number[], images: number[]): number {
  const n = Math.floor((this.thread.z + 0.5) / this.constants.height);
  const row = this.thread.z - n * this.constants.height;
  let total = 0.0;
  for (let region = 0; region < this.constants.regions; region++) {
    if (Math.floor(images[region] + 0.5) === n) {
      const left = regions[region * 4] * this.constants.scale - this.constants.shift;
      const top = regions[region * 4 + 1] * this.constants.scale - this.constants.shift;
      const right = regions[region * 4 + 2] * this.constants.scale - this.constants.shift;
      const bottom = regions[region * 4 + 3] * this.constants.scale - this.constants.shift;
      const binHeight = Math.max(bottom - top, this.constants.leastSide) / this.constants.outHeight;
      const binWidth = Math.max(right - left, this.constants.leastSide) / this.constants.outWidth;
      const high = binHeight * this.constants.outHeight;
      const wide = binWidth * this.constants.outWidth;
      let bins = this.constants.outHeight;
      if (
        row < top - 2.0 ||
        row > top + high + 2.0 ||
        this.thread.y < left - 2.0 ||
        this.thread.y > left + wide + 2.0
      ) {
        bins = 0;
      }
      for (let p = 0; p < bins; p++) {
        let rowWeight = 0.0;
        for (let i = 0; i < this.constants.samples; i++) {
          const y = top + (p + (i + 0.5) / this.constants.samples) * binHeight;
          if (y >= -1.0 && y <= this.constants.height) {
            const yInside = Math.min(Math.max(y, 0.0), this.constants.height - 1);
            rowWeight += Math.max(0.0, 1.0 - Math.abs(yInside - row));
          }
        }
        if (rowWeight > 0.0) {
          for (let q = 0; q < this.constants.outWidth; q++) {
            let columnWeight = 0.0;
            for (let j = 0; j < this.constants.samples; j++) {
              const column = left + (q + (j + 0.5) / this.constants.samples) * binWidth;
              if (column >= -1.0 && column <= this.constants.width) {
                const xInside = Math.min(Math.max(column, 0.0), this.constants.width - 1);
                columnWeight += Math.max(0.0, 1.0 - Math.abs(xInside - this.thread.y));
              }
            }
            if (columnWeight > 0.0) {
              const cell = (region * this.constants.outHeight + p) * this.constants.outWidth + q;
              total += rowWeight * columnWeight * upstream[cell * this.constants.channels + this.thread.x];
            }
          }
        }
      }
    }
  }
  return total / (this.constants.samples * this.constants.samples);
}
