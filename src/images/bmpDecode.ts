import type { ImageSize } from '../shape/types';
import { checkPixels, type EmitColors } from './imageFile';

// Bitmaps of Windows and OS/2: rows from the bottom upwards, blue before green before red, each row padded to whole groups of four bytes.
// Microsoft, Bitmap Storage, BITMAPV5HEADER; values as Pillow finds them.

/** How the pixels are stored, by the number in the header. */
const storage = { plain: 0, runs8: 1, runs4: 2, masks: 3, masksAlpha: 6 } as const;

/** A part of a pixel's number: where it stands, and its greatest value. */
interface Mask {
  shift: number;
  most: number;
}

/** A BMP file of which nothing is decoded. */
export interface BmpFile {
  stored: ImageSize;
  /** Bits of a pixel. */
  depth: number;
  compression: number;
  isTopDown: boolean;
  /** Bytes `b g r ?` or `b g r`, and how many make a color. */
  palette: Uint8Array;
  entry: 3 | 4;
  /** Red, green, blue and, where it is stored, alpha, of pixels without a palette. */
  masks: Mask[];
  /** Where the pixels begin. */
  start: number;
}

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array) => new DataView(buffer, byteOffset, byteLength);

const maskOf = (bits: number): Mask => {
  const shift = bits === 0 ? 0 : 31 - Math.clz32(bits & -bits);
  return { shift, most: bits >>> shift };
};

const usualMasks: Record<number, number[]> = {
  16: [0x7c00, 0x3e0, 0x1f],
  24: [0xff0000, 0xff00, 0xff],
  32: [0xff0000, 0xff00, 0xff],
};

/**
 * Reads the header of a BMP file.
 * @throws with the reason alone where it is damaged, truncated, of a kind that nobody uses or has too many pixels.
 */
export function readBmpFile(bytes: Uint8Array, maxPixels: number): BmpFile {
  const view = viewOf(bytes);
  if (bytes.length < 26) throw new Error('truncated BMP (in its header)');
  const headerSize = view.getUint32(14, true);
  if (bytes.length < 14 + headerSize) throw new Error('truncated BMP (in its header)');
  const isCore = headerSize === 12;
  const width = isCore ? view.getUint16(18, true) : view.getInt32(18, true);
  const tall = isCore ? view.getUint16(20, true) : view.getInt32(22, true);
  const depth = view.getUint16(isCore ? 24 : 28, true);
  const compression = isCore ? storage.plain : view.getUint32(30, true);
  const stored = { height: Math.abs(tall), width };
  const hasMasks = compression === storage.masks || compression === storage.masksAlpha;
  const isRuns = compression === storage.runs8 || compression === storage.runs4;
  const depths = isRuns ? [compression === storage.runs8 ? 8 : 4] : hasMasks ? [16, 32] : [1, 2, 4, 8, 16, 24, 32];
  if (!Object.values(storage).includes(compression as 0) || !depths.includes(depth)) {
    throw new Error(
      `expected a BMP of a usual kind, got ${depth} bits with compression ${compression}; convert it to PNG`,
    );
  }
  checkPixels(stored, maxPixels, 1);
  const start = view.getUint32(10, true);
  const rowBytes = Math.ceil((width * depth) / 8);
  // The last row need not be padded.
  const needed = isRuns ? 1 : (stored.height - 1) * ((rowBytes + 3) & ~3) + rowBytes;
  if (start + needed > bytes.length) throw new Error(`truncated BMP (${bytes.length} of ${start + needed} bytes)`);

  const masksInside = headerSize >= 52;
  const masksAt = masksInside ? 54 : 14 + headerSize;
  const told = compression === storage.masksAlpha || headerSize >= 56 ? 4 : 3;
  if (hasMasks && masksAt + 4 * told > bytes.length) throw new Error('truncated BMP (in its masks)');
  const bits = hasMasks
    ? Array.from({ length: told }, (_, c) => view.getUint32(masksAt + 4 * c, true)).filter(
        (mask, c) => c < 3 || mask !== 0,
      )
    : (usualMasks[depth] ?? []);
  const entry = isCore ? 3 : 4;
  const paletteAt = 14 + headerSize + (hasMasks && !masksInside ? 4 * told : 0);
  const used = isCore ? 0 : view.getUint32(46, true);
  const colors = depth > 8 ? 0 : Math.min(used || 2 ** depth, 2 ** depth);
  const palette = bytes.subarray(paletteAt, Math.min(start, paletteAt + colors * entry));
  return { stored, depth, compression, isTopDown: tall < 0, palette, entry, masks: bits.map(maskOf), start };
}

