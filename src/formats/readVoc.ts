import type { NdArray } from 'ndarray';
import { type DetectionSample, type InstanceSample, type SegmentationSample, voidLabel } from '../data/dataset';
import { maskThings } from '../data/maskThings';
import { type OnProblem, type ProblemLog, problemLog, type ReadDataset } from '../data/problems';
import { type ImageLimits, imageEndings } from '../images/imageFile';
import { type ContainedFolder, containedFolder } from '../platform/containedFolder';
import { quoted, readText, type TextLimits, textLines } from '../platform/textFile';
import {
  type AnnotatedImage,
  type AnnotatedThing,
  annotatedDataset,
  type BoxLimits,
  checkNames,
  checkSplit,
  thingArrays,
} from './annotated';
import { readLabelMap } from './readLabelMap';
import { parseVocXml, type VocAnnotation } from './vocXml';

/** The classes of Pascal VOC, in the order of its semantic maps, in which they are 1 … 20, and 0 is the background. */
export const vocClasses: readonly string[] = [
  'aeroplane',
  'bicycle',
  'bird',
  'boat',
  'bottle',
  'bus',
  'car',
  'cat',
  'chair',
  'cow',
  'diningtable',
  'dog',
  'horse',
  'motorbike',
  'person',
  'pottedplant',
  'sheep',
  'sofa',
  'train',
  'tvmonitor',
];

/** Settings of {@link readVoc}. */
export interface VocOptions extends ImageLimits, BoxLimits, TextLimits {
  /** Name of a list in `ImageSets/Main`, or in `ImageSets/Segmentation` for masks: `train`, `val`, … (every image that is annotated). */
  split?: string;
  /**
   * Names of the things, label k is entry k; any other name is a problem. Without them, boxes are of all names that the folder's
   * annotations use, whatever the split, in the order of their characters, and masks of {@link vocClasses}.
   */
  classes?: readonly string[];
  /** What is read: boxes of `Annotations`, the maps of `SegmentationClass`, or the masks of `SegmentationObject` as well (`'boxes'`). */
  labels?: 'boxes' | 'semantic' | 'instances';
  /** Folder of the images (`'JPEGImages'`); `'.'` where all lies in one. */
  images?: string;
  /** Folder of the annotations (`'Annotations'`); `'.'` where all lies in one. */
  annotations?: string;
  /** Whether the first thing that is wrong is an error, or all of them are left out and counted (`'throw'`). */
  onProblem?: OnProblem;
}

/** The names of a split's images, from its list; a second word of a line, as in the lists of one class, is left out. */
function readSplit(folder: ContainedFolder, list: string, maxBytes: number): string[] {
  const names = textLines(readText(folder.inside(list), maxBytes)).map(({ line }) => line.split(/\s+/)[0]);
  const twice = new Set<string>();
  for (const name of names) {
    if (twice.has(name)) throw new Error(`${folder.inside(list)}: expected each image once, got ${quoted(name)} twice`);
    twice.add(name);
  }
  return names;
}

/** Finds an image by the name of its annotation, or else by the file name that it tells. */
function findImage(folder: ContainedFolder, images: string, stem: string, filename: string | null): string {
  const found = imageEndings.map((ending) => `${images}/${stem}${ending}`).find((name) => folder.hasFile(name));
  return found ?? `${images}/${filename ?? `${stem}.jpg`}`;
}

/**
 * Reads images labeled in the format of Pascal VOC: `JPEGImages/*.jpg`, `Annotations/*.xml`, `ImageSets/Main/<split>.txt`; with
 * masks also `SegmentationClass/*.png` and `SegmentationObject/*.png`, palette images in which 255 is {@link voidLabel}.
 *
 * Boxes are px from 1 with the last one inclusive there: xmin, ymin, xmax, ymax becomes xmin − 1, ymin − 1, xmax, ymax. A box with
 * xmin = xmax is one px wide; `leastSide: 2` leaves such accidents out. Where masks are read, the boxes are those around them, and a
 * thing's class is that of most of its pixels.
 *
 * Opening reads all annotations, `sample` one image. Nothing outside of the folder is read, through links neither.
 *
 * @example
 * const train = readVoc('VOCdevkit/VOC2007', { split: 'train', classes: vocClasses });
 * const cells = readVoc('bccd', { split: 'val', onProblem: 'skip', leastSide: 2 });
 * console.log(cells.problems);
 *
 * @throws `readVoc: <file>: <place>: <reason>` where something is missing, damaged, past a limit or not as the annotation says.
 */
