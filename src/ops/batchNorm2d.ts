import * as kernels from '../../kernels/batchNorm2d';
import { checkTensors } from '../checks/arguments';
import { checkFrom0 } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { checkRank, checkSameShape, show } from '../shape/shape';
import { withGradient } from '../tensor/autograd';
import { applyKernel, detach, type Tensor } from '../tensor/tensor';
import { divide, multiply, scale as scaleBy, sqrt } from './elementwise';
import { mean as meanOf, sum } from './reduce';

/** A result and the statistics it was computed with. */
export interface BatchNorm2dResult {
  /** `[N, H, W, C]`. */
  output: Tensor;
  /** Mean over the batch and the image, `[C]`; no gradient. */
  mean: Tensor;
  /** Biased variance over the batch and the image, `[C]`; no gradient. */
  variance: Tensor;
}

function checkOperands(operation: string, x: Tensor, perChannel: Record<string, Tensor>): number {
  checkTensors(operation, { x, ...perChannel });
  checkRank(operation, 'x', x.shape, 4, '[N, H, W, C]');
  for (const name in perChannel) checkSameShape(operation, name, perChannel[name].shape, [x.shape[3]]);
  return x.shape[3];
}

/**
 * Normalizes each channel with the batch's own mean and variance, for training (Ioffe and Szegedy 2015, algorithm 1).
 *
 * y = (x − mean) / √(variance + ε) · scale + shift.
 * @param x `[N, H, W, C]`. @param scale `[C]`. @param shift `[C]`.
 * @throws where shapes do not fit, or there is not more than one value per channel to average: it would become 0, whatever it was.
 */
export function batchNorm2d(
  x: Tensor,
  scale: Tensor,
  shift: Tensor,
  options: { epsilon?: number } = {},
): BatchNorm2dResult {
  const { epsilon = 1e-5 } = checkOptions('batchNorm2d', options, { epsilon: 'number' });
  checkFrom0('batchNorm2d', 'epsilon', epsilon);
  const channels = checkOperands('batchNorm2d', x, { scale, shift });
  if (x.size < 2 * channels || channels === 0) {
    throw new Error(`batchNorm2d: expected more than one value per channel to average, got ${show(x.shape)}`);
  }
  const launch = { shape: x.shape, grid: [channels, x.size / channels], constants: { channels } };
  const scalars = { epsilon };
  const axes = [0, 1, 2];
  const mean = detach(meanOf(x, { axes }));
  const variance = meanOf(applyKernel(kernels.squaredDeviation, { ...launch, inputs: [x, mean] }), { axes });
  const product = (g: Tensor) =>
    applyKernel(kernels.batchNorm2dScaleGradient, { ...launch, scalars, inputs: [x, mean, variance, g] });
  const output = withGradient(
    applyKernel(kernels.batchNorm2d, { ...launch, scalars, inputs: [x, mean, variance, scale, shift] }),
    'batchNorm2d',
    [x, scale, shift],
    [
      (g) =>
        applyKernel(kernels.batchNorm2dInputGradient, {
          ...launch,
          scalars,
          inputs: [x, mean, variance, scale, g, meanOf(g, { axes }), meanOf(product(g), { axes })],
        }),
      (g) => sum(product(g), { axes }),
      (g) => sum(g, { axes }),
    ],
  );
  return { output, mean, variance };
}

/**
 * Normalizes each channel with given statistics, for evaluation: an affine map that no longer depends on the batch.
 *
 * y = (x − mean) / √(variance + ε) · scale + shift.
 * Mean and variance are `[C]`.
 * @param x `[N, H, W, C]`. @param scale `[C]`. @param shift `[C]`.
 * @returns `[N, H, W, C]`.
 * @throws where shapes do not fit.
 */
export function batchNorm2dEvaluate(
  x: Tensor,
  scale: Tensor,
  shift: Tensor,
  options: { mean: Tensor; variance: Tensor; epsilon?: number },
): Tensor {
  const kinds = { mean: 'any', variance: 'any', epsilon: 'number' } as const;
  const { mean, variance, epsilon = 1e-5 } = checkOptions('batchNorm2dEvaluate', options, kinds);
  checkFrom0('batchNorm2dEvaluate', 'epsilon', epsilon);
  const channels = checkOperands('batchNorm2dEvaluate', x, { scale, shift, mean, variance });
  const launch = {
    shape: x.shape,
    grid: [channels, x.size / channels],
    constants: { channels },
    scalars: { epsilon },
  };
  return withGradient(
    applyKernel(kernels.batchNorm2d, { ...launch, inputs: [x, mean, variance, scale, shift] }),
    'batchNorm2dEvaluate',
    [x, scale, shift],
    [
      (g) => multiply(g, divide(scale, sqrt(scaleBy(variance, 1, epsilon)))),
      (g) =>
        sum(applyKernel(kernels.batchNorm2dScaleGradient, { ...launch, inputs: [x, mean, variance, g] }), {
          axes: [0, 1, 2],
        }),
      (g) => g,
    ],
  );
}

/**
 * A running statistic after one more batch: (1 − momentum) · running + momentum · correction · batch; no gradient.
 * @param running `[C]`. @param batch `[C]`. @param options correction: n / (n − 1) makes the biased variance of n numbers unbiased.
 */
export function runningAverage(
  running: Tensor,
  batch: Tensor,
  { momentum, correction = 1 }: { momentum: number; correction?: number },
): Tensor {
  checkSameShape('runningAverage', 'batch', batch.shape, running.shape);
  const scalars = { keep: 1 - momentum, take: momentum * correction };
  return applyKernel(kernels.runningAverage, { inputs: [running, batch], shape: running.shape, scalars });
}
