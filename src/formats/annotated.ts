import ndarray, { type NdArray } from 'ndarray';
import type { Classes, DetectionSample, ImageSample } from '../data/dataset';
import type { ProblemLog, ReadDataset } from '../data/problems';
import { turnSample } from '../data/turnSample';
import { readImage } from '../images/image';
import type { ImageHeader, ImageLimits } from '../images/imageFile';
import { readImageHeader } from '../images/imageSize';
import { turnedSize } from '../images/orientation';
import type { ContainedFolder } from '../platform/containedFolder';
import { quoted } from '../platform/textFile';
import type { ImageSize } from '../shape/types';

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
}

/** One image as an annotation tells it. */
export interface AnnotatedImage<Thing extends AnnotatedThing = AnnotatedThing> {
  /** Where it is told of, for errors: a file, and a place in it where that tells of many. */
  place: string;
  /** Where its things are told of (place). */
  source?: string;
  /** Name in the folder of the images. */
  image: string;
  /** Size that the annotation claims; null where it does not say. */
  size: ImageSize | null;
  /** Whether corners are shares of the image's sides, until its size is known. */
  relative?: boolean;
  things: Thing[];
}

/** Bounds of what a reader takes, for boxes. */
export interface BoxLimits {
  /** Least side of a box, px (0: all that have an area); smaller ones are problems. */
  leastSide?: number;
}

/** Boxes that reach beyond the image by no more than this, px, are rounded, and cut off without a word. */
const rounding = 1;

/**
 * A box cut off at the image's borders.
 * @returns the corners, how far it reached beyond by more than rounding, or what makes it useless.
 */
export function fitBox(
  corners: readonly number[],
  size: ImageSize | null,
  leastSide: number,
): { corners: number[]; beyond: number } | string {
  const got = `[${corners.join(', ')}]`;
  if (!corners.every(Number.isFinite)) return `expected a box of finite numbers, got ${got}`;
  if (!(corners[0] < corners[2] && corners[1] < corners[3])) return `expected a box with an area, got ${got}`;
  const fitted = corners.map((value, k) => {
    const most = size ? (k % 2 === 0 ? size.width : size.height) : Number.POSITIVE_INFINITY;
    return Math.min(most, size ? Math.max(0, value) : value);
  });
  const [wide, high] = [fitted[2] - fitted[0], fitted[3] - fitted[1]];
  if (size && !(wide > 0 && high > 0)) return `expected a box in the image of ${show(size)}, got ${got}`;
  if (Math.min(wide, high) < leastSide) {
    return `expected a box of at least ${leastSide} px (option leastSide), got ${got}`;
  }
  const beyond = Math.max(...corners.map((value, k) => Math.abs(value - fitted[k])));
  return { corners: fitted, beyond: beyond > rounding ? beyond : 0 };
}

const show = ({ height, width }: ImageSize) => `${width}×${height} px`;

