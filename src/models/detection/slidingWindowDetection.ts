import ndarray, { type NdArray } from 'ndarray';
import type { Detections } from '../../boxes/detections';
import { checkThresholds, match } from '../../boxes/match';
import { takeRows } from '../../boxes/rows';
import { sample } from '../../boxes/sample';
import { checkSelection, type SelectionOptions, selectDetections } from '../../boxes/selectDetections';
import { checkList, checkTensor } from '../../checks/arguments';
import { checkArray, checkLayout } from '../../checks/arrays';
import { checkCount } from '../../checks/numbers';
import { checkOptions } from '../../checks/options';
import { shown } from '../../checks/shown';
import type { Batch } from '../../data/batches';
import type { DetectionSample } from '../../data/dataset';
import { crossEntropy } from '../../losses/crossEntropy';
import { normal } from '../../nn/initialize';
import { Linear } from '../../nn/linear';
import { Module } from '../../nn/module';
import type { Sequential } from '../../nn/sequential';
import { relu } from '../../ops/elementwise';
import { maxPool2d } from '../../ops/pool2d';
import { reshape } from '../../ops/reshape';
import { roiAlign } from '../../ops/roiAlign';
import { softmax } from '../../ops/softmax';
import { checkShape, resolvePair } from '../../shape/shape';
import type { Pair } from '../../shape/types';
import type { Random } from '../../tensor/random';
import { type Tensor, tensor } from '../../tensor/tensor';
import { centerColors } from '../backbones/centerColors';
import { convBlock } from '../backbones/convBlock';
import { type Detector, evaluating, type Losses } from '../contract';
import { type Images, imageBatch } from '../images';
import { boundedRandom } from '../limitedRandom';
import { checkCounts, checkWidths, mostPixels } from '../settings';
import { checkDetectionBatch } from '../targets';

/**
 * How many boxes of whole pixels lie in an image: one of h × w px has (H − h + 1)(W − w + 1) places, and all of them together
 *
 *     Σₕ Σ_w (H − h + 1)(W − w + 1) = H(H + 1)/2 · W(W + 1)/2
 *
 * @param height px, whole. @param width px, whole.
 * @returns the exact count; 57 768 120 000 for 600 × 800.
 * @throws on other sides, and where the count is above 2⁵³ − 1, the last one that a number holds exactly.
 */
export function countBoxes(height: number, width: number): number {
  for (const [name, side] of Object.entries({ height, width })) {
    if (!(Number.isSafeInteger(side) && side >= 0)) {
      throw new Error(`countBoxes: expected ${name} a whole number of px from 0, got ${shown(side)}`);
    }
  }
  const count = ((height * (height + 1)) / 2) * ((width * (width + 1)) / 2);
  if (!Number.isSafeInteger(count)) {
    throw new Error(`countBoxes: expected at most 2^53 − 1 boxes, got about ${count} for ${height} × ${width} px`);
  }
  return count;
}

/** Settings of {@link SlidingWindowDetector}. */
export interface SlidingWindowOptions {
  /** Number of classes of things; background is added. */
  classes: number;
  /** Source of the first weights. */
  random: Random;
  /** Sides of the windows, px, each one number or `[height, width]`. */
  sizes?: readonly Pair[];
  /** From one window to the next of its size, px. */
  stride?: number;
  /** Side that every window is warped to, px. */
  patch?: number;
  /** Channels of the stages of the CNN, each a convolution and a pooling by 2. */
  widths?: readonly number[];
  /** Windows that a training step draws from each image, at most half of them with a thing. */
  windowsPerImage?: number;
  /** IoU from which on a window shows a thing, and below which it shows background; between the two it is not trained on. */
  overlaps?: { positive: number; negative: number };
  /** Windows that go through the network in one launch (256). */
  together?: number;
  /** What `detect` keeps; 0.3 is its iouThreshold by default, as every thing is seen by many windows. */
  detections?: SelectionOptions;
}

/** The windows of one image and what the network predicts for each. */
export interface SlidWindows {
  /** `[M, 4]` x1, y1, x2, y2 in px: size by size, in each row by row. */
  boxes: NdArray<Float32Array>;
  /** `[M, classes + 1]`: background is the last. */
  probabilities: NdArray<Float32Array>;
}

