import type { NdArray } from 'ndarray';
import { type AnchorLevel, bestAnchors } from '../../boxes/bestAnchors';
import { boxCode } from '../../boxes/boxCode';
import type { Detections } from '../../boxes/detections';
import { type MatchState, match } from '../../boxes/match';
import { checkSelection, type SelectionOptions } from '../../boxes/selectDetections';
import { checkPositive, checkShare } from '../../checks/numbers';
import { checkOptions } from '../../checks/options';
import type { Batch } from '../../data/batches';
import type { DetectionSample } from '../../data/dataset';
import { bceWithLogits } from '../../losses/bceWithLogits';
import { crossEntropy } from '../../losses/crossEntropy';
import { smoothL1 } from '../../losses/smoothL1';
import { Conv2d } from '../../nn/conv2d';
import { normal } from '../../nn/initialize';
import { Module } from '../../nn/module';
import { Sequential } from '../../nn/sequential';
import { multiply, sigmoid } from '../../ops/elementwise';
import { sum } from '../../ops/reduce';
import { reshape } from '../../ops/reshape';
import { slice } from '../../ops/slice';
import { softmax } from '../../ops/softmax';
import type { ImageSize } from '../../shape/types';
import type { Random } from '../../tensor/random';
import { type Tensor, tensor } from '../../tensor/tensor';
import { convBlock } from '../backbones/convBlock';
import { widened } from '../backbones/smallBackbone';
import { StagedBackbone } from '../backbones/stagedBackbone';
import { type Detector, evaluating, type Losses } from '../contract';
import { joinLevels } from '../heads/joinLevels';
import { type Images, imageBatch } from '../images';
import { boundedRandom } from '../limitedRandom';
import { ConcatPyramid } from '../necks/concatPyramid';
import { checkCounts } from '../settings';
import { checkDetectionBatch, checkTargets } from '../targets';
import { denseDetections } from './denseDetections';
import { checkLevelShapes, LevelPriors, type LevelShapes } from './levelPriors';
import { ignoredLabel, priorTargets } from './priorTargets';
import { checkPyramid, type PyramidOptions, pyramidKinds } from './pyramidOptions';

/** Settings of {@link YoloFpn}. */
export interface YoloFpnOptions extends Omit<PyramidOptions, 'depth'> {
  /** Number of classes of objects. */
  classes: number;
  /** Source of the first weights. */
  random: Random;
  /** Widths and heights of the anchors of each level, the finest first, px. */
  shapes: LevelShapes;
  /** How much an anchor without an object weighs in the loss of p_c, against 1 of one with an object (0.1). */
  noObjectWeight?: number;
  /** Anchors without an object that overlap one by this or more do not count in the loss of p_c (0.5). */
  ignore?: number;
  /** Which detections are reported. */
  detections?: SelectionOptions;
}

/** What the network predicts for every anchor of a batch. */
export interface YoloFpnOutputs {
  /** `[N, P, 1]`: logits of p_c. */
  objectness: Tensor;
  /** `[N, P, 4]`: box codes. */
  codes: Tensor;
  /** `[N, P, K]`: class scores. */
  classes: Tensor;
}

/** What it should predict, one row an anchor: R = N · P. */
export interface YoloFpnTargets {
  /** `[R, 1]`: p_c. */
  objectness: Tensor;
  /** `[R, 1]`: how much each p_c weighs, divided by the number of objects; 0 for anchors that are ignored. */
  objectnessWeights: Tensor;
  /** `[R, 4]` */
  codes: Tensor;
  /** `[R, 1]`: 1 / number of objects where there is one, else 0. */
  codeWeights: Tensor;
  /** `[R]`: the class, or the number of classes where it does not matter. */
  labels: Tensor;
}

