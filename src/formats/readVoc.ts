import type { NdArray } from 'ndarray';
import { largest } from '../checks/extremes';
import { type DetectionSample, type InstanceSample, type SegmentationSample, voidLabel } from '../data/dataset';
import { maskThings } from '../data/maskThings';
import { type OnProblem, type ProblemLog, problemLog, type ReadDataset } from '../data/problems';
import { type ImageLimits, imageEndings } from '../images/imageFile';
import { quoted, type TextLimits } from '../platform/textFile';
import { type AnnotatedImage, type AnnotatedThing, annotatedDataset, type BoxLimits, thingArrays } from './annotated';
import { checkNames, checkSplit, noClass, sortedNames } from './classList';
import { readColorClasses } from './colorClasses';
import { imagePlaces, noteUnusedImages } from './dataFolder';
import { type FileFinder, fileFinder } from './fileFinder';
import { baseOf, endsWith, folderOf, joined, stemOf } from './fileNames';
import { labelText, listEntries, mostLabelBytes, mostTextBytes } from './labelText';
import { roleIn } from './parts';
import { boxReaderKinds, checkReader } from './readerOptions';
import { readLabelMap } from './readLabelMap';
import { semanticMaps } from './semanticMaps';
import { storedSize } from './storedSize';
import { filesByStem, listedFile, objectsFolder, openVocFolder, partOf, type VocFolder } from './vocFolder';
import { declaredEncoding, parseVocXml, type VocAnnotation } from './vocXml';

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
  /**
   * Name of a list in `ImageSets/Main`, or in `ImageSets/Segmentation` for masks, or of a folder: `train`, `val`, … (every image that is
   * annotated). `val`, `valid` and `validation` are the same.
   */
  split?: string;
  /**
   * Names of the things, label k is entry k; any other name is a problem. Without them, boxes are of all names that the folder's
   * annotations use, whatever the split, in the order of their characters, and masks of {@link vocClasses} or of `labelmap.txt`.
   */
  classes?: readonly string[];
  /** What is read: boxes of `Annotations`, the maps of `SegmentationClass`, or the masks of `SegmentationObject` as well (`'boxes'`). */
  labels?: 'boxes' | 'semantic' | 'instances';
  /** Folder of the images, absolute or in the folder of the data (found). */
  images?: string;
  /** Folder of the annotations, or of the maps of classes, absolute or in the folder of the data (found). */
  annotations?: string;
  /** Whether the first thing that is wrong is an error, or all of them are left out and counted (`'throw'`). */
  onProblem?: OnProblem;
}

/**
 * The parts that a folder in VOC's format has: lists in `ImageSets/Main` (for masks `Segmentation`) or beside the folders, or folders called
 * train, val or test.
 * @throws `readVoc: <reason>` where there are no annotations, or no maps.
 */
export function vocParts(
  folder: string,
  { images, annotations, labels = 'boxes' }: Pick<VocOptions, 'images' | 'annotations' | 'labels'> = {},
): string[] {
  try {
    return [...openVocFolder(folder, { images, annotations, maps: labels !== 'boxes' }).parts.keys()];
  } catch (error) {
    throw problemLog('readVoc', 'skip').told(error);
  }
}

