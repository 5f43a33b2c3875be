import type * as detseg from '../../src/index';
import { temporaryFolder, writeFiles } from '../support/temporaryFolder';
import type { Call } from '../support/wrongCalls';

/** An IDX file of bytes. */
const idx = (sizes: number[], fill: (i: number) => number) =>
  Uint8Array.from([
    ...[0, 0, 8, sizes.length],
    ...sizes.flatMap((size) => [0, 0, 0, size]),
    ...Array.from({ length: sizes.reduce((product, size) => product * size, 1) }, (_, i) => fill(i)),
  ]);

/** Twelve images of bars that are called one and two: small, as they are read in every call. */
const digits = temporaryFolder('detseg-digits-');
writeFiles(digits, {
  'train-images-idx3-ubyte': idx([12, 28, 28], (i) => (i % 28 > 10 && i % 28 < 18 ? 255 : 0)),
  'train-labels-idx1-ubyte': idx([12], (i) => 1 + (i % 2)),
});

const first = (set: detseg.Dataset) => (set.length > 0 ? set.sample(0) : 0);
const scene = {
  length: 2,
  split: 'train',
  seed: 1,
  side: 48,
  stuff: ['sky', 'grass'],
  layout: 'bands',
  objects: [1, 2],
  visible: 0.6,
  overlap: 1,
  contrast: 0.5,
  shading: 0.3,
  gradient: 0.2,
  noise: [0.02, 0.04],
};

/** Calls of what the room exports. */
export const calls: Call[] = [
  {
    name: 'digitScenes',
    args: () => [{ ...scene, digits: [1, 2], size: [0.3, 0.4], rotation: true, folder: digits }],
    after: first,
  },
  {
    name: 'sceneDataset',
    args: () => [
      { ...scene, things: ['circle'], size: [0.2, 0.4], sizeScale: 'log', aspect: [0.8, 1.2], rotation: true },
    ],
    after: first,
  },
  { name: 'scales128', args: () => [{ split: 'train', length: 1, seed: 1 }], after: first },
  { name: 'shapes64', args: () => [{ split: 'train', length: 2, seed: 1 }], after: first },
  { name: 'twoDogs', args: () => [] },
];
