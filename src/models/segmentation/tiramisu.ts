import type { NdArray } from 'ndarray';
import { checkOptions } from '../../checks/options';
import type { Batch } from '../../data/batches';
import type { SegmentationSample } from '../../data/dataset';
import { checkClassWeights } from '../../losses/crossEntropy';
import { BatchNorm2d } from '../../nn/batchNorm2d';
import { Conv2d } from '../../nn/conv2d';
import { ConvTranspose2d } from '../../nn/convTranspose2d';
import { Module } from '../../nn/module';
import { Sequential } from '../../nn/sequential';
import { concat } from '../../ops/concat';
import { relu } from '../../ops/elementwise';
import { maxPool2d } from '../../ops/pool2d';
import { resize } from '../../ops/resize';
import type { Random } from '../../tensor/random';
import type { Tensor } from '../../tensor/tensor';
import { centerColors } from '../backbones/centerColors';
import { DenseBlock } from '../backbones/denseBlock';
import type { Losses, Segmenter } from '../contract';
import { checkImages, type Images, imageBatch } from '../images';
import { boundedRandom } from '../limitedRandom';
import { checkCounts, checkPixelClasses, checkWidths, mostChannels } from '../settings';
import { checkSegmentationBatch } from '../targets';
import { predictClasses, segmentationLosses } from './perPixel';

/** Settings of {@link Tiramisu}. */
export interface TiramisuOptions {
  /** Number of classes, stuff and things. */
  classes: number;
  /** Source of the first weights. */
  random: Random;
  /** Channels of the first convolution (16). */
  stem?: number;
  /** Channels that each layer of a dense block adds (8). */
  growth?: number;
  /**
   * Layers of each dense block on the way down, the finest first, and of the one at the bottom: `[3, 3, 3, 3]` by default. The way up
   * has the blocks of the way down again. FC-DenseNet103 has `[4, 5, 7, 10, 12, 15]`.
   */
  layers?: readonly number[];
  /** Weight of each class in the loss, `[classes]`; 1 by default. */
  classWeights?: readonly number[];
}

/** Batch norm, ReLU, 1×1 convolution, halving: between two blocks on the way down. */
function transitionDown(channels: number, random: Random): Sequential {
  const halve = (x: Tensor) => maxPool2d(x, { size: 2 });
  return new Sequential(new BatchNorm2d(channels), relu, new Conv2d(channels, channels, { size: 1, random }), halve);
}

/**
 * The one hundred layers tiramisu (Jégou et al. 2017): a U-Net of dense blocks, see {@link DenseBlock}. On the way down, each block's
 * maps are kept for the way up and halved. On the way up, a transposed convolution doubles only the maps that the block below has
 * *added*: with its input, too, they would become more at each level. The last block gives all its maps to the scores.
 *
 * Deviations from the paper: a stem of 5×5 filters with stride 2 halves the image first and the scores are enlarged bilinearly at the
 * end; no dropout. Sides of the images must be multiples of 2 to the number of blocks in `layers`.
 */
export class Tiramisu extends Module implements Segmenter {
  readonly stem: Conv2d;
  readonly down: DenseBlock[];
  readonly transitions: Sequential[];
  readonly bottom: DenseBlock;
  /** What doubles the maps before each block on the way up, coarsest first. */
  readonly doublings: ConvTranspose2d[];
  readonly up: DenseBlock[];
  readonly scores: Conv2d;
  readonly #stride: number;
  readonly #classWeights: readonly number[] | undefined;

  /** @throws on settings out of range. */
  constructor(options: TiramisuOptions) {
    super();
    const any = { classes: 'any', stem: 'any', growth: 'any', layers: 'any', classWeights: 'any' } as const;
    checkOptions('Tiramisu', options, { ...any, random: 'random' });
    const { classes, random: source, stem = 16, growth = 8, layers = [3, 3, 3, 3], classWeights } = options;
    const random = boundedRandom('Tiramisu', source);
    checkPixelClasses('Tiramisu', classes);
    checkCounts('Tiramisu', { stem, growth }, mostChannels);
    checkWidths('Tiramisu', layers, 2, 'layers');
    if (classWeights !== undefined) checkClassWeights('Tiramisu', classWeights, classes);
    const levels = layers.slice(0, -1);
    this.stem = new Conv2d(3, stem, { size: 5, stride: 2, padding: 2, random });
    let channels = stem;
    this.down = levels.map((count) => {
      const block = new DenseBlock({ inputs: channels, layers: count, growth, random });
      channels = block.channels;
      return block;
    });
    this.transitions = this.down.map((block) => transitionDown(block.channels, random));
    this.bottom = new DenseBlock({ inputs: channels, layers: layers[levels.length], growth, random });
    const below = [...layers.slice(1)].reverse().map((count) => count * growth);
    const doubling = { size: 3, stride: 2, padding: 1, outputPadding: 1, random };
    this.doublings = below.map((added) => new ConvTranspose2d(added, added, doubling));
    this.up = [...levels.keys()].reverse().map((i, k) => {
      return new DenseBlock({ inputs: below[k] + this.down[i].channels, layers: levels[i], growth, random });
    });
    this.scores = new Conv2d(this.up[this.up.length - 1].channels, classes, { size: 1, random });
    this.#stride = 2 ** layers.length;
    this.#classWeights = classWeights;
  }

  /**
   * `[N, H, W, 3]`, 0–1 → scores `[N, H, W, classes]`.
   * @throws unless H and W are multiples of 2 to the number of blocks in `layers`.
   */
  forward(images: Tensor): Tensor {
    checkImages('Tiramisu', images, this.#stride);
    let x = this.stem.forward(centerColors(images));
    const skips: Tensor[] = [];
    for (const [i, block] of this.down.entries()) {
      const { all } = block.forward(x);
      skips.push(all);
      x = this.transitions[i].forward(all);
    }
    let maps = this.bottom.forward(x);
    for (const [i, block] of this.up.entries()) {
      maps = block.forward(concat([this.doublings[i].forward(maps.added), skips.pop()!]));
    }
    return resize(this.scores.forward(maps.all), { scale: 2, mode: 'bilinear' });
  }

  /**
   * `crossEntropy`: its mean over all pixels but the void ones, each as heavy as its class; see {@link crossEntropy}.
   * @throws on images that {@link forward} refuses, on maps of another size, and on labels that are no class.
   */
  losses(batch: Batch<SegmentationSample>): Losses {
    checkSegmentationBatch('Tiramisu', batch, this.scores.weight.shape[3]);
    return segmentationLosses(this.forward(batch.images), batch.semantic, this.#classWeights);
  }

  /**
   * The class with the highest score at every pixel, by running statistics and without gradients.
   * @param images `[H, W, 3]`, a list of them, or `[N, H, W, 3]`, 0–1. @returns class numbers, `[N, H, W]`.
   * @throws on images that {@link forward} refuses, and where a score is not finite.
   */
  async predict(images: Images): Promise<NdArray<Float32Array>> {
    const batch = imageBatch('Tiramisu.predict', images);
    return predictClasses('Tiramisu', this, () => this.forward(batch));
  }
}
