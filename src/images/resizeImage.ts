import type { Data, NdArray } from 'ndarray';
import ndarray from 'ndarray';
import { isNdarray } from '../checks/isNdarray';
import { checkOption, checkOptions } from '../checks/options';
import { shown } from '../checks/shown';
import { checkShape } from '../shape/shape';
import { rowByRow } from './pixels';

/** The size that {@link resizeImage} makes, and how. */
export interface ResizeOptions {
  /** Rows of the result, px. */
  height: number;
  /** Columns of the result, px. */
  width: number;
  /** `bilinear` for images; `nearest` for label maps, whose numbers must not mix. */
  method?: 'bilinear' | 'nearest';
}

interface Taps {
  first: number;
  weights: number[];
}

/**
 * Which inputs make an output, along one axis. Output i lies at `c = (i + ½)·s`, s = input / output; input j has the weight
 * `max(0, 1 − |j + ½ − c| / max(1, s))`, divided by their sum.
 */
function triangle(input: number, output: number): Taps[] {
  const step = input / output;
  const reach = Math.max(1, step);
  return Array.from({ length: output }, (_, i) => {
    const center = (i + 0.5) * step;
    const first = Math.max(0, Math.floor(center - reach + 0.5));
    const end = Math.min(input, Math.floor(center + reach + 0.5));
    const weights = Array.from({ length: end - first }, (_, k) =>
      Math.max(0, 1 - Math.abs(first + k + 0.5 - center) / reach),
    );
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return { first, weights: weights.map((weight) => weight / sum) };
  });
}

function nearest(input: number, output: number): Taps[] {
  return Array.from({ length: output }, (_, i) => ({
    first: Math.min(input - 1, Math.floor(((i + 0.5) * input) / output)),
    weights: [1],
  }));
}

/**
 * Resizes an image or a label map. `bilinear` interpolates between pixel centers when it enlarges and averages under a triangle as
 * wide as two output pixels when it shrinks, so that no pixel is skipped (Pillow's `BILINEAR`, torchvision's `antialias=True`).
 *
 * @param image `[H, W]` or `[H, W, C]`.
 * @returns `[height, width]` or `[height, width, C]`, float32, in the units of the image: bytes stay 0–255.
 * @throws on other shapes, on an empty image, and unless height and width are whole numbers from 1 to 65535.
 */
export function resizeImage(image: NdArray<Data<number>>, options: ResizeOptions): NdArray<Float32Array> {
  const {
    height,
    width,
    method = 'bilinear',
  } = checkOptions('resizeImage', options, { height: 'any', width: 'any', method: 'any' });
  if (!isNdarray(image) || image.shape.length < 2 || image.shape.length > 3 || image.size === 0) {
    const got = isNdarray(image) ? `[${image.shape.join(', ')}]` : shown(image);
    throw new Error(`resizeImage: expected an image [H, W, C] or [H, W], got ${got}`);
  }
  for (const [name, value] of Object.entries({ height, width })) {
    if (!(Number.isInteger(value) && value >= 1 && value <= 65535)) {
      throw new Error(`resizeImage: expected ${name} a whole number from 1 to 65535, got ${shown(value)}`);
    }
  }
  checkOption('resizeImage', 'method', method, ['bilinear', 'nearest']);
  const tapsOf = { bilinear: triangle, nearest }[method];
  checkShape('resizeImage', [height, width, image.shape[2] ?? 1]);
  const flat = image.shape.length === 2;
  const [inputHeight, inputWidth, channels = 1] = image.shape;

  // Columns first, then rows: the filter is a product of the two.
  const rowLength = width * channels;
  const values = rowByRow(image);
  const narrow = new Float32Array(inputHeight * rowLength);
  const columns = tapsOf(inputWidth, width);
  for (let y = 0; y < inputHeight; y++) {
    for (let x = 0; x < width; x++) {
      const { first, weights } = columns[x];
      const start = (y * inputWidth + first) * channels;
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0;
        for (let k = 0; k < weights.length; k++) sum += weights[k] * Number(values[start + k * channels + channel]);
        narrow[y * rowLength + x * channels + channel] = sum;
      }
    }
  }
  const data = new Float32Array(height * rowLength);
  const rows = tapsOf(inputHeight, height);
  for (let y = 0; y < height; y++) {
    const { first, weights } = rows[y];
    for (let i = 0; i < rowLength; i++) {
      let sum = 0;
      for (let k = 0; k < weights.length; k++) sum += weights[k] * narrow[(first + k) * rowLength + i];
      data[y * rowLength + i] = sum;
    }
  }
  return ndarray(data, flat ? [height, width] : [height, width, channels]);
}
