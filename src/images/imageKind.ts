/** Who reads a kind: detseg itself, or the package sharp where it is installed. */
export type ReadKind = 'jpeg' | 'png' | 'bmp' | 'sharp';

/** What a file is by its first bytes. */
export interface ImageKind {
  /** As a sentence has it: `a WebP image`. */
  name: string;
  /** Who reads it; null where nobody does. */
  reader: ReadKind | null;
  /** What to do where nobody does; where sharp is missing, to install it is advised unless there is another advice. */
  advice?: string;
}

/** What a file begins with: texts in Latin-1, each with the byte that it stands at. */
type Signature = readonly (readonly [at: number, text: string])[];

const convert = 'convert it to JPEG or PNG';
const video = { name: 'a video', reader: null, advice: 'save images of it as JPEG or PNG' } as const;
const heic = { name: 'a HEIC image', reader: 'sharp', advice: convert } as const;
const avif = { name: 'an AVIF image', reader: 'sharp' } as const;

/** What the letters behind `ftyp` mean; others are videos. */
const brands: Record<string, ImageKind> = {
  avif,
  avis: avif,
  'crx ': { name: 'a Canon raw image (CR3)', reader: null, advice: convert },
  ...Object.fromEntries(
    ['heic', 'heix', 'hevc', 'hevx', 'heim', 'heis', 'hevm', 'hevs', 'mif1', 'msf1', 'mif2'].map((brand) => [
      brand,
      heic,
    ]),
  ),
};

