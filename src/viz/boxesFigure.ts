import { checkFrom0 } from '../checks/numbers';
import { checkOption, checkOptions } from '../checks/options';
import { type Figure, makeFigure, type TitleOptions, titleOption } from './figure';
import { type Image, pixelAxes, placedImage, screenHeight } from './imageTrace';
import { boxRows, labelsOf, type Matrix, rounded, rowsOf, scoresOf, type Values } from './numbers';
import { classColors, cssColor, palette } from './palette';
import { plainText } from './plainText';

/** Captions are white with a black edge, readable on any photograph. */
export const outline = '1px 1px 0 #000, -1px 1px 0 #000, 1px -1px 0 #000, -1px -1px 0 #000, 0 0 4px #000';

/** Settings of {@link boxesFigure}. */
export interface BoxesFigureOptions extends TitleOptions {
  /** `[G]` whole numbers from 0: the class of each box. */
  labels?: Values;
  /** `[G]`: shown behind the name, with two decimals. */
  scores?: Values;
  /** By label. */
  names?: readonly string[];
  /** By label, as CSS writes them, such as `#ff7a00` (those of the palette). */
  colors?: readonly string[];
  /** Whether name and score stand at each box (true), or only in the legend and under the pointer: for many boxes. */
  captions?: boolean;
  /** Room around the image for boxes that reach beyond it, px; a dashed frame is the image's border (0). */
  margin?: number;
  /** `[P, 2]` x, y in pixels, by name: drawn as dots, such as the places of a feature map. */
  points?: Record<string, Matrix>;
  /** `[S, 4]` x1, y1, x2, y2 in pixels, by name: drawn as lines from the first to the second point, such as distances. */
  lines?: Record<string, Matrix>;
}

/**
 * Boxes over an image, one color and one legend entry a class; a click in the legend hides the class.
 *
 * @param image `[H, W, 3]` or `[H, W]`.
 * @param boxes `[G, 4]` `x1, y1, x2, y2` in pixels, from the image's top left corner; G may be 0.
 * @throws on other shapes, numbers that are not finite, where labels or scores are not one a box, and where points or lines are not
 * lists by name.
 */
export function boxesFigure(image: Image, boxes: Matrix, options: BoxesFigureOptions = {}): Figure {
  checkOptions('boxesFigure', options, {
    labels: 'any',
    scores: 'any',
    names: 'texts',
    colors: 'texts',
    captions: 'flag',
    margin: 'any',
    points: 'any',
    lines: 'any',
    ...titleOption,
  });
  const {
    names = [],
    colors = [],
    captions: areShown = true,
    margin: room = 0,
    points = {},
    lines = {},
    title,
  } = options;
  checkFrom0('boxesFigure', 'margin', room);
  const placed = placedImage('boxesFigure', image);
  const rows = boxRows('boxesFigure', boxes);
  const labels = labelsOf('boxesFigure', 'labels [G]', options.labels, rows.length);
  const scores = scoresOf('boxesFigure', options.scores, rows.length);

  const colorOf = classColors(names);
  const classes = [...new Set(labels ?? (rows.length ? [0] : []))].sort((one, other) => one - other);
  const traces = classes.map((label) => {
    const mine = rows.map((_, i) => i).filter((i) => !labels || labels[i] === label);
    const name = plainText(names[label]) ?? (labels ? `class ${label}` : 'box');
    const captions = mine.map((i) => {
      const parts = [labels || names[label] ? name : '', scores ? scores[i].toFixed(2) : ''];
      return parts.filter(Boolean).join(' ');
    });
    // Five corners and a gap for each box; the caption stands at its first corner.
    const corners = mine.map((i) => rows[i].map(rounded));
    return {
      type: 'scatter',
      mode: areShown ? 'lines+text' : 'lines',
      name,
      x: corners.flatMap(([x1, , x2]) => [x1, x2, x2, x1, x1, null]),
      y: corners.flatMap(([, y1, , y2]) => [y1, y1, y2, y2, y1, null]),
      text: captions.flatMap((caption) => [caption, '', '', '', '', '']),
      textposition: 'top right',
      textfont: { size: 12, color: '#ffffff', shadow: outline },
      hovertext: mine.flatMap((_, k) => Array(6).fill(`${captions[k] || name}<br>[${corners[k].join(', ')}]`)),
      hoverinfo: 'text',
      line: { color: colors[label] ?? cssColor(colorOf(label)), width: 3 },
      showlegend: true,
      cliponaxis: false,
    };
  });
  const marks = [...lineTraces(lines), ...pointTraces(points)];
  const margin = { l: 35, r: 10, t: title === undefined ? 20 : 60, b: 30 };
  const { height, width } = placed;
  const axes = pixelAxes(1, placed, {
    x: { range: [-room, width + room] },
    y: { range: [height + room, -room] },
  });
  const line = { color: '#888888', width: 1, dash: 'dash' };
  const frame = { type: 'rect', x0: 0, y0: 0, x1: width, y1: height, line };
  const shapes = room > 0 ? { shapes: [frame] } : {};
  const layout = { ...axes, ...shapes, margin, height: screenHeight(placed) + margin.t + margin.b };
  return makeFigure([placed.trace, ...traces, ...marks], layout, title);
}

/** Each list has a color of its own, from the end of the palette: classes have those from its beginning. */
const markColor = (index: number) => palette[palette.length - 1 - (index % palette.length)];

function lineTraces(lines: Record<string, Matrix>): object[] {
  checkOption('boxesFigure', 'lines', lines, 'record');
  return Object.entries(lines).map(([name, list]) => {
    const ends = finiteRows(`lines [S, 4] of ${name}`, list, 4);
    return {
      type: 'scatter',
      mode: 'lines',
      name: plainText(name),
      x: ends.flatMap(([x1, , x2]) => [rounded(x1), rounded(x2), null]),
      y: ends.flatMap(([, y1, , y2]) => [rounded(y1), rounded(y2), null]),
      line: { color: '#ffffff', width: 3 },
      hoverinfo: 'skip',
      showlegend: false,
    };
  });
}

function pointTraces(points: Record<string, Matrix>): object[] {
  checkOption('boxesFigure', 'points', points, 'record');
  return Object.entries(points).map(([name, list], i) => {
    const places = finiteRows(`points [P, 2] of ${name}`, list, 2);
    return {
      type: 'scatter',
      mode: 'markers',
      name: plainText(name),
      x: places.map(([x]) => rounded(x)),
      y: places.map(([, y]) => rounded(y)),
      marker: { size: places.length > 100 ? 4 : 8, color: markColor(i), line: { color: '#ffffff', width: 1 } },
      hovertemplate: `${plainText(name)}<br>%{x}, %{y}<extra></extra>`,
      showlegend: true,
    };
  });
}

function finiteRows(what: string, list: Matrix, columns: number): number[][] {
  const rows = rowsOf('boxesFigure', what, list, columns);
  const at = rows.findIndex((row) => !row.every(Number.isFinite));
  if (at < 0) return rows;
  throw new Error(`boxesFigure: expected finite ${what}, got [${rows[at].join(', ')}] at ${at}`);
}