/**
 * YOLO on several scales (Redmon and Farhadi 2018, YOLOv3): backbone – neck – head. The backbone gives maps of several strides, the
 * {@link ConcatPyramid} hands the meaning of the coarse ones down to the fine ones, and each level has a head of its own that predicts
 * for every anchor p_c, a change of the box, and K class scores.
 *
 *     loss = Σ w · BCE(p_c) / P + Σ smoothL1(t) / P + mean cross-entropy(c)
 *
 * as in `Yolo`; each object has one anchor, that of all levels which is shaped most like it, in the cell of its center
 * (`bestAnchors`). Anchors that overlap an object by `ignore` or more without being its own have w = 0.
 *
 * Deviations from the paper: those of `Yolo`. Sides of the images must be multiples of the last stride.
 */
export class YoloFpn extends Module implements Detector {
  readonly backbone: StagedBackbone;
  readonly neck: ConcatPyramid;
  readonly heads: Sequential[];
  readonly #skipped: number;
  readonly #priors: LevelPriors;
  readonly #classes: number;
  readonly #settings: { noObjectWeight: number; ignore: number };
  readonly #selection: SelectionOptions;
  readonly #code = boxCode({ weights: [10, 10, 5, 5], maxLogSize: 2 });

  /** @throws on settings out of range, and unless there are anchors for each level. */
  constructor(options: YoloFpnOptions) {
    super();
    const { depth: _, ...kinds } = pyramidKinds;
    checkOptions('YoloFpn', options, {
      classes: 'any',
      random: 'random',
      shapes: 'any',
      noObjectWeight: 'any',
      ignore: 'any',
      detections: 'any',
      ...kinds,
    });
    const { classes, random: source, shapes, noObjectWeight = 0.1, ignore = 0.5, detections = {} } = options;
    const random = boundedRandom('YoloFpn', source);
    const { stages, channels, width, skipped } = checkPyramid('YoloFpn', options);
    checkCounts('YoloFpn', { classes });
    checkPositive('YoloFpn', 'noObjectWeight', noObjectWeight);
    checkShare('YoloFpn', 'ignore', ignore);
    checkSelection('YoloFpn', detections);
    checkLevelShapes('YoloFpn', shapes, stages.length - skipped);
    this.backbone = new StagedBackbone({ random, stages, width });
    const own = widened(channels, width);
    this.neck = new ConcatPyramid({ inputs: this.backbone.channels.slice(skipped), channels: own, random });
    this.heads = shapes.map(
      ({ length }) =>
        new Sequential(
          convBlock(own, own, { random }),
          new Conv2d(own, length * (5 + classes), { size: 1, random, initialize: normal(0.01) }),
        ),
    );
    this.#skipped = skipped;
    this.#priors = new LevelPriors('YoloFpn', this.backbone.strides.slice(skipped), shapes);
    this.#classes = classes;
    this.#settings = { noObjectWeight, ignore };
    this.#selection = detections;
  }

