import type { NdArray } from 'ndarray';
import type { DetectionSample, InstanceSample } from '../data/dataset';
import { type OnProblem, type ProblemLog, problemLog, type ReadDataset } from '../data/problems';
import { type ImageLimits, imageEndings } from '../images/imageFile';
import { readLooseJson } from '../platform/readJson';
import type { TextLimits } from '../platform/textFile';
import type { ImageSize } from '../shape/types';
import { annotatedDataset, type BoxLimits, thingArrays } from './annotated';
import { checkNames, checkSplit } from './classList';
import { openCocoFolder } from './cocoFolder';
import { type CocoContent, type CocoId, type CocoImage, type CocoThing, parseCoco } from './cocoJson';
import { partsMask } from './cocoSegmentation';
import { imagePlaces, noteUnusedImages } from './dataFolder';
import { fileFinder } from './fileFinder';
import { boxMask, stackedMasks } from './objectMasks';
import { type LabelFile, labelFileOf, type PartFiles, placeIn } from './partFiles';
import { partName, roleIn } from './parts';
import { boxReaderKinds, checkReader } from './readerOptions';

/** Settings of {@link readCoco}. */
export interface CocoOptions extends ImageLimits, BoxLimits, TextLimits {
  /** Folder that the file names of the images begin in, absolute or in the folder of the data; nothing is read outside of it (found). */
  images?: string;
  /** File of the annotations, or a folder with one for each part, absolute or in the folder of the data (found). */
  annotations?: string;
  /** A part: `train`, `val`, … (the file that holds all). `val`, `valid` and `validation` are the same. */
  split?: string;
  /** Classes that are read, label k is entry k; annotations of others are problems (all of the file, in the order of their ids). */
  classes?: readonly string[];
  /** Whether masks are made of polygons and runs (false: boxes alone). */
  masks?: boolean;
  /** Whether the first thing that is wrong is an error, or all of them are left out and counted (`'throw'`). */
  onProblem?: OnProblem;
}

/** What {@link readCoco} gives: also the file's own numbers, which its results are written with ({@link writeCocoResults}). */
export interface CocoDataset<S extends DetectionSample> extends ReadDataset<S> {
  /** The file's id of each image. */
  readonly imageIds: readonly CocoId[];
  /** The file's id of each label; null for a class that the file does not have. */
  readonly categoryIds: readonly (CocoId | null)[];
}

/** The masks of an image's things; of those that nothing surrounds, their boxes. */
function readMasks(things: readonly CocoThing[], size: ImageSize): NdArray<Uint8Array> {
  return stackedMasks(things.length, size, (g) => {
    const { parts, corners, place } = things[g];
    if (parts.length === 0) return boxMask(corners, size);
    try {
      return partsMask(parts, size);
    } catch (error) {
      throw new Error(`${place}: ${(error as Error).message.replace(/^\w+: /, '')}`, { cause: error });
    }
  });
}

function open(path: string, { images, annotations }: CocoOptions): PartFiles {
  if (images !== undefined && typeof images !== 'string') {
    throw new Error(`expected options.images to be a folder's path, got ${typeof images}`);
  }
  return openCocoFolder(path, { images, annotations });
}

/**
 * The parts that a folder in COCO's format has: files of annotations called after train, val or test, or in folders called so.
 * @throws `readCoco: <reason>` where there are no annotations.
 */
export function cocoParts(path: string, options: Pick<CocoOptions, 'images' | 'annotations'> = {}): string[] {
  try {
    return [...open(path, options).parts.keys()];
  } catch (error) {
    throw problemLog('readCoco', 'skip').told(error);
  }
}

