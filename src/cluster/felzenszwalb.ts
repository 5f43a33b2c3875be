import ndarray, { type NdArray } from 'ndarray';
import { checkArray } from '../checks/arrays';
import { firstNonFinite } from '../checks/finite';
import { checkFrom0 } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { gaussianFilter, type Raster } from '../images/gaussianFilter';
import { show } from '../shape/shape';
import { tensor } from '../tensor/tensor';
import { checkSegmentation, type SortedEdges, segmentSorted, sortEdges } from './segmentGraph';

/** Settings of {@link felzenszwalb}. */
export interface FelzenszwalbOptions {
  /** The paper's k, for colors from 0 to 255: the larger, the larger the segments; ≥ 0 (100). */
  scale?: number;
  /** Standard deviation of the Gaussian that smooths the image beforehand, px; 0 for none (0.8). */
  sigma?: number;
  /** Fewest pixels of a segment (20). */
  minSize?: number;
}

/** Throws unless the standard deviation of a smoothing is a number ≥ 0 that leaves the filter a size. */
export function checkSigma(caller: string, sigma: number): void {
  checkFrom0(caller, 'sigma', sigma);
  if (sigma > 1e6) throw new Error(`${caller}: expected sigma of at most 1e6 px, got ${sigma}`);
}

/** Neighbors of pixels and how far apart their colors are, from the nearest to the farthest: in 0–1, the Euclidean distance. */
export function pixelGraph(raster: Raster): SortedEdges {
  const { height, width, channels, values } = raster;
  const count = height * (width - 1) + (height - 1) * (width + 2 * (width - 1));
  const from = new Int32Array(count);
  const to = new Int32Array(count);
  const weights = new Float64Array(count);
  let edge = 0;
  const join = (one: number, other: number) => {
    let total = 0;
    for (let c = 0; c < channels; c++) total += (values[one * channels + c] - values[other * channels + c]) ** 2;
    from[edge] = one;
    to[edge] = other;
    weights[edge++] = Math.sqrt(total);
  };
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (x + 1 < width) join(i, i + 1);
      if (y + 1 === height) continue;
      join(i, i + width);
      if (x + 1 < width) join(i, i + width + 1);
      if (x > 0) join(i, i + width - 1);
    }
  }
  return sortEdges({ nodes: height * width, from, to, weights });
}

/**
 * Reads an image for work on the host.
 * @throws `<caller>: …` unless it is an ndarray `[H, W]` or `[H, W, C]` of at least one finite number.
 */
export function readRaster(caller: string, image: NdArray): Raster {
  checkArray(caller, 'an image', image, '[H, W, C]', '[H, W]');
  const { shape } = image;
  if (shape.includes(0)) {
    throw new Error(`${caller}: expected an image [H, W, C] or [H, W] of at least one pixel, got ${show(shape)}`);
  }
  const [height, width, channels = 1] = shape;
  const values = Float64Array.from(tensor(image).value.data!);
  const wrong = firstNonFinite(values);
  if (wrong >= 0) {
    const pixel = Math.floor(wrong / channels);
    const place = `row ${Math.floor(pixel / width)}, column ${pixel % width}`;
    throw new Error(`${caller}: expected finite numbers, got ${values[wrong]} at ${place}`);
  }
  return { height, width, channels, values };
}

/**
 * Segments an image with {@link segmentGraph}: pixels are the nodes, each is joined to its eight neighbors, and an edge weighs the
 * distance of the two colors after some smoothing. Segments end where the step in color is large beside the steps inside, so a
 * smooth slope stays whole, and noise is forgiven where there is noise everywhere.
 *
 * As `skimage.segmentation.felzenszwalb`, but for edges of equal weight: they are taken in a fixed order here, row by row (right, down,
 * down and right, down and left), and an edge just as heavy as is allowed joins, as in the paper.
 *
 * @param image `[H, W, C]` or `[H, W]`, 0–1.
 * @returns Int32 `[H, W]`, the segment of each pixel, from 0 on in the order of their first pixels, row by row; each is connected, by
 * corners, too.
 * @throws on another shape, on no pixels, on numbers that are not finite, and unless scale, sigma ≥ 0 and minSize ≥ 1.
 * @see Felzenszwalb and Huttenlocher 2004, Efficient graph-based image segmentation, sections 4 and 5.
 */
export function felzenszwalb(image: NdArray, options: FelzenszwalbOptions = {}): NdArray<Int32Array> {
  const {
    scale = 100,
    sigma = 0.8,
    minSize = 20,
  } = checkOptions('felzenszwalb', options, { scale: 'any', sigma: 'any', minSize: 'any' });
  checkSegmentation('felzenszwalb', scale, minSize);
  checkSigma('felzenszwalb', sigma);
  const raster = readRaster('felzenszwalb', image);
  const graph = pixelGraph(gaussianFilter(raster, { sigma }));
  return ndarray(segmentSorted(graph, { scale: scale / 255, minSize }).labels, [raster.height, raster.width]);
}
