import { checkRandom } from '../checks/arguments';
import { isRecord } from '../checks/record';
import { shown } from '../checks/shown';
import { type Classes, voidLabel } from '../data/dataset';
import { checkModule } from '../nn/module';
import { quoted } from '../platform/textFile';
import type { ImageSize } from '../shape/types';
import type { Random } from '../tensor/random';
import {
  type Architecture,
  type ClassCounts,
  type DetectorArchitecture,
  kinds,
  type SegmenterArchitecture,
  type Task,
} from './architectureKinds';
import type { Detector, InstanceSegmenter, PanopticSegmenter, Segmenter } from './contract';
import { flag, listOf, recordOf, shortText, wholeIn } from './plainOptions';

export type { Architecture, DetectorArchitecture, SegmenterArchitecture, Task } from './architectureKinds';

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

/** A model of objects with masks and what it is. */
export interface DescribedInstanceSegmenter {
  /** It finds objects, each with a box, a class and a mask. */
  task: 'instances';
  /** The model itself. */
  model: InstanceSegmenter;
  /** What it was made from, and how to use it. */
  description: ModelDescription;
}

/** A panoptic model and what it is. */
export interface DescribedPanopticSegmenter {
  /** It gives every pixel a segment: one object, or a class of stuff. */
  task: 'panoptic';
  /** The model itself. */
  model: PanopticSegmenter;
  /** What it was made from, and how to use it. */
  description: ModelDescription;
}

/** A model and what it is. */
export type DescribedModel =
  | DescribedDetector
  | DescribedSegmenter
  | DescribedInstanceSegmenter
  | DescribedPanopticSegmenter;

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
export function taskOf(architecture: Architecture): Task {
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

/** Throws where there are too few classes for an architecture, or more than label maps can number. */
function checkCounts(architecture: Architecture, { stuff, things }: ClassCounts): void {
  const { task } = kinds[architecture];
  const pixels = task === 'segmentation' || task === 'panoptic';
  const refuse = (what: string, got: number) => {
    throw new Error(`classes: expected ${what} for ${architecture}, got ${got}`);
  };
  if (task !== 'segmentation' && things < 1) refuse(`at least 1${task === 'panoptic' ? ' of things' : ''}`, things);
  if (task === 'panoptic' && stuff < 1) refuse('at least 1 of stuff', stuff);
  if (task === 'segmentation' && stuff + things < 2) refuse('at least 2', stuff + things);
  if (pixels && stuff + things > voidLabel) refuse(`at most ${voidLabel}`, stuff + things);
}

/** Numbers in the largest map of an image's pooled regions at most: a gigabyte. */
const mostRegionNumbers = 2 ** 28;

const countsOf = ({ stuff, things }: Classes): ClassCounts => ({ stuff: stuff.length, things: things.length });

/** The entries of a description, checked: it may come from a file. @throws naming the entry. */
export function parseDescription(value: unknown): ModelDescription {
  const description = check(value) as ModelDescription;
  const { architecture, classes, size } = description;
  const kind = kinds[architecture];
  const options = recordOf(kind.options, kind.required)(description.options) as Record<string, unknown>;
  const stride = kind.stride(options);
  const counts = countsOf(classes);
  checkCounts(architecture, counts);
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
  const regions = kind.regionNumbers?.(options, counts) ?? 0;
  if (regions > mostRegionNumbers) {
    throw new Error(
      `options: expected at most ${mostRegionNumbers} numbers in a map of the regions of an image, got ${regions}; choose fewer regions, cells or channels`,
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
 * @throws on unknown names, values out of range, too few or too many classes, and a size of too many pixels or that the model's stride does not divide.
 */
export function createModel(
  description: ModelDescription & { architecture: DetectorArchitecture },
  random: Random,
): DescribedDetector;
export function createModel(
  description: ModelDescription & { architecture: SegmenterArchitecture },
  random: Random,
): DescribedSegmenter;
export function createModel(
  description: ModelDescription & { architecture: 'mask-rcnn' },
  random: Random,
): DescribedInstanceSegmenter;
export function createModel(
  description: ModelDescription & { architecture: 'panoptic-fpn' },
  random: Random,
): DescribedPanopticSegmenter;
export function createModel(description: ModelDescription, random: Random): DescribedModel;
export function createModel(description: ModelDescription, random: Random): DescribedModel {
  const parsed = checkedDescription('createModel', description);
  checkRandom('createModel', random);
  const { architecture, options, classes } = parsed;
  const { task, make } = kinds[architecture];
  const model = make({ ...options, random }, countsOf(classes));
  return { task, model, description: parsed } as DescribedModel;
}
