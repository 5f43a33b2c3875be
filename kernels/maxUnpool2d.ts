import type { KernelThread } from './thread';

// Max pooling undone: each cell's value goes back to where its maximum stood, row · width + column within the image, and all else is 0.
// A pixel asks the windows that may cover it: the last one that starts no later than it, and `reach` − 1 before that. Of several
// that name it, the last one, row by row, wins. Windows beyond the border are clamped to one that is asked anyway.

export function maxUnpool2d(this: KernelThread, x: number[], indices: number[]): number {
  const n = Math.floor((this.thread.z + 0.5) / this.constants.height);
  const row = this.thread.z - n * this.constants.height;
  const own = row * this.constants.width + this.thread.y;
  const firstRow = Math.floor((row + this.constants.padY + 0.5) / this.constants.strideY) - this.constants.reachY + 1;
  const firstColumn =
    Math.floor((this.thread.y + this.constants.padX + 0.5) / this.constants.strideX) - this.constants.reachX + 1;
  let value = 0.0;
  for (let i = 0; i < this.constants.reachY; i++) {
    const r = Math.min(Math.max(firstRow + i, 0), this.constants.outHeight - 1);
    for (let j = 0; j < this.constants.reachX; j++) {
      const c = Math.min(Math.max(firstColumn + j, 0), this.constants.outWidth - 1);
      const cell =
        ((n * this.constants.outHeight + r) * this.constants.outWidth + c) * this.constants.channels + this.thread.x;
      value = indices[cell] === own ? x[cell] : value;
    }
  }
  return value;
}

// The other way: a cell fetches the value at the place that it remembers, one pixel of its window.
export function maxUnpool2dGradient(this: KernelThread, upstream: number[], indices: number[]): number {
  const n = Math.floor((this.thread.z + 0.5) / this.constants.outHeight);
  const top = (this.thread.z - n * this.constants.outHeight) * this.constants.strideY - this.constants.padY;
  const left = this.thread.y * this.constants.strideX - this.constants.padX;
  const cell = this.thread.z * this.constants.outWidth + this.thread.y;
  const place = indices[cell * this.constants.channels + this.thread.x];
  let value = 0.0;
  for (let i = 0; i < this.constants.kernelHeight; i++) {
    const row = Math.min(Math.max(top + i * this.constants.dilationY, 0), this.constants.height - 1);
    for (let j = 0; j < this.constants.kernelWidth; j++) {
      const column = Math.min(Math.max(left + j * this.constants.dilationX, 0), this.constants.width - 1);
      const position = row * this.constants.width + column;
      const pixel =
        (n * this.constants.height * this.constants.width + position) * this.constants.channels + this.thread.x;
      value = place === position ? upstream[pixel] : value;
    }
  }
  return value;
}

// The same for windows that do not overlap: one question, and no loop, so that several pixels are computed in one call.
export function maxUnpool2dApart(this: KernelThread, x: number[], indices: number[]): number {
  const n = Math.floor((this.thread.z + 0.5) / this.constants.height);
  const row = this.thread.z - n * this.constants.height;
  const r = Math.min(
    Math.floor((row + this.constants.padY + 0.5) / this.constants.strideY),
    this.constants.outHeight - 1,
  );
  const c = Math.min(
    Math.floor((this.thread.y + this.constants.padX + 0.5) / this.constants.strideX),
    this.constants.outWidth - 1,
  );
  const cell =
    ((n * this.constants.outHeight + r) * this.constants.outWidth + c) * this.constants.channels + this.thread.x;
  return indices[cell] === row * this.constants.width + this.thread.y ? x[cell] : 0.0;
}
