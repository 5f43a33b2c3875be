import { largest } from '../checks/extremes';
import type { Detector, InstanceSegmenter, PanopticSegmenter, Segmenter } from './contract';
import { FasterRcnn } from './detection/fasterRcnn';
import { Fcos } from './detection/fcos';
import { RetinaNet } from './detection/retinaNet';
import { Ssd } from './detection/ssd';
import { Yolo } from './detection/yolo';
import { YoloFpn } from './detection/yoloFpn';
import { MaskRcnn } from './instance/maskRcnn';
import { PanopticFpn } from './instance/panopticFpn';
import { flag, listOf, numberIn, type OptionCheck, oneOf, recordOf, wholeIn } from './plainOptions';
import { DeconvNet } from './segmentation/deconvNet';
import { Fcn } from './segmentation/fcn';
import { Tiramisu } from './segmentation/tiramisu';
import { UNet } from './segmentation/uNet';

/** Models that can be made from plain data, and so be saved with everything that is needed to use them again. */
export type Architecture =
  | 'faster-rcnn'
  | 'fcos'
  | 'retinanet'
  | 'ssd'
  | 'yolo'
  | 'yolo-fpn'
  | 'mask-rcnn'
  | 'panoptic-fpn'
  | SegmenterArchitecture;

/** Those that give every pixel a class. */
export type SegmenterArchitecture = 'u-net' | 'fcn' | 'deconv-net' | 'tiramisu';

/** Those that find objects by their boxes alone. */
export type DetectorArchitecture = Exclude<Architecture, 'mask-rcnn' | 'panoptic-fpn' | SegmenterArchitecture>;

/**
 * What a model predicts, and so what it learns from: boxes (`detection`), a class of each pixel (`segmentation`), boxes with masks
 * (`instances`), or one segment for each pixel (`panoptic`).
 */
export type Task = 'detection' | 'segmentation' | 'instances' | 'panoptic';

/** How many classes a model tells apart. */
export interface ClassCounts {
  stuff: number;
  things: number;
}

/** What is known of an architecture. */
export interface Kind {
  task: Task;
  /** Sides of the images are multiples of this. */
  stride: (options: any) => number;
  options: Record<string, OptionCheck>;
  /** Options without which there is no model. */
  required?: readonly string[];
  /** How many times as many channels it has as at its usual width, where that counts most. */
  wider: (options: any) => number;
  /** Numbers in the largest map of the pooled regions of an image; none where no regions are pooled. */
  regionNumbers?: (options: any, classes: ClassCounts) => number;
  /** @param options with `random`. */
  make: (options: any, classes: ClassCounts) => Detector | Segmenter | InstanceSegmenter | PanopticSegmenter;
}

const width = numberIn(1 / 64, 16);
const channels = wholeIn(1, 4096);
const share = numberIn(0, 1);
const side = numberIn(1e-3, 16384);
const anchorShapes = listOf(listOf(side, { least: 2, most: 2 }), { most: 100 });
const detections = recordOf({ scoreThreshold: share, iouThreshold: share, limit: wholeIn(1, 10_000) });
const classWeights = listOf(numberIn(0, 1e6), { most: 10_000 });

const rpn = recordOf({
  hidden: channels,
  sizes: listOf(side, { most: 100 }),
  ratios: listOf(numberIn(1e-3, 1e3), { most: 100 }),
  shapes: anchorShapes,
  positive: share,
  negative: share,
  sampled: wholeIn(1, 10_000),
  candidates: wholeIn(1, 100_000),
  iouThreshold: share,
  limit: wholeIn(1, 10_000),
  leastSide: numberIn(0, 1000),
  levels: listOf(anchorShapes, { most: 6 }),
});

