import ndarray, { type NdArray } from 'ndarray';
import type { Classes, DetectionSample, ImageSample } from '../data/dataset';
import {
  ImageProblem,
  type ProblemLimits,
  type ProblemLog,
  type ProblemPlace,
  type ReadDataset,
} from '../data/problems';
import { turnSample } from '../data/turnSample';
import { readImage } from '../images/image';
import type { ImageLimits } from '../images/imageFile';
import { readImageHeader } from '../images/imageSize';
import { turnedSize } from '../images/orientation';
import { join } from '../platform/paths';
import type { ImageSize } from '../shape/types';
import type { FileFinder } from './fileFinder';
import { folderOf } from './fileNames';
import { fitBox, showBox, showSize } from './fitBox';

/** One thing as an annotation tells it. */
export interface AnnotatedThing {
  /** Where it stands, for errors: `object 3`, `line 12`, `annotation 1768`. */
  place: string;
  /** x1, y1, x2, y2 in px, right and lower edge exclusive. */
  corners: readonly number[];
  label: number;
  difficult?: boolean;
  crowd?: boolean;
  area?: number;
  /** What else it must have in common with another of the same box and label to be a repeat of it. */
  rest?(): string;
}

/** One image as an annotation tells it. */
export interface AnnotatedImage<Thing extends AnnotatedThing = AnnotatedThing> {
  /** Where it is told of, for errors: a file, and a place in it where that tells of many. */
  at: ProblemPlace;
  /** Names of its file, likeliest first; see {@link FileFinder}. */
  names: readonly string[];
  /** Size that the annotation claims; null where it does not say. */
  size: ImageSize | null;
  /** Whether corners are shares of the image's sides, until its size is known. */
  relative?: boolean;
  things: Thing[];
}

/** Bounds of what a reader takes, for boxes. */
export interface BoxLimits extends ProblemLimits {
  /** Least side of a box, px (0: all that have an area); smaller ones are problems. */
  leastSide?: number;
}

/** Corners in px of an image of a size that may not be known yet. */
function cornersOf({ corners }: AnnotatedThing, relative: boolean | undefined, size: ImageSize | null) {
  return relative && size ? corners.map((share, k) => share * (k % 2 === 0 ? size.width : size.height)) : corners;
}

/** The thing of the same box and rest that was there before; a new one is entered. The rest is only asked for where boxes are the same. */
function repeated<Thing extends AnnotatedThing>(
  seen: Map<string, Thing | Map<string | undefined, Thing>>,
  key: string,
  thing: Thing,
): Thing | undefined {
  const same = seen.get(key);
  if (!same) {
    seen.set(key, thing);
    return undefined;
  }
  const byRest = same instanceof Map ? same : new Map([[same.rest?.(), same]]);
  if (byRest !== same) seen.set(key, byRest);
  const rest = thing.rest?.();
  const before = byRest.get(rest);
  if (!before) byRest.set(rest, thing);
  return before;
}

/** The things of an image of a known size whose boxes can be used, each once, cut off at its borders. */
function fitThings<Thing extends AnnotatedThing>(
  { at, things, relative }: AnnotatedImage<Thing>,
  size: ImageSize | null,
  leastSide: number,
  log: ProblemLog,
): Thing[] {
  if (relative && !size) return [...things];
  const fitted: Thing[] = [];
  const seen = new Map<string, Thing | Map<string | undefined, Thing>>();
  for (const thing of things) {
    const where = { file: at.file, place: thing.place };
    const corners = cornersOf(thing, relative, size);
    const box = fitBox(corners, size, leastSide);
    if (typeof box === 'string') {
      log.note('objects', where, box);
      continue;
    }
    const key = [thing.label, thing.crowd, ...box.corners].join();
    const before = repeated(seen, key, thing);
    if (before) {
      log.note('repeats', where, `expected each box once, got that of ${before.place} again`);
      continue;
    }
    if (box.beyond > 0 && size) {
      log.note('clipped', where, `expected a box in the image of ${showSize(size)}, got ${showBox(corners)}`);
    }
    const isSame = box.corners.every((value, k) => value === thing.corners[k]);
    fitted.push(isSame ? thing : { ...thing, corners: box.corners });
  }
  return fitted;
}

