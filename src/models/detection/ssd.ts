import type { NdArray } from 'ndarray';
import { boxCode } from '../../boxes/boxCode';
import type { Detections } from '../../boxes/detections';
import { hardNegatives } from '../../boxes/hardNegatives';
import { type MatchState, match } from '../../boxes/match';
import { checkSelection, type SelectionOptions } from '../../boxes/selectDetections';
import { checkList } from '../../checks/arguments';
import { checkFrom0, checkPositive, checkShare } from '../../checks/numbers';
import { checkOptions } from '../../checks/options';
import { shown } from '../../checks/shown';
import type { Batch } from '../../data/batches';
import type { DetectionSample } from '../../data/dataset';
import { crossEntropy } from '../../losses/crossEntropy';
import { smoothL1 } from '../../losses/smoothL1';
import { Conv2d } from '../../nn/conv2d';
import { normal } from '../../nn/initialize';
import { Module } from '../../nn/module';
import { multiply } from '../../ops/elementwise';
import { sum } from '../../ops/reduce';
import { reshape } from '../../ops/reshape';
import { slice } from '../../ops/slice';
import { softmax } from '../../ops/softmax';
import type { ImageSize } from '../../shape/types';
import { decide } from '../../tensor/decide';
import type { Random } from '../../tensor/random';
import { type Tensor, tensor } from '../../tensor/tensor';
import { StagedBackbone } from '../backbones/stagedBackbone';
import { type Detector, evaluating, type Losses } from '../contract';
import { joinLevels } from '../heads/joinLevels';
import { type Images, imageBatch } from '../images';
import { boundedRandom } from '../limitedRandom';
import { checkCounts } from '../settings';
import { checkDetectionBatch, checkTargets } from '../targets';
import { checkDense } from './checkDense';
import { denseDetections } from './denseDetections';
import { checkLevelShapes, LevelPriors, type LevelShapes, usualShapes } from './levelPriors';
import { priorTargets } from './priorTargets';
import { checkPyramid } from './pyramidOptions';

/** Settings of {@link Ssd}. */
export interface SsdOptions {
  /** Number of classes of objects, without background. */
  classes: number;
  /** Source of the first weights. */
  random: Random;
  /**
   * Widths and heights of the default boxes of each map, the finest first, px; `defaultBoxShapes` gives those of the paper. By default
   * two squares each, for objects of 12 to 32 px on three maps: 14 and 17, 20 and 24, 28 and 34.
   */
  shapes?: LevelShapes;
  /** Channels of the backbone's stages (`[24, 32, 64]`): stage i has stride 4 · 2^i. */
  stages?: readonly number[];
  /** The finest stride that is looked at (4): 8 leaves the first stage out. */
  finest?: number;
  /** Factor on the backbone's numbers of channels (1). */
  width?: number;
  /** Overlap with a ground-truth box from which on a default box is positive, above 0 (0.5). */
  positive?: number;
  /** Negatives that count for each positive (3). */
  negatives?: number;
  /** Which detections are reported. */
  detections?: SelectionOptions;
}

/** What the network predicts for every default box of a batch. */
export interface SsdOutputs {
  /** `[N, P, K + 1]`: class scores, background last. */
  logits: Tensor;
  /** `[N, P, 4]`: box codes. */
  codes: Tensor;
}

/** What it should predict, one row for each default box: R = N · P. */
export interface SsdTargets {
  /** `[R]`: the class, or the number of classes for background. */
  labels: Tensor;
  /** `[R, 4]` */
  codes: Tensor;
  /** `[R, 1]`: 1 / number of positives where there is an object, else 0. */
  codeWeights: Tensor;
  /** What each default box is, a list an image. */
  states: MatchState[][];
  /** Positive default boxes of the batch. */
  positives: number;
}

