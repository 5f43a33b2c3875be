import { checkArray } from '../checks/arrays';
import { checkOption, checkOptions } from '../checks/options';
import { shown } from '../checks/shown';
import { toPixels } from '../images/pixels';
import { type Figure, makeFigure, type TitleOptions, titleOption } from './figure';
import type { Image } from './imageTrace';
import { listOf, type Matrix, rounded, rowsOf, sameLength, type Values } from './numbers';
import { palette } from './palette';
import { plainText } from './plainText';

/** Settings of {@link pixelGraphFigure}. */
export interface PixelGraphFigureOptions extends TitleOptions {
  /** The two pixels of each edge, row · W + column, `[E, 2]`. */
  edges: Matrix;
  /** What each edge costs, `[E]`: the more, the thicker. */
  weights: Values;
  /** `[H · W]` or `[H, W]`: not 0 on the source's side, whose pixels get orange rings, the others blue ones. Edges between the two are cut. */
  sourceSide?: Values;
  /** A text in each pixel, `[H · W]`, such as what its arcs to the terminals cost. */
  texts?: readonly string[];
}

/** Up to so many pixels: beyond them one sees nothing. */
const mostPixels = 400;

/**
 * The graph of a small image: a node for each pixel, in its color, edges as thick as they are expensive. With a cut, the edges that it
 * goes through are dashed and red.
 *
 * @param image `[H, W, 3]` or `[H, W]`, at most 400 pixels.
 * @throws on other shapes, on larger images, on edges of pixels that are not there, and where weights, sides or texts are not one each.
 */
export function pixelGraphFigure(image: Image, options: PixelGraphFigureOptions): Figure {
  checkOptions('pixelGraphFigure', options, {
    edges: 'any',
    weights: 'any',
    sourceSide: 'any',
    texts: 'any',
    ...titleOption,
  });
  const { edges, weights, sourceSide, texts, title } = options;
  checkArray('pixelGraphFigure', 'an image', image, '[H, W, C]', '[H, W]');
  const { height, width, channels, data } = toPixels('pixelGraphFigure', image);
  const count = height * width;
  if (count > mostPixels) throw new Error(`pixelGraphFigure: expected at most ${mostPixels} pixels, got ${count}`);
  const pairs = rowsOf('pixelGraphFigure', 'edges [E, 2]', edges, 2);
  const costs = listOf('pixelGraphFigure', 'weights [E]', weights);
  sameLength('pixelGraphFigure', 'weights', costs, pairs.length);
  const negative = costs.find((cost) => !(Number.isFinite(cost) && cost >= 0));
  if (negative !== undefined) throw new Error(`pixelGraphFigure: expected weights ≥ 0, got ${shown(negative)}`);
  for (const [e, pair] of pairs.entries()) {
    const wrong = pair.find((i) => !(Number.isInteger(i) && i >= 0 && i < count));
    if (wrong !== undefined)
      throw new Error(`pixelGraphFigure: expected pixels from 0 to ${count - 1}, got ${wrong} in edge ${e}`);
  }
  const sides = sourceSide === undefined ? undefined : listOf('pixelGraphFigure', 'sourceSide [H · W]', sourceSide);
  sameLength('pixelGraphFigure', 'sides', sides, count);
  if (texts !== undefined) checkOption('pixelGraphFigure', 'texts', texts, 'texts');
  sameLength('pixelGraphFigure', 'texts', texts, count);

  const place = (i: number) => [(i % width) + 0.5, Math.floor(i / width) + 0.5];
  const most = costs.reduce((largest, cost) => Math.max(largest, cost), 0) || 1;
  const lines = pairs.map(([a, b], e) => {
    const isCut = sides !== undefined && (sides[a] !== 0) !== (sides[b] !== 0);
    const [[x1, y1], [x2, y2]] = [place(a), place(b)];
    return {
      type: 'scatter',
      mode: 'lines',
      x: [x1, x2],
      y: [y1, y2],
      line: {
        color: isCut ? '#d81b1b' : '#8a94a0',
        width: rounded(0.8 + 9 * (costs[e] / most)),
        dash: isCut ? 'dot' : 'solid',
      },
      hoverinfo: 'text',
      text: `${a}–${b}: ${Number(costs[e].toPrecision(3))}`,
      showlegend: false,
    };
  });
  const all = Array.from({ length: count }, (_, i) => i);
  const bytes = (i: number) => [0, 1, 2].map((c) => data[i * channels + (channels < 3 ? 0 : c)]);
  const brightness = (i: number) => bytes(i).reduce((sum, byte, c) => sum + byte * [0.3, 0.59, 0.11][c], 0);
  const nodes = {
    type: 'scatter',
    mode: 'markers+text',
    x: all.map((i) => place(i)[0]),
    y: all.map((i) => place(i)[1]),
    marker: {
      size: Math.max(10, Math.min(46, 300 / Math.max(height, width))),
      color: all.map((i) => `rgb(${bytes(i).join(', ')})`),
      line: { width: 4, color: all.map((i) => (sides === undefined ? '#5b6570' : sides[i] ? palette[1] : palette[0])) },
      opacity: 1,
    },
    text: texts?.map(plainText),
    textfont: { size: 12, color: all.map((i) => (brightness(i) > 128 ? '#000000' : '#ffffff')) },
    hoverinfo: 'skip',
    showlegend: false,
  };
  const axis = { visible: false, constrain: 'domain' };
  const margin = { l: 20, r: 20, t: title === undefined ? 20 : 60, b: 20 };
  const layout = {
    xaxis: { ...axis, range: [0, width] },
    yaxis: { ...axis, range: [height, 0], scaleanchor: 'x' },
    margin,
    height: Math.round(Math.min(480, 96 * height)) + margin.t + margin.b,
  };
  return makeFigure([...lines, nodes], layout, title);
}
