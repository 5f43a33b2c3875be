import ndarray, { type Data, type NdArray } from 'ndarray';
import { checkList } from '../checks/arguments';
import { checkArray } from '../checks/arrays';
import { isRecord } from '../checks/record';
import { shown } from '../checks/shown';
import type { ImageSize } from '../shape/types';

/**
 * A mask as COCO writes it: lengths of runs of 0 and 1 in turn, beginning with 0, column by column; as a list, or packed into a text.
 */
export interface RunLengths {
  /** Height and width, px. */
  size: [height: number, width: number];
  /** Lengths of the runs of 0 and 1 in turn, column by column, 0 first: a list, or packed into characters as COCO does. */
  counts: string | readonly number[];
}

/** Sides beyond this are refused before memory is taken, px in all. */
const mostPixels = 2 ** 28;

function checkSides(caller: string, height: unknown, width: unknown): void {
  const sides = [height, width];
  if (
    !sides.every((side) => Number.isInteger(side) && (side as number) >= 0) ||
    Number(height) * Number(width) > mostPixels
  ) {
    throw new Error(`${caller}: expected a size of two whole numbers, at most ${mostPixels} px, got ${shown(sides)}`);
  }
}

/** Sets a run that goes down the columns of an array that lies in rows. */
function fillColumns(data: Uint8Array, run: { start: number; end: number; height: number; width: number }): void {
  const { start, end, height, width } = run;
  let [x, y] = [Math.floor(start / height), start % height];
  for (let at = start; at < end; at++) {
    data[y * width + x] = 1;
    if (++y < height) continue;
    y = 0;
    x++;
  }
}

/**
 * Packs runs into COCO's text: each run, from the fourth on less the one before last, in groups of 5 bits, lowest first, as the
 * characters from 48 on; 32 marks that more groups follow, and the sign is that of the last one.
 */
function packRuns(runs: readonly number[]): string {
  const codes: string[] = [];
  for (let i = 0; i < runs.length; i++) {
    let rest = i > 2 ? runs[i] - runs[i - 2] : runs[i];
    for (let more = true; more; ) {
      const group = rest & 31;
      rest >>= 5;
      more = group & 16 ? rest !== -1 : rest !== 0;
      codes.push(String.fromCharCode(48 + (more ? group | 32 : group)));
    }
  }
  return codes.join('');
}

function unpackRuns(caller: string, text: string): number[] {
  const runs: number[] = [];
  for (let at = 0; at < text.length; ) {
    let [value, shift, more] = [0, 0, true];
    while (more) {
      const code = text.charCodeAt(at) - 48;
      if (!(code >= 0 && code < 64))
        throw new Error(`${caller}: expected counts in COCO's characters, got another at ${at}`);
      // Runs stay below 2^28: six groups and the sign are enough.
      if (shift > 25) throw new Error(`${caller}: expected counts of at most 6 characters each, got more at ${at}`);
      value += (code & 31) * 2 ** shift;
      more = (code & 32) !== 0;
      shift += 5;
      at++;
      if (!more && code & 16) value -= 2 ** shift;
      if (more && at === text.length)
        throw new Error(`${caller}: expected counts that are whole, got a text that is cut off`);
    }
    runs.push(runs.length > 2 ? value + runs[runs.length - 2] : value);
  }
  return runs;
}

/**
 * The runs of a mask, packed as in COCO's results: `pycocotools.mask.encode`, character by character.
 * @param mask `[H, W]`, not 0 where the thing is.
 * @throws on another shape, and on more than 2^28 px.
 */
export function encodeRle(mask: NdArray<Data<number>>): { size: [number, number]; counts: string } {
  checkArray('encodeRle', 'a mask', mask, '[H, W]');
  const [height, width] = mask.shape;
  checkSides('encodeRle', height, width);
  const runs: number[] = [];
  let [run, inside] = [0, false];
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) {
      if ((Number(mask.get(y, x)) !== 0) !== inside) {
        runs.push(run);
        run = 0;
        inside = !inside;
      }
      run++;
    }
  }
  if (height * width > 0) runs.push(run);
  return { size: [height, width], counts: packRuns(runs) };
}

/**
 * The mask of COCO's runs, packed or as a list.
 * @returns `[H, W]`, 0 and 1.
 * @throws where the runs are not whole numbers ≥ 0 that fill the size exactly.
 */
