import ndarray, { type NdArray } from 'ndarray';
import { checkArray } from '../../checks/arrays';
import { checkOptions } from '../../checks/options';
import type { Batch } from '../../data/batches';
import { type DetectionSample, type Sample, voidLabel } from '../../data/dataset';
import { crossEntropy } from '../../losses/crossEntropy';
import { resize } from '../../ops/resize';
import { realize, type Tensor, tensor } from '../../tensor/tensor';
import { evaluating, type Feature, type Losses, type PanopticPrediction, type PanopticSegmenter } from '../contract';
import type { RcnnStep } from '../detection/fasterRcnn';
import { checkFinite } from '../finite';
import { SemanticHead } from '../heads/semanticHead';
import { type Images, imageBatch } from '../images';
import { boundedRandom } from '../limitedRandom';
import { checkCounts, checkPixelClasses } from '../settings';
import { checkInstanceBatch, checkSegmentationBatch } from '../targets';
import { MaskRcnn, type MaskRcnnOptions, maskRcnnKinds } from './maskRcnn';
import { type MergeOptions, mergePanoptic } from './mergePanoptic';

/** Settings of {@link PanopticFpn}. */
export interface PanopticFpnOptions extends MaskRcnnOptions {
  /** Number of classes of stuff. */
  stuff: number;
  /** How instances and stuff become one map. */
  merge?: Omit<MergeOptions, 'stuff'>;
}

/**
 * Panoptic FPN (Kirillov et al. 2019, Panoptic feature pyramid networks): Mask R-CNN on a feature pyramid, and on the same pyramid a
 * semantic branch that gives every pixel a class of stuff, or "a thing". What both say is merged into one map by `mergePanoptic`.
 *
 *     loss = the five of Mask R-CNN + semantic,    semantic = mean cross-entropy over all pixels but the void ones
 */
export class PanopticFpn extends MaskRcnn implements PanopticSegmenter {
  readonly semanticHead: SemanticHead;
  /** Number of classes of stuff. */
  readonly stuff: number;
  readonly #merge: Omit<MergeOptions, 'stuff'>;

  /** @throws on settings out of range. */
  constructor(options: PanopticFpnOptions) {
    const {
      stuff,
      merge = {},
      pyramid = {},
      random: source,
      ...rest
    } = checkOptions('PanopticFpn', options, { ...maskRcnnKinds, stuff: 'any', merge: 'any' });
    checkCounts('PanopticFpn', { stuff });
    // All heads together are bounded, not each for itself.
    const random = boundedRandom('PanopticFpn', source);
    super({ ...rest, pyramid, random });
    checkPixelClasses('PanopticFpn', stuff + this.head.classes);
    mergePanoptic(nothing(), ndarray(new Float32Array(stuff), [1, 1, stuff]), { ...merge, stuff });
    this.semanticHead = new SemanticHead({
      channels: this.channels,
      levels: this.pyramid!.laterals.length,
      classes: stuff + 1,
      random,
    });
    this.stuff = stuff;
    this.#merge = { ...merge };
  }

  /** Scores of stuff and "a thing" at every pixel of the image, `[N, H, W, stuff + 1]`. */
  #semantic(features: readonly Feature[]): Tensor {
    const scores = this.semanticHead.forward(features.map(({ tensor }) => tensor));
    return resize(scores, { scale: features[0].stride, mode: 'bilinear' });
  }

  /**
   * Those of {@link MaskRcnn}, and `semantic`.
   * @throws on boxes without area, on labels that are no class, and unless there is a mask for each box and a semantic map.
   */
  override losses(batch: Batch<Sample>): Losses {
    checkInstanceBatch('PanopticFpn', batch, this.head.classes);
    checkSegmentationBatch('PanopticFpn', batch, this.stuff + this.head.classes);
    for (const [n, { image, semantic }] of batch.samples.entries()) {
      const [height, width] = image.shape;
      checkArray(`PanopticFpn: image ${n} of the batch`, 'semantic', semantic, `[${height}, ${width}]`);
    }
    return super.losses(batch);
  }

  protected override extraLosses(step: RcnnStep, batch: Batch<DetectionSample>): Losses {
    const masks = super.extraLosses(step, batch);
    const [count, height, width] = batch.images.shape;
    const labels = new Float32Array(count * height * width);
    // Every class of things is "a thing"; void stays void. A loop: every training step looks at every pixel.
    let place = 0;
    for (const { semantic } of batch.samples as readonly Sample[]) {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const label = semantic.get(y, x);
          labels[place++] = label === voidLabel ? label : Math.min(label, this.stuff);
        }
      }
    }
    const scores = this.#semantic(step.features);
    const semantic = crossEntropy(scores, tensor(labels, scores.shape.slice(0, 3)), { ignoreIndex: voidLabel });
    return { ...masks, semantic };
  }

  /**
   * One panoptic map of each image: stuff and things without overlaps.
   * @param images `[H, W, 3]`, a list of them, or `[N, H, W, 3]`, 0–1. @returns one entry an image.
   * @throws unless H and W are multiples of the last stride, and where a number is not finite.
   */
  async panoptic(images: Images): Promise<PanopticPrediction[]> {
    const batch = imageBatch('PanopticFpn.panoptic', images);
    const { features, detections } = await this.find(batch);
    const [, height, width] = batch.shape;
    const scores = evaluating(this, () => this.#semantic(features));
    await realize(scores);
    const semantic = (await scores.toNdarray()) as NdArray<Float32Array>;
    checkFinite('PanopticFpn', 'scores', semantic);
    const instances = await this.masksOf(features, detections, { height, width });
    return instances.map((own, n) => mergePanoptic(own, semantic.pick(n), { ...this.#merge, stuff: this.stuff }));
  }
}

/** No instances, in an image of one pixel. */
function nothing() {
  return {
    masks: ndarray(new Uint8Array(0), [0, 1, 1]),
    labels: ndarray(new Int32Array(0), [0]),
    scores: ndarray(new Float32Array(0), [0]),
  };
}
