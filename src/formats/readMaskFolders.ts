import ndarray, { type NdArray } from 'ndarray';
import { type Classes, type InstanceSample, type SegmentationSample, voidLabel } from '../data/dataset';
import { maskThings } from '../data/maskThings';
import { type OnProblem, problemLog, type ReadDataset } from '../data/problems';
import { type ImageLimits, imageEndings } from '../images/imageFile';
import { containedFolder } from '../platform/containedFolder';
import { quoted } from '../platform/textFile';
import { annotatedDataset, checkNames } from './annotated';
import { readLabelMap } from './readLabelMap';

/** Settings of {@link readMaskFolders}. */
export interface MaskFolderOptions extends ImageLimits {
  /** Folder of the images, `.jpg`, `.jpeg` or `.png`. */
  images: string;
  /** Folder of the maps: PNG with a palette or gray. */
  masks: string;
  /** What the maps show: class k is entry k of `[...stuff, ...things]`. */
  classes: Classes;
  /** What a map's name has behind the image's: `'_mask'` for `a.jpg` and `a_mask.png` (nothing). */
  suffix?: string;
  /**
   * What the numbers of a map are: classes (`'semantic'`, the default), or things of the one class there is, each with its own, 0 for
   * none (`'instances'`).
   */
  labels?: 'semantic' | 'instances';
  /** Where the numbers of the files are not those of the classes: the class of each number, or `'void'` (each its own, 255 void). */
  numbers?: ReadonlyMap<number, number | 'void'>;
  /** Whether the first thing that is wrong is an error, or all of them are left out and counted (`'throw'`). */
  onProblem?: OnProblem;
}

/** The class of each number that a map can hold; −1 for none. */
function translation({ classes, numbers }: MaskFolderOptions): Int16Array {
  const count = classes.stuff.length + classes.things.length;
  const table = new Int16Array(256).fill(-1);
  table[voidLabel] = voidLabel;
  if (!numbers) {
    for (let k = 0; k < count; k++) table[k] = k;
    return table;
  }
  for (const [number, label] of numbers) {
    const known = label === 'void' || (Number.isInteger(label) && label >= 0 && label < count);
    if (!(Number.isInteger(number) && number >= 0 && number <= 255) || !known) {
      throw new Error(`expected numbers 0–255 and classes below ${count}, got ${number} for ${quoted(label)}`);
    }
    table[number] = label === 'void' ? voidLabel : label;
  }
  return table;
}

function translate(map: NdArray<Uint8Array>, table: Int16Array, path: string): NdArray<Uint8Array> {
  const result = new Uint8Array(map.size);
  for (let i = 0; i < result.length; i++) {
    const label = table[map.data[i]];
    if (label < 0) {
      const at = `[${Math.floor(i / map.shape[1])}, ${i % map.shape[1]}]`;
      throw new Error(`${path}: expected the number of a class, got ${map.data[i]} at ${at}`);
    }
    result[i] = label;
  }
  return ndarray(result, [...map.shape]);
}

/**
 * Reads images and label maps from two folders: each map has the name of its image, and the ending `.png`.
 *
 * Opening looks at names alone, `sample` reads one image and its map. Nothing outside of the folders is read, through links neither.
 *
 * @example
 * // Penn-Fudan: a map numbers the people of an image.
 * const people = readMaskFolders({
 *   images: 'PennFudanPed/PNGImages', masks: 'PennFudanPed/PedMasks', suffix: '_mask',
 *   labels: 'instances', classes: { stuff: [], things: ['person'] },
 * });
 * // Oxford pets: 1 the animal, 2 the background, 3 the border between them.
 * const pets = readMaskFolders({
 *   images: 'images', masks: 'annotations/trimaps',
 *   classes: { stuff: ['background'], things: ['pet'] }, numbers: new Map([[1, 1], [2, 0], [3, 'void']]),
 * });
 *
 * @throws `readMaskFolders: <file>: <reason>` where a map is missing, damaged, of another size than its image, or holds other numbers.
 */
export function readMaskFolders(options: MaskFolderOptions & { labels: 'instances' }): ReadDataset<InstanceSample>;
export function readMaskFolders(options: MaskFolderOptions): ReadDataset<SegmentationSample>;
export function readMaskFolders(
  options: MaskFolderOptions,
): ReadDataset<InstanceSample> | ReadDataset<SegmentationSample> {
  const { labels = 'semantic', suffix = '', classes, onProblem, maxPixels, maxBytes } = options;
  const log = problemLog('readMaskFolders', onProblem);
  try {
    if (labels !== 'semantic' && labels !== 'instances') {
      throw new Error(`expected labels 'semantic' or 'instances', got ${quoted(labels)}`);
    }
    const names = checkNames([...(classes?.stuff ?? []), ...(classes?.things ?? [])]);
    if (names.length > voidLabel) throw new Error(`expected at most ${voidLabel} classes, got ${names.length}`);
    if (labels === 'instances' && classes.things.length !== 1) {
      throw new Error(`expected one class of things for instances, got ${classes.things.length}`);
    }
    const [images, masks] = [containedFolder(options.images), containedFolder(options.masks)];
    const table = translation(options);
    const files = images.files('.', imageEndings);
    const mapOf = (image: string) => `${image.replace(/\.[^.]*$/, '')}${suffix}.png`;
    const pictures = files.flatMap((image) => {
      try {
        if (!masks.hasFile(mapOf(image))) throw new Error(`${masks.inside(mapOf(image))}: no such map`);
        return [{ place: image, image, size: null, things: [] }];
      } catch (error) {
        log.note('images', image, (error as Error).message);
        return [];
      }
    });
    return annotatedDataset<never, InstanceSample & SegmentationSample>({
      folder: images,
      classes: { stuff: [...classes.stuff], things: [...classes.things] },
      images: pictures,
      log,
      limits: { maxPixels, maxBytes },
      finish(image, _, picture, path) {
        const file = masks.inside(mapOf(picture.image));
        const map = readLabelMap(file, image.shape, { maxPixels, maxBytes });
        const sample = { image, path } as InstanceSample & SegmentationSample;
        if (labels === 'instances') return { ...sample, ...maskThings(map, () => 0) };
        return { ...sample, semantic: translate(map, table, file) };
      },
    });
  } catch (error) {
    throw log.told(error);
  }
}
