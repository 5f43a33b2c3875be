import ndarray, { type NdArray } from 'ndarray';
import { checkList } from '../checks/arguments';
import { checkArray } from '../checks/arrays';
import { firstNonFinite } from '../checks/finite';
import { checkCount, checkFinite, checkFrom0 } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { checkShape, show } from '../shape/shape';
import { readArray } from '../tensor/readArray';
import { tensor } from '../tensor/tensor';

function checkColorImage(caller: string, image: NdArray): [number, number] {
  checkArray(caller, 'an image', image, '[H, W, 3]');
  return [image.shape[0], image.shape[1]];
}

/**
 * An image's pixels as points of color space, row by row.
 * @param image `[H, W, 3]`.
 * @returns float32 `[H·W, 3]`: red, green, blue as the image has them.
 * @throws unless the image is `[H, W, 3]`.
 */
export function colorPoints(image: NdArray): NdArray<Float32Array> {
  const [height, width] = checkColorImage('colorPoints', image);
  return ndarray(tensor(image).value.data!.slice(), [height * width, 3]);
}

/** Settings of {@link colorLocationPoints}. */
export interface ColorLocationOptions {
  /**
   * Length of the image's longer side in units of color, where black and white are 1 apart in each channel. The larger it is, the more
   * compact the segments; with 0 only color counts.
   */
  locationWeight?: number;
}

/**
 * An image's pixels as points of color and location, row by row.
 *
 *     x = locationWeight · (column + ½) / max(H, W),   y = locationWeight · (row + ½) / max(H, W)
 *
 * @param image `[H, W, 3]`, colors 0–1.
 * @returns float32 `[H·W, 5]`: red, green, blue, x, y.
 * @throws unless the image is `[H, W, 3]` and the weight a number ≥ 0.
 */
export function colorLocationPoints(image: NdArray, options: ColorLocationOptions = {}): NdArray<Float32Array> {
  const { locationWeight = 1 } = checkOptions('colorLocationPoints', options, { locationWeight: 'any' });
  const [height, width] = checkColorImage('colorLocationPoints', image);
  checkFrom0('colorLocationPoints', 'locationWeight', locationWeight);
  const colors = tensor(image).value.data!;
  const points = new Float32Array(height * width * 5);
  const unit = locationWeight / Math.max(height, width);
  for (let i = 0; i < height * width; i++) {
    const column = i % width;
    for (let channel = 0; channel < 3; channel++) points[i * 5 + channel] = colors[i * 3 + channel];
    points[i * 5 + 3] = unit * (column + 0.5);
    points[i * 5 + 4] = unit * ((i - column) / width + 0.5);
  }
  return ndarray(points, [height * width, 5]);
}

/**
 * The labels of an image's pixels as a map.
 * @param labels `[height · width]`, row by row, as {@link kMeans} and {@link meanShift} return them.
 * @returns Int32 `[height, width]`, a copy.
 * @throws where the sizes do not match.
 */
export function labelsToMap(labels: NdArray, height: number, width: number): NdArray<Int32Array> {
  checkCount('labelsToMap', 'height', height, 0);
  checkCount('labelsToMap', 'width', width, 0);
  checkArray('labelsToMap', 'labels', labels, '[H·W]');
  const { shape } = labels;
  if (shape[0] !== height * width)
    throw new Error(`labelsToMap: expected labels ${show([height * width])}, got ${show(shape)}`);
  return ndarray(
    Int32Array.from({ length: shape[0] }, (_, i) => labels.get(i)),
    [height, width],
  );
}

/**
 * An image in which every pixel has the mean color of its segment.
 * @param image `[H, W, 3]`.
 * @param labels `[H, W]` or `[H·W]`: pixels with the same number are one segment, whatever the number is.
 * @returns float32 `[H, W, 3]`.
 * @throws unless there is one label per pixel.
 */
