import { checkTensors } from '../checks/arguments';
import { checkOptions, type OptionKinds } from '../checks/options';
import { shown, shownWord } from '../checks/shown';
import { checkRank, checkShape, resolveNumbers, show } from '../shape/shape';
import type { Shape } from '../shape/types';
import type { Tensor } from '../tensor/tensor';
import { add } from './elementwise';
import { pad, padShape } from './pad';
import { type Border, type Padding, reachOf, resolvePadding, showBorders, type WindowWalk } from './padding';

/** What both directions of a convolution have; a `Setting` is one number for all axes of the image, or one per axis. */
export interface SharedConvOptions<Setting> {
  /** One number per output channel, `[Cout]`. */
  bias?: Tensor;
  /** Pixels from one window to the next. */
  stride?: Setting;
  /** Pixels from one tap of the window to the next. */
  dilation?: Setting;
  /** Channels fall into this many independent groups. */
  groups?: number;
}

/** What stands around an image: zeros, its mirror image, or the pixels of its border; see `pad`. */
export type PaddingMode = 'zeros' | 'reflect' | 'replicate';

/** How a window walks; a `Setting` is one number for all axes of the image, or one per axis. */
export interface ConvOptions<Setting> extends SharedConvOptions<Setting> {
  /** Cells around the image; see {@link Padding}. */
  padding?: Padding<Setting>;
  /** What they hold (`zeros`). */
  paddingMode?: PaddingMode;
}

/** The settings of the convolution that is transposed, and which of the images it could have come from is meant. */
export interface ConvTransposeOptions<Setting> extends SharedConvOptions<Setting> {
  /** Zeros around the image that the convolution would read: so much is cut from the result. */
  padding?: Exclude<Padding<Setting>, 'same'>;
  /** Pixels more at the bottom and right: a stride > 1 takes images of several sizes to the same size. Less than stride or dilation. */
  outputPadding?: Setting;
}

