import { checkArray } from '../checks/arrays';
import { checkOptions } from '../checks/options';
import { isRecord } from '../checks/record';
import { shown } from '../checks/shown';
import type { Stroke } from '../graphCut/strokes';
import { type Pixels, toPixels } from '../images/pixels';
import { type Figure, makeFigure, type TitleOptions, titleOption } from './figure';
import { type Image, pixelAxes, placedPixels, screenHeight } from './imageTrace';
import { type Matrix, rounded, rowsOf } from './numbers';
import { outlines } from './outlines';
import { palette } from './palette';
import { plainText } from './plainText';

/** Settings of {@link cutoutFigure}. */
export interface CutoutFigureOptions extends TitleOptions {
  /** `[x1, y1, x2, y2]` in px, drawn with dashes on the image. */
  rectangle?: readonly number[];
  /** Drawn on the image: foreground green, background red, probable ones thinner. */
  strokes?: readonly Stroke[];
  /** A line through points x, y in px on the image, `[P, 2]`. */
  path?: Matrix;
  /** Above the image and above what is cut out. */
  titles?: readonly [string, string];
}

/** What stands behind an object that is cut out: squares of 6 px in two grays. */
function backdrop(x: number, y: number): number {
  return (Math.floor(x / 6) + Math.floor(y / 6)) % 2 === 0 ? 232 : 208;
}

/** The object on a checkered ground; without an object the ground alone. */
function cutOut(pixels: Pixels, mask: Image): Pixels {
  const { height, width, channels } = pixels;
  const data = new Uint8Array(height * width * 3);
  for (let i = 0; i < height * width; i++) {
    const [y, x] = [Math.floor(i / width), i % width];
    const inside = Number(mask.get(y, x)) !== 0;
    for (let c = 0; c < 3; c++)
      data[3 * i + c] = inside ? pixels.data[i * channels + (channels < 3 ? 0 : c)] : backdrop(x, y);
  }
  return { height, width, channels: 3, data };
}

const green = palette[2];
const red = palette[1];
const blue = palette[0];

/** The line of a stroke, as wide as its brush in an image that is shown so large. */
function strokeTrace(stroke: unknown, number: number, scale: number): object {
  if (!isRecord(stroke) || typeof stroke.label !== 'string') {
    throw new Error(`cutoutFigure: expected strokes { label, points, radius }, got ${shown(stroke)} at ${number}`);
  }
  const { label, points, radius = 3 } = stroke as unknown as Stroke;
  if (!(Number.isFinite(radius) && radius > 0)) {
    throw new Error(`cutoutFigure: expected radius of stroke ${number} to be a number > 0, got ${shown(radius)}`);
  }
  const rows = rowsOf('cutoutFigure', `points of stroke ${number} [N, 2]`, points as Matrix, 2);
  const color = /background$/i.test(label) ? red : green;
  const wide = Math.max(2, 2 * radius * scale);
  return {
    type: 'scatter',
    mode: rows.length > 1 ? 'lines' : 'markers',
    x: rows.map(([x]) => rounded(x)),
    y: rows.map(([, y]) => rounded(y)),
    line: { color, width: label.startsWith('probable') ? wide / 2 : wide },
    marker: { color, size: wide },
    opacity: 0.85,
    name: label,
    hoverinfo: 'name',
    showlegend: false,
  };
}

/**
 * An object cut out of an image: on the left the image with the outline of the mask and whatever led to it, on the right the object alone.
 *
 * @param image `[H, W, 3]` or `[H, W]`. @param mask `[H, W]`, not 0 where the object is.
 * @throws on other shapes, where the sizes differ, and on a rectangle, strokes or a path that are none.
 */
export function cutoutFigure(image: Image, mask: Image, options: CutoutFigureOptions = {}): Figure {
  checkOptions('cutoutFigure', options, {
    rectangle: 'any',
    strokes: 'any',
    path: 'any',
    titles: 'texts',
    ...titleOption,
  });
  const { rectangle, strokes = [], path, title, titles } = options;
  const pixels = toPixels('cutoutFigure', image);
  const { height, width } = pixels;
  checkArray('cutoutFigure', 'a mask', mask, `[${height}, ${width}]`);
  if (
    rectangle !== undefined &&
    !(Array.isArray(rectangle) && rectangle.length === 4 && Array.from(rectangle).every(Number.isFinite))
  ) {
    throw new Error(`cutoutFigure: expected a rectangle [x1, y1, x2, y2], got ${shown(rectangle)}`);
  }
  if (!Array.isArray(strokes)) {
    throw new Error(
      `cutoutFigure: expected strokes to be a list of strokes { label, points, radius }, got ${shown(strokes)}`,
    );
  }
  if (titles !== undefined && titles.length !== 2) {
    throw new Error(`cutoutFigure: expected 2 titles, got ${titles.length}`);
  }
  // About half of a notebook's 760 px.
  const scale = 350 / width;
  const line = (rows: readonly (readonly number[])[], color: string, more: object = {}) => ({
    type: 'scatter',
    mode: 'lines',
    x: rows.map(([x]) => rounded(x)),
    y: rows.map(([, y]) => rounded(y)),
    line: { color, width: 2, ...more },
    hoverinfo: 'skip',
    showlegend: false,
  });
  const rings = outlines(
    height,
    width,
    (y, x) => y >= 0 && x >= 0 && y < height && x < width && Number(mask.get(y, x)) !== 0,
  );
  const closed = rings.flatMap((ring) => [...ring, ring[0], [Number.NaN, Number.NaN]]);
  const traces: object[] = [
    placedPixels(pixels).trace,
    placedPixels(cutOut(pixels, mask), { xaxis: 'x2', yaxis: 'y2' }).trace,
  ];
  traces.push(line(closed, '#000000', { width: 3.5 }), line(closed, '#ffffff', { width: 1.5 }));
  if (rectangle !== undefined) {
    const [x1, y1, x2, y2] = rectangle;
    const corners = [
      [x1, y1],
      [x2, y1],
      [x2, y2],
      [x1, y2],
      [x1, y1],
    ];
    traces.push(line(corners, '#ffffff', { width: 3.5 }), line(corners, blue, { dash: 'dash' }));
  }
  if (path !== undefined) {
    const rows = rowsOf('cutoutFigure', 'path [P, 2]', path, 2);
    traces.push(line(rows, '#ffffff', { width: 4 }), line(rows, red));
  }
  for (const [number, stroke] of Array.from(strokes as readonly unknown[]).entries())
    traces.push(strokeTrace(stroke, number, scale));
  const size = { height, width };
  const annotations = (titles ?? []).map((text, i) => ({
    text: plainText(text),
    showarrow: false,
    xref: `${i === 0 ? 'x' : 'x2'} domain`,
    yref: `${i === 0 ? 'y' : 'y2'} domain`,
    x: 0.5,
    y: 1,
    yanchor: 'bottom',
    font: { size: 13 },
  }));
  const margin = { l: 35, r: 10, t: (title === undefined ? 10 : 50) + (titles ? 20 : 0), b: 30 };
  const layout = {
    ...pixelAxes(1, size, { x: { domain: [0, 0.48] } }),
    ...pixelAxes(2, size, { x: { domain: [0.52, 1] } }),
    annotations,
    margin,
    height: screenHeight(size, 350) + margin.t + margin.b,
  };
  return makeFigure(traces, layout, title);
}