export function readVoc(folder: string, options?: VocOptions & { labels?: 'boxes' }): ReadDataset<DetectionSample>;
export function readVoc(folder: string, options: VocOptions & { labels: 'semantic' }): ReadDataset<SegmentationSample>;
export function readVoc(
  folder: string,
  options: VocOptions & { labels: 'instances' },
): ReadDataset<InstanceSample & SegmentationSample>;
export function readVoc(
  folder: string,
  options: VocOptions = {},
): ReadDataset<DetectionSample> | ReadDataset<SegmentationSample> | ReadDataset<InstanceSample & SegmentationSample> {
  const { labels = 'boxes', onProblem } = options;
  const log = problemLog('readVoc', onProblem);
  try {
    if (!['boxes', 'semantic', 'instances'].includes(labels)) {
      throw new Error(`expected labels 'boxes', 'semantic' or 'instances', got ${quoted(labels)}`);
    }
    const opened = containedFolder(folder);
    return labels === 'boxes' ? readBoxes(opened, options, log) : readMasks(opened, { ...options, labels }, log);
  } catch (error) {
    throw log.told(error);
  }
}

function splitNames(
  folder: ContainedFolder,
  { split, maxBytes = 2 ** 26 }: VocOptions,
  lists: 'Main' | 'Segmentation',
  everything: () => string[],
): string[] {
  if (split === undefined) return everything();
  checkSplit(split);
  const list = `ImageSets/${lists}/${split}.txt`;
  try {
    return readSplit(folder, list, maxBytes);
  } catch (error) {
    const { message } = error as Error;
    throw message.includes(list) ? error : new Error(`${folder.inside(list)}: ${message}`, { cause: error });
  }
}

const stemOf = (file: string) => file.replace(/\.[^.]*$/, '');

function readBoxes(folder: ContainedFolder, options: VocOptions, log: ProblemLog): ReadDataset<DetectionSample> {
  const { images = 'JPEGImages', annotations = 'Annotations', maxBytes = 2 ** 26, maxPixels, leastSide } = options;
  const all = () => folder.files(annotations, ['.xml']).map(stemOf);
  const names = splitNames(folder, options, 'Main', all);
  const parsed = new Map<string, VocAnnotation | Error>();
  const read = (name: string) => {
    let annotation = parsed.get(name);
    try {
      annotation ??= parseVocXml(readText(folder.inside(`${annotations}/${name}.xml`), maxBytes));
    } catch (error) {
      annotation = error as Error;
    }
    parsed.set(name, annotation);
    return annotation;
  };
  const used = () => {
    // The names of all splits: label k must mean the same in each.
    const objects = all().flatMap((name) => {
      const annotation = read(name);
      return annotation instanceof Error ? [] : annotation.objects;
    });
    const found = new Set(objects.flatMap((object) => (typeof object === 'string' ? [] : [object.name])));
    return [...found].sort((one, other) => (one < other ? -1 : 1));
  };
  const things = options.classes ? checkNames(options.classes) : used();
  const labelOf = new Map(things.map((name, label) => [name, label]));

  const pictures: AnnotatedImage[] = [];
  for (const name of names) {
    const place = `${annotations}/${name}.xml`;
    try {
      const annotation = read(name);
      if (annotation instanceof Error) throw annotation;
      const picture: AnnotatedImage = {
        place,
        image: findImage(folder, images, name, annotation.filename),
        size: annotation.size,
        things: [],
      };
      for (const [i, object] of annotation.objects.entries()) {
        const where = { place: `object ${i + 1}` };
        const label = typeof object === 'string' ? undefined : labelOf.get(object.name);
        if (typeof object === 'string') log.note('objects', `${place}: ${where.place}`, object);
        else if (label === undefined) {
          log.note(
            'objects',
            `${place}: ${where.place}`,
            `expected one of ${things.join(', ')}, got ${quoted(object.name)}`,
          );
        } else {
          const [xmin, ymin, xmax, ymax] = object.corners;
          picture.things.push({
            ...where,
            label,
            difficult: object.difficult,
            corners: [xmin - 1, ymin - 1, xmax, ymax],
          });
        }
      }
      pictures.push(picture);
    } catch (error) {
      if (log.isTold(error)) throw error;
      log.note('images', place, (error as Error).message);
    }
  }
  return annotatedDataset({
    folder,
    classes: { stuff: [], things },
    images: pictures,
    log,
    limits: { maxPixels, leastSide },
    finish: (image, list, _, path) => ({ image, ...thingArrays(list), path }),
  });
}

