/** Numbers of an image in double precision, row by row, channels last. */
export interface Raster {
  height: number;
  width: number;
  channels: number;
  values: Float64Array;
}

/** Weights at −radius … radius, four standard deviations to each side: a Gaussian of sum 1, or its slope. */
function gaussianWeights(sigma: number, derivative: boolean): Float64Array {
  const radius = Math.floor(4 * sigma + 0.5);
  const weights = Float64Array.from({ length: 2 * radius + 1 }, (_, i) => Math.exp(-0.5 * ((i - radius) / sigma) ** 2));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  // Slope: f'(x) ≈ Σ w(d) f(x + d) with w(d) = d / σ² · g(d).
  return weights.map((weight, i) => (weight / sum) * (derivative ? (i - radius) / sigma ** 2 : 1));
}

/** Where place i of a line of n pixels is read that is mirrored at its ends, edge pixels twice: c b a | a b c | c b a. */
function mirrored(i: number, n: number): number {
  const place = ((i % (2 * n)) + 2 * n) % (2 * n);
  return place < n ? place : 2 * n - 1 - place;
}

function filterAxis(raster: Raster, axis: 'y' | 'x', weights: Float64Array): Raster {
  const { height, width, channels, values } = raster;
  const radius = (weights.length - 1) / 2;
  const length = axis === 'y' ? height : width;
  const step = axis === 'y' ? width * channels : channels;
  const lineStep = axis === 'y' ? channels : width * channels;
  const result = new Float64Array(values.length);
  const offsets = Int32Array.from({ length: length + 2 * radius }, (_, i) => step * mirrored(i - radius, length));
  for (let line = 0; line < (axis === 'y' ? width : height); line++) {
    for (let i = 0; i < length; i++) {
      for (let channel = 0; channel < channels; channel++) {
        const start = line * lineStep + channel;
        let total = 0;
        for (let d = 0; d < weights.length; d++) total += weights[d] * values[start + offsets[i + d]];
        result[start + i * step] = total;
      }
    }
  }
  return { ...raster, values: result };
}

/** Settings of {@link gaussianFilter}. */
export interface GaussianFilterOptions {
  /** Standard deviation, px; 0 leaves the image as it is. */
  sigma: number;
  /** The axis along which the smoothed image's slope is taken, per px; `null` smooths alone. */
  derivative?: 'y' | 'x' | null;
}

/**
 * Convolves each channel with a Gaussian cut off at four standard deviations, or with its slope along an axis; beyond its edges the
 * image is mirrored. The same numbers as `scipy.ndimage.gaussian_filter`, but for the rounding.
 */
export function gaussianFilter(raster: Raster, { sigma, derivative = null }: GaussianFilterOptions): Raster {
  if (sigma === 0 && derivative === null) return raster;
  const along = filterAxis(raster, 'y', gaussianWeights(sigma, derivative === 'y'));
  return filterAxis(along, 'x', gaussianWeights(sigma, derivative === 'x'));
}