/**
 * The detector of the slides before there were proposals: slides windows of several sizes over the image, warps each to one size, has
 * a CNN predict class or background, and suppresses what overlaps a window of a higher score. A box is a window: nothing corrects it.
 */
export class SlidingWindowDetector extends Module implements Detector {
  readonly stages: Sequential[];
  readonly vector: Linear;
  readonly scores: Linear;
  readonly #settings: Required<Omit<SlidingWindowOptions, 'random' | 'sizes' | 'widths'>>;
  readonly #sizes: readonly (readonly [height: number, width: number])[];

  /** @throws on settings out of range. */
  constructor(options: SlidingWindowOptions) {
    super();
    checkOptions('SlidingWindowDetector', options, {
      classes: 'any',
      random: 'random',
      sizes: 'any',
      stride: 'any',
      patch: 'any',
      widths: 'any',
      windowsPerImage: 'any',
      overlaps: 'any',
      together: 'any',
      detections: 'any',
    });
    const {
      classes,
      random: source,
      sizes = [12, 16, 20, 24, 28, 32],
      widths = [16, 32, 64],
      detections = {},
    } = options;
    const random = boundedRandom('SlidingWindowDetector', source);
    const { stride = 4, patch = 16, windowsPerImage = 32, together = 256 } = options;
    const { overlaps = { positive: 0.6, negative: 0.4 } } = options;
    checkCounts('SlidingWindowDetector', { classes, stride, windowsPerImage, together });
    checkCounts('SlidingWindowDetector', { patch }, mostPixels);
    checkWidths('SlidingWindowDetector', widths, 1);
    checkOptions('SlidingWindowDetector', overlaps, { positive: 'any', negative: 'any' });
    checkThresholds('SlidingWindowDetector', overlaps);
    checkSelection('SlidingWindowDetector', detections);
    checkList('SlidingWindowDetector', 'sizes', sizes, 'sides');
    if (sizes.length === 0) throw new Error('SlidingWindowDetector: expected at least one size, got none');
    const shrink = 2 ** widths.length;
    if (patch % shrink) {
      throw new Error(`SlidingWindowDetector: expected a patch that is a multiple of ${shrink}, got ${patch}`);
    }
    this.#settings = { classes, stride, patch, windowsPerImage, together, overlaps, detections };
    this.#sizes = sizes.map((size) => resolvePair('SlidingWindowDetector', 'sizes', size, 1));
    const last = widths[widths.length - 1];
    this.stages = widths.map((width, i) => convBlock(i === 0 ? 3 : widths[i - 1], width, { random }));
    this.vector = new Linear((patch / shrink) ** 2 * last, last, { random });
    this.scores = new Linear(last, classes + 1, { random, initialize: normal(0.01) });
  }

  /** Warped windows `[M, patch, patch, 3]` → scores `[M, classes + 1]`, background last. @throws on other shapes. */
  forward(patches: Tensor): Tensor {
    const { patch } = this.#settings;
    checkTensor('SlidingWindowDetector', 'patches', patches);
    checkLayout('SlidingWindowDetector', 'patches', patches.shape, `[M, ${patch}, ${patch}, 3]`);
    let x = centerColors(patches);
    for (const stage of this.stages) x = maxPool2d(stage.forward(x), { size: 2 });
    const count = patches.shape[0];
    return this.scores.forward(relu(this.vector.forward(reshape(x, [count, x.size / count]))));
  }

  /**
   * All windows of an image, `[M, 4]`: size by size, in each row by row, `stride` px apart, as far as they lie in the image. A size
   * larger than the image has none.
   * @param height @param width of the image, px. @throws on other sides, and on more windows than memory holds.
   */
  windows(height: number, width: number): NdArray<Float32Array> {
    const { stride } = this.#settings;
    checkCount('windows', 'height', height, 1);
    checkCount('windows', 'width', width, 1);
    const along = (side: number, window: number) => Math.max(0, Math.floor((side - window) / stride) + 1);
    const count = this.#sizes.reduce((sum, [h, w]) => sum + along(height, h) * along(width, w), 0);
    checkShape('windows', [count, 4]);
    const corners = new Float32Array(4 * count);
    let place = 0;
    for (const [h, w] of this.#sizes) {
      for (let y = 0; y + h <= height; y += stride) {
        for (let x = 0; x + w <= width; x += stride, place += 4) corners.set([x, y, x + w, y + h], place);
      }
    }
    return ndarray(corners, [count, 4]);
  }

