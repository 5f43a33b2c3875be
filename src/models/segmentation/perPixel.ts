import type { NdArray } from 'ndarray';
import type { Batch } from '../../data/batches';
import { type SegmentationSample, voidLabel } from '../../data/dataset';
import { crossEntropy } from '../../losses/crossEntropy';
import type { Module } from '../../nn/module';
import { argMax } from '../../ops/reduce';
import { show } from '../../shape/shape';
import type { Tensor } from '../../tensor/tensor';
import { evaluating, type Losses } from '../contract';
import { decided } from '../finite';

/** @throws unless height and width are multiples of a network's coarsest stride. */
export function checkDivisible(model: string, images: Tensor, stride: number): void {
  const [, height, width, channels] = images.shape;
  if (images.rank !== 4 || channels !== 3 || height % stride || width % stride || height === 0 || width === 0) {
    throw new Error(
      `${model}: expected images [N, H, W, 3] with H and W multiples of ${stride}, got ${show(images.shape)}`,
    );
  }
}

/**
 * Mean cross-entropy over all pixels but the void ones, each as heavy as its class; see {@link crossEntropy}.
 * @throws where the samples have no semantic maps.
 */
export function segmentationLosses(
  model: string,
  scores: Tensor,
  { semantic }: Pick<Batch<SegmentationSample>, 'semantic'>,
  classWeights?: readonly number[],
): Losses {
  if (!semantic) throw new Error(`${model}: expected samples with a semantic map, got none`);
  return { crossEntropy: crossEntropy(scores, semantic, { classWeights, ignoreIndex: voidLabel }) };
}

/**
 * The class with the highest score at every pixel, `[N, H, W]`.
 * @param score records the scores, `[N, H, W, classes]`.
 * @throws where a score is not finite.
 */
export function predictClasses(name: string, model: Module, score: () => Tensor): Promise<NdArray<Float32Array>> {
  const { scores, classes } = evaluating(model, () => {
    const scores = score();
    return { scores, classes: argMax(scores) };
  });
  return decided(name, classes, scores);
}
