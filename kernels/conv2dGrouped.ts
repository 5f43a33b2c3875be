import type { KernelThread } from './thread';

// The convolution of conv2d.ts with the channels split into groups: output channel o sees only the inputs of its own group.
// `inPerGroup` and `outPerGroup` are channels of one group; weights are [kernelHeight, kernelWidth, inPerGroup, outChannels].

export function conv2dGrouped(this: KernelThread, x: number[], w: number[]): number {
  const group = Math.floor((this.thread.x + 0.5) / this.constants.outPerGroup);
  const n = Math.floor((this.thread.z + 0.5) / this.constants.outHeight);
  const top = (this.thread.z - n * this.constants.outHeight) * this.constants.strideY - this.constants.padY;
  const left = this.thread.y * this.constants.strideX - this.constants.padX;
  let total = 0.0;
  for (let i = 0; i < this.constants.kernelHeight; i++) {
    const row = top + i * this.constants.dilationY;
    if (row >= 0 && row < this.constants.height) {
      for (let j = 0; j < this.constants.kernelWidth; j++) {
        const column = left + j * this.constants.dilationX;
        if (column >= 0 && column < this.constants.width) {
          const xi =
            ((n * this.constants.height + row) * this.constants.width + column) * this.constants.inChannels +
            group * this.constants.inPerGroup;
          const wi =
            (i * this.constants.kernelWidth + j) * this.constants.inPerGroup * this.constants.outChannels +
            this.thread.x;
          for (let q = 0; q < this.constants.inPerGroup; q++) {
            total += x[xi + q] * w[wi + q * this.constants.outChannels];
          }
        }
      }
    }
  }
  return total;
}

export function conv2dGroupedInputGradient(this: KernelThread, upstream: number[], w: number[]): number {
  const group = Math.floor((this.thread.x + 0.5) / this.constants.inPerGroup);
  const q = this.thread.x - group * this.constants.inPerGroup;
  const n = Math.floor((this.thread.z + 0.5) / this.constants.height);
  const row = this.thread.z - n * this.constants.height + this.constants.padY;
  const column = this.thread.y + this.constants.padX;
  let total = 0.0;
  for (let i = 0; i < this.constants.kernelHeight; i++) {
    const top = row - i * this.constants.dilationY;
    const r = Math.floor((top + 0.5) / this.constants.strideY);
    if (r >= 0 && r < this.constants.outHeight && r * this.constants.strideY === top) {
      for (let j = 0; j < this.constants.kernelWidth; j++) {
        const left = column - j * this.constants.dilationX;
        const c = Math.floor((left + 0.5) / this.constants.strideX);
        if (c >= 0 && c < this.constants.outWidth && c * this.constants.strideX === left) {
          const o = group * this.constants.outPerGroup;
          const ui =
            ((n * this.constants.outHeight + r) * this.constants.outWidth + c) * this.constants.outChannels + o;
          const wi =
            ((i * this.constants.kernelWidth + j) * this.constants.inPerGroup + q) * this.constants.outChannels + o;
          for (let k = 0; k < this.constants.outPerGroup; k++) {
            total += upstream[ui + k] * w[wi + k];
          }
        }
      }
    }
  }
  return total;
}

// Each thread takes a block of image rows, as in conv2d.ts; thread.z counts blocks × kernel taps.
export function conv2dGroupedWeightGradient(this: KernelThread, x: number[], upstream: number[]): number {
  const taps = this.constants.kernelHeight * this.constants.kernelWidth;
  const block = Math.floor((this.thread.z + 0.5) / taps);
  const tap = this.thread.z - block * taps;
  const i = Math.floor((tap + 0.5) / this.constants.kernelWidth);
  const j = tap - i * this.constants.kernelWidth;
  const group = Math.floor((this.thread.x + 0.5) / this.constants.outPerGroup);
  const q = group * this.constants.inPerGroup + this.thread.y;
  const first = block * this.constants.blockRows;
  let total = 0.0;
  for (let line = 0; line < this.constants.blockRows; line++) {
    const n = Math.floor((first + line + 0.5) / this.constants.outHeight);
    const r = first + line - n * this.constants.outHeight;
    const row = r * this.constants.strideY + i * this.constants.dilationY - this.constants.padY;
    if (row >= 0 && row < this.constants.height) {
      const xi = (n * this.constants.height + row) * this.constants.width;
      const ui = (first + line) * this.constants.outWidth;
      for (let c = 0; c < this.constants.outWidth; c++) {
        const column = c * this.constants.strideX + j * this.constants.dilationX - this.constants.padX;
        if (column >= 0 && column < this.constants.width) {
          total +=
            x[(xi + column) * this.constants.inChannels + q] *
            upstream[(ui + c) * this.constants.outChannels + this.thread.x];
        }
      }
    }
  }
  return total;
}
