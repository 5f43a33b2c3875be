import type { NdArray } from 'ndarray';
import type { Detections } from '../../boxes/detections';
import type { LevelOptions } from '../../boxes/levelOf';
import { checkSelection, type SelectionOptions } from '../../boxes/selectDetections';
import { checkPositive } from '../../checks/numbers';
import { checkOptions } from '../../checks/options';
import type { Batch } from '../../data/batches';
import type { DetectionSample } from '../../data/dataset';
import { Module } from '../../nn/module';
import { checkRegions, type LazyRegions, type Regions } from '../../ops/regions';
import { roiAlign } from '../../ops/roiAlign';
import type { Shape } from '../../shape/types';
import { decide } from '../../tensor/decide';
import type { Random } from '../../tensor/random';
import { realize, type Tensor, tensor } from '../../tensor/tensor';
import { checkBackboneWidth, SmallBackbone } from '../backbones/smallBackbone';
import { StagedBackbone } from '../backbones/stagedBackbone';
import { type Detector, evaluating, type Feature, type Losses } from '../contract';
import { type Images, imageBatch } from '../images';
import { boundedRandom } from '../limitedRandom';
import { FeaturePyramid } from '../necks/featurePyramid';
import { checkCounts, mostPooled } from '../settings';
import { checkDetectionBatch } from '../targets';
import { padRegions } from './padRegions';
import { checkPyramid, type PyramidOptions } from './pyramidOptions';
import { levelRows, roiAlignLevels } from './pyramidRegions';
import { RegionHead, type RegionTargets } from './regionHead';
import {
  type Proposals,
  type RegionPredictions,
  RegionProposalNetwork,
  type RegionProposalOptions,
} from './regionProposalNetwork';
import { ownersOf, type SampledRegions, sampleRegions } from './sampleRegions';

/** Settings of the feature pyramid of {@link FasterRcnn}. */
export interface RcnnPyramidOptions extends Omit<PyramidOptions, 'finest' | 'depth' | 'width'> {
  /** Regions whose area has this root or more are pooled from the second level, px (24); those of twice as much from the third, and so on. */
  canonicalSide?: number;
}

/** {@link FasterRcnnOptions} for `checkOptions`. @internal */
export const fasterRcnnKinds = {
  classes: 'any',
  random: 'random',
  rpn: 'record',
  width: 'any',
  hidden: 'any',
  pooled: 'any',
  sampled: 'any',
  pyramid: 'any',
  detections: 'any',
} as const;

/** What the heads of a step look at. @internal */
export interface RcnnStep {
  features: readonly Feature[];
  /** `sampled` of each image. */
  regions: LazyRegions;
  /** Rows of `levelRows`. */
  levels: Tensor;
  /** What further heads asked for. */
  extra: readonly Tensor[];
}

/** Anchors of a pyramid of three levels: one size a level. */
const usualLevels = [14, 20, 28].map((side) => [[side, side] as const]);

/** Settings of {@link FasterRcnn}. */
export interface FasterRcnnOptions {
  /** Number of classes of things, without background. */
  classes: number;
  /** Source of the first weights. */
  random: Random;
  /** Settings of the region proposal network. */
  rpn?: Omit<RegionProposalOptions, 'channels' | 'random'>;
  /** Factor on the backbone's numbers of channels (1). */
  width?: number;
  /** Width of the two hidden layers of the head (64). */
  hidden?: number;
  /** Rows and columns of a pooled region (5). */
  pooled?: number;
  /** Regions of each image that a step is trained on (16), at most half of them objects. */
  sampled?: number;
  /** A feature pyramid instead of one map of stride 4; `rpn.levels` are the anchors of its levels. */
  pyramid?: RcnnPyramidOptions;
  /** Which detections are reported. */
  detections?: SelectionOptions;
}

/**
 * Faster R-CNN (Ren et al. 2015): a backbone, computed once; a network on its features that proposes regions; and a head that looks
 * at each region's features and predicts what is there. All three are trained together, by the sum of four losses.
 *
 * With `pyramid` the features are those of a {@link FeaturePyramid} (Lin et al. 2017, section 4): the same proposal network looks at all
 * levels, each with anchors of its own sizes, and each region is pooled from the level that its size belongs to.
 */
