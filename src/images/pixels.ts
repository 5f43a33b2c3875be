import type { Data, NdArray } from 'ndarray';
import ndarray from 'ndarray';

/** Bytes of an image, row by row, `[height, width, channels]`. */
export interface Pixels {
  height: number;
  width: number;
  channels: number;
  data: Uint8Array;
}

const shapeText = (array: { shape: number[] }) => `[${array.shape.join(', ')}]`;

/** Whether the value looks like an ndarray. */
export function isNdArray(value: unknown): value is NdArray<Data<number>> {
  return typeof value === 'object' && value !== null && 'shape' in value && 'stride' in value && 'data' in value;
}

/**
 * The bytes of an image: `round(255 · min(1, max(0, v)))` of numbers in 0–1, or the bytes themselves.
 *
 * @param image `[H, W]` gray, `[H, W, 1]`, `[H, W, 3]` or `[H, W, 4]` with alpha; float32, float64 or plain numbers in 0–1, or uint8.
 * @throws `<caller>: …` on other shapes, on no pixels, on other integers and on NaN, naming the place.
 */
export function toPixels(caller: string, image: NdArray<Data<number>>): Pixels {
  if (!isNdArray(image)) throw new Error(`${caller}: expected an ndarray [H, W, 3] or [H, W], got ${typeof image}`);
  const [height, width, channels = 1] = image.shape;
  const dimensions = image.shape.length;
  if (dimensions < 2 || dimensions > 3 || ![1, 3, 4].includes(channels)) {
    throw new Error(`${caller}: expected an image [H, W, 3] or [H, W], got ${shapeText(image)}`);
  }
  if (height * width === 0) throw new Error(`${caller}: expected at least one pixel, got ${shapeText(image)}`);
  const bytes = image.dtype === 'uint8' || image.dtype === 'uint8_clamped';
  if (!bytes && !['float32', 'float64', 'array', 'generic'].includes(image.dtype)) {
    throw new Error(`${caller}: expected numbers in 0–1 or bytes (uint8), got ${image.dtype}`);
  }
  const data = new Uint8Array(height * width * channels);
  let target = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < channels; channel++) {
        const value = Number(dimensions === 2 ? image.get(y, x) : image.get(y, x, channel));
        if (Number.isNaN(value)) {
          throw new Error(`${caller}: expected numbers, got NaN at row ${y}, column ${x}`);
        }
        data[target++] = bytes ? value : Math.round(255 * Math.min(1, Math.max(0, value)));
      }
    }
  }
  return { height, width, channels, data };
}

/**
 * The labels of a label map as bytes.
 *
 * @param labels `[H, W]`, whole numbers 0–255 in any dtype.
 * @throws `<caller>: …` on another shape, on no pixels and on other numbers, naming the place.
 */
export function toLabelBytes(caller: string, labels: NdArray<Data<number>>): Pixels {
  if (!isNdArray(labels)) throw new Error(`${caller}: expected an ndarray [H, W] of labels, got ${typeof labels}`);
  if (labels.shape.length !== 2) throw new Error(`${caller}: expected labels [H, W], got ${shapeText(labels)}`);
  const [height, width] = labels.shape;
  if (height * width === 0) throw new Error(`${caller}: expected at least one pixel, got ${shapeText(labels)}`);
  const data = new Uint8Array(height * width);
  for (let y = 0, target = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const value = Number(labels.get(y, x));
      if (!(Number.isInteger(value) && value >= 0 && value <= 255)) {
        throw new Error(`${caller}: expected whole labels 0–255, got ${value} at row ${y}, column ${x}`);
      }
      data[target++] = value;
    }
  }
  return { height, width, channels: 1, data };
}

type Nested = readonly (number | Nested)[] | ArrayLike<number>;

/**
 * An ndarray of nested rows, such as `[[1, 2], [3, 4]]` or what a kernel hands back.
 *
 * @param rows Numbers nested to any depth; the innermost rows may be typed arrays.
 * @returns float32, shaped as the nesting.
 * @throws where rows of one level differ in length or in kind, naming the place.
 */
export function toNdarray(rows: Nested): NdArray<Float32Array> {
  const shape: number[] = [];
  for (let row: unknown = rows; typeof row === 'object' && row !== null; row = (row as ArrayLike<unknown>)[0]) {
    const { length } = row as ArrayLike<unknown>;
    if (!Number.isInteger(length)) throw new Error('toNdarray: expected nested rows of numbers, got an object');
    shape.push(length);
    if (length === 0) break;
  }
  if (shape.length === 0) throw new Error(`toNdarray: expected nested rows of numbers, got ${typeof rows}`);
  const data = new Float32Array(shape.reduce((product, length) => product * length, 1));
  let target = 0;
  function fill(row: unknown, place: number[]): void {
    const at = `[${place.join(', ')}]`;
    if (place.length === shape.length) {
      if (typeof row !== 'number') throw new Error(`toNdarray: expected a number at ${at}, got ${typeof row}`);
      data[target++] = row;
      return;
    }
    const length = typeof row === 'object' && row !== null ? (row as ArrayLike<unknown>).length : undefined;
    if (length !== shape[place.length]) {
      throw new Error(`toNdarray: expected a row of ${shape[place.length]} at ${at}, got ${length ?? typeof row}`);
    }
    for (let i = 0; i < length; i++) fill((row as ArrayLike<unknown>)[i], [...place, i]);
  }
  fill(rows, []);
  return ndarray(data, shape);
}
