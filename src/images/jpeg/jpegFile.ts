import { largest } from '../../checks/extremes';
import type { ImageSize } from '../../shape/types';
import { exifOrientation, isExif } from '../exif';
import { checkPixels } from '../imageFile';
import { type HuffmanTable, huffmanTable } from './huffman';
import { standardCodes, zigzag } from './tables';

// What a JPEG file says of itself, found by walking its segments. Bytes between segments are left out, as libjpeg does.
// ITU-T T.81 (ISO/IEC 10918-1), annex B.

/** A kind of samples: lightness, a color difference, an ink. */
export interface JpegComponent {
  id: number;
  /** Samples across and down where the finest component has `most.across` and `most.down`. */
  across: number;
  down: number;
  /** Size in samples. */
  size: ImageSize;
  /** Number of its table of steps. */
  steps: number;
}

/** One pass over the image: some components, some of their coefficients. */
export interface JpegScan {
  /** Places in the list of components, with the codes of the mean and of the rest. */
  parts: { component: number; dc: HuffmanTable; ac: HuffmanTable }[];
  /** First and last coefficient, in zigzags. */
  first: number;
  last: number;
  /** The lowest bit that earlier scans told (0: none), and that this one tells. */
  high: number;
  low: number;
  /** Units between two restart markers; 0 for none. */
  interval: number;
  /** Where its data begin and end, in bytes. */
  start: number;
  end: number;
  /** Steps of the coefficients by number of the table, in the order of a block, as they are defined when it begins. */
  steps: (Uint16Array | undefined)[];
}

/** How samples become colors. */
export type JpegColors = 'gray' | 'rgb' | 'ycc' | 'cmyk' | 'ycck';

/** A JPEG file of which nothing is decoded. */
export interface JpegFile {
  /** Size of the image as it is stored, px. */
  stored: ImageSize;
  /** Exif orientation, 1–8; 1 where the file has none. */
  orientation: number;
  progressive: boolean;
  components: JpegComponent[];
  most: { across: number; down: number };
  scans: JpegScan[];
  colors: JpegColors;
}

type Frame = Pick<JpegFile, 'stored' | 'progressive' | 'components' | 'most'>;

/** Names of the frames that are not read. */
const otherFrames: Record<number, string> = {
  195: 'lossless',
  197: 'differential',
  198: 'differential',
  199: 'lossless',
  201: 'arithmetic',
  202: 'arithmetic',
  203: 'arithmetic',
  205: 'arithmetic',
  206: 'arithmetic',
  207: 'arithmetic',
};

/** Where the code of the next marker stands: behind 0xFF, and neither 0 nor 0xFF; what lies before is left out. −1 where there is none. */
function nextMarker(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const code = bytes[at + 1];
    if (code !== undefined && code !== 0 && code !== 0xff) return at + 1;
  }
  return -1;
}

/** The first byte after the entropy-coded data from `at`: where a marker other than a restart begins, or the file's end. */
function afterScan(bytes: Uint8Array, from: number): number {
  for (let at = nextMarker(bytes, from); at >= 0; at = nextMarker(bytes, at)) {
    if (!(bytes[at] >= 0xd0 && bytes[at] <= 0xd7)) return at - 1;
  }
  return bytes.length;
}

const shortAt = (bytes: Uint8Array, at: number) => (bytes[at] << 8) | bytes[at + 1];
const isText = (bytes: Uint8Array, text: string) => [...text].every((letter, i) => bytes[i] === letter.charCodeAt(0));

