import ndarray from 'ndarray';
import { isRecord } from '../checks/record';

import { anchorKMeans } from '../cluster/anchorKMeans';
import { semanticNames } from '../data/classNames';
import { type Dataset, voidLabel } from '../data/dataset';
import { countedThings } from '../data/things';
import { type Architecture, type ModelDescription, strideOf, taskOf } from '../models/architectures';
import type { ImageSize } from '../shape/types';
import type { AnySample } from './formats';
import { counted, sizeText, UsageError } from './usage';

/** What the user wants of a model. */
export interface ModelWish {
  architecture: Architecture;
  size: ImageSize;
  letterbox: boolean;
  /** Factor on the numbers of channels. */
  width: number;
  /** Number of anchors; null lets the boxes decide. */
  anchors: number | null;
  /** Whether rare classes of pixels weigh more. */
  balance: boolean;
  /** Laid over what is chosen. */
  options: Record<string, unknown>;
}

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

/** Widths and heights for anchors: as many as asked for, or so many that one more would hardly fit better. */
async function chooseAnchors(corners: readonly number[], wanted: number | null) {
  const count = corners.length / 4;
  const boxes = ndarray(Float32Array.from(corners), [count, 4]);
  const shapes = new Set(Array.from({ length: count }, (_, g) => sizeKey(corners, g))).size;
  if (wanted !== null) {
    if (wanted > shapes) {
      throw new UsageError(
        `--anchors: expected at most ${shapes}, as many as there are shapes of boxes, got ${wanted}`,
      );
    }
    return anchorKMeans(boxes, { k: wanted });
  }
  let best = await anchorKMeans(boxes, { k: 1 });
  for (let k = 2; k <= Math.min(9, shapes); k++) {
    const next = await anchorKMeans(boxes, { k });
    if (next.meanIou < best.meanIou + 0.02) break;
    best = next;
  }
  return best;
}

const sizeKey = (corners: readonly number[], g: number) =>
  `${corners[4 * g + 2] - corners[4 * g]}×${corners[4 * g + 3] - corners[4 * g + 1]}`;

const between = (least: number, value: number, most: number) => Math.min(most, Math.max(least, value));

/** Detectors that look at maps of several scales, the finest first, with channels of their stages. */
const pyramids: Partial<Record<Architecture, readonly number[]>> = {
  fcos: [16, 32, 64, 64, 64],
  retinanet: [16, 32, 64, 64, 64],
  ssd: [24, 32, 64, 64, 64],
  'yolo-fpn': [16, 32, 64, 64, 64],
};

/** A box whose side is at least this many strides of a map is looked for there, if it is too small for the next one. */
const stridesOfBox = 1.75;

/** The maps that boxes of these sizes need, and what each looks for: anchors, or for FCOS nothing. */
async function pyramidOptions(
  { architecture, size, width, anchors: wanted }: ModelWish,
  corners: readonly number[],
): Promise<{ options: Record<string, unknown>; notes: string[] }> {
  const sides = Array.from({ length: corners.length / 4 }, (_, g) =>
    Math.sqrt((corners[4 * g + 2] - corners[4 * g]) * (corners[4 * g + 3] - corners[4 * g + 1])),
  ).sort((a, b) => a - b);
  // The sides are multiples of the coarsest stride.
  const channels = pyramids[architecture]!.filter((_, i) =>
    [size.height, size.width].every((side) => side % (4 * 2 ** i) === 0),
  );
  const stageOf = (share: number) => {
    const side = sides[Math.min(sides.length - 1, Math.floor(share * sides.length))];
    return between(0, Math.floor(Math.log2(side / stridesOfBox / 4)), channels.length - 1);
  };
  // A few odd boxes do not decide.
  const [first, last] = [stageOf(0.05), stageOf(0.95)];
  const levels = last - first + 1;
  const options: Record<string, unknown> = { stages: channels.slice(0, last + 1), finest: 4 * 2 ** first, width };
  const strides = Array.from({ length: levels }, (_, i) => 4 * 2 ** (first + i)).join(', ');
  const notes = [
    `maps of strides ${strides} px for objects of ${Math.round(sides[0])} to ${Math.round(sides.at(-1)!)} px`,
  ];
  if (architecture === 'fcos') return { options, notes };
  const shapeCount = new Set(Array.from(sides, (_, g) => sizeKey(corners, g))).size;
  const perLevel = Math.max(1, wanted === null ? 2 : Math.ceil(wanted / levels));
  const { anchors, meanIou } = await chooseAnchors(corners, Math.min(shapeCount, perLevel * levels));
  const bySize = anchors
    .map((shape) => shape.map((side) => Math.round(side * 100) / 100))
    .sort((a, b) => a[0] * a[1] - b[0] * b[1]);
  // Every level has as many: of too few shapes, levels next to each other have the same.
  const shapes = Array.from({ length: levels }, (_, i) =>
    Array.from(
      { length: perLevel },
      (_, a) => bySize[Math.floor(((i * perLevel + a) * bySize.length) / (levels * perLevel))],
    ),
  );
  options.shapes = shapes;
  const found = shapes.map((own) => own.map((shape) => shape.map(Math.round).join('×')).join(', ')).join('; ');
  notes.push(
    `${counted(bySize.length, 'anchor')} from ${counted(sides.length, 'training box', 'training boxes')}: ${found} px (width × height, map by map), mean IoU ${meanIou.toFixed(2)}`,
  );
  return { options, notes };
}