  /** Predictions for all anchors of images `[N, H, W, 3]`, 0–1. @throws unless H and W are multiples of the last stride. */
  forward(images: Tensor): YoloFpnOutputs {
    const features = this.backbone.forward(images).slice(this.#skipped);
    const maps = this.neck.forward(features.map(({ tensor }) => tensor)).map((map, i) => this.heads[i].forward(map));
    const rows = joinLevels(maps, 5 + this.#classes);
    const [batch, count, depth] = rows.shape;
    const columns = (from: number, to: number) => slice(rows, { start: [0, 0, from], end: [batch, count, to] });
    return { objectness: columns(0, 1), codes: columns(1, 5), classes: columns(5, depth) };
  }

  /** The anchors of images of this size, `[P, 4]` x1, y1, x2, y2 in px, in the order of the predictions. @throws unless the last stride divides its sides. */
  priors(image: ImageSize): NdArray<Float32Array> {
    return this.#priors.copyOf(image);
  }

  /**
   * What {@link losses} compares with.
   * @param samples all of one size. @throws on none, on boxes without area and on labels that are no class.
   */
  targets(samples: readonly DetectionSample[]): YoloFpnTargets {
    checkTargets('YoloFpn', samples, this.#classes);
    if (samples.length === 0) throw new Error('YoloFpn: expected at least one sample, got none');
    return this.#targets(samples);
  }

  #targets(samples: readonly DetectionSample[]): YoloFpnTargets {
    const [height, width] = samples[0].image.shape;
    const priors = this.#priors.of({ height, width });
    const { noObjectWeight, ignore } = this.#settings;
    const { labels, codes, positives } = priorTargets(samples, priors, {
      classes: this.#classes,
      code: this.#code,
      assign: (truths) => {
        const matches = match(priors, truths, { positive: 1, negative: ignore, bestForEachTruth: 'none' });
        const states = matches.states.map((state): MatchState => (state === 'positive' ? 'ignored' : state));
        const found = new Array<number | null>(states.length).fill(null);
        for (const [g, anchor] of bestAnchors(this.#levels({ height, width }), truths).entries()) {
          if (anchor === null) continue;
          states[anchor] = 'positive';
          found[anchor] = g;
        }
        return { states, truths: found };
      },
    });
    const rows = labels.length;
    const share = 1 / Math.max(1, positives);
    const isObject = (label: number) => label !== ignoredLabel && label < this.#classes;
    const column = (of: (label: number) => number) => tensor(labels.map(of), [rows, 1]);
    return {
      objectness: column((label) => Number(isObject(label))),
      objectnessWeights: column((label) =>
        label === ignoredLabel ? 0 : isObject(label) ? share : noObjectWeight * share,
      ),
      codes: tensor(codes, [rows, 4]),
      codeWeights: column((label) => (isObject(label) ? share : 0)),
      labels: tensor(labels.map((label) => (isObject(label) ? label : this.#classes))),
    };
  }

  #levels({ height, width }: ImageSize): AnchorLevel[] {
    const { strides, shapes } = this.#priors;
    return strides.map((stride, i) => ({ height: height / stride, width: width / stride, stride, shapes: shapes[i] }));
  }

  /** `objectness`, `box` and `class` of outputs and targets. @throws where the two do not fit. */
  lossesOf(outputs: YoloFpnOutputs, targets: YoloFpnTargets): Losses {
    const rows = targets.labels.size;
    const none = { reduction: 'none' } as const;
    const objectness = bceWithLogits(reshape(outputs.objectness, [rows, 1]), targets.objectness, none);
    const box = smoothL1(reshape(outputs.codes, [rows, 4]), targets.codes, none);
    return {
      objectness: sum(multiply(objectness, targets.objectnessWeights)),
      box: sum(multiply(box, targets.codeWeights)),
      class: crossEntropy(reshape(outputs.classes, [rows, this.#classes]), targets.labels, {
        ignoreIndex: this.#classes,
      }),
    };
  }

  /**
   * `objectness` of all anchors, those without an object weighed less and those near one not at all; `box` and `class` of those that have
   * one. The first two are sums divided by the number of objects, `class` is a mean.
   * @throws on boxes without area and on labels that are no class.
   */
  losses(batch: Batch<DetectionSample>): Losses {
    checkDetectionBatch('YoloFpn', batch, this.#classes);
    return this.lossesOf(this.forward(batch.images), this.#targets(batch.samples));
  }

  /**
   * The detections of images: scores are σ(objectness) · softmax(class scores); of boxes of a class that overlap, NMS keeps one.
   * @param images `[H, W, 3]`, a list of them, or `[N, H, W, 3]`, 0–1. @returns one entry an image, the highest-scoring object first.
   * @throws unless H and W are multiples of the last stride, and where a number is not finite.
   */
  async detect(images: Images): Promise<Detections[]> {
    const batch = imageBatch('YoloFpn.detect', images);
    const [count, height, width] = batch.shape;
    const { codes, scores } = evaluating(this, () => {
      const { objectness, codes, classes } = this.forward(batch);
      return { codes, scores: multiply(sigmoid(objectness), softmax(classes)) };
    });
    const priors = this.#priors.of({ height, width });
    return denseDetections(
      { codes, scores },
      { ...this.#selection, count, image: { height, width }, decode: (rows) => this.#code.decode(rows, priors) },
    );
  }
}
