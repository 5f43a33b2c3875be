import ndarray, { type NdArray } from 'ndarray';
import { checkTensor } from '../../checks/arguments';
import { checkArray } from '../../checks/arrays';
import { checkCount } from '../../checks/numbers';
import { checkOptions } from '../../checks/options';
import { shown } from '../../checks/shown';
import type { Batch } from '../../data/batches';
import { checkSample } from '../../data/checkSample';
import type { SegmentationSample } from '../../data/dataset';
import { BatchNorm2d } from '../../nn/batchNorm2d';
import { Conv2d } from '../../nn/conv2d';
import { Module } from '../../nn/module';
import { Sequential } from '../../nn/sequential';
import { relu } from '../../ops/elementwise';
import { pad } from '../../ops/pad';
import { reshape } from '../../ops/reshape';
import { show } from '../../shape/shape';
import type { Random } from '../../tensor/random';
import { type Tensor, tensor } from '../../tensor/tensor';
import { centerColors } from '../backbones/centerColors';
import { evaluating, type Losses, type Segmenter } from '../contract';
import { type Images, imageBatch } from '../images';
import { boundedRandom } from '../limitedRandom';
import { checkCounts, checkPixelClasses, checkWidths, mostPixels } from '../settings';
import { checkSegmentationBatch } from '../targets';
import { predictClasses, segmentationLosses } from './perPixel';

/** Settings of {@link PatchClassifier}. */
export interface PatchClassifierOptions {
  /** Number of classes, stuff and things. */
  classes: number;
  /** Source of the first weights. */
  random: Random;
  /** Channels of the hidden layers (`[16, 16, 32, 32]`). */
  widths?: readonly number[];
  /** Side of the filters, odd: of all hidden layers, or of each (3). */
  size?: number | readonly number[];
  /** Pixels from one tap of the filters to the next: of all hidden layers, or of each (1). */
  dilation?: number | readonly number[];
  /**
   * Patches that a training step draws from each image (128); `'all'` trains on every patch of it, computed at once, which costs far
   * less per patch.
   */
  patchesPerImage?: number | 'all';
}

/** What lies around an image: gray, which is 0 once colors are centered. */
const outside = 0.5;

type Place = readonly [row: number, column: number];

/**
 * Classifies the pixel in the middle of a patch (Ciresan et al. 2012, Farabet et al. 2013): convolutions without padding eat the
 * patch up until one pixel is left.
 *
 * Fed a whole image instead of a patch, the same convolutions give the scores of all its patches at once, and compute what
 * neighboring patches share only once. Beyond the image everything is gray, for a patch as for the whole: both ways agree at its
 * borders, too.
 *
 * Deviations from the papers: one scale, batch norm and ReLU, no pooling, since pooled maps have fewer pixels than the image.
 */
export class PatchClassifier extends Module implements Segmenter {
  /** Side of the patch, in px: 1 + Σ (size − 1) · dilation over the hidden layers. */
  readonly patch: number;
  readonly hidden: Sequential;
  readonly scores: Conv2d;
  readonly #channels: readonly number[];
  /** Of the hidden layers' filters. */
  readonly #sides: readonly number[];
  readonly #dilations: readonly number[];
  readonly #patchesPerImage: number | 'all';

