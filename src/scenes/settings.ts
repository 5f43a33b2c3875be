import type { OptionKinds } from '../checks/options';
import { shown, shownWord } from '../checks/shown';
import type { Pair } from '../shape/types';
import { materials, type SceneStuff } from './background';
import { type Split, splits } from './sceneRandom';

/** The least and the greatest value, both included. */
export type SceneRange = readonly [number, number];

/** What the makers of scenes have in common. */
export interface SceneSettings {
  /** How many images. */
  length: number;
  /** Which part of the data: splits have no image in common (`'train'`). */
  split?: Split;
  /** Another seed, other images: a whole number from 0 to 2³² − 1 (0). */
  seed?: number;
  /** px, 32–256: one number, or `[height, width]` (64). */
  side?: Pair;
  /** Kinds of stuff, no kind twice; semantic class s is entry s (`['sky', 'grass', 'water', 'road']`). */
  stuff?: readonly SceneStuff[];
  /**
   * `'bands'`: all the stuff in every image, from top to bottom in the order given. `'varied'`: sky on top, below it one or two of
   * the others in any order, and a road that runs towards the horizon in half of the images (`'varied'`).
   */
  layout?: 'bands' | 'varied';
  /** How many things, each number equally likely, 1–20 (`[1, 6]`). One that would hide too much of another is left out. */
  objects?: SceneRange;
  /** The share of its pixels, and at least one, that every thing keeps when later things come in front of it, 0–1 (0.6). */
  visible?: number;
  /**
   * The share of the smaller of two things' boxes, hidden parts included, that the other's may cover, 0–1 (digits 0.2, so that strokes
   * cross rarely; shapes 1: as far as `visible` lets them).
   */
  overlap?: number;
  /** The least difference between a thing's color and the mean color behind it, summed over red, green and blue, 0–1 (0.5). */
  contrast?: number;
  /** Up to how much lighter one side of a thing is than its middle, 0–1 (0.3). */
  shading?: number;
  /** Up to how much lighter one side of the image is than its middle, 0–1 (0.25). */
  gradient?: number;
  /** Standard deviation of the noise of a pixel, each value for an image equally likely, 0–1 (`[0.02, 0.08]`). */
  noise?: SceneRange;
}

/** {@link SceneSettings} for `checkOptions`; the values are checked by {@link checkSettings}. */
export const sceneKinds: OptionKinds<SceneSettings> = {
  length: 'any',
  split: 'any',
  seed: 'any',
  side: 'any',
  stuff: 'any',
  layout: 'any',
  objects: 'any',
  visible: 'any',
  overlap: 'any',
  contrast: 'any',
  shading: 'any',
  gradient: 'any',
  noise: 'any',
};

/** Throws `<caller>: expected <name> …` unless the value is one of the choices. */
export function checkChoice(caller: string, name: string, value: unknown, choices: readonly string[]): void {
  if (!choices.includes(value as string)) {
    throw new Error(`${caller}: expected ${name} ${choices.join(' or ')}, got ${shownWord(value)}`);
  }
}

/** Throws unless the list has one entry or more, all of the choices and none twice. */
export function checkKinds(caller: string, name: string, kinds: unknown, choices: readonly string[]): void {
  const valid =
    Array.isArray(kinds) &&
    kinds.length > 0 &&
    new Set(kinds).size === kinds.length &&
    kinds.every((kind) => choices.includes(kind));
  if (!valid) {
    throw new Error(`${caller}: expected ${name} a list of ${choices.join(', ')}, none twice, got ${shown(kinds)}`);
  }
}

/** Throws unless the value is a number (a whole one, where asked) from `low` to `high`. */
export function checkNumber(
  caller: string,
  name: string,
  value: unknown,
  [low, high]: SceneRange,
  whole = false,
): void {
  const valid = typeof value === 'number' && value >= low && value <= high && (!whole || Number.isInteger(value));
  if (!valid) {
    const limit = high === 2 ** 32 - 1 ? '2^32 − 1' : high;
    throw new Error(
      `${caller}: expected ${name} a ${whole ? 'whole ' : ''}number from ${low} to ${limit}, got ${shown(value)}`,
    );
  }
}

/** Throws unless the value is `[least, greatest]` within the limits. */
export function checkRange(caller: string, name: string, value: unknown, [low, high]: SceneRange, whole = false): void {
  const valid =
    Array.isArray(value) &&
    value.length === 2 &&
    value.every((end) => Number.isFinite(end) && (!whole || Number.isInteger(end))) &&
    value[0] >= low &&
    value[0] <= value[1] &&
    value[1] <= high;
  if (!valid) {
    const kind = whole ? 'whole numbers' : 'numbers';
    throw new Error(
      `${caller}: expected ${name} [least, greatest], ${kind} from ${low} to ${high}, got ${shown(value)}`,
    );
  }
}

/** Settings with their defaults filled in. */
export type CheckedSettings = Required<Omit<SceneSettings, 'side'>> & { height: number; width: number };

/** The settings with their defaults; throws where one is out of its limits. */
export function checkSettings(caller: string, settings: SceneSettings): CheckedSettings {
  const {
    length,
    split = 'train',
    seed = 0,
    side = 64,
    stuff = ['sky', 'grass', 'water', 'road'],
    layout = 'varied',
    objects = [1, 6],
    visible = 0.6,
    overlap = 1,
    contrast = 0.5,
    shading = 0.3,
    gradient = 0.25,
    noise = [0.02, 0.08],
  } = settings;
  checkNumber(caller, 'length', length, [0, 2 ** 32 - 1], true);
  checkChoice(caller, 'split', split, splits);
  checkNumber(caller, 'seed', seed, [0, 2 ** 32 - 1], true);
  const sides: unknown[] = Array.isArray(side) ? side : [side, side];
  const validSides =
    sides.length === 2 && sides.every((one) => Number.isInteger(one) && Number(one) >= 32 && Number(one) <= 256);
  if (!validSides) {
    throw new Error(
      `${caller}: expected side a whole number from 32 to 256 px, or [height, width], got ${shown(side)}`,
    );
  }
  const [height, width] = sides as [number, number];
  checkKinds(caller, 'stuff', stuff, Object.keys(materials));
  checkChoice(caller, 'layout', layout, ['bands', 'varied']);
  checkRange(caller, 'objects', objects, [1, 20], true);
  for (const [name, value] of Object.entries({ visible, overlap, contrast, shading, gradient })) {
    checkNumber(caller, name, value, [0, 1]);
  }
  checkRange(caller, 'noise', noise, [0, 1]);
  // Copies: what the caller does to its lists later must not change the images.
  return {
    length,
    split,
    seed,
    height,
    width,
    stuff: [...stuff],
    layout,
    objects: [...objects],
    visible,
    overlap,
    contrast,
    shading,
    gradient,
    noise: [...noise],
  };
}
