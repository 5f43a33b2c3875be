import * as detseg from '../../src/index';
import { batch, boxes, dataset, labelMap, random, sample } from '../support/callInputs';
import type { Call } from '../support/wrongCalls';

const from = { height: 8, width: 16 };
const placement = () => detseg.placeImage(from, { height: 16, width: 16 });
const classes = { stuff: ['ground'], things: ['cat', 'dog'] };
const everything = () => detseg.augmentation({ flip: 0.5, flipVertical: 0.5, crop: 0.5, color: 0.1 });

/** A data set is what somebody's code makes it: what it returns is looked at when it is asked. */
const first = (set: detseg.Dataset) => set.sample(0);

/** Calls of what the room exports. */
export const calls: Call[] = [
  { name: 'allBoxes', args: () => [dataset()], records: ['0'] },
  { name: 'flipHorizontally', args: () => [sample()], records: ['0'] },
  { name: 'flipVertically', args: () => [sample()], records: ['0'] },
  { name: 'cropSample', args: () => [sample(), [2, 2, 12, 14]], records: ['0'] },
  { name: 'recolor', args: () => [sample(), { brightness: 0.1, contrast: 1, saturation: 0.5 }], records: ['0'] },
  {
    name: 'augmentation',
    args: () => [{ flip: 0.5, flipVertical: 0.5, crop: 0.5, color: 0.1 }],
    after: (augment) => augment(sample(), random()),
  },
  { name: 'augmentation.run', on: () => ({ run: everything() }), args: () => [sample(), random()], records: ['0'] },
  { name: 'collate', args: () => [[sample(), sample()], random()] },
  {
    name: 'batches',
    args: () => [dataset(), { size: 2, seed: 1, augment: (one: detseg.Sample) => one }],
    records: ['0'],
    after: (made) => made.batch(0),
    says: ['batch', 'collate', 'countedThings'],
  },
  {
    name: 'batches.batch',
    on: () => detseg.batches(dataset(), { size: 2 }),
    args: () => [0],
  },
  { name: 'everyBatch', args: () => [dataset(), { size: 2 }], records: ['0'], after: (made) => [...made] },
  { name: 'keepInMemory', args: () => [dataset(), { maxBytes: 1e6 }], records: ['0'], after: first },
  { name: 'semanticNames', args: () => [classes], records: ['0'] },
  { name: 'panopticNames', args: () => [classes, sample()], records: ['0', '1'] },
  { name: 'panopticToSemantic', args: () => [sample(), classes], records: ['0', '1'] },
  { name: 'panopticToMasks', args: () => [sample(), classes], records: ['0', '1'] },
  { name: 'placeImage', args: () => [from, { height: 16, width: 16, letterbox: true }], records: ['0'] },
  { name: 'placeBoxes', args: () => [boxes(), placement()], records: ['1'] },
  { name: 'restoreBoxes', args: () => [boxes(), placement()], records: ['1'] },
  { name: 'restoreMap', args: () => [labelMap(), placement()], records: ['1'] },
  {
    name: 'resizeSample',
    args: () => [sample(), { height: 8, width: 8, letterbox: false }],
    records: ['0'],
    says: ['placeImage'],
  },
  {
    name: 'resizeDataset',
    args: () => [dataset(), { height: 8, width: 8, letterbox: false }],
    records: ['0'],
    after: first,
    says: ['placeImage'],
  },
  { name: 'takeSamples', args: () => [dataset(), [0, 1]], records: ['0'], after: first },
  { name: 'splitDataset', args: () => [dataset(), { seed: 1, fractions: [0.5, 0.5] }], records: ['0'] },
  { name: 'dropBroken', args: () => [dataset(), { onImage: () => {} }], records: ['0'] },
  { name: 'countedThings', args: () => [batch().samples[0]], records: ['0'] },
];