/**
 * SSD (Liu et al. 2016): a backbone whose maps of several scales each have a 3×3 convolution. It predicts, for every default box of every
 * cell, the class of its object (or background) and how to move and resize the box.
 *
 *     class = Σ cross-entropy / P over the positives and the hardest negatives,    box = Σ smoothL1 / P over the positives
 *
 * P is the number of positives in the batch; the hardest negatives are chosen in each image, so that one without objects counts
 * for nothing. A positive default box overlaps a ground-truth box by `positive`, or is the first that overlaps it most. Deviations from the paper: the backbone is small and trained from scratch, with batch norm; the default boxes are
 * given in px. Sides of the images must be multiples of the last stride.
 */
export class Ssd extends Module implements Detector {
  readonly backbone: StagedBackbone;
  /** One convolution a map, to A · (K + 1 + 4) channels. */
  readonly heads: Conv2d[];
  readonly #priors: LevelPriors;
  readonly #classes: number;
  readonly #settings: { positive: number; negatives: number };
  readonly #selection: SelectionOptions;
  readonly #code = boxCode({ weights: [10, 10, 5, 5], maxLogSize: 2 });

  /** @throws on settings out of range, and unless there is a list of default boxes for each map. */
  constructor(options: SsdOptions) {
    super();
    checkOptions('Ssd', options, {
      classes: 'any',
      random: 'random',
      shapes: 'any',
      stages: 'any',
      finest: 'any',
      width: 'any',
      positive: 'any',
      negatives: 'any',
      detections: 'any',
    });
    const { classes, random: source, shapes = usualShapes, stages = [24, 32, 64], width = 1 } = options;
    const random = boundedRandom('Ssd', source);
    const { positive = 0.5, negatives = 3, detections = {} } = options;
    checkCounts('Ssd', { classes });
    // At 0 a default box that touches nothing would be neither.
    checkPositive('Ssd', 'positive', positive);
    checkShare('Ssd', 'positive', positive);
    checkFrom0('Ssd', 'negatives', negatives);
    checkSelection('Ssd', detections);
    const { skipped } = checkPyramid('Ssd', { stages, finest: options.finest, width });
    checkLevelShapes('Ssd', shapes, stages.length - skipped);
    this.backbone = new StagedBackbone({ random, stages, width });
    this.heads = this.backbone.channels.slice(skipped).map(
      (channels, i) =>
        new Conv2d(channels, shapes[i].length * (classes + 5), {
          size: 3,
          padding: 1,
          random,
          initialize: normal(0.01),
        }),
    );
    this.#priors = new LevelPriors('Ssd', this.backbone.strides.slice(skipped), shapes);
    this.#classes = classes;
    this.#settings = { positive, negatives };
    this.#selection = detections;
  }

