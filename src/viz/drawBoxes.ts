import type { NdArray } from 'ndarray';
import { checkArray } from '../checks/arrays';
import { checkCount } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { copied } from '../data/copied';
import { letterColumns, letterSize } from './font';
import { boxRows, labelsOf, type Matrix, scoresOf, type Values } from './numbers';
import { classColors, paletteColor } from './palette';

/** Settings of {@link drawBoxes}. */
export interface DrawBoxesOptions {
  /** `[G]` whole numbers from 0: the class of each box, which gives it its color. */
  labels?: Values;
  /** `[G]`: written behind the name, with two decimals. */
  scores?: Values;
  /** By label. */
  names?: readonly string[];
  /** Width of the lines, px (1 in small images, more in large ones). */
  lineWidth?: number;
}

/** An image in numbers 0–1, or in bytes. */
export type Canvas = NdArray<Float32Array | Uint8Array>;

/** Width of lines and size of letters in an image, px: 1 in small ones, more in large ones. */
export function drawingScale({ shape: [height, width] }: Canvas): number {
  return Math.max(1, Math.round(Math.min(height, width) / 320));
}

/** Paints a rectangle of one color, 0–1, as much of it as lies in the image. */
function fill(image: Canvas, [x1, y1, x2, y2]: readonly number[], color: readonly number[]): void {
  const [height, width] = image.shape;
  const values = image.dtype === 'uint8' ? color.map((value) => Math.round(255 * value)) : color;
  // The image is one of ours, row by row.
  for (let y = Math.max(0, y1); y < Math.min(height, y2); y++) {
    for (let x = Math.max(0, x1); x < Math.min(width, x2); x++) image.data.set(values, 3 * (y * width + x));
  }
}

/** Writes a line of text on a ground of the given color; it is moved to lie inside the image where it can. */
export function write(
  image: Canvas,
  text: string,
  { x, y, scale, ground }: { x: number; y: number; scale: number; ground: readonly number[] },
): void {
  const [height, width] = image.shape;
  const letters = [...text];
  const wide = (letters.length * (letterSize.width + 1) + 1) * scale;
  const high = (letterSize.height + 2) * scale;
  const left = Math.max(0, Math.min(x, width - wide));
  const top = Math.max(0, Math.min(y - high, height - high));
  fill(image, [left, top, left + wide, top + high], ground);
  // White or black, whichever stands out.
  const bright = 0.299 * ground[0] + 0.587 * ground[1] + 0.114 * ground[2] > 0.6 ? 0 : 1;
  for (const [i, letter] of letters.entries()) {
    for (const [column, bits] of letterColumns(letter).entries()) {
      for (let row = 0; row < letterSize.height; row++) {
        if (!((bits >> row) & 1)) continue;
        const [px, py] = [left + (1 + i * (letterSize.width + 1) + column) * scale, top + (1 + row) * scale];
        fill(image, [px, py, px + scale, py + scale], [bright, bright, bright]);
      }
    }
  }
}

/**
 * An image with boxes, names and scores drawn into it, for a file; `boxesFigure` is for the screen.
 *
 * @param image `[H, W, 3]`, 0–1 or bytes; it is not changed.
 * @param boxes `[G, 4]` x1, y1, x2, y2 in px; G may be 0. The first is drawn last, above the others.
 * @returns `[H, W, 3]` in the same kind of numbers.
 * @throws on other shapes, numbers that are not finite, and where labels or scores are not one a box.
 */
export function drawBoxes<Numbers extends Float32Array | Uint8Array>(
  image: NdArray<Numbers>,
  boxes: Matrix,
  options: DrawBoxesOptions = {},
): NdArray<Numbers> {
  checkOptions('drawBoxes', options, { labels: 'any', scores: 'any', names: 'texts', lineWidth: 'any' });
  checkArray('drawBoxes', 'an image', image, '[H, W, 3]');
  const rows = boxRows('drawBoxes', boxes);
  const kinds = labelsOf('drawBoxes', 'labels [G]', options.labels, rows.length);
  const sure = scoresOf('drawBoxes', options.scores, rows.length);
  const scale = drawingScale(image);
  const { names = [], lineWidth: line = scale } = options;
  checkCount('drawBoxes', 'lineWidth', line, 1);
  const drawn = copied(image);
  const colorOf = classColors(options.names ?? []);
  for (let g = rows.length - 1; g >= 0; g--) {
    const [x1, y1, x2, y2] = rows[g].map(Math.round);
    const color = paletteColor(colorOf(kinds?.[g] ?? 0)).map((byte) => byte / 255);
    fill(drawn, [x1, y1, x2, y1 + line], color);
    fill(drawn, [x1, y2 - line, x2, y2], color);
    fill(drawn, [x1, y1, x1 + line, y2], color);
    fill(drawn, [x2 - line, y1, x2, y2], color);
    const parts = [kinds ? (names[kinds[g]] ?? `class ${kinds[g]}`) : '', sure ? sure[g].toFixed(2) : ''];
    const text = parts.filter(Boolean).join(' ');
    if (text) write(drawn, text, { x: x1, y: y1, scale, ground: color });
  }
  return drawn;
}
