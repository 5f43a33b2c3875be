import { isRecord } from '../checks/record';

import { semanticNames } from '../data/classNames';
import { type Dataset, type InstanceSample, voidLabel } from '../data/dataset';
import { countedThings } from '../data/things';
import { type ModelDescription, type SegmenterArchitecture, strideOf, taskOf } from '../models/architectures';
import type { ImageSize } from '../shape/types';
import { boxShapes, pyramidOptions, pyramids, regionOptions } from './anchorChoice';
import type { AnySample } from './formats';
import { between, type ModelWish } from './modelWish';
import { counted, sizeText, UsageError } from './usage';

/** A description and how it came about, one line each. */
export interface ModelChoice {
  description: ModelDescription;
  notes: string[];
}

/** Sides that the model's stride divides: the next larger ones. */
export function fittingSize({ architecture, size, options }: Pick<ModelWish, 'architecture' | 'size' | 'options'>): {
  size: ImageSize;
  notes: string[];
} {
  const stride = (() => {
    try {
      return strideOf({ architecture, options });
    } catch (error) {
      throw new UsageError(`--options: ${(error as Error).message}`);
    }
  })();
  const up = (side: number) => Math.max(stride, Math.ceil(side / stride) * stride);
  const fitting = { height: up(size.height), width: up(size.width) };
  const same = fitting.height === size.height && fitting.width === size.width;
  const note = `size ${sizeText(size)} px becomes ${sizeText(fitting)}: ${architecture} needs multiples of ${stride}`;
  return { size: fitting, notes: same ? [] : [note] };
}

/** Boxes of the training images, and what their masks are like. */
interface Boxes {
  /** x1, y1, x2, y2 of one after another. */
  corners: number[];
  /** Objects in one image at most. */
  most: number;
  /** Objects whose mask fills their box. */
  filled: number;
}

/** Whether a mask fills its box, but for a pixel's width at the border. */
function isFilled({ boxes, masks }: Pick<InstanceSample, 'boxes' | 'masks'>, g: number): boolean {
  const [x1, y1, x2, y2] = [0, 1, 2, 3].map((k) => Math.round(boxes.get(g, k)));
  for (let y = y1 + 1; y < y2 - 1; y++) for (let x = x1 + 1; x < x2 - 1; x++) if (!masks.get(g, y, x)) return false;
  return true;
}

function lookAtBoxes({ architecture }: ModelWish, train: Dataset<AnySample>, onImage: (index: number) => void): Boxes {
  const found: Boxes = { corners: [], most: 0, filled: 0 };
  const task = taskOf(architecture);
  for (let index = 0; index < train.length; index++) {
    const { boxes, masks, panoptic } = countedThings(train.sample(index));
    onImage(index);
    if (!boxes) throw new UsageError(`--model ${architecture}: expected images with boxes, got some without`);
    if (task === 'instances' && !masks) {
      throw new UsageError(`--model ${architecture}: expected images with masks of objects, got some without`);
    }
    if (task === 'panoptic' && !panoptic) {
      throw new UsageError(`--model ${architecture}: expected images with a segment at each pixel, got some without`);
    }
    const count = boxes.shape[0];
    found.most = Math.max(found.most, count);
    for (let i = 0; i < 4 * count; i++) found.corners.push(boxes.get(i >> 2, i % 4));
    if (masks) for (let g = 0; g < count; g++) if (isFilled({ boxes, masks }, g)) found.filled++;
  }
  if (found.corners.length === 0)
    throw new Error('train: expected boxes in the training images, found none: their labels tell of no object');
  return found;
}

/** From which share of masks on that fill their boxes they are reported: they were probably boxes before. */
const mostFilled = 0.9;

