import { checkRandom } from '../checks/arguments';
import { largest } from '../checks/extremes';
import { isRecord } from '../checks/record';
import { shown } from '../checks/shown';
import type { Classes } from '../data/dataset';
import { checkModule } from '../nn/module';
import { quoted } from '../platform/textFile';
import type { ImageSize } from '../shape/types';
import type { Random } from '../tensor/random';
import type { Detector, Segmenter } from './contract';
import { FasterRcnn } from './detection/fasterRcnn';
import { Fcos } from './detection/fcos';
import { RetinaNet } from './detection/retinaNet';
import { Ssd } from './detection/ssd';
import { Yolo } from './detection/yolo';
import { YoloFpn } from './detection/yoloFpn';
import { flag, listOf, numberIn, type OptionCheck, oneOf, recordOf, shortText, wholeIn } from './plainOptions';
import { Fcn } from './segmentation/fcn';
import { UNet } from './segmentation/uNet';

/** Models that can be made from plain data, and so be saved with everything that is needed to use them again. */
export type Architecture = 'faster-rcnn' | 'fcos' | 'retinanet' | 'ssd' | 'yolo' | 'yolo-fpn' | 'u-net' | 'fcn';

/** Those that find objects. */
export type DetectorArchitecture = Exclude<Architecture, 'u-net' | 'fcn'>;

/** What a model is, as plain data. */
export interface ModelDescription {
  /** Which model it is. */
  architecture: Architecture;
  /** Options of the model's constructor, without `classes` and `random`. */
  options: Record<string, unknown>;
  /** What its numbers mean. */
  classes: Classes;
  /** Images are resized to this before the model sees them, px. */
  size: ImageSize;
  /** Whether they keep their shape, between gray bars, when they are resized (true), or are stretched. */
  letterbox?: boolean;
}

/** A detector and what it is. */
export interface DescribedDetector {
  /** It finds things. */
  task: 'detection';
  /** The model itself. */
  model: Detector;
  /** What it was made from, and how to use it. */
  description: ModelDescription;
}

/** A model of pixels and what it is. */
export interface DescribedSegmenter {
  /** It gives every pixel a class. */
  task: 'segmentation';
  /** The model itself. */
  model: Segmenter;
  /** What it was made from, and how to use it. */
  description: ModelDescription;
}

/** A model and what it is. */
export type DescribedModel = DescribedDetector | DescribedSegmenter;

