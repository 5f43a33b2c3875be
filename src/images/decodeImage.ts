import { decodeBmp, readBmpFile } from './bmpDecode';
import type { ReadyImage } from './imageFile';
import { decodeJpeg } from './jpeg/decodeJpeg';
import { readJpegFile } from './jpeg/jpegFile';
import type { OpenedImage } from './openImage';
import { rowPlaces, turnedSize } from './orientation';
import { decodePng, pngColors, readPngFile } from './pngDecode';
import { sharpImage } from './sharpImage';

/** Reads the header of an image file. @throws with the reason alone. */
export function readyImage({ bytes, reader, name, maxPixels }: OpenedImage): ReadyImage {
  if (reader === 'jpeg') {
    const file = readJpegFile(bytes, maxPixels);
    const { stored, orientation } = file;
    return { stored, orientation, decode: (_, emit) => decodeJpeg(bytes, file, emit) };
  }
  if (reader === 'bmp') {
    const file = readBmpFile(bytes, maxPixels);
    const decode: ReadyImage['decode'] = (background, emit) => decodeBmp(bytes, file, background, emit);
    return { stored: file.stored, orientation: 1, decode };
  }
  if (reader === 'sharp') return sharpImage(bytes, name, maxPixels);
  const file = readPngFile(bytes, maxPixels);
  const { stored, orientation } = file;
  const decode: ReadyImage['decode'] = (background, emit) => {
    const colors = pngColors(file, background);
    decodePng(file, (row, samples) => emit(row, colors(samples)));
  };
  return { stored, orientation, decode };
}

/** Bytes as numbers in 0–1. */
const shares = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);

/**
 * Decodes an image into an array, turned as asked.
 * @param orientation 1–8: how it is turned. @param make makes the array of a length.
 * @returns the array, `[height, width, 3]`, and its size.
 */
export function decodeColors<Colors extends Float32Array | Uint8Array>(
  image: ReadyImage,
  { background, orientation }: { background: readonly number[]; orientation: number },
  make: (length: number) => Colors,
): { data: Colors; height: number; width: number } {
  const { stored } = image;
  const data = make(stored.height * stored.width * 3);
  const isShares = data instanceof Float32Array;
  const places = rowPlaces(stored, orientation);
  const row = make(stored.width * 3);
  image.decode(background, (y, colors) => {
    const isBytes = !(colors instanceof Float32Array);
    if (isShares === !isBytes) row.set(colors);
    else if (isBytes) for (let i = 0; i < row.length; i++) row[i] = shares[colors[i]];
    else for (let i = 0; i < row.length; i++) row[i] = Math.round(255 * colors[i]);
    const { first, step } = places(y);
    if (step === 1) {
      data.set(row, 3 * first);
      return;
    }
    for (let x = 0, place = 3 * first; x < row.length; x += 3, place += 3 * step) {
      data[place] = row[x];
      data[place + 1] = row[x + 1];
      data[place + 2] = row[x + 2];
    }
  });
  return { ...turnedSize(stored, orientation), data };
}
