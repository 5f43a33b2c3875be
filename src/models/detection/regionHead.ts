import ndarray from 'ndarray';
import { boxCode } from '../../boxes/boxCode';
import type { Detections } from '../../boxes/detections';
import { checkImageSize } from '../../boxes/imageSize';
import { takeRows } from '../../boxes/rows';
import { checkSelection, type SelectionOptions, selectDetections } from '../../boxes/selectDetections';
import { checkList, checkTensor } from '../../checks/arguments';
import { checkArray, checkLayout } from '../../checks/arrays';
import { checkCount } from '../../checks/numbers';
import { checkOptions } from '../../checks/options';
import { isRecord } from '../../checks/record';
import { shown } from '../../checks/shown';
import { crossEntropy } from '../../losses/crossEntropy';
import { smoothL1 } from '../../losses/smoothL1';
import { normal } from '../../nn/initialize';
import { Linear } from '../../nn/linear';
import { Module } from '../../nn/module';
import { multiply, relu } from '../../ops/elementwise';
import { sum } from '../../ops/reduce';
import type { Regions } from '../../ops/regions';
import { reshape } from '../../ops/reshape';
import { softmax } from '../../ops/softmax';
import { checkSameShape, checkShape, show, sizeOf } from '../../shape/shape';
import type { ImageSize, Shape } from '../../shape/types';
import type { Random } from '../../tensor/random';
import { type Tensor, tensor } from '../../tensor/tensor';
import { checkCounts } from '../settings';
import type { SampledRegions } from './sampleRegions';

/** Settings of {@link RegionHead}. */
export interface RegionHeadOptions {
  /** Numbers of one pooled region: rows · columns · channels. */
  inputs: number;
  /** Number of classes of things, without background. */
  classes: number;
  /** Source of the first weights. */
  random: Random;
  /** Width of the two hidden layers (64). */
  hidden?: number;
}

/** What the head predicts for every region. */
export interface RegionScores {
  /** `[R, classes + 1]`, logits; class 0 is background. */
  scores: Tensor;
  /** `[R, classes, 4]`, box code, one for each class that the region might hold. */
  deltas: Tensor;
}

/** What the head should predict for R regions. */
export interface RegionTargets<Numbers> {
  /** `[R]`: 0 background, 1 + label for an object; an empty row does not count. */
  labels: Numbers;
  /** `[R, classes, 4]`: box codes. */
  codes: Numbers;
  /** `[R, classes, 1]`: how much each of them counts. */
  weights: Numbers;
}

/** The second stage's part of the loss. */
export type RegionLosses = Record<'classifier' | 'box', Tensor>;

/** Numbers of one pooled region at most. */
const mostInputs = 2 ** 24;

/** Throws unless these are a head's scores and codes of some regions. */
function checkScores(output: RegionScores, classes: number): void {
  if (!isRecord(output)) throw new Error(`RegionHead: expected output { scores, deltas }, got ${shown(output)}`);
  const { scores, deltas } = output;
  checkTensor('RegionHead', 'scores', scores);
  checkTensor('RegionHead', 'deltas', deltas);
  checkLayout('RegionHead', 'scores', scores.shape, `[R, ${classes + 1}]`);
  checkLayout('RegionHead', 'deltas', deltas.shape, `[${scores.shape[0]}, ${classes}, 4]`);
}

/** Throws unless these are sampled regions of things of so many classes. */
function checkSampled(regions: Pick<SampledRegions, 'classes' | 'codes'>, classes: number): void {
  if (!isRecord(regions)) throw new Error(`RegionHead: expected regions { classes, codes }, got ${shown(regions)}`);
  const { classes: kinds, codes } = regions;
  checkList('RegionHead', 'classes', kinds, 'classes');
  for (const kind of kinds) {
    if (kind === null || (Number.isInteger(kind) && kind >= 0 && kind <= classes)) continue;
    throw new Error(`RegionHead: expected classes from 0 to ${classes}, or null, got ${shown(kind)}`);
  }
  checkArray('RegionHead', 'codes', codes, `[${kinds.length}, 4]`);
}