/**
 * Reads images labeled in the format of Pascal VOC: `JPEGImages/*.jpg`, `Annotations/*.xml`, `ImageSets/Main/<split>.txt`; with
 * masks also `SegmentationClass/*.png` and `SegmentationObject/*.png`, in which 255 is {@link voidLabel}; see {@link readMaskFolders} for
 * what else maps may be.
 *
 * Other folders are known as well: those of labelImg, CVAT, Roboflow, Label Studio and makesense, `images` and `annots` beside each other,
 * `.xml` beside `.jpg`, a folder for each part. An image is found by the name of its annotation, whatever the case and the ending, or else
 * by the file name that it tells.
 *
 * Boxes are px from 1 with the last one inclusive there: xmin, ymin, xmax, ymax becomes xmin − 1, ymin − 1, xmax, ymax. A box with
 * xmin = xmax is one px wide; `leastSide: 2` leaves such accidents out. Where masks are read, the boxes are those around them, and a
 * thing's class is that of most of its pixels.
 *
 * Opening reads all annotations, `sample` one image. Nothing outside of the folders is read, through links neither.
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
  checkReader('readVoc', folder, options, { labels: 'any', ...boxReaderKinds });
  const { labels = 'boxes', onProblem, split, images, annotations } = options;
  const log = problemLog('readVoc', onProblem, options);
  try {
    if (!['boxes', 'semantic', 'instances'].includes(labels)) {
      throw new Error(`expected labels 'boxes', 'semantic' or 'instances', got ${quoted(labels)}`);
    }
    if (split !== undefined) checkSplit(split);
    const opened = openVocFolder(folder, { images, annotations, maps: labels !== 'boxes' });
    return labels === 'boxes' ? readBoxes(opened, options, log) : readMasks(opened, { ...options, labels }, log);
  } catch (error) {
    throw log.told(error);
  }
}

/** The files of a part, or of all: those that a list names, or those in folders. */
function filesOf(opened: VocFolder, options: VocOptions, endings: readonly string[], log: ProblemLog): string[] {
  const { folder, labels, whole } = opened;
  const { split, maxBytes = mostTextBytes } = options;
  const inFolders = (places: readonly string[]) =>
    places.flatMap((at) =>
      labels.content(at).files.flatMap((file) => (endsWith(file, endings) ? [joined(at, file)] : [])),
    );
  const part = split === undefined ? { folders: whole } : partOf(opened, split);
  if ('folders' in part) return inFolders(part.folders);
  const byStem = filesByStem(labels, whole, endings);
  // In their order, each once.
  const files = new Set<string>();
  for (const { line, number } of listEntries(folder, part.list, { log, maxBytes })) {
    const at = { file: part.list, place: `line ${number}` };
    const file = listedFile(line, byStem);
    if (file === undefined) {
      log.note('images', at, `expected the name of a file in ${whole.join(', ')}, got ${quoted(line)}`);
    } else if (files.has(file)) {
      log.note('repeats', at, `expected each image once, got ${quoted(line)} again`);
    } else files.add(file);
  }
  return [...files];
}

/** Finders of images, one for each folder of labels. */
function imageFinders({ images, apart }: VocFolder): (file: string) => FileFinder {
  const finders = new Map<string, FileFinder>();
  return (file) => {
    const at = folderOf(file);
    let finder = finders.get(at);
    if (!finder) {
      finder = fileFinder(images, apart ? ['.'] : imagePlaces(images, at), imageEndings, roleIn(at));
      finders.set(at, finder);
    }
    return finder;
  };
}

/** The annotations of files, each read once. */
function annotationReader(
  { labels }: VocFolder,
  maxBytes: number,
  log: ProblemLog,
): (file: string) => VocAnnotation | Error {
  const parsed = new Map<string, VocAnnotation | Error>();
  return (file) => {
    let annotation = parsed.get(file);
    if (!annotation) {
      try {
        annotation = parseVocXml(labelText(labels, file, { log, maxBytes, declared: declaredEncoding }));
      } catch (error) {
        if (log.isTold(error)) throw error;
        annotation = error as Error;
      }
      parsed.set(file, annotation);
    }
    return annotation;
  };
}

/** The things of an annotation that are of one of the classes; what is odd goes to the log. */
function thingsOf(
  { objects, odd }: VocAnnotation,
  file: string,
  { things, labelOf, log }: { things: readonly string[]; labelOf: ReadonlyMap<string, number>; log: ProblemLog },
): AnnotatedThing[] {
  for (const reason of odd) log.note('fields', file, reason);
  return objects.flatMap((object, i) => {
    const at = { file, place: `object ${i + 1}` };
    if (typeof object === 'string') {
      log.note('objects', at, object);
      return [];
    }
    for (const reason of object.odd) log.note('fields', at, reason);
    const label = labelOf.get(object.name);
    if (label === undefined) {
      log.note('objects', at, noClass(things, object.name));
      return [];
    }
    return [{ place: at.place, label, difficult: object.difficult, corners: object.corners }];
  });
}

