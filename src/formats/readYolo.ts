import { parseDocument } from 'yaml';
import type { DetectionSample } from '../data/dataset';
import { type OnProblem, type ProblemLog, problemLog, type ReadDataset } from '../data/problems';
import { type ImageLimits, imageEndings } from '../images/imageFile';
import { type ContainedFolder, containedFolder } from '../platform/containedFolder';
import { decimal, quoted, readText, type TextLimits, textLines } from '../platform/textFile';
import {
  type AnnotatedImage,
  annotatedDataset,
  type BoxLimits,
  checkNames,
  checkSplit,
  thingArrays,
} from './annotated';

/** Settings of {@link readYolo}. */
export interface YoloFolderOptions extends ImageLimits, BoxLimits, TextLimits {
  /** `train`, `val`, …: an entry of data.yaml, or a folder in `images`. */
  split?: string;
  /** Names of the classes, label k is entry k (those of the folder). */
  names?: readonly string[];
  /** Whether the first thing that is wrong is an error, or all of them are left out and counted (`'throw'`). */
  onProblem?: OnProblem;
}

const configs = ['data.yaml', 'data.yml', 'dataset.yaml', 'dataset.yml'];
const nameLists = ['classes.txt', 'labels/classes.txt', 'obj.names', 'names.txt'];

type Config = Map<unknown, unknown>;

/** Size of a data.yaml at most, bytes: the parser's work on keys and anchors grows with their square. */
const mostConfigBytes = 2 ** 17;

/** What data.yaml holds, as a Map: its keys come from outside. */
function readConfig(folder: ContainedFolder, maxBytes: number): { place: string; config: Config } | null {
  const file = configs.find((name) => folder.hasFile(name));
  if (!file) return null;
  const place = folder.inside(file);
  try {
    const document = parseDocument(readText(place, Math.min(maxBytes, mostConfigBytes)), {
      logLevel: 'silent',
      uniqueKeys: false,
      schema: 'core',
    });
    if (document.errors.length > 0) throw new Error(`expected YAML: ${document.errors[0].message.split('\n')[0]}`);
    const config = document.toJS({ mapAsMap: true, maxAliasCount: 20 });
    if (!(config instanceof Map)) throw new Error('expected keys and values, got none');
    return { place, config };
  } catch (error) {
    throw new Error(`${place}: ${(error as Error).message}`, { cause: error });
  }
}

function namesOf({ place, config }: { place: string; config: Config }): string[] {
  const names = config.get('names');
  if (names instanceof Map) {
    const list = Array.from({ length: names.size }, (_, label) => names.get(label) ?? names.get(String(label)));
    if (list.includes(undefined)) throw new Error(`${place}: expected names of the classes from 0 on, got gaps`);
    return checkedNames(place, list);
  }
  return checkedNames(place, names);
}

function checkedNames(place: string, names: unknown): string[] {
  try {
    return checkNames(
      Array.isArray(names) ? names.map((name) => (typeof name === 'number' ? String(name) : name)) : names,
    );
  } catch (error) {
    throw new Error(`${place}: ${(error as Error).message}`, { cause: error });
  }
}

/** The names that a text lists, one a line. */
function listedNames(folder: ContainedFolder, maxBytes: number): string[] {
  const list = nameLists.find((name) => folder.hasFile(name));
  if (list === undefined) {
    throw new Error(
      `${folder.path}: expected the names of the classes in ${configs[0]} or ${nameLists[0]}, found none`,
    );
  }
  const place = folder.inside(list);
  return checkedNames(
    place,
    textLines(readText(place, maxBytes)).map(({ line }) => line),
  );
}

/** The images that a place stands for: all in a folder, or those that a text lists. */
function imagesOf(folder: ContainedFolder, place: string, maxBytes: number): string[] {
  // Exports write paths from a folder beside: what leads there is left out, as Ultralytics does.
  const name = place.replaceAll('\\', '/').replace(/^(\.\.?\/)+/, '');
  if (!name.toLowerCase().endsWith('.txt')) return folder.files(name, imageEndings).map((file) => `${name}/${file}`);
  const list = folder.inside(name);
  try {
    return textLines(readText(list, maxBytes)).map(({ line }) => line.replaceAll('\\', '/').replace(/^(\.\/)+/, ''));
  } catch (error) {
    throw new Error(`${list}: ${(error as Error).message}`, { cause: error });
  }
}