/** Two hidden layers, then for each region its class and, for each class, its box (Girshick 2015, Fast R-CNN, section 2). */
export class RegionHead extends Module {
  /** How a box is written as a change of its region: positions weigh more than sizes, and both about as much as a class. */
  readonly code = boxCode({ weights: [10, 10, 5, 5], maxLogSize: 2 });
  readonly first: Linear;
  readonly second: Linear;
  readonly scores: Linear;
  readonly deltas: Linear;
  /** Number of classes of things, without background. */
  readonly classes: number;
  /** What an empty row's label is: the first number that is no class. */
  readonly #empty: number;

  /** @throws on settings out of range. */
  constructor(options: RegionHeadOptions) {
    super();
    checkOptions('RegionHead', options, { inputs: 'any', classes: 'any', random: 'random', hidden: 'any' });
    const { inputs, classes, random, hidden = 64 } = options;
    checkCounts('RegionHead', { inputs }, mostInputs);
    checkCounts('RegionHead', { classes, hidden });
    checkShape('RegionHead', [inputs, hidden]);
    checkShape('RegionHead', [hidden, hidden]);
    checkShape('RegionHead', [hidden, 4 * classes]);
    const output = { random, initialize: normal(0.01) };
    this.first = new Linear(inputs, hidden, { random });
    this.second = new Linear(hidden, hidden, { random });
    this.scores = new Linear(hidden, classes + 1, output);
    this.deltas = new Linear(hidden, 4 * classes, output);
    this.classes = classes;
    this.#empty = classes + 1;
  }

  /**
   * Scores and box codes of regions.
   * @param regions pooled, `[R, rows, columns, C]`.
   * @returns scores `[R, classes + 1]`, background first; codes `[R, classes, 4]`.
   * @throws where rows · columns · C is not what the head was made for.
   */
  forward(regions: Tensor): RegionScores {
    checkTensor('RegionHead', 'regions', regions);
    checkLayout('RegionHead', 'pooled regions', regions.shape, '[R, rows, columns, C]');
    const [inputs] = this.first.weight.shape;
    if (sizeOf(regions.shape.slice(1)) !== inputs) {
      throw new Error(`RegionHead: expected regions of ${inputs} numbers, got ${show(regions.shape)}`);
    }
    const [count] = regions.shape;
    const flat = reshape(regions, [count, inputs]);
    const x = relu(this.second.forward(relu(this.first.forward(flat))));
    return {
      scores: this.scores.forward(x),
      deltas: reshape(this.deltas.forward(x), [count, this.classes, 4]),
    };
  }

