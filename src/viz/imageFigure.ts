import { largest } from '../checks/extremes';
import { checkCount } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { shown } from '../checks/shown';
import { type Figure, makeFigure, type TitleOptions, titleOption } from './figure';
import { type Image, pixelAxes, placedImage, screenHeight } from './imageTrace';
import { sameLength } from './numbers';
import { plainText } from './plainText';

/** Settings of {@link imageFigure}. */
export interface ImageFigureOptions extends TitleOptions {
  /** One above each image. */
  titles?: readonly string[];
  /** Images in a row (at most 4). */
  columns?: number;
  /** For each image the boxes `[x1, y1, x2, y2]` in px that are outlined in white, such as the window of a patch. */
  outlines?: readonly (readonly (readonly [number, number, number, number])[])[];
}

/**
 * Images side by side. Axes are in pixels, y downwards: pixel `[row, column]` covers x from column to column + 1, as boxes `xyxy` do.
 * Images up to 256 on a side show their pixels as squares; those above 512 are embedded smaller (hover and axes keep true pixels),
 * and large photographs as JPEG.
 *
 * @param images One `[H, W, 3]`, `[H, W]` or `[H, W, 4]` in 0–1 or uint8, or several of any sizes.
 * @throws on other shapes, no image, NaN, a wrong number of titles or lists of outlines, or outlines that are no boxes.
 */
export function imageFigure(images: Image | readonly Image[], options: ImageFigureOptions = {}): Figure {
  checkOptions('imageFigure', options, { titles: 'texts', columns: 'any', outlines: 'any', ...titleOption });
  const list: readonly Image[] = Array.isArray(images) ? images : [images as Image];
  const { title, titles, outlines = [], columns = Math.min(4, list.length) } = options;
  if (list.length === 0) throw new Error('imageFigure: expected at least one image, got none');
  sameLength('imageFigure', 'titles', titles, list.length);
  checkCount('imageFigure', 'columns', columns, 1);
  const shapes = outlineShapes(outlines, list.length);
  const rows = Math.ceil(list.length / columns);
  const placed = list.map((image, i) => {
    const suffix = i === 0 ? '' : String(i + 1);
    return placedImage('imageFigure', image, { xaxis: `x${suffix}`, yaxis: `y${suffix}` });
  });
  const top = titles ? 24 : 0;
  const cellHeight = largest(placed.map((one) => screenHeight(one, 760 / columns))) + 26 + top;
  const height = rows * cellHeight;
  const gap = columns > 1 ? 0.06 / columns : 0;
  const axes: Record<string, object> = {};
  const annotations: object[] = [];
  placed.forEach((one, i) => {
    const column = i % columns;
    const row = Math.floor(i / columns);
    const x = [column / columns + gap, (column + 1) / columns - gap];
    const y = [1 - ((row + 1) * cellHeight - 26) / height, 1 - (row * cellHeight + top) / height];
    Object.assign(axes, pixelAxes(i + 1, one, { x: { domain: x }, y: { domain: y } }));
    const suffix = i === 0 ? '' : String(i + 1);
    if (titles) {
      annotations.push({
        text: plainText(titles[i]),
        showarrow: false,
        xref: `x${suffix} domain`,
        yref: `y${suffix} domain`,
        x: 0.5,
        y: 1,
        yanchor: 'bottom',
        font: { size: 13 },
      });
    }
  });
  const margin = { l: 35, r: 10, t: title === undefined ? 10 : 50, b: 10 };
  return makeFigure(
    placed.map(({ trace }) => trace),
    { ...axes, annotations, shapes, margin, height: height + margin.t + margin.b },
    title,
  );
}

function outlineShapes(outlines: NonNullable<ImageFigureOptions['outlines']>, count: number): object[] {
  const isBox = (box: unknown) => Array.isArray(box) && box.length === 4 && box.every(Number.isFinite);
  const isList = Array.isArray(outlines) && outlines.every((boxes) => Array.isArray(boxes) && boxes.every(isBox));
  if (!isList) {
    throw new Error(
      `imageFigure: expected outlines, a list of boxes [x1, y1, x2, y2] an image, got ${shown(outlines)}`,
    );
  }
  if (outlines.length > count)
    throw new Error(`imageFigure: expected outlines of ${count} images, got ${outlines.length}`);
  return outlines.flatMap((boxes, i) => {
    const suffix = i === 0 ? '' : String(i + 1);
    const at = { type: 'rect', xref: `x${suffix}`, yref: `y${suffix}`, line: { color: '#ffffff', width: 2 } };
    return boxes.map(([x0, y0, x1, y1]: readonly number[]) => ({ ...at, x0, x1, y0, y1 }));
  });
}
