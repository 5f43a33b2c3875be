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
import { bedOfNails } from '../../ops/bedOfNails';
import { relu } from '../../ops/elementwise';
import { maxUnpool2d } from '../../ops/maxUnpool2d';
import { maxPool2d, maxPool2dWithIndices } from '../../ops/pool2d';
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

/** How {@link DeconvNet} doubles a map. */
export type Unpooling = 'switches' | 'bedOfNails' | 'nearest';

/** Settings of {@link DeconvNet}. */
export interface DeconvNetOptions {
  /** Number of classes, stuff and things. */
  classes: number;
  /** Source of the first weights. */
  random: Random;
  /** Channels of the stages, finest first, and of the bottom (`[16, 32, 64]`): each stage but the bottom halves its map at its end. */
  widths?: readonly number[];
  /**
   * How the way up doubles a map: by the `switches` of the way down (the paper's, and the default), which put each value where its
   * maximum stood; as a `bedOfNails`, which puts it into the upper left corner; or `nearest`, which repeats it.
   */
  unpooling?: Unpooling;
  /** Weight of each class in the loss, `[classes]`; 1 by default. */
  classWeights?: readonly number[];
}

/** Transposed 3×3 convolutions of stride 1, each with batch norm and ReLU, through the given numbers of channels. */
function deconvBlocks(channels: readonly number[], random: Random): Sequential {
  const block = (inputs: number, outputs: number) => {
    const filters = new ConvTranspose2d(inputs, outputs, { size: 3, padding: 1, bias: false, random });
    return new Sequential(filters, new BatchNorm2d(outputs), relu);
  };
  return new Sequential(...channels.slice(1).map((outputs, i) => block(channels[i], outputs)));
}

/**
 * Deconvolution network (Noh, Hong and Han 2015): stages of convolutions and max pooling that remembers where each maximum stood, and their
 * mirror image: unpooling to those places, then transposed convolutions that fill in what lies between. No features are handed across:
 * only the places.
 *
 * Deviations from the paper: small stages instead of VGG-16, trained from scratch; a stem of 5×5 filters with stride 2 halves the image
 * first and the scores are enlarged bilinearly at the end; the bottom is two 3×3 convolutions and a transposed one instead of one over
 * the whole map; whole images instead of region proposals. Sides of the images must be multiples of 2 to the number of widths.
 */
export class DeconvNet extends Module implements Segmenter {
  readonly stem: Sequential;
  readonly stages: Sequential[];
  readonly bottom: Sequential;
  /** The transposed convolution from the bottom's channels to the last stage's. */
  readonly narrowing: Sequential;
  /** The stages' mirror images, coarsest first. */
  readonly mirrored: Sequential[];
  readonly scores: Conv2d;
  readonly #stride: number;
  readonly #unpooling: Unpooling;
  readonly #classWeights: readonly number[] | undefined;

  /** @throws on settings out of range. */
  constructor(options: DeconvNetOptions) {
    super();
    checkOptions('DeconvNet', options, {
      classes: 'any',
      random: 'random',
      widths: 'any',
      unpooling: ['switches', 'bedOfNails', 'nearest'],
      classWeights: 'any',
    });
    const { classes, random: source, widths = [16, 32, 64], unpooling = 'switches', classWeights } = options;
    const random = boundedRandom('DeconvNet', source);
    checkPixelClasses('DeconvNet', classes);
    checkWidths('DeconvNet', widths, 2);
    if (classWeights !== undefined) checkClassWeights('DeconvNet', classWeights, classes);
    const stages = widths.slice(0, -1);
    const [coarsest, bottom] = widths.slice(-2);
    // The stem is the first of the finest stage's two convolutions.
    this.stem = convBlock(3, widths[0], { random, size: 5, stride: 2 });
    this.stages = stages.map((width, i) =>
      i === 0 ? convBlock(width, width, { random }) : convBlocks([widths[i - 1], width, width], { random }),
    );
    this.bottom = convBlocks([coarsest, bottom, bottom], { random });
    this.narrowing = deconvBlocks([bottom, coarsest], random);
    this.mirrored = [...stages.keys()]
      .reverse()
      .map((i) => deconvBlocks([widths[i], widths[i], widths[Math.max(0, i - 1)]], random));
    this.scores = new Conv2d(widths[0], classes, { size: 1, random });
    this.#stride = 2 ** widths.length;
    this.#unpooling = unpooling;
    this.#classWeights = classWeights;
  }

  /**
   * `[N, H, W, 3]`, 0–1 → scores `[N, H, W, classes]`.
   * @throws unless H and W are multiples of 2 to the number of widths.
   */
  forward(images: Tensor): Tensor {
    checkImages('DeconvNet', images, this.#stride);
    let x = this.stem.forward(centerColors(images));
    const unpoolings: ((x: Tensor) => Tensor)[] = [];
    for (const stage of this.stages) {
      const { pooled, unpool } = this.#pool(stage.forward(x));
      unpoolings.push(unpool);
      x = pooled;
    }
    x = this.narrowing.forward(this.bottom.forward(x));
    for (const stage of this.mirrored) x = stage.forward(unpoolings.pop()!(x));
    return resize(this.scores.forward(x), { scale: 2, mode: 'bilinear' });
  }

  /** A map halved, and what doubles another one of that size. */
  #pool(map: Tensor): { pooled: Tensor; unpool: (x: Tensor) => Tensor } {
    if (this.#unpooling === 'switches') {
      const { output, indices } = maxPool2dWithIndices(map, { size: 2 });
      return { pooled: output, unpool: (x) => maxUnpool2d(x, indices, { size: 2 }) };
    }
    const unpool =
      this.#unpooling === 'nearest'
        ? (x: Tensor) => resize(x, { scale: 2, mode: 'nearest' })
        : (x: Tensor) => bedOfNails(x, { stride: 2 });
    return { pooled: maxPool2d(map, { size: 2 }), unpool };
  }

  /**
   * `crossEntropy`: its mean over all pixels but the void ones, each as heavy as its class; see {@link crossEntropy}.
   * @throws on images that {@link forward} refuses, on maps of another size, and on labels that are no class.
   */
  losses(batch: Batch<SegmentationSample>): Losses {
    checkSegmentationBatch('DeconvNet', batch, this.scores.weight.shape[3]);
    return segmentationLosses(this.forward(batch.images), batch.semantic, this.#classWeights);
  }

  /**
   * The class with the highest score at every pixel, by running statistics and without gradients.
   * @param images `[H, W, 3]`, a list of them, or `[N, H, W, 3]`, 0–1. @returns class numbers, `[N, H, W]`.
   * @throws on images that {@link forward} refuses, and where a score is not finite.
   */
  async predict(images: Images): Promise<NdArray<Float32Array>> {
    const batch = imageBatch('DeconvNet.predict', images);
    return predictClasses('DeconvNet', this, () => this.forward(batch));
  }
}
