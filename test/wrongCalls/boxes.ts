import ndarray from 'ndarray';
import * as detseg from '../../src/index';
import { boxes, labels, numbers, random, scores } from '../support/callInputs';
import type { Call } from '../support/wrongCalls';

const image = { height: 16, width: 16 };
const grid = () => detseg.yoloGrid({ cells: 2, image, classes: 2, anchors: [[4, 4]] });
const overlaps = (name: string): Call => ({ name, args: () => [boxes(), boxes(2), { format: 'xyxy' }] });

/** Calls of what the room exports. */
export const calls: Call[] = [
  { name: 'anchors', args: () => [{ height: 2, width: 3, stride: 8, sizes: [8], ratios: [1, 2] }] },
  { name: 'anchors', args: () => [{ height: 2, width: 3, stride: 8, shapes: [[8, 9]] }] },
  { name: 'boxArea', args: () => [boxes(), { format: 'xyxy' }] },
  { name: 'largeBoxes', args: () => [boxes(), { side: 1, format: 'xyxy' }] },
  { name: 'boxCode', args: () => [{ weights: [1, 1, 1, 1], maxLogSize: 3 }] },
  { name: 'boxCode.encode', on: () => detseg.boxCode(), args: () => [boxes(), boxes()] },
  { name: 'boxCode.decode', on: () => detseg.boxCode(), args: () => [boxes(), boxes()] },
  { name: 'boxCode.decodeTensor', on: () => detseg.boxCode(), args: () => [detseg.tensor(boxes()), boxes()] },
  { name: 'convertBoxes', args: () => [boxes(), { from: 'xyxy', to: 'xywh' }] },
  ...['boxIou', 'boxGiou', 'boxDiou', 'boxCiou'].map(overlaps),
  { name: 'clipBoxes', args: () => [boxes(), { height: 6, width: 6, format: 'xyxy' }] },
  { name: 'levelOf', args: () => [boxes(), { levels: 3, canonicalSide: 2, canonicalLevel: 1 }] },
  {
    name: 'bestAnchors',
    args: () => [[{ height: 2, width: 3, stride: 8, shapes: [[8, 9]] }], boxes()],
  },
  { name: 'defaultBoxShapes', args: () => [{ side: 16, scales: [0.25, 0.5], ratios: [[2]] }] },
  {
    name: 'fcosTargets',
    args: () => [[{ height: 2, width: 3, stride: 8, range: [0, 64] }], boxes(), { radius: 1.5 }],
    records: ['0'],
  },
  {
    name: 'hardNegatives',
    args: () => [scores(), ['positive', 'negative', 'ignored'], { ratio: 3 }],
  },
  { name: 'maskBoxes', args: () => [ndarray(new Uint8Array(12).fill(1), [2, 2, 3])] },
  {
    name: 'match',
    args: () => [boxes(), boxes(2), { positive: 0.6, negative: 0.4, bestForEachTruth: 'none', format: 'xyxy' }],
  },
  {
    name: 'nms',
    args: () => [boxes(), { scores: scores(), labels: labels(), iouThreshold: 0.5, limit: 5, format: 'xyxy' }],
  },
  {
    name: 'nmsOfOverlaps',
    args: () => [numbers(3, 3), { scores: scores(), labels: labels(), iouThreshold: 0.5, limit: 5 }],
  },
  { name: 'concatRows', args: () => [boxes(), boxes(2)] },
  { name: 'takeRows', args: () => [boxes(), [0, 2]] },
  {
    name: 'sample',
    args: () => [['positive', 'negative', 'ignored', 'negative'], { size: 2, positives: 1, random: random() }],
  },
  {
    name: 'selectDetections',
    args: () => [boxes(), numbers(3, 2), { image, scoreThreshold: 0.1, iouThreshold: 0.5, limit: 4 }],
  },
  {
    name: 'softNms',
    args: () => [
      boxes(),
      {
        scores: scores(),
        labels: labels(),
        decay: 'linear',
        iouThreshold: 0.5,
        sigma: 0.5,
        minimumScore: 0.01,
        limit: 4,
        format: 'xyxy',
      },
    ],
  },
  { name: 'toDetections', args: () => [[{ box: [0, 0, 2, 2], label: 0, score: 0.5 }]] },
  { name: 'toRows', args: () => [boxes()] },
  { name: 'toRows', args: () => [[1, 2, 3, 4], 2], data: ['0'] },
  {
    name: 'yoloGrid',
    args: () => [{ cells: [2, 2], image, classes: 2, anchors: [[4, 4]], boxesPerCell: 1, sharedClasses: false }],
  },
  { name: 'yoloGrid.encode', on: grid, args: () => [boxes(), labels()] },
  { name: 'yoloGrid.decode', on: grid, args: () => [grid().encode(boxes(), labels()).label, { threshold: 0.5 }] },
];
