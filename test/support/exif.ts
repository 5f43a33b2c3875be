import { crc32 } from 'node:zlib';

/** How the Exif data of a photograph are written. */
export interface ExifForm {
  /** Byte order of the TIFF file (little). */
  big?: boolean;
  /** Type of the tag: 1 a byte, 3 a short, 4 a long (3). */
  kind?: 1 | 3 | 4;
  /** Bytes between the header and the directory (0). */
  gap?: number;
  /** Whether the number 42 stands in the other byte order. */
  swapped?: boolean;
}

/** Exif data with an orientation behind another tag, from the TIFF header on. */
export function exifBytes(
  orientation: number,
  { big = false, kind = 3, gap = 0, swapped = false }: ExifForm = {},
): Buffer {
  const bytes = Buffer.alloc(8 + gap + 2 + 24 + 4);
  const short = (value: number, at: number) => (big ? bytes.writeUInt16BE(value, at) : bytes.writeUInt16LE(value, at));
  const long = (value: number, at: number) => (big ? bytes.writeUInt32BE(value, at) : bytes.writeUInt32LE(value, at));
  bytes.write(big ? 'MM' : 'II', 0, 'latin1');
  bytes.set(big === swapped ? [42, 0] : [0, 42], 2);
  long(8 + gap, 4);
  const directory = 8 + gap;
  short(2, directory);
  const entry = (at: number, tag: number, type: number, value: number) => {
    short(tag, at);
    short(type, at + 2);
    long(1, at + 4);
    if (type === 1) bytes[at + 8] = value;
    else if (type === 3) short(value, at + 8);
    else long(value, at + 8);
  };
  entry(directory + 2, 0x0100, 4, 640);
  entry(directory + 14, 0x0112, kind, orientation);
  return bytes;
}

/** A JPEG or PNG file with Exif data put in. */
export function withExif(file: Uint8Array, exif: Buffer): Buffer {
  if (file[0] === 0xff) {
    const segment = Buffer.concat([Buffer.from('\xff\xe1\0\0Exif\0\0', 'latin1'), exif]);
    segment.writeUInt16BE(segment.length - 2, 2);
    return Buffer.concat([file.subarray(0, 2), segment, file.subarray(2)]);
  }
  const chunk = Buffer.concat([Buffer.from('\0\0\0\0eXIf', 'latin1'), exif, Buffer.alloc(4)]);
  chunk.writeUInt32BE(exif.length, 0);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, -4)), chunk.length - 4);
  return Buffer.concat([file.subarray(0, 33), chunk, file.subarray(33)]);
}
