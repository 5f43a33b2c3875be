import type { NdArray } from 'ndarray';
import { checkOptions } from '../../checks/options';
import { shown } from '../../checks/shown';
import type { Batch } from '../../data/batches';
import type { SegmentationSample } from '../../data/dataset';
import { checkClassWeights } from '../../losses/crossEntropy';
import { Conv2d } from '../../nn/conv2d';
import { ConvTranspose2d } from '../../nn/convTranspose2d';
import { bilinear } from '../../nn/initialize';
import { checkModule, Module } from '../../nn/module';
import type { Sequential } from '../../nn/sequential';
import { add } from '../../ops/elementwise';
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

/** Settings of {@link Fcn}. */
export interface FcnOptions {
  /** Number of classes, stuff and things. */
  classes: number;
  /** Source of the first weights. */
  random: Random;
  /** Channels of the stages; each stage halves the image at its end, so five of them have stride 32. */
  widths?: readonly number[];
  /**
   * The layers of stage `index`, from `inputs` channels to `outputs`, without the halving: any that keep height and width. By default
   * two 3×3 convolutions with batch norm and ReLU, and one in the first stage. Stages of VGG-16 make the paper's network.
   */
  stage?: (inputs: number, outputs: number, index: number) => Sequential;
  /**
   * Stride at which the scores are put together: the coarsest stage's own (FCN-32s of five stages), or a finer one, whose stage and
   * all coarser ones are then added up (FCN-16s, FCN-8s).
   */
  stride?: number;
  /** How scores are doubled before a finer stage's are added: plain `bilinear` (the default), or `learned`: 4×4 filters that start as it. */
  doubling?: 'bilinear' | 'learned';
  /** Weight of each class in the loss, `[classes]`; 1 by default. */
  classWeights?: readonly number[];
}

/**
 * Fully convolutional network (Long et al. 2015): stages of convolutions and pooling, scores by 1×1 convolutions, enlarged to the
 * image's size. With skips, the coarse scores are doubled and added to those of the finer stage before, down to `stride`; the last
 * enlarging is bilinear.
 *
 * Deviations from the paper: small stages with batch norm, trained from scratch; and plain bilinear doubling, unless it is to be
 * `learned` by transposed convolutions as in the paper.
 */
export class Fcn extends Module implements Segmenter {
  readonly stages: Sequential[];
  readonly top: Sequential;
  /** Scores of the stages, coarsest first. */
  readonly scores: Conv2d[];
  /** What doubles the scores before each finer stage, where that is learned. */
  readonly doublings: ConvTranspose2d[];
  readonly #coarsest: number;
  readonly #stride: number;
  readonly #classWeights: readonly number[] | undefined;

  /** @throws on settings out of range. */
  constructor(options: FcnOptions) {
    super();
    checkOptions('Fcn', options, {
      classes: 'any',
      random: 'random',
      widths: 'any',
      stage: 'function',
      stride: 'any',
      doubling: ['bilinear', 'learned'],
      classWeights: 'any',
    });
    const {
      classes,
      random: source,
      widths = [8, 16, 32, 64, 64],
      stride = 8,
      doubling = 'bilinear',
      classWeights,
    } = options;
    const random = boundedRandom('Fcn', source);
    const usual = (inputs: number, outputs: number, index: number) =>
      index === 0 ? convBlock(inputs, outputs, { random }) : convBlocks([inputs, outputs, outputs], { random });
    const { stage = usual } = options;
    checkPixelClasses('Fcn', classes);
    checkWidths('Fcn', widths, 1);
    if (classWeights !== undefined) checkClassWeights('Fcn', classWeights, classes);
    this.#coarsest = 2 ** widths.length;
    const heads = typeof stride === 'number' ? Math.log2(this.#coarsest / stride) + 1 : Number.NaN;
    if (!(Number.isInteger(heads) && heads >= 1 && heads <= widths.length)) {
      throw new Error(`Fcn: expected a stride of 2, 4, … or ${this.#coarsest}, got ${shown(stride)}`);
    }
    this.stages = widths.map((width, i) => stage(i === 0 ? 3 : widths[i - 1], width, i));
    for (const [i, made] of this.stages.entries()) checkModule('Fcn', `stage ${i}`, made);
    const last = widths[widths.length - 1];
    this.top = convBlock(last, last, { random });
    this.scores = [last, ...widths.slice(0, -1).reverse()]
      .slice(0, heads)
      .map((width) => new Conv2d(width, classes, { size: 1, random }));
    const filter = { size: 4, stride: 2, padding: 1, bias: false, initialize: bilinear, random };
    this.doublings =
      doubling === 'learned' ? this.scores.slice(1).map(() => new ConvTranspose2d(classes, classes, filter)) : [];
    this.#stride = stride;
    this.#classWeights = classWeights;
  }

  /**
   * `[N, H, W, 3]`, 0–1 → scores `[N, H, W, classes]`.
   * @throws unless H and W are multiples of the coarsest stage's stride.
   */
  forward(images: Tensor): Tensor {
    checkImages('Fcn', images, this.#coarsest);
    const features: Tensor[] = [];
    let x = centerColors(images);
    for (const stage of this.stages) {
      x = maxPool2d(stage.forward(x), { size: 2 });
      features.unshift(x);
    }
    features[0] = this.top.forward(features[0]);
    const [coarsest, ...finer] = this.scores.map((head, i) => head.forward(features[i]));
    const scores = finer.reduce((sum, skip, i) => add(this.#double(sum, i), skip), coarsest);
    return resize(scores, { scale: this.#stride, mode: 'bilinear' });
  }

  #double(scores: Tensor, i: number): Tensor {
    return this.doublings[i]?.forward(scores) ?? resize(scores, { scale: 2, mode: 'bilinear' });
  }

  /**
   * `crossEntropy`: its mean over all pixels but the void ones, each as heavy as its class; see {@link crossEntropy}.
   * @throws on images that {@link forward} refuses, on maps of another size, and on labels that are no class.
   */
  losses(batch: Batch<SegmentationSample>): Losses {
    checkSegmentationBatch('Fcn', batch, this.scores[0].weight.shape[3]);
    return segmentationLosses(this.forward(batch.images), batch.semantic, this.#classWeights);
  }

  /**
   * The class with the highest score at every pixel, by running statistics and without gradients.
   * @param images `[H, W, 3]`, a list of them, or `[N, H, W, 3]`, 0–1. @returns class numbers, `[N, H, W]`.
   * @throws on images that {@link forward} refuses, and where a score is not finite.
   */
  async predict(images: Images): Promise<NdArray<Float32Array>> {
    const batch = imageBatch('Fcn.predict', images);
    return predictClasses('Fcn', this, () => this.forward(batch));
  }
}
