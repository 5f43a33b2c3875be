import { type Array64, at, build, forEachIndex } from './array64';

/** Settings of a convolution of signals, images or volumes: one number per axis. */
export interface ConvSettings {
  stride?: readonly number[];
  padding?: readonly number[];
  dilation?: readonly number[];
  groups?: number;
}

export interface ConvTransposeSettings extends ConvSettings {
  outputPadding?: readonly number[];
}

function complete({ stride, padding, dilation, groups = 1 }: ConvSettings, rank: number) {
  const every = (value: number) => new Array<number>(rank).fill(value);
  return {
    stride: stride ?? every(1),
    padding: padding ?? every(0),
    dilation: dilation ?? every(1),
    groups,
  };
}

/** Cross-correlation of `[N, …sizes, Cin]` with `[…window, Cin / groups, Cout]`, zeros outside. */
export function conv(x: Array64, weight: Array64, bias: Array64 | null, settings: ConvSettings = {}): Array64 {
  const rank = x.shape.length - 2;
  const { stride, padding, dilation, groups } = complete(settings, rank);
  const sizes = x.shape.slice(1, -1);
  const window = weight.shape.slice(0, rank);
  const [inPerGroup, outChannels] = weight.shape.slice(rank);
  const outSizes = sizes.map(
    (size, i) => Math.floor((size + 2 * padding[i] - dilation[i] * (window[i] - 1) - 1) / stride[i]) + 1,
  );
  return build([x.shape[0], ...outSizes, outChannels], (n, ...rest) => {
    const o = rest[rank];
    const firstChannel = Math.floor(o / (outChannels / groups)) * inPerGroup;
    let total = bias ? at(bias, o) : 0;
    forEachIndex([...window, inPerGroup], (...tap) => {
      const place = sizes.map((_, i) => rest[i] * stride[i] + tap[i] * dilation[i] - padding[i]);
      if (place.some((position, i) => position < 0 || position >= sizes[i])) return;
      total += at(x, n, ...place, firstChannel + tap[rank]) * at(weight, ...tap, o);
    });
    return total;
  });
}

/** Transposed convolution of `[N, …sizes, Cin]` with `[…window, Cout / groups, Cin]`: each number adds a weighed copy of its filter. */
export function convTranspose(
  x: Array64,
  weight: Array64,
  bias: Array64 | null,
  settings: ConvTransposeSettings = {},
): Array64 {
  const rank = x.shape.length - 2;
  const { stride, padding, dilation, groups } = complete(settings, rank);
  const { outputPadding = stride.map(() => 0) } = settings;
  const window = weight.shape.slice(0, rank);
  const [outPerGroup, inChannels] = weight.shape.slice(rank);
  const outSizes = window.map(
    (taps, i) => (x.shape[i + 1] - 1) * stride[i] - 2 * padding[i] + dilation[i] * (taps - 1) + 1 + outputPadding[i],
  );
  const y = build([x.shape[0], ...outSizes, outPerGroup * groups], (...index) =>
    bias ? at(bias, index[rank + 1]) : 0,
  );
  const strides = y.shape.map((_, axis) => y.shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  forEachIndex(x.shape, (...from) => {
    const q = from[rank + 1];
    const firstChannel = Math.floor(q / (inChannels / groups)) * outPerGroup;
    forEachIndex([...window, outPerGroup], (...tap) => {
      const place = window.map((_, i) => from[i + 1] * stride[i] + tap[i] * dilation[i] - padding[i]);
      if (place.some((position, i) => position < 0 || position >= outSizes[i])) return;
      const to = [from[0], ...place, firstChannel + tap[rank]];
      y.data[to.reduce((flat, position, axis) => flat + position * strides[axis], 0)] +=
        at(x, ...from) * at(weight, ...tap, q);
    });
  });
  return y;
}
