import ndarray, { type NdArray } from 'ndarray';
import { firstNonFinite } from '../checks/finite';
import { isNdarray } from '../checks/isNdarray';
import type { OptionKinds } from '../checks/options';
import { shown, shownWord } from '../checks/shown';
import { show } from '../shape/shape';
import { readArray } from '../tensor/readArray';
import { Tensor } from '../tensor/tensor';

/** Boxes on the host: an ndarray `[N, 4]` or nested rows, `x1, y1, x2, y2` in px; right and lower edge exclusive. */
export type BoxArray = NdArray | readonly (readonly number[])[];

/** One number a box: an array, a typed array or an ndarray `[N]`. */
export type BoxNumbers = NdArray<Float32Array | Float64Array | Int32Array | Uint8Array | number[]> | ArrayLike<number>;

/**
 * What the four numbers of a box are, in px:
 *
 * - `xyxy`: left, top, right, bottom; the library's own, and VOC's;
 * - `xywh`: left, top, width, height; COCO's;
 * - `cxcywh`: center, width, height; YOLO's, and what the slides mean by (x, y, w, h).
 */
export type BoxFormat = 'xyxy' | 'xywh' | 'cxcywh';

/** For functions that take boxes. */
export interface BoxFormatOptions {
  /** What the four numbers of a box are (`xyxy`). */
  format?: BoxFormat;
}

/** {@link BoxFormatOptions} for `checkOptions`; the format itself is checked where boxes are read. */
export const formatOption: OptionKinds<BoxFormatOptions> = { format: 'any' };

/** Boxes read once: box i is `corners[4 · i]` … `corners[4 · i + 3]`, rounded to float32. */
export interface BoxList {
  readonly count: number;
  readonly corners: Float32Array;
}

/**
 * Checks and copies rows of four numbers, whatever they mean.
 * @throws `<caller>: …` unless they are an ndarray or rows `[N, 4]` of finite numbers; a tensor is none, as it may not be known yet.
 */
export function readRows(caller: string, boxes: BoxArray, name = 'boxes'): BoxList {
  const what = `${caller}: expected ${name} to be an ndarray [N, 4]`;
  if (boxes instanceof Tensor) throw new Error(`${what}, got a tensor; its toNdarray() gives one`);
  if (!isNdarray(boxes) && !Array.isArray(boxes)) throw new Error(`${what}, got ${shown(boxes)}`);
  if (Array.isArray(boxes) && boxes.length === 0) return { count: 0, corners: new Float32Array(0) };
  const read = readArray(caller, name, boxes, '[N, 4]');
  if (read.rank !== 2 || read.shape[1] !== 4) {
    throw new Error(`${caller}: expected ${name} [N, 4], got ${show(read.shape)}`);
  }
  const corners = read.value.data!;
  const wrong = firstNonFinite(corners);
  if (wrong >= 0) {
    throw new Error(`${caller}: expected finite ${name}, got ${corners[wrong]} at [${wrong >> 2}, ${wrong & 3}]`);
  }
  return { count: read.shape[0], corners };
}

/** Where the left edge lies, as a share of the width before the first number. */
const anchorOf: Readonly<Record<BoxFormat, number>> = { xyxy: 0, xywh: 0, cxcywh: 0.5 };

/** @throws unless `format` is one that {@link BoxFormat} lists. */
export function checkFormat(caller: string, name: string, format: BoxFormat): void {
  if (typeof format !== 'string' || !Object.hasOwn(anchorOf, format)) {
    const formats = Object.keys(anchorOf).join(', ');
    throw new Error(`${caller}: expected ${name} to be one of ${formats}, got ${shownWord(format)}`);
  }
}

