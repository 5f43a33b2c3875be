import ndarray, { type NdArray } from 'ndarray';
import type { Classes, DetectionSample, ImageSample } from '../data/dataset';
import type { ProblemLog, ReadDataset } from '../data/problems';
import { readImage } from '../images/image';
import type { ImageLimits } from '../images/imageFile';
import { readImageSize } from '../images/imageSize';
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
  const used: AnnotatedImage<Thing>[] = [];
  for (const picture of images) {
    let { size } = picture;
    try {
      const path = folder.inside(picture.image);
      if (!folder.hasFile(picture.image)) throw new Error(`${path}: no such image`);
      if (log.onProblem === 'skip') {
        const real = readImageSize(path, limits);
        checkSize(size, real, path);
        size = real;
      }
    } catch (error) {
      log.note('images', picture.place, (error as Error).message.replace(/^readImageSize: /, ''));
      continue;
    }
    // Of an unknown size, the numbers alone are looked at now, and the borders when the image is there.
    used.push({ ...picture, things: fitThings(picture, size, leastSide, log), size });
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
        const image = readImage(path, limits);
        const [height, width] = image.shape;
        checkSize(picture.size, { height, width }, path);
        const things = picture.size ? picture.things : fitThings(picture, { height, width }, leastSide, log);
        return finish(image, things, picture, path);
      } catch (error) {
        if (log.isTold(error)) throw error;
        const reason = (error as Error).message.replace(/^(readImage|readPalette): /, '');
        throw new Error(`${caller}: ${picture.place}: ${reason}`, { cause: error });
      }
    },
  };
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
  const twice = names.find((name, k) => names.indexOf(name) !== k);
  if (twice !== undefined) throw new Error(`expected each class once, got ${quoted(twice)} twice`);
  return [...names];
}

/** Name of a split from outside: part of a path, so letters, digits, `_` and `-` alone. @throws with the reason alone. */
export function checkSplit(split: unknown): void {
  if (typeof split !== 'string' || !/^[\w-]+$/.test(split)) {
    throw new Error(`expected the name of a split, got ${quoted(split)}`);
  }
}
