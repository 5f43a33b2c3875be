import type { NdArray } from 'ndarray';
import type { DetectionSample, InstanceSample } from '../data/dataset';
import { type OnProblem, type ProblemLog, problemLog, type ReadDataset } from '../data/problems';
import { type ImageLimits, imageEndings } from '../images/imageFile';
import { join } from '../platform/paths';
import { type TextLimits, textLines } from '../platform/textFile';
import type { ImageSize } from '../shape/types';
import { type AnnotatedImage, type AnnotatedThing, annotatedDataset, type BoxLimits, thingArrays } from './annotated';
import { type ClassList, checkNames, checkSplit, noClass } from './classList';
import { type FileFinder, fileFinder, filesBelow } from './fileFinder';
import { endsWith, folderOf, isAmongMaps, joined } from './fileNames';
import { labelText, listEntries, mostLabelBytes, mostTextBytes } from './labelText';
import { boxMask, stackedMasks } from './objectMasks';
import { roleIn } from './parts';
import { boxReaderKinds, checkReader } from './readerOptions';
import { polygonMask } from './rle';
import { isClassList } from './yoloConfig';
import { type ImageSource, labelFinder, listPlaces, openYoloFolder, sourcesOf, type YoloFolder } from './yoloFolder';
import { parseYoloRow, type YoloRow } from './yoloLabels';

/** Settings of {@link readYolo}. */
export interface YoloFolderOptions extends ImageLimits, BoxLimits, TextLimits {
  /** `train`, `val`, …: an entry of data.yaml, a list, or a folder; `val`, `valid` and `validation` are the same (all images in `images`). */
  split?: string;
  /** Folder of the images, absolute or in the folder of the data (found). */
  images?: string;
  /** Folder of the labels, absolute or in the folder of the data (found). */
  annotations?: string;
  /** Names of the classes by the numbers of the files (those of the folder). */
  names?: readonly string[];
  /** Classes that are read, label k is entry k; things of others are problems (all that the folder names, in their order). */
  classes?: readonly string[];
  /** Whether masks are made of the outlines (false: the boxes around them alone). */
  masks?: boolean;
  /** Whether the first thing that is wrong is an error, or all of them are left out and counted (`'throw'`). */
  onProblem?: OnProblem;
}

/** A thing, and its outline in shares of the sides. */
interface YoloThing extends AnnotatedThing {
  polygon: number[] | null;
  /** What the file calls its class. */
  kind: YoloRow['kind'];
}

type YoloImage = AnnotatedImage<YoloThing> & { image: string };

interface ReadOptions {
  log: ProblemLog;
  maxBytes: number;
}

/** The images of a part, each once. */
function imagesOf(opened: YoloFolder, sources: readonly ImageSource[], options: ReadOptions): string[] {
  const { images: folder } = opened;
  const found = sources.flatMap((source) => {
    if ('folder' in source) {
      const all = filesBelow(folder, source.folder, imageEndings);
      return isAmongMaps(source.folder) ? all : all.filter((file) => !isAmongMaps(folderOf(file)));
    }
    const finder = fileFinder(folder, listPlaces(folder, source.list), imageEndings, roleIn(source.list));
    const inside = new Set<string>();
    const files: string[] = [];
    for (const { line, number } of listEntries(folder, source.list, options)) {
      const file = finder.find([line]);
      if (file) files.push(file.path);
      else options.log.note('images', { file: source.list, place: `line ${number}` }, missing(finder, line, inside));
    }
    return files;
  });
  return [...new Set(found)];
}

/** Why a file of a list is not read: it lies elsewhere, or is not there. @param inside folders that are known to lead nowhere else. */
function missing({ folder }: FileFinder, name: string, inside: Set<string>): string {
  try {
    const tidy = folder.tidy(name);
    if (!inside.has(folderOf(tidy))) folder.inside(folderOf(tidy));
    inside.add(folderOf(tidy));
    return `${join(folder.path, tidy)}: no such image`;
  } catch (error) {
    return (error as Error).message;
  }
}

/** What was met in the rows of all files, told once. */
interface Met {
  confidence: number;
  points: number;
  outlines: number;
}

function readRows(
  text: string,
  file: string,
  { pose, met, log }: { pose: number; met: Met; log: ProblemLog },
): YoloThing[] {
  return textLines(text).flatMap(({ line, number }) => {
    const place = `line ${number}`;
    const row = parseYoloRow(line, pose);
    if (typeof row === 'string') {
      log.note('objects', { file, place }, row);
      return [];
    }
    if (row.more) met[row.more]++;
    const { kind, corners, polygon } = row;
    if (polygon) met.outlines++;
    return [{ place, label: -1, kind, corners, polygon, rest: () => String(polygon) }];
  });
}

