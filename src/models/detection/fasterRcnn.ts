import type { Detections } from '../../boxes/detections';
import { checkSelection, type SelectionOptions } from '../../boxes/selectDetections';
import { checkOptions } from '../../checks/options';
import type { Batch } from '../../data/batches';
import type { DetectionSample } from '../../data/dataset';
import { Module } from '../../nn/module';
import { checkRegions, type LazyRegions } from '../../ops/regions';
import { roiAlign } from '../../ops/roiAlign';
import { decide } from '../../tensor/decide';
import type { Random } from '../../tensor/random';
import { realize, type Tensor } from '../../tensor/tensor';
import { checkBackboneWidth, SmallBackbone } from '../backbones/smallBackbone';
import { type Detector, evaluating, type Feature, type Losses } from '../contract';
import { type Images, imageBatch } from '../images';
import { checkCounts, mostPooled } from '../settings';
import { checkDetectionBatch } from '../targets';
import { padRegions } from './padRegions';
import { RegionHead, type RegionTargets } from './regionHead';
import {
  type Proposals,
  type RegionPredictions,
  RegionProposalNetwork,
  type RegionProposalOptions,
} from './regionProposalNetwork';
import { ownersOf, sampleRegions } from './sampleRegions';

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
  /** Which detections are reported. */
  detections?: SelectionOptions;
}

/**
 * Faster R-CNN (Ren et al. 2015): a backbone, computed once; a network on its features that proposes regions; and a head that looks
 * at each region's features and says what is there. All three are trained together, by the sum of four losses.
 */
export class FasterRcnn extends Module implements Detector {
  readonly backbone: SmallBackbone;
  readonly rpn: RegionProposalNetwork;
  readonly head: RegionHead;
  readonly #pooled: number;
  readonly #sampled: number;
  readonly #detections: SelectionOptions;

  /** @throws on settings out of range. */
  constructor(options: FasterRcnnOptions) {
    super();
    checkOptions('FasterRcnn', options, {
      classes: 'any',
      random: 'random',
      rpn: 'record',
      width: 'any',
      hidden: 'any',
      pooled: 'any',
      sampled: 'any',
      detections: 'any',
    });
    const { classes, random, width = 1, rpn = {}, hidden = 64, pooled = 5, sampled = 16, detections = {} } = options;
    checkCounts('FasterRcnn', { classes, hidden, sampled });
    checkCounts('FasterRcnn', { pooled }, mostPooled);
    checkBackboneWidth('FasterRcnn', width);
    checkSelection('FasterRcnn', detections);
    // Small things keep a few cells of their own, which stride 8 would not leave them.
    this.backbone = new SmallBackbone({ random, stride: 4, extra: [32], width });
    const { channels } = this.backbone;
    this.rpn = new RegionProposalNetwork({ ...rpn, channels, random });
    this.head = new RegionHead({ inputs: pooled * pooled * channels, classes, random, hidden });
    this.#pooled = pooled;
    this.#sampled = sampled;
    this.#detections = detections;
  }

  /**
   * Features of a batch, `[N, H / 4, W / 4, C]`, and what the region proposal network says of every anchor.
   * @param images `[N, H, W, 3]`, 0–1. @throws unless H and W are multiples of 4.
   */
  forward(images: Tensor): { feature: Feature; predictions: RegionPredictions } {
    const feature = { tensor: this.backbone.forward(images), stride: this.backbone.stride };
    return { feature, predictions: this.rpn.forward(feature) };
  }

  /** Proposals are a decision: they are taken on the host, from numbers. */
  async #propose(images: Tensor, feature: Feature, { objectness, deltas }: RegionPredictions): Promise<Proposals[]> {
    await realize(feature.tensor, objectness, deltas);
    const [, height, width] = images.shape;
    const computed = { objectness: await objectness.toNdarray(), deltas: await deltas.toNdarray() };
    return this.rpn.propose(computed, this.rpn.anchorsOf(feature), { height, width });
  }

  /**
   * Proposals of each image, best first.
   * @param images `[N, H, W, 3]`, 0–1. @throws unless H and W are multiples of 4.
   */
  async propose(images: Tensor): Promise<Proposals[]> {
    const { feature, predictions } = evaluating(this, () => this.forward(images));
    return this.#propose(images, feature, predictions);
  }

  /**
   * `objectness` and `rpnBox` of sampled anchors, `classifier` and `box` of regions drawn from truths and proposals; the proposals are
   * decided in the middle of the step and have no gradient. See {@link RegionProposalNetwork.losses} and {@link RegionHead.losses}.
   * @throws on boxes without area and on labels that are no class.
   */
  losses(batch: Batch<DetectionSample>): Losses {
    checkDetectionBatch('FasterRcnn', batch, this.head.classes);
    const { images, samples, random } = batch;
    const { feature, predictions } = this.forward(images);
    const truths = samples.map(({ boxes }) => boxes);
    const proposalLosses = this.rpn.losses(predictions, this.rpn.anchorsOf(feature), truths, random);
    const { regions, targets } = this.#sample(feature, predictions, { images, samples, random });
    const pooled = roiAlign(feature.tensor, regions, { size: this.#pooled, stride: feature.stride });
    return { ...proposalLosses, ...this.head.lossesOf(this.head.forward(pooled), targets) };
  }

  /** Regions for the head, and what it is to say of them: decided when the network has said what it proposes. */
  #sample(
    feature: Feature,
    { objectness, deltas }: RegionPredictions,
    { images, samples, random }: Pick<Batch<DetectionSample>, 'images' | 'samples' | 'random'>,
  ): { regions: LazyRegions; targets: RegionTargets<Tensor> } {
    const [batch, height, width] = images.shape;
    const size = this.#sampled;
    const priors = this.rpn.anchorsOf(feature);
    const shapes = this.head.targetShapes(batch * size);
    const [boxes, labels, codes, weights] = decide(
      [objectness, deltas],
      [[batch * size, 4], shapes.labels, shapes.codes, shapes.weights],
      ([scores, changes]) => {
        const proposed = this.rpn.propose({ objectness: scores, deltas: changes }, priors, { height, width });
        const regions = sampleRegions(
          proposed.map(({ boxes }) => boxes),
          samples,
          { code: this.head.code, random, size },
        );
        checkRegions('FasterRcnn', regions, batch);
        const { labels, codes, weights } = this.head.targets(regions);
        return [regions.boxes.data, labels, codes, weights];
      },
    );
    return { regions: { boxes, images: ownersOf(batch, size) }, targets: { labels, codes, weights } };
  }

  /**
   * What the head says of the proposals of each image, without near doubles of one class.
   * @param images `[H, W, 3]`, a list of them, or `[N, H, W, 3]`, 0–1. @returns one entry an image, the surest thing first.
   * @throws unless H and W are multiples of 4, and where a number is not finite.
   */
  async detect(images: Images): Promise<Detections[]> {
    const batch = imageBatch('FasterRcnn.detect', images);
    const { feature, predictions } = evaluating(this, () => this.forward(batch));
    const proposed = await this.#propose(batch, feature, predictions);
    const [, height, width] = batch.shape;
    const { regions, counts } = padRegions(
      proposed.map(({ boxes }) => boxes),
      this.rpn.limit,
    );
    const pooling = { size: this.#pooled, stride: feature.stride };
    const output = evaluating(this, () => this.head.forward(roiAlign(feature.tensor, regions, pooling)));
    return this.head.detect(output, regions, {
      ...this.#detections,
      counts,
      rows: this.rpn.limit,
      image: { height, width },
    });
  }
}