/** The palette indices of pixels that are stored in runs, from the top; what no run tells is 0. */
function unpackRuns(bytes: Uint8Array, { stored: { height, width }, compression, start }: BmpFile): Uint8Array {
  const indices = new Uint8Array(height * width);
  const isNarrow = compression === storage.runs4;
  let [x, y, at] = [0, height - 1, start];
  const put = (index: number) => {
    if (x < width && y >= 0) indices[y * width + x] = index;
    x++;
  };
  while (at + 1 < bytes.length && y >= 0) {
    const [count, value] = [bytes[at], bytes[at + 1]];
    at += 2;
    if (count > 0) {
      for (let k = 0; k < count; k++) put(isNarrow ? (k & 1 ? value & 15 : value >> 4) : value);
    } else if (value === 0) [x, y] = [0, y - 1];
    else if (value === 1) return indices;
    else if (value === 2) {
      if (at + 1 >= bytes.length) break;
      [x, y] = [x + bytes[at], y - bytes[at + 1]];
      at += 2;
    } else {
      const length = isNarrow ? (value + 1) >> 1 : value;
      if (at + length > bytes.length) break;
      for (let k = 0; k < value; k++) {
        const both = bytes[at + (isNarrow ? k >> 1 : k)];
        put(isNarrow ? (k & 1 ? both & 15 : both >> 4) : both);
      }
      at += (length + 1) & ~1;
    }
  }
  // Some programs leave the end mark out.
  if (y > 0 || (y === 0 && x < width)) throw new Error('truncated BMP (in its runs)');
  return indices;
}

/**
 * Decodes a BMP file.
 * @param background what shows through transparent pixels: red, green, blue in 0–1.
 * @throws with the reason alone where its runs end too early.
 */
export function decodeBmp(bytes: Uint8Array, file: BmpFile, background: readonly number[], emit: EmitColors): void {
  const { stored, depth, compression, isTopDown, palette, entry, masks, start } = file;
  const { height, width } = stored;
  const isRuns = compression === storage.runs8 || compression === storage.runs4;
  const runs = isRuns ? unpackRuns(bytes, file) : null;
  const stride = (Math.ceil((width * depth) / 8) + 3) & ~3;
  const hasAlpha = masks.length === 4;
  const colors = hasAlpha ? new Float32Array(3 * width) : new Uint8Array(3 * width);

  const indexed = (row: number) => {
    const line = start + row * stride;
    for (let x = 0; x < width; x++) {
      const bit = x * depth;
      const index = runs
        ? runs[row * width + x]
        : (bytes[line + (bit >> 3)] >> (8 - depth - (bit & 7))) & ((1 << depth) - 1);
      for (let c = 0; c < 3; c++) colors[3 * x + c] = palette[index * entry + 2 - c] ?? 0;
    }
  };
  const view = viewOf(bytes);
  const direct = (row: number) => {
    const step = depth / 8;
    for (let x = 0; x < width; x++) {
      const at = start + row * stride + x * step;
      const number =
        step === 4 ? view.getUint32(at, true) : view.getUint16(at, true) | (step === 3 ? bytes[at + 2] << 16 : 0);
      const part = ({ shift, most }: Mask) => ((number >>> shift) & most) >>> 0;
      const alpha = hasAlpha ? part(masks[3]) / masks[3].most : 1;
      for (let c = 0; c < 3; c++) {
        const { most } = masks[c];
        const value = most === 0 ? 0 : part(masks[c]);
        colors[3 * x + c] = hasAlpha
          ? (alpha * value) / (most || 1) + (1 - alpha) * background[c]
          : Math.floor((255 * value) / (most || 1));
      }
    }
  };
  const decode = depth <= 8 ? indexed : direct;
  for (let y = 0; y < height; y++) {
    decode(isTopDown || runs ? y : height - 1 - y);
    emit(y, colors);
  }
}
