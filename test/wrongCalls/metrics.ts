import ndarray from 'ndarray';
import * as detseg from '../../src/index';
import { boxes, detections, labelMap, truth } from '../support/callInputs';
import type { Call } from '../support/wrongCalls';

const curve = () => detseg.precisionRecall([detections()], [truth()], { label: 0 });
const confusion = () => ndarray(Float64Array.of(3, 1, 2, 4), [2, 2]);
const noOverlaps = (_: number, found: readonly number[], there: readonly number[]) =>
  new Float64Array(found.length * there.length);

const masks = (count: number) =>
  ndarray(
    Uint8Array.from({ length: 4 * count }, (_, i) => i % 2),
    [count, 2, 2],
  );
const panoptic = () => ({
  panoptic: ndarray(Int32Array.of(0, 1, 1, -1), [2, 2]),
  labels: ndarray(Int32Array.of(0), [1]),
  crowd: ndarray(Uint8Array.of(0), [1]),
});

/** Calls of what the room exports. */
export const calls: Call[] = [
  { name: 'averagePrecision', args: () => [curve(), 'allPoint'], records: ['0'] },
  { name: 'interpolatedPrecision', args: () => [curve()], records: ['0'] },
  { name: 'sampledPrecision', args: () => [curve(), 'voc11'], records: ['0'] },
  {
    name: 'meanAveragePrecision',
    args: () => [
      [detections()],
      [truth()],
      { iouThreshold: 0.5, interpolation: 'allPoint', matching: 'voc', overlaps: noOverlaps },
    ],
  },
  {
    name: 'cocoMetrics',
    args: () => [[detections()], [truth()], { overlaps: noOverlaps, areaBorders: [4, 9] }],
  },
  { name: 'confusionMatrix', args: () => [labelMap(), labelMap(), { classes: 2, ignoreIndex: 255 }] },
  { name: 'boundaryScores', args: () => [labelMap(), labelMap(), { tolerance: 1, ignoreIndex: 255 }] },
  {
    name: 'matchDetections',
    args: () => [
      { overlaps: [0.6, 0.7], ignored: [false, false], crowd: [false, true], detections: 1 },
      { iouThreshold: 0.5, matching: 'voc' },
    ],
    records: ['0'],
  },
  ...['classIou', 'meanIou', 'pixelAccuracy'].map((name): Call => ({ name, args: () => [confusion()] })),
  {
    name: 'precisionRecall',
    args: () => [
      [detections()],
      [truth()],
      { label: 0, iouThreshold: 0.5, matching: 'voc', maxDetections: 10, overlaps: noOverlaps },
    ],
  },
  { name: 'maskIou', args: () => [masks(2), masks(1), { crowd: [0] }] },
  {
    name: 'panopticQuality',
    args: () => [[panoptic()], [panoptic()], { stuff: ['sky'], things: ['cat'] }],
    records: ['2'],
  },
  { name: 'proposalRecall', args: () => [[boxes()], [boxes(2)], { iouThreshold: 0.5, counts: [1, 10] }] },
];
