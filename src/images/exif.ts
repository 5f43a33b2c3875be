// Exif is a TIFF file without an image: a byte order, the number 42, and a directory of tags.
// Exif 2.32 (CIPA DC-008), sections 4.5 and 4.6.4.

/** The tag Orientation of the first directory. */
const orientationTag = 0x0112;

/** The letters that stand before the TIFF file in a JPEG segment, and two more bytes. */
const prefix = [...'Exif\0'].map((letter) => letter.charCodeAt(0));

/** Whether data begin as Exif in a JPEG segment APP1 does, unlike XMP. */
export function isExif(data: Uint8Array): boolean {
  return prefix.every((byte, i) => data[i] === byte);
}

/**
 * The orientation that Exif data tell, 1–8; see {@link turnImage}. Both byte orders, the tag as a byte, a short or a long, a number 42 in the
 * wrong byte order, and prefixes `Exif\0\0` before the TIFF file, as some programs write them.
 *
 * @param data from the TIFF header or from the prefix on.
 * @returns 1 where the tag is missing, damaged or has another value.
 */
export function exifOrientation(data: Uint8Array): number {
  let tiff = data;
  while (isExif(tiff)) tiff = tiff.subarray(6);
  if (tiff.length < 8) return 1;
  const [first, second, high, low] = tiff;
  const little = first === 0x49;
  if (first !== second || (!little && first !== 0x4d) || high + low !== 42 || high * low !== 0) return 1;
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  const short = (at: number) => (at + 2 > tiff.length ? 0 : view.getUint16(at, little));
  const long = (at: number) => (at + 4 > tiff.length ? 0 : view.getUint32(at, little));
  const directory = long(4);
  const entries = short(directory);
  for (let entry = 0; entry < entries; entry++) {
    const at = directory + 2 + 12 * entry;
    if (at + 12 > tiff.length) break;
    if (short(at) !== orientationTag) continue;
    const kind = short(at + 2);
    const value = kind === 1 ? tiff[at + 8] : kind === 4 ? long(at + 8) : short(at + 8);
    return value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}
