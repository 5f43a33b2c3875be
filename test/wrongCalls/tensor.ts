import ndarray from 'ndarray';
import * as detseg from '../../src/index';
import { numbers } from '../support/numbers';
import type { Call } from '../support/wrongCalls';

function double(this: detseg.KernelThread, x: number[]): number {
  return this.constants.factor * this.constants.whole * x[this.thread.x];
}

/** A loss with the tensor that it was computed from: each argument has to be of one and the same. */
const x = numbers(3);

export const calls: readonly Call[] = [
  { name: 'tensor', args: () => [[[1, 2]]], data: ['0'] },
  {
    name: 'tensor',
    args: () => [
      [1, 2, 3, 4],
      [2, 2],
    ],
    data: ['0'],
  },
  { name: 'tensor', args: () => [ndarray(new Float32Array(3), [3])] },
  { name: 'full', args: () => [[2, 2], 3], data: ['1'] },
  { name: 'range', args: () => [1, 3, 0.5] },
  {
    name: 'largestDifference',
    args: () => [
      [1, 2, 3],
      [1, 2, 3.5],
    ],
    data: ['0', '1'],
  },
  { name: 'zeros', args: () => [[2, 2]] },
  { name: 'ones', args: () => [[2, 2]] },
  { name: 'detach', args: () => [numbers(3)] },
  { name: 'realize', args: () => [numbers(3), numbers(2)] },
  {
    name: 'applyKernel',
    args: () => [
      double,
      { inputs: [numbers(3)], shape: [3], grid: [3], constants: { whole: 2 }, scalars: { factor: 0.5 } },
    ],
    data: ['1.scalars'],
    says: ['double', 'kernel'],
  },
  { name: 'gradients', args: () => [detseg.sum(detseg.multiply(x, x)), [x]] },
  { name: 'withGradient', args: () => [numbers(3), 'twice', [numbers(3)], [(g: detseg.Tensor) => g]] },
  { name: 'withoutGradients', args: () => [() => numbers(3)] },
  { name: 'decide', args: () => [[numbers(3)], [[2]], () => [[1, 2]]] },
  { name: 'createRandom', args: () => [1], data: ['0'] },
  { name: 'createRandom', args: () => [{ words: [1, 2, 3, 4], spare: null }], records: ['0'], data: ['0'] },
  { name: 'Random.integer', on: () => detseg.createRandom(1), args: () => [3] },
  { name: 'Random.shuffle', on: () => detseg.createRandom(1), args: () => [[1, 2, 3]], data: ['0'] },
];
