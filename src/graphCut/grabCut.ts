import ndarray, { type NdArray } from 'ndarray';
import { checkArray } from '../checks/arrays';
import { checkCount, checkFrom0 } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { isRecord } from '../checks/record';
import { checkSeed } from '../checks/seed';
import { shown } from '../checks/shown';
import type { Raster } from '../images/gaussianFilter';
import { type ColorMixture, ColorModel, checkComponents, MixtureTerms, startMixture } from './colorMixture';
import { neighborLinks, readColorImage } from './neighborWeights';
import { type Certainty, PixelCut } from './pixelCut';
import { paintStrokes, type Stroke } from './strokes';

/** Settings of {@link grabCut}. */
export interface GrabCutOptions {
  /** Around the object, `[x1, y1, x2, y2]` in px, right and lower edge exclusive: outside of it everything is background. */
  rectangle?: readonly number[];
  /** Strokes of a brush, the later ones over the earlier ones. */
  strokes?: readonly Stroke[];
  /** The result that the strokes refine: it goes on from its mask, its mixtures, and what was certain. */
  previous?: GrabCutResult;
  /** Most times that mixtures are learned and the image is cut (5). It ends earlier where nothing changes any more. */
  iterations?: number;
  /** γ: what a border of one pixel costs where the image is smooth; ≥ 0 (50). */
  gamma?: number;
  /** Gaussians of each of the two mixtures, at most 255 (5). */
  components?: number;
  /** Of k-means, with which the mixtures start; a whole number (0). */
  seed?: number;
}

/** Result of {@link grabCut}. */
export interface GrabCutResult {
  /** 1 where the object is, 0 elsewhere, `[H, W]`. */
  mask: NdArray<Uint8Array>;
  /** 1 where a stroke says foreground, −1 where one says background or the rectangle has ended, 0 where the cut decides; `[H, W]`. */
  certain: NdArray<Int8Array>;
  /** What is inside the rectangle of the first call, x1, y1, x2, y2; null without one. */
  rectangle: number[] | null;
  /** The energy of the labels to start with, then after each iteration; it never rises. */
  energies: number[];
  /** The colors of the object. */
  foreground: ColorMixture;
  /** The colors of all else. */
  background: ColorMixture;
  /** False where `iterations` ended it. */
  converged: boolean;
}

/** Labels, and what of them is certain. */
interface Labeling {
  labels: Uint8Array;
  certain: Certainty;
  rectangle: number[] | null;
}

/** The pixels whose centers lie in a rectangle. @throws on other shapes, no pixel inside, and none outside. */
function readRectangle(rectangle: unknown, { height, width }: Raster): { corners: number[]; inside: Uint8Array } {
  const isList = Array.isArray(rectangle) && rectangle.length === 4 && Array.from(rectangle).every(Number.isFinite);
  if (!isList) throw new Error(`grabCut: expected a rectangle [x1, y1, x2, y2] in px, got ${shown(rectangle)}`);
  const [x1, y1, x2, y2] = rectangle as number[];
  if (x2 <= x1 || y2 <= y1) {
    throw new Error(
      `grabCut: expected a rectangle x1, y1, x2, y2 with x1 < x2 and y1 < y2, got ${shown(rectangle)}. Are these x, y, width, height? Then x2 = x + width, y2 = y + height`,
    );
  }
  const inside = new Uint8Array(height * width);
  for (let i = 0; i < inside.length; i++) {
    const x = (i % width) + 0.5;
    const y = Math.floor(i / width) + 0.5;
    inside[i] = x >= x1 && x < x2 && y >= y1 && y < y2 ? 1 : 0;
  }
  const place = `an image of ${width}×${height} px`;
  if (!inside.includes(1)) {
    throw new Error(`grabCut: expected a rectangle with pixels of ${place} in it, got ${shown(rectangle)}`);
  }
  if (!inside.includes(0)) {
    throw new Error(
      `grabCut: expected a rectangle that leaves pixels of ${place} outside, from which the background is learned, got ${shown(rectangle)}`,
    );
  }
  return { corners: [x1, y1, x2, y2], inside };
}

/** Throws unless `previous` is a result for an image of this size. */
function checkPrevious(previous: unknown, { height, width }: Raster): asserts previous is GrabCutResult {
  if (!isRecord(previous)) {
    throw new Error(`grabCut: expected previous to be a result of grabCut, got ${shown(previous)}`);
  }
  checkArray('grabCut', 'mask of previous', previous.mask, `[${height}, ${width}]`);
  checkArray('grabCut', 'certain of previous', previous.certain, `[${height}, ${width}]`);
}

/** Where everything starts: what the rectangle, the strokes and a previous result say. */
function startLabeling(
  raster: Raster,
  { rectangle, strokes, previous }: GrabCutOptions,
): Labeling & { touched: Uint8Array } {
  const { height, width } = raster;
  const count = height * width;
  const [labels, certain, touched] = [new Uint8Array(count), new Int8Array(count), new Uint8Array(count)];
  let corners: number[] | null = null;
  let inside = new Uint8Array(count).fill(1);
  if (previous !== undefined) {
    checkPrevious(previous, raster);
    for (let i = 0; i < count; i++) {
      const [y, x] = [Math.floor(i / width), i % width];
      labels[i] = previous.mask.get(y, x) ? 1 : 0;
      certain[i] = Math.sign(previous.certain.get(y, x)) || 0;
    }
    if (previous.rectangle) ({ corners, inside } = readRectangle(previous.rectangle, raster) as never);
  } else if (rectangle !== undefined) {
    ({ corners, inside } = readRectangle(rectangle, raster) as never);
    labels.set(inside);
  }
  paintStrokes('grabCut', strokes ?? [], raster, (pixel, label) => {
    touched[pixel] = 1;
    labels[pixel] = /foreground$/i.test(label) ? 1 : 0;
    certain[pixel] = label === 'foreground' ? 1 : label === 'background' ? -1 : 0;
  });
  for (let i = 0; i < count; i++) {
    if (!inside[i]) [labels[i], certain[i]] = [0, -1];
  }
  return { labels, certain, rectangle: corners, touched };
}

