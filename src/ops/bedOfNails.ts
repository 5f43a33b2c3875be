import { checkTensor } from '../checks/arguments';
import { checkOptions } from '../checks/options';
import { checkRank, checkShape, resolvePair, show } from '../shape/shape';
import type { Pair } from '../shape/types';
import { withGradient } from '../tensor/autograd';
import type { Tensor } from '../tensor/tensor';
import { slice } from './slice';
import { place } from './strided';

/** The distance between the nails. */
export interface BedOfNailsOptions {
  /** Height and width, in pixels, of the block of zeros that each pixel gets. */
  stride: Pair;
}

/**
 * Unpooling without memory: each pixel becomes the upper left corner of a block of zeros.
 * @param x `[N, H, W, C]`.
 * @returns `[N, H · stride, W · stride, C]`.
 * @throws on other shapes, an image without pixels, and a stride that is not one or two whole numbers ≥ 1.
 */
export function bedOfNails(x: Tensor, options: BedOfNailsOptions): Tensor {
  checkTensor('bedOfNails', 'x', x);
  const { stride } = checkOptions('bedOfNails', options, { stride: 'any' });
  checkRank('bedOfNails', 'x', x.shape, 4, '[N, H, W, C]');
  const [strideY, strideX] = resolvePair('bedOfNails', 'stride', stride, 1);
  const [batch, height, width, channels] = x.shape;
  if (height === 0 || width === 0) throw new Error(`bedOfNails: expected an image with pixels, got ${show(x.shape)}`);
  checkShape('bedOfNails', [batch, height * strideY, width * strideX, channels]);
  const steps = [1, strideY, strideX, 1];
  const nails = place('bedOfNails', x, [batch, height * strideY, width * strideX, channels], {
    before: [0, 0, 0, 0],
    steps,
  });
  // Only the nails move the result, so x gets the gradient at the nails.
  return withGradient(nails, 'bedOfNails', [x], [(g) => slice(g, { step: steps })]);
}