export function paintSegments(image: NdArray, labels: NdArray): NdArray<Float32Array> {
  const [height, width] = checkColorImage('paintSegments', image);
  checkArray('paintSegments', 'labels', labels, '[H, W]', '[H·W]');
  const { shape } = labels;
  const isMap = shape.length === 2 && shape[0] === height && shape[1] === width;
  if (!isMap && !(shape.length === 1 && shape[0] === height * width)) {
    throw new Error(
      `paintSegments: expected labels ${show([height, width])} or ${show([height * width])}, got ${show(shape)}`,
    );
  }
  const colors = tensor(image).value.data!;
  /** Per label: sums of red, green and blue, and the number of pixels; then means. */
  const segments = new Map<number, Float64Array>();
  const segmentOf: Float64Array[] = [];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const i = row * width + column;
      const label = isMap ? labels.get(row, column) : labels.get(i);
      let segment = segments.get(label);
      if (!segment) {
        segment = new Float64Array(4);
        segments.set(label, segment);
      }
      for (let channel = 0; channel < 3; channel++) segment[channel] += colors[i * 3 + channel];
      segment[3]++;
      segmentOf.push(segment);
    }
  }
  const painted = new Float32Array(colors.length);
  for (const [i, segment] of segmentOf.entries()) {
    for (let channel = 0; channel < 3; channel++) painted[i * 3 + channel] = segment[channel] / segment[3];
  }
  return ndarray(painted, [height, width, 3]);
}

/** Settings of {@link histogram}. */
export interface HistogramOptions {
  /** Number of intervals of equal width. */
  bins?: number;
  /** Where the first begins and the last ends; by default the smallest and the largest value, or ± ½ around them where they are one. */
  range?: readonly [number, number];
}

/** Result of {@link histogram}. */
export interface Histogram {
  /** `[bins]`. */
  counts: NdArray<Int32Array>;
  /** `[bins + 1]`: interval i holds edges[i] ≤ value < edges[i + 1], and the last one its upper edge, too. */
  edges: NdArray<Float64Array>;
}

/**
 * Counts how many values fall into each of several intervals; values outside the range count nowhere.
 * @param values an ndarray of any shape `[…]`, such as the intensities `[H, W]` of an image.
 * @throws on values that are not finite, on `bins` below 1, and on a range that does not rise; without values there must be a range.
 */
export function histogram(values: NdArray, options: HistogramOptions = {}): Histogram {
  const { bins = 32, range } = checkOptions('histogram', options, { bins: 'any', range: 'any' });
  checkCount('histogram', 'bins', bins, 1);
  checkShape('histogram', [bins]);
  if (range !== undefined) {
    checkList('histogram', 'range', range, '2 numbers');
    for (const border of range) checkFinite('histogram', 'range', border);
  }
  const flat = readArray('histogram', 'values', values, '[…]').value.data!;
  const wrong = firstNonFinite(flat);
  if (wrong >= 0) throw new Error(`histogram: expected finite values, got ${flat[wrong]} at position ${wrong}`);
  if (!range && flat.length === 0) throw new Error('histogram: expected values or a range, got neither');
  let [low, high] = range ?? [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  if (!range) {
    for (const value of flat) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    if (low === high) [low, high] = [low - 0.5, high + 0.5];
  }
  if (!(low < high && Number.isFinite(high - low)))
    throw new Error(`histogram: expected a range that rises, got [${low}, ${high}]`);
  const edges = Float64Array.from({ length: bins + 1 }, (_, i) =>
    i === bins ? high : low + ((high - low) * i) / bins,
  );
  const counts = new Int32Array(bins);
  for (const value of flat) {
    if (!(value >= low && value <= high)) continue;
    let bin = Math.min(bins - 1, Math.floor(((value - low) / (high - low)) * bins));
    // The quotient may round across an edge.
    while (bin > 0 && value < edges[bin]) bin--;
    while (bin < bins - 1 && value >= edges[bin + 1]) bin++;
    counts[bin]++;
  }
  return { counts: ndarray(counts, [bins]), edges: ndarray(edges, [bins + 1]) };
}
