import ndarray, { type NdArray } from 'ndarray';
import { convertBoxes } from '../../boxes/boxFormat';
import { clipBoxes } from '../../boxes/clipBoxes';
import { checkTensor } from '../../checks/arguments';
import { checkFrom0 } from '../../checks/numbers';
import { checkOptions } from '../../checks/options';
import type { Batch } from '../../data/batches';
import type { DetectionSample } from '../../data/dataset';
import { crossEntropy } from '../../losses/crossEntropy';
import { mse } from '../../losses/mse';
import { normal } from '../../nn/initialize';
import { Linear } from '../../nn/linear';
import { Module } from '../../nn/module';
import type { Sequential } from '../../nn/sequential';
import { leakyRelu, scale } from '../../ops/elementwise';
import { maxPool2d } from '../../ops/pool2d';
import { argMax, max } from '../../ops/reduce';
import { reshape } from '../../ops/reshape';
import { softmax } from '../../ops/softmax';
import { resolvePair, show } from '../../shape/shape';
import type { Pair } from '../../shape/types';
import type { Random } from '../../tensor/random';
import { realize, type Tensor, tensor } from '../../tensor/tensor';
import { convBlocks } from '../backbones/convBlock';
import { SmallBackbone } from '../backbones/smallBackbone';
import { evaluating, type Losses, type Trainable } from '../contract';
import { checkFinite } from '../finite';
import { boundedRandom } from '../limitedRandom';
import { checkCounts } from '../settings';
import { checkDetectionBatch } from '../targets';

/** Settings of {@link SingleObject}. */
export interface SingleObjectOptions {
  /** Number of classes of things; background is none of them. */
  classes: number;
  /** Source of the first weights. */
  random: Random;
  /** Sides of the images, px, multiples of 16 (64): the fully connected layer knows places by their number, so the size is fixed. */
  side?: Pair;
  /** Length of the vector that both heads read (128); the slides' 4096. */
  features?: number;
  /** λ, how much the box counts beside the class (10). */
  boxWeight?: number;
}

/** Longest side of the images, px: the vector reads every cell. */
const mostSide = 2048;

/** One class and one box for each image. */
export interface Located {
  /** `[N]`, classes from 0. */
  labels: NdArray<Int32Array>;
  /** `[N, 4]` x1, y1, x2, y2 in px, inside the image. */
  boxes: NdArray<Float32Array>;
  /** `[N]`, probability of the class. */
  scores: NdArray<Float32Array>;
}

/** Raw outputs of {@link SingleObject}. */
export interface SingleObjectOutput {
  /** `[N, classes]`, unnormalized. */
  scores: Tensor;
  /** `[N, 4]`: center x, center y, width, height as shares of the image's width and height. */
  boxes: Tensor;
}

/**
 * Says what the one thing in an image is, and where: a backbone turns the image into a vector, one head reads the class from it and
 * another the box, four numbers by regression.
 *
 *     L = L_cls + λ L_reg,    L_cls = cross-entropy,    L_reg = 1/N Σ ‖(x, y, w, h) − (x', y', w', h')‖²
 *
 * Center, width and height are shares of the image's sides: λ here is λ · side² where they are counted in px.
 *
 * Deviations from the slides: a small backbone trained from scratch, where theirs comes from ImageNet.
 */
export class SingleObject extends Module implements Trainable<DetectionSample> {
  readonly backbone: SmallBackbone;
  readonly stage: Sequential;
  readonly vector: Linear;
  readonly classHead: Linear;
  readonly boxHead: Linear;
  readonly #sides: readonly [number, number];
  readonly #boxWeight: number;

