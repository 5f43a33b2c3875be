import type { Data, NdArray } from 'ndarray';
import { checkArray } from '../checks/arrays';
import { checkShare } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { outline } from './boxesFigure';
import { type Figure, makeFigure, type TitleOptions, titleOption } from './figure';
import { type Image, pixelAxes, placedImage, screenHeight } from './imageTrace';
import { boxRows, labelsOf, type Matrix, rounded, sameLength, scoresOf, type Values } from './numbers';
import { outlines } from './outlines';
import { cssColor } from './palette';
import { plainText } from './plainText';

/** Settings of {@link masksFigure}. */
export interface MasksFigureOptions extends TitleOptions {
  /** `[G]` whole numbers from 0: the class of each mask. */
  labels?: Values;
  /** `[G]`: shown behind the name, with two decimals. */
  scores?: Values;
  /** By label. */
  names?: readonly string[];
  /** `[G, 4]` `x1, y1, x2, y2` in px, drawn with dashes around the masks. */
  boxes?: Matrix;
  /** Of the masks over the image, 0–1 (0.5). */
  opacity?: number;
}

const faded = (index: number, opacity: number) => cssColor(index).replace('rgb', 'rgba').replace(')', `, ${opacity})`);

/**
 * Instances over an image: each mask in a color and with a legend entry of its own, things of one class numbered; a click in the
 * legend hides the thing. Outlines run along the edges of the pixels.
 *
 * @param image `[H, W, 3]` or `[H, W]`.
 * @param masks `[G, H, W]`, not 0 where the thing is; G may be 0.
 * @throws where the sizes differ, on other shapes, and where labels, scores or boxes are not one a mask.
 */
export function masksFigure(image: Image, masks: NdArray<Data<number>>, options: MasksFigureOptions = {}): Figure {
  checkOptions('masksFigure', options, {
    labels: 'any',
    scores: 'any',
    names: 'texts',
    boxes: 'any',
    opacity: 'any',
    ...titleOption,
  });
  const { names = [], opacity = 0.5, title } = options;
  checkShare('masksFigure', 'opacity', opacity);
  const placed = placedImage('masksFigure', image);
  const { height, width } = placed;
  checkArray('masksFigure', 'masks', masks, '[G, H, W]');
  const [count] = masks.shape;
  if (count > 0) checkArray('masksFigure', 'masks', masks, `[G, ${height}, ${width}]`);
  const labels = labelsOf('masksFigure', 'labels [G]', options.labels, count);
  const scores = scoresOf('masksFigure', options.scores, count);
  const boxes = options.boxes === undefined ? undefined : boxRows('masksFigure', options.boxes);
  sameLength('masksFigure', 'boxes', boxes, count);

  const seen = new Map<number, number>();
  const traces = Array.from({ length: count }, (_, g) => {
    const label = labels?.[g] ?? 0;
    const number = (seen.get(label) ?? 0) + 1;
    seen.set(label, number);
    const name = `${plainText(names[label]) ?? (labels ? `class ${label}` : 'mask')} ${number}`;
    const score = scores ? ` ${scores[g].toFixed(2)}` : '';
    const rings = outlines(
      height,
      width,
      (y, x) => y >= 0 && x >= 0 && y < height && x < width && Number(masks.get(g, y, x)) !== 0,
    );
    const closed = rings.map((ring) => [...ring, ring[0]]);
    const common = { type: 'scatter', name: name + score, legendgroup: String(g) };
    const mask = {
      ...common,
      mode: 'lines',
      x: closed.flatMap((ring) => [...ring.map(([x]) => x), null]),
      y: closed.flatMap((ring) => [...ring.map(([, y]) => y), null]),
      fill: 'toself',
      fillcolor: faded(g, opacity),
      line: { color: cssColor(g), width: 2 },
      hoveron: 'fills',
      hoverinfo: 'text',
      text: name + score,
      showlegend: true,
    };
    if (!boxes) return [mask];
    const [x1, y1, x2, y2] = boxes[g].map(rounded);
    const box = {
      ...common,
      mode: 'lines+text',
      x: [x1, x2, x2, x1, x1],
      y: [y1, y1, y2, y2, y1],
      text: [name + score, '', '', '', ''],
      textposition: 'top right',
      textfont: { size: 12, color: '#ffffff', shadow: outline },
      hoverinfo: 'skip',
      line: { color: cssColor(g), width: 2, dash: 'dash' },
      showlegend: false,
      cliponaxis: false,
    };
    return [mask, box];
  }).flat();
  const margin = { l: 35, r: 10, t: title === undefined ? 20 : 60, b: 30 };
  const layout = { ...pixelAxes(1, placed), margin, height: screenHeight(placed) + margin.t + margin.b };
  return makeFigure([placed.trace, ...traces], layout, title);
}
