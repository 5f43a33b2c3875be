import { checkShare } from '../checks/numbers';
import { checkOption, checkOptions } from '../checks/options';
import { toLabelBytes } from '../images/pixels';
import { type Figure, makeFigure, type TitleOptions, titleOption } from './figure';
import { type Image, pixelAxes, placedImage, placedPixels, screenHeight } from './imageTrace';
import { ignoredColor } from './paintLabels';
import { classColors, cssColor, paletteColor } from './palette';
import { plainText } from './plainText';

/** Settings of {@link labelFigure}. */
export interface LabelFigureOptions extends TitleOptions {
  /** Of the labels over the image, 0–1 (0.6). */
  opacity?: number;
  /** By label; a label without one is called by its number. */
  names?: readonly string[];
  /** The label that is left transparent (0); `null` where every label has a color, as in clustering. */
  background?: number | null;
  /** The label of pixels that do not count, drawn gray (255); `null` where there is none. */
  ignore?: number | null;
}

/**
 * A label map over its image, with a legend and buttons for both, the image alone and the labels alone. Label k has color k of the
 * palette; sky, grass, ground and the shapes of the scenes have the colors of their names.
 *
 * @param image `[H, W, 3]` or `[H, W]`.
 * @param labels `[H, W]`, whole numbers 0–255.
 * @throws where the sizes differ, and on other shapes and numbers.
 */
export function labelFigure(image: Image, labels: Image, options: LabelFigureOptions = {}): Figure {
  checkOptions('labelFigure', options, {
    opacity: 'any',
    names: 'texts',
    background: 'any',
    ignore: 'any',
    ...titleOption,
  });
  const { opacity = 0.6, names = [], background = 0, ignore = 255, title } = options;
  for (const [name, label] of Object.entries({ background, ignore })) {
    if (label !== null) checkOption('labelFigure', name, label, 'number');
  }
  checkShare('labelFigure', 'opacity', opacity);
  const under = placedImage('labelFigure', image);
  const { height, width, data } = toLabelBytes('labelFigure', labels);
  if (height !== under.height || width !== under.width) {
    throw new Error(`labelFigure: expected labels [${under.height}, ${under.width}], got [${height}, ${width}]`);
  }
  const shown = names.map(plainText);
  const nameOf = (label: number) => shown[label] ?? (label === ignore ? 'ignored' : `label ${label}`);
  const colorOf = classColors(names);
  const rgba = new Uint8Array(height * width * 4);
  data.forEach((label, i) => {
    if (label === background) return;
    rgba.set(label === ignore ? ignoredColor : paletteColor(colorOf(label)), 4 * i);
    rgba[4 * i + 3] = 255;
  });
  const over = placedPixels({ height, width, channels: 4, data: rgba }, { opacity, name: 'labels' });
  // One name a pixel: left out where it would outweigh the image.
  const hover =
    data.length > 4096
      ? { hoverinfo: 'skip' }
      : {
          text: Array.from({ length: height }, (_, y) => Array.from(data.subarray(y * width, (y + 1) * width), nameOf)),
          hovertemplate: 'x %{x:.1f}, y %{y:.1f}<br>%{text}<extra></extra>',
        };
  const legend = [...new Set(data)]
    .sort((one, other) => one - other)
    .filter((label) => label !== background)
    .map((label) => ({
      type: 'scatter',
      mode: 'markers',
      x: [null],
      y: [null],
      name: nameOf(label),
      marker: {
        symbol: 'square',
        size: 12,
        color: label === ignore ? `rgb(${ignoredColor})` : cssColor(colorOf(label)),
      },
      showlegend: true,
    }));
  const button = (label: string, visible: boolean[], shown: number) => ({
    label,
    method: 'restyle',
    args: [{ visible, opacity: [1, shown] }, [0, 1]],
  });
  const margin = { l: 35, r: 10, t: title === undefined ? 45 : 85, b: 30 };
  return makeFigure(
    [under.trace, { ...over.trace, ...hover }, ...legend],
    {
      ...pixelAxes(1, under),
      margin,
      height: screenHeight(under) + margin.t + margin.b,
      // A click on the legend could hide its own marker only, never the label's pixels.
      legend: { itemclick: false, itemdoubleclick: false },
      updatemenus: [
        {
          type: 'buttons',
          direction: 'left',
          x: 0,
          xanchor: 'left',
          y: 1,
          yanchor: 'bottom',
          pad: { b: 6 },
          showactive: true,
          buttons: [
            button('both', [true, true], opacity),
            button('image', [true, false], opacity),
            button('labels', [false, true], 1),
          ],
        },
      ],
    },
    title,
  );
}
