import { type Array64, at, build } from './array64';

export interface Conv2dSettings {
  stride?: readonly [number, number];
  padding?: readonly [number, number];
  dilation?: readonly [number, number];
  groups?: number;
}

/** Cross-correlation of `[N, H, W, Cin]` with `[kh, kw, Cin / groups, Cout]`, zeros outside the image. */
export function conv2d(x: Array64, weight: Array64, bias: Array64 | null, settings: Conv2dSettings = {}): Array64 {
  const { stride = [1, 1], padding = [0, 0], dilation = [1, 1], groups = 1 } = settings;
  const [batch, height, width, inChannels] = x.shape;
  const [kernelHeight, kernelWidth, inPerGroup, outChannels] = weight.shape;
  const out = (size: number, window: number, axis: number) =>
    Math.floor((size + 2 * padding[axis] - dilation[axis] * (window - 1) - 1) / stride[axis]) + 1;
  const outPerGroup = outChannels / groups;
  return build([batch, out(height, kernelHeight, 0), out(width, kernelWidth, 1), outChannels], (n, r, c, o) => {
    const firstChannel = Math.floor(o / outPerGroup) * (inChannels / groups);
    let total = bias ? at(bias, o) : 0;
    for (let i = 0; i < kernelHeight; i++) {
      for (let j = 0; j < kernelWidth; j++) {
        const row = r * stride[0] + i * dilation[0] - padding[0];
        const column = c * stride[1] + j * dilation[1] - padding[1];
        if (row < 0 || row >= height || column < 0 || column >= width) continue;
        for (let q = 0; q < inPerGroup; q++) total += at(x, n, row, column, firstChannel + q) * at(weight, i, j, q, o);
      }
    }
    return total;
  });
}
