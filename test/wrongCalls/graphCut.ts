import ndarray from 'ndarray';
import type * as detseg from '../../src/index';
import { image, numbers } from '../support/callInputs';
import type { Call } from '../support/wrongCalls';

const mixture = (): detseg.ColorMixture => ({
  weights: ndarray(Float64Array.of(0.5, 0.5), [2]),
  means: ndarray(Float64Array.of(0.2, 0.2, 0.2, 0.8, 0.8, 0.8), [2, 3]),
  covariances: ndarray(Float64Array.of(0.1, 0, 0, 0, 0.1, 0, 0, 0, 0.1, 0.1, 0, 0, 0, 0.1, 0, 0, 0, 0.1), [2, 3, 3]),
});
const strokes = (): detseg.Stroke[] => [
  { label: 'foreground', points: [[6, 5]], radius: 1 },
  { label: 'background', points: [[1, 1]], radius: 1 },
];
const previous = (): detseg.GrabCutResult => ({
  mask: ndarray(new Uint8Array(120), [12, 10]),
  certain: ndarray(new Int8Array(120), [12, 10]),
  rectangle: null,
  energies: [0],
  foreground: mixture(),
  background: mixture(),
  converged: false,
});

/** Calls of what the room exports. */
export const calls: Call[] = [
  { name: 'fitColorMixture', args: () => [numbers(9, 3), { components: 2, iterations: 1, seed: 1 }] },
  { name: 'mixtureCosts', args: () => [numbers(4, 3), mixture()], records: ['1'] },
  { name: 'neighborWeights', args: () => [image(4, 5), { gamma: 50 }] },
  {
    name: 'maxFlow',
    args: () => [
      3,
      [
        [0, 1],
        [1, 2],
      ],
      [2, 1],
      { source: 0, sink: 2 },
    ],
  },
  { name: 'intelligentScissors', args: () => [image(8, 9), numbers(2, 2), { sigma: 1, least: 0.02 }] },
  {
    name: 'grabCut',
    args: () => [
      image(12, 10),
      { rectangle: [2, 2, 8, 8], strokes: strokes(), iterations: 1, gamma: 50, components: 2, seed: 1 },
    ],
    records: ['1.strokes.0'],
  },
  {
    name: 'grabCut',
    args: () => [image(12, 10), { strokes: strokes(), previous: previous(), iterations: 1 }],
    records: ['1.strokes.0', '1.previous', '1.previous.foreground', '1.previous.background'],
  },
];