/** Boxes, labels, flags and areas of an image's things; flags and areas where any thing has them. */
export function thingArrays(things: readonly AnnotatedThing[]): Omit<DetectionSample, 'image'> {
  const count = things.length;
  const flags = (what: 'difficult' | 'crowd') =>
    things.some((thing) => thing[what])
      ? {
          [what]: ndarray(
            Uint8Array.from(things, (thing) => Number(thing[what] ?? false)),
            [count],
          ),
        }
      : {};
  const known = count > 0 && things.every(({ area }) => area !== undefined);
  return {
    boxes: ndarray(Float32Array.from(things.flatMap(({ corners }) => [...corners])), [count, 4]),
    labels: ndarray(
      Int32Array.from(things, ({ label }) => label),
      [count],
    ),
    ...flags('difficult'),
    ...flags('crowd'),
    ...(known && {
      areas: ndarray(
        Float32Array.from(things, ({ area }) => area!),
        [count],
      ),
    }),
  };
}

/** @throws where there is no such number. */
export function checkIndex(caller: string, index: number, length: number): void {
  if (!(Number.isInteger(index) && index >= 0 && index < length)) {
    throw new Error(`${caller}: expected the index of an image, a whole number from 0 to ${length - 1}, got ${index}`);
  }
}

/** How many things of each class there are. */
function countsOf(images: readonly AnnotatedImage[], classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const { things } of images) for (const { label } of things) counts[label]++;
  return counts;
}

/** Everything that {@link annotatedDataset} needs. */
export interface AnnotatedOptions<Thing extends AnnotatedThing, S extends ImageSample> {
  /** Finds the files of the images, of all or of each. */
  finder: FileFinder | ((picture: AnnotatedImage<Thing>) => FileFinder);
  classes: Classes;
  images: readonly AnnotatedImage<Thing>[];
  log: ProblemLog;
  limits: ImageLimits & BoxLimits;
  /** Makes a sample of a decoded image and its things; errors are told with the image's place. */
  finish(image: NdArray<Float32Array>, things: readonly Thing[], picture: AnnotatedImage<Thing>, path: string): S;
  /** Told of each image that stays, in order. */
  keep?(picture: AnnotatedImage<Thing>): void;
  /** Told the name of each file that belongs to an annotation, whether it can be used or not. */
  found?(file: string): void;
}

/** What is known of names by those before: files that belong to an image, and folders that lead nowhere else. */
interface Known {
  taken: Set<string>;
  inside: Set<string>;
}

/** Whether a name is an absolute path, of whatever system. */
const isForeign = (name: string) => /^([\\/]|[A-Za-z]:)/.test(name);

/** The name of an image's file, or why it has none: it is not there, or belongs to another image already. @throws where it leads outside. */
function fileOf(
  { names }: AnnotatedImage,
  { folder, places, find }: FileFinder,
  { taken, inside }: Known,
): { file: string } | string {
  const found = find(names);
  const here = names.filter((name) => !isForeign(name));
  const told = here.length > 0 ? here : names;
  const shown = told.find((name) => /\.\w+$/.test(name)) ?? `${told[0]}.jpg`;
  if (!found) {
    // A name that leads outside is told as that, unless it is one of several: absolute paths of other machines are usual.
    for (const name of told) {
      const at = folderOf(folder.tidy(name));
      if (!inside.has(at)) folder.inside(at);
      inside.add(at);
    }
    // No error: there may be millions, and each would remember where it was made.
    return `${join(folder.path, places[0] ?? '.', shown)}: no such image`;
  }
  if (!found.exact && taken.has(found.path)) {
    return `${join(folder.path, shown)}: no such image, and ${found.path} belongs to another annotation`;
  }
  return { file: found.path };
}

/**
 * Whether the size that an annotation claims is wrong, but its boxes are not: they all lie in the image, and at least one lies beyond the
 * claimed size.
 */
function isSizeAlone({ things, relative }: AnnotatedImage, claimed: ImageSize, real: ImageSize): boolean {
  if (relative) return true;
  const beyond = ({ corners }: AnnotatedThing, { height, width }: ImageSize) =>
    corners[0] < -1 || corners[1] < -1 || corners[2] > width + 1 || corners[3] > height + 1;
  return things.some((thing) => beyond(thing, claimed)) && !things.some((thing) => beyond(thing, real));
}

