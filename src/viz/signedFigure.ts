import { checkArray } from '../checks/arrays';
import { largest } from '../checks/extremes';
import { checkPositive } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { type Figure, makeFigure, type TitleOptions, titleOption } from './figure';
import { type Image, pixelAxes, placedPixels, screenHeight } from './imageTrace';
import { listOf } from './numbers';
import { plainText } from './plainText';

/** Settings of {@link signedFigure}. */
export interface SignedFigureOptions extends TitleOptions {
  /** The number at which the colors are full; beyond it they stay (the largest absolute number). */
  limit?: number;
  /** What the numbers mean, beside the scale. */
  name?: string;
}

/** Blue below 0, light gray at 0, orange above: readable for all kinds of color vision. */
const stops = [
  [10, 80, 200],
  [242, 242, 242],
  [230, 90, 10],
];

/** The color of a number from −1 to 1. */
function colorOf(value: number): number[] {
  const end = value < 0 ? stops[0] : stops[2];
  const share = Math.min(1, Math.abs(value));
  return stops[1].map((middle, c) => Math.round(middle + share * (end[c] - middle)));
}

/**
 * A map of numbers below and above 0: blue where they are negative, light where they are near 0, orange where they are positive.
 *
 * @param map `[H, W]`, finite numbers.
 * @throws on another shape, on no pixels, on numbers that are not finite, and unless limit is above 0.
 */
export function signedFigure(map: Image, options: SignedFigureOptions = {}): Figure {
  checkOptions('signedFigure', options, { limit: 'any', name: 'text', ...titleOption });
  const { name, title } = options;
  checkArray('signedFigure', 'a map', map, '[H, W]');
  const [height, width] = map.shape;
  const values = listOf('signedFigure', 'a map [H, W]', map);
  if (values.length === 0) throw new Error(`signedFigure: expected at least one pixel, got [${height}, ${width}]`);
  const wrong = values.find((value) => !Number.isFinite(value));
  if (wrong !== undefined) throw new Error(`signedFigure: expected finite numbers, got ${wrong}`);
  const { limit = largest(values.map(Math.abs)) || 1 } = options;
  checkPositive('signedFigure', 'limit', limit);
  const data = Uint8Array.from(values.flatMap((value) => colorOf(value / limit)));
  const scale = stops.map((color, i) => [i / 2, `rgb(${color.join(', ')})`]);
  // An image has no scale: an invisible point brings one.
  const colorbar = { title: { text: plainText(name), side: 'right' }, thickness: 14, len: 0.9 };
  const bar = {
    type: 'scatter',
    mode: 'markers',
    x: [width / 2],
    y: [height / 2],
    marker: {
      size: 0.1,
      opacity: 0,
      color: [0],
      cmin: -limit,
      cmax: limit,
      colorscale: scale,
      showscale: true,
      colorbar,
    },
    hoverinfo: 'skip',
    showlegend: false,
  };
  const size = { height, width };
  const image = placedPixels({ ...size, channels: 3, data }, { hoverinfo: 'x+y', hovertemplate: undefined });
  const margin = { l: 35, r: 10, t: title === undefined ? 20 : 60, b: 30 };
  const layout = { ...pixelAxes(1, size), margin, height: screenHeight(size, 520) + margin.t + margin.b };
  return makeFigure([image.trace, bar], layout, title);
}
