import ndarray, { type NdArray } from 'ndarray';
import { type AnchorOptions, anchors } from '../../boxes/anchors';
import { bestRows } from '../../boxes/bestRows';
import { largeBoxes } from '../../boxes/boxArea';
import { boxCode } from '../../boxes/boxCode';
import { readBoxes } from '../../boxes/boxList';
import { clipBoxes } from '../../boxes/clipBoxes';
import { checkImageSize } from '../../boxes/imageSize';
import { checkThresholds, match } from '../../boxes/match';
import { nms } from '../../boxes/nms';
import { concatRows, takeRows } from '../../boxes/rows';
import { sample } from '../../boxes/sample';
import { checkList, checkRandom, checkTensor } from '../../checks/arguments';
import { checkArray, checkLayout } from '../../checks/arrays';
import { checkPositive, checkShare } from '../../checks/numbers';
import { checkOptions } from '../../checks/options';
import { isRecord } from '../../checks/record';
import { shown } from '../../checks/shown';
import { bceWithLogits } from '../../losses/bceWithLogits';
import { smoothL1 } from '../../losses/smoothL1';
import { Conv2d } from '../../nn/conv2d';
import { normal } from '../../nn/initialize';
import { Module } from '../../nn/module';
import { multiply, relu } from '../../ops/elementwise';
import { sum } from '../../ops/reduce';
import { reshape } from '../../ops/reshape';
import type { ImageSize } from '../../shape/types';
import type { Random } from '../../tensor/random';
import { type Tensor, tensor } from '../../tensor/tensor';
import type { Feature } from '../contract';
import { checkFinite } from '../finite';
import { joinLevels } from '../heads/joinLevels';
import { checkCounts, mostChannels } from '../settings';
import { checkAlike, checkLevelShapes, type LevelShapes } from './levelPriors';

/** Settings of {@link RegionProposalNetwork}. */
export interface RegionProposalOptions extends Pick<AnchorOptions, 'sizes' | 'ratios' | 'shapes'> {
  /** Channels of the feature map. */
  channels: number;
  /** Source of the first weights. */
  random: Random;
  /** Channels of the 3×3 layer between (32). */
  hidden?: number;
  /** Overlap with a truth from which on an anchor is an object (0.7). */
  positive?: number;
  /** Overlap below which it is background (0.3). */
  negative?: number;
  /** Anchors of each image that a step is trained on (32), at most half of them objects. */
  sampled?: number;
  /** Best anchors that become boxes (100). */
  candidates?: number;
  /** Overlap above which the worse of two boxes is dropped (0.7). */
  iouThreshold?: number;
  /** Boxes that are left at most (30). */
  limit?: number;
  /** Sides of a proposal must be longer, px (2). */
  leastSide?: number;
  /** Anchors of each level of a feature pyramid, the finest first, instead of sizes, ratios and shapes. */
  levels?: LevelShapes;
}

/** What the network predicts for every anchor. */
export interface RegionPredictions {
  /** `[N, P]`, logits: is there an object? */
  objectness: Tensor;
  /** `[N, P, 4]`, box code: how the anchor must change to fit it. */
  deltas: Tensor;
}

/** Proposals of one image, best first. */
export interface Proposals {
  /** `[R, 4]`, x1, y1, x2, y2 in px, inside the image. */
  boxes: NdArray<Float32Array>;
  /** `[R]`, logits. */
  scores: NdArray<Float32Array>;
}

const code = boxCode({ maxLogSize: 2 });

/** One feature map, or those of a pyramid, the finest first. */
type Features = Feature | readonly Feature[];

/** The feature maps as a list. @throws unless each is a map `[N, H, W, C]` with its stride. */
function listOf(features: Features): readonly Feature[] {
  const list: readonly Feature[] = Array.isArray(features) ? features : [features];
  for (const feature of list) checkFeature(feature);
  return list;
}

function checkFeature(feature: Feature): void {
  if (!isRecord(feature)) {
    throw new Error(`RegionProposalNetwork: expected a feature map { tensor, stride }, got ${shown(feature)}`);
  }
  checkTensor('RegionProposalNetwork', 'tensor', feature.tensor);
  checkLayout('RegionProposalNetwork', 'features', feature.tensor.shape, '[N, H, W, C]');
  checkPositive('RegionProposalNetwork', 'stride', feature.stride);
}

function refusePredictions(predictions: unknown): never {
  throw new Error(`RegionProposalNetwork: expected predictions { objectness, deltas }, got ${shown(predictions)}`);
}

/** β of the box loss: beyond a ninth of an anchor's size, an error counts linearly. */
const beta = 1 / 9;

/**
 * Region proposal network (Ren et al. 2015, Faster R-CNN, section 3.1): at each cell of a feature map, for each of A anchor boxes,
 * whether it holds an object of any class, and how to move it there.
 *
 * Deviations from the paper: one logit an anchor instead of two, anchors at the border take part in training.
 */