function imageNames(
  folder: ContainedFolder,
  source: { place: string; config: Config } | null,
  { split, maxBytes = 2 ** 26 }: YoloFolderOptions,
): string[] {
  if (split !== undefined) checkSplit(split);
  if (source && split !== undefined && source.config.has(split)) {
    const places = [source.config.get(split)].flat();
    if (!places.every((place): place is string => typeof place === 'string' && place !== '')) {
      throw new Error(`${source.place}: expected paths as ${split}, got ${quoted(places)}`);
    }
    return places.flatMap((place) => imagesOf(folder, place, maxBytes));
  }
  const candidates = split === undefined ? ['images', '.'] : [`images/${split}`, `${split}/images`];
  const found = candidates.find((name) => folder.hasFolder(name));
  if (!found) throw new Error(`${folder.path}: expected images in ${candidates.join(' or ')}, got no such folder`);
  return folder.files(found, imageEndings).map((file) => (found === '.' ? file : `${found}/${file}`));
}

/** `images/train/a.jpg` → `labels/train/a.txt`; beside the image where no folder is called images. */
function labelFile(image: string): string {
  const steps = image.replace(/\.[^./]*$/, '.txt').split('/');
  const folder = steps.lastIndexOf('images');
  if (folder >= 0 && folder < steps.length - 1) steps[folder] = 'labels';
  return steps.join('/');
}

/** A line as a box of shares, or what is wrong with it. */
function parseLine(line: string, classes: number): { label: number; corners: number[] } | string {
  const words = line.split(/\s+/);
  const numbers = words.map(decimal);
  if (words.length !== 5 || numbers.some(Number.isNaN)) return `expected a class and 4 numbers, got ${quoted(line)}`;
  const [label, x, y, width, height] = numbers;
  if (!(Number.isInteger(label) && label >= 0 && label < classes)) {
    return `expected a class below ${classes}, got ${words[0]}`;
  }
  if (![x, y, width, height].every((share) => share >= 0 && share <= 1)) {
    return `expected shares of the image from 0 to 1, got ${quoted(words.slice(1).join(' '))}`;
  }
  if (!(width > 0 && height > 0)) return `expected a box with an area, got ${quoted(words.slice(1).join(' '))}`;
  return { label, corners: [x - width / 2, y - height / 2, x + width / 2, y + height / 2] };
}

function readLabels(
  folder: ContainedFolder,
  image: string,
  classes: number,
  { log, maxBytes }: { log: ProblemLog; maxBytes: number },
): AnnotatedImage {
  const place = labelFile(image);
  const picture: AnnotatedImage = { place, image, size: null, relative: true, things: [] };
  // An image without a file shows nothing: that is how the format says so.
  if (!folder.hasFile(place)) return picture;
  const text = readText(folder.inside(place), maxBytes, { empty: true });
  for (const { line, number } of textLines(text)) {
    const where = `line ${number}`;
    const thing = parseLine(line, classes);
    if (typeof thing === 'string') log.note('objects', `${place}: ${where}`, thing);
    else picture.things.push({ ...thing, place: where });
  }
  return picture;
}

/**
 * Reads images labeled in the format of YOLO: beside `images/<split>/a.jpg` a text `labels/<split>/a.txt`, a thing a line: class,
 * center x, center y, width, height, the last four as shares of the image's sides. An image without a text, or with an empty one,
 * shows nothing. Names of the classes and places of the splits stand in `data.yaml`, or the names in `classes.txt`, one a line.
 *
 * Opening reads all labels, `sample` one image. Nothing outside of the folder is read, through links neither.
 *
 * @throws `readYolo: <file>: line <n>: <reason>`.
 */
export function readYolo(folder: string, options: YoloFolderOptions = {}): ReadDataset<DetectionSample> {
  const { names, onProblem, maxBytes = 2 ** 26, maxPixels, leastSide } = options;
  const log = problemLog('readYolo', onProblem);
  try {
    const opened = containedFolder(folder);
    const source = readConfig(opened, maxBytes);
    const things = names ? checkNames(names) : source ? namesOf(source) : listedNames(opened, maxBytes);
    const pictures = imageNames(opened, source, options).flatMap((image) => {
      try {
        return [readLabels(opened, opened.tidy(image), things.length, { log, maxBytes })];
      } catch (error) {
        if (log.isTold(error)) throw error;
        log.note('images', image, (error as Error).message);
        return [];
      }
    });
    return annotatedDataset({
      folder: opened,
      classes: { stuff: [], things },
      images: pictures,
      log,
      limits: { maxPixels, leastSide },
      finish: (image, list, _, path) => ({ image, ...thingArrays(list), path }),
    });
  } catch (error) {
    throw log.told(error);
  }
}
