import type { NdArray } from 'ndarray';
import { isRecord } from '../checks/record';
import { quoted } from '../platform/textFile';
import type { ImageSize } from '../shape/types';
import { boxAround } from './fitBox';
import { looseNumber } from './looseValues';
import { decodeRle, type Polygon, polygonMask, type RunLengths } from './rle';

/** One part of a thing's mask: a polygon or runs. */
export type MaskPart = Polygon | RunLengths;

/** The parts of a mask that can be used, and what is wrong with the others. */
export interface Segmentation {
  parts: MaskPart[];
  wrong: string[];
}

const isRuns = (part: MaskPart): part is RunLengths => 'counts' in part;

/** The numbers of a polygon: x, y, x, y, …, or pairs of them. */
function polygonOf(value: unknown): Polygon | string {
  const numbers = Array.isArray(value) ? value.flat().map(looseNumber) : [];
  const valid = numbers.length >= 6 && numbers.length % 2 === 0 && numbers.every(Number.isFinite);
  return valid ? numbers : `expected polygons of three points or more, got ${quoted(value)}`;
}

function runsOf(value: Record<string, unknown>, image: ImageSize | null): RunLengths | string {
  const [size, counts] = ['size', 'counts'].map((name) => (Object.hasOwn(value, name) ? value[name] : undefined));
  const sides = Array.isArray(size) ? size.map(looseNumber) : [];
  if (sides.length !== 2 || !sides.every(Number.isInteger) || (typeof counts !== 'string' && !Array.isArray(counts))) {
    return `expected polygons, or size and counts, got ${quoted(value)}`;
  }
  if (image && (sides[0] !== image.height || sides[1] !== image.width)) {
    return `expected a mask of ${image.height}×${image.width}, the image's height and width, got ${sides.join('×')}`;
  }
  return { size: [sides[0], sides[1]], counts: typeof counts === 'string' ? counts : counts.map(looseNumber) };
}

/** Whether a list is one polygon that lacks the list around it. */
const isFlat = (value: readonly unknown[]) => value.length > 0 && value.every((entry) => typeof entry === 'number');

/**
 * The parts of a segmentation: polygons, runs, or a list of them. @param image the image's size, where it is told.
 * @param decode whether runs are counted, which takes a look at all of them.
 */
export function readSegmentation(value: unknown, image: ImageSize | null, decode: boolean): Segmentation {
  const found: Segmentation = { parts: [], wrong: [] };
  if (value === undefined || value === null || value === '' || value === 0) return found;
  const list = Array.isArray(value) && !isFlat(value) ? value : [value];
  for (const entry of list) {
    const part = isRecord(entry) ? runsOf(entry, image) : polygonOf(entry);
    const wrong = typeof part === 'string' ? part : decode && isRuns(part) ? runsProblem(part) : null;
    if (wrong !== null) found.wrong.push(wrong);
    else found.parts.push(part as MaskPart);
  }
  return found;
}

/** Why runs cannot be decoded. */
function runsProblem(runs: RunLengths): string | null {
  try {
    decodeRle(runs);
    return null;
  } catch (error) {
    return (error as Error).message.replace(/^\w+: /, '');
  }
}

/** The union of a mask's parts, `[H, W]`. @throws where polygons are too long, or runs of another size. */
export function partsMask(parts: readonly MaskPart[], size: ImageSize): NdArray<Uint8Array> {
  const mask = polygonMask(
    parts.filter((part): part is Polygon => !isRuns(part)),
    size,
  );
  for (const part of parts) {
    if (!isRuns(part)) continue;
    const { data } = decodeRle(part);
    if (data.length !== mask.data.length) throw new Error(`expected a mask of ${size.height}×${size.width}`);
    for (let i = 0; i < data.length; i++) if (data[i]) mask.data[i] = 1;
  }
  return mask;
}

/** x1, y1, x2, y2 around a mask's parts; null where they are none, or empty. */
export function partsBox(parts: readonly MaskPart[]): number[] | null {
  const corners = parts.flatMap((part) => {
    if (!isRuns(part)) return boxAround(part);
    if (runsProblem(part) !== null) return [];
    const { data, shape } = decodeRle(part);
    const points: number[] = [];
    for (let i = 0; i < data.length; i++) {
      if (data[i]) points.push(i % shape[1], Math.floor(i / shape[1]));
    }
    if (points.length === 0) return [];
    const [x1, y1, x2, y2] = boxAround(points);
    return [x1, y1, x2 + 1, y2 + 1];
  });
  return corners.length > 0 ? boxAround(corners) : null;
}
