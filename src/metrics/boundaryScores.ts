import { isNdarray } from '../checks/isNdarray';
import { checkFrom0 } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { shown } from '../checks/shown';
import { tensor } from '../tensor/tensor';
import type { Labels } from './confusionMatrix';

/** Settings of {@link boundaryScores}. */
export interface BoundaryScoresOptions {
  /** How far a boundary may lie from the other map's and still count as found, between centers of pixels, px (1.5: the eight neighbors). At most 64. */
  tolerance?: number;
  /** A true label whose pixels have no boundary, in both maps. */
  ignoreIndex?: number;
}

/** What {@link boundaryScores} gives. */
export interface BoundaryScores {
  /** Share of the predicted boundary pixels that lie near a true one; null where none is predicted. */
  precision: number | null;
  /** Share of the true boundary pixels that lie near a predicted one; null where there is none. */
  recall: number | null;
  /** Their harmonic mean, 2pr / (p + r); null where one of them is, 0 where both are 0. */
  f1: number | null;
}

const mostTolerance = 64;

/** 1 where the pixel on the right or below has another label, `[H, W]` beginning at `start`. */
function boundary(labels: Float32Array, known: (place: number) => boolean, [height, width]: number[], start: number) {
  const found = new Uint8Array(height * width);
  const differs = (one: number, other: number) =>
    labels[start + one] !== labels[start + other] && known(start + one) && known(start + other);
  for (let y = 0, place = 0; y < height; y++) {
    for (let x = 0; x < width; x++, place++) {
      const right = x + 1 < width && differs(place, place + 1);
      if (right || (y + 1 < height && differs(place, place + width))) found[place] = 1;
    }
  }
  return found;
}

/** How many pixels of a boundary there are, and how many of them have one of the other's within reach. */
function countNear(own: Uint8Array, other: Uint8Array, [height, width]: number[], reach: number[][]) {
  let [all, near] = [0, 0];
  for (let place = 0; place < own.length; place++) {
    if (!own[place]) continue;
    all++;
    const [y, x] = [Math.floor(place / width), place % width];
    const meets = ([dy, dx]: number[]) =>
      y + dy >= 0 && y + dy < height && x + dx >= 0 && x + dx < width && other[place + dy * width + dx] === 1;
    if (reach.some(meets)) near++;
  }
  return { all, near };
}

/** Places around a pixel at most so far away, the nearest first. */
function disk(radius: number): number[][] {
  const steps = Array.from({ length: 2 * Math.floor(radius) + 1 }, (_, i) => i - Math.floor(radius));
  const squared = ([dy, dx]: number[]) => dy * dy + dx * dx;
  return steps
    .flatMap((dy) => steps.map((dx) => [dy, dx]))
    .filter((step) => squared(step) <= radius * radius)
    .sort((one, other) => squared(one) - squared(other));
}

/**
 * How well the boundaries between regions of two label maps agree (Csurka et al. 2013, of all classes together): a pixel is part of the
 * boundary where the one on the right or below has another label, and counts as found where the other map's boundary passes within
 * `tolerance`. Which classes lie on its two sides does not count.
 * @param truth class numbers, `[H, W]` or `[N, H, W]`; the pixels of all images are counted together.
 * @param predicted the same shape.
 * @throws on other shapes, and on a tolerance that is not a number from 0 to 64.
 */
export function boundaryScores(truth: Labels, predicted: Labels, options: BoundaryScoresOptions = {}): BoundaryScores {
  const kinds = { tolerance: 'any', ignoreIndex: 'number' } as const;
  const { tolerance = 1.5, ignoreIndex } = checkOptions('boundaryScores', options, kinds);
  checkFrom0('boundaryScores', 'tolerance', tolerance);
  if (tolerance > mostTolerance) {
    throw new Error(`boundaryScores: expected a tolerance of at most ${mostTolerance} px, got ${tolerance}`);
  }
  for (const [name, labels] of Object.entries({ truth, predicted })) {
    if (isNdarray(labels) && (labels.shape.length === 2 || labels.shape.length === 3)) continue;
    const got = isNdarray(labels) ? `[${labels.shape.join(', ')}]` : shown(labels);
    throw new Error(`boundaryScores: expected ${name} [H, W] or [N, H, W] of labels, got ${got}`);
  }
  if (truth.shape.join() !== predicted.shape.join()) {
    throw new Error(
      `boundaryScores: expected predictions [${truth.shape.join(', ')}], got [${predicted.shape.join(', ')}]`,
    );
  }
  const size = truth.shape.slice(-2);
  const [actual, guessed] = [truth, predicted].map((labels) => tensor(labels).value.data!);
  const known = (place: number) => actual[place] !== ignoreIndex;
  const reach = disk(tolerance);
  const totals = { found: 0, hits: 0, there: 0, met: 0 };
  const each = size[0] * size[1];
  for (let start = 0; start < actual.length; start += each) {
    const [own, other] = [boundary(actual, known, size, start), boundary(guessed, known, size, start)];
    const [recalled, right] = [countNear(own, other, size, reach), countNear(other, own, size, reach)];
    totals.there += recalled.all;
    totals.met += recalled.near;
    totals.found += right.all;
    totals.hits += right.near;
  }
  const precision = totals.found > 0 ? totals.hits / totals.found : null;
  const recall = totals.there > 0 ? totals.met / totals.there : null;
  if (precision === null || recall === null) return { precision, recall, f1: null };
  return { precision, recall, f1: (2 * precision * recall) / Math.max(precision + recall, Number.MIN_VALUE) };
}
