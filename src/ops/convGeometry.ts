import { checkRank, resolveNumbers, show } from '../shape/shape';
import type { Shape } from '../shape/types';
import type { Tensor } from '../tensor/tensor';
import { add } from './elementwise';

/** How a window walks; a `Setting` is one number for all axes of the image, or one per axis. */
export interface ConvOptions<Setting> {
  /** One number per output channel, `[Cout]`. */
  bias?: Tensor;
  /** Pixels from one window to the next. */
  stride?: Setting;
  /** Zeros around the image. */
  padding?: Setting;
  /** Pixels from one tap of the window to the next. */
  dilation?: Setting;
  /** Channels fall into this many independent groups. */
  groups?: number;
}

/** The settings of the convolution that is transposed, and which of the images it could have come from is meant. */
export interface ConvTransposeOptions<Setting> extends ConvOptions<Setting> {
  /** Pixels more at the bottom and right: a stride > 1 takes images of several sizes to the same size. Less than stride or dilation. */
  outputPadding?: Setting;
}

/** A convolution along one axis of the image. */
export interface ConvAxis {
  size: number;
  outSize: number;
  kernel: number;
  stride: number;
  padding: number;
  dilation: number;
}

/**
 * A convolution that takes `x` `[N, …sizes, Cin]` and `weight` `[…window, Cin / groups, Cout]` to `y` `[N, …outSizes, Cout]`.
 * Its transpose takes `y` to `x`.
 */
export interface ConvGeometry {
  x: number[];
  weight: number[];
  y: number[];
  groups: number;
  /** `[depth, vertical, horizontal]`, or the last of them. */
  axes: ConvAxis[];
}

// How errors spell the axes of signals, images and volumes, and those of their windows.
const layouts = [
  { image: 'L', window: 'k' },
  { image: 'H, W', window: 'kh, kw' },
  { image: 'D, H, W', window: 'kd, kh, kw' },
];

type Setting = number | readonly number[];

function checkGroups(operation: string, groups: number, channels: readonly number[]): void {
  if (!Number.isInteger(groups) || groups < 1 || channels.some((count) => count % groups)) {
    throw new Error(`${operation}: expected groups to divide ${channels.join(' and ')} channels, got ${groups}`);
  }
}

function checkWindow(operation: string, weight: Shape): void {
  if (weight.slice(0, -2).some((size) => size < 1)) {
    throw new Error(`${operation}: expected a window of at least one tap, got weight ${show(weight)}`);
  }
}

/** Stride, padding and dilation of each axis, checked. */
function walk(operation: string, rank: number, { stride = 1, padding = 0, dilation = 1 }: ConvOptions<Setting>) {
  const strides = resolveNumbers(operation, 'stride', stride, rank, 1);
  const paddings = resolveNumbers(operation, 'padding', padding, rank, 0);
  const dilations = resolveNumbers(operation, 'dilation', dilation, rank, 1);
  return strides.map((step, i) => ({ stride: step, padding: paddings[i], dilation: dilations[i] }));
}

/** Checks the settings of a convolution of signals (`rank` 1), images (2) or volumes (3). */
export function convGeometry(
  operation: string,
  rank: number,
  x: Shape,
  weight: Shape,
  options: ConvOptions<Setting>,
): ConvGeometry {
  const { image, window } = layouts[rank - 1];
  checkRank(operation, 'x', x, rank + 2, `[N, ${image}, Cin]`);
  checkRank(operation, 'weight', weight, rank + 2, `[${window}, Cin / groups, Cout]`);
  const { groups = 1 } = options;
  const steps = walk(operation, rank, options);
  const [inChannels, outChannels] = [x[rank + 1], weight[rank + 1]];
  checkGroups(operation, groups, [inChannels, outChannels]);
  if (weight[rank] !== inChannels / groups) {
    throw new Error(
      `${operation}: expected weight [${window}, ${inChannels / groups}, Cout] for x ${show(x)}, got ${show(weight)}`,
    );
  }
  checkWindow(operation, weight);
  const axes = steps.map(({ stride, padding, dilation }, i) => {
    const [size, kernel] = [x[i + 1], weight[i]];
    const outSize = Math.floor((size + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1;
    return { size, outSize, kernel, stride, padding, dilation };
  });
  if (axes.some(({ outSize }) => outSize < 1)) {
    throw new Error(
      `${operation}: expected an image at least as large as the window, got ${show(x)} with window ${show(weight)}`,
    );
  }
  const y = [x[0], ...axes.map(({ outSize }) => outSize), outChannels];
  return { x: [...x], weight: [...weight], y, groups, axes };
}

/** Checks the settings of a transposed convolution, whose input is the `y` and whose result is the `x` of the convolution returned. */
export function convTransposeGeometry(
  operation: string,
  rank: number,
  y: Shape,
  weight: Shape,
  options: ConvTransposeOptions<Setting>,
): ConvGeometry {
  const { image, window } = layouts[rank - 1];
  checkRank(operation, 'x', y, rank + 2, `[N, ${image}, Cin]`);
  checkRank(operation, 'weight', weight, rank + 2, `[${window}, Cout / groups, Cin]`);
  const { groups = 1 } = options;
  const steps = walk(operation, rank, options);
  const extra = resolveNumbers(operation, 'outputPadding', options.outputPadding ?? 0, rank, 0);
  const channels = y[rank + 1];
  checkGroups(operation, groups, [channels]);
  if (weight[rank + 1] !== channels) {
    throw new Error(
      `${operation}: expected weight [${window}, Cout / groups, ${channels}] for x ${show(y)}, got ${show(weight)}`,
    );
  }
  checkWindow(operation, weight);
  if (extra.some((count, i) => count >= Math.max(steps[i].stride, steps[i].dilation))) {
    const list = (name: 'stride' | 'dilation') => show(steps.map((step) => step[name]));
    throw new Error(
      `${operation}: expected outputPadding below stride ${list('stride')} or dilation ${list('dilation')}, got ${show(extra)}`,
    );
  }
  const axes = steps.map(({ stride, padding, dilation }, i) => {
    const [outSize, kernel] = [y[i + 1], weight[i]];
    const size = (outSize - 1) * stride - 2 * padding + dilation * (kernel - 1) + 1 + extra[i];
    return { size, outSize, kernel, stride, padding, dilation };
  });
  const x = [y[0], ...axes.map(({ size }) => size), weight[rank] * groups];
  if (axes.some(({ size, outSize }) => size < 1 || outSize < 1)) {
    throw new Error(`${operation}: expected images of at least one pixel, got ${show(y)} and a result of ${show(x)}`);
  }
  return { x, weight: [...weight], y: [...y], groups, axes };
}

/** Adds a number per channel, the last axis; y itself where there is no bias. */
export function addBias(operation: string, y: Tensor, bias: Tensor | undefined): Tensor {
  if (!bias) return y;
  const channels = y.shape[y.rank - 1];
  if (bias.rank !== 1 || bias.size !== channels) {
    throw new Error(`${operation}: expected bias [${channels}], got ${show(bias.shape)}`);
  }
  return add(y, bias);
}
