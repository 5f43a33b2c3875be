import ndarray, { type NdArray } from 'ndarray';
import type { ImageSize } from '../shape/types';

/** How a stored image is turned upright: its axes may be exchanged, and its columns and rows may run backwards. */
interface Turn {
  /** Whether columns of the stored image become rows. */
  transposed: boolean;
  /** Whether the stored image's columns run backwards. */
  mirroredX: boolean;
  /** Whether the stored image's rows run backwards. */
  mirroredY: boolean;
}

/** What Exif's Orientation tag asks for. @param orientation 1–8, 1 for an image that is stored upright. */
export function turnOf(orientation: number): Turn {
  return {
    transposed: orientation >= 5,
    mirroredX: [2, 3, 7, 8].includes(orientation),
    mirroredY: [3, 4, 6, 7].includes(orientation),
  };
}

/** Size of a stored image after it has been turned upright. */
export function turnedSize({ height, width }: ImageSize, orientation: number): ImageSize {
  return turnOf(orientation).transposed ? { height: width, width: height } : { height, width };
}

/**
 * A box of the stored image in the image turned upright.
 * @param corners x1, y1, x2, y2 in px of the stored image. @param stored its size.
 */
export function turnBox(
  corners: readonly number[],
  orientation: number,
  stored: ImageSize,
): [x1: number, y1: number, x2: number, y2: number] {
  const { transposed, mirroredX, mirroredY } = turnOf(orientation);
  const [x1, y1, x2, y2] = corners;
  const [left, right] = mirroredX ? [stored.width - x2, stored.width - x1] : [x1, x2];
  const [top, bottom] = mirroredY ? [stored.height - y2, stored.height - y1] : [y1, y2];
  return transposed ? [top, left, bottom, right] : [left, top, right, bottom];
}

/** A map of the stored image in the image turned upright. @param map `[H, W]`. @returns `[H, W]`, or `[W, H]` where axes are exchanged. */
export function turnMap(map: NdArray<Uint8Array>, orientation: number): NdArray<Uint8Array> {
  const { transposed, mirroredX, mirroredY } = turnOf(orientation);
  const [height, width] = map.shape;
  const [rows, columns] = transposed ? [width, height] : [height, width];
  const result = new Uint8Array(rows * columns);
  for (let y = 0, place = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const [row, column] = transposed ? [x, y] : [y, x];
      result[place++] = map.get(mirroredY ? height - 1 - row : row, mirroredX ? width - 1 - column : column);
    }
  }
  return ndarray(result, [rows, columns]);
}
