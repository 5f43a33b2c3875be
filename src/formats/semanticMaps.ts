import ndarray, { type NdArray } from 'ndarray';
import { voidLabel } from '../data/dataset';
import type { ProblemLog } from '../data/problems';
import type { ImageLimits } from '../images/imageFile';
import { quoted } from '../platform/textFile';
import type { ColorClasses } from './colorClasses';
import { type LabelMap, readLabelMap } from './readLabelMap';

/** What numbers of maps mean, for {@link semanticMaps}. */
export interface SemanticMapsOptions {
  /** Names of the classes: class k is entry k. */
  names: readonly string[];
  /** The class of each number, or `'void'`; each its own, and 255 void, where there is none. */
  numbers?: ReadonlyMap<number, number | 'void'>;
  /** Classes by color, where a file lists them. */
  colors: ColorClasses | null;
  /** Paths of the maps of each image: one, or one for each of its things. */
  maps: readonly (readonly string[])[];
  /** Whether an image has a map of each of its things. */
  apart: boolean;
  limits: ImageLimits;
  log: ProblemLog;
  /** What the notes are about: the folder of the maps. */
  folder: string;
}

/** The class of each number that a map can hold; −1 for none. */
function translation({ names, numbers, colors }: SemanticMapsOptions): Int16Array {
  const count = names.length;
  const table = new Int16Array(256).fill(-1);
  table[voidLabel] = voidLabel;
  if (!numbers) {
    for (let k = 0; k < count; k++) table[k] = k;
    // Of listed colors, the name decides.
    for (const [number, name] of (colors?.names ?? []).entries()) table[number] = names.indexOf(name);
    return table;
  }
  for (const [number, label] of numbers) {
    const known = label === 'void' || (Number.isInteger(label) && label >= 0 && label < count);
    if (!(Number.isInteger(number) && number >= 0 && number <= 255) || !known) {
      throw new Error(`expected numbers 0–255 and classes below ${count}, got ${number} for ${quoted(label)}`);
    }
    table[number] = label === 'void' ? voidLabel : label;
  }
  return table;
}

/** Maps of one or two classes with more different numbers than this are shades between black and white. */
const mostNumbers = 16;

/** Whether a map has shades between two classes: by JPEG, or by resizing. */
function isShaded({ numbers, from }: LabelMap): boolean {
  return from === 'lossy' || new Set(numbers.data).size > mostNumbers;
}

/** What was found in maps of two classes. */
export interface Look {
  binary: boolean;
  shaded: number;
  kinds: Set<LabelMap['from']>;
}

/**
 * Looks at the numbers of all maps of two classes: they are binary where 255 occurs and none from 1 to 254 does, shades counted as black
 * or white. One with another number ends the look.
 */
export function lookAtMaps({ maps, limits, colors }: Pick<SemanticMapsOptions, 'maps' | 'limits' | 'colors'>): Look {
  const found: Look = { binary: false, shaded: 0, kinds: new Set() };
  for (const path of maps.flat()) {
    let map: LabelMap;
    try {
      map = readLabelMap(path, limits, colors);
    } catch {
      // Told where the image is read.
      continue;
    }
    found.kinds.add(map.from);
    if (isShaded(map)) {
      found.shaded++;
      found.binary = true;
      continue;
    }
    const { data } = map.numbers;
    if (data.some((number) => number > 0 && number < voidLabel)) return { ...found, binary: false };
    found.binary ||= data.includes(voidLabel);
  }
  return found;
}

/** How the first map that can be read is stored. */
function firstKind({ maps, limits, colors }: SemanticMapsOptions): LabelMap['from'] | null {
  for (const path of maps.flat().slice(0, 10)) {
    try {
      return readLabelMap(path, limits, colors).from;
    } catch {
      // Told where the image is read.
    }
  }
  return null;
}

const kindNotes: Partial<Record<LabelMap['from'], string>> = {
  'equal channels': 'gray in equal channels is read as its number',
  colors: 'colors are read as the numbers of their classes',
};

/** Reads the classes of an image's pixels. */
export type SemanticReader = (paths: readonly string[], shape: readonly number[]) => NdArray<Uint8Array>;

/**
 * A reader of maps. Where there are two classes, 255 occurs in the maps and none from 1 to 254 does, 255 is the second class and not void;
 * that is noted, and so is how numbers are found in colors. Where an image has a map of each thing, every pixel of a thing is of the
 * second class.
 * @throws with the reason alone on numbers that are none of a map or of a class.
 */
export function semanticMaps(options: SemanticMapsOptions): SemanticReader {
  const { names, numbers, colors, apart, limits, log, folder } = options;
  const table = translation(options);
  if (apart && names.length !== 2) {
    throw new Error(`expected two classes, since each map shows one thing, got ${names.length}`);
  }
  const two = names.length === 2 && !numbers && !colors && !apart;
  const found = two ? lookAtMaps(options) : null;
  const binary = found?.binary === true;
  if (binary) {
    const reason = `255 is ${quoted(names[1])}: there are two classes, and no map has a number from 1 to 254`;
    log.note(
      'notes',
      folder,
      found.shaded > 0 ? `${reason}, but for shades, which are read as black or white` : reason,
    );
    for (let k = 1; k <= 255; k++) table[k] = k < 128 ? 0 : 1;
  }
  const kinds = found ? [...found.kinds] : [firstKind(options)];
  for (const kind of kinds) {
    const note = kind === null ? undefined : kindNotes[kind];
    if (note) log.note('notes', folder, note);
  }

  function read(path: string, [height, width]: readonly number[]): NdArray<Uint8Array> {
    const map = readLabelMap(path, limits, colors);
    const [rows, columns] = map.numbers.shape;
    if (rows !== height || columns !== width) {
      throw new Error(`${path}: expected a map of ${width}×${height} px, got ${columns}×${rows}`);
    }
    if (map.from === 'lossy' && !binary && !apart) {
      throw new Error(`${path}: expected a map of numbers, got a JPEG, which changes them`);
    }
    return map.numbers;
  }

  return (paths, shape) => {
    const [height, width] = shape;
    const result = new Uint8Array(height * width);
    if (apart) {
      for (const path of paths) {
        const { data } = read(path, shape);
        const least = leastOfThing(data);
        for (let i = 0; i < result.length; i++) if (data[i] >= least) result[i] = 1;
      }
      return ndarray(result, [height, width]);
    }
    const { data } = read(paths[0], shape);
    for (let i = 0; i < result.length; i++) {
      const label = table[data[i]];
      if (label < 0) {
        const at = `[${Math.floor(i / width)}, ${i % width}]`;
        throw new Error(`${paths[0]}: expected the number of one of ${names.length} classes, got ${data[i]} at ${at}`);
      }
      result[i] = label;
    }
    return ndarray(result, [height, width]);
  };
}

/** From which number on a pixel of a map of one thing belongs to it: all that are not 0, or the lighter ones of shades. */
export function leastOfThing(numbers: Uint8Array): number {
  return new Set(numbers).size > mostNumbers ? 128 : 1;
}