  /** Class scores and box codes of all default boxes of images `[N, H, W, 3]`, 0–1. @throws unless H and W are multiples of the last stride. */
  forward(images: Tensor): SsdOutputs {
    const features = this.backbone.forward(images).slice(-this.heads.length);
    const maps = features.map(({ tensor }, i) => this.heads[i].forward(tensor));
    const rows = joinLevels(maps, this.#classes + 5);
    const [batch, count] = rows.shape;
    const split = this.#classes + 1;
    return {
      logits: slice(rows, { end: [batch, count, split] }),
      codes: slice(rows, { start: [0, 0, split] }),
    };
  }

  /** The default boxes of images of this size, `[P, 4]` x1, y1, x2, y2 in px, in the order of the predictions. @throws unless the last stride divides its sides. */
  priors(image: ImageSize): NdArray<Float32Array> {
    return this.#priors.copyOf(image);
  }

  /**
   * What {@link losses} compares the outputs with.
   * @param samples all of one size. @throws on none, on boxes without area and on labels that are no class.
   */
  targets(samples: readonly DetectionSample[]): SsdTargets {
    checkTargets('Ssd', samples, this.#classes);
    if (samples.length === 0) throw new Error('Ssd: expected at least one sample, got none');
    return this.#targets(samples);
  }

  #targets(samples: readonly DetectionSample[]): SsdTargets {
    const [height, width] = samples[0].image.shape;
    const { positive } = this.#settings;
    const priors = this.#priors.of({ height, width });
    const matching = { positive, negative: positive, bestForEachTruth: 'claimed' } as const;
    const { labels, codes, states, positives } = priorTargets(samples, priors, {
      classes: this.#classes,
      code: this.#code,
      assign: (truths) => match(priors, truths, matching),
    });
    const weights = labels.map((label) => (label < this.#classes ? 1 / positives : 0));
    return {
      labels: tensor(labels),
      codes: tensor(codes, [labels.length, 4]),
      codeWeights: tensor(weights, [labels.length, 1]),
      states,
      positives,
    };
  }

  /**
   * `class` and `box` of outputs and targets; which negatives count is decided when their losses are known.
   * @throws where the two do not fit.
   */
  lossesOf(outputs: SsdOutputs, targets: SsdTargets): Losses {
    const { images, each } = checkDense(
      'Ssd',
      { outputs, targets },
      { outputs: { logits: this.#classes + 1, codes: 4 }, targets: { labels: null, codes: 4, codeWeights: 1 } },
    );
    const { states } = targets;
    checkList('Ssd', 'targets.states', states, 'lists of states');
    if (states.length !== images || states.some((own) => !Array.isArray(own) || own.length !== each)) {
      throw new Error(`Ssd: expected targets.states to be ${images} lists of ${each} states, got ${shown(states)}`);
    }
    const rows = images * each;
    const { logits, codes } = outputs;
    const entropy = crossEntropy(reshape(logits, [rows, this.#classes + 1]), targets.labels, { reduction: 'none' });
    const [counted] = decide([entropy], [[rows]], ([losses]) => [this.#counted(losses, states)]);
    const distance = smoothL1(reshape(codes, [rows, 4]), targets.codes, { reduction: 'none' });
    return { class: sum(multiply(entropy, counted)), box: sum(multiply(distance, targets.codeWeights)) };
  }

  /** 1 / P for the positives and the hardest negatives of each image, 0 for all others. */
  #counted(losses: NdArray<Float32Array>, states: readonly MatchState[][]): Float32Array {
    const weights = new Float32Array(losses.shape[0]);
    const [ratio, share] = [this.#settings.negatives, 1 / positivesOf(states)];
    let first = 0;
    for (const own of states) {
      const { length } = own;
      for (const p of hardNegatives(losses.lo(first).hi(length), own, { ratio })) weights[first + p] = share;
      for (const [p, state] of own.entries()) if (state === 'positive') weights[first + p] = share;
      first += length;
    }
    return weights;
  }

  /**
   * `class` of the positives and the hardest negatives, `box` of the positives, each a sum divided by the number of positives: 0 in a
   * batch without objects.
   * @throws on boxes without area and on labels that are no class.
   */
  losses(batch: Batch<DetectionSample>): Losses {
    checkDetectionBatch('Ssd', batch, this.#classes);
    return this.lossesOf(this.forward(batch.images), this.#targets(batch.samples));
  }

  /**
   * The detections of images: scores are softmax(class scores) without the background's; of boxes of a class that overlap, NMS keeps one.
   * @param images `[H, W, 3]`, a list of them, or `[N, H, W, 3]`, 0–1. @returns one entry an image, the highest-scoring object first.
   * @throws unless H and W are multiples of the last stride, and where a number is not finite.
   */
  async detect(images: Images): Promise<Detections[]> {
    const batch = imageBatch('Ssd.detect', images);
    const [count, height, width] = batch.shape;
    const { codes, scores } = evaluating(this, () => {
      const { logits, codes } = this.forward(batch);
      return { codes, scores: slice(softmax(logits), { end: [count, logits.shape[1], this.#classes] }) };
    });
    const priors = this.#priors.of({ height, width });
    return denseDetections(
      { codes, scores },
      { ...this.#selection, count, image: { height, width }, decode: (rows) => this.#code.decode(rows, priors) },
    );
  }
}

/** Positive default boxes of a batch. */
function positivesOf(states: readonly MatchState[][]): number {
  return states.reduce((total, own) => total + own.filter((state) => state === 'positive').length, 0);
}