function readLabels(opened: YoloFolder, images: readonly string[], options: ReadOptions): YoloImage[] {
  const { log, maxBytes } = options;
  const finder = labelFinder(opened);
  const met: Met = { confidence: 0, points: 0, outlines: 0 };
  const used = new Set<string>();
  const read = images.flatMap((image): YoloImage[] => {
    const common = { image, names: [image], size: null, relative: true } as const;
    const file = finder.find(image);
    // An image without a file shows nothing: that is how the format says so.
    if (file === null) {
      log.note('unlabeled', image, 'expected a text of that name with its labels, found none');
      return [{ ...common, at: { file: image }, things: [] }];
    }
    used.add(file);
    try {
      const text = labelText(opened.labels, file, { log, maxBytes, empty: true });
      const things = readRows(text, file, { pose: opened.config?.pose ?? 0, met, log });
      return [{ ...common, at: { file }, things }];
    } catch (error) {
      if (log.isTold(error)) throw error;
      log.note('images', image, (error as Error).message);
      return [];
    }
  });
  const { path } = opened.labels;
  if (met.confidence > 0) log.note('notes', path, `confidences behind ${met.confidence} boxes are not read`);
  if (met.outlines > 0)
    log.note('notes', path, `${met.outlines} rows are outlines or turned boxes; the boxes around them are read`);
  if (met.points > 0) log.note('notes', path, `points of poses behind ${met.points} boxes are not read`);
  noteUnused(opened, finder.placesOf, { images, used, log });
  return read;
}

/** Notes the texts beside the labels that belong to no image. */
function noteUnused(
  { labels, parts }: YoloFolder,
  placesOf: (at: string) => string[],
  { images, used, log }: { images: readonly string[]; used: ReadonlySet<string>; log: ProblemLog },
): void {
  const folders = new Set(images.map(folderOf));
  const places = new Set([...folders].flatMap((at) => placesOf(at).slice(0, 1)));
  for (const at of places) {
    // Labels of all parts in one folder: the others are not missing an image.
    if (parts.size > 1 && roleIn(at) === null) continue;
    for (const file of labels.content(at).files) {
      const path = joined(at, file);
      if (!endsWith(file, ['.txt']) || isClassList(file) || used.has(path) || parts.has(file.slice(0, -4))) continue;
      log.note('unused', path, 'expected an image of that name, found none');
    }
  }
}

/** The classes that are read. */
interface YoloClasses {
  things: string[];
  /** The label of what a row calls its class; −1 for none of them. */
  labelOf(kind: YoloRow['kind']): number;
  /** Why what a row calls its class is none of them. */
  reasonOf(kind: YoloRow['kind']): string;
}

/** The classes that are read, of those that the folder names or its rows use. */
function classesOf(
  opened: YoloFolder,
  read: readonly YoloImage[],
  { names, classes }: YoloFolderOptions,
  log: ProblemLog,
): YoloClasses {
  const own: ClassList | null = names
    ? { names: checkNames(names), labels: names.map((_, k) => k) }
    : (opened.config?.classes ?? null);
  const wanted = classes ? checkNames(classes) : null;
  const numbers = own ?? numbered(opened, read, wanted, log);
  const things = wanted ?? numbers.names;
  return {
    things,
    labelOf(kind) {
      const label = typeof kind === 'number' ? numbers.labels[kind] : numbers.names.indexOf(kind);
      return label === undefined || label < 0 ? -1 : things.indexOf(numbers.names[label]);
    },
    reasonOf(kind) {
      const label = typeof kind === 'number' ? numbers.labels[kind] : undefined;
      if (typeof kind === 'number' && label === undefined)
        return `expected a class below ${numbers.labels.length}, got ${kind}`;
      return noClass(things, label === undefined ? kind : numbers.names[label]);
    },
  };
}

/** Classes of a folder that does not name them: those that are wanted, or `class 0`, `class 1`, … */
function numbered(
  { images }: YoloFolder,
  read: readonly YoloImage[],
  wanted: readonly string[] | null,
  log: ProblemLog,
): ClassList {
  if (wanted) return { names: [...wanted], labels: wanted.map((_, k) => k) };
  log.note('fields', images.path, 'expected the names of the classes in data.yaml or classes.txt, found none');
  const kinds = read.flatMap(({ things }) => things.map(({ kind }) => kind));
  const named = kinds.filter((kind) => typeof kind === 'string');
  if (named.length > 0) return { names: [...new Set(named)].sort(), labels: [] };
  const most = kinds.reduce<number>((max, kind) => Math.max(max, kind as number), -1);
  const count = Math.min(1000, Math.floor(most) + 1);
  return {
    names: Array.from({ length: count }, (_, k) => `class ${k}`),
    labels: Array.from({ length: count }, (_, k) => k),
  };
}