const kinds: readonly (ImageKind & { signatures: readonly Signature[] })[] = [
  { name: 'a JPEG', reader: 'jpeg', signatures: [[[0, '\xff\xd8']]] },
  { name: 'a PNG', reader: 'png', signatures: [[[0, '\x89PNG\r\n\x1a\n']]] },
  {
    name: 'a PNG whose line ends were changed',
    reader: null,
    advice: 'copy it again, as binary',
    signatures: [[[0, '\x89PNG']]],
  },
  {
    name: 'a BMP',
    reader: 'bmp',
    // The size of the second header; nothing else would keep texts away that begin with BM.
    signatures: ['\x0c', '\x10', '\x28', '\x34', '\x38', '\x40', '\x6c', '\x7c'].map((size) => [
      [0, 'BM'],
      [14, `${size}\0\0\0`],
    ]),
  },
  {
    name: 'a WebP image',
    reader: 'sharp',
    signatures: [
      [
        [0, 'RIFF'],
        [8, 'WEBP'],
      ],
    ],
  },
  { name: 'a GIF image', reader: 'sharp', signatures: [[[0, 'GIF87a']], [[0, 'GIF89a']]] },
  {
    name: 'a Canon raw image (CR2)',
    reader: null,
    advice: convert,
    signatures: [
      [
        [0, 'II*\0'],
        [8, 'CR'],
      ],
    ],
  },
  {
    name: 'a TIFF image',
    reader: 'sharp',
    signatures: ['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].map((text) => [[0, text]]),
  },
  {
    name: 'a camera raw image',
    reader: null,
    advice: convert,
    signatures: ['IIRO', 'IIRS', 'MMOR', 'IIU\0', 'FUJIFILMCCD-RAW'].map((text) => [[0, text]]),
  },
  { name: 'a JPEG XL image', reader: 'sharp', advice: convert, signatures: [[[0, '\xff\x0a']], [[4, 'JXL \r\n']]] },
  {
    name: 'a JPEG 2000 image',
    reader: 'sharp',
    advice: convert,
    signatures: [[[4, 'jP  \r\n']], [[0, '\xff\x4f\xff\x51']]],
  },
  { name: 'a Photoshop image (PSD)', reader: null, advice: convert, signatures: [[[0, '8BPS']]] },
  { name: 'a GIMP image (XCF)', reader: null, advice: convert, signatures: [[[0, 'gimp xcf']]] },
  {
    name: 'a PNM image (PPM, PGM, PBM)',
    reader: null,
    advice: convert,
    signatures: ['1', '2', '3', '4', '5', '6', '7'].flatMap((digit) =>
      [' ', '\n', '\r', '\t', '#'].map((space): Signature => [[0, `P${digit}${space}`]]),
    ),
  },
  { name: 'an icon (ICO)', reader: null, advice: convert, signatures: [[[0, '\0\0\x01\0']], [[0, '\0\0\x02\0']]] },
  { name: 'a QOI image', reader: null, advice: convert, signatures: [[[0, 'qoif']]] },
  { name: 'a DDS image', reader: null, advice: convert, signatures: [[[0, 'DDS ']]] },
  { name: 'an OpenEXR image', reader: null, advice: convert, signatures: [[[0, '\x76\x2f\x31\x01']]] },
  { name: 'a Radiance image (HDR)', reader: null, advice: convert, signatures: [[[0, '#?RADIANCE']], [[0, '#?RGBE']]] },
  { name: 'a FITS image', reader: null, advice: convert, signatures: [[[0, 'SIMPLE  =']]] },
  { name: 'a DICOM image', reader: null, advice: convert, signatures: [[[128, 'DICM']]] },
  { name: 'a PDF', reader: null, advice: 'save its pages as JPEG or PNG', signatures: [[[0, '%PDF']]] },
  { name: 'a PostScript file', reader: null, advice: 'save its pages as JPEG or PNG', signatures: [[[0, '%!PS']]] },
  { name: 'a NumPy array', reader: null, advice: 'save it as PNG', signatures: [[[0, '\x93NUMPY']]] },
  {
    name: 'a compressed archive',
    reader: null,
    advice: 'unpack it',
    signatures: ['PK\x03\x04', '\x1f\x8b', 'BZh', '7z\xbc\xaf', 'Rar!', '\xfd7zXZ'].map((text) => [[0, text]]),
  },
  {
    ...video,
    signatures: [
      [
        [0, 'RIFF'],
        [8, 'AVI '],
      ],
      [[0, '\x1aE\xdf\xa3']],
      [[4, 'moov']],
      [[4, 'mdat']],
    ],
  },
  {
    name: 'a pointer of Git LFS',
    reader: null,
    advice: 'fetch the image itself with: git lfs pull',
    signatures: [[[0, 'version https://git-lfs']]],
  },
  { name: 'a file of zeros', reader: null, advice: 'copy the image again', signatures: [[[0, '\0'.repeat(16)]]] },
];

/** Bytes that are looked at. */
const headLength = 4096;

/** AVIF, HEIC and videos share a container, which lists what reads it: its own brand first. ISO/IEC 14496-12, 4.3. */
function containerKind(head: string): ImageKind | null {
  if (head.slice(4, 8) !== 'ftyp') return null;
  const length = (head.charCodeAt(2) << 8) | head.charCodeAt(3);
  const listed = [head.slice(8, 12)];
  for (let at = 16; at + 4 <= Math.min(length, head.length); at += 4) listed.push(head.slice(at, at + 4));
  const known = listed.filter((brand) => Object.hasOwn(brands, brand)).map((brand) => brands[brand]);
  return known.find((kind) => kind === avif) ?? known[0] ?? video;
}

/** Kinds that are texts: a tag is what they begin with, behind blanks, comments and declarations. */
function textKind(head: string): ImageKind | null {
  const text = head.replace(/^\u00ef\u00bb\u00bf/, '').replace(/<!--.*?-->|<\?.*?\?>/gs, '');
  const [, tag] = /^\s*<(!doctype\s+\w+|\w+)/i.exec(text)?.map((word) => word.toLowerCase().replace(/\s+/g, ' ')) ?? [];
  if (tag === 'svg' || tag === '!doctype svg') {
    return { name: 'an SVG drawing', reader: null, advice: 'export it as PNG' };
  }
  if (['!doctype html', 'html', 'head', 'body'].includes(tag ?? '')) {
    return { name: 'a web page (HTML)', reader: null, advice: 'the download has failed: fetch the image again' };
  }
  return null;
}

/** What a file is by its first bytes, whatever its name is; null where nothing is known of such a beginning. */
export function imageKind(bytes: Uint8Array): ImageKind | null {
  // One character a byte.
  const head = String.fromCharCode(...bytes.subarray(0, headLength));
  const isSigned = (signature: Signature) => signature.every(([at, text]) => head.startsWith(text, at));
  return kinds.find(({ signatures }) => signatures.some(isSigned)) ?? containerKind(head) ?? textKind(head);
}