async function detectorOptions(wish: ModelWish, train: Dataset<AnySample>, onImage: (index: number) => void) {
  const { architecture, width, anchors: wanted } = wish;
  const corners: number[] = [];
  let most = 0;
  for (let index = 0; index < train.length; index++) {
    const { boxes } = countedThings(train.sample(index));
    onImage(index);
    if (!boxes) throw new UsageError(`--model ${architecture}: expected images with boxes, got some without`);
    const count = boxes.shape[0];
    most = Math.max(most, count);
    for (let i = 0; i < 4 * count; i++) corners.push(boxes.get(i >> 2, i % 4));
  }
  if (corners.length === 0)
    throw new Error('train: expected boxes in the training images, found none: their labels tell of no object');
  const detections = { limit: between(30, 2 * most, 300) };
  if (pyramids[architecture]) {
    const { options, notes } = await pyramidOptions(wish, corners);
    return { notes, options: { ...options, detections } };
  }
  const { anchors, meanIou } = await chooseAnchors(corners, wanted);
  const shapes = anchors.map((shape) => shape.map((side) => Math.round(side * 100) / 100));
  const found = shapes.map((shape) => shape.map(Math.round).join('×')).join(', ');
  const notes = [
    `${counted(shapes.length, 'anchor')} from ${counted(corners.length / 4, 'training box', 'training boxes')}: ${found} px (width × height), mean IoU ${meanIou.toFixed(2)}`,
  ];
  if (architecture === 'yolo') return { notes, options: { anchors: shapes, width, detections } };
  const proposals = between(30, 2 * most, 300);
  const hidden = (channels: number) => Math.max(4, Math.round(channels * width));
  notes.push(`${proposals} proposals an image, since there are up to ${counted(most, 'thing')} in one`);
  return {
    notes,
    options: {
      width,
      hidden: hidden(64),
      rpn: {
        hidden: hidden(32),
        shapes,
        positive: 0.6,
        sampled: between(32, 4 * most, 256),
        candidates: 4 * proposals,
        limit: proposals,
      },
      sampled: between(16, 2 * most, 128),
      detections,
    },
  };
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

function segmenterOptions({ architecture, width, balance }: ModelWish, train: Dataset<AnySample>) {
  if (train.sample(0).semantic === undefined) {
    throw new UsageError(`--model ${architecture}: expected images with a class at each pixel, got some without`);
  }
  const widths = { 'u-net': [8, 16, 32, 64], fcn: [8, 16, 32, 64, 64] }[architecture as 'u-net' | 'fcn'];
  const names = semanticNames(train.classes);
  const classWeights = balance ? balancedWeights(train, names.length) : undefined;
  const shown = classWeights?.map((weight, k) => `${names[k]} ${weight}`).join(', ');
  return {
    options: {
      widths: widths.map((channels) => Math.max(1, Math.round(channels * width))),
      ...(classWeights && { classWeights }),
    },
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
    taskOf(architecture) === 'detection' ? await detectorOptions(wish, train, onImage) : segmenterOptions(wish, train);
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
