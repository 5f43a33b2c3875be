import type { Detections } from '../../boxes/detections';
import { checkFcosRadius, checkFcosRange, type FcosLevel, type FcosRange, fcosTargets } from '../../boxes/fcosTargets';
import { checkSelection, type SelectionOptions } from '../../boxes/selectDetections';
import { checkList, checkTensor } from '../../checks/arguments';
import { checkLayout } from '../../checks/arrays';
import { checkOptions } from '../../checks/options';
import type { Batch } from '../../data/batches';
import type { DetectionSample } from '../../data/dataset';
import { bceWithLogits } from '../../losses/bceWithLogits';
import { focalLoss } from '../../losses/focalLoss';
import { giouLoss } from '../../losses/giouLoss';
import type { Conv2d } from '../../nn/conv2d';
import { filledParameter } from '../../nn/initialize';
import { Module, type Parameter } from '../../nn/module';
import { add, clamp, exp, multiply, sigmoid, sqrt } from '../../ops/elementwise';
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
import { checkLevelImage } from './levelPriors';
import { checkFocal, checkPyramid, type PyramidOptions, pyramidKinds } from './pyramidOptions';

/** Settings of {@link Fcos}. */
export interface FcosOptions extends PyramidOptions {
  /** Number of classes of objects. */
  classes: number;
  /** Source of the first weights. */
  random: Random;
  /**
   * Which objects each level predicts, the finest first, px: those whose farthest side from the location lies between the two. By default
   * each level from 3 to 6 times its stride, the first from 0 and the last without end.
   */
  ranges?: readonly FcosRange[];
  /** How many cells from an object's center a location may lie to predict it, both along x and y (1.5). */
  radius?: number;
  /** Weight of the positives in the focal loss, 0 to 1 (0.25); null weighs all alike. */
  alpha?: number | null;
  /** How little easy locations count in the focal loss (2); 0 makes it a cross-entropy. */
  gamma?: number;
  /** π: the class score that all locations start with, between 0 and 1 (0.05). */
  prior?: number;
  /** Which detections are reported. */
  detections?: SelectionOptions;
}

/** What the network predicts for every location of a batch. */
export interface FcosOutputs {
  /** `[N, P, K]`: a logit for each class. */
  logits: Tensor;
  /** `[N, P, 4]`: logarithms of the distances to left, top, right and bottom, in cells of the location's level. */
  distances: Tensor;
  /** `[N, P, 1]`: a logit of how near the location is to the middle of its box. */
  centerness: Tensor;
}

/** What it should predict, one row for each location: R = N · P. */
export interface FcosTargets {
  /** `[R, K]`: 1 at the class of a location's object, else 0. */
  classes: Tensor;
  /** `[R, 4]` x1, y1, x2, y2 in px; of locations without an object, any box. */
  boxes: Tensor;
  /** `[R, 1]` */
  centerness: Tensor;
  /** `[R, 1]`: 1 / number of locations with an object for these, else 0. */
  weights: Tensor;
  /** `[1]`: 1 / number of locations with an object. */
  share: Tensor;
  /** Locations of the batch with an object. */
  positives: number;
}

/** e to the power of this is the largest distance, in cells: wild predictions must not become infinite boxes. */
const mostLogDistance = 5;

/**
 * FCOS (Tian et al. 2019): a detector of one stage without anchors. Every cell of every level of a {@link FeaturePyramid} predicts the
 * class of the object whose middle it lies in, the distances to the four sides of its box, and how near it is to the middle.
 *
 *     class = Σ FL / P,    box = Σ (1 − GIoU) / P,    centerness = Σ BCE / P
 *
 * over all locations, over those with an object, and over these; P is their number, and 1 where there are none. A detection's score is √(σ(class) · σ(centerness)).
 * The centerness loss has the entropy of its targets as its floor, 0.61 on `shapes64` and `scales128`: it does not fall to 0.
 *
 * As in torchvision: GIoU, centerness on the tower of the boxes, center sampling. Deviations: a small backbone trained from scratch,
 * batch norm of each level's own, towers of one layer, exp instead of ReLU for distances (as in the paper), ranges of 3 to 6 strides instead
 * of 4 to 8. Sides of the images must be multiples of the last stride.
 */
export class Fcos extends Module implements Detector {
  readonly backbone: StagedBackbone;
  readonly pyramid: FeaturePyramid;
  readonly classTower: PyramidHead;
  readonly boxTower: PyramidHead;
  readonly logits: Conv2d;
  readonly distances: Conv2d;
  readonly centerness: Conv2d;
  /** A factor on the logarithms of the distances for each level. */
  readonly scales: Parameter[];
  readonly #skipped: number;
  readonly #ranges: readonly FcosRange[];
  readonly #classes: number;
  readonly #settings: { radius: number; alpha: number | null; gamma: number };
  readonly #selection: SelectionOptions;

