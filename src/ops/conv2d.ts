import * as plain from '../../kernels/conv2d';
import * as grouped from '../../kernels/conv2dGrouped';
import { withGradient } from '../tensor/autograd';
import { checkRank, resolvePair, show } from '../tensor/shape';
import { applyKernel, type Tensor } from '../tensor/tensor';
import type { Pair, Shape } from '../types';
import { add } from './elementwise';
import { sum } from './reduce';
import { reshape } from './reshape';

/** How the window walks. */
export interface Conv2dOptions {
  /** One number per output channel, `[Cout]`. */
  bias?: Tensor;
  /** Pixels from one window to the next. */
  stride?: Pair;
  /** Zeros around the image. */
  padding?: Pair;
  /** Pixels from one tap of the window to the next. */
  dilation?: Pair;
  /** Channels fall into this many independent groups. */
  groups?: number;
}

/** Checks the settings of {@link conv2d}; the result holds what its kernels need as constants. */
export function conv2dShape(x: Shape, weight: Shape, options: Omit<Conv2dOptions, 'bias'> = {}) {
  checkRank('conv2d', 'x', x, 4, '[N, H, W, Cin]');
  checkRank('conv2d', 'weight', weight, 4, '[kh, kw, Cin / groups, Cout]');
  const [strideY, strideX] = resolvePair('conv2d', 'stride', options.stride ?? 1, 1);
  const [padY, padX] = resolvePair('conv2d', 'padding', options.padding ?? 0, 0);
  const [dilationY, dilationX] = resolvePair('conv2d', 'dilation', options.dilation ?? 1, 1);
  const { groups = 1 } = options;
  const [batch, height, width, inChannels] = x;
  const [kernelHeight, kernelWidth, inPerGroup, outChannels] = weight;
  if (!Number.isInteger(groups) || groups < 1 || inChannels % groups || outChannels % groups) {
    throw new Error(`conv2d: expected groups to divide ${inChannels} and ${outChannels} channels, got ${groups}`);
  }
  if (inPerGroup !== inChannels / groups) {
    throw new Error(
      `conv2d: expected weight [kh, kw, ${inChannels / groups}, Cout] for x ${show(x)}, got ${show(weight)}`,
    );
  }
  const outHeight = Math.floor((height + 2 * padY - dilationY * (kernelHeight - 1) - 1) / strideY) + 1;
  const outWidth = Math.floor((width + 2 * padX - dilationX * (kernelWidth - 1) - 1) / strideX) + 1;
  if (outHeight < 1 || outWidth < 1) {
    throw new Error(
      `conv2d: expected an image at least as large as the window, got ${show(x)} with window ${show(weight)}`,
    );
  }
  const window = { kernelHeight, kernelWidth, strideY, strideX, padY, padX, dilationY, dilationX };
  const sizes = { batch, height, width, inChannels, outHeight, outWidth, outChannels };
  return {
    shape: [batch, outHeight, outWidth, outChannels],
    groups,
    inPerGroup,
    outPerGroup: outChannels / groups,
    window,
    sizes,
  };
}

/**
 * Output rows that one thread of the weight gradient adds up: a divisor of the image's height, so that no block spans two images,
 * and near 16, which makes enough threads without making too many blocks to be added afterwards.
 */
function rowsPerBlock(outHeight: number): number {
  const divisors = Array.from({ length: outHeight }, (_, i) => i + 1).filter((rows) => outHeight % rows === 0);
  return divisors.reduce((best, rows) => (Math.abs(Math.log(rows / 16)) < Math.abs(Math.log(best / 16)) ? rows : best));
}

/**
 * Cross-correlation of images with a bank of filters, what deep learning calls convolution (Dumoulin and Visin 2016).
 *
 * y[n, r, c, o] = bias[o] + Σ x[n, r·s + i·d − p, c·s + j·d − p, q] · weight[i, j, q, o], over taps i, j and channels q.
 * @param x images `[N, H, W, Cin]`.
 * @param weight filters `[kh, kw, Cin / groups, Cout]`.
 * @returns `[N, H', W', Cout]` with H' = ⌊(H + 2p − d(kh − 1) − 1) / s⌋ + 1.
 */
export function conv2d(x: Tensor, weight: Tensor, { bias, ...options }: Conv2dOptions = {}): Tensor {
  const { shape, groups, inPerGroup, outPerGroup, window, sizes } = conv2dShape(x.shape, weight.shape, options);
  const { batch, height, width, inChannels, outHeight, outWidth, outChannels } = sizes;
  const { kernelHeight, kernelWidth } = window;
  const kernels =
    groups === 1
      ? plain
      : {
          conv2d: grouped.conv2dGrouped,
          conv2dInputGradient: grouped.conv2dGroupedInputGradient,
          conv2dWeightGradient: null,
        };
  const constants = { ...sizes, ...window, ...(groups === 1 ? {} : { inPerGroup, outPerGroup }) };
  const convolved = applyKernel(kernels.conv2d, {
    inputs: [x, weight],
    shape,
    grid: [outChannels, outWidth, batch * outHeight],
    constants,
  });
  const y = withGradient(
    convolved,
    'conv2d',
    [x, weight],
    [
      // The adjoint of a convolution: each output hands its gradient back through the taps that read the pixel.
      (g) =>
        applyKernel(kernels.conv2dInputGradient, {
          inputs: [g, weight],
          shape: x.shape,
          grid: [inChannels, width, batch * height],
          constants,
        }),
      // The gradient of a tap is the correlation of the pixels it read with the gradients of the outputs they went to.
      (g) => {
        if (groups > 1) {
          return applyKernel(grouped.conv2dGroupedWeightGradient, {
            inputs: [x, g],
            shape: weight.shape,
            grid: [outChannels, inPerGroup, kernelHeight * kernelWidth],
            constants,
          });
        }
        const blockRows = rowsPerBlock(outHeight);
        const blocks = (batch * outHeight) / blockRows;
        const partial = applyKernel(plain.conv2dWeightGradient, {
          inputs: [x, g],
          shape: [blocks, ...weight.shape],
          grid: [outChannels, inChannels, blocks * kernelHeight * kernelWidth],
          constants: { ...constants, blockRows },
        });
        return sum(partial, { axes: 0 });
      },
    ],
  );
  if (!bias) return y;
  if (bias.size !== outChannels || bias.rank !== 1)
    throw new Error(`conv2d: expected bias [${outChannels}], got ${show(bias.shape)}`);
  return add(y, reshape(bias, [outChannels]));
}
