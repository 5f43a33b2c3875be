import type { JpegColors } from './jpegFile';

// How samples become red, green and blue. ITU-T T.871 (JFIF), section 7, in libjpeg's fixed point (jdcolor.c); inks as Pillow has them.

const scale = 65536;
const half = scale / 2;
const redOfCr = Int32Array.from({ length: 256 }, (_, v) => (Math.round(1.402 * scale) * (v - 128) + half) >> 16);
const blueOfCb = Int32Array.from({ length: 256 }, (_, v) => (Math.round(1.772 * scale) * (v - 128) + half) >> 16);
const greenOfCr = Int32Array.from({ length: 256 }, (_, v) => -Math.round(0.71414 * scale) * (v - 128));
const greenOfCb = Int32Array.from({ length: 256 }, (_, v) => -Math.round(0.34414 * scale) * (v - 128) + half);

type Line = Uint8ClampedArray;

function fromYcc(lines: readonly Line[], target: Line, width: number): void {
  const [lightness, cb, cr] = lines;
  for (let x = 0, place = 0; x < width; x++, place += 3) {
    const y = lightness[x];
    target[place] = y + redOfCr[cr[x]];
    target[place + 1] = y + ((greenOfCb[cb[x]] + greenOfCr[cr[x]]) >> 16);
    target[place + 2] = y + blueOfCb[cb[x]];
  }
}

/** `round(a · b / 255)`, as Pillow rounds. */
function product(a: number, b: number): number {
  const value = a * b + 128;
  return ((value >> 8) + value) >> 8;
}

/**
 * Puts inks on paper: `(1 − ink) · (1 − black)`. Programs store how much of an ink is missing, 255 where there is none, and nearly all JPEG
 * files of inks are such, whether they say so or not; Pillow and OpenCV take them all for such.
 */
function fromInks(target: Line, black: Line, width: number): void {
  for (let x = 0, place = 0; x < width; x++) {
    const light = black[x];
    for (let c = 0; c < 3; c++, place++) target[place] = light - product(255 - target[place], light);
  }
}

/**
 * Red, green and blue of a row.
 * @param lines by component: the row's samples. @param target gets `r g b r g b …`.
 */
export function rowColors(colors: JpegColors, lines: readonly Line[], target: Line, width: number): void {
  if (colors === 'ycc') {
    fromYcc(lines, target, width);
    return;
  }
  if (colors === 'ycck') {
    // What is stored as red, green and blue lacks of the three inks.
    fromYcc(lines, target, width);
    for (let i = 0; i < 3 * width; i++) target[i] = 255 - target[i];
  } else {
    const [first, second, third] = colors === 'gray' ? [lines[0], lines[0], lines[0]] : lines;
    for (let x = 0, place = 0; x < width; x++, place += 3) {
      target[place] = first[x];
      target[place + 1] = second[x];
      target[place + 2] = third[x];
    }
  }
  if (colors === 'cmyk' || colors === 'ycck') fromInks(target, lines[3], width);
}