  /**
   * What the head should predict for sampled regions: a region's code stands in the row of its class; all other rows weigh nothing.
   * @throws on what {@link sampleRegions} would not give for as many classes.
   */
  targets(regions: Pick<SampledRegions, 'classes' | 'codes'>): RegionTargets<Float32Array> {
    const kinds = this.classes;
    checkSampled(regions, kinds);
    const { classes, codes } = regions;
    const counted = classes.filter((kind) => kind !== null).length;
    const targets = new Float32Array(4 * kinds * classes.length);
    const weights = new Float32Array(kinds * classes.length);
    for (const [r, kind] of classes.entries()) {
      if (kind === null || kind === 0) continue;
      const row = r * kinds + kind - 1;
      weights[row] = 1 / counted;
      targets.set(codes.data.subarray(4 * r, 4 * r + 4), 4 * row);
    }
    return { labels: Float32Array.from(classes, (kind) => kind ?? this.#empty), codes: targets, weights };
  }

  /** Shapes of {@link targets} for a number of regions. @throws unless it is a whole number from 0. */
  targetShapes(regions: number): RegionTargets<Shape> {
    checkCount('RegionHead', 'regions', regions, 0);
    return { labels: [regions], codes: [regions, this.classes, 4], weights: [regions, this.classes, 1] };
  }

  /**
   * Mean cross-entropy over all regions, and smooth L1 of the objects' boxes, divided by the number of all regions.
   * @throws where output and regions do not fit.
   */
  losses(output: RegionScores, regions: Pick<SampledRegions, 'classes' | 'codes'>): RegionLosses {
    const { labels, codes, weights } = this.targets(regions);
    const shapes = this.targetShapes(regions.classes.length);
    return this.lossesOf(output, {
      labels: tensor(labels, shapes.labels),
      codes: tensor(codes, shapes.codes),
      weights: tensor(weights, shapes.weights),
    });
  }

  /**
   * The losses where the targets are tensors, for instance still to be decided; shapes as of {@link targetShapes}: labels `[R]`, codes
   * `[R, classes, 4]`, weights `[R, classes, 1]`.
   * @throws where output and targets do not fit.
   */
  lossesOf(output: RegionScores, targets: RegionTargets<Tensor>): RegionLosses {
    checkScores(output, this.classes);
    const { scores, deltas } = output;
    if (!isRecord(targets)) {
      throw new Error(`RegionHead: expected targets { labels, codes, weights }, got ${shown(targets)}`);
    }
    const shapes = this.targetShapes(scores.shape[0]);
    for (const name of ['labels', 'codes', 'weights'] as const) {
      checkTensor('RegionHead', name, targets[name]);
      checkSameShape('RegionHead', name, targets[name].shape, shapes[name]);
    }
    const { labels, codes, weights } = targets;
    return {
      classifier: crossEntropy(scores, labels, { ignoreIndex: this.#empty }),
      box: sum(multiply(smoothL1(deltas, codes, { reduction: 'none' }), weights)),
    };
  }

  /**
   * The detections that the scores and codes of regions give in each image; see {@link selectDetections}. Each image has `rows` regions, one
   * image after the other, and `counts` says how many of them are real, from the first.
   * @throws where output, regions and counts do not fit, and where a number is not finite.
   */
  async detect(
    output: RegionScores,
    regions: Pick<Regions, 'boxes'>,
    options: SelectionOptions & { rows: number; counts: readonly number[]; image: ImageSize },
  ): Promise<Detections[]> {
    const kinds = this.classes;
    checkOptions('RegionHead', options, {
      rows: 'any',
      counts: 'any',
      image: 'any',
      scoreThreshold: 'any',
      iouThreshold: 'any',
      limit: 'any',
    });
    const { rows, counts, image, ...selection } = options;
    checkImageSize('RegionHead', 'image', image);
    checkSelection('RegionHead', selection);
    checkScores(output, kinds);
    checkCount('RegionHead', 'rows', rows, 0);
    checkList('RegionHead', 'counts', counts, 'numbers of regions');
    for (const count of counts) {
      checkCount('RegionHead', 'counts', count, 0);
      if (count > rows) throw new Error(`RegionHead: expected counts of at most rows = ${rows}, got ${count}`);
    }
    if (!isRecord(regions)) throw new Error(`RegionHead: expected regions { boxes }, got ${shown(regions)}`);
    const { boxes } = regions;
    checkArray('RegionHead', 'boxes', boxes, `[${rows * counts.length}, 4]`);
    checkLayout('RegionHead', 'scores', output.scores.shape, `[${rows * counts.length}, ${kinds + 1}]`);
    const [probabilities, deltas] = await Promise.all([softmax(output.scores).data(), output.deltas.data()]);
    return counts.map((count, n) => {
      // Each region has a box of its own for every class: candidate k of a region is of class k alone.
      const candidates = Array.from({ length: count * kinds }, (_, i) => n * rows + Math.floor(i / kinds));
      const first = 4 * n * rows * kinds;
      const changes = ndarray(deltas.subarray(first, first + 4 * candidates.length), [candidates.length, 4]);
      const scores = ndarray(new Float32Array(candidates.length * kinds), [candidates.length, kinds]);
      for (const [i, region] of candidates.entries()) {
        const kind = i % kinds;
        scores.set(i, kind, probabilities[region * (kinds + 1) + kind + 1]);
      }
      return selectDetections(this.code.decode(changes, takeRows(boxes, candidates)), scores, { ...selection, image });
    });
  }
}