function readBoxes(opened: VocFolder, options: VocOptions, log: ProblemLog): ReadDataset<DetectionSample> {
  const { maxBytes, maxPixels, leastSide, split } = options;
  for (const at of opened.unused) log.note('unused', at, 'annotations that belong to no part');
  const files = filesOf(opened, options, ['.xml'], log);
  const read = annotationReader(opened, maxBytes ?? mostLabelBytes, log);
  const used = () => {
    // The names of all splits: label k must mean the same in each.
    const all = [...new Set([...filesOf(opened, { maxBytes }, ['.xml'], log), ...files])];
    const objects = all.flatMap((file) => {
      const annotation = read(file);
      return annotation instanceof Error ? [] : annotation.objects;
    });
    return sortedNames(objects.flatMap((object) => (typeof object === 'string' ? [] : [object.name])));
  };
  const things = options.classes ? checkNames(options.classes) : used();
  const labelOf = new Map(things.map((name, label) => [name, label]));

  const finderOf = imageFinders(opened);
  const shown = new Set<string>();
  const pictures: AnnotatedImage[] = [];
  for (const file of files) {
    const annotation = read(file);
    if (annotation instanceof Error) {
      log.note('images', file, annotation.message);
      // Its image is no other one without an annotation.
      const image = finderOf(file).find([stemOf(baseOf(file))]);
      if (image) shown.add(image.path);
      continue;
    }
    const names = [stemOf(baseOf(file)), ...annotation.filenames];
    const { size } = annotation;
    pictures.push({ at: { file }, names, size, things: thingsOf(annotation, file, { things, labelOf, log }) });
  }
  const dataset = annotatedDataset({
    finder: ({ at }) => finderOf(at.file),
    classes: { stuff: [], things },
    images: pictures,
    log,
    limits: { maxPixels, leastSide },
    finish: (image, list, _, path) => ({ image, ...thingArrays(list), path }),
    found: (file) => shown.add(file),
  });
  // Of a list, the images of the others are no surprise.
  if (split === undefined || 'folders' in partOf(opened, split))
    noteUnusedImages(opened.images, shown, { log, parted: opened.parts.size > 1 });
  return dataset;
}

function readMasks(
  opened: VocFolder,
  options: VocOptions,
  log: ProblemLog,
): ReadDataset<InstanceSample & SegmentationSample> | ReadDataset<SegmentationSample> {
  const { maxBytes = mostTextBytes, maxPixels, labels } = options;
  const colors = readColorClasses(opened.folder, { log, maxBytes });
  const listed = colors?.names && colors.names.length > 1 ? colors.names.slice(1) : null;
  const things = checkNames(options.classes ?? listed ?? vocClasses);
  if (things.length >= voidLabel) {
    throw new Error(`expected fewer than ${voidLabel} classes beside the background, got ${things.length}`);
  }
  const finderOf = imageFinders(opened);
  const limits = { maxPixels };
  const sizeOf = (file: string, names: readonly string[]) => {
    const found = finderOf(file).find(names);
    return found && storedSize(opened.images.inside(found.path), opened.labels.inside(file), limits);
  };
  const pictures = filesOf(opened, options, ['.png'], log).flatMap((file) => {
    const objects = joined(objectsFolder(folderOf(file)), baseOf(file));
    try {
      if (labels === 'instances' && objects === file) {
        throw new Error(
          `${opened.labels.path}: expected the folder above SegmentationClass and SegmentationObject, got one of them`,
        );
      }
      if (labels === 'instances' && !opened.labels.hasFile(objects)) {
        throw new Error(`${opened.labels.inside(objects)}: no such map`);
      }
      const paths = { classes: opened.labels.inside(file), objects: opened.labels.inside(objects) };
      const names = [stemOf(baseOf(file))];
      return [{ at: { file }, names, size: sizeOf(file, names), things: [], paths }];
    } catch (error) {
      log.note('images', file, (error as Error).message);
      return [];
    }
  });
  const names = ['background', ...things];
  const maps = pictures.map(({ paths }) => [paths.classes]);
  const { path: folder } = opened.labels;
  const read = semanticMaps({ names, colors, maps, apart: false, limits, log, folder });
  return annotatedDataset<AnnotatedThing, InstanceSample & SegmentationSample>({
    finder: ({ at }) => finderOf(at.file),
    classes: { stuff: ['background'], things },
    images: pictures,
    log,
    limits,
    finish(image, _, picture, path) {
      const { paths } = picture as (typeof pictures)[number];
      const semantic = read([paths.classes], image.shape);
      if (labels === 'semantic') return { image, semantic, path } as InstanceSample & SegmentationSample;
      const { numbers } = readLabelMap(paths.objects, limits);
      return { image, semantic, ...objectMasks(numbers, semantic, things.length), path };
    },
  });
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
    return own.some((count) => count > 0) ? own.indexOf(largest(own)) - 1 : null;
  });
}
