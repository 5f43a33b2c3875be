import { type AnchorShape, checkAnchorShapes } from '../../boxes/anchorShape';
import { boxCode } from '../../boxes/boxCode';
import type { Detections } from '../../boxes/detections';
import { checkImageSize } from '../../boxes/imageSize';
import { takeRows } from '../../boxes/rows';
import { checkSelection, type SelectionOptions } from '../../boxes/selectDetections';
import { type YoloGrid, yoloGrid } from '../../boxes/yoloGrid';
import { checkPositive } from '../../checks/numbers';
import { checkOptions } from '../../checks/options';
import type { Batch } from '../../data/batches';
import type { DetectionSample } from '../../data/dataset';
import { bceWithLogits } from '../../losses/bceWithLogits';
import { crossEntropy } from '../../losses/crossEntropy';
import { smoothL1 } from '../../losses/smoothL1';
import { Conv2d } from '../../nn/conv2d';
import { normal } from '../../nn/initialize';
import { Module } from '../../nn/module';
import { multiply, sigmoid } from '../../ops/elementwise';
import { sum } from '../../ops/reduce';
import { reshape } from '../../ops/reshape';
import { slice } from '../../ops/slice';
import { softmax } from '../../ops/softmax';
import type { ImageSize } from '../../shape/types';
import type { Random } from '../../tensor/random';
import { type Tensor, tensor } from '../../tensor/tensor';
import { checkBackboneWidth, SmallBackbone } from '../backbones/smallBackbone';
import { type Detector, evaluating, type Losses } from '../contract';
import { type Images, imageBatch } from '../images';
import { boundedRandom } from '../limitedRandom';
import { checkCounts } from '../settings';
import { checkDetectionBatch, checkTargets } from '../targets';
import { denseDetections } from './denseDetections';

/** Settings of {@link Yolo}. */
export interface YoloOptions {
  /** Number of classes of things. */
  classes: number;
  /** Source of the first weights. */
  random: Random;
  /** Widths and heights of the anchor boxes, px; `anchorKMeans` finds some. */
  anchors: readonly AnchorShape[];
  /** Factor on the backbone's numbers of channels (1). */
  width?: number;
  /** How much an empty slot weighs in the loss of p_c, against 1 of one with an object: empty ones are nearly all. */
  noObjectWeight?: number;
  /** What `detect` keeps. */
  detections?: SelectionOptions;
}

/** What the network should predict for a batch, one row a slot: R = N · rows · columns · B. */
export interface YoloTargets {
  /** `[R, 1]`: p_c. */
  objectness: Tensor;
  /** `[R, 1]`: how much each p_c weighs; divided by the number of objects in the batch. */
  objectnessWeights: Tensor;
  /** `[R, 4]`: t_x, t_y, t_w, t_h of the box, as a change of the slot's anchor. */
  code: Tensor;
  /** `[R, 1]`: 1 / number of objects where there is one; 0 where the code does not matter. */
  codeWeights: Tensor;
  /** `[R]`: the class, or the number of classes where it does not matter. */
  labels: Tensor;
  /** Objects of the batch that found no slot, and are not trained on. */
  dropped: number;
}

/** What the network predicts for a batch, one row a slot. */
interface YoloOutputs {
  /** `[R, 1]`, logits of p_c. */
  objectness: Tensor;
  /** `[R, 4]` */
  code: Tensor;
  /** `[R, K]`, logits. */
  classes: Tensor;
}

/**
 * A grid detector after YOLO (Redmon et al. 2016; anchors as in Redmon and Farhadi 2017): a backbone of stride 8, and a 1×1 convolution
 * that gives every cell, for each of its anchor boxes, p_c, a change of the anchor, and K class scores.
 *
 *     loss = Σ w · BCE(p_c) / P + Σ smoothL1(t) / P + mean cross-entropy(c)
 *
 * The last two over slots with an object; P is the number of objects in the batch; w is 1 where there is one, else `noObjectWeight`.
 * A detection's score is σ(p_c) · softmax(c).
 *
 * Deviations from the papers: boxes are coded as R-CNN's, relative to the anchor, with weights (10, 10, 5, 5); cross-entropy and
 * smooth L1 in place of squared errors; a slot's target does not depend on what it predicts. Sides of the images must be multiples of 8.
 */
export class Yolo extends Module implements Detector {
  readonly backbone: SmallBackbone;
  readonly head: Conv2d;
  readonly anchors: readonly AnchorShape[];
  readonly #classes: number;
  readonly #noObjectWeight: number;
  readonly #selection: SelectionOptions;
  readonly #code = boxCode({ weights: [10, 10, 5, 5], maxLogSize: 2 });

  /** @throws on settings out of range. */
  constructor(options: YoloOptions) {
    super();
    checkOptions('Yolo', options, {
      classes: 'any',
      random: 'random',
      anchors: 'any',
      width: 'any',
      noObjectWeight: 'any',
      detections: 'any',
    });
    const { classes, random: source, anchors, width = 1, noObjectWeight = 0.1, detections = {} } = options;
    const random = boundedRandom('Yolo', source);
    checkPositive('Yolo', 'noObjectWeight', noObjectWeight);
    checkCounts('Yolo', { classes });
    checkBackboneWidth('Yolo', width);
    checkAnchorShapes('Yolo', anchors);
    if (anchors.length === 0) throw new Error('Yolo: expected at least one anchor, got none');
    checkSelection('Yolo', detections);
    this.backbone = new SmallBackbone({ random, stride: 8, extra: [64, 64], width });
    this.head = new Conv2d(this.backbone.channels, anchors.length * (5 + classes), {
      size: 1,
      random,
      initialize: normal(0.01),
    });
    this.anchors = anchors;
    this.#classes = classes;
    this.#noObjectWeight = noObjectWeight;
    this.#selection = detections;
  }

