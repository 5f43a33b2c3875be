import { checkOption, checkOptions } from '../checks/options';
import { toLabelBytes } from '../images/pixels';
import { type Figure, type TitleOptions, titleOption } from './figure';
import { imageFigure } from './imageFigure';
import type { Image } from './imageTrace';
import { ignoredColor, paintLabels } from './paintLabels';
import { classColors, cssColor } from './palette';
import { plainText } from './plainText';

/** Settings of {@link labelMapsFigure}. */
export interface LabelMapsFigureOptions extends TitleOptions {
  /** By label: the entries of the legend; without names, the labels that occur are its entries. */
  names?: readonly string[];
  /** One above the image and one above each map. */
  titles?: readonly string[];
  /** Images in a row (at most 4). */
  columns?: number;
  /** The label of pixels that do not count, drawn gray (255); `null` where there is none. */
  ignore?: number | null;
}

/**
 * An image with label maps beside it, opaque, and a legend of the classes: a ground truth and predictions. Label k has color k of the
 * palette; sky, grass, ground and the shapes of the scenes have the colors of their names.
 *
 * @param image `[H, W, 3]` or `[H, W]`. @param maps one `[H, W]` of whole numbers 0–255, or several, of any sizes.
 * @throws on other shapes and numbers, on no map, and unless titles are one for the image and one a map.
 */
export function labelMapsFigure(
  image: Image,
  maps: Image | readonly Image[],
  options: LabelMapsFigureOptions = {},
): Figure {
  const kinds = { names: 'texts', titles: 'texts', columns: 'any', ignore: 'any', ...titleOption } as const;
  const { names, titles, columns, ignore = 255, title } = checkOptions('labelMapsFigure', options, kinds);
  if (ignore !== null) checkOption('labelMapsFigure', 'ignore', ignore, 'number');
  const list: readonly Image[] = Array.isArray(maps) ? maps : [maps as Image];
  if (list.length === 0) throw new Error('labelMapsFigure: expected at least one label map, got none');
  const labels = list.map((map) => toLabelBytes('labelMapsFigure', map).data);
  const painted = list.map((map) => paintLabels(map, { names, ...(ignore === null ? {} : { ignore }) }));
  const found = new Set(labels.flatMap((one) => [...new Set(one)]));
  // All names where there are any: figures of a slider have one legend.
  const listed = names ? [...names.keys(), ...[...found].filter((label) => label >= names.length)] : [...found];
  const colorOf = classColors(names ?? []);
  const legend = listed
    .sort((one, other) => one - other)
    .map((label) => ({
      type: 'scatter',
      mode: 'markers',
      x: [null],
      y: [null],
      name: plainText(names?.[label] ?? (label === ignore ? 'ignored' : `label ${label}`)),
      marker: {
        symbol: 'square',
        size: 12,
        color: label === ignore ? `rgb(${ignoredColor.join(', ')})` : cssColor(colorOf(label)),
      },
      showlegend: true,
    }));
  const figure = framed(() => imageFigure([image, ...painted], { titles, columns, title }));
  return {
    ...figure,
    data: [...figure.data, ...(legend as Figure['data'])],
    // Below the images on any screen; a click could hide its own marker only, never the label's pixels.
    layout: {
      ...figure.layout,
      showlegend: true,
      legend: { orientation: 'h', y: 0, yanchor: 'top', itemclick: false, itemdoubleclick: false },
      height: (figure.layout.height ?? 400) + 30,
      margin: { ...figure.layout.margin, b: (figure.layout.margin?.b ?? 10) + 30 },
    },
  };
}

/** Errors of the images speak as this figure. */
function framed(make: () => Figure): Figure {
  try {
    return make();
  } catch (error) {
    throw new Error((error as Error).message.replace(/^imageFigure/, 'labelMapsFigure'), { cause: error });
  }
}
