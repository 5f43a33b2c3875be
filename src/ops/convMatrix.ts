import ndarray, { type NdArray } from 'ndarray';
import { checkCount } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { show, sizeOf } from '../shape/shape';
import { type NestedNumbers, tensorFor } from '../tensor/tensor';
import { type ConvOptions, convGeometry } from './convGeometry';

/** What a convolution is made of, for its matrix. */
export interface ConvMatrixOptions extends Omit<ConvOptions<number | readonly number[]>, 'bias' | 'paddingMode'> {
  /** Pixels of the input: `[L]`, or one number, for signals, `[H, W]` for images. */
  size: number | readonly number[];
}

/** A matrix of this many numbers takes 64 MB. */
const maximumCells = 2 ** 24;

/**
 * The matrix X of a convolution: x ∗ a = X · a, with the input's and the output's numbers as row-major vectors. Its transpose is the
 * matrix of the transposed convolution.
 *
 * Each row is the filter where the window of one output stands, and zeros elsewhere. With `padding` the columns are those of the input
 * alone; to see the zeros that surround it, count them into `size` instead: filter (x, y, z) on (0, a, b, c, d, 0) is the 4 × 6 matrix of
 * size 6.
 *
 * The values are those of {@link conv1d} and {@link conv2d}, with memory of outputs × inputs: for looking at, not for computing.
 * @param filter one channel: `[k]` or `[kh, kw]`; more: `[k, Cin / groups, Cout]` or `[kh, kw, Cin / groups, Cout]`.
 * @returns `[L' · Cout, L · Cin]` or `[H' · W' · Cout, H · W · Cin]`.
 * @throws where filter and settings do not fit, or the matrix would have more than 2²⁴ numbers.
 */
export function convMatrix(filter: NdArray | NestedNumbers, settings: ConvMatrixOptions): NdArray<Float32Array> {
  const kinds = { size: 'any', stride: 'any', padding: 'any', dilation: 'any', groups: 'any' } as const;
  const { size, ...options } = checkOptions('convMatrix', settings, kinds);
  const weight = tensorFor('convMatrix', filter);
  const values = weight.value.data!;
  const sizes = Array.isArray(size) ? [...size] : [size as number];
  const rank = sizes.length;
  if (![1, 2].includes(rank) || sizes.some((count) => !Number.isInteger(count) || count < 1)) {
    throw new Error(`convMatrix: expected size [L] or [H, W] of whole numbers ≥ 1, got ${show(sizes)}`);
  }
  if (weight.rank !== rank && weight.rank !== rank + 2) {
    const layouts = rank === 1 ? '[k] or [k, Cin / groups, Cout]' : '[kh, kw] or [kh, kw, Cin / groups, Cout]';
    throw new Error(`convMatrix: expected filter ${layouts} for size ${show(sizes)}, got ${show(weight.shape)}`);
  }
  const { groups = 1 } = options;
  checkCount('convMatrix', 'groups', groups, 1);
  const [inPerGroup, outChannels] = weight.rank === rank ? [1, 1] : weight.shape.slice(rank);
  const inChannels = inPerGroup * groups;
  const window = [...weight.shape.slice(0, rank), inPerGroup, outChannels];
  const { axes, y } = convGeometry('convMatrix', rank, [1, ...sizes, inChannels], window, options);
  const [rows, columns] = [sizeOf(y), sizeOf(sizes) * inChannels];
  if (rows * columns > maximumCells) {
    throw new Error(`convMatrix: expected at most ${maximumCells} numbers, got ${rows} × ${columns}`);
  }
  // A signal is an image with one row.
  const row = { size: 1, outSize: 1, kernel: 1, stride: 1, before: 0, after: 0, dilation: 1 };
  const [vertical, horizontal] = rank === 1 ? [row, axes[0]] : axes;
  const matrix = ndarray(new Float32Array(rows * columns), [rows, columns]);
  for (let r = 0; r < vertical.outSize; r++) {
    for (let c = 0; c < horizontal.outSize; c++) {
      for (let i = 0; i < vertical.kernel; i++) {
        for (let j = 0; j < horizontal.kernel; j++) {
          const top = r * vertical.stride + i * vertical.dilation - vertical.before;
          const left = c * horizontal.stride + j * horizontal.dilation - horizontal.before;
          if (top < 0 || top >= vertical.size || left < 0 || left >= horizontal.size) continue;
          for (let o = 0; o < outChannels; o++) {
            const group = Math.floor(o / (outChannels / groups));
            for (let q = 0; q < inPerGroup; q++) {
              matrix.set(
                (r * horizontal.outSize + c) * outChannels + o,
                (top * horizontal.size + left) * inChannels + group * inPerGroup + q,
                values[((i * horizontal.kernel + j) * inPerGroup + q) * outChannels + o],
              );
            }
          }
        }
      }
    }
  }
  return matrix;
}
