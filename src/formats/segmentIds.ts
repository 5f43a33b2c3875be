import ndarray, { type Data, type NdArray } from 'ndarray';
import { checkArray } from '../checks/arrays';
import { shown } from '../checks/shown';
import type { ImageLimits } from '../images/imageFile';
import { openImage } from '../images/openImage';
import { turnImage } from '../images/orientation';
import { decodePng, readPngFile } from '../images/pngDecode';

/** Ids are below this: three bytes. */
export const mostIds = 2 ** 24;

/**
 * The ids of segments that the colors of a COCO panoptic PNG stand for,
 *
 *     id = R + 256 G + 65536 B
 *
 * as panopticapi's `rgb2id`. 0, black, is void.
 *
 * @param colors `[H, W, 3]`, bytes 0–255.
 * @returns `[H, W]`
 * @throws on another shape, and on what is no byte.
 */
export function rgbToId(colors: NdArray<Data<number>>): NdArray<Int32Array> {
  checkArray('rgbToId', 'colors', colors, '[H, W, 3]');
  const [height, width] = colors.shape;
  const ids = new Int32Array(height * width);
  for (let y = 0, pixel = 0; y < height; y++) {
    for (let x = 0; x < width; x++, pixel++) {
      for (let channel = 0; channel < 3; channel++) {
        const byte = Number(colors.get(y, x, channel));
        if (!(Number.isInteger(byte) && byte >= 0 && byte <= 255)) {
          throw new Error(`rgbToId: expected bytes from 0 to 255, got ${shown(byte)} at [${y}, ${x}, ${channel}]`);
        }
        ids[pixel] += byte << (8 * channel);
      }
    }
  }
  return ndarray(ids, [height, width]);
}

/**
 * The colors that stand for ids of segments in a COCO panoptic PNG, the inverse of {@link rgbToId}; as panopticapi's `id2rgb`.
 *
 * @param ids `[H, W]`, whole numbers from 0 to 2²⁴ − 1.
 * @returns `[H, W, 3]`, bytes.
 * @throws on another shape, and on other numbers.
 */
export function idToRgb(ids: NdArray<Data<number>>): NdArray<Uint8Array> {
  checkArray('idToRgb', 'ids', ids, '[H, W]');
  const [height, width] = ids.shape;
  const colors = new Uint8Array(height * width * 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const id = Number(ids.get(y, x));
      if (!(Number.isInteger(id) && id >= 0 && id < mostIds)) {
        throw new Error(`idToRgb: expected ids from 0 to ${mostIds - 1}, got ${shown(id)} at [${y}, ${x}]`);
      }
      for (let channel = 0; channel < 3; channel++) colors[at++] = (id >> (8 * channel)) & 255;
    }
  }
  return ndarray(colors, [height, width, 3]);
}

/** What colored pixels of a PNG stand for. */
export type ColoredIds = 'three bytes' | 'equal channels';

/**
 * The numbers of a PNG as they are stored, of up to 24 bits: gray ones of up to 16, indices of a palette, and of colors what `colored` says:
 * R + 256 G + 65536 B, or the number that is in all three channels. Alpha is not looked at.
 * @returns `[H, W]`
 * @throws with the reason alone, the path in front, where the file is no PNG, is damaged, or has colors where they stand for nothing.
 */
export function readIds(path: string, limits: ImageLimits, colored: ColoredIds): NdArray<Int32Array> {
  try {
    const { bytes, reader, name, maxPixels } = openImage(path, limits);
    if (reader !== 'png') throw new Error(`expected a PNG, whose numbers stay what they are, got ${name}`);
    const file = readPngFile(bytes, maxPixels);
    const { stored, channels, depth, orientation } = file;
    const ids = new Int32Array(stored.height * stored.width);
    if (channels >= 3 && colored === 'three bytes' && depth === 16) {
      throw new Error('expected ids in three bytes, got colors of 16 bits');
    }
    decodePng(file, (row, samples) => {
      for (let x = 0, at = 0, pixel = row * stored.width; x < stored.width; x++, at += channels, pixel++) {
        if (channels < 3) ids[pixel] = samples[at];
        else if (colored === 'three bytes') ids[pixel] = samples[at] + 256 * samples[at + 1] + 65536 * samples[at + 2];
        else if (samples[at] === samples[at + 1] && samples[at] === samples[at + 2]) ids[pixel] = samples[at];
        else throw new Error(`expected gray, got [${samples.slice(at, at + 3).join(', ')}] at [${row}, ${x}]`);
      }
    });
    const map = ndarray(ids, [stored.height, stored.width]);
    return orientation === 1 ? map : turnImage(map, orientation);
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}`, { cause: error });
  }
}