/** A convolution along one axis of the image. */
export interface ConvAxis extends WindowWalk, Border {
  outSize: number;
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

const sharedKinds = { stride: 'any', dilation: 'any', groups: 'any', bias: 'tensor', padding: 'any' } as const;
const paddingModes: readonly PaddingMode[] = ['zeros', 'reflect', 'replicate'];

/** What options of a convolution are. */
export const convKinds: OptionKinds<ConvOptions<unknown>> = { ...sharedKinds, paddingMode: paddingModes };

/** What options of a transposed convolution are. */
export const convTransposeKinds: OptionKinds<ConvTransposeOptions<unknown>> = { ...sharedKinds, outputPadding: 'any' };

/** Checks the operands of a convolution, and that its options are options; which numbers they are is checked with the shapes. */
export function checkConvolution<Options extends ConvOptions<unknown>>(
  operation: string,
  operands: { x: Tensor; weight: Tensor },
  options: Options,
): Options {
  checkTensors(operation, operands);
  return checkOptions<ConvOptions<unknown>>(operation, options, convKinds) as Options;
}

/** The same for transposed convolutions. */
export function checkTransposedConvolution<Options extends ConvTransposeOptions<unknown>>(
  operation: string,
  operands: { x: Tensor; weight: Tensor },
  options: Options,
): Options {
  checkTensors(operation, operands);
  return checkOptions<ConvTransposeOptions<unknown>>(operation, options, convTransposeKinds) as Options;
}

/**
 * Checks what can be said of settings before there is an image: strides, dilations, padding, groups. Layers do so when they are made.
 * @throws in the layer's name.
 */
export function checkConvSettings(
  caller: string,
  rank: number,
  options: ConvOptions<Setting> & Pick<ConvTransposeOptions<Setting>, 'outputPadding'>,
): void {
  const walks = steps(caller, rank, options).map((step) => ({ ...step, size: 1, kernel: 1 }));
  resolvePadding(caller, options.padding ?? 0, walks);
  resolveNumbers(caller, 'outputPadding', options.outputPadding ?? 0, rank, 0);
}

function checkGroups(operation: string, groups: number, channels: readonly number[]): void {
  if (!Number.isInteger(groups) || groups < 1 || channels.some((count) => count % groups)) {
    throw new Error(`${operation}: expected groups to divide ${channels.join(' and ')} channels, got ${shown(groups)}`);
  }
}

function checkWindow(operation: string, weight: Shape): void {
  if (weight.slice(0, -2).some((size) => size < 1)) {
    throw new Error(`${operation}: expected a window of at least one tap, got weight ${show(weight)}`);
  }
}

/** Stride and dilation of each axis, checked. */
function steps(operation: string, rank: number, { stride = 1, dilation = 1 }: SharedConvOptions<Setting>) {
  const strides = resolveNumbers(operation, 'stride', stride, rank, 1);
  const dilations = resolveNumbers(operation, 'dilation', dilation, rank, 1);
  return strides.map((step, i) => ({ stride: step, dilation: dilations[i] }));
}

/** Dilation and padding, where an error is not plain without them. */
function explained(axes: readonly ConvAxis[]): string {
  const dilations = axes.map(({ dilation }) => dilation);
  const isDilated = dilations.some((dilation) => dilation > 1);
  const isPadded = axes.some(({ before, after }) => before + after > 0);
  return `${isDilated ? `, dilation ${show(dilations)}` : ''}${isPadded ? `, padding ${showBorders(axes)}` : ''}`;
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
  const [inChannels, outChannels] = [x[rank + 1], weight[rank + 1]];
  checkGroups(operation, groups, [inChannels, outChannels]);
  if (weight[rank] !== inChannels / groups) {
    throw new Error(
      `${operation}: expected weight [${window}, ${inChannels / groups}, Cout] for x ${show(x)}, got ${show(weight)}`,
    );
  }
  checkWindow(operation, weight);
  const walks = steps(operation, rank, options).map((step, i) => ({ ...step, size: x[i + 1], kernel: weight[i] }));
  const borders = resolvePadding(operation, options.padding ?? 0, walks);
  const axes = walks.map((walk, i): ConvAxis => {
    const room = walk.size + borders[i].before + borders[i].after - reachOf(walk);
    return { ...walk, ...borders[i], outSize: Math.floor(room / walk.stride) + 1 };
  });
  if (axes.some(({ outSize }) => outSize < 1)) {
    throw new Error(
      `${operation}: expected an image at least as large as the window, got ${show(x)} with window ${show(weight)}${explained(axes)}`,
    );
  }
  const y = [x[0], ...axes.map(({ outSize }) => outSize), outChannels];
  checkShape(operation, y);
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
  const walks = steps(operation, rank, options).map((step, i) => ({ ...step, size: 0, kernel: weight[i] }));
  const extra = resolveNumbers(operation, 'outputPadding', options.outputPadding ?? 0, rank, 0);
  const channels = y[rank + 1];
  checkGroups(operation, groups, [channels]);
  if (weight[rank + 1] !== channels) {
    throw new Error(
      `${operation}: expected weight [${window}, Cout / groups, ${channels}] for x ${show(y)}, got ${show(weight)}`,
    );
  }
  checkWindow(operation, weight);
  if (extra.some((count, i) => count >= Math.max(walks[i].stride, walks[i].dilation))) {
    const list = (name: 'stride' | 'dilation') => show(walks.map((walk) => walk[name]));
    throw new Error(
      `${operation}: expected outputPadding below stride ${list('stride')} or dilation ${list('dilation')}, got ${show(extra)}`,
    );
  }
  if (options.padding === ('same' as unknown)) {
    throw new Error(`${operation}: expected padding as numbers, got same, which depends on the size of the result`);
  }
  const borders = resolvePadding(operation, options.padding ?? 0, walks);
  const axes = walks.map((walk, i): ConvAxis => {
    const { before, after } = borders[i];
    const size = (y[i + 1] - 1) * walk.stride - before - after + reachOf(walk) + extra[i];
    return { ...walk, before, after, size, outSize: y[i + 1] };
  });
  const x = [y[0], ...axes.map(({ size }) => size), weight[rank] * groups];
  if (axes.some(({ size, outSize }) => size < 1 || outSize < 1)) {
    throw new Error(`${operation}: expected images of at least one pixel, got ${show(y)} and a result of ${show(x)}`);
  }
  checkShape(operation, x);
  return { x, weight: [...weight], y: [...y], groups, axes };
}

/**
 * Surrounds x by what `paddingMode` says, where that is not zeros, which the kernels take for granted.
 * @returns the image to convolve, and the geometry of what is still to be done.
 */
export function withBorder(
  operation: string,
  x: Tensor,
  geometry: ConvGeometry,
  paddingMode: PaddingMode = 'zeros',
): { image: Tensor; geometry: ConvGeometry } {
  if (!paddingModes.includes(paddingMode)) {
    throw new Error(`${operation}: expected paddingMode zeros, reflect or replicate, got ${shownWord(paddingMode)}`);
  }
  if (paddingMode === 'zeros') return { image: x, geometry };
  const borders = geometry.axes.map(({ before, after }) => [before, after] as const);
  const padding = [[0, 0] as const, ...borders, [0, 0] as const];
  padShape(x.shape, padding, { mode: paddingMode }, operation);
  const image = pad(x, padding, { mode: paddingMode });
  const axes = geometry.axes.map((axis, i) => ({ ...axis, size: image.shape[i + 1], before: 0, after: 0 }));
  return { image, geometry: { ...geometry, x: [...image.shape], axes } };
}

/** The settings of a convolution's last two axes, for {@link conv2d} and its transpose; a signal is an image with one row. */
export function planeOptions({ axes, groups }: ConvGeometry) {
  const row = { stride: 1, dilation: 1, before: 0, after: 0 };
  const [vertical, horizontal] = axes.length === 1 ? [row, axes[0]] : axes.slice(-2);
  return {
    stride: [vertical.stride, horizontal.stride] as const,
    dilation: [vertical.dilation, horizontal.dilation] as const,
    padding: [vertical, horizontal].map(({ before, after }) => [before, after] as const),
    groups,
  };
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