export class RegionProposalNetwork extends Module {
  readonly hidden: Conv2d;
  readonly objectness: Conv2d;
  readonly deltas: Conv2d;
  readonly #shapes: Pick<AnchorOptions, 'sizes' | 'ratios' | 'shapes'>;
  /** Most proposals of an image. */
  readonly limit: number;
  readonly #settings: Required<
    Pick<RegionProposalOptions, 'positive' | 'negative' | 'sampled' | 'candidates' | 'iouThreshold' | 'leastSide'>
  >;
  readonly #levels: LevelShapes | undefined;
  #anchors: { key: string; boxes: NdArray<Float32Array> } | null = null;

  /** @throws on settings out of range. */
  constructor(options: RegionProposalOptions) {
    super();
    checkOptions('RegionProposalNetwork', options, {
      channels: 'any',
      random: 'random',
      hidden: 'any',
      sizes: 'any',
      ratios: 'any',
      shapes: 'any',
      positive: 'any',
      negative: 'any',
      sampled: 'any',
      candidates: 'any',
      iouThreshold: 'any',
      limit: 'any',
      leastSide: 'any',
      levels: 'any',
    });
    const { channels, random, hidden = 32, shapes, ratios, levels } = options;
    const { sizes = shapes || levels !== undefined ? undefined : [14, 20, 28] } = options;
    const { positive = 0.7, negative = 0.3, sampled = 32 } = options;
    const { candidates = 100, iouThreshold = 0.7, limit = 30, leastSide = 2 } = options;
    checkCounts('RegionProposalNetwork', { channels, hidden }, mostChannels);
    checkCounts('RegionProposalNetwork', { sampled, candidates, limit });
    checkThresholds('RegionProposalNetwork', { positive, negative });
    checkShare('RegionProposalNetwork', 'iouThreshold', iouThreshold);
    if (leastSide !== 0) checkPositive('RegionProposalNetwork', 'leastSide', leastSide);
    if (levels !== undefined) {
      if (shapes || sizes || ratios) {
        throw new Error('RegionProposalNetwork: expected either levels, or sizes, ratios and shapes, got both');
      }
      checkLevelShapes('RegionProposalNetwork', levels);
      checkAlike('RegionProposalNetwork', levels);
    }
    // Those of one cell: what is wrong with them is an error here, not at the first image.
    const perCell = levels?.[0].length ?? anchors({ height: 1, width: 1, stride: 1, sizes, ratios, shapes }).shape[0];
    const output = { size: 1, random, initialize: normal(0.01) };
    this.hidden = new Conv2d(channels, hidden, { size: 3, padding: 1, random });
    this.objectness = new Conv2d(hidden, perCell, output);
    this.deltas = new Conv2d(hidden, 4 * perCell, output);
    this.#shapes = { sizes, ratios, shapes };
    this.#levels = levels?.map((own) => [...own]);
    this.limit = limit;
    this.#settings = { positive, negative, sampled, candidates, iouThreshold, leastSide };
  }

  /** The anchors of a feature map, or of all maps of a pyramid, `[P, 4]` in px, in the order of the predictions. @throws on what is no feature map. */
  anchorsOf(features: Feature | readonly Feature[]): NdArray<Float32Array> {
    const list = this.#checked(features);
    const key = list.map(({ tensor: { shape }, stride }) => [shape[1], shape[2], stride]).join();
    if (this.#anchors?.key !== key) {
      const levels = list.map(({ tensor: { shape }, stride }, i) => {
        const shapes = this.#levels ? { shapes: this.#levels[i] } : this.#shapes;
        return anchors({ height: shape[1], width: shape[2], stride, ...shapes });
      });
      this.#anchors = { key, boxes: concatRows(...levels) };
    }
    return this.#anchors.boxes;
  }