function readFrame(segment: Uint8Array, code: number, fileBytes: number, maxPixels: number): Frame {
  if (segment.length < 6 || segment.length < 6 + 3 * segment[5]) throw new Error('truncated JPEG (in its frame)');
  const [precision, count] = [segment[0], segment[5]];
  const [height, width] = [shortAt(segment, 1), shortAt(segment, 3)];
  if (precision !== 8) throw new Error(`expected a JPEG of 8 bits, got ${precision}; convert it to one, or to PNG`);
  checkPixels({ height, width }, maxPixels);
  if (count !== 1 && count !== 3 && count !== 4) {
    throw new Error(`expected a JPEG of 1, 3 or 4 components, got ${count}`);
  }
  // Each 8 × 8 block takes a bit at the least: a tiny file that claims to be huge is refused before memory is taken.
  if (Math.ceil(width / 8) * Math.ceil(height / 8) > fileBytes * 8) {
    throw new Error(`truncated JPEG (${fileBytes} bytes for ${width} × ${height} pixels)`);
  }
  const told = Array.from({ length: count }, (_, i) => segment.subarray(6 + 3 * i, 9 + 3 * i));
  // Of one component, units are single blocks, whatever its factors.
  const factors = told.map(([id, both, steps]) => ({
    id,
    across: count === 1 ? 1 : both >> 4,
    down: count === 1 ? 1 : both & 15,
    steps,
  }));
  if (factors.some(({ across, down }) => across < 1 || across > 4 || down < 1 || down > 4)) {
    throw new Error('damaged JPEG (sampling factors)');
  }
  const most = {
    across: largest(factors.map(({ across }) => across)),
    down: largest(factors.map(({ down }) => down)),
  };
  const components = factors.map((component) => ({
    ...component,
    size: {
      height: Math.ceil((height * component.down) / most.down),
      width: Math.ceil((width * component.across) / most.across),
    },
  }));
  if (components.some(({ across, down }) => most.across % across !== 0 || most.down % down !== 0)) {
    throw new Error('expected a JPEG whose sampling factors divide each other, got others');
  }
  return { stored: { height, width }, progressive: code === 0xc2, components, most };
}

/** Reads the codes of a segment DHT into the lists. */
function readCodes(segment: Uint8Array, codes: Record<'dc' | 'ac', HuffmanTable[]>): void {
  for (let at = 0; at < segment.length; ) {
    const counts = segment.slice(at + 1, at + 17);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const [kind, number] = [segment[at] >> 4, segment[at] & 15];
    if (counts.length < 16 || total > 256 || kind > 1 || number > 3 || at + 17 + total > segment.length) {
      throw new Error('damaged JPEG (its Huffman codes)');
    }
    const symbols = segment.slice(at + 17, at + 17 + total);
    codes[kind === 0 ? 'dc' : 'ac'][number] = huffmanTable({ counts, symbols });
    at += 17 + total;
  }
}

/** Reads the tables of a segment DQT into the list. */
function readSteps(segment: Uint8Array, tables: (Uint16Array | undefined)[]): void {
  for (let at = 0; at < segment.length; ) {
    const [wide, number] = [segment[at] >> 4, segment[at] & 15];
    const bytes = wide ? 128 : 64;
    if (wide > 1 || number > 3 || at + 1 + bytes > segment.length) throw new Error('damaged JPEG (its quantization)');
    const steps = new Uint16Array(64);
    for (let k = 0; k < 64; k++) {
      steps[zigzag[k]] = wide ? shortAt(segment, at + 1 + 2 * k) : segment[at + 1 + k];
    }
    tables[number] = steps;
    at += 1 + bytes;
  }
}

function readScan(
  segment: Uint8Array,
  { components, progressive }: Frame,
  codes: Record<'dc' | 'ac', HuffmanTable[]>,
): Pick<JpegScan, 'parts' | 'first' | 'last' | 'high' | 'low'> {
  const count = segment[0];
  if (!(count >= 1 && count <= 4) || segment.length < 4 + 2 * count)
    throw new Error('damaged JPEG (the head of a scan)');
  const parts = Array.from({ length: count }, (_, i) => {
    const [id, tables] = segment.subarray(1 + 2 * i);
    const component = components.findIndex((one) => one.id === id);
    if (component < 0) throw new Error(`damaged JPEG (a scan of a component ${id} that is not in its frame)`);
    const code = (kind: 'dc' | 'ac', number: number) => {
      const standard = standardCodes[kind][number];
      codes[kind][number] ??= standard && huffmanTable(standard);
      if (!codes[kind][number]) throw new Error(`damaged JPEG (no Huffman code ${number})`);
      return codes[kind][number];
    };
    return { component, dc: code('dc', tables >> 4), ac: code('ac', tables & 15) };
  });
  if (new Set(parts.map(({ component }) => component)).size < count) {
    throw new Error('damaged JPEG (a scan with a component twice)');
  }
  // What else stands there matters in a progressive JPEG alone.
  if (!progressive) return { parts, first: 0, last: 63, high: 0, low: 0 };
  const [first, last, both] = segment.subarray(1 + 2 * count);
  const [high, low] = [both >> 4, both & 15];
  const band = first === 0 ? last === 0 : last >= first && last <= 63 && count === 1;
  if (!band || low > 13 || (high !== 0 && high !== low + 1)) throw new Error('damaged JPEG (the bands of a scan)');
  return { parts, first, last, high, low };
}

