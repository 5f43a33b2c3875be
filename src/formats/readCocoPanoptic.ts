import ndarray, { type NdArray } from 'ndarray';
import { checkClasses } from '../data/checkSample';
import { type Classes, type Sample, voidLabel } from '../data/dataset';
import { checkMaskBytes } from '../data/maskBytes';
import { type OnProblem, type ProblemLimits, type ProblemLog, problemLog, type ReadDataset } from '../data/problems';
import { type ImageLimits, imageEndings } from '../images/imageFile';
import type { ContainedFolder } from '../platform/containedFolder';
import { filePieces } from '../platform/fileKinds';
import { readLooseJson } from '../platform/readJson';
import type { TextLimits } from '../platform/textFile';
import { annotatedDataset } from './annotated';
import { checkNames, checkSplit } from './classList';
import type { CocoId } from './cocoJson';
import { imagePlaces, noteUnusedImages } from './dataFolder';
import { fileFinder, filesBelow, thoseThere } from './fileFinder';
import { baseOf, folderOf, joined, stemOf } from './fileNames';
import { type PanopticContent, type PanopticImage, parsePanoptic } from './panopticJson';
import { type LabelFile, labelFileOf, openPartFiles, type PartFiles, placeIn } from './partFiles';
import { partName, roleIn } from './parts';
import { boxReaderKinds, checkReader } from './readerOptions';
import { readIds } from './segmentIds';

/** Settings of {@link readCocoPanoptic}. */
export interface CocoPanopticOptions extends ImageLimits, ProblemLimits, TextLimits {
  /** Folder that the file names of the images begin in, absolute or in the folder of the data (found). */
  images?: string;
  /** File of the annotations, or a folder with one for each part, absolute or in the folder of the data (found). */
  annotations?: string;
  /** A part: `train`, `val`, … (the file that holds all). `val`, `valid` and `validation` are the same. */
  split?: string;
  /** Classes that are read; segments of others are problems, and their pixels void (all of the file, in the order of their ids). */
  classes?: Classes;
  /** Whether the first thing that is wrong is an error, or all of them are left out and counted (`'throw'`). */
  onProblem?: OnProblem;
}

/** Segments have no side that could be too small. */
const { leastSide: _, ...kinds } = boxReaderKinds;

/** What {@link readCocoPanoptic} gives: also the file's own numbers, which results are written with ({@link writeCocoPanoptic}). */
export interface CocoPanopticDataset extends ReadDataset<Sample> {
  /** The file's id of each image. */
  readonly imageIds: readonly CocoId[];
  /** The file's id of each class of `[...stuff, ...things]`; null for a class that the file does not have. */
  readonly categoryIds: readonly (CocoId | null)[];
}

/** Whether a file lists segments of images. */
export function isPanopticFile(path: string): boolean {
  for (const piece of filePieces(path, 32)) if (piece.replaceAll('\0', '').includes('"segments_info"')) return true;
  return false;
}

/** Files of segments of a folder, nearer ones first. */
export function panopticFiles(folder: ContainedFolder): string[] {
  return filesBelow(folder, '.', ['.json']).filter((path) => isPanopticFile(folder.inside(path)));
}

const rank = (path: string) => (/^panoptic/i.test(baseOf(path)) ? 0 : 1);

function open(path: string, { images, annotations }: CocoPanopticOptions): PartFiles {
  const expected = 'annotations/panoptic_train.json with segments_info, or such';
  return openPartFiles(path, { images, annotations, find: panopticFiles, rank, expected });
}

/**
 * The parts that a folder in COCO's panoptic format has: files of annotations called after train, val or test, or in folders called so.
 * @throws `readCocoPanoptic: <reason>` where there are no annotations.
 */
export function cocoPanopticParts(
  path: string,
  options: Pick<CocoPanopticOptions, 'images' | 'annotations'> = {},
): string[] {
  try {
    return [...open(path, options).parts.keys()];
  } catch (error) {
    throw problemLog('readCocoPanoptic', 'skip').told(error);
  }
}

