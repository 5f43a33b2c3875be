import type { NdArray } from 'ndarray';
import { boxCode } from '../../boxes/boxCode';
import type { Detections } from '../../boxes/detections';
import { checkThresholds, match } from '../../boxes/match';
import { checkSelection, type SelectionOptions } from '../../boxes/selectDetections';
import { checkPositive } from '../../checks/numbers';
import { checkOptions } from '../../checks/options';
import type { Batch } from '../../data/batches';
import type { DetectionSample } from '../../data/dataset';
import { focalLoss } from '../../losses/focalLoss';
import { smoothL1 } from '../../losses/smoothL1';
import type { Conv2d } from '../../nn/conv2d';
import { Module } from '../../nn/module';
import { multiply, scale, sigmoid } from '../../ops/elementwise';
import { sum } from '../../ops/reduce';
import { reshape } from '../../ops/reshape';
import type { ImageSize } from '../../shape/types';
import type { Random } from '../../tensor/random';
import { type Tensor, tensor } from '../../tensor/tensor';
import { StagedBackbone } from '../backbones/stagedBackbone';
import { type Detector, evaluating, type Losses } from '../contract';
import { joinLevels } from '../heads/joinLevels';
import { outputLayer, PyramidHead } from '../heads/pyramidHead';
import { type Images, imageBatch } from '../images';
import { boundedRandom } from '../limitedRandom';
import { FeaturePyramid } from '../necks/featurePyramid';
import { checkCounts } from '../settings';
import { checkDetectionBatch, checkTargets } from '../targets';
import { checkDense } from './checkDense';
import { denseDetections } from './denseDetections';
import { checkAlike, checkLevelShapes, LevelPriors, type LevelShapes, usualShapes } from './levelPriors';
import { ignoredLabel, priorTargets } from './priorTargets';
import { checkFocal, checkPyramid, type PyramidOptions, pyramidKinds } from './pyramidOptions';

/** Settings of {@link RetinaNet}. */
export interface RetinaNetOptions extends PyramidOptions {
  /** Number of classes of objects. */
  classes: number;
  /** Source of the first weights. */
  random: Random;
  /**
   * Widths and heights of the anchors of each level, the finest first, px; as many on each. By default two squares each, for objects of
   * 12 to 32 px on three levels: 14 and 17, 20 and 24, 28 and 34.
   */
  shapes?: LevelShapes;
  /** Overlap with a ground-truth box from which on an anchor is positive (0.5). */
  positive?: number;
  /** Overlap below which it is negative (0.4); between the two it is ignored. */
  negative?: number;
  /** Weight of the positives in the focal loss, 0 to 1 (0.25); null weighs all alike. */
  alpha?: number | null;
  /** How little easy anchors count in the focal loss (2); 0 makes it a cross-entropy. */
  gamma?: number;
  /** π: the score that all anchors start with, between 0 and 1 (0.05; the paper's 0.01 is for a hundred thousand anchors). */
  prior?: number;
  /** What the class loss is multiplied by (1). */
  classWeight?: number;
  /** Which detections are reported. */
  detections?: SelectionOptions;
}

/** What the network predicts for every anchor of a batch. */
export interface RetinaNetOutputs {
  /** `[N, P, K]`: a logit for each class. */
  logits: Tensor;
  /** `[N, P, 4]`: box codes. */
  codes: Tensor;
}

/** What it should predict, one row for each anchor: R = N · P. */
export interface RetinaNetTargets {
  /** `[R, K]`: 1 at the class of a positive anchor, else 0. */
  classes: Tensor;
  /** `[R, 1]`: 0 for anchors that are ignored, else 1 / number of positives. */
  classWeights: Tensor;
  /** `[R, 4]` */
  codes: Tensor;
  /** `[R, 1]`: 1 / number of positives for these, else 0. */
  codeWeights: Tensor;
  /** Positive anchors of the batch. */
  positives: number;
}

