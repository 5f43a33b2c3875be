import type { NdArray } from 'ndarray';
import type { Detections } from '../../boxes/detections';
import type { SelectionOptions } from '../../boxes/selectDetections';
import type { Batch } from '../../data/batches';
import type { DetectionSample } from '../../data/dataset';
import { Module } from '../../nn/module';
import { roiAlign } from '../../ops/roiAlign';
import type { Random } from '../../tensor/random';
import { realise, type Tensor } from '../../tensor/tensor';
import { SmallBackbone } from '../backbones/smallBackbone';
import { type Detector, evaluating, type Losses } from '../contract';
import { padRegions } from './padRegions';
import { RegionHead } from './regionHead';
import { sampleRegions } from './sampleRegions';

/** Boxes of a picture `[H, W, 3]` that may hold a thing, `[P, 4]`: from a method that is not trained, such as selective search. */
export type ProposalMethod = (image: NdArray<Float32Array>) => NdArray<Float32Array>;

/** Settings of {@link FastRcnn}. */
export interface FastRcnnOptions {
  /** Number of classes of things, without background. */
  classes: number;
  random: Random;
  proposals: ProposalMethod;
  /** Most proposals of a picture that are looked at in detection; fewer are filled up, so that every picture takes the same plan. */
  limit: number;
  /** Factor on the backbone's numbers of channels (1). */
  width?: number;
  /** Width of the two hidden layers of the head (64). */
  hidden?: number;
  /** Rows and columns of a pooled region (5). */
  pooled?: number;
  /** Regions of each picture that a step is trained on (16), at most half of them objects. */
  sampled?: number;
  /** Which detections are reported. */
  detections?: SelectionOptions;
}

/**
 * Fast R-CNN (Girshick 2015): the backbone sees the picture once; proposals, which come from elsewhere, are projected on to its
 * features and pooled there; a head says of each what it is and where exactly. Class and box are learnt together.
 */
export class FastRcnn extends Module implements Detector {
  readonly backbone: SmallBackbone;
  readonly head: RegionHead;
  readonly #settings: Required<Pick<FastRcnnOptions, 'proposals' | 'limit' | 'pooled' | 'sampled' | 'detections'>>;

  constructor(options: FastRcnnOptions) {
    super();
    const { classes, random, proposals, limit, width, hidden, pooled = 5, sampled = 16, detections = {} } = options;
    this.backbone = new SmallBackbone({ random, stride: 4, extra: [32], width });
    this.head = new RegionHead({ inputs: pooled * pooled * this.backbone.channels, classes, random, hidden });
    this.#settings = { proposals, limit, pooled, sampled, detections };
  }

  /** Pooled features of regions. */
  forward(images: Tensor, regions: Parameters<typeof roiAlign>[1]): Tensor {
    const { stride } = this.backbone;
    return roiAlign(this.backbone.forward(images), regions, { size: this.#settings.pooled, stride });
  }

  losses({ images, samples, random }: Batch<DetectionSample>): Losses {
    const { proposals, sampled } = this.#settings;
    const { code } = this.head;
    const boxes = samples.map(({ image }) => proposals(image));
    const regions = sampleRegions(boxes, samples, { code, random, size: sampled });
    return this.head.losses(this.head.forward(this.forward(images, regions)), regions);
  }

  async detect(images: Tensor): Promise<Detections[]> {
    const { proposals, limit, detections } = this.#settings;
    const pictures = await images.toNdarray();
    const [batch, height, width] = images.shape;
    const boxes = Array.from({ length: batch }, (_, n) => proposals(pictures.pick(n) as NdArray<Float32Array>));
    const { regions, counts } = padRegions(boxes, limit);
    const output = evaluating(this, () => this.head.forward(this.forward(images, regions)));
    await realise(output.scores, output.deltas);
    return this.head.detect(output, regions, { ...detections, rows: limit, counts, image: { height, width } });
  }
}
