import type { Data, NdArray } from 'ndarray';
import { checkArray } from '../checks/arrays';
import { checkShare } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { copied } from '../data/copied';
import { type Canvas, drawingScale, write } from './drawBoxes';
import { labelsOf, scoresOf, type Values } from './numbers';
import { paletteColor } from './palette';

/** Settings of {@link drawMasks}. */
export interface DrawMasksOptions {
  /** `[G]` whole numbers from 0: the class of each mask. */
  labels?: Values;
  /** `[G]`: written behind the name, with two decimals. */
  scores?: Values;
  /** By label. */
  names?: readonly string[];
  /** Of the colors over the image, 0–1 (0.5); outlines are opaque. */
  opacity?: number;
}

/** Where a mask is. */
export interface MaskPlace {
  /** The first row with a pixel of it, px. */
  top: number;
  /** The first column, px. */
  left: number;
}

/**
 * Paints one mask into an image of ours, with an outline. @param mask `[H, W]`. @param place number of the mask, which gives its color.
 * @returns where it is; null where it has no pixel. @internal
 */
export function paintMask(
  image: Canvas,
  mask: NdArray<Data<number>>,
  { place, opacity }: { place: number; opacity: number },
): MaskPlace | null {
  const [height, width] = image.shape;
  const line = drawingScale(image);
  const bytes = image.dtype === 'uint8';
  const color = paletteColor(place).map((byte) => (bytes ? byte : byte / 255));
  const on = (y: number, x: number) => y >= 0 && x >= 0 && y < height && x < width && Number(mask.get(y, x)) !== 0;
  let [top, left] = [height, width];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!on(y, x)) continue;
      top = Math.min(top, y);
      left = Math.min(left, x);
      const inside = on(y - line, x) && on(y + line, x) && on(y, x - line) && on(y, x + line);
      const share = inside ? opacity : 1;
      for (let c = 0, at = 3 * (y * width + x); c < 3; c++, at++) {
        const mixed = (1 - share) * image.data[at] + share * color[c];
        image.data[at] = bytes ? Math.round(mixed) : mixed;
      }
    }
  }
  return top === height ? null : { top, left };
}

/** Writes the name of a mask where it begins. @internal */
export function nameMask(image: Canvas, text: string, { top, left }: MaskPlace, place: number): void {
  if (text === '') return;
  const ground = paletteColor(place).map((byte) => byte / 255);
  write(image, text, { x: left, y: top, scale: drawingScale(image), ground });
}

/** What is written at an object: its class and its score, as far as they are known. @internal */
export function objectText(
  g: number,
  { labels, scores, names = [] }: { labels?: readonly number[]; scores?: readonly number[]; names?: readonly string[] },
): string {
  const parts = [labels ? (names[labels[g]] ?? `class ${labels[g]}`) : '', scores ? scores[g].toFixed(2) : ''];
  return parts.filter(Boolean).join(' ');
}

/**
 * An image with masks drawn into it, each in a color of its own with an outline, and names and scores, for a file; `masksFigure` is for the
 * screen.
 *
 * @param image `[H, W, 3]`, 0–1 or bytes; it is not changed.
 * @param masks `[G, H, W]`, not 0 where the object is; G may be 0. The first is drawn last, above the others.
 * @returns `[H, W, 3]` in the same kind of numbers.
 * @throws on other shapes, and where labels or scores are not one a mask.
 */
export function drawMasks<Numbers extends Float32Array | Uint8Array>(
  image: NdArray<Numbers>,
  masks: NdArray<Data<number>>,
  options: DrawMasksOptions = {},
): NdArray<Numbers> {
  checkOptions('drawMasks', options, { labels: 'any', scores: 'any', names: 'texts', opacity: 'any' });
  checkArray('drawMasks', 'an image', image, '[H, W, 3]');
  const [height, width] = image.shape;
  checkArray('drawMasks', 'masks', masks, `[G, ${height}, ${width}]`);
  const { names, opacity = 0.5 } = options;
  checkShare('drawMasks', 'opacity', opacity);
  const [count] = masks.shape;
  const labels = labelsOf('drawMasks', 'labels [G]', options.labels, count);
  const scores = scoresOf('drawMasks', options.scores, count);
  const drawn = copied(image);
  const places: (MaskPlace | null)[] = [];
  for (let g = count - 1; g >= 0; g--) places[g] = paintMask(drawn, masks.pick(g), { place: g, opacity });
  for (let g = count - 1; g >= 0; g--) {
    if (places[g]) nameMask(drawn, objectText(g, { labels, scores, names }), places[g]!, g);
  }
  return drawn;
}
