import ndarray, { type Data, type NdArray } from 'ndarray';
import { checkArray } from '../checks/arrays';
import { isNdarray } from '../checks/isNdarray';
import { checkFrom0 } from '../checks/numbers';
import { isRecord } from '../checks/record';
import { shown } from '../checks/shown';
import type { ImageSize } from '../shape/types';

/** What becomes of an image whose file tells an orientation: its columns and rows run backwards, then the axes are exchanged. */
interface Turn {
  mirroredX: boolean;
  mirroredY: boolean;
  transposed: boolean;
}

/** By orientation, as Exif 2.32 counts them in its tag 0x0112; number 0 does not occur. */
const turns: readonly Turn[] = [1, 1, 2, 3, 4, 5, 6, 7, 8].map((orientation) => ({
  mirroredX: [2, 3, 7, 8].includes(orientation),
  mirroredY: [3, 4, 6, 7].includes(orientation),
  transposed: orientation >= 5,
}));

function turnOf(caller: string, orientation: number): Turn {
  if (Number.isInteger(orientation) && orientation >= 1 && orientation <= 8) return turns[orientation];
  throw new Error(`${caller}: expected an orientation from 1 to 8, got ${shown(orientation)}`);
}

/**
 * The size of an image that is stored turned, once it stands upright.
 * @throws unless the orientation is a whole number from 1 to 8.
 */
export function turnedSize({ height, width }: ImageSize, orientation: number): ImageSize {
  return turnOf('turnedSize', orientation).transposed ? { height: width, width: height } : { height, width };
}

/** Where pixels of a stored row go in the upright image: pixel x of the row to `first + x · step`, in pixels. */
export interface RowPlace {
  first: number;
  step: number;
}

/**
 * Where the rows of a stored image go once it stands upright.
 * @throws unless the orientation is a whole number from 1 to 8.
 */
export function rowPlaces({ height, width }: ImageSize, orientation: number): (row: number) => RowPlace {
  const { mirroredX, mirroredY, transposed } = turnOf('rowPlaces', orientation);
  return (row) => {
    const across = mirroredY ? height - 1 - row : row;
    if (transposed)
      return { first: across + (mirroredX ? (width - 1) * height : 0), step: mirroredX ? -height : height };
    return { first: across * width + (mirroredX ? width - 1 : 0), step: mirroredX ? -1 : 1 };
  };
}

/**
 * An image or a label map, turned as an Exif orientation says: 1 not at all, 2 mirrored, 3 by half a turn, 4 upside down and mirrored,
 * 5 rows and columns exchanged, 6 a quarter clockwise, 7 rows and columns exchanged and half a turn, 8 a quarter counterclockwise.
 *
 * @param image `[H, W]` or `[H, W, C]`, as stored.
 * @returns a copy of the same dtype; `[W, H]` or `[W, H, C]` from 5 on.
 * @throws on other shapes, and unless the orientation is a whole number from 1 to 8.
 */
export function turnImage<Numbers extends Data<number>>(
  image: NdArray<Numbers>,
  orientation: number,
): NdArray<Numbers> {
  if (!isNdarray(image) || image.shape.length < 2 || image.shape.length > 3) {
    const got = isNdarray(image) ? `[${image.shape.join(', ')}]` : shown(image);
    throw new Error(`turnImage: expected an image [H, W, C] or [H, W], got ${got}`);
  }
  turnOf('turnImage', orientation);
  const flat = image.shape.length === 2;
  const [height, width, channels = 1] = image.shape;
  const size = turnedSize({ height, width }, orientation);
  const data = new (image.data.constructor as new (length: number) => Numbers)(image.size) as number[] & Numbers;
  const places = rowPlaces({ height, width }, orientation);
  for (let y = 0; y < height; y++) {
    const { first, step } = places(y);
    for (let x = 0; x < width; x++) {
      const place = (first + x * step) * channels;
      for (let c = 0; c < channels; c++) data[place + c] = Number(flat ? image.get(y, x) : image.get(y, x, c));
    }
  }
  return ndarray<Numbers>(data, flat ? [size.height, size.width] : [size.height, size.width, channels]);
}

/**
 * Boxes of an image of some stored size, where they lie once the image stands upright.
 *
 * @param boxes `[N, 4]` x1, y1, x2, y2 in px, right and lower edge exclusive.
 * @returns `[N, 4]`.
 * @throws on other shapes, and unless the orientation is a whole number from 1 to 8.
 * @example
 * const { stored, orientation } = readImageHeader('phone.jpg');
 * const upright = turnBoxes(boxes, stored, orientation);
 */
export function turnBoxes(boxes: NdArray<Float32Array>, image: ImageSize, orientation: number): NdArray<Float32Array> {
  checkArray('turnBoxes', 'boxes', boxes, '[N, 4]');
  if (!isRecord(image)) throw new Error(`turnBoxes: expected the size { height, width }, got ${shown(image)}`);
  const { height, width } = image;
  checkFrom0('turnBoxes', 'height', height);
  checkFrom0('turnBoxes', 'width', width);
  const { mirroredX, mirroredY, transposed } = turnOf('turnBoxes', orientation);
  const count = boxes.shape[0];
  const data = new Float32Array(count * 4);
  for (let n = 0; n < count; n++) {
    const [x1, y1, x2, y2] = [0, 1, 2, 3].map((k) => Number(boxes.get(n, k)));
    const [left, right] = mirroredX ? [width - x2, width - x1] : [x1, x2];
    const [top, bottom] = mirroredY ? [height - y2, height - y1] : [y1, y2];
    data.set(transposed ? [top, left, bottom, right] : [left, top, right, bottom], 4 * n);
  }
  return ndarray(data, [count, 4]);
}