  /** @throws on settings out of range, and unless there is a range for each level. */
  constructor(options: FcosOptions) {
    super();
    checkOptions('Fcos', options, {
      classes: 'any',
      random: 'random',
      ranges: 'any',
      radius: 'any',
      alpha: 'any',
      gamma: 'any',
      prior: 'any',
      detections: 'any',
      ...pyramidKinds,
    });
    const { classes, random: source, radius = 1.5, alpha = 0.25, gamma = 2, prior = 0.05, detections = {} } = options;
    const random = boundedRandom('Fcos', source);
    const { stages, channels, depth, width, skipped } = checkPyramid('Fcos', options);
    const levels = stages.length - skipped;
    checkCounts('Fcos', { classes });
    checkFocal('Fcos', { alpha, gamma, prior });
    checkFcosRadius('Fcos', radius);
    checkSelection('Fcos', detections);
    this.backbone = new StagedBackbone({ random, stages, width });
    const strides = this.backbone.strides.slice(skipped);
    const { ranges = usualRanges(strides) } = options;
    checkRanges(ranges, levels);
    const inputs = this.backbone.channels.slice(skipped);
    this.pyramid = new FeaturePyramid({ inputs, channels, random, normalized: true });
    this.classTower = new PyramidHead({ channels, levels, random, depth });
    this.boxTower = new PyramidHead({ channels, levels, random, depth });
    this.logits = outputLayer(channels, classes, random, -Math.log((1 - prior) / prior));
    this.distances = outputLayer(channels, 4, random);
    this.centerness = outputLayer(channels, 1, random);
    this.scales = strides.map(() => filledParameter('Fcos', [1], 1));
    this.#skipped = skipped;
    this.#ranges = ranges.map(([least, most]) => [least, most] as const);
    this.#classes = classes;
    this.#settings = { radius, alpha, gamma };
    this.#selection = detections;
  }