const levelShapes = listOf(anchorShapes, { most: 6 });
const stages = listOf(channels, { most: 6 });
/** Settings of all detectors on several maps. */
const pyramid = { stages, finest: wholeIn(4, 128), width };
const towers = { channels, depth: wholeIn(1, 16) };
const focal = {
  alpha: (value: unknown) => (value === null ? null : share(value)),
  gamma: numberIn(0, 100),
  prior: numberIn(1e-6, 1 - 1e-6),
};
const coarsest = ({ stages = [16, 32, 64] }: { stages?: readonly number[] }) => 4 * 2 ** (stages.length - 1);

/** Channels of the levels of a pyramid over 8, 32, 128, …: each level has a quarter of the cells of the one before. */
const widerLevels = (widths: readonly number[]) =>
  largest(widths.map((channels, level) => channels / (8 * 4 ** level)));

/** The same for the stages 16, 32, 64 of a backbone, or the channels of the maps made of them. */
const widerStages = ({
  stages = [16, 32, 64],
  width = 1,
  channels = 64,
}: {
  stages?: readonly number[];
  width?: number;
  channels?: number;
}) => Math.max(channels / 64, width * widerLevels(stages.map((count) => count / 2)));

/** Of all models that pool regions. */
const regional = {
  stride: ({ pyramid }: any) => (pyramid ? coarsest(pyramid) : 4),
  options: {
    width,
    rpn,
    pyramid: recordOf({ stages, channels, canonicalSide: side }),
    hidden: channels,
    pooled: wholeIn(1, 64),
    sampled: wholeIn(1, 10_000),
    detections,
  },
  wider: ({ width = 1, pyramid }: any) => (pyramid ? widerStages({ ...pyramid, width }) : width),
  regionNumbers: ({ rpn = {}, pooled = 5, ...options }: any) => (rpn.limit ?? 30) * pooled ** 2 * mapChannels(options),
};

/** Channels of the maps that regions are pooled from. */
const mapChannels = ({ pyramid, width = 1 }: any): number =>
  pyramid ? (pyramid.channels ?? 32) : Math.ceil(32 * width);

const masks = { maskPooled: wholeIn(1, 64), maskHidden: channels, maskPerClass: flag };

/** Numbers in the mask head's largest map of the detections of an image. */
const maskNumbers = (options: any, { things }: ClassCounts): number => {
  const { detections = {}, maskPooled = 7, maskHidden = 32, maskPerClass = true } = options;
  const wide = Math.max(mapChannels(options), maskHidden, 4 * (maskHidden / 2), 4 * (maskPerClass ? things : 1));
  return (detections.limit ?? 30) * maskPooled ** 2 * wide;
};

const merge = recordOf({ scoreThreshold: share, visible: share, leastStuff: numberIn(0, 1e9) });

/** Channels of the maps that the blocks of a tiramisu read and write on the way up, the finest first. */
function denseWidths(stem: number, growth: number, layers: readonly number[]): number[] {
  const kept = layers.map((_, i) => stem + growth * layers.slice(0, i + 1).reduce((sum, count) => sum + count, 0));
  return layers.map((count, i) => kept[i] + growth * (count + (layers[i + 1] ?? 0)));
}

