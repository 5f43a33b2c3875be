import type { Detections } from '../../boxes/detections';
import { maskAreas } from '../../boxes/maskAreas';
import { takeRows } from '../../boxes/rows';
import { checkOptions } from '../../checks/options';
import type { Batch } from '../../data/batches';
import type { DetectionSample, InstanceSample } from '../../data/dataset';
import { bceWithLogits } from '../../losses/bceWithLogits';
import { multiply, sigmoid } from '../../ops/elementwise';
import { gather } from '../../ops/gather';
import { permute } from '../../ops/permute';
import { sum } from '../../ops/reduce';
import { reshape } from '../../ops/reshape';
import { slice } from '../../ops/slice';
import type { ImageSize, Shape } from '../../shape/types';
import { type Tensor, tensor } from '../../tensor/tensor';
import type { SmallBackbone } from '../backbones/smallBackbone';
import type { StagedBackbone } from '../backbones/stagedBackbone';
import { evaluating, type Feature, type InstanceSegmenter, type Instances, type Losses } from '../contract';
import { FasterRcnn, type FasterRcnnOptions, fasterRcnnKinds, type RcnnStep } from '../detection/fasterRcnn';
import { ownersOf, type SampledRegions } from '../detection/sampleRegions';
import { checkFinite } from '../finite';
import { MaskHead } from '../heads/maskHead';
import { type Images, imageBatch } from '../images';
import { boundedRandom } from '../limitedRandom';
import { checkCounts, mostPooled } from '../settings';
import { checkInstanceBatch } from '../targets';
import { maskTargets } from './maskTargets';
import { pasteMasks } from './pasteMasks';

/** Settings of {@link MaskRcnn}. */
export interface MaskRcnnOptions extends FasterRcnnOptions {
  /** Rows and columns of a region that the mask head looks at (7); its masks have twice as many. */
  maskPooled?: number;
  /** Channels of the mask head (32). */
  maskHidden?: number;
  /** Whether each class has masks of its own (true), or all share one. */
  maskPerClass?: boolean;
}

/** {@link MaskRcnnOptions} for `checkOptions`. @internal */
export const maskRcnnKinds = {
  ...fasterRcnnKinds,
  maskPooled: 'any',
  maskHidden: 'any',
  maskPerClass: 'flag',
} as const;

/**
 * Mask R-CNN (He et al. 2017): Faster R-CNN with one more head, beside the one for class and box: for each region a small mask of each
 * class. Which class it is, the other head decides; the mask of that class is then shown.
 *
 *     loss = the four of Faster R-CNN + mask,    mask = mean BCE over the cells of the objects' regions, in the true class's mask alone
 *
 * In training the mask head sees regions that overlap an object by a half; its targets are cut out by RoI Align (`maskTargets`). At
 * evaluation it sees the boxes that were detected, which fit better than proposals.
 */
export class MaskRcnn extends FasterRcnn<SmallBackbone | StagedBackbone> implements InstanceSegmenter {
  readonly maskHead: MaskHead;
  readonly #pooled: number;
  readonly #perClass: boolean;

  /** @throws on settings out of range. */
  constructor(options: MaskRcnnOptions) {
    const {
      maskPooled = 7,
      maskHidden = 32,
      maskPerClass = true,
      random: source,
      ...rest
    } = checkOptions('MaskRcnn', options, maskRcnnKinds);
    // All heads together are bounded, not each for itself.
    const random = boundedRandom('MaskRcnn', source);
    super({ ...rest, random });
    checkCounts('MaskRcnn', { maskPooled }, mostPooled / 2);
    checkCounts('MaskRcnn', { maskHidden });
    if (this.sampledRows < 2) {
      throw new Error(`MaskRcnn: expected sampled to be at least 2, half of them objects, got ${this.sampledRows}`);
    }
    this.maskHead = new MaskHead({
      channels: this.channels,
      masks: maskPerClass ? this.head.classes : 1,
      random,
      hidden: maskHidden,
    });
    this.#pooled = maskPooled;
    this.#perClass = maskPerClass;
  }

