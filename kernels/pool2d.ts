import type { KernelThread } from './thread';

// Windows of kernelHeight × kernelWidth taps, `dilation` cells apart; taps outside the image do not take part. The maximum begins with the
// window's first tap inside. What is no number (NaN) counts as more than any number, so that it is not lost (but for WebGPU, which may
// take no notice of it).

export function maxPool2d(this: KernelThread, x: number[]): number {
  const n = Math.floor((this.thread.z + 0.5) / this.constants.outHeight);
  const top = (this.thread.z - n * this.constants.outHeight) * this.constants.strideY - this.constants.padY;
  const left = this.thread.y * this.constants.strideX - this.constants.padX;
  // Taps above the image and to the left of it.
  const above = Math.max(0, Math.floor((this.constants.dilationY - 0.5 - top) / this.constants.dilationY));
  const beside = Math.max(0, Math.floor((this.constants.dilationX - 0.5 - left) / this.constants.dilationX));
  const firstRow = top + above * this.constants.dilationY;
  const firstColumn = left + beside * this.constants.dilationX;
  const first = (n * this.constants.height + firstRow) * this.constants.width + firstColumn;
  let largest = x[first * this.constants.channels + this.thread.x];
  for (let i = 0; i < this.constants.kernelHeight; i++) {
    const row = top + i * this.constants.dilationY;
    if (row >= 0 && row < this.constants.height) {
      for (let j = 0; j < this.constants.kernelWidth; j++) {
        const column = left + j * this.constants.dilationX;
        if (column >= 0 && column < this.constants.width) {
          const pixel = (n * this.constants.height + row) * this.constants.width + column;
          const value = x[pixel * this.constants.channels + this.thread.x];
          // Only NaN differs from itself.
          if (value > largest || value !== value) {
            largest = value;
          }
        }
      }
    }
  }
  return largest;
}

// Where the maximum stood: row · width + column within the plane. The first of equal values wins, and the last NaN.
export function maxPool2dIndices(this: KernelThread, x: number[]): number {
  const n = Math.floor((this.thread.z + 0.5) / this.constants.outHeight);
  const top = (this.thread.z - n * this.constants.outHeight) * this.constants.strideY - this.constants.padY;
  const left = this.thread.y * this.constants.strideX - this.constants.padX;
  const above = Math.max(0, Math.floor((this.constants.dilationY - 0.5 - top) / this.constants.dilationY));
  const beside = Math.max(0, Math.floor((this.constants.dilationX - 0.5 - left) / this.constants.dilationX));
  const firstRow = top + above * this.constants.dilationY;
  const firstColumn = left + beside * this.constants.dilationX;
  const first = (n * this.constants.height + firstRow) * this.constants.width + firstColumn;
  let largest = x[first * this.constants.channels + this.thread.x];
  let position = firstRow * this.constants.width + firstColumn;
  for (let i = 0; i < this.constants.kernelHeight; i++) {
    const row = top + i * this.constants.dilationY;
    if (row >= 0 && row < this.constants.height) {
      for (let j = 0; j < this.constants.kernelWidth; j++) {
        const column = left + j * this.constants.dilationX;
        if (column >= 0 && column < this.constants.width) {
          const pixel = (n * this.constants.height + row) * this.constants.width + column;
          const value = x[pixel * this.constants.channels + this.thread.x];
          // Only NaN differs from itself.
          if (value > largest || value !== value) {
            largest = value;
            position = row * this.constants.width + column;
          }
        }
      }
    }
  }
  return position;
}

// A pixel gets the gradient of each window in which it was the maximum.
export function maxPool2dGradient(this: KernelThread, indices: number[], upstream: number[]): number {
  const n = Math.floor((this.thread.z + 0.5) / this.constants.height);
  const row = this.thread.z - n * this.constants.height;
  const own = row * this.constants.width + this.thread.y;
  let total = 0.0;
  for (let i = 0; i < this.constants.kernelHeight; i++) {
    const top = row + this.constants.padY - i * this.constants.dilationY;
    const r = Math.floor((top + 0.5) / this.constants.strideY);
    if (r >= 0 && r < this.constants.outHeight && r * this.constants.strideY === top) {
      for (let j = 0; j < this.constants.kernelWidth; j++) {
        const left = this.thread.y + this.constants.padX - j * this.constants.dilationX;
        const c = Math.floor((left + 0.5) / this.constants.strideX);
        if (c >= 0 && c < this.constants.outWidth && c * this.constants.strideX === left) {
          const cell =
            ((n * this.constants.outHeight + r) * this.constants.outWidth + c) * this.constants.channels +
            this.thread.x;
          if (indices[cell] === own) {
            total += upstream[cell];
          }
        }
      }
    }
  }
  return total;
}

// The mean of a window. `rows` and `columns` hold how many of a window's taps count along each axis; beside those inside the image, these
// may be those on the border of zeros, too.
export function avgPool2d(this: KernelThread, x: number[], rows: number[], columns: number[]): number {
  const n = Math.floor((this.thread.z + 0.5) / this.constants.outHeight);
  const r = this.thread.z - n * this.constants.outHeight;
  const top = r * this.constants.strideY - this.constants.padY;
  const left = this.thread.y * this.constants.strideX - this.constants.padX;
  let total = 0.0;
  for (let i = 0; i < this.constants.kernelHeight; i++) {
    const row = top + i * this.constants.dilationY;
    if (row >= 0 && row < this.constants.height) {
      for (let j = 0; j < this.constants.kernelWidth; j++) {
        const column = left + j * this.constants.dilationX;
        if (column >= 0 && column < this.constants.width) {
          const pixel = (n * this.constants.height + row) * this.constants.width + column;
          total += x[pixel * this.constants.channels + this.thread.x];
        }
      }
    }
  }
  return total / (rows[r] * columns[this.thread.y]);
}

// A pixel gets from each window that covers it the window's gradient divided by the number of cells averaged there.
export function avgPool2dGradient(this: KernelThread, upstream: number[], rows: number[], columns: number[]): number {
  const n = Math.floor((this.thread.z + 0.5) / this.constants.height);
  const row = this.thread.z - n * this.constants.height;
  let total = 0.0;
  for (let i = 0; i < this.constants.kernelHeight; i++) {
    const top = row + this.constants.padY - i * this.constants.dilationY;
    const r = Math.floor((top + 0.5) / this.constants.strideY);
    if (r >= 0 && r < this.constants.outHeight && r * this.constants.strideY === top) {
      for (let j = 0; j < this.constants.kernelWidth; j++) {
        const left = this.thread.y + this.constants.padX - j * this.constants.dilationX;
        const c = Math.floor((left + 0.5) / this.constants.strideX);
        if (c >= 0 && c < this.constants.outWidth && c * this.constants.strideX === left) {
          const cell =
            ((n * this.constants.outHeight + r) * this.constants.outWidth + c) * this.constants.channels +
            this.thread.x;
          total += upstream[cell] / (rows[r] * columns[c]);
        }
      }
    }
  }
  return total;
}
