import type { NdArray } from 'ndarray';
import { voidLabel } from '../../data/dataset';
import { crossEntropy } from '../../losses/crossEntropy';
import type { Module } from '../../nn/module';
import { argMax } from '../../ops/reduce';
import type { Tensor } from '../../tensor/tensor';
import { evaluating, type Losses } from '../contract';
import { decided } from '../finite';

/**
 * Mean cross-entropy over all pixels but the void ones, each as heavy as its class; see {@link crossEntropy}.
 * @param labels `[…]`, a class for each row of the scores; they have been checked.
 */
export function segmentationLosses(scores: Tensor, labels: Tensor, classWeights?: readonly number[]): Losses {
  return { crossEntropy: crossEntropy(scores, labels, { classWeights, ignoreIndex: voidLabel }) };
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