/**
 * RetinaNet (Lin et al. 2017, Focal loss for dense object detection): a backbone, a {@link FeaturePyramid}, and on each of its levels two
 * towers with the same weights, one for the classes of its anchors and one for their boxes.
 *
 *     class = Σ FL(logits) / P over all anchors but the ignored,    box = Σ smoothL1(codes) / P over the positives
 *
 * P is the number of positives in the batch, and 1 where there are none. The bias of the class logits starts at −log((1 − π) / π): with
 * it every anchor predicts every class with probability π at the start, and the many negatives do not dominate the first steps.
 *
 * Deviations from the paper: a small backbone trained from scratch, batch norm of each level's own, towers of one layer, smooth L1 with
 * β 0.5 on codes with weights (10, 10, 5, 5). Sides of the images must be multiples of the last stride.
 */
export class RetinaNet extends Module implements Detector {
  readonly backbone: StagedBackbone;
  readonly pyramid: FeaturePyramid;
  readonly classTower: PyramidHead;
  readonly boxTower: PyramidHead;
  readonly logits: Conv2d;
  readonly codes: Conv2d;
  readonly #skipped: number;
  readonly #priors: LevelPriors;
  readonly #classes: number;
  readonly #settings: { positive: number; negative: number; alpha: number | null; gamma: number; classWeight: number };
  readonly #selection: SelectionOptions;
  readonly #code = boxCode({ weights: [10, 10, 5, 5], maxLogSize: 2 });

  /** @throws on settings out of range, and unless there are anchors for each level. */
  constructor(options: RetinaNetOptions) {
    super();
    checkOptions('RetinaNet', options, {
      classes: 'any',
      random: 'random',
      shapes: 'any',
      positive: 'any',
      negative: 'any',
      alpha: 'any',
      gamma: 'any',
      prior: 'any',
      classWeight: 'any',
      detections: 'any',
      ...pyramidKinds,
    });
    const {
      classes,
      random: source,
      shapes = usualShapes,
      positive = 0.5,
      negative = 0.4,
      alpha = 0.25,
      gamma = 2,
    } = options;
    const random = boundedRandom('RetinaNet', source);
    const { prior = 0.05, classWeight = 1, detections = {} } = options;
    const { stages, channels, depth, width, skipped } = checkPyramid('RetinaNet', options);
    const levels = stages.length - skipped;
    checkCounts('RetinaNet', { classes });
    checkThresholds('RetinaNet', { positive, negative });
    checkFocal('RetinaNet', { alpha, gamma, prior });
    checkPositive('RetinaNet', 'classWeight', classWeight);
    checkSelection('RetinaNet', detections);
    checkLevelShapes('RetinaNet', shapes, levels);
    checkAlike('RetinaNet', shapes);
    const perCell = shapes[0].length;
    this.backbone = new StagedBackbone({ random, stages, width });
    const inputs = this.backbone.channels.slice(skipped);
    this.pyramid = new FeaturePyramid({ inputs, channels, random, normalized: true });
    this.classTower = new PyramidHead({ channels, levels, random, depth });
    this.boxTower = new PyramidHead({ channels, levels, random, depth });
    this.logits = outputLayer(channels, perCell * classes, random, -Math.log((1 - prior) / prior));
    this.codes = outputLayer(channels, perCell * 4, random);
    this.#skipped = skipped;
    this.#priors = new LevelPriors('RetinaNet', this.backbone.strides.slice(skipped), shapes);
    this.#classes = classes;
    this.#settings = { positive, negative, alpha, gamma, classWeight };
    this.#selection = detections;
  }