/** The colors of some pixels. */
function colorsOf(colors: Float64Array, wanted: (i: number) => boolean): Float64Array {
  const list: number[] = [];
  for (let i = 0; i < colors.length / 3; i++) if (wanted(i)) list.push(i);
  const picked = new Float64Array(3 * list.length);
  for (let n = 0; n < list.length; n++) for (let d = 0; d < 3; d++) picked[3 * n + d] = colors[3 * list[n] + d];
  return picked;
}

/**
 * Cuts an object out of an image, from a rectangle around it or a few strokes of a brush. The colors of object and background are two
 * mixtures of Gaussians; the labels α (1 object, 0 background) and the mixtures θ are those of least energy,
 *
 *     E(α, θ) = Σ_n D(z_n; θ of α_n) + Σ_{m,n neighbors, α_m ≠ α_n} w(m, n)
 *
 * with D as in {@link mixtureCosts} and w as in {@link neighborWeights}. Each iteration puts every pixel into a component of its
 * side's mixture, learns the mixtures, and finds the best labels for them by a minimum cut. No step raises E: it ends in a local minimum.
 *
 * With a rectangle, all pixels inside start as object; outside of it everything is background and stays so, whatever the strokes say.
 * Without one, the mixtures start from the pixels below the strokes, of which some must be object and some background, and a first cut
 * decides all others. With `previous`, the strokes are added to what was certain before, and the mixtures go on from where they are;
 * `rectangle`, `components` and `seed` have then been settled.
 *
 * @param image `[H, W, 3]`, 0–1.
 * @throws on another shape, on no pixels, on numbers that are not finite, on settings out of range, without a rectangle, strokes or a
 * previous result, and where a side has no pixels to start from.
 * @see Rother, Kolmogorov and Blake 2004, GrabCut: interactive foreground extraction using iterated graph cuts, section 3. As in OpenCV, D sums over
 * the components, where the paper takes the best one: the result then depends less on where k-means starts. Border matting, section 4, is
 * left out.
 */
export async function grabCut(image: NdArray, options: GrabCutOptions): Promise<GrabCutResult> {
  checkOptions('grabCut', options, {
    rectangle: 'any',
    strokes: 'any',
    previous: 'any',
    iterations: 'any',
    gamma: 'any',
    components: 'any',
    seed: 'any',
  });
  const { rectangle, strokes, previous, iterations = 5, gamma = 50, components = 5, seed = 0 } = options;
  checkCount('grabCut', 'iterations', iterations, 1);
  checkFrom0('grabCut', 'gamma', gamma);
  checkComponents('grabCut', components);
  checkSeed('grabCut', seed);
  if (rectangle === undefined && strokes === undefined && previous === undefined) {
    throw new Error('grabCut: expected a rectangle around the object, strokes, or a previous result, got none of them');
  }
  if (rectangle !== undefined && previous !== undefined) {
    throw new Error(
      'grabCut: expected either a rectangle or a previous result, got both; a new rectangle begins anew, without previous',
    );
  }
  const raster = readColorImage('grabCut', image);
  const start = startLabeling(raster, options);
  const { labels, certain } = start;
  const colors = raster.values;
  const cut = new PixelCut(certain, neighborLinks(raster, gamma));

  const model = async (side: 0 | 1): Promise<ColorModel> => {
    const name = side === 1 ? 'foreground' : 'background';
    if (previous !== undefined)
      return new ColorModel(colors, MixtureTerms.read('grabCut', `${name} of previous`, previous[name]));
    const isSeed = (i: number) => labels[i] === side && (rectangle !== undefined || start.touched[i] === 1);
    const own = colorsOf(colors, isSeed);
    if (own.length === 0) {
      const advice = rectangle ? 'leave some of the rectangle free' : 'draw strokes on both sides, or give a rectangle';
      throw new Error(`grabCut: expected pixels of the ${name} to start from, got none; ${advice}`);
    }
    return new ColorModel(colors, await startMixture(own, components, seed));
  };
  const [background, foreground] = [await model(0), await model(1)];
  if (rectangle === undefined && previous === undefined) cut.decide(foreground.costs, background.costs, labels);

  const energy = () => cut.energy(foreground.costs, background.costs, labels);
  const energies = [energy()];
  let converged = false;
  while (energies.length <= iterations && !converged) {
    foreground.learn((i) => labels[i] === 1);
    background.learn((i) => labels[i] === 0);
    const changed = cut.decide(foreground.costs, background.costs, labels);
    energies.push(energy());
    // Where the labels stay, the mixtures may still move; where these do not either, it has ended.
    converged = changed === 0 && energies[energies.length - 1] >= energies[energies.length - 2];
  }
  const { height, width } = raster;
  return {
    mask: ndarray(labels, [height, width]),
    certain: ndarray(certain, [height, width]),
    rectangle: start.rectangle,
    energies,
    foreground: foreground.mixture.result(),
    background: background.mixture.result(),
    converged,
  };
}
