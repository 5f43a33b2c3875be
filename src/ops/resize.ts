import * as layout from '../../kernels/layout';
import * as kernels from '../../kernels/resize';
import { checkTensor } from '../checks/arguments';
import { checkOptions } from '../checks/options';
import { shown, shownWord } from '../checks/shown';
import { checkRank, checkShape, resolvePair, show, sizeOf } from '../shape/shape';
import type { Pair, Shape } from '../shape/types';
import { withGradient } from '../tensor/autograd';
import { applyKernel, type Tensor, tensor } from '../tensor/tensor';
import { type Band, isIdentity, isSelection, transpose, weightedBand } from './band';
import { checkIndexed } from './indices';

/** How a new pixel comes from its neighbors. */
export type ResizeMode = 'nearest' | 'nearestExact' | 'bilinear' | 'bicubic';

/** Settings of {@link resize}: one of `size` and `scale`, and how to interpolate. */
export interface ResizeSettings {
  /** Height and width of the result, in pixels. */
  size?: Pair;
  /** Pixels of the result per pixel of x, real; the size is rounded down: H' = ⌊scale · H⌋. */
  scale?: number | readonly [number, number];
  /** `bilinear` by default. */
  mode?: ResizeMode;
  /** Whether the corner pixels' centers keep their places, instead of the image's borders. */
  alignCorners?: boolean;
  /** The coefficient A of the bicubic kernel: −0.75 by default, as in PyTorch and OpenCV; −0.5 is Keys' own, and Pillow's. */
  cubic?: number;
}

interface Axis {
  input: number;
  output: number;
  /** Pixels of x from one pixel of the result to the next: a fraction, so that whole positions come out whole. */
  step: readonly [number, number];
}

/** Keys' cubic convolution kernel: 1 at 0, 0 at every other whole number, and 0 from 2 on. */
function cubicWeight(distance: number, a: number): number {
  const d = Math.abs(distance);
  if (d <= 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
  return d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0;
}

/** Which pixels make pixel i of the result along one axis, and with which weights; those beyond the border are the border's. */
function taps(i: number, { step }: Axis, mode: ResizeMode, alignCorners: boolean, cubic: number) {
  const along = (index: number) => (index * step[0]) / step[1];
  if (mode === 'nearest') return [{ position: Math.floor(along(i)), weight: 1 }];
  if (mode === 'nearestExact') return [{ position: Math.floor(along(i + 0.5)), weight: 1 }];
  const center = alignCorners ? along(i) : along(i + 0.5) - 0.5;
  const left = Math.floor(center);
  const right = center - left;
  if (mode === 'bilinear') {
    return [
      { position: left, weight: 1 - right },
      { position: left + 1, weight: right },
    ];
  }
  return [-1, 0, 1, 2].map((k) => ({ position: left + k, weight: cubicWeight(right - k, cubic) }));
}

/** Bands made so far, and the transposed ones: every step of a training run asks for the same few. The oldest go first. */
const bands = new Map<string, Band>();
const transposes = new WeakMap<Band, Band>();
const mostBands = 256;

interface Interpolation {
  mode: ResizeMode;
  alignCorners: boolean;
  cubic: number;
}

function bandOf(axis: Axis, { mode, alignCorners, cubic }: Interpolation): Band {
  const { input, output, step } = axis;
  const key = [input, output, ...step, mode, alignCorners, cubic].join();
  const known = bands.get(key);
  if (known) return known;
  const band = weightedBand(input, output, (i) =>
    taps(i, axis, mode, alignCorners, cubic).map(({ position, weight }) => ({
      position: Math.min(input - 1, Math.max(0, position)),
      weight,
    })),
  );
  if (bands.size >= mostBands) bands.delete(bands.keys().next().value!);
  bands.set(key, band);
  return band;
}

function transposeOf(band: Band): Band {
  const known = transposes.get(band);
  if (known) return known;
  const transposed = transpose(band);
  transposes.set(band, transposed).set(transposed, band);
  return transposed;
}

const resizeKinds = { size: 'any', scale: 'any', mode: 'any', alignCorners: 'flag', cubic: 'number' } as const;
const modes: readonly ResizeMode[] = ['nearest', 'nearestExact', 'bilinear', 'bicubic'];

function checkSettings({ size, scale, mode, alignCorners, cubic }: ResizeSettings & { mode: ResizeMode }): void {
  if ((size === undefined) === (scale === undefined)) {
    throw new Error(`resize: expected one of size and scale, got ${size === undefined ? 'neither' : 'both'}`);
  }
  if (!modes.includes(mode)) throw new Error(`resize: expected mode ${modes.join(', ')}, got ${shownWord(mode)}`);
  if (alignCorners && mode !== 'bilinear' && mode !== 'bicubic') {
    throw new Error(`resize: expected alignCorners with mode bilinear or bicubic, got ${mode}`);
  }
  if (cubic !== undefined && mode !== 'bicubic') {
    throw new Error(`resize: expected cubic with mode bicubic, got ${mode}`);
  }
}

function resolveScale(scale: number | readonly [number, number]): readonly [number, number] {
  const pair: readonly number[] = typeof scale === 'number' ? [scale, scale] : scale;
  if (!Array.isArray(pair) || pair.length !== 2 || pair.some((factor) => !(Number.isFinite(factor) && factor > 0))) {
    throw new Error(`resize: expected scale to be one or two positive numbers, got ${shown(scale)}`);
  }
  return [pair[0], pair[1]];
}

/** Checks the settings of {@link resize}: what comes out, and how far apart its pixels lie in x along both axes. */
export function resizeShape(x: Shape, settings: ResizeSettings): { shape: number[]; rows: Axis; columns: Axis } {
  const { size, scale, mode = 'bilinear', alignCorners = false } = checkOptions('resize', settings, resizeKinds);
  checkSettings({ ...settings, mode });
  checkRank('resize', 'x', x, 4, '[N, H, W, C]');
  const [batch, height, width, channels] = x;
  if (height === 0 || width === 0) throw new Error(`resize: expected an image with pixels, got ${show(x)}`);
  checkIndexed('resize', Math.max(height, width));
  const factors = scale === undefined ? null : resolveScale(scale);
  const sizes = factors
    ? [Math.floor(height * factors[0]), Math.floor(width * factors[1])]
    : resolvePair('resize', 'size', size!, 1);
  if (sizes[0] < 1 || sizes[1] < 1) {
    throw new Error(`resize: expected a result of at least one pixel, got ${show(sizes)} from ${show(x)}`);
  }
  checkShape('resize', [batch, ...sizes, channels]);
  const axis = (input: number, output: number, factor?: number): Axis => {
    if (alignCorners) return { input, output, step: output > 1 ? [input - 1, output - 1] : [0, 1] };
    return { input, output, step: factor === undefined ? [input, output] : [1, factor] };
  };
  return {
    shape: [batch, ...sizes, channels],
    rows: axis(height, sizes[0], factors?.[0]),
    columns: axis(width, sizes[1], factors?.[1]),
  };
}

/** Replaces one axis by weighted sums along it. */
function resizeAxis(x: Tensor, axis: number, band: Band): Tensor {
  if (isIdentity(band)) return x;
  const [outer, inner] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)].map(sizeOf);
  const shape = x.shape.map((size, i) => (i === axis ? band.output : size));
  const grid = [inner, band.output, outer];
  const constants = { length: band.input, inner };
  const first = tensor(band.first);
  let result: Tensor;
  if (isSelection(band)) {
    result = applyKernel(layout.gather, { inputs: [x, first], shape, grid, constants });
  } else {
    const { taps: count } = band;
    const kernel =
      count === 2 ? kernels.resizeAxisTwoTaps : count === 4 ? kernels.resizeAxisFourTaps : kernels.resizeAxis;
    const inputs = [x, first, tensor(band.weights)];
    result = applyKernel(kernel, { inputs, shape, grid, constants: { ...constants, taps: count } });
  }
  // The adjoint of a matrix is its transpose: every pixel gets back what it gave, with the same weights.
  return withGradient(result, 'resize', [x], [(g) => resizeAxis(g, axis, transposeOf(band))]);
}

