import type { Data, NdArray } from 'ndarray';
import ndarray from 'ndarray';
import { isNdarray } from '../checks/isNdarray';
import { shown } from '../checks/shown';

/** Bytes of an image, row by row, `[height, width, channels]`; they may be the image's own, and are not to be changed. */
export interface Pixels {
  height: number;
  width: number;
  channels: number;
  data: Uint8Array;
}

const shapeText = (array: { shape: number[] }) => `[${array.shape.join(', ')}]`;

/**
 * The bytes of an image: `round(255 · min(1, max(0, v)))` of numbers in 0–1, or the bytes themselves.
 *
 * @param image `[H, W]` gray, `[H, W, 1]`, `[H, W, 3]` or `[H, W, 4]` with alpha; float32, float64 or plain numbers in 0–1, or uint8.
 * @throws `<caller>: …` on other shapes, on no pixels, on other integers and on NaN, naming the place.
 */
export function toPixels(caller: string, image: NdArray<Data<number>>): Pixels {
  if (!isNdarray(image)) throw new Error(`${caller}: expected an ndarray [H, W, 3] or [H, W], got ${shown(image)}`);
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
  const values = rowByRow(image);
  if (bytes && values instanceof Uint8Array) return { height, width, channels, data: values };
  const data = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = Number(values[i]);
    if (Number.isNaN(value)) {
      const pixel = Math.floor(i / channels);
      const place = `row ${Math.floor(pixel / width)}, column ${pixel % width}`;
      throw new Error(`${caller}: expected numbers, got NaN at ${place}`);
    }
    data[i] = bytes ? value : Math.round(255 * Math.min(1, Math.max(0, value)));
  }
  return { height, width, channels, data };
}

/**
 * The numbers of an array, row by row: those of the array itself where they stand so, otherwise a copy.
 * @param array `[H, W]` or `[H, W, C]`.
 */
export function rowByRow(array: NdArray<Data<number>>): ArrayLike<number> {
  const { data, offset, stride, size } = array;
  const [height, width, channels = 1] = array.shape;
  const step = array.shape.length === 2 ? 1 : stride[2];
  const isDense = step === 1 && stride[1] === channels && stride[0] === width * channels;
  if (isDense && ArrayBuffer.isView(data)) return (data as Uint8Array).subarray(offset, offset + size);
  if (isDense && Array.isArray(data)) return data.slice(offset, offset + size);
  const isPlain = ArrayBuffer.isView(data) || Array.isArray(data);
  const values =
    isPlain && ArrayBuffer.isView(data) ? new (data.constructor as Uint8ArrayConstructor)(size) : new Array(size);
  const flat = array.shape.length === 2;
  for (let y = 0, target = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++) {
        values[target++] = isPlain
          ? (data as number[])[offset + y * stride[0] + x * stride[1] + c * step]
          : Number(flat ? array.get(y, x) : array.get(y, x, c));
      }
    }
  }
  return values;
}

/**
 * The labels of a label map as bytes.
 *
 * @param labels `[H, W]`, whole numbers 0–255 in any dtype.
 * @throws `<caller>: …` on another shape, on no pixels and on other numbers, naming the place.
 */
export function toLabelBytes(caller: string, labels: NdArray<Data<number>>): Pixels {
  if (!isNdarray(labels)) throw new Error(`${caller}: expected an ndarray [H, W] of labels, got ${shown(labels)}`);
  if (labels.shape.length !== 2) throw new Error(`${caller}: expected labels [H, W], got ${shapeText(labels)}`);
  const [height, width] = labels.shape;
  if (height * width === 0) throw new Error(`${caller}: expected at least one pixel, got ${shapeText(labels)}`);
  const values = rowByRow(labels);
  if (values instanceof Uint8Array) return { height, width, channels: 1, data: values };
  const data = new Uint8Array(height * width);
  for (let i = 0; i < data.length; i++) {
    const value = Number(values[i]);
    if (!(Number.isInteger(value) && value >= 0 && value <= 255)) {
      const place = `row ${Math.floor(i / width)}, column ${i % width}`;
      throw new Error(`${caller}: expected whole labels 0–255, got ${value} at ${place}`);
    }
    data[i] = value;
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