export function decodeRle(runLengths: RunLengths): NdArray<Uint8Array> {
  if (!isRecord(runLengths)) throw new Error(`decodeRle: expected { size, counts }, got ${shown(runLengths)}`);
  const { size, counts } = runLengths;
  if (!Array.isArray(size) || size.length !== 2)
    throw new Error(`decodeRle: expected a size [height, width], got ${shown(size)}`);
  const [height, width] = size;
  checkSides('decodeRle', height, width);
  if (typeof counts !== 'string' && !Array.isArray(counts)) {
    throw new Error(`decodeRle: expected counts to be a list or a text, got ${shown(counts)}`);
  }
  const runs = typeof counts === 'string' ? unpackRuns('decodeRle', counts) : counts;
  const pixels = height * width;
  let total = 0;
  for (let i = 0; i < runs.length; i++) {
    if (!(Number.isInteger(runs[i]) && runs[i] >= 0))
      throw new Error(`decodeRle: expected runs ≥ 0, got ${shown(runs[i])} at ${i}`);
    total += runs[i];
  }
  if (total !== pixels) throw new Error(`decodeRle: expected runs of ${pixels} px in all, got ${total}`);
  const data = new Uint8Array(pixels);
  for (let i = 0, start = 0; i < runs.length; start += runs[i++]) {
    if (i % 2 === 1) fillColumns(data, { start, end: start + runs[i], height, width });
  }
  return ndarray(data, [height, width]);
}

/** A closed line of straight edges: x, y, x, y, … in px. */
export type Polygon = readonly number[];

/** A polygon's border is followed in steps of a fifth of a pixel; this many steps are an image of 65535 px a hundred times around. */
const mostSteps = 1e8;

/**
 * The mask of a thing that polygons surround, pixel by pixel that of `pycocotools` (its `frPyObjects` and `merge`): the border is drawn
 * at five times the size and then thinned out, so that the mask holds the pixels whose centers lie inside, as near as fifths can tell.
 *
 * @param polygons each x, y, x, y, … in px, at least three points; the mask is their union.
 * @returns `[height, width]`, 0 and 1.
 * @throws on other numbers, on fewer points, and where borders are longer than 2·10⁷ px.
 */
export function polygonMask(polygons: readonly Polygon[], size: ImageSize): NdArray<Uint8Array> {
  checkList('polygonMask', 'polygons', polygons, 'polygons');
  const { height, width } = isRecord(size) ? size : ({} as ImageSize);
  checkSides('polygonMask', height, width);
  const data = new Uint8Array(height * width);
  for (const polygon of polygons) {
    checkList('polygonMask', 'a polygon', polygon, 'numbers');
    if (polygon.length < 6 || polygon.length % 2 !== 0) {
      throw new Error(
        `polygonMask: expected polygons of three points or more, x, y each, got ${polygon.length} numbers`,
      );
    }
    const wrong = polygon.findIndex((value) => !(typeof value === 'number' && Math.abs(value) <= 1e7));
    if (wrong >= 0)
      throw new Error(`polygonMask: expected corners within 1e7 px, got ${shown(polygon[wrong])} at ${wrong}`);
    const crossings = borderCrossings(polygon, height, width);
    // Between two crossings, in the order of the columns, lies the inside.
    for (let k = 0; k < crossings.length; k += 2) {
      const end = k + 1 < crossings.length ? crossings[k + 1] : height * width;
      fillColumns(data, { start: crossings[k], end, height, width });
    }
  }
  return ndarray(data, [height, width]);
}

/** Where, counted down the columns, the inside of a polygon begins and ends, ascending. */
function borderCrossings(polygon: Polygon, height: number, width: number): Float64Array {
  const scale = 5;
  const corners = Array.from(polygon, (value) => Math.trunc(scale * value + 0.5));
  const count = corners.length / 2;
  const steps = corners.reduce((sum, value, i) => sum + Math.abs(value - corners[(i + 2) % corners.length]), 0);
  if (steps > mostSteps) throw new Error('polygonMask: expected borders of at most 2e7 px in all, got longer ones');
  const found: number[] = [];
  let [beforeX, beforeY, first] = [0, 0, true];

  function point(u: number, v: number): void {
    if (!first && u !== beforeX) {
      const x = ((u < beforeX ? u : u - 1) + 0.5) / scale - 0.5;
      if (Number.isInteger(x) && x >= 0 && x <= width - 1) {
        const y = (Math.min(v, beforeY) + 0.5) / scale - 0.5;
        found.push(x * height + Math.ceil(Math.min(height, Math.max(0, y))));
      }
    }
    [beforeX, beforeY, first] = [u, v, false];
  }

  for (let j = 0; j < count; j++) {
    const k = (j + 1) % count;
    let [xs, ys, xe, ye] = [corners[2 * j], corners[2 * j + 1], corners[2 * k], corners[2 * k + 1]];
    const [dx, dy] = [Math.abs(xe - xs), Math.abs(ye - ys)];
    const length = Math.max(dx, dy);
    const flat = dx >= dy;
    const flipped = flat ? xs > xe : ys > ye;
    if (flipped) [xs, ys, xe, ye] = [xe, ye, xs, ys];
    const slope = length === 0 ? 0 : flat ? (ye - ys) / dx : (xe - xs) / dy;
    for (let d = 0; d <= length; d++) {
      const t = flipped ? length - d : d;
      if (flat) point(t + xs, Math.trunc(ys + slope * t + 0.5));
      else point(Math.trunc(xs + slope * t + 0.5), t + ys);
    }
  }
  return Float64Array.from(found).sort();
}