  /** Class logits and box codes of all anchors of images `[N, H, W, 3]`, 0–1. @throws unless H and W are multiples of the last stride. */
  forward(images: Tensor): RetinaNetOutputs {
    const features = this.backbone.forward(images).slice(this.#skipped);
    const levels = this.pyramid.forward(features.map(({ tensor }) => tensor));
    const logits = this.classTower.forward(levels).map((map) => this.logits.forward(map));
    const codes = this.boxTower.forward(levels).map((map) => this.codes.forward(map));
    return { logits: joinLevels(logits, this.#classes), codes: joinLevels(codes, 4) };
  }

  /** The anchors of images of this size, `[P, 4]` x1, y1, x2, y2 in px, in the order of the predictions. @throws unless the last stride divides its sides. */
  priors(image: ImageSize): NdArray<Float32Array> {
    return this.#priors.copyOf(image);
  }

  /**
   * What {@link losses} compares the outputs with.
   * @param samples all of one size. @throws on none, on boxes without area and on labels that are no class.
   */
  targets(samples: readonly DetectionSample[]): RetinaNetTargets {
    checkTargets('RetinaNet', samples, this.#classes);
    if (samples.length === 0) throw new Error('RetinaNet: expected at least one sample, got none');
    return this.#targets(samples);
  }

  #targets(samples: readonly DetectionSample[]): RetinaNetTargets {
    const [height, width] = samples[0].image.shape;
    const { positive, negative } = this.#settings;
    const classes = this.#classes;
    const priors = this.#priors.of({ height, width });
    const { labels, codes, positives } = priorTargets(samples, priors, {
      classes,
      code: this.#code,
      assign: (truths) => match(priors, truths, { positive, negative, bestForEachTruth: 'positive' }),
    });
    const rows = labels.length;
    const oneHot = new Float32Array(rows * classes);
    const isPositive = (label: number) => label !== ignoredLabel && label < classes;
    for (const [row, label] of labels.entries()) if (isPositive(label)) oneHot[row * classes + label] = 1;
    const share = 1 / Math.max(1, positives);
    return {
      classes: tensor(oneHot, [rows, classes]),
      classWeights: tensor(
        labels.map((label) => (label === ignoredLabel ? 0 : share)),
        [rows, 1],
      ),
      codes: tensor(codes, [rows, 4]),
      codeWeights: tensor(
        labels.map((label) => (isPositive(label) ? share : 0)),
        [rows, 1],
      ),
      positives,
    };
  }

  /** `class` and `box` of outputs and targets. @throws where the two do not fit. */
  lossesOf(outputs: RetinaNetOutputs, targets: RetinaNetTargets): Losses {
    checkDense(
      'RetinaNet',
      { outputs, targets },
      {
        outputs: { logits: this.#classes, codes: 4 },
        targets: { classes: this.#classes, classWeights: 1, codes: 4, codeWeights: 1 },
      },
    );
    const { logits, codes } = outputs;
    const { alpha, gamma, classWeight } = this.#settings;
    const focal = focalLoss(reshape(logits, targets.classes.shape), targets.classes, {
      alpha,
      gamma,
      reduction: 'none',
    });
    const distance = smoothL1(reshape(codes, targets.codes.shape), targets.codes, { beta: 0.5, reduction: 'none' });
    return {
      class: scale(sum(multiply(focal, targets.classWeights)), classWeight),
      box: sum(multiply(distance, targets.codeWeights)),
    };
  }

  /**
   * `class` of all anchors but the ignored, `box` of the positives, each a sum divided by the number of positives.
   * @throws on boxes without area and on labels that are no class.
   */
  losses(batch: Batch<DetectionSample>): Losses {
    checkDetectionBatch('RetinaNet', batch, this.#classes);
    return this.lossesOf(this.forward(batch.images), this.#targets(batch.samples));
  }

  /**
   * The detections of images: scores are σ(class logits); of boxes of a class that overlap, NMS keeps one.
   * @param images `[H, W, 3]`, a list of them, or `[N, H, W, 3]`, 0–1. @returns one entry an image, the highest-scoring object first.
   * @throws unless H and W are multiples of the last stride, and where a number is not finite.
   */
  async detect(images: Images): Promise<Detections[]> {
    const batch = imageBatch('RetinaNet.detect', images);
    const [count, height, width] = batch.shape;
    const { codes, scores } = evaluating(this, () => {
      const { logits, codes } = this.forward(batch);
      return { codes, scores: sigmoid(logits) };
    });
    const priors = this.#priors.of({ height, width });
    return denseDetections(
      { codes, scores },
      { ...this.#selection, count, image: { height, width }, decode: (rows) => this.#code.decode(rows, priors) },
    );
  }
}