  /** @throws on settings out of range. */
  constructor(options: SingleObjectOptions) {
    super();
    checkOptions('SingleObject', options, {
      classes: 'any',
      random: 'random',
      side: 'any',
      features: 'any',
      boxWeight: 'any',
    });
    const { classes, random: source, side = 64, features = 128, boxWeight = 10 } = options;
    const random = boundedRandom('SingleObject', source);
    checkCounts('SingleObject', { classes, features });
    this.#sides = resolvePair('SingleObject', 'side', side, 16);
    const [height, width] = this.#sides;
    checkCounts('SingleObject', { side: Math.max(height, width) }, mostSide);
    if (height % 16 || width % 16) {
      throw new Error(`SingleObject: expected sides that are multiples of 16, got ${show(this.#sides)}`);
    }
    checkFrom0('SingleObject', 'boxWeight', boxWeight);
    this.backbone = new SmallBackbone({ random, stride: 8 });
    this.stage = convBlocks([this.backbone.channels, 64, 64], { random });
    this.vector = new Linear((height / 16) * (width / 16) * 64, features, { random });
    this.classHead = new Linear(features, classes, { random });
    // Outputs of the usual size would be far outside the image, and the first steps spent on calming them down.
    this.boxHead = new Linear(features, 4, { random, initialize: normal(0.01) });
    this.#boxWeight = boxWeight;
  }

  /**
   * `[N, H, W, 3]` → class scores `[N, classes]` and boxes `[N, 4]`, as shares of the image's sides.
   * @throws on images of another size.
   */
  forward(images: Tensor): SingleObjectOutput {
    const [height, width] = this.#sides;
    checkTensor('SingleObject', 'images', images);
    const [count, ...rest] = images.shape;
    if (show(rest) !== show([height, width, 3])) {
      throw new Error(`SingleObject: expected images [N, ${height}, ${width}, 3], got ${show(images.shape)}`);
    }
    const map = this.stage.forward(maxPool2d(this.backbone.forward(images), { size: 2 }));
    // Leaky: where one head hardly pulls, a ReLU's numbers can all fall to 0, and nothing would bring them back.
    const vector = leakyRelu(this.vector.forward(reshape(map, [count, map.size / count])), { slope: 0.1 });
    return { scores: this.classHead.forward(vector), boxes: this.boxHead.forward(vector) };
  }

  /** Class and box of each image's thing, `[N]` and `[N, 4]` as shares. */
  #targets(samples: readonly DetectionSample[]): { labels: Tensor; boxes: Tensor } {
    const [height, width] = this.#sides;
    const rows = samples.map(({ boxes, labels }, n) => {
      if (labels.shape[0] !== 1) {
        throw new Error(`SingleObject: expected one thing in each image, got ${labels.shape[0]} at ${n}`);
      }
      const [x, y, w, h] = convertBoxes(boxes, { to: 'cxcywh' }).data;
      return [x / width, y / height, w / width, h / height];
    });
    return { labels: tensor(samples.map(({ labels }) => labels.get(0))), boxes: tensor(rows) };
  }

  /** `box` is λ L_reg: what is trained on is the sum. @throws where an image has no thing, or several. */
  losses(batch: Batch<DetectionSample>): Losses {
    checkDetectionBatch('SingleObject', batch, this.classHead.weight.shape[1]);
    const { images, samples } = batch;
    const targets = this.#targets(samples);
    const { scores, boxes } = this.forward(images);
    return {
      classification: crossEntropy(scores, targets.labels),
      // The mean over four numbers, times four: the squared length of the error.
      box: scale(mse(boxes, targets.boxes), 4 * this.#boxWeight),
    };
  }

  /**
   * The class with the highest score, and the box. However many objects there are, it predicts one.
   * @param images `[N, H, W, 3]`, 0–1.
   * @throws on other shapes, and where a score or a box is not finite.
   */
  async locate(images: Tensor): Promise<Located> {
    const [height, width] = this.#sides;
    const { labels, scores, boxes } = evaluating(this, () => {
      const output = this.forward(images);
      const probabilities = softmax(output.scores);
      return { labels: argMax(probabilities), scores: max(probabilities, { axes: [1] }), boxes: output.boxes };
    });
    await realize(labels, scores, boxes);
    checkFinite('SingleObject', 'scores', await scores.toNdarray());
    checkFinite('SingleObject', 'boxes', await boxes.toNdarray());
    const sides = [width, height, width, height];
    const shares = await boxes.data();
    // A regression may predict anything, a negative width, too: that is no width.
    const px = shares.map((value, i) => (i % 4 < 2 ? value : Math.max(0, value)) * sides[i % 4]);
    const corners = convertBoxes(ndarray(px, [...boxes.shape]), { from: 'cxcywh' });
    return {
      labels: ndarray(Int32Array.from(await labels.data()), [...labels.shape]),
      boxes: clipBoxes(corners, { height, width }),
      scores: await scores.toNdarray(),
    };
  }
}
