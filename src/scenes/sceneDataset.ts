import { checkOptions } from '../checks/options';
import type { Dataset } from '../data/dataset';
import type { SceneStuff } from './background';
import { sceneSource } from './compose';
import { type Split, splits } from './sceneRandom';
import {
  checkChoice,
  checkKinds,
  checkRange,
  checkSettings,
  type SceneRange,
  type SceneSettings,
  sceneKinds,
} from './settings';
import { drawShape, type SceneThing, type ShapeSettings, shapes } from './shapes';

export type { SceneStuff, SceneThing, Split };

/** Settings of {@link sceneDataset}. */
export interface SceneOptions extends SceneSettings {
  /** Shapes, no shape twice; label k is entry k (`['circle', 'rectangle', 'triangle', 'star']`). */
  things?: readonly SceneThing[];
  /**
   * Of a thing, as a share of the image's shorter side, each equally likely (`[0.1875, 0.5]`, at 64 px 12–32 px): the diameter of a
   * circle; of the others √(width · height) of the box that the upright shape fills.
   */
  size?: SceneRange;
  /** Whether sizes are uniform (`'linear'`, the default) or their logarithms are (`'log'`: 8 to 16 px as likely as 16 to 32). */
  sizeScale?: 'linear' | 'log';
  /** Width over height of all but circles, each equally likely (`[0.7, 1.4]`). */
  aspect?: SceneRange;
  /** Whether things are turned, each direction equally likely (true). */
  rotation?: boolean;
}

/**
 * Painted scenes with every kind of label: textured *stuff* in the background, *things* of plain shape in front of it and of each other.
 *
 * A thing's color says nothing of its class: it is any color that stands out from what is behind it. Image `index` depends on the
 * options, the seed, the split and the index alone, whatever was asked for before. Its masks are the pixels that were drawn: there is
 * no anti-aliasing. Nothing is stored: each call of `sample` paints anew, about 1 ms at 64 × 64.
 *
 * @example
 * const scenes = sceneDataset({ split: 'train', length: 1000 });
 * const { image, boxes, labels } = scenes.sample(0);
 *
 * @throws `sceneDataset: …` where an option is out of its limits, and where things could be smaller than 6 px or not fit.
 */
export function sceneDataset(options: SceneOptions): Dataset {
  const kinds = {
    things: 'any',
    size: 'any',
    sizeScale: ['linear', 'log'],
    aspect: 'any',
    rotation: 'flag',
    ...sceneKinds,
  } as const;
  return shapeScenes('sceneDataset', checkOptions('sceneDataset', options, kinds));
}

function shapeScenes(caller: string, options: SceneOptions): Dataset {
  const settings = checkSettings(caller, options);
  const { things = shapes, size = [0.1875, 0.5], sizeScale = 'linear' } = options;
  const { aspect = [0.7, 1.4], rotation = true } = options;
  checkKinds(caller, 'things', things, shapes);
  checkRange(caller, 'size', size, [0, 1]);
  checkRange(caller, 'aspect', aspect, [0.2, 5]);

  const shorter = Math.min(settings.height, settings.width);
  const pixels: SceneRange = [size[0] * shorter, size[1] * shorter];
  if (pixels[0] < 6) {
    throw new Error(`${caller}: expected size of at least 6 px (${6 / shorter} of the side), got ${size[0]}`);
  }
  // The longest side, or where things turn the diagonal, of the box that the upright shape fills.
  const stretch = Math.max(aspect[1], 1 / aspect[0]);
  const longest = rotation ? Math.sqrt(stretch + 1 / stretch) : Math.sqrt(stretch);
  if (size[1] * longest > 1) {
    throw new Error(
      `${caller}: expected things that fit into the image (size · ${longest.toFixed(2)} at most 1), got size ${size[1]}`,
    );
  }
  const names = [...things];
  const look: ShapeSettings = { size: pixels, sizeScale, aspect: [aspect[0], aspect[1]], rotation };
  return sceneSource(caller, settings, names, (random, label, height, width) =>
    drawShape(random, names[label], height, width, look),
  );
}

/** Settings of {@link shapes64} and {@link scales128}. */
export interface ScenePresetOptions {
  /** (`'train'`) */
  split?: Split;
  /** How many images (to train 4000 of `shapes64` and 2000 of `scales128`, 200 to validate and to test). */
  length?: number;
  /** (1 to train, 500 to validate, 999 to test) */
  seed?: number;
}

/** What both presets have in common: sky, grass and ground one below the other, and upright shapes of any color in front. */
const presets = {
  stuff: ['sky', 'grass', 'ground'],
  layout: 'bands',
  things: ['circle', 'rectangle', 'triangle'],
  aspect: [0.7, 1.4],
  rotation: false,
  visible: 0.6,
  overlap: 1,
  contrast: 0.5,
  shading: 0.3,
  gradient: 0.25,
  noise: [0.02, 0.08],
} as const satisfies Partial<SceneOptions>;

/** The split, number and seed of a preset's scenes. */
function presetSplit(
  caller: string,
  options: ScenePresetOptions,
  trained: number,
): Pick<SceneOptions, 'split' | 'length' | 'seed'> & { length: number } {
  const kinds = { split: 'any', length: 'any', seed: 'any' } as const;
  const { split = 'train', length, seed } = checkOptions(caller, options, kinds);
  checkChoice(caller, 'split', split, splits);
  return {
    split,
    length: length ?? (split === 'train' ? trained : 200),
    seed: seed ?? { train: 1, validation: 500, test: 999 }[split],
  };
}

/**
 * The scenes of the library's training recipes: 64 × 64 px; sky, grass and ground one below the other; 1–4 upright
 * circles, rectangles and isosceles triangles of 12–32 px. The other options are those of {@link sceneDataset}.
 *
 * @throws `shapes64: …` on another split, and where length or seed is not a whole number from 0 to 2³² − 1.
 */
export function shapes64(options: ScenePresetOptions = {}): Dataset {
  const split = presetSplit('shapes64', options, 4000);
  return shapeScenes('shapes64', { ...presets, ...split, side: 64, objects: [1, 4], size: [0.1875, 0.5] });
}

/**
 * Scenes whose objects have many scales: 128 × 128 px, 3–8 objects as in {@link shapes64}. Their sizes of 8–64 px are drawn so that 8–16,
 * 16–32 and 32–64 px are equally likely. Large objects find room less often and are covered more often: of the boxes in the training set 40 % are
 * smaller than 16 px, and 25 % are 32 px or larger. By default 2000 images to train, 200 to validate and to test; about 5 ms each.
 *
 * @throws `scales128: …` on another split, and where length or seed is not a whole number from 0 to 2³² − 1.
 */
export function scales128(options: ScenePresetOptions = {}): Dataset {
  const split = presetSplit('scales128', options, 2000);
  const sizes = { size: [0.0625, 0.5], sizeScale: 'log' } as const;
  return shapeScenes('scales128', { ...presets, ...split, ...sizes, side: 128, objects: [3, 8] });
}