export class FasterRcnn<Backbone extends SmallBackbone | StagedBackbone = SmallBackbone>
  extends Module
  implements Detector
{
  /** Of one map; with `pyramid` of several: then the type is `FasterRcnn<StagedBackbone>`. */
  readonly backbone: Backbone;
  /** Null without `pyramid`. */
  readonly pyramid: FeaturePyramid | null;
  readonly rpn: RegionProposalNetwork;
  readonly head: RegionHead;
  readonly #levels: LevelOptions;
  readonly #pooled: number;
  readonly #sampled: number;
  readonly #detections: SelectionOptions;

  /** @throws on settings out of range. */
  constructor(options: FasterRcnnOptions) {
    super();
    checkOptions('FasterRcnn', options, fasterRcnnKinds);
    const {
      classes,
      random: source,
      width = 1,
      rpn = {},
      hidden = 64,
      pooled = 5,
      sampled = 16,
      detections = {},
    } = options;
    const random = boundedRandom('FasterRcnn', source);
    checkCounts('FasterRcnn', { classes, hidden, sampled });
    checkCounts('FasterRcnn', { pooled }, mostPooled);
    checkBackboneWidth('FasterRcnn', width);
    checkSelection('FasterRcnn', detections);
    if (options.pyramid === undefined) {
      // Small objects keep a few cells of their own, which stride 8 would not leave them.
      const backbone = new SmallBackbone({ random, stride: 4, extra: [32], width });
      this.backbone = backbone as Backbone;
      this.pyramid = null;
      this.#levels = { levels: 1, canonicalSide: 1 };
      this.rpn = new RegionProposalNetwork({ ...rpn, channels: backbone.channels, random });
    } else {
      const { canonicalSide = 24, ...rest } = checkOptions('FasterRcnn: pyramid', options.pyramid, {
        stages: 'any',
        channels: 'any',
        canonicalSide: 'any',
      });
      const { stages, channels } = checkPyramid('FasterRcnn', rest);
      checkPositive('FasterRcnn', 'canonicalSide', canonicalSide);
      const backbone = new StagedBackbone({ random, stages, width });
      this.backbone = backbone as Backbone;
      this.pyramid = new FeaturePyramid({ inputs: backbone.channels, channels, random, normalized: true });
      this.#levels = { levels: stages.length, canonicalSide, canonicalLevel: Math.min(1, stages.length - 1) };
      this.rpn = new RegionProposalNetwork({ levels: usualLevels, ...rpn, channels, random });
    }
    this.head = new RegionHead({ inputs: pooled * pooled * this.channels, classes, random, hidden });
    this.#pooled = pooled;
    this.#sampled = sampled;
    this.#detections = detections;
  }

  /** Detections of an image at most. @internal */
  protected get mostDetections(): number {
    return this.#detections.limit ?? 30;
  }

  /** Channels of the features that the heads look at. @internal */
  protected get channels(): number {
    return (this.pyramid ?? (this.backbone as SmallBackbone)).channels;
  }

  /** Rows of a step's regions: `sampled` of each image. Objects come first, in half of an image's rows at most. @internal */
  protected get sampledRows(): number {
    return this.#sampled;
  }

  #features(images: Tensor): Feature[] {
    if (this.backbone instanceof SmallBackbone) {
      return [{ tensor: this.backbone.forward(images), stride: this.backbone.stride }];
    }
    const maps = this.backbone.forward(images);
    const levels = this.pyramid!.forward(maps.map(({ tensor }) => tensor));
    return levels.map((tensor, i) => ({ tensor, stride: maps[i].stride }));
  }

  /**
   * Features of a batch, `[N, H / stride, W / stride, C]`: the only ones, or the finest, and those of all levels; and what the region
   * proposal network predicts for every anchor.
   * @param images `[N, H, W, 3]`, 0–1. @throws unless H and W are multiples of 4, with a pyramid of its last stride.
   */
  forward(images: Tensor): { feature: Feature; features: Feature[]; predictions: RegionPredictions } {
    const features = this.#features(images);
    return { feature: features[0], features, predictions: this.rpn.forward(this.pyramid ? features : features[0]) };
  }

  /** The anchors of features, `[P, 4]`. */
  #anchors(features: readonly Feature[]): NdArray<Float32Array> {
    return this.rpn.anchorsOf(this.pyramid ? features : features[0]);
  }

  /** What a head looks at, `[R, size, size, C]`; levels are rows of `levelRows`, which only a pyramid needs. @internal */
  protected pool(features: readonly Feature[], regions: LazyRegions, levels: Tensor, size = this.#pooled): Tensor {
    if (!this.pyramid) return roiAlign(features[0].tensor, regions, { size, stride: features[0].stride });
    return roiAlignLevels(features, regions, levels, { size });
  }

  /** Proposals are a decision: they are taken on the host, from numbers. */
  async #propose(images: Tensor, features: Feature[], { objectness, deltas }: RegionPredictions): Promise<Proposals[]> {
    await realize(...features.map(({ tensor }) => tensor), objectness, deltas);
    const [, height, width] = images.shape;
    const computed = { objectness: await objectness.toNdarray(), deltas: await deltas.toNdarray() };
    return this.rpn.propose(computed, this.#anchors(features), { height, width });
  }

  /**
   * Proposals of each image, best first.
   * @param images `[N, H, W, 3]`, 0–1. @throws unless H and W are multiples of 4, with a pyramid of its last stride.
   */
  async propose(images: Tensor): Promise<Proposals[]> {
    const { features, predictions } = evaluating(this, () => this.forward(images));
    return this.#propose(images, features, predictions);
  }

  /**
   * `objectness` and `rpnBox` of sampled anchors, `classifier` and `box` of regions drawn from truths and proposals; the proposals are
   * decided in the middle of the step and have no gradient. See {@link RegionProposalNetwork.losses} and {@link RegionHead.losses}.
   * @throws on boxes without area and on labels that are no class.
   */
  losses(batch: Batch<DetectionSample>): Losses {
    checkDetectionBatch('FasterRcnn', batch, this.head.classes);
    const { images, samples, random } = batch;
    const { features, predictions } = this.forward(images);
    const truths = samples.map(({ boxes }) => boxes);
    const proposalLosses = this.rpn.losses(predictions, this.#anchors(features), truths, random);
    const sampled = this.#sample(features, predictions, { images, samples, random });
    const { regions, targets, levels, extra } = sampled;
    const pooled = this.pool(features, regions, levels);
    return {
      ...proposalLosses,
      ...this.head.lossesOf(this.head.forward(pooled), targets),
      ...this.extraLosses({ features, regions, levels, extra }, batch),
    };
  }

  /** Shapes of what further heads need to know of the regions of a batch: nothing here. @internal */
  protected extraShapes(_batch: number): Shape[] {
    return [];
  }

  /** What further heads need to know of the regions, in these shapes; decided together with them. @internal */
  protected extraTargets(_regions: SampledRegions, _samples: readonly DetectionSample[]): Float32Array[] {
    return [];
  }

  /** Losses of further heads: none here. @internal */
  protected extraLosses(_step: RcnnStep, _batch: Batch<DetectionSample>): Losses {
    return {};
  }

  /** Regions for the head and its targets: decided when the network's proposals are known. */
  #sample(
    features: readonly Feature[],
    { objectness, deltas }: RegionPredictions,
    { images, samples, random }: Pick<Batch<DetectionSample>, 'images' | 'samples' | 'random'>,
  ): Omit<RcnnStep, 'features'> & { targets: RegionTargets<Tensor> } {
    const [batch, height, width] = images.shape;
    const size = this.#sampled;
    const rows = batch * size;
    const priors = this.#anchors(features);
    const shapes = this.head.targetShapes(rows);
    const [boxes, labels, codes, weights, levels, ...extra] = decide(
      [objectness, deltas],
      [[rows, 4], shapes.labels, shapes.codes, shapes.weights, [rows, this.#levels.levels], ...this.extraShapes(batch)],
      ([scores, changes]) => {
        const proposed = this.rpn.propose({ objectness: scores, deltas: changes }, priors, { height, width });
        const regions = sampleRegions(
          proposed.map(({ boxes }) => boxes),
          samples,
          { code: this.head.code, random, size },
        );
        checkRegions('FasterRcnn', regions, batch);
        const { labels, codes, weights } = this.head.targets(regions);
        const levels = levelRows(regions.boxes, this.#levels);
        return [regions.boxes.data, labels, codes, weights, levels, ...this.extraTargets(regions, samples)];
      },
    );
    const regions = { boxes, images: ownersOf(batch, size) };
    return { regions, levels, extra, targets: { labels, codes, weights } };
  }

  /** Pads the boxes of each image to `rows` regions, with the level of each. @internal */
  protected regionsOf(
    boxes: readonly NdArray<Float32Array>[],
    rows: number,
  ): { regions: Regions; counts: number[]; levels: Tensor } {
    const { regions, counts } = padRegions(boxes, rows);
    const levels = tensor(levelRows(regions.boxes, this.#levels), [regions.boxes.shape[0], this.#levels.levels]);
    return { regions, counts, levels };
  }

  /** What is found in each image of a batch, and the features that it was found in. @internal */
  protected async find(batch: Tensor): Promise<{ features: Feature[]; detections: Detections[] }> {
    const { features, predictions } = evaluating(this, () => this.forward(batch));
    const proposed = await this.#propose(batch, features, predictions);
    const [, height, width] = batch.shape;
    const { limit } = this.rpn;
    const { regions, counts, levels } = this.regionsOf(
      proposed.map(({ boxes }) => boxes),
      limit,
    );
    const output = evaluating(this, () => this.head.forward(this.pool(features, regions, levels)));
    const options = { ...this.#detections, counts, rows: limit, image: { height, width } };
    return { features, detections: await this.head.detect(output, regions, options) };
  }

  /**
   * The detections of images: what the head predicts for the proposals of each; of boxes of a class that overlap, NMS keeps one.
   * @param images `[H, W, 3]`, a list of them, or `[N, H, W, 3]`, 0–1. @returns one entry an image, the highest-scoring object first.
   * @throws unless H and W are multiples of 4, with a pyramid of its last stride, and where a number is not finite.
   */
  async detect(images: Images): Promise<Detections[]> {
    return (await this.find(imageBatch('FasterRcnn.detect', images))).detections;
  }
}