function readMasks(
  folder: ContainedFolder,
  options: VocOptions,
  log: ProblemLog,
): ReadDataset<InstanceSample & SegmentationSample> | ReadDataset<SegmentationSample> {
  const { images = 'JPEGImages', maxPixels, labels } = options;
  const things = checkNames(options.classes ?? vocClasses);
  if (things.length >= voidLabel) {
    throw new Error(`expected fewer than ${voidLabel} classes beside the background, got ${things.length}`);
  }
  const all = () => folder.files('SegmentationClass', ['.png']).map(stemOf);
  const names = splitNames(folder, options, 'Segmentation', all);
  const pictures: (AnnotatedImage & { stem: string })[] = names.flatMap((stem) => {
    const place = `SegmentationClass/${stem}.png`;
    try {
      const parts = ['SegmentationClass', ...(labels === 'instances' ? ['SegmentationObject'] : [])];
      const missing = parts.map((part) => `${part}/${stem}.png`).find((name) => !folder.hasFile(name));
      if (missing) throw new Error(`${folder.inside(missing)}: no such map`);
      return [{ place, stem, image: findImage(folder, images, stem, null), size: null, things: [] }];
    } catch (error) {
      log.note('images', place, (error as Error).message);
      return [];
    }
  });

  return annotatedDataset<AnnotatedThing, InstanceSample & SegmentationSample>({
    folder,
    classes: { stuff: ['background'], things },
    images: pictures,
    log,
    limits: { maxPixels },
    finish(image, _, { image: name }, path) {
      const stem = stemOf(name).slice(images.length + 1);
      const pathOf = (part: string) => folder.inside(`${part}/${stem}.png`);
      const semantic = readLabelMap(pathOf('SegmentationClass'), image.shape, { maxPixels });
      checkLabels(semantic, things.length, pathOf('SegmentationClass'));
      if (labels === 'semantic') return { image, semantic, path } as InstanceSample & SegmentationSample;
      const objects = readLabelMap(pathOf('SegmentationObject'), image.shape, { maxPixels });
      return { image, semantic, ...objectMasks(objects, semantic, things.length), path };
    },
  });
}

function checkLabels({ data, shape }: NdArray<Uint8Array>, most: number, path: string): void {
  for (let i = 0; i < data.length; i++) {
    if (data[i] <= most || data[i] === voidLabel) continue;
    const at = `[${Math.floor(i / shape[1])}, ${i % shape[1]}]`;
    throw new Error(`${path}: expected labels from 0 to ${most}, or ${voidLabel}, got ${data[i]} at ${at}`);
  }
}

/** Masks, boxes and labels of the things of an object map, each of the class that most of its pixels have; those of none are left out. */
function objectMasks(objects: NdArray<Uint8Array>, semantic: NdArray<Uint8Array>, classes: number) {
  // [object, class]: pixels. One pass over the image, however many things there are.
  const votes = new Uint32Array(256 * (classes + 1));
  for (let i = 0; i < objects.size; i++) {
    const label = semantic.data[i];
    if (label !== 0 && label !== voidLabel) votes[objects.data[i] * (classes + 1) + label]++;
  }
  return maskThings(objects, (id) => {
    const own = votes.subarray(id * (classes + 1), (id + 1) * (classes + 1));
    return own.some((count) => count > 0) ? own.indexOf(Math.max(...own)) - 1 : null;
  });
}