async function detectorOptions(wish: ModelWish, train: Dataset<AnySample>, onImage: (index: number) => void) {
  const { architecture, width, anchors: wanted } = wish;
  const { corners, most, filled } = lookAtBoxes(wish, train, onImage);
  const count = corners.length / 4;
  const detections = { limit: between(30, 2 * most, 300) };
  if (pyramids[architecture]) {
    const { options, notes } = await pyramidOptions(wish, corners);
    return { notes, options: { ...options, detections } };
  }
  if (architecture === 'yolo') {
    const { shapes, notes } = await boxShapes(corners, wanted);
    return { notes, options: { anchors: shapes, width, detections } };
  }
  const { options, notes } = await regionOptions(wish, corners, most);
  const isMasked = taskOf(architecture) !== 'detection';
  if (isMasked && filled > mostFilled * count) {
    notes.push(
      `${filled} of ${counted(count, 'training mask')} fill their boxes: are they outlines, or were boxes all there was?`,
    );
  }
  // What works for boxes is too coarse for masks.
  const masks = { pooled: 7, maskHidden: Math.max(4, Math.round(32 * width)) };
  return { notes, options: { ...options, ...(isMasked && masks), detections } };
}

/** Weights that make every class count alike, within limits: the root of how much rarer it is than the median one. */
function balancedWeights(train: Dataset<AnySample>, classes: number): number[] {
  const counts = new Float64Array(classes);
  for (let index = 0; index < Math.min(200, train.length); index++) {
    for (const label of train.sample(index).semantic?.data ?? []) if (label !== voidLabel) counts[label]++;
  }
  const present = [...counts].filter((count) => count > 0).sort((a, b) => a - b);
  const median = present[present.length >> 1] ?? 1;
  return Array.from(counts, (count) => (count === 0 ? 1 : between(0.2, Math.sqrt(median / count), 5))).map(
    (weight) => Math.round(weight * 1000) / 1000,
  );
}

/** The numbers of channels of a model of pixels, times a factor. */
function channelsOf(architecture: SegmenterArchitecture, factor: number): Record<string, number | number[]> {
  const times = (channels: number) => Math.max(1, Math.round(channels * factor));
  if (architecture === 'tiramisu') return { stem: times(16), growth: times(8) };
  const widths = { 'u-net': [8, 16, 32, 64], fcn: [8, 16, 32, 64, 64], 'deconv-net': [16, 32, 64] }[architecture];
  return { widths: widths.map(times) };
}

function segmenterOptions({ architecture, width, balance }: ModelWish, train: Dataset<AnySample>) {
  if (train.sample(0).semantic === undefined) {
    throw new UsageError(`--model ${architecture}: expected images with a class at each pixel, got some without`);
  }
  const names = semanticNames(train.classes);
  const classWeights = balance ? balancedWeights(train, names.length) : undefined;
  const shown = classWeights?.map((weight, k) => `${names[k]} ${weight}`).join(', ');
  return {
    options: { ...channelsOf(architecture as SegmenterArchitecture, width), ...(classWeights && { classWeights }) },
    notes: shown ? [`weights of the classes: ${shown}`] : [],
  };
}

/** Lays one record of options over another, records in it too. */
function overlaid(base: Record<string, unknown>, over: Record<string, unknown>): Record<string, unknown> {
  const merged = Object.entries(over).map(([name, value]) => {
    const below = base[name];
    return [name, isRecord(below) && isRecord(value) ? overlaid(below, value) : value] as const;
  });
  return { ...base, ...Object.fromEntries(merged) };
}

/**
 * What the training images say a model should be.
 * @param train images of the model's size already.
 * @param onImage called while they are looked through.
 */
export async function chooseModel(
  wish: ModelWish,
  train: Dataset<AnySample>,
  onImage: (index: number) => void = () => {},
): Promise<ModelChoice> {
  const { architecture, size, letterbox } = wish;
  const { options, notes } =
    taskOf(architecture) === 'segmentation'
      ? segmenterOptions(wish, train)
      : await detectorOptions(wish, train, onImage);
  const { stuff, things } = train.classes;
  const merged = overlaid(options as Record<string, unknown>, wish.options);
  // Sizes and ratios of one's own take the place of shapes.
  const { sizes, ratios, ...rpn } = (merged.rpn ?? {}) as Record<string, unknown>;
  if (sizes || ratios) {
    const { shapes: _, ...rest } = rpn;
    merged.rpn = { ...rest, sizes, ratios };
  }
  const description: ModelDescription = {
    architecture,
    options: merged,
    classes: { stuff: [...stuff], things: [...things] },
    size,
    letterbox,
  };
  return { description, notes };
}