  /** Regions that the mask head is trained on: those of an image that can be objects. */
  get #objects(): number {
    return this.sampledRows >> 1;
  }

  /**
   * Those of {@link FasterRcnn}, and `mask`.
   * @throws on boxes without area, on labels that are no class, and unless there is a mask `[H, W]` for each box.
   */
  override losses(batch: Batch<InstanceSample>): Losses {
    checkInstanceBatch('MaskRcnn', batch, this.head.classes);
    return super.losses(batch);
  }

  protected override extraShapes(batch: number): Shape[] {
    const rows = batch * this.#objects;
    const side = 2 * this.#pooled;
    return [[rows, side, side], [rows], [rows]];
  }

  /** For the regions that are objects: the mask, how much it weighs, and where the map of its class is among all. */
  protected override extraTargets(regions: SampledRegions, samples: readonly DetectionSample[]): Float32Array[] {
    const [each, size] = [this.sampledRows, 2 * this.#pooled];
    const rows = samples.length * this.#objects;
    const [targets, weights, maps] = [
      new Float32Array(rows * size * size),
      new Float32Array(rows),
      new Float32Array(rows),
    ];
    const maskCount = this.#perClass ? this.head.classes : 1;
    let found = 0;
    for (const [n, sample] of (samples as readonly InstanceSample[]).entries()) {
      for (let i = 0; i < this.#objects; i++) {
        const [from, row] = [n * each + i, n * this.#objects + i];
        const [kind, truth] = [regions.classes[from], regions.truths[from]];
        maps[row] = row * maskCount;
        if (!kind || truth === null) continue;
        const own = maskTargets(sample.masks, takeRows(regions.boxes, [from]), [truth], { size });
        targets.set(own.data, row * size * size);
        if (this.#perClass) maps[row] += kind - 1;
        weights[row] = 1;
        found++;
      }
    }
    const share = 1 / Math.max(1, found * size * size);
    return [targets, weights.map((weight) => weight * share), maps];
  }

  protected override extraLosses(
    { features, regions, levels, extra }: RcnnStep,
    batch: Batch<DetectionSample>,
  ): Losses {
    const [targets, weights, maps] = extra;
    const images = batch.samples.length;
    const [each, objects] = [this.sampledRows, this.#objects];
    const { boxes } = regions;
    const first = (x: Tensor) => firstRows(x, { images, each, objects });
    const own = { boxes: first(boxes as Tensor), images: ownersOf(images, objects) };
    const logits = this.#ofClasses(this.maskHead.forward(this.pool(features, own, first(levels), this.#pooled)), maps);
    const entropy = bceWithLogits(logits, targets, { reduction: 'none' });
    return { mask: sum(multiply(entropy, reshape(weights, [weights.size, 1, 1]))) };
  }

  /** Of logits `[R, S, S, K]` the maps of one class a region, `[R, S, S]`. @param maps `[R]`: row · K + class. */
  #ofClasses(logits: Tensor, maps: Tensor): Tensor {
    const [rows, side, , classes] = logits.shape;
    const byClass = reshape(permute(logits, [0, 3, 1, 2]), [rows * classes, side, side]);
    return gather(byClass, maps, { axis: 0 });
  }

  /**
   * The objects of each image with box, class, score and mask.
   * @param images `[H, W, 3]`, a list of them, or `[N, H, W, 3]`, 0–1. @returns one entry an image, the highest-scoring object first; masks
   * `[D, H, W]`.
   * @throws unless H and W are multiples of 4, with a pyramid of its last stride, and where a number is not finite.
   */
  async segment(images: Images): Promise<Instances[]> {
    const batch = imageBatch('MaskRcnn.segment', images);
    const { features, detections } = await this.find(batch);
    return this.masksOf(features, detections, { height: batch.shape[1], width: batch.shape[2] });
  }

  /** Detections with their masks, from the features that they were found in. @internal */
  protected async masksOf(
    features: readonly Feature[],
    detections: readonly Detections[],
    image: ImageSize,
  ): Promise<Instances[]> {
    const rows = this.mostDetections;
    const { regions, levels } = this.regionsOf(
      detections.map(({ boxes }) => boxes),
      rows,
    );
    const kinds = detections.flatMap(({ labels }) => [...labels.data, ...new Int32Array(rows - labels.size)]);
    const maskCount = this.#perClass ? this.head.classes : 1;
    const maps = tensor(kinds.map((kind, row) => row * maskCount + (this.#perClass ? kind : 0)));
    const shares = evaluating(this, () => {
      const pooled = this.pool(features, regions, levels, this.#pooled);
      return sigmoid(this.#ofClasses(this.maskHead.forward(pooled), maps));
    });
    const computed = await shares.toNdarray();
    checkFinite('MaskRcnn', 'masks', computed);
    return detections.map((found, n) => {
      const own = computed.lo(n * rows).hi(found.labels.size);
      const masks = pasteMasks(own, found.boxes, { image });
      return { ...found, masks, areas: maskAreas(masks) };
    });
  }
}

/** The first `objects` of `each` rows of every image. */
function firstRows(x: Tensor, { images, each, objects }: { images: number; each: number; objects: number }): Tensor {
  const columns = x.shape[1];
  const byImage = reshape(x, [images, each, columns]);
  return reshape(slice(byImage, { end: [images, objects, columns] }), [images * objects, columns]);
}