/** Folders in which the PNGs of a file of annotations may lie: one of its name, one beside it, or anywhere. */
function mapPlaces({ folder, file }: LabelFile): string[] {
  const at = folderOf(file);
  const beside = folder.content(at).folders.filter((name) => /panoptic|masks?|maps?|png/i.test(name));
  return thoseThere(folder, [stemOf(file), ...beside.map((name) => joined(at, name)), at, '.']);
}

/**
 * Reads images labeled in COCO's panoptic format: a JSON file whose annotations list the segments of each image (`segments_info`), and a PNG
 * of each image, whose colors are the ids of the segments ({@link rgbToId}). Every pixel has one segment, or is void.
 *
 * A category with `isthing` 0 is of stuff: its segments of an image are one. Each segment of a category of things is an object, with its
 * mask and the box around it; those with `iscrowd` are marked. Classes come in the order of their ids, stuff and things apart.
 *
 * Files are found as by {@link readCoco}: `annotations/panoptic_<split>.json`, its PNGs in the folder of that name beside it, and images
 * wherever in the folder they lie. Pixels of ids that `segments_info` does not list are void, which `problems` tells once an image.
 *
 * Opening reads the whole JSON, `sample` one image and its PNG. Nothing outside of the folders is read, through links neither.
 *
 * @param path The file, e.g. `annotations/panoptic_val2017.json`, or the folder of the data.
 * @example
 * const val = readCocoPanoptic('coco', { split: 'val', onProblem: 'skip' });
 *
 * @throws `readCocoPanoptic: <file>: <place>: <reason>`, the place an image's id or an entry's number.
 * @see Kirillov et al. 2019, Panoptic segmentation; https://cocodataset.org/#format-data
 */
export function readCocoPanoptic(path: string, options: CocoPanopticOptions = {}): CocoPanopticDataset {
  checkReader('readCocoPanoptic', path, options, kinds);
  if (options.classes !== undefined) checkClasses('readCocoPanoptic', options.classes);
  const { onProblem, maxBytes = 2 ** 29, maxPixels, split } = options;
  const log = problemLog('readCocoPanoptic', onProblem, options);
  try {
    if (split !== undefined) checkSplit(split);
    if (options.classes) checkNames([...options.classes.stuff, ...options.classes.things]);
    const opened = open(path, options);
    const source = labelFileOf(opened, split);
    const parsed = readFile(source, { maxBytes, log, classes: options.classes });
    const { classes } = parsed;
    const role = roleIn(source.file);
    const part = role === null ? null : partName(source.file);
    const places = imagePlaces(opened.images, placeIn(opened.images, source), part).filter(
      // The maps have the names of the images.
      (at) => opened.images.path !== source.folder.path || at === '.' || !/panoptic/i.test(baseOf(at)),
    );
    const maps = fileFinder(source.folder, mapPlaces(source), ['.png'], role);
    const images = parsed.pictures.flatMap((picture) => {
      const found = maps.find([picture.map]);
      if (found) return [{ ...picture, map: source.folder.inside(found.path) }];
      log.note('images', picture.at, `${source.folder.inside(folderOf(source.file))}: ${picture.map}: no such map`);
      return [];
    });
    const kept: PanopticImage[] = [];
    const used = new Set<string>();
    const told = new Set<string>();
    const dataset = annotatedDataset<never, Sample>({
      finder: fileFinder(opened.images, opened.apart ? ['.', ...places] : places, imageEndings, role),
      classes,
      images,
      log,
      limits: { maxPixels },
      finish(image, _, picture, path) {
        const { map } = picture as PanopticImage;
        const note = told.has(map) ? () => {} : (reason: string) => log.note('masks', picture.at, reason);
        const parts = panopticParts(picture as PanopticImage, image.shape, { classes, limits: { maxPixels }, note });
        told.add(map);
        return { image, ...parts, path };
      },
      keep: (picture) => kept.push(picture as PanopticImage),
      found: (file) => used.add(file),
    });
    noteUnusedImages(opened.images, used, { log, parted: opened.parts.size > 1 });
    const counts = countedObjects(kept, classes);
    const objects = counts.reduce((sum, count) => sum + count, 0);
    const imageIds = kept.map(({ id }) => id);
    return { ...dataset, objects, objectsOf: counts, imageIds, categoryIds: parsed.categoryIds };
  } catch (error) {
    throw log.told(error);
  }
}

