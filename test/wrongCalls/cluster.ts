import ndarray from 'ndarray';
import { boxes, image, labelMap, numbers } from '../support/callInputs';
import type { Call } from '../support/wrongCalls';

const labels = (...shape: number[]) =>
  ndarray(
    Int32Array.from({ length: 120 }, (_, i) => i % 3),
    shape,
  );

/** Calls of what the room exports. */
export const calls: Call[] = [
  { name: 'anchorKMeans', args: () => [boxes(), { k: 2, seed: 1, restarts: 2 }] },
  {
    name: 'componentProposals',
    args: () => [
      image(12, 10),
      { clusters: [2], locationWeight: 0.2, minSize: 2, maxIterations: 2, seed: 1, limit: 8 },
    ],
  },
  { name: 'connectedComponents', args: () => [labelMap(), { neighbors: 8 }] },
  { name: 'felzenszwalb', args: () => [image(12, 10), { scale: 100, sigma: 0.8, minSize: 3 }] },
  {
    name: 'kMeans',
    args: () => [
      numbers(6, 3),
      { k: 2, init: 'random', restarts: 2, seed: 1, maxIterations: 3, tolerance: 0, distance: 'euclidean' },
    ],
  },
  {
    name: 'meanShift',
    args: () => [
      numbers(6, 3),
      {
        bandwidth: 1,
        kernel: 'flat',
        binning: 0.5,
        maxIterations: 5,
        tolerance: 0.1,
        mergeRadius: 1,
        trajectories: 2,
      },
    ],
  },
  { name: 'regionExtents', args: () => [labelMap(), { minSize: 2 }] },
  { name: 'colorLocationPoints', args: () => [image(12, 10), { locationWeight: 0.3 }] },
  { name: 'colorPoints', args: () => [image(12, 10)] },
  { name: 'histogram', args: () => [numbers(3, 3), { bins: 2, range: [0, 4] }] },
  { name: 'labelsToMap', args: () => [labels(120), 12, 10] },
  { name: 'paintSegments', args: () => [image(12, 10), labels(12, 10)] },
  {
    name: 'segmentGraph',
    args: () => [
      3,
      [
        [0, 1],
        [1, 2],
      ],
      [0.1, 0.2],
      { scale: 1, minSize: 1 },
    ],
  },
  {
    name: 'regionHierarchy',
    args: () => [image(12, 10), { minSize: 3, sigma: 0.8, colors: 'hsv', similarity: ['color'], scale: 100 }],
  },
  { name: 'searchStrategies', args: () => ['fast'] },
  {
    name: 'selectiveSearch',
    args: () => [image(12, 10), { mode: 'single', seed: 1, limit: 5, minSize: 3, sigma: 0.8 }],
  },
];