/** The things of an image of a known size whose boxes can be used, cut off at its borders. */
function fitThings<Thing extends AnnotatedThing>(
  { place, source = place, things, relative }: AnnotatedImage<Thing>,
  size: ImageSize | null,
  leastSide: number,
  log: ProblemLog,
): Thing[] {
  if (relative && !size) return [...things];
  const fitted: Thing[] = [];
  for (const thing of things) {
    const where = `${source}: ${thing.place}`;
    const corners =
      relative && size
        ? thing.corners.map((share, k) => share * (k % 2 === 0 ? size.width : size.height))
        : thing.corners;
    const box = fitBox(corners, size, leastSide);
    if (typeof box === 'string') {
      log.note('objects', where, box);
      continue;
    }
    if (box.beyond > 0 && size) {
      const reason = `expected a box in the image of ${show(size)}, got [${corners.join(', ')}]`;
      log.note('clipped', where, reason);
    }
    fitted.push({ ...thing, corners: box.corners });
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

/** Everything that {@link annotatedDataset} needs. */
export interface AnnotatedOptions<Thing extends AnnotatedThing, S extends ImageSample> {
  folder: ContainedFolder;
  classes: Classes;
  images: readonly AnnotatedImage<Thing>[];
  log: ProblemLog;
  limits: ImageLimits & BoxLimits;
  /** Makes a sample of a decoded image and its things; errors are told with the image's place. */
  finish(image: NdArray<Float32Array>, things: readonly Thing[], picture: AnnotatedImage<Thing>, path: string): S;
  /** Told of each image that stays, in order. */
  keep?(picture: AnnotatedImage<Thing>): void;
}

/**
 * A data set of images and their annotations. Where problems are skipped, the head of each image is read at once, and what cannot
 * be used is left out. Where they are thrown, opening only asks whether the images exist, and a wrong one is an error of `sample`.
 */
export function annotatedDataset<Thing extends AnnotatedThing, S extends ImageSample>({
  folder,
  classes,
  images,
  log,
  limits: { leastSide = 0, ...limits },
  finish,
  keep,
}: AnnotatedOptions<Thing, S>): ReadDataset<S> {
  const { caller } = log;
  if (!(leastSide >= 0)) throw new Error(`${caller}: expected leastSide of 0 px or more, got ${leastSide}`);
  /** How an image is read, with a note where it is turned together with its labels. */
  function pose({ size, place }: AnnotatedImage<Thing>, path: string) {
    const found = poseOf(size, readImageHeader(path, limits), path);
    if (found.orientation > 1) {
      const reason = `labels for the image as it is stored, turned upright with it (Exif orientation ${found.orientation})`;
      log.note('turned', place, `${path}: ${reason}`);
    }
    return found;
  }

  const used: (AnnotatedImage<Thing> & { orientation: number | null })[] = [];
  for (const picture of images) {
    let { size } = picture;
    // Null as long as nobody has looked.
    let orientation: number | null = null;
    try {
      const path = folder.inside(picture.image);
      if (!folder.hasFile(picture.image)) throw new Error(`${path}: no such image`);
      if (log.onProblem === 'skip') {
        ({ size, orientation } = pose(picture, path));
      }
    } catch (error) {
      log.note('images', picture.place, (error as Error).message.replace(/^readImageHeader: /, ''));
      continue;
    }
    // Of an unknown size, the numbers alone are looked at now, and the borders when the image is there.
    used.push({ ...picture, things: fitThings(picture, size, leastSide, log), size, orientation });
    keep?.(picture);
  }

  return {
    length: used.length,
    classes,
    problems: log.problems,
    sample(index) {
      checkIndex(caller, index, used.length);
      const picture = used[index];
      try {
        const path = folder.inside(picture.image);
        picture.orientation ??= pose(picture, path).orientation;
        const turned = picture.orientation > 1;
        const image = readImage(path, { ...limits, upright: !turned });
        const [height, width] = image.shape;
        checkSize(picture.size, { height, width }, path);
        const things = picture.size ? picture.things : fitThings(picture, { height, width }, leastSide, log);
        const sample = finish(image, things, picture, path);
        return turned ? turnSample(sample, picture.orientation) : sample;
      } catch (error) {
        if (log.isTold(error)) throw error;
        const reason = (error as Error).message.replace(/^(readImage|readImageHeader|readPalette): /, '');
        throw new Error(`${caller}: ${picture.place}: ${reason}`, { cause: error });
      }
    },
  };
}

/**
 * How an image is read: upright, or as it is stored where that is the size that its annotation tells, as programs do that know nothing of
 * Exif (VoTT, labelImg for years).
 * @returns the size that its labels are for, and how image and labels are turned together afterwards, 1–8.
 * @throws where the annotation tells another size.
 */
function poseOf(claimed: ImageSize | null, { stored, orientation }: ImageHeader, path: string) {
  const upright = turnedSize(stored, orientation);
  const same = (size: ImageSize) => claimed?.height === size.height && claimed.width === size.width;
  if (!claimed || same(upright)) return { size: upright, orientation: 1 };
  if (same(stored)) return { size: stored, orientation };
  checkSize(claimed, upright, path);
  return { size: upright, orientation: 1 };
}

function checkSize(claimed: ImageSize | null, real: ImageSize, path: string): void {
  if (!claimed || (claimed.height === real.height && claimed.width === real.width)) return;
  throw new Error(`${path}: expected an image of ${show(claimed)} as its annotation says, got ${show(real)}`);
}

/** Names of classes from outside: no two the same. @throws with the reason alone. */
export function checkNames(names: unknown): string[] {
  const valid =
    Array.isArray(names) && names.length > 0 && names.every((name) => typeof name === 'string' && name !== '');
  if (!valid) throw new Error(`expected names of classes, got ${quoted(names)}`);
  const seen = new Set<string>();
  const twice = names.find((name) => seen.size === seen.add(name).size);
  if (twice !== undefined) throw new Error(`expected each class once, got ${quoted(twice)} twice`);
  return [...names];
}

/** Name of a split from outside: part of a path, so letters, digits, `_` and `-` alone. @throws with the reason alone. */
export function checkSplit(split: unknown): void {
  if (typeof split !== 'string' || !/^[\w-]+$/.test(split)) {
    throw new Error(`expected the name of a split, got ${quoted(split)}`);
  }
}