  #checked(features: Features): readonly Feature[] {
    const list = listOf(features);
    const expected = this.#levels?.length ?? 1;
    if (list.length !== expected) {
      throw new Error(`RegionProposalNetwork: expected ${expected} feature maps, got ${list.length}`);
    }
    return list;
  }

  /**
   * Features `[N, H, W, C]`, or those of all levels of a pyramid, which share the network → logits `[N, P]` and box codes `[N, P, 4]` of
   * their anchors, P = A · Σ H · W. @throws on other features.
   */
  forward(features: Feature | readonly Feature[]): RegionPredictions {
    const hidden = this.#checked(features).map(({ tensor }) => relu(this.hidden.forward(tensor)));
    const objectness = joinLevels(
      hidden.map((x) => this.objectness.forward(x)),
      1,
    );
    const deltas = joinLevels(
      hidden.map((x) => this.deltas.forward(x)),
      4,
    );
    return { objectness: reshape(objectness, objectness.shape.slice(0, 2)), deltas };
  }

  /**
   * Mean binary cross-entropy of the sampled anchors, and smooth L1 of the positive ones, divided by the number of all sampled.
   * @param truths `[Gₙ, 4]` of each image. @throws where predictions, priors and truths do not fit.
   */
  losses(
    predictions: RegionPredictions,
    priors: NdArray<Float32Array>,
    truths: readonly NdArray<Float32Array>[],
    random: Random,
  ): { objectness: Tensor; rpnBox: Tensor } {
    const { positive, negative, sampled } = this.#settings;
    checkList('RegionProposalNetwork', 'truths', truths, 'boxes [G, 4]');
    for (const [n, boxes] of truths.entries()) {
      const caller = `RegionProposalNetwork: image ${n} of the batch`;
      checkArray(caller, 'truths', boxes, '[G, 4]');
      readBoxes(caller, boxes, 'truths');
    }
    checkRandom('RegionProposalNetwork', random);
    checkArray('RegionProposalNetwork', 'priors', priors, '[P, 4]');
    const [count] = priors.shape;
    if (!isRecord(predictions)) refusePredictions(predictions);
    const { objectness, deltas } = predictions;
    checkTensor('RegionProposalNetwork', 'objectness', objectness);
    checkTensor('RegionProposalNetwork', 'deltas', deltas);
    checkLayout('RegionProposalNetwork', 'objectness', objectness.shape, `[${truths.length}, ${count}]`);
    checkLayout('RegionProposalNetwork', 'deltas', deltas.shape, `[${truths.length}, ${count}, 4]`);
    const size = truths.length * count;
    const [targets, weights, boxWeights] = [0, 1, 2].map(() => new Float32Array(size));
    const codes = new Float32Array(4 * size);
    let drawn = 0;
    for (const [n, boxes] of truths.entries()) {
      const matches = match(priors, boxes, { positive, negative });
      const chosen = sample(matches.states, { size: sampled, random });
      drawn += chosen.positive.length + chosen.negative.length;
      for (const row of chosen.positive) targets[n * count + row] = boxWeights[n * count + row] = 1;
      for (const row of [...chosen.positive, ...chosen.negative]) weights[n * count + row] = 1;
      const found = chosen.positive.map((row) => matches.truths[row]!);
      const wanted = code.encode(takeRows(boxes, found), takeRows(priors, chosen.positive));
      for (const [i, row] of chosen.positive.entries()) {
        codes.set(wanted.data.subarray(4 * i, 4 * i + 4), 4 * (n * count + row));
      }
    }
    // Dense targets with weights: whatever is sampled, the shapes stay, and with them the compiled plan.
    const share = (list: Float32Array, shape: number[]) =>
      tensor(
        list.map((weight) => weight / Math.max(1, drawn)),
        shape,
      );
    const { shape } = objectness;
    const entropy = bceWithLogits(objectness, tensor(targets, shape), { reduction: 'none' });
    const distance = smoothL1(deltas, tensor(codes, deltas.shape), { beta, reduction: 'none' });
    return {
      objectness: sum(multiply(entropy, share(weights, [...shape]))),
      rpnBox: sum(multiply(distance, share(boxWeights, [...shape, 1]))),
    };
  }

  /**
   * Boxes from computed predictions: the highest-scoring anchors, moved, clipped to the image, without tiny ones and after NMS.
   * They are plain numbers: no gradient goes through a proposal.
   * @param predictions objectness `[N, P]`, deltas `[N, P, 4]`. @param priors the anchors, `[P, 4]`.
   * @returns one entry an image, the best first.
   * @throws where predictions and priors do not fit, and where a prediction is not finite.
   */
  propose(
    predictions: { objectness: NdArray<Float32Array>; deltas: NdArray<Float32Array> },
    priors: NdArray<Float32Array>,
    image: ImageSize,
  ): Proposals[] {
    const { candidates, iouThreshold, leastSide } = this.#settings;
    if (!isRecord(predictions)) refusePredictions(predictions);
    checkArray('propose', 'priors', priors, '[P, 4]');
    checkArray('propose', 'objectness', predictions.objectness, `[N, ${priors.shape[0]}]`);
    checkArray('propose', 'deltas', predictions.deltas, `[${predictions.objectness.shape[0]}, ${priors.shape[0]}, 4]`);
    checkImageSize('propose', 'image', image);
    checkFinite('propose', 'objectness', predictions.objectness);
    checkFinite('propose', 'deltas', predictions.deltas);
    const [batch, count] = predictions.objectness.shape;
    return Array.from({ length: batch }, (_, n) => {
      const scores = predictions.objectness.data.subarray(n * count, (n + 1) * count);
      const best = bestRows(scores, candidates);
      const deltas = ndarray(predictions.deltas.data.subarray(4 * n * count, 4 * (n + 1) * count), [count, 4]);
      const moved = clipBoxes(code.decode(takeRows(deltas, best), takeRows(priors, best)), image);
      const large = largeBoxes(moved, { side: leastSide });
      const boxes = takeRows(moved, large);
      const logits = ndarray(
        Float32Array.from(large, (row) => scores[best[row]]),
        [large.length],
      );
      const kept = nms(boxes, { scores: logits, iouThreshold, limit: this.limit });
      return { boxes: takeRows(boxes, kept), scores: takeRows(logits, kept) };
    });
  }
}