/** The things of an image whose classes are known, with their labels. */
function labeled(read: YoloImage, { labelOf, reasonOf }: YoloClasses, log: ProblemLog) {
  return read.things.flatMap((thing): YoloThing[] => {
    const label = labelOf(thing.kind);
    if (label >= 0) return [{ ...thing, label }];
    log.note('objects', { file: read.at.file, place: thing.place }, reasonOf(thing.kind));
    return [];
  });
}

/** Masks of outlines, and of the boxes of those that have none. */
function masksOf(things: readonly YoloThing[], size: ImageSize): NdArray<Uint8Array> {
  return stackedMasks(things.length, size, (g) => {
    const { polygon, corners } = things[g];
    if (!polygon) return boxMask(corners, size);
    return polygonMask([polygon.map((share, k) => share * (k % 2 === 0 ? size.width : size.height))], size);
  });
}

/**
 * The parts that a folder in YOLO's format has: those of data.yaml or obj.data, or else lists or folders called train, val or test.
 * @throws `readYolo: <reason>` where the folder cannot be opened.
 */
export function yoloParts(folder: string, options: Pick<YoloFolderOptions, 'images' | 'annotations'> = {}): string[] {
  const log = problemLog('readYolo', 'skip');
  try {
    return [...openYoloFolder(folder, { ...options, log, maxBytes: mostTextBytes }).parts.keys()];
  } catch (error) {
    throw log.told(error);
  }
}

/**
 * The names of the classes that a folder in YOLO's format tells, in the order of their numbers; null where it tells none.
 * @throws `readYolo: <reason>` where the folder cannot be opened.
 */
export function yoloNames(
  folder: string,
  options: Pick<YoloFolderOptions, 'images' | 'annotations'> = {},
): string[] | null {
  const log = problemLog('readYolo', 'skip');
  try {
    return openYoloFolder(folder, { ...options, log, maxBytes: mostTextBytes }).config?.classes?.names ?? null;
  } catch (error) {
    throw log.told(error);
  }
}

/**
 * Reads images labeled in the format of YOLO: beside `images/<split>/a.jpg` a text `labels/<split>/a.txt`, a thing a line: class,
 * center x, center y, width, height, the last four as shares of the image's sides; or class and an outline x, y, x, y, …, of which the
 * box around is read, and with `masks` the mask. An image without a text, or with an empty one, shows nothing. Names of the classes and
 * places of the splits stand in `data.yaml`, or the names in `classes.txt` or `obj.names`, one a line.
 *
 * Folders of Ultralytics, Roboflow, CVAT (1.1 and Ultralytics), Label Studio, makesense and labelImg are known: `train/images` as well as
 * `images/train`, texts beside the images, lists of images, paths in data.yaml that come from another machine.
 *
 * Shares may lie up to 0.01 outside of the image, where boxes are cut off; a row that is there twice is read once. A confidence behind a
 * box, and points of a pose, are left out.
 *
 * Opening reads all labels, `sample` one image. Nothing outside of the folders is read, through links neither.
 *
 * @param folder The folder, or its data.yaml.
 * @throws `readYolo: <file>: line <n>: <reason>`.
 */
export function readYolo(folder: string, options: YoloFolderOptions & { masks: true }): ReadDataset<InstanceSample>;
export function readYolo(folder: string, options?: YoloFolderOptions): ReadDataset<DetectionSample>;
export function readYolo(folder: string, options: YoloFolderOptions = {}): ReadDataset<DetectionSample> {
  checkReader('readYolo', folder, options, { names: 'any', masks: 'flag', ...boxReaderKinds });
  const { onProblem, maxBytes = mostTextBytes, maxPixels, leastSide, masks = false, split } = options;
  const log = problemLog('readYolo', onProblem, options);
  try {
    if (split !== undefined) checkSplit(split);
    const opened = openYoloFolder(folder, { images: options.images, annotations: options.annotations, log, maxBytes });
    const images = imagesOf(opened, sourcesOf(opened, split), { log, maxBytes });
    const read = readLabels(opened, images, { log, maxBytes: options.maxBytes ?? mostLabelBytes });
    const classes = classesOf(opened, read, options, log);
    return annotatedDataset<YoloThing, DetectionSample>({
      finder: fileFinder(opened.images, ['.'], imageEndings),
      classes: { stuff: [], things: classes.things },
      images: read.map((picture) => ({ ...picture, things: labeled(picture, classes, log) })),
      log,
      limits: { maxPixels, leastSide },
      finish(image, list, _, path) {
        const [height, width] = image.shape;
        const sample = { image, ...thingArrays(list), path };
        return masks ? { ...sample, masks: masksOf(list, { height, width }) } : sample;
      },
    });
  } catch (error) {
    throw log.told(error);
  }
}