  /** Class logits, distances and centerness of all locations of images `[N, H, W, 3]`, 0–1. @throws unless H and W are multiples of the last stride. */
  forward(images: Tensor): FcosOutputs {
    const features = this.backbone.forward(images).slice(this.#skipped);
    const levels = this.pyramid.forward(features.map(({ tensor }) => tensor));
    const boxes = this.boxTower.forward(levels);
    const logits = this.classTower.forward(levels).map((map) => this.logits.forward(map));
    const distances = boxes.map((map, i) => multiply(this.distances.forward(map), this.scales[i]));
    const centerness = boxes.map((map) => this.centerness.forward(map));
    return {
      logits: joinLevels(logits, this.#classes),
      distances: joinLevels(distances, 4),
      centerness: joinLevels(centerness, 1),
    };
  }

  /** The levels of images of this size, as {@link fcosTargets} takes them. @throws unless the last stride divides its sides. */
  levels(image: ImageSize): FcosLevel[] {
    const strides = this.backbone.strides.slice(this.#skipped);
    checkLevelImage('Fcos', image, strides[strides.length - 1]);
    return strides.map((stride, i) => ({
      height: image.height / stride,
      width: image.width / stride,
      stride,
      range: this.#ranges[i],
    }));
  }

  /**
   * What {@link losses} compares the outputs with.
   * @param samples all of one size. @throws on none, on boxes without area and on labels that are no class.
   */
  targets(samples: readonly DetectionSample[]): FcosTargets {
    checkTargets('Fcos', samples, this.#classes);
    if (samples.length === 0) throw new Error('Fcos: expected at least one sample, got none');
    return this.#targets(samples);
  }

  #targets(samples: readonly DetectionSample[]): FcosTargets {
    const [height, width] = samples[0].image.shape;
    const levels = this.levels({ height, width });
    const each = countOf(levels);
    const rows = samples.length * each;
    const classes = new Float32Array(rows * this.#classes);
    const boxes = new Float32Array(4 * rows).map((_, i) => Number(i % 4 > 1));
    const centerness = new Float32Array(rows);
    const weights = new Float32Array(rows);
    let positives = 0;
    for (const [n, sample] of samples.entries()) {
      const matches = fcosTargets(levels, sample.boxes, { radius: this.#settings.radius });
      for (const [place, g] of matches.truths.entries()) {
        if (g === null) continue;
        const row = n * each + place;
        classes[row * this.#classes + sample.labels.get(g)] = 1;
        for (let side = 0; side < 4; side++) boxes[4 * row + side] = sample.boxes.get(g, side);
        centerness[row] = matches.centerness.get(place);
        weights[row] = 1;
        positives++;
      }
    }
    const share = 1 / Math.max(1, positives);
    return {
      classes: tensor(classes, [rows, this.#classes]),
      boxes: tensor(boxes, [rows, 4]),
      centerness: tensor(centerness, [rows, 1]),
      weights: tensor(
        weights.map((weight) => weight * share),
        [rows, 1],
      ),
      share: tensor([share]),
      positives,
    };
  }

  /** Boxes `[N · P, 4]` in px of the distances of a batch of images of this size. */
  #boxes(distances: Tensor, image: ImageSize): Tensor {
    const [batch, count] = distances.shape;
    const { middles, steps } = placesOf(this.levels(image));
    const sides = multiply(exp(clamp(distances, { max: mostLogDistance })), tensor(steps, [count, 4]));
    return reshape(add(sides, tensor(middles, [count, 4])), [batch * count, 4]);
  }

  /** `class`, `box` and `centerness` of outputs for images of a size and their targets. @throws where they do not fit. */
  lossesOf(outputs: FcosOutputs, targets: FcosTargets, image: ImageSize): Losses {
    const { each } = checkDense(
      'Fcos',
      { outputs, targets },
      {
        outputs: { logits: this.#classes, distances: 4, centerness: 1 },
        targets: { classes: this.#classes, boxes: 4, centerness: 1, weights: 1 },
      },
    );
    checkTensor('Fcos', 'targets.share', targets.share);
    checkLayout('Fcos', 'targets.share', targets.share.shape, '[1]');
    const locations = countOf(this.levels(image));
    if (each !== locations) {
      throw new Error(
        `Fcos: expected outputs for the ${locations} locations of an image of ${image.height}×${image.width}, got ${each}`,
      );
    }
    const { logits, distances, centerness } = outputs;
    const { alpha, gamma } = this.#settings;
    const { share, weights } = targets;
    const focal = focalLoss(reshape(logits, targets.classes.shape), targets.classes, {
      alpha,
      gamma,
      reduction: 'sum',
    });
    const box = giouLoss(this.#boxes(distances, image), targets.boxes, { reduction: 'none' });
    const middle = bceWithLogits(reshape(centerness, weights.shape), targets.centerness, { reduction: 'none' });
    return {
      class: multiply(focal, share),
      box: sum(multiply(reshape(box, weights.shape), weights)),
      centerness: sum(multiply(middle, weights)),
    };
  }

  /**
   * `class` of all locations, `box` and `centerness` of those with an object, each a sum divided by their number.
   * @throws on boxes without area and on labels that are no class.
   */
  losses(batch: Batch<DetectionSample>): Losses {
    checkDetectionBatch('Fcos', batch, this.#classes);
    const [, height, width] = batch.images.shape;
    return this.lossesOf(this.forward(batch.images), this.#targets(batch.samples), { height, width });
  }

  /**
   * The detections of images: scores are √(σ(class logits) · σ(centerness)); of boxes of a class that overlap, NMS keeps one.
   * @param images `[H, W, 3]`, a list of them, or `[N, H, W, 3]`, 0–1. @returns one entry an image, the highest-scoring object first.
   * @throws unless H and W are multiples of the last stride, and where a number is not finite.
   */
  async detect(images: Images): Promise<Detections[]> {
    const batch = imageBatch('Fcos.detect', images);
    const [count, height, width] = batch.shape;
    const image = { height, width };
    const { codes, scores } = evaluating(this, () => {
      const { logits, distances, centerness } = this.forward(batch);
      return {
        codes: this.#boxes(distances, image),
        scores: sqrt(multiply(sigmoid(logits), sigmoid(centerness))),
      };
    });
    return denseDetections({ codes, scores }, { ...this.#selection, count, image, decode: (boxes) => boxes });
  }
}

/** How many locations the levels of an image have. */
function countOf(levels: readonly FcosLevel[]): number {
  return levels.reduce((total, { height, width }) => total + height * width, 0);
}

/** From 3 to 6 strides; the first from 0, the last without end. */
function usualRanges(strides: readonly number[]): FcosRange[] {
  return strides.map((stride, i) => [
    i === 0 ? 0 : 3 * stride,
    i === strides.length - 1 ? Number.POSITIVE_INFINITY : 6 * stride,
  ]);
}

function checkRanges(ranges: FcosOptions['ranges'] & object, levels: number): void {
  checkList('Fcos', 'ranges', ranges, '[least, most], one for each level');
  if (ranges.length !== levels)
    throw new Error(`Fcos: expected ${levels} ranges, one for each level, got ${ranges.length}`);
  for (const [i, range] of ranges.entries()) checkFcosRange('Fcos', `range of level ${i}`, range);
}

/** Of every location: its x, y, x, y, and what a distance in cells is in px towards each side: −s, −s, s, s. */
function placesOf(levels: readonly FcosLevel[]): { middles: number[]; steps: number[] } {
  const [middles, steps]: number[][] = [[], []];
  for (const { height, width, stride } of levels) {
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        const [x, y] = [(column + 0.5) * stride, (row + 0.5) * stride];
        middles.push(x, y, x, y);
        steps.push(-stride, -stride, stride, stride);
      }
    }
  }
  return { middles, steps };
}