/** What a file tells. @throws with its path in front where it is no such file. */
function readFile(
  { folder, file }: LabelFile,
  { maxBytes, log, classes }: { maxBytes: number; log: ProblemLog; classes?: Classes },
): PanopticContent {
  const path = folder.inside(file);
  try {
    const { content, odd } = readLooseJson(path, maxBytes);
    for (const reason of odd) log.note('fields', file, reason);
    return parsePanoptic(content, { file, log, classes });
  } catch (error) {
    throw log.told(error, `${path}: `);
  }
}

/** Objects of each class of things that files list, crowds left out. */
function countedObjects(pictures: readonly PanopticImage[], { stuff, things }: Classes): number[] {
  const counts = things.map(() => 0);
  for (const { segments } of pictures) {
    for (const { label, crowd } of segments.values())
      if (label >= stuff.length && !crowd) counts[label - stuff.length]++;
  }
  return counts;
}

/** Everything that the PNG of an image tells. */
function panopticParts(
  { map, segments }: PanopticImage,
  shape: readonly number[],
  { classes, limits, note }: { classes: Classes; limits: ImageLimits; note: (reason: string) => void },
): Omit<Sample, 'image'> {
  const ids = readIds(map, limits, 'three bytes');
  const [height, width] = shape;
  if (ids.shape[0] !== height || ids.shape[1] !== width) {
    throw new Error(`${map}: expected a map of ${width}×${height} px, got ${ids.shape[1]}×${ids.shape[0]}`);
  }
  const areas = new Map<number, number>();
  for (const id of ids.data) areas.set(id, (areas.get(id) ?? 0) + 1);
  areas.delete(0);
  const unknown = [...areas.keys()].filter((id) => !segments.has(id));
  if (unknown.length > 0) {
    const shown = `${unknown.slice(0, 3).join(', ')}${unknown.length > 3 ? `, … (${unknown.length})` : ''}`;
    note(`${map}: expected ids that segments_info lists, got ${shown}; their pixels are void`);
  }
  const empty = [...segments.keys()].filter((id) => !areas.has(id));
  if (empty.length > 0) note(`${map}: expected pixels of segment ${empty.slice(0, 3).join(', ')}, found none`);
  const objects = [...segments].filter(([id, { label }]) => label >= classes.stuff.length && areas.has(id));
  const count = objects.length;
  checkMaskBytes(count, { height, width });
  const rowOf = new Map(objects.map(([id], row) => [id, row]));
  const pixels = height * width;
  const [panoptic, semantic] = [new Int32Array(pixels).fill(-1), new Uint8Array(pixels).fill(voidLabel)];
  const masks = new Uint8Array(count * pixels);
  const corners = Float32Array.from(objects.flatMap(() => [width, height, 0, 0]));
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const id = ids.data[i];
      const segment = segments.get(id);
      if (!segment) continue;
      semantic[i] = segment.label;
      const row = rowOf.get(id);
      panoptic[i] = row === undefined ? segment.label : classes.stuff.length + row;
      if (row === undefined) continue;
      masks[row * pixels + i] = 1;
      corners[4 * row] = Math.min(corners[4 * row], x);
      corners[4 * row + 1] = Math.min(corners[4 * row + 1], y);
      corners[4 * row + 2] = Math.max(corners[4 * row + 2], x + 1);
      corners[4 * row + 3] = y + 1;
    }
  }
  const list = <Numbers extends Int32Array | Float32Array | Uint8Array>(numbers: Numbers): NdArray<Numbers> =>
    ndarray(numbers, [count]) as NdArray<Numbers>;
  return {
    boxes: ndarray(corners, [count, 4]),
    labels: list(Int32Array.from(objects, ([, { label }]) => label - classes.stuff.length)),
    areas: list(Float32Array.from(objects, ([id]) => areas.get(id)!)),
    ...(objects.some(([, { crowd }]) => crowd) && {
      crowd: list(Uint8Array.from(objects, ([, { crowd }]) => Number(crowd))),
    }),
    masks: ndarray(masks, [count, height, width]),
    semantic: ndarray(semantic, [height, width]),
    panoptic: ndarray(panoptic, [height, width]),
  };
}