/**
 * Resizes feature maps by interpolation, with a gradient; for photographs and label maps on the host, which must not skip pixels
 * when they shrink, see `resizeImage`.
 *
 * Pixel i of the result lies at c = (i + ½) · s − ½ in x, s = H / H' (1 / scale where a scale is given); with `alignCorners` at
 * c = i · (H − 1) / (H' − 1). Its value is Σⱼ w(c − j) · x[j] along each axis, x continued beyond its border by the pixels of the border:
 * - `bilinear`: w(d) = max(0, 1 − |d|), two pixels.
 * - `bicubic`: four pixels, w(d) = (A + 2)|d|³ − (A + 3)|d|² + 1 for |d| ≤ 1 and A|d|³ − 5A|d|² + 8A|d| − 4A for 1 < |d| < 2 (Keys 1981).
 * - `nearest`: the pixel ⌊i · s⌋; `nearestExact`: the nearest center, ⌊(i + ½) · s⌋. The same for whole factors that enlarge.
 *
 * All agree with PyTorch's `F.interpolate` without antialiasing, but for the two nearest modes where PyTorch departs from the formula: by size it
 * rounds i · s in float32 before ⌊ ⌋ (1 to 2 % of the pairs of sizes up to 160 have a pixel that is another one), and a scale whose result has
 * exactly H or 2H pixels it takes for 1 or 2.
 * @param x `[N, H, W, C]`.
 * @returns `[N, H', W', C]`.
 * @throws where not one of size and scale is given, the result would have no pixel, or a setting does not belong to the mode.
 */
export function resize(x: Tensor, settings: ResizeSettings): Tensor {
  checkTensor('resize', 'x', x);
  const { shape, rows, columns } = resizeShape(x.shape, settings);
  const { mode = 'bilinear', alignCorners = false, cubic = -0.75 } = settings;
  const how = { mode, alignCorners, cubic };
  const [down, across] = [bandOf(rows, how), bandOf(columns, how)];
  // The filter is a product of one for each axis. Columns while there are fewer rows: a whole row at a time runs faster.
  return shape[1] > x.shape[1]
    ? resizeAxis(resizeAxis(x, 2, across), 1, down)
    : resizeAxis(resizeAxis(x, 1, down), 2, across);
}