/** How an image is read: the size that its labels are for, and how image and labels are turned together afterwards, 1–8. */
interface Pose {
  size: ImageSize;
  orientation: number;
}

/**
 * How an image is read: upright, or as it is stored where that is the size that its annotation tells, as programs do that know nothing of
 * Exif (VoTT, labelImg for years).
 * @throws where the annotation tells another size, for which its boxes are.
 */
function poseOf(
  picture: AnnotatedImage,
  path: string,
  { limits, log }: { limits: ImageLimits; log: ProblemLog },
): Pose {
  const { size: claimed, at } = picture;
  const { stored, orientation } = readImageHeader(path, limits);
  const upright = { size: turnedSize(stored, orientation), orientation: 1 };
  const isClaimed = ({ height, width }: ImageSize) => claimed?.height === height && claimed.width === width;
  if (!claimed || isClaimed(upright.size)) return upright;
  if (isClaimed(stored)) {
    const reason = `labels for the image as it is stored, turned upright with it (Exif orientation ${orientation})`;
    log.note('turned', at, `${path}: ${reason}`);
    return { size: stored, orientation };
  }
  const reason = `${path}: expected an image of ${showSize(claimed)} as its annotation says, got ${showSize(upright.size)}`;
  if (!isSizeAlone(picture, claimed, upright.size)) throw new Error(reason);
  log.note('fields', at, reason);
  return upright;
}

/**
 * A data set of images and their annotations. Where problems are skipped, the head of each image is read at once, and what cannot
 * be used is left out. Where they are thrown, opening only asks whether the images exist, and a wrong one is an error of `sample`.
 */
export function annotatedDataset<Thing extends AnnotatedThing, S extends ImageSample>({
  finder,
  classes,
  images,
  log,
  limits: { leastSide = 0, ...limits },
  finish,
  keep,
  found,
}: AnnotatedOptions<Thing, S>): ReadDataset<S> {
  const { caller } = log;
  if (!(leastSide >= 0)) throw new Error(`${caller}: expected leastSide of 0 px or more, got ${leastSide}`);
  const used: (AnnotatedImage<Thing> & { path: string; pose: Pose | null })[] = [];
  const known: Known = { taken: new Set(), inside: new Set() };
  for (const picture of images) {
    const own = typeof finder === 'function' ? finder(picture) : finder;
    // Null as long as nobody has looked.
    let pose: Pose | null = null;
    let [file, path] = ['', ''];
    try {
      const named = fileOf(picture, own, known);
      if (typeof named === 'string') {
        log.note('images', picture.at, named);
        continue;
      }
      file = named.file;
      found?.(file);
      path = own.folder.inside(file);
      if (log.onProblem === 'skip') pose = poseOf(picture, path, { limits, log });
    } catch (error) {
      if (log.isTold(error)) throw error;
      log.note('images', picture.at, new ImageProblem(caller, picture.at, error).reason);
      continue;
    }
    // Of an unknown size, the numbers alone are looked at now, and the borders when the image is there.
    const size = pose?.size ?? picture.size;
    used.push({ ...picture, things: fitThings(picture, size, leastSide, log), size, path, pose });
    known.taken.add(file);
    keep?.(picture);
  }

  return {
    length: used.length,
    classes,
    problems: log.problems,
    paths: used.map(({ path }) => path),
    objects: used.reduce((sum, { things }) => sum + things.length, 0),
    objectsOf: countsOf(used, classes.things.length),
    sample(index) {
      checkIndex(caller, index, used.length);
      const picture = used[index];
      const { path, at } = picture;
      try {
        picture.pose ??= poseOf(picture, path, { limits, log });
        const { size, orientation } = picture.pose;
        const turned = orientation > 1;
        const image = readImage(path, { ...limits, upright: !turned });
        const things = picture.size ? picture.things : fitThings(picture, size, leastSide, log);
        const sample = finish(image, things, picture, path);
        return turned ? turnSample(sample, orientation) : sample;
      } catch (error) {
        if (log.isTold(error)) throw error;
        throw new ImageProblem(caller, at, error);
      }
    },
  };
}
