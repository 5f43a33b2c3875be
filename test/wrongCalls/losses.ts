import { tensor } from '../../src/index';
import { numbers } from '../support/numbers';
import type { Call } from '../support/wrongCalls';

const boxes = (shift: number) => tensor([[shift, 0, 4 + shift, 5]]);

const pairwise = (name: string, options: object, data: string[] = []): Call => ({
  name,
  data,
  args: () => [numbers(2, 3), numbers(2, 3), { ...options, reduction: 'mean' }],
});

const ofBoxes = (name: string): Call => ({ name, args: () => [boxes(0), boxes(1), { reduction: 'sum' }] });

export const calls: readonly Call[] = [
  pairwise('l1', {}),
  pairwise('mse', {}),
  pairwise('huber', { delta: 1 }),
  pairwise('smoothL1', { beta: 1 }),
  pairwise('focalLoss', { alpha: 0.25, gamma: 2 }),
  pairwise('diceLoss', { axes: [1], smooth: 1, squared: true }),
  pairwise('bceWithLogits', { positiveWeight: [1, 2, 3], weights: [[1, 2, 3]] }, ['2.weights']),
  pairwise('bceWithLogits', { positiveWeight: 2 }),
  {
    name: 'crossEntropy',
    args: () => [
      numbers(2, 3),
      tensor([0, 2]),
      { ignoreIndex: 255, classWeights: [1, 2, 3], labelSmoothing: 0.1, reduction: 'mean' },
    ],
  },
  ofBoxes('giouLoss'),
  ofBoxes('diouLoss'),
  ofBoxes('ciouLoss'),
];