  /**
   * Windows as images of one size, `[M, patch, patch, 3]`. Pixel (i, j) of a patch is read bilinearly at its place in the window,
   * y1 + (i + ½) · h / patch − ½; along the border the patch sees what is beside the window.
   * @param images image of each box, a number in the batch.
   */
  warp(pictures: Tensor, boxes: NdArray<Float32Array>, images: ArrayLike<number>): Tensor {
    return roiAlign(pictures, { boxes, images }, { size: this.#settings.patch, stride: 1, samples: 1 });
  }

  /**
   * Cross-entropy of windows drawn at random: as many of things as there are, up to half, and background.
   * @throws where the images are smaller than every window.
   */
  losses(batch: Batch<DetectionSample>): Losses {
    checkDetectionBatch('SlidingWindowDetector', batch, this.#settings.classes);
    const { images, samples, random } = batch;
    const [, height, width] = images.shape;
    const { classes, windowsPerImage, overlaps } = this.#settings;
    const windows = this.windows(height, width);
    if (windows.shape[0] === 0) {
      throw new Error(`SlidingWindowDetector: expected images that hold a window, got ${height} × ${width} px`);
    }
    const rows: number[] = [];
    const owners: number[] = [];
    const labels: number[] = [];
    for (const [n, truth] of samples.entries()) {
      const { states, truths } = match(windows, truth.boxes, { ...overlaps, bestForEachTruth: 'positive' });
      const { positive, negative } = sample(states, { size: windowsPerImage, random });
      for (const row of positive) labels.push(truth.labels.get(truths[row]!));
      for (const _ of negative) labels.push(classes);
      for (const row of [...positive, ...negative]) {
        rows.push(row);
        owners.push(n);
      }
    }
    const scores = this.forward(this.warp(images, takeRows(windows, rows), owners));
    return { classification: crossEntropy(scores, tensor(labels)) };
  }

  /**
   * Classifies every window of one image. Nothing is shared: each is cut out, warped and sent through the whole network.
   * @param image `[H, W, 3]`, 0–1.
   * @throws on other shapes.
   */
  async slide(image: NdArray<Float32Array>): Promise<SlidWindows> {
    checkArray('slide', 'an image', image, '[H, W, 3]');
    const boxes = this.windows(image.shape[0], image.shape[1]);
    const [count] = boxes.shape;
    const together = Math.min(this.#settings.together, count);
    const picture = reshape(tensor(image), [1, ...image.shape]);
    const columns = this.#settings.classes + 1;
    const probabilities = new Float32Array(count * columns);
    for (let first = 0; first < count; first += together) {
      // The last launch repeats its last window: launches of one size are compiled once.
      const rows = Array.from({ length: together }, (_, k) => Math.min(first + k, count - 1));
      const patches = this.warp(picture, takeRows(boxes, rows), new Uint8Array(together));
      const result = await evaluating(this, () => softmax(this.forward(patches))).data();
      probabilities.set(result.subarray(0, (Math.min(first + together, count) - first) * columns), first * columns);
    }
    return { boxes, probabilities: ndarray(probabilities, [count, columns]) };
  }

  /**
   * Windows whose class is probable, without those that overlap a surer one of the class.
   * @param images `[H, W, 3]`, a list of them, or `[N, H, W, 3]`, 0–1. @returns one entry an image, the highest-scoring object first. @throws where a number is not finite.
   */
  async detect(images: Images): Promise<Detections[]> {
    const batch = imageBatch('SlidingWindowDetector.detect', images);
    const stored = await batch.toNdarray();
    const [count, height, width] = batch.shape;
    const found: Detections[] = [];
    for (let n = 0; n < count; n++) {
      const { boxes, probabilities } = await this.slide(stored.pick(n) as NdArray<Float32Array>);
      const things = probabilities.hi(boxes.shape[0], this.#settings.classes);
      const options = { iouThreshold: 0.3, ...this.#settings.detections, image: { height, width } };
      found.push(selectDetections(boxes, things, options));
    }
    return found;
  }
}