  /** `[N, H, W, 3]` → `[N, H / 8, W / 8, B · (5 + K)]`: logit of p_c, t_x, t_y, t_w, t_h and class scores of each anchor. */
  forward(images: Tensor): Tensor {
    return this.head.forward(this.backbone.forward(images));
  }

  /** The cells of images of this size, in px. @throws unless its sides are multiples of 8. */
  grid(image: ImageSize): YoloGrid {
    checkImageSize('grid', 'image', image);
    const { stride } = this.backbone;
    const cells = [image.height / stride, image.width / stride] as const;
    return yoloGrid({ cells, image, classes: this.#classes, anchors: this.anchors });
  }

  /**
   * What {@link losses} compares with.
   * @param samples all of one size. @throws on none, on boxes without area and on labels that are no class.
   */
  targets(samples: readonly Pick<DetectionSample, 'image' | 'boxes' | 'labels'>[]): YoloTargets {
    checkTargets('Yolo', samples, this.#classes);
    if (samples.length === 0) throw new Error('Yolo: expected at least one sample, got none');
    return this.#targets(samples);
  }

  #targets(samples: readonly Pick<DetectionSample, 'image' | 'boxes' | 'labels'>[]): YoloTargets {
    const [height, width] = samples[0].image.shape;
    const grid = this.grid({ height, width });
    const priors = grid.priors();
    const each = priors.shape[0];
    const rows = samples.length * each;
    const objectness = new Float32Array(rows);
    const code = new Float32Array(4 * rows);
    const labels = new Float32Array(rows).fill(this.#classes);
    let dropped = 0;
    for (const [n, sample] of samples.entries()) {
      const { slots, dropped: lost } = grid.encode(sample.boxes, sample.labels);
      dropped += lost.length;
      const placed = slots.flatMap((slot, g) => (slot === null ? [] : [{ slot, g }]));
      const boxes = takeRows(
        sample.boxes,
        placed.map(({ g }) => g),
      );
      const own = takeRows(
        priors,
        placed.map(({ slot }) => slot),
      );
      const codes = this.#code.encode(boxes, own).data;
      for (const [i, { slot, g }] of placed.entries()) {
        const row = n * each + slot;
        objectness[row] = 1;
        labels[row] = sample.labels.get(g);
        code.set(codes.subarray(4 * i, 4 * i + 4), 4 * row);
      }
    }
    const objects = Math.max(
      1,
      objectness.reduce((total, one) => total + one, 0),
    );
    const weights = objectness.map((one) => (one ? 1 : this.#noObjectWeight) / objects);
    return {
      objectness: tensor(objectness, [rows, 1]),
      objectnessWeights: tensor(weights, [rows, 1]),
      code: tensor(code, [rows, 4]),
      codeWeights: tensor(
        objectness.map((one) => one / objects),
        [rows, 1],
      ),
      labels: tensor(labels),
      dropped,
    };
  }

  #outputs(images: Tensor): YoloOutputs {
    const map = this.forward(images);
    const depth = 5 + this.#classes;
    const rows = reshape(map, [map.size / depth, depth]);
    const columns = (from: number, to: number) => slice(rows, { start: [0, from], end: [rows.shape[0], to] });
    return { objectness: columns(0, 1), code: columns(1, 5), classes: columns(5, depth) };
  }

  /**
   * `objectness` of all anchors, those without a thing weighed less; `box` and `class` of those that own one. The first two are sums
   * divided by the number of things, `class` is a mean.
   * @throws on boxes without area and on labels that are no class.
   */
  losses(batch: Batch<DetectionSample>): Losses {
    checkDetectionBatch('Yolo', batch, this.#classes);
    const { images, samples } = batch;
    const output = this.#outputs(images);
    const target = this.#targets(samples);
    const objectness = bceWithLogits(output.objectness, target.objectness, { reduction: 'none' });
    const box = smoothL1(output.code, target.code, { reduction: 'none' });
    return {
      objectness: sum(multiply(objectness, target.objectnessWeights)),
      box: sum(multiply(box, target.codeWeights)),
      class: crossEntropy(output.classes, target.labels, { ignoreIndex: this.#classes }),
    };
  }

  /**
   * The detections of images: scores are σ(objectness) · softmax(class scores); of boxes of a class that overlap, NMS keeps one.
   * @param images `[H, W, 3]`, a list of them, or `[N, H, W, 3]`, 0–1. @returns one entry an image, the highest-scoring object first.
   * @throws unless H and W are multiples of 8, and where a number is not finite.
   */
  async detect(images: Images): Promise<Detections[]> {
    const batch = imageBatch('Yolo.detect', images);
    const [count, height, width] = batch.shape;
    const { code, scores } = evaluating(this, () => {
      const { objectness, code, classes } = this.#outputs(batch);
      return { code, scores: multiply(sigmoid(objectness), softmax(classes)) };
    });
    const priors = this.grid({ height, width }).priors();
    return denseDetections(
      { codes: code, scores },
      { ...this.#selection, count, image: { height, width }, decode: (rows) => this.#code.decode(rows, priors) },
    );
  }
}