/**
 * Reads images labeled in the format of COCO: boxes, areas, crowds, and with `masks` also polygons and run-length masks, equal to
 * pycocotools' pixel by pixel. Label k is the category with the k-th smallest id; categories of one name are one class.
 *
 * Of a folder, the file of annotations is found (`annotations/instances_<split>.json`, `<split>/_annotations.coco.json`, `result.json`, …), and
 * images by their names, wherever in the folder they lie: `images/a.jpg`, `..\\media\\a.jpg` and `a%20b.jpg` are found, too.
 *
 * A box x, y, w, h becomes x, y, x + w, y + h; where there is none, it is that of the mask. Where an annotation has no polygons and no runs
 * that can be used, its mask is its box.
 *
 * Opening reads the whole file, `sample` one image. Nothing outside of the folder of images is read, through links neither.
 *
 * @param path The file, e.g. `annotations/instances_val2017.json`, or the folder of the data.
 * @example
 * const val = readCoco('annotations/instances_val2017.json', { images: 'val2017', onProblem: 'skip' });
 * const pets = readCoco('pets', { split: 'valid' });
 *
 * @throws `readCoco: <file>: <place>: <reason>`, the place an annotation's or an image's id.
 */
export function readCoco(path: string, options: CocoOptions & { masks: true }): CocoDataset<InstanceSample>;
export function readCoco(path: string, options?: CocoOptions): CocoDataset<DetectionSample>;
export function readCoco(path: string, options: CocoOptions = {}): CocoDataset<DetectionSample> {
  checkReader('readCoco', path, options, { masks: 'flag', ...boxReaderKinds });
  const { masks = false, onProblem, maxBytes = 2 ** 29, maxPixels, leastSide, split } = options;
  const log = problemLog('readCoco', onProblem, options);
  try {
    if (split !== undefined) checkSplit(split);
    const opened = open(path, options);
    const source = labelFileOf(opened, split);
    const classes = options.classes && checkNames(options.classes);
    const parsed = readFile(source, { maxBytes, log, classes, masks });
    if (masks) noteUnmasked(parsed, source.file, log);
    const role = roleIn(source.file);
    const part = role === null ? null : partName(source.file);
    const places = imagePlaces(opened.images, placeIn(opened.images, source), part);
    const ids: CocoId[] = [];
    const used = new Set<string>();
    const dataset = annotatedDataset<CocoThing, DetectionSample>({
      finder: fileFinder(opened.images, opened.apart ? ['.', ...places] : places, imageEndings, role),
      classes: { stuff: [], things: parsed.things },
      images: parsed.pictures,
      log,
      limits: { maxPixels, leastSide },
      finish(image, things, _, path) {
        const [height, width] = image.shape;
        const sample = { image, ...thingArrays(things), path };
        return masks ? { ...sample, masks: readMasks(things, { height, width }) } : sample;
      },
      keep: (picture) => ids.push((picture as CocoImage).id),
      found: (file) => used.add(file),
    });
    noteUnusedImages(opened.images, used, { log, parted: opened.parts.size > 1 });
    return { ...dataset, imageIds: ids, categoryIds: parsed.categoryIds };
  } catch (error) {
    throw log.told(error);
  }
}

/** Tells how many objects have no mask: a model would learn their boxes as masks. */
function noteUnmasked({ pictures }: CocoContent, file: string, log: ProblemLog): void {
  let [all, bare] = [0, 0];
  for (const { things } of pictures) {
    all += things.length;
    for (const { parts } of things) if (parts.length === 0) bare++;
  }
  if (bare > 0)
    log.note('notes', file, `${bare} of ${all} objects have neither polygons nor runs: their masks are their boxes`);
}

/** What a file tells. @throws with its path in front where it is no such file. */
function readFile(
  { folder, file }: LabelFile,
  { maxBytes, log, ...options }: { maxBytes: number; log: ProblemLog; classes?: readonly string[]; masks: boolean },
): CocoContent {
  const path = folder.inside(file);
  try {
    const { content, odd } = readLooseJson(path, maxBytes);
    for (const reason of odd) log.note('fields', file, reason);
    return parseCoco(content, { file, log, ...options });
  } catch (error) {
    throw log.told(error, `${path}: `);
  }
}
