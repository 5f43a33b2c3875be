import { checkOptions } from '../checks/options';
import { type Figure, makeFigure, type TitleOptions, titleOption } from './figure';
import { type Image, pixelAxes, placedImage, screenHeight } from './imageTrace';
import { boxRows, labelsOf, type Matrix, rounded, scoresOf, type Values } from './numbers';
import { cssColor } from './palette';
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
  /** Whether name and score stand at each box (true), or only in the legend and under the pointer: for many boxes. */
  captions?: boolean;
}

/**
 * Boxes over an image, one color and one legend entry a class; a click in the legend hides the class.
 *
 * @param image `[H, W, 3]` or `[H, W]`.
 * @param boxes `[G, 4]` `x1, y1, x2, y2` in pixels, from the image's top left corner; G may be 0.
 * @throws on other shapes, numbers that are not finite, and where labels or scores are not one a box.
 */
export function boxesFigure(image: Image, boxes: Matrix, options: BoxesFigureOptions = {}): Figure {
  checkOptions('boxesFigure', options, {
    labels: 'any',
    scores: 'any',
    names: 'texts',
    captions: 'flag',
    ...titleOption,
  });
  const { names = [], captions: areShown = true, title } = options;
  const placed = placedImage('boxesFigure', image);
  const rows = boxRows('boxesFigure', boxes);
  const labels = labelsOf('boxesFigure', 'labels [G]', options.labels, rows.length);
  const scores = scoresOf('boxesFigure', options.scores, rows.length);

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
      line: { color: cssColor(label), width: 3 },
      showlegend: true,
      cliponaxis: false,
    };
  });
  const margin = { l: 35, r: 10, t: title === undefined ? 20 : 60, b: 30 };
  const layout = { ...pixelAxes(1, placed), margin, height: screenHeight(placed) + margin.t + margin.b };
  return makeFigure([placed.trace, ...traces], layout, title);
}