/** The numbers of boxes in another format. @throws on a negative width or height. */
export function rewritten(
  caller: string,
  numbers: Float32Array,
  { from, to }: { from: BoxFormat; to: BoxFormat },
): Float32Array {
  const result = new Float32Array(numbers.length);
  for (let i = 0; i < numbers.length; i += 4) {
    for (let axis = i; axis < i + 2; axis++) {
      const size = from === 'xyxy' ? numbers[axis + 2] - numbers[axis] : numbers[axis + 2];
      if (size < 0) {
        const side = axis === i ? 'width' : 'height';
        throw new Error(`${caller}: expected boxes of ${side} ≥ 0, got ${size} at ${i >> 2}`);
      }
      // In double precision the differences of float32 numbers come back as they were.
      const low = numbers[axis] - anchorOf[from] * size;
      const high = from === 'xyxy' ? numbers[axis + 2] : low + size;
      result[axis] = low + anchorOf[to] * size;
      result[axis + 2] = to === 'xyxy' ? high : size;
    }
  }
  return result;
}

/**
 * Checks and copies boxes; ones without width or height are boxes, too.
 * @throws as {@link readRows}, and on boxes that are inside out.
 */
export function readBoxes(caller: string, boxes: BoxArray, name = 'boxes', format: BoxFormat = 'xyxy'): BoxList {
  checkFormat(caller, 'format', format);
  const list = readRows(caller, boxes, name);
  const { count, corners } = list;
  if (format !== 'xyxy') return { count, corners: rewritten(caller, corners, { from: format, to: 'xyxy' }) };
  for (let i = 0; i < 4 * count; i += 4) {
    if (corners[i] <= corners[i + 2] && corners[i + 1] <= corners[i + 3]) continue;
    const [below, above] = corners[i] > corners[i + 2] ? ['x2', 'x1'] : ['y2', 'y1'];
    throw new Error(
      `${caller}: expected ${name} [N, 4] as x1, y1, x2, y2; got ${below} < ${above} in row ${i >> 2}: ${show([...corners.subarray(i, i + 4)])}. ` +
        "Are these x, y, width, height? Pass format: 'xywh', or convertBoxes first",
    );
  }
  return list;
}

/** Corners up to which sums of areas, also of the box around two, stay numbers in float32. */
const farthest = 2 ** 62;

/**
 * Checks and copies boxes whose areas are computed in float32.
 * @throws as {@link readBoxes}, and on corners beyond ±2⁶² px: areas would be infinite, and quotients of them anything.
 */
export function readNearBoxes(caller: string, boxes: BoxArray, name = 'boxes', format: BoxFormat = 'xyxy'): BoxList {
  const list = readBoxes(caller, boxes, name, format);
  const far = list.corners.findIndex((corner) => Math.abs(corner) > farthest);
  if (far >= 0) {
    throw new Error(
      `${caller}: expected ${name} within ±2^62 px, got ${list.corners[far]} at [${far >> 2}, ${far & 3}]`,
    );
  }
  return list;
}

/**
 * Checks and copies one number a box, in double precision.
 * @throws `<caller>: …` unless there are `count` finite ones.
 */
export function readNumbers(caller: string, name: string, numbers: BoxNumbers, count: number): Float64Array {
  const list =
    isNdarray(numbers) && numbers.shape.length === 1
      ? Array.from({ length: numbers.shape[0] }, (_, i) => Number(numbers.get(i)))
      : numbers;
  if (!Array.isArray(list) && !ArrayBuffer.isView(list)) {
    const got = isNdarray(numbers) ? show(numbers.shape) : shown(numbers);
    throw new Error(`${caller}: expected ${name} [${count}], got ${got}`);
  }
  const { length } = list as ArrayLike<number>;
  if (length !== count) throw new Error(`${caller}: expected ${name} [${count}], got [${length}]`);
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const value: unknown = (list as ArrayLike<number>)[i];
    if (!Number.isFinite(value)) throw new Error(`${caller}: expected finite ${name}, got ${shown(value)} at ${i}`);
    values[i] = value as number;
  }
  return values;
}

/** Boxes `[N, 4]` of flat corners. */
export function boxArray(corners: Float32Array): NdArray<Float32Array> {
  return ndarray(corners, [corners.length / 4, 4]);
}
