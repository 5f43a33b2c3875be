import type { OptionKinds } from '../checks/options';
import { shown } from '../checks/shown';
import { checkClasses } from '../data/checkSample';
import { type Classes, type InstanceSample, type SegmentationSample, voidLabel } from '../data/dataset';
import { type OnProblem, type ProblemLimits, type ProblemLog, problemLog, type ReadDataset } from '../data/problems';
import { type ImageLimits, imageEndings } from '../images/imageFile';
import type { ContainedFolder } from '../platform/containedFolder';
import { quoted } from '../platform/textFile';
import { type AnnotatedImage, annotatedDataset } from './annotated';
import { checkNames, checkSplit } from './classList';
import { type ColorClasses, readColorClasses } from './colorClasses';
import { fileFinder } from './fileFinder';
import { stemOf } from './fileNames';
import { mostTextBytes } from './labelText';
import { mappedThings } from './mappedThings';
import { findClasses } from './maskClasses';
import { type MaskFolder, mappedImages, openMaskFolder } from './maskFolder';
import { checkReaderOptions } from './readerOptions';
import { lookAtMaps, semanticMaps } from './semanticMaps';
import { storedSize } from './storedSize';

/** Settings of {@link readMaskFolders}. */
export interface MaskFolderOptions extends ImageLimits, ProblemLimits {
  /** Folder of the data, in which folders of images and maps are found; not needed where both are named. */
  folder?: string;
  /** Folder of the images: absolute, or in the folder of the data (found). */
  images?: string;
  /** Folder of the maps, PNG with a palette, gray, or colors of classes: absolute, or in the folder of the data (found). */
  masks?: string;
  /** A part: `train`, `val`, … (all images). */
  split?: string;
  /** What the maps show: class k is entry k of `[...stuff, ...things]` (those of a list in the folder, or one for each number). */
  classes?: Classes;
  /** What a map's name has behind the image's: `'_mask'` for `a.jpg` and `a_mask.png` (whatever there is). */
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

const maskKinds: OptionKinds<MaskFolderOptions> = {
  folder: 'text',
  images: 'text',
  masks: 'text',
  split: 'any',
  classes: 'any',
  suffix: 'text',
  labels: 'any',
  numbers: 'any',
  onProblem: 'any',
  maxLeftOut: 'any',
  maxBytes: 'any',
  maxPixels: 'any',
};

type MaskImage = AnnotatedImage<never> & { maps: string[] };

/** The images that have maps. */
function imagesWithMaps(
  { images, masks, rest }: MaskFolder,
  list: readonly { image: string; maps: string[] }[],
  { suffix, limits, log }: { suffix: string; limits: ImageLimits; log: ProblemLog },
): MaskImage[] {
  for (const map of rest) log.note('unused', map, 'expected an image of that name, found none');
  return list.flatMap(({ image, maps }) => {
    try {
      if (maps.length === 0) throw new Error(`${masks.inside(`${stemOf(image)}${suffix}.png`)}: no such map`);
      const paths = maps.map((map) => masks.inside(map));
      const size = storedSize(images.inside(image), paths[0], limits);
      return [{ at: { file: image }, names: [image], size, things: [], maps: paths }];
    } catch (error) {
      log.note('images', image, (error as Error).message);
      return [];
    }
  });
}

/**
 * The parts that a folder of images and maps has: folders called train, val or test.
 * @throws `readMaskFolders: <reason>` where there are no images and maps.
 */
export function maskParts(options: Pick<MaskFolderOptions, 'folder' | 'images' | 'masks' | 'suffix'>): string[] {
  try {
    const { parts } = openMaskFolder({ ...options, suffix: options.suffix ?? '' });
    return [...parts.keys()].filter((name) => name !== '');
  } catch (error) {
    throw problemLog('readMaskFolders', 'skip').told(error);
  }
}

/** A list of the classes' colors, in one of some folders. */
function colorsOf(folders: readonly ContainedFolder[], log: ProblemLog): ColorClasses | null {
  for (const folder of folders) {
    const colors = readColorClasses(folder, { log, maxBytes: mostTextBytes });
    if (colors) return colors;
  }
  return null;
}

/**
 * Reads images and label maps. Folders are found by their names (`images` and `masks`, `train/images` and `train/masks`,
 * `train` and `train_masks`, a folder of each image with `images` and `masks` in it, or one folder of both), maps by the names of their images: the same,
 * or with more behind or in front of it, as in `a_mask.png`, `a-label.png`, `GT_a.png`. Where an image has several maps, each shows one
 * thing.
 *
 * With `labels: 'instances'` each number of a map is an object, in PNGs of 16 bits too, in which there may be thousands; 255 of 8 bits is void.
 *
 * Maps are PNG with a palette or gray, whose numbers are the classes and 255 is {@link voidLabel}; gray may be stored in equal channels, and
 * colors may be VOC's or those of a `labelmap.txt`. With two classes, of which no map has a number from 1 to 254, 255 is the second class:
 * maps of 0 and 255 are black and white. Shades between, as JPEG makes them, are black below 128. `problems` tells how they were read.
 *
 * Opening looks at names, and with two classes at the maps; `sample` reads one image and its maps. Nothing outside of the folders is read,
 * through links neither.
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
 * // Nuclei of the Data Science Bowl: a map of each thing.
 * const nuclei = readMaskFolders({
 *   folder: 'stage1_train', labels: 'instances', classes: { stuff: [], things: ['nucleus'] },
 * });
 *
 * @throws `readMaskFolders: <file>: <reason>` where a map is missing, damaged, of another size than its image, or holds other numbers.
 */
export function readMaskFolders(options: MaskFolderOptions & { labels: 'instances' }): ReadDataset<InstanceSample>;
export function readMaskFolders(options: MaskFolderOptions): ReadDataset<SegmentationSample>;
export function readMaskFolders(
  options: MaskFolderOptions,
): ReadDataset<InstanceSample> | ReadDataset<SegmentationSample> {
  checkReaderOptions('readMaskFolders', options, maskKinds);
  if (options.numbers !== undefined && !(options.numbers instanceof Map)) {
    throw new Error(`readMaskFolders: expected numbers to be a Map, got ${shown(options.numbers)}`);
  }
  if (options.classes !== undefined) checkClasses('readMaskFolders', options.classes);
  const { labels = 'semantic', suffix = '', split, onProblem, maxPixels, maxBytes } = options;
  const limits = { maxPixels, maxBytes };
  const log = problemLog('readMaskFolders', onProblem, options);
  try {
    if (labels !== 'semantic' && labels !== 'instances') {
      throw new Error(`expected labels 'semantic' or 'instances', got ${quoted(labels)}`);
    }
    if (split !== undefined) checkSplit(split);
    const given = options.classes;
    const names = given && checkNames([...(given.stuff ?? []), ...(given.things ?? [])]);
    if (names && names.length > voidLabel)
      throw new Error(`expected at most ${voidLabel} classes, got ${names.length}`);
    if (labels === 'instances' && given && given.things.length !== 1) {
      throw new Error(`expected one class of things for instances, got ${given.things.length}`);
    }
    const opened = openMaskFolder({ ...options, suffix });
    const list = imagesWithMaps(opened, mappedImages(opened, split), { suffix, limits, log });
    const maps = list.map((picture) => picture.maps);
    const common = { finder: fileFinder(opened.images, ['.'], imageEndings), images: list, log, limits };
    if (labels === 'instances') {
      const classes = given ?? { stuff: [], things: ['object'] };
      // Of a folder of an image, each file is an object.
      const single = !opened.apart && !lookAtMaps({ maps, limits, colors: null }).binary;
      const what = single ? 'each number of a map' : 'each map';
      log.note('notes', opened.masks.path, `${what} is one object, ${quoted(classes.things[0])}`);
      return annotatedDataset<never, InstanceSample>({
        ...common,
        classes: { stuff: [...classes.stuff], things: [...classes.things] },
        finish: (image, _, picture, path) => ({
          image,
          path,
          ...mappedThings((picture as MaskImage).maps, image.shape, { limits, single }),
        }),
      });
    }
    const colors = colorsOf([opened.masks, opened.images], log);
    const text = { log, maxBytes: mostTextBytes };
    const found = given ? null : findClasses(opened.masks, maps, { colors, apart: opened.apart, limits, text });
    const classes = given ?? found!.classes;
    if (found) {
      const named = [...classes.stuff, ...classes.things].join(', ');
      log.note('notes', opened.masks.path, `classes ${named}, by ${found.source}`);
    }
    const read = semanticMaps({
      names: [...classes.stuff, ...classes.things],
      numbers: options.numbers ?? found?.numbers,
      colors,
      maps,
      apart: opened.apart,
      limits,
      log,
      folder: opened.masks.path,
    });
    return annotatedDataset<never, SegmentationSample>({
      ...common,
      classes: { stuff: [...classes.stuff], things: [...classes.things] },
      finish: (image, _, picture, path) => ({ image, path, semantic: read((picture as MaskImage).maps, image.shape) }),
    });
  } catch (error) {
    throw log.told(error);
  }
}