/** What the samples of a file are. libjpeg, jdapimin.c, default_decompress_parms. */
function colorsOf(ids: readonly number[], isJfif: boolean, adobe: number | undefined): JpegColors {
  if (ids.length === 1) return 'gray';
  if (ids.length === 4) return adobe === undefined || adobe === 0 ? 'cmyk' : 'ycck';
  if (isJfif) return 'ycc';
  if (adobe !== undefined) return adobe === 0 ? 'rgb' : 'ycc';
  return String.fromCharCode(...ids) === 'RGB' ? 'rgb' : 'ycc';
}

/**
 * Walks through a JPEG file.
 *
 * @param bytes The file, which begins with 0xFFD8.
 * @throws with the reason alone (the caller names the file) where the file is damaged or truncated, is of another kind (12 bits, arithmetic,
 *   lossless) or has more than `maxPixels`.
 */
export function readJpegFile(bytes: Uint8Array, maxPixels: number): JpegFile {
  let frame: Frame | undefined;
  let orientation: number | undefined;
  let adobe: number | undefined;
  let isJfif = false;
  let interval = 0;
  const codes: Record<'dc' | 'ac', HuffmanTable[]> = { dc: [], ac: [] };
  const steps: (Uint16Array | undefined)[] = [];
  const scans: JpegScan[] = [];
  for (let at = 2; ; ) {
    const marker = nextMarker(bytes, at);
    if (marker < 0) throw new Error('truncated JPEG (the file ends before its end marker)');
    const code = bytes[marker];
    at = marker + 1;
    if (code === 0xd9) break;
    // Markers without a segment: restarts, and a temporary one.
    if ((code >= 0xd0 && code <= 0xd7) || code === 0x01) continue;
    if (code < 0xc0 || code === 0xd8) throw new Error(`damaged JPEG (marker ${code.toString(16)} at byte ${marker})`);
    const length = Math.max(2, shortAt(bytes, at));
    if (at + length > bytes.length) throw new Error(`truncated JPEG (in its segment at byte ${marker - 1})`);
    const segment = bytes.subarray(at + 2, at + length);
    at += length;
    if (otherFrames[code]) {
      throw new Error(
        `expected a baseline or progressive JPEG, got ${otherFrames[code]}; convert it to one of them, or to PNG`,
      );
    }
    if (code >= 0xc0 && code <= 0xc2) {
      if (frame) throw new Error('damaged JPEG (two frames)');
      frame = readFrame(segment, code, bytes.length, maxPixels);
    } else if (code === 0xc4) readCodes(segment, codes);
    else if (code === 0xdb) readSteps(segment, steps);
    else if (code === 0xdd && segment.length >= 2) interval = shortAt(segment, 0);
    else if (code === 0xe0) isJfif ||= isText(segment, 'JFIF\0');
    else if (code === 0xe1 && orientation === undefined && isExif(segment)) orientation = exifOrientation(segment);
    else if (code === 0xee && segment.length >= 12 && isText(segment, 'Adobe')) adobe = segment[11];
    else if (code === 0xda) {
      if (!frame) throw new Error('damaged JPEG (a scan before its frame)');
      const end = afterScan(bytes, at);
      scans.push({ ...readScan(segment, frame, codes), interval, start: at, end, steps: [...steps] });
      // A progressive image has about ten scans; thousands of empty ones would only burn time.
      const { height, width } = frame.stored;
      if (scans.length * width * height > 20 * maxPixels || scans.length > 1000) {
        throw new Error(`expected fewer passes over the image, got ${scans.length} scans`);
      }
      at = end;
    }
  }
  if (!frame || scans.length === 0) throw new Error('damaged JPEG (no image in it)');
  const colors = colorsOf(
    frame.components.map(({ id }) => id),
    isJfif,
    adobe,
  );
  const file = { ...frame, orientation: orientation ?? 1, scans, colors };
  // The coefficients of all passes, two bytes each.
  const samples = frame.components.reduce((sum, { size }) => sum + size.width * size.height, 0);
  const { height, width } = frame.stored;
  if (!isOnePass(file)) checkPixels(frame.stored, maxPixels, (2 * samples) / (width * height));
  return file;
}

/** Whether an image is told in one pass, all components together. */
export function isOnePass({ progressive, scans, components }: JpegFile): boolean {
  return !progressive && scans.length === 1 && scans[0].parts.length === components.length;
}
