import type { NdArray } from 'ndarray';
import { gaussianFilter, type Raster } from '../../images/gaussianFilter';
import { rgbToHsv } from '../../images/rgbToHsv';
import { rgbToLab } from '../../images/rgbToLab';
import { pixelGraph } from '../felzenszwalb';
import type { SortedEdges } from '../segmentGraph';
import type { SearchColors } from './strategy';

export const colorBins = 25;
export const textureBins = 10;
const orientations = 8;

/** What one color space shows of an image, made ready once for all strategies that use it. */
export interface Appearance {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** Neighboring pixels, for the first segmentation. */
  readonly graph: SortedEdges;
  /** `[H·W, channels · 9]`: the bins that each pixel counts in, of `channels · 25` of color and then `channels · 80` of texture. */
  readonly bins: Uint16Array;
  readonly binsPerPixel: number;
  /** Length of a histogram. */
  readonly binCount: number;
}

/** The image in a color space, every channel 0–1. */
function recolor(image: NdArray<Float32Array>, colors: SearchColors): Raster {
  const [height, width] = image.shape;
  const pixels = height * width;
  const raster = (channels: number, values: Float64Array): Raster => ({ height, width, channels, values });
  const of = (array: NdArray<Float32Array>) => Float64Array.from(array.data);
  if (colors === 'rgb') return raster(3, of(image));
  if (colors === 'hsv') return raster(3, of(rgbToHsv(image)));
  // As bytes hold it: 100 steps of lightness and 255 of a and b.
  if (colors === 'lab') {
    const lab = of(rgbToLab(image));
    return raster(
      3,
      lab.map((value, i) => (i % 3 === 0 ? value / 100 : (value + 128) / 255)),
    );
  }
  if (colors === 'h') {
    const hsv = rgbToHsv(image).data;
    return raster(
      1,
      Float64Array.from({ length: pixels }, (_, i) => hsv[3 * i]),
    );
  }
  const rgb = of(image);
  const sums = Float64Array.from({ length: pixels }, (_, i) => rgb[3 * i] + rgb[3 * i + 1] + rgb[3 * i + 2]);
  if (colors === 'i')
    return raster(
      1,
      sums.map((sum) => sum / 3),
    );
  return raster(
    3,
    rgb.map((value, i) => {
      const sum = sums[Math.floor(i / 3)];
      // Black has the shares of gray.
      return i % 3 === 2 ? sum / 3 : sum > 0 ? value / sum : 1 / 3;
    }),
  );
}

const binOf = (share: number, bins: number) => Math.max(0, Math.min(bins - 1, Math.floor(share * bins)));

/**
 * Slopes of the image in eight directions, each at least 0: of two opposite ones, one is 0.
 * @returns `[H·W, channels, 8]`.
 */
function slopes(raster: Raster): Float64Array {
  const along = gaussianFilter(raster, { sigma: 1, derivative: 'x' }).values;
  const down = gaussianFilter(raster, { sigma: 1, derivative: 'y' }).values;
  const directions = Array.from({ length: orientations / 2 }, (_, k) => (k * 2 * Math.PI) / orientations);
  const weights = directions.map((angle) => [Math.cos(angle), Math.sin(angle)]);
  const result = new Float64Array(along.length * orientations);
  for (let i = 0, at = 0; i < along.length; i++, at += orientations) {
    for (let k = 0; k < orientations / 2; k++) {
      // A Gaussian's slope in any direction is a mix of those along the axes (Freeman and Adelson 1991).
      const slope = weights[k][0] * along[i] + weights[k][1] * down[i];
      result[at + k] = Math.max(0, slope);
      result[at + k + orientations / 2] = Math.max(0, -slope);
    }
  }
  return result;
}

/** Looks at an image in a color space. @param image `[H, W, 3]`, 0–1, not a view. */
export function observe(image: NdArray<Float32Array>, colors: SearchColors, sigma: number): Appearance {
  const raster = recolor(image, colors);
  const { height, width, channels, values } = raster;
  const texture = slopes(raster);
  const steepest = new Float64Array(channels);
  const perChannel = orientations * channels;
  for (let i = 0; i < texture.length; i++) {
    const channel = Math.floor((i % perChannel) / orientations);
    steepest[channel] = Math.max(steepest[channel], texture[i]);
  }
  const binsPerPixel = channels * (1 + orientations);
  const bins = new Uint16Array(height * width * binsPerPixel);
  const firstTexture = channels * colorBins;
  for (let i = 0, at = 0; i < height * width; i++) {
    for (let c = 0; c < channels; c++) bins[at++] = c * colorBins + binOf(values[i * channels + c], colorBins);
    for (let c = 0; c < channels; c++) {
      // Rounding alone makes a slope of some 1e-17 in a plane of one color.
      const unit = steepest[c] > 1e-9 ? 1 / steepest[c] : 0;
      for (let k = 0; k < orientations; k++) {
        const slope = texture[(i * channels + c) * orientations + k] * unit;
        bins[at++] = firstTexture + (c * orientations + k) * textureBins + binOf(slope, textureBins);
      }
    }
  }
  return {
    height,
    width,
    channels,
    graph: pixelGraph(gaussianFilter(raster, { sigma })),
    bins,
    binsPerPixel,
    binCount: firstTexture + perChannel * textureBins,
  };
}
