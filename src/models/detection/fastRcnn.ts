import type { NdArray } from 'ndarray';
import type { Detections } from '../../boxes/detections';
import { checkSelection, type SelectionOptions } from '../../boxes/selectDetections';
import { checkCount } from '../../checks/numbers';
import { checkOptions } from '../../checks/options';
import { shown } from '../../checks/shown';
import type { Batch } from '../../data/batches';
import type { DetectionSample } from '../../data/dataset';
import { Module } from '../../nn/module';
import { roiAlign } from '../../ops/roiAlign';
import type { Random } from '../../tensor/random';
import { realize, type Tensor } from '../../tensor/tensor';
import { checkBackboneWidth, SmallBackbone } from '../backbones/smallBackbone';
import { type Detector, evaluating, type Losses } from '../contract';
import { type Images, imageBatch } from '../images';
import { boundedRandom } from '../limitedRandom';
import { checkCounts, checkMethod, mostPooled } from '../settings';
import { checkDetectionBatch } from '../targets';
import { padRegions } from './padRegions';
import { type ProposalMethod, proposalsOf } from './proposals';
import { RegionHead } from './regionHead';
import { sampleRegions } from './sampleRegions';

/** Settings of {@link FastRcnn}. */
export interface FastRcnnOptions {
  /** Number of classes of things, without background. */
  classes: number;
  /** Source of the first weights. */
  random: Random;
  /** Where the proposals come from. */
  propose: ProposalMethod;
  /**
   * Most proposals of an image that are looked at in detection, the first ones: methods give the best first. Fewer are filled up, so that
   * every image takes the same plan (300).
   */
  limit?: number;
  /** Factor on the backbone's numbers of channels (1). */
  width?: number;
  /** Width of the two hidden layers of the head (64). */
  hidden?: number;
  /** Rows and columns of a pooled region (5). */
  pooled?: number;
  /** Regions of each image that a step is trained on (16; the paper 64). */
  sampled?: number;
  /** How many of them may be objects (half; the paper a quarter). */
  positives?: number;
  /** Least overlap with a truth of a region that is trained on as background (0; the paper 0.1). */
  background?: number;
  /** Which detections are reported. */
  detections?: SelectionOptions;
}

/**
 * Fast R-CNN (Girshick 2015): the backbone sees the image once; proposals, which come from elsewhere, are projected on to its
 * features and pooled there; a head predicts what each is and where exactly. Class and box are learned together.
 */
export class FastRcnn extends Module implements Detector {
  readonly backbone: SmallBackbone;
  readonly head: RegionHead;
  readonly #settings: Required<Omit<FastRcnnOptions, 'classes' | 'random' | 'width' | 'hidden'>>;

  /** @throws on settings out of range. */
  constructor(options: FastRcnnOptions) {
    super();
    checkOptions('FastRcnn', options, {
      classes: 'any',
      random: 'random',
      propose: 'any',
      limit: 'any',
      width: 'any',
      hidden: 'any',
      pooled: 'any',
      sampled: 'any',
      positives: 'any',
      background: 'any',
      detections: 'any',
    });
    const { classes, random: source, width = 1, hidden = 64 } = options;
    const random = boundedRandom('FastRcnn', source);
    const { pooled = 5, sampled = 16, positives = sampled >> 1, background = 0, detections = {} } = options;
    const { propose, limit = 300 } = options;
    checkCounts('FastRcnn', { classes, limit, hidden, sampled });
    checkCounts('FastRcnn', { pooled }, mostPooled);
    checkBackboneWidth('FastRcnn', width);
    checkCount('FastRcnn', 'positives', positives, 0);
    if (positives > sampled)
      throw new Error(`FastRcnn: expected at most sampled = ${sampled} positives, got ${positives}`);
    if (!(typeof background === 'number' && background >= 0 && background <= 0.5)) {
      throw new Error(`FastRcnn: expected background from 0 to 0.5, got ${shown(background)}`);
    }
    checkMethod('FastRcnn', propose);
    checkSelection('FastRcnn', detections);
    this.backbone = new SmallBackbone({ random, stride: 4, extra: [32], width });
    this.head = new RegionHead({ inputs: pooled * pooled * this.backbone.channels, classes, random, hidden });
    this.#settings = { propose, limit, pooled, sampled, positives, background, detections };
  }

  /**
   * `[N, H, W, 3]` and R regions → their pooled features, `[R, pooled, pooled, C]`.
   * @throws unless H and W are multiples of 4, and on regions that {@link roiAlign} refuses.
   */
  forward(images: Tensor, regions: Parameters<typeof roiAlign>[1]): Tensor {
    const { stride } = this.backbone;
    return roiAlign(this.backbone.forward(images), regions, { size: this.#settings.pooled, stride });
  }

  /** `classifier` and `box` of regions drawn from truths and proposals; see {@link RegionHead.losses}. @throws on boxes without area and on labels that are no class. */
  async losses(batch: Batch<DetectionSample>): Promise<Losses> {
    const { propose, sampled, positives, background } = this.#settings;
    const { code, classes } = this.head;
    checkDetectionBatch('FastRcnn', batch, classes);
    const { images, samples, random } = batch;
    const boxes = await Promise.all(samples.map(({ image }) => proposalsOf('FastRcnn', propose, image)));
    const regions = sampleRegions(boxes, samples, { code, random, size: sampled, positives, background });
    return this.head.losses(this.head.forward(this.forward(images, regions)), regions);
  }

  /**
   * The detections of images: what the head predicts for the first proposals of each; of boxes of a class that overlap, NMS keeps one.
   * @param images `[H, W, 3]`, a list of them, or `[N, H, W, 3]`, 0–1. @returns one entry an image, the highest-scoring object first.
   * @throws unless H and W are multiples of 4, and where a number is not finite.
   */
  async detect(images: Images): Promise<Detections[]> {
    const batch = imageBatch('FastRcnn.detect', images);
    const { propose, limit, detections } = this.#settings;
    const stored = await batch.toNdarray();
    const [count, height, width] = batch.shape;
    const boxes = await Promise.all(
      Array.from({ length: count }, async (_, n) => {
        const all = await proposalsOf('FastRcnn', propose, stored.pick(n) as NdArray<Float32Array>);
        return all.hi(Math.min(limit, all.shape[0]), 4);
      }),
    );
    const { regions, counts } = padRegions(boxes, limit);
    const output = evaluating(this, () => this.head.forward(this.forward(batch, regions)));
    await realize(output.scores, output.deltas);
    return this.head.detect(output, regions, { ...detections, rows: limit, counts, image: { height, width } });
  }
}
