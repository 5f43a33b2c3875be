import * as detseg from '../../src/index';
import { numbers } from '../support/numbers';
import type { Call } from '../support/wrongCalls';

/** Calls of what the room exports: kernels, which are launched by `applyKernel`. */
export const calls: readonly Call[] = [
  {
    name: 'applyKernel',
    args: () => [
      detseg.kernels.leakyRelu,
      { inputs: [numbers(3)], shape: [3], grid: [3], constants: {}, scalars: { slope: 0.1 } },
    ],
    data: ['1.scalars'],
    says: ['leakyRelu', 'kernel'],
  },
];
