import type { NdArray } from 'ndarray';
import { checkOptions } from '../../checks/options';
import type { Batch } from '../../data/batches';
import type { SegmentationSample } from '../../data/dataset';
import { checkClassWeights } from '../../losses/crossEntropy';
import { Conv2d } from '../../nn/conv2d';
import { Module } from '../../nn/module';
import type { Sequential } from '../../nn/sequential';
import { concat } from '../../ops/concat';
import { maxPool2d } from '../../ops/pool2d';
import { resize } from '../../ops/resize';
import type { Random } from '../../tensor/random';
import type { Tensor } from '../../tensor/tensor';
import { centerColors } from '../backbones/centerColors';
import { convBlock, convBlocks } from '../backbones/convBlock';
import type { Losses, Segmenter } from '../contract';
import { checkImages, type Images, imageBatch } from '../images';
import { boundedRandom } from '../limitedRandom';
import { checkPixelClasses, checkWidths } from '../settings';
import { checkSegmentationBatch } from '../targets';
import { predictClasses, segmentationLosses } from './perPixel';

/** Settings of {@link UNet}. */
export interface UNetOptions {
  /** Number of classes, stuff and things. */
  classes: number;
  /** Source of the first weights. */
  random: Random;
  /** Channels of the levels, from the finest to the coarsest. */
  widths?: readonly number[];
  /** Weight of each class in the loss, `[classes]`; 1 by default. */
  classWeights?: readonly number[];
}

/**
 * U-Net (Ronneberger et al. 2015): down a ladder of levels, and up again, where each level also sees what the way down saw at its
 * resolution.
 *
 * Deviations from the paper: a stem of 5×5 filters with stride 2 halves the image first and the scores are enlarged bilinearly at
 * the end; convolutions keep the size; batch norm; nearest-neighbor upsampling where the paper transposes a convolution.
 * Sides of the images must be multiples of 2 to the number of widths.
 */
export class UNet extends Module implements Segmenter {
  readonly stem: Sequential;
  readonly down: Sequential[];
  readonly bottom: Sequential;
  readonly up: Sequential[];
  readonly scores: Conv2d;
  readonly #stride: number;
  readonly #classWeights: readonly number[] | undefined;

  /** @throws on settings out of range. */
  constructor(options: UNetOptions) {
    super();
    checkOptions('UNet', options, { classes: 'any', random: 'random', widths: 'any', classWeights: 'any' });
    const { classes, random: source, widths = [8, 16, 32, 64], classWeights } = options;
    const random = boundedRandom('UNet', source);
    checkPixelClasses('UNet', classes);
    checkWidths('UNet', widths, 2);
    if (classWeights !== undefined) checkClassWeights('UNet', classWeights, classes);
    const [finest] = widths;
    const levels = widths.slice(0, -1);
    const coarsest = widths[levels.length];
    this.stem = convBlock(3, finest, { random, size: 5, stride: 2 });
    // The stem is the first of the finest level's two convolutions.
    this.down = levels.map((width, i) =>
      i === 0 ? convBlock(finest, width, { random }) : convBlocks([widths[i - 1], width, width], { random }),
    );
    this.bottom = convBlocks([levels[levels.length - 1], coarsest, coarsest], { random });
    // Coarsest first, as they are passed.
    this.up = [...levels.keys()]
      .reverse()
      .map((i) => convBlocks([widths[i + 1] + widths[i], widths[i], widths[i]], { random }));
    this.scores = new Conv2d(finest, classes, { size: 1, random });
    this.#stride = 2 ** widths.length;
    this.#classWeights = classWeights;
  }

  /**
   * `[N, H, W, 3]`, 0–1 → scores `[N, H, W, classes]`.
   * @throws unless H and W are multiples of 2 to the number of widths.
   */
  forward(images: Tensor): Tensor {
    checkImages('UNet', images, this.#stride);
    let x = this.stem.forward(centerColors(images));
    const skips: Tensor[] = [];
    for (const level of this.down) {
      x = level.forward(x);
      skips.push(x);
      x = maxPool2d(x, { size: 2 });
    }
    x = this.bottom.forward(x);
    for (const level of this.up) {
      x = level.forward(concat([resize(x, { scale: 2, mode: 'nearest' }), skips.pop()!]));
    }
    return resize(this.scores.forward(x), { scale: 2, mode: 'bilinear' });
  }

  /**
   * `crossEntropy`: its mean over all pixels but the void ones, each as heavy as its class; see {@link crossEntropy}.
   * @throws on images that {@link forward} refuses, on maps of another size, and on labels that are no class.
   */
  losses(batch: Batch<SegmentationSample>): Losses {
    checkSegmentationBatch('UNet', batch, this.scores.weight.shape[3]);
    return segmentationLosses(this.forward(batch.images), batch.semantic, this.#classWeights);
  }

  /**
   * The class with the highest score at every pixel, by running statistics and without gradients.
   * @param images `[H, W, 3]`, a list of them, or `[N, H, W, 3]`, 0–1. @returns class numbers, `[N, H, W]`.
   * @throws on images that {@link forward} refuses, and where a score is not finite.
   */
  async predict(images: Images): Promise<NdArray<Float32Array>> {
    const batch = imageBatch('UNet.predict', images);
    return predictClasses('UNet', this, () => this.forward(batch));
  }
}
