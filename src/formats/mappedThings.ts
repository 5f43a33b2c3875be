import ndarray, { type NdArray } from 'ndarray';
import { append } from '../checks/extremes';
import { checkMaskBytes } from '../data/maskBytes';
import { type MaskThings, maskThings } from '../data/maskThings';
import type { ImageLimits } from '../images/imageFile';
import { openImage } from '../images/openImage';
import { readPngFile } from '../images/pngDecode';
import { readLabelMap } from './readLabelMap';
import { readIds } from './segmentIds';
import { leastOfThing } from './semanticMaps';

/** Whether a file is a PNG of 16 bits a sample, whose numbers may be those of thousands of objects. */
function isDeep(path: string, limits: ImageLimits): boolean {
  try {
    const { bytes, reader, maxPixels } = openImage(path, limits);
    return reader === 'png' && readPngFile(bytes, maxPixels).depth === 16;
  } catch {
    // Told where it is read.
    return false;
  }
}

/** Throws unless a map has the size of its image. */
function checkSize(
  path: string,
  { shape: [rows, columns] }: NdArray<Uint8Array | Int32Array>,
  shape: readonly number[],
) {
  if (rows === shape[0] && columns === shape[1]) return;
  throw new Error(`${path}: expected a map of ${shape[1]}×${shape[0]} px, got ${columns}×${rows}`);
}

/** The things of a map: each number is one. */
function numberedThings(path: string, shape: readonly number[], limits: ImageLimits): MaskThings {
  const deep = isDeep(path, limits);
  const numbers = deep ? readIds(path, limits, 'equal channels') : readLabelMap(path, limits).numbers;
  checkSize(path, numbers, shape);
  return deep ? maskThings(numbers, () => 0, null) : maskThings(numbers, () => 0);
}

/** The thing of a map as 0 and 1. */
function onlyThing({ data, shape }: NdArray<Uint8Array>): NdArray<Uint8Array> {
  const least = leastOfThing(data);
  return ndarray(
    data.map((number) => Number(number >= least)),
    shape,
  );
}

/**
 * The things of an image: those that its map numbers, or one of each of its maps, without those that are empty.
 * @param single whether an image has one map, which numbers things.
 * @throws with the reason alone where a map is damaged or of another size, and where the masks would be more than a gibibyte.
 */
export function mappedThings(
  paths: readonly string[],
  shape: readonly number[],
  { limits, single }: { limits: ImageLimits; single: boolean },
): MaskThings {
  if (paths.length === 1 && single) return numberedThings(paths[0], shape, limits);
  const [height, width] = shape;
  checkMaskBytes(paths.length, { height, width });
  const pixels = height * width;
  const masks = new Uint8Array(paths.length * pixels);
  const corners: number[] = [];
  let count = 0;
  // One after another: what was read is let go.
  for (const path of paths) {
    const { numbers } = readLabelMap(path, limits);
    checkSize(path, numbers, shape);
    const own = maskThings(onlyThing(numbers), () => 0);
    if (own.labels.size === 0) continue;
    masks.set(own.masks.data, count * pixels);
    append(corners, own.boxes.data);
    count++;
  }
  return {
    boxes: ndarray(Float32Array.from(corners), [count, 4]),
    labels: ndarray(new Int32Array(count), [count]),
    masks: ndarray(masks.subarray(0, count * pixels), [count, height, width]),
  };
}