/** All architectures by name. */
export const kinds: Record<Architecture, Kind> = {
  'faster-rcnn': {
    task: 'detection',
    ...regional,
    make: (options, { things }) => new FasterRcnn({ ...options, classes: things }),
  },
  fcos: {
    task: 'detection',
    stride: coarsest,
    options: {
      ...pyramid,
      ...towers,
      ...focal,
      ranges: listOf(listOf(numberIn(0, 1e9), { least: 2, most: 2 }), { most: 6 }),
      radius: numberIn(1e-3, 1e6),
      detections,
    },
    wider: widerStages,
    make: (options, { things }) => new Fcos({ ...options, classes: things }),
  },
  retinanet: {
    task: 'detection',
    stride: coarsest,
    options: {
      ...pyramid,
      ...towers,
      ...focal,
      shapes: levelShapes,
      positive: share,
      negative: share,
      classWeight: numberIn(1e-9, 1e9),
      detections,
    },
    wider: widerStages,
    make: (options, { things }) => new RetinaNet({ ...options, classes: things }),
  },
  ssd: {
    task: 'detection',
    stride: coarsest,
    options: { ...pyramid, shapes: levelShapes, positive: share, negatives: numberIn(0, 1e6), detections },
    wider: widerStages,
    make: (options, { things }) => new Ssd({ ...options, classes: things }),
  },
  yolo: {
    task: 'detection',
    stride: () => 8,
    options: { anchors: anchorShapes, width, noObjectWeight: numberIn(1e-9, 1e9), detections },
    required: ['anchors'],
    wider: ({ width = 1 }) => width,
    make: (options, { things }) => new Yolo({ ...options, classes: things }),
  },
  'yolo-fpn': {
    task: 'detection',
    stride: coarsest,
    options: {
      ...pyramid,
      channels,
      shapes: levelShapes,
      noObjectWeight: numberIn(1e-9, 1e9),
      ignore: share,
      detections,
    },
    required: ['shapes'],
    wider: widerStages,
    make: (options, { things }) => new YoloFpn({ ...options, classes: things }),
  },
  'mask-rcnn': {
    task: 'instances',
    ...regional,
    options: { ...regional.options, ...masks },
    regionNumbers: (options, counts) => Math.max(regional.regionNumbers(options), maskNumbers(options, counts)),
    make: (options, { things }) => new MaskRcnn({ ...options, classes: things }),
  },
  'panoptic-fpn': {
    task: 'panoptic',
    stride: ({ pyramid = {} }) => coarsest(pyramid),
    options: { ...regional.options, ...masks, merge },
    wider: ({ pyramid = {}, ...options }) => regional.wider({ ...options, pyramid }),
    regionNumbers: (options, counts) => Math.max(regional.regionNumbers(options), maskNumbers(options, counts)),
    make: (options, { stuff, things }) => new PanopticFpn({ ...options, classes: things, stuff }),
  },
  'u-net': {
    task: 'segmentation',
    stride: ({ widths = [8, 16, 32, 64] }) => 2 ** widths.length,
    options: { widths: listOf(channels, { least: 2, most: 12 }), classWeights },
    wider: ({ widths = [8] }) => widerLevels(widths),
    make: (options, { stuff, things }) => new UNet({ ...options, classes: stuff + things }),
  },
  fcn: {
    task: 'segmentation',
    stride: ({ widths = [8, 16, 32, 64, 64] }) => 2 ** widths.length,
    options: {
      widths: listOf(channels, { most: 12 }),
      stride: wholeIn(1, 4096),
      doubling: oneOf('bilinear', 'learned'),
      classWeights,
    },
    wider: ({ widths = [8] }) => widerLevels(widths),
    make: (options, { stuff, things }) => new Fcn({ ...options, classes: stuff + things }),
  },
  'deconv-net': {
    task: 'segmentation',
    stride: ({ widths = [16, 32, 64] }) => 2 ** widths.length,
    options: {
      widths: listOf(channels, { least: 2, most: 12 }),
      unpooling: oneOf('switches', 'bedOfNails', 'nearest'),
      classWeights,
    },
    wider: ({ widths = [16] }) => widerLevels(widths) / 2,
    make: (options, { stuff, things }) => new DeconvNet({ ...options, classes: stuff + things }),
  },
  tiramisu: {
    task: 'segmentation',
    stride: ({ layers = [3, 3, 3, 3] }) => 2 ** layers.length,
    options: {
      stem: channels,
      growth: channels,
      layers: listOf(wholeIn(1, 64), { least: 2, most: 12 }),
      classWeights,
    },
    // Its maps stand side by side, as the 24 channels of a U-Net whose finest level has 8.
    wider: ({ stem = 16, growth = 8, layers = [3, 3, 3, 3] }) => widerLevels(denseWidths(stem, growth, layers)) / 3,
    make: (options, { stuff, things }) => new Tiramisu({ ...options, classes: stuff + things }),
  },
};