  /** @throws on classes and widths out of range, and unless sides (odd) and dilations are whole numbers above 0, one a layer, and patches as well or 'all'. */
  constructor(options: PatchClassifierOptions) {
    super();
    checkOptions('PatchClassifier', options, {
      classes: 'any',
      random: 'random',
      widths: 'any',
      size: 'any',
      dilation: 'any',
      patchesPerImage: 'any',
    });
    const {
      classes,
      random: source,
      widths = [16, 16, 32, 32],
      size = 3,
      dilation = 1,
      patchesPerImage = 128,
    } = options;
    const random = boundedRandom('PatchClassifier', source);
    checkPixelClasses('PatchClassifier', classes);
    checkWidths('PatchClassifier', widths, 0);
    const sides = onePerLayer('size', size, widths.length);
    const dilations = onePerLayer('dilation', dilation, widths.length);
    const even = sides.find((side) => side % 2 === 0);
    if (even !== undefined) throw new Error(`PatchClassifier: expected filters with an odd side, got ${even}`);
    if (patchesPerImage !== 'all' && !(Number.isSafeInteger(patchesPerImage) && patchesPerImage >= 1)) {
      throw new Error(
        `PatchClassifier: expected patchesPerImage of 1 or more, or 'all', got ${shown(patchesPerImage)}`,
      );
    }
    if (patchesPerImage !== 'all') checkCounts('PatchClassifier', { patchesPerImage });
    this.#channels = [3, ...widths, classes];
    this.#sides = sides;
    this.#dilations = dilations;
    this.#patchesPerImage = patchesPerImage;
    this.patch = sides.reduce((patch, side, i) => patch + (side - 1) * dilations[i], 1);
    const layers = widths.flatMap((width, i) => [
      new Conv2d(this.#channels[i], width, { size: sides[i], dilation: dilations[i], bias: false, random }),
      new BatchNorm2d(width),
      relu,
    ]);
    this.hidden = new Sequential(...layers);
    this.scores = new Conv2d(this.#channels[widths.length], classes, { size: 1, random });
  }

  /**
   * `[N, H, W, 3]` → scores of every whole patch, `[N, H − patch + 1, W − patch + 1, classes]`.
   * @throws on other shapes, and where not even one patch fits.
   */
  forward(images: Tensor): Tensor {
    const { patch } = this;
    checkTensor('PatchClassifier', 'images', images);
    const [, height, width, channels] = images.shape;
    if (images.rank !== 4 || channels !== 3 || height < patch || width < patch) {
      throw new Error(
        `PatchClassifier: expected images [N, H, W, 3] of at least ${patch}×${patch} px, got ${show(images.shape)}`,
      );
    }
    return this.scores.forward(this.hidden.forward(centerColors(images)));
  }

  /**
   * `[N, H, W, 3]` → scores of every pixel, `[N, H, W, classes]`: {@link forward} of the images in a gray frame.
   * @throws on images of another shape.
   */
  forwardAll(images: Tensor): Tensor {
    checkTensor('PatchClassifier', 'images', images);
    if (images.rank !== 4) throw new Error(`PatchClassifier: expected images [N, H, W, 3], got ${show(images.shape)}`);
    const radius = this.patch >> 1;
    const frame = [radius, radius] as const;
    return this.forward(pad(images, [[0, 0], frame, frame, [0, 0]], { value: outside }));
  }

  /**
   * Mean cross-entropy of patches drawn at random, one image after the other, or of all pixels; void ones do not count.
   * @throws on maps of another size than their images, and on labels that are no class.
   */
  losses(batch: Batch<SegmentationSample>): Losses {
    checkSegmentationBatch('PatchClassifier', batch, this.scores.weight.shape[3]);
    if (this.#patchesPerImage === 'all') return segmentationLosses(this.forwardAll(batch.images), batch.semantic);
    const { samples, random } = batch;
    const { patch } = this;
    const each = this.#patchesPerImage;
    const numbers = patch * patch * 3;
    const patches = new Float32Array(samples.length * each * numbers);
    const labels = new Float32Array(samples.length * each);
    for (const [n, sample] of samples.entries()) {
      checkSample(`PatchClassifier: image ${n} of the batch`, sample, ['semantic']);
      const { image, semantic } = sample;
      const [height, width] = image.shape;
      const places = Array.from({ length: each }, () => [random.integer(height), random.integer(width)] as const);
      cutPatches(image, places, patch, patches.subarray(n * each * numbers));
      for (const [m, [row, column]] of places.entries()) labels[n * each + m] = semantic.get(row, column);
    }
    const scores = this.forward(tensor(patches, [labels.length, patch, patch, 3]));
    const rows = reshape(scores, [labels.length, scores.shape[3]]);
    return segmentationLosses(rows, tensor(labels));
  }

  /** The class of every pixel, `[N, H, W]`, all patches at once. */
  async predict(images: Images): Promise<NdArray<Float32Array>> {
    const batch = imageBatch('PatchClassifier.predict', images);
    return predictClasses('PatchClassifier', this, () => this.forwardAll(batch));
  }

  /**
   * Scores of every pixel of one image, `[H, W, classes]`, really patch by patch: the sliding window as the slides draw it. They
   * equal those of {@link forwardAll} in evaluation, and take longer.
   * @param image `[H, W, 3]`, 0–1. @param options together: patches that go through the network in one launch (256).
   * @throws on another shape, and unless together is a whole number above 0.
   */
  async slide(image: NdArray<Float32Array>, options: { together?: number } = {}): Promise<NdArray<Float32Array>> {
    const { together = 256 } = checkOptions('slide', options, { together: 'any' });
    checkArray('slide', 'an image', image, '[H, W, 3]');
    checkCount('slide', 'together', together, 1);
    const { patch } = this;
    const [height, width] = image.shape;
    const places = Array.from({ length: height * width }, (_, i) => [Math.floor(i / width), i % width] as const);
    const classes = this.#channels[this.#channels.length - 1];
    const count = Math.min(together, places.length);
    const scores = new Float32Array(places.length * classes);
    for (let first = 0; first < places.length; first += count) {
      // The last launch is as large as the others, its rest gray: another size would have to be compiled.
      const patches = new Float32Array(count * patch * patch * 3);
      const now = places.slice(first, first + count);
      cutPatches(image, now, patch, patches);
      const found = await evaluating(this, () => this.forward(tensor(patches, [count, patch, patch, 3]))).data();
      scores.set(found.subarray(0, now.length * classes), first * classes);
    }
    return ndarray(scores, [height, width, classes]);
  }

  /**
   * Multiplications, each with an addition, that the convolutions need for one input of the given size: those of one patch are
   * `multiplyAdds(patch, patch)`, those of all patches of an image at once `multiplyAdds(H + patch − 1, W + patch − 1)`.
   * @param height @param width of the input, in px.
   * @throws where the input is smaller than a patch.
   */
  multiplyAdds(height: number, width: number): number {
    const { patch } = this;
    if (!(Number.isSafeInteger(height) && Number.isSafeInteger(width) && height >= patch && width >= patch)) {
      throw new Error(`multiplyAdds: expected at least ${patch}×${patch} px, got ${shown(height)}×${shown(width)}`);
    }
    let [rows, columns, total] = [height, width, 0];
    for (const [i, side] of [...this.#sides, 1].entries()) {
      const eaten = (side - 1) * (this.#dilations[i] ?? 1);
      rows -= eaten;
      columns -= eaten;
      total += rows * columns * side ** 2 * this.#channels[i] * this.#channels[i + 1];
    }
    return total;
  }
}

/** One whole number a layer, above 0. */
function onePerLayer(setting: string, value: number | readonly number[], layers: number): number[] {
  const values = typeof value === 'number' ? Array.from({ length: layers }, () => value) : value;
  const isRight = (one: unknown) => Number.isSafeInteger(one) && Number(one) >= 1;
  if (!Array.isArray(values) || values.length !== layers || !values.every(isRight)) {
    throw new Error(
      `PatchClassifier: expected ${setting} of 1 or more, one for each of ${layers} layers, got ${shown(values)}`,
    );
  }
  for (const one of values) checkCounts('PatchClassifier', { [setting]: one }, mostPixels);
  return [...values];
}

/** Writes the patches around pixels of an image, `[M, patch, patch, 3]`, gray where they reach beyond it, to the start of `target`. */
function cutPatches(image: NdArray<Float32Array>, places: readonly Place[], patch: number, target: Float32Array): void {
  const [height, width] = image.shape;
  const source = tensor(image).value.data!;
  const radius = patch >> 1;
  target.fill(outside, 0, places.length * patch * patch * 3);
  for (const [m, [row, column]] of places.entries()) {
    const left = Math.max(0, column - radius);
    const right = Math.min(width, column + radius + 1);
    const top = Math.max(0, row - radius);
    const bottom = Math.min(height, row + radius + 1);
    for (let y = top; y < bottom; y++) {
      const start = ((m * patch + y - row + radius) * patch + left - column + radius) * 3;
      target.set(source.subarray((y * width + left) * 3, (y * width + right) * 3), start);
    }
  }
}