interface Kind {
  task: 'detection' | 'segmentation';
  /** Sides of the images are multiples of this. */
  stride: (options: any) => number;
  options: Record<string, OptionCheck>;
  /** Options without which there is no model. */
  required?: readonly string[];
  /** How many times as many channels it has as at its usual width, where that counts most. */
  wider: (options: any) => number;
  make: (options: any) => Detector | Segmenter;
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

const kinds: Record<Architecture, Kind> = {
  'faster-rcnn': {
    task: 'detection',
    stride: ({ pyramid }) => (pyramid ? coarsest(pyramid) : 4),
    options: {
      width,
      rpn,
      pyramid: recordOf({ stages, channels, canonicalSide: side }),
      hidden: channels,
      pooled: wholeIn(1, 64),
      sampled: wholeIn(1, 10_000),
      detections,
    },
    wider: ({ width = 1, pyramid }) => (pyramid ? widerStages({ ...pyramid, width }) : width),
    make: (options) => new FasterRcnn(options),
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
    make: (options) => new Fcos(options),
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
    make: (options) => new RetinaNet(options),
  },
  ssd: {
    task: 'detection',
    stride: coarsest,
    options: { ...pyramid, shapes: levelShapes, positive: share, negatives: numberIn(0, 1e6), detections },
    wider: widerStages,
    make: (options) => new Ssd(options),
  },
  yolo: {
    task: 'detection',
    stride: () => 8,
    options: { anchors: anchorShapes, width, noObjectWeight: numberIn(1e-9, 1e9), detections },
    required: ['anchors'],
    wider: ({ width = 1 }) => width,
    make: (options) => new Yolo(options),
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
    make: (options) => new YoloFpn(options),
  },
  'u-net': {
    task: 'segmentation',
    stride: ({ widths = [8, 16, 32, 64] }) => 2 ** widths.length,
    options: { widths: listOf(channels, { least: 2, most: 12 }), classWeights },
    wider: ({ widths = [8] }) => widerLevels(widths),
    make: (options) => new UNet(options),
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
    make: (options) => new Fcn(options),
  },
};

/** Names of the architectures. */
export const architectures = Object.keys(kinds) as Architecture[];

const names = listOf(shortText, { least: 0, most: 10_000 });
const pixels = wholeIn(1, 16384);

/** Pixels of the images that a model sees at most: a small model needs more than a gigabyte for as many. */
const mostPixels = 2 ** 23;

const checks = {
  architecture: (value: unknown) => {
    if (architectures.includes(value as Architecture)) return value;
    throw new Error(`expected one of ${architectures.join(', ')}, got ${quoted(value)}`);
  },
  options: (value: unknown) => value,
  classes: recordOf({ stuff: names, things: names }, ['stuff', 'things']),
  size: recordOf({ height: pixels, width: pixels }, ['height', 'width']),
  letterbox: flag,
};
const check = recordOf(checks, ['architecture', 'options', 'classes', 'size']);

/** Which labels an architecture learns from. @throws where there is none of that name. */
export function taskOf(architecture: Architecture): Kind['task'] {
  checks.architecture(architecture);
  return kinds[architecture].task;
}

/**
 * What the sides of a model's images must be multiples of.
 * @param description any of its options may be missing, even those without which there is no model.
 */
export function strideOf({ architecture, options }: Pick<ModelDescription, 'architecture' | 'options'>): number {
  checks.architecture(architecture);
  const kind = kinds[architecture];
  return kind.stride(recordOf(kind.options)(options));
}

function classCount(task: Kind['task'], { stuff, things }: Classes): number {
  return things.length + (task === 'detection' ? 0 : stuff.length);
}

/** The entries of a description, checked: it may come from a file. @throws naming the entry. */
export function parseDescription(value: unknown): ModelDescription {
  const description = check(value) as ModelDescription;
  const { architecture, classes, size } = description;
  const { task, ...kind } = kinds[architecture];
  const options = recordOf(kind.options, kind.required)(description.options) as Record<string, unknown>;
  const stride = kind.stride(options);
  const count = classCount(task, classes);
  const least = task === 'detection' ? 1 : 2;
  if (count < least) {
    throw new Error(`classes: expected at least ${least} for ${architecture}, got ${count}`);
  }
  if (size.height % stride || size.width % stride) {
    throw new Error(
      `size: expected multiples of ${stride} for ${architecture}, got ${size.height}×${size.width} (height × width)`,
    );
  }
  if (size.height * size.width > mostPixels) {
    throw new Error(
      `size: expected at most ${mostPixels} pixels, got ${size.height}×${size.width} (height × width) of ${size.height * size.width}`,
    );
  }
  // Each may be large alone: together they are what one image takes.
  const wider = Math.max(1, kind.wider(options));
  if (size.height * size.width * wider > mostPixels) {
    throw new Error(
      `size: expected at most ${Math.floor(mostPixels / wider)} pixels of a ${architecture} of so many channels, got ${size.height}×${size.width} (height × width) of ${size.height * size.width}`,
    );
  }
  return { ...description, options };
}

/** {@link parseDescription}, with the caller's name before what is wrong. */
function checkedDescription(caller: string, description: unknown): ModelDescription {
  try {
    return parseDescription(description);
  } catch (error) {
    throw new Error(`${caller}: ${(error as Error).message}`, { cause: error });
  }
}

/** Throws unless a value is a model with a description of it, such as {@link createModel} makes. */
export function checkDescribed(caller: string, described: DescribedModel): void {
  if (!isRecord(described)) {
    const wanted = 'a model with its description, as loadModel and createModel give it';
    throw new Error(`${caller}: expected ${wanted}, got ${shown(described)}`);
  }
  checkModule(caller, 'model', described.model);
  const { architecture } = checkedDescription(caller, described.description);
  const { task } = kinds[architecture];
  if (described.task !== task) {
    throw new Error(`${caller}: expected task ${task} of ${architecture}, got ${shown(described.task)}`);
  }
}

/**
 * A new model from plain data.
 *
 * @example
 * createModel({ architecture: 'yolo', options: { anchors: [[20, 20]] }, classes, size: { height: 64, width: 64 } }, createRandom(1));
 *
 * @param random source of its first weights.
 * @throws on unknown names, values out of range, too few classes, and a size of too many pixels or that the model's stride does not divide.
 */
export function createModel(
  description: ModelDescription & { architecture: DetectorArchitecture },
  random: Random,
): DescribedDetector;
export function createModel(
  description: ModelDescription & { architecture: 'u-net' | 'fcn' },
  random: Random,
): DescribedSegmenter;
export function createModel(description: ModelDescription, random: Random): DescribedModel;
export function createModel(description: ModelDescription, random: Random): DescribedModel {
  const parsed = checkedDescription('createModel', description);
  checkRandom('createModel', random);
  const { architecture, options, classes } = parsed;
  const { task, make } = kinds[architecture];
  const model = make({ ...options, classes: classCount(task, classes), random });
  return { task, model, description: parsed } as DescribedModel;
}
