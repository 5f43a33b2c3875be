import ndarray from 'ndarray';
import { isRecord } from '../checks/record';
import { anchorKMeans } from '../cluster/anchorKMeans';
import type { Architecture } from '../models/architectures';
import type { ImageSize } from '../shape/types';
import { between, type ModelWish } from './modelWish';
import { counted, UsageError } from './usage';

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

/** Roots of the boxes' areas, px, in rising order. */
function sortedSides(corners: readonly number[]): number[] {
  return Array.from({ length: corners.length / 4 }, (_, g) =>
    Math.sqrt((corners[4 * g + 2] - corners[4 * g]) * (corners[4 * g + 3] - corners[4 * g + 1])),
  ).sort((a, b) => a - b);
}

/** The side that this share of the sorted sides lies below. */
const sideAt = (sides: readonly number[], share: number) =>
  sides[Math.min(sides.length - 1, Math.floor(share * sides.length))];

/** The stage, 0 of stride 4, that looks for objects of a side. */
const stageFor = (side: number) => Math.floor(Math.log2(side / stridesOfBox / 4));

/** Channels of the stages whose strides, from 4 on, divide the sides of the images. */
const fittingStages = (channels: readonly number[], { height, width }: ImageSize) =>
  channels.filter((_, i) => [height, width].every((side) => side % (4 * 2 ** i) === 0));

/** Detectors that look at maps of several scales, the finest first, with channels of their stages. */
export const pyramids: Partial<Record<Architecture, readonly number[]>> = {
  fcos: [16, 32, 64, 64, 64],
  retinanet: [16, 32, 64, 64, 64],
  ssd: [24, 32, 64, 64, 64],
  'yolo-fpn': [16, 32, 64, 64, 64],
};

/** A box whose side is at least this many strides of a map is looked for there, if it is too small for the next one. */
const stridesOfBox = 1.75;

/** The maps that boxes of these sizes need, and what each looks for: anchors, or for FCOS nothing. */
export async function pyramidOptions(
  { architecture, size, width, anchors: wanted }: ModelWish,
  corners: readonly number[],
): Promise<{ options: Record<string, unknown>; notes: string[] }> {
  const sides = sortedSides(corners);
  const channels = fittingStages(pyramids[architecture]!, size);
  const stageOf = (share: number) => between(0, stageFor(sideAt(sides, share)), channels.length - 1);
  // A few odd boxes do not decide.
  const [first, last] = [stageOf(0.05), stageOf(0.95)];
  const levels = last - first + 1;
  const options: Record<string, unknown> = { stages: channels.slice(0, last + 1), finest: 4 * 2 ** first, width };
  const strides = Array.from({ length: levels }, (_, i) => 4 * 2 ** (first + i)).join(', ');
  const notes = [
    `maps of strides ${strides} px for objects of ${Math.round(sides[0])} to ${Math.round(sides.at(-1)!)} px`,
  ];
  if (architecture === 'fcos') return { options, notes };
  const { shapes, notes: found } = await levelShapes(corners, levels, wanted);
  return { options: { ...options, shapes }, notes: [...notes, ...found] };
}

/** Anchors of maps, the finest first: as many on each. */
async function levelShapes(
  corners: readonly number[],
  levels: number,
  wanted: number | null,
): Promise<{ shapes: number[][][]; notes: string[] }> {
  const count = corners.length / 4;
  const shapeCount = new Set(Array.from({ length: count }, (_, g) => sizeKey(corners, g))).size;
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
  const found = shapes.map((own) => own.map((shape) => shape.map(Math.round).join('×')).join(', ')).join('; ');
  const note = `${counted(bySize.length, 'anchor')} from ${counted(count, 'training box', 'training boxes')}: ${found} px (width × height, map by map), mean IoU ${meanIou.toFixed(2)}`;
  return { shapes, notes: [note] };
}

/** Anchors of one map. */
export async function boxShapes(corners: readonly number[], wanted: number | null) {
  const { anchors, meanIou } = await chooseAnchors(corners, wanted);
  const shapes = anchors.map((shape) => shape.map((side) => Math.round(side * 100) / 100));
  const found = shapes.map((shape) => shape.map(Math.round).join('×')).join(', ');
  const note = `${counted(shapes.length, 'anchor')} from ${counted(corners.length / 4, 'training box', 'training boxes')}: ${found} px (width × height), mean IoU ${meanIou.toFixed(2)}`;
  return { shapes, notes: [note] };
}

/** Regions of this side, px, are pooled from the second map: they have as many cells there as are pooled. */
const canonicalSide = 56;

/** Options of what pools regions: Faster R-CNN, and what is built on it. */
export async function regionOptions(wish: ModelWish, corners: readonly number[], most: number) {
  const { architecture, size, width, anchors: wanted, options: own } = wish;
  const onPyramid = architecture === 'panoptic-fpn' || isRecord(own.pyramid);
  const given = isRecord(own.pyramid) && Array.isArray(own.pyramid.stages) ? own.pyramid.stages : null;
  const stages = given ?? levelStages(size, corners);
  const { shapes, notes } = onPyramid
    ? await levelShapes(corners, stages.length, wanted)
    : await boxShapes(corners, wanted);
  const proposals = between(30, 2 * most, 300);
  const hidden = (channels: number) => Math.max(4, Math.round(channels * width));
  notes.push(`${proposals} proposals an image, since there are up to ${counted(most, 'thing')} in one`);
  const options = {
    width,
    hidden: hidden(64),
    ...(onPyramid && { pyramid: { stages, channels: hidden(32), canonicalSide } }),
    rpn: {
      hidden: hidden(32),
      ...(onPyramid ? { levels: shapes } : { shapes }),
      positive: 0.6,
      sampled: between(32, 4 * most, 256),
      candidates: 4 * proposals,
      limit: proposals,
    },
    sampled: between(16, 2 * most, 128),
  };
  return { options, notes };
}

/** Channels of the stages that boxes need, from stride 4 on: two at least, since there must be levels to look at. */
function levelStages(size: ImageSize, corners: readonly number[]): number[] {
  const wanted = between(3, 1 + stageFor(sideAt(sortedSides(corners), 0.95)), 5);
  return fittingStages([16, 32, 64, 64, 64], size).slice(0, wanted);
}
