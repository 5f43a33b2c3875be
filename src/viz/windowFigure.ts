import ndarray from 'ndarray';
import { checkArray } from '../checks/arrays';
import { checkOptions } from '../checks/options';
import { shown } from '../checks/shown';
import { type Figure, type TitleOptions, titleOption } from './figure';
import { imageFigure } from './imageFigure';
import type { Image } from './imageTrace';
import { listOf, rounded, sameLength, type Values } from './numbers';
import { classColors, cssColor } from './palette';
import { plainText } from './plainText';

/** Settings of {@link windowFigure}. */
export interface WindowFigureOptions extends TitleOptions {
  /** `[K]`: how probable each class is for this window, drawn as bars. */
  probabilities?: Values;
  /** `[K]`, of the classes, at the bars. */
  names?: readonly string[];
  /** What has been found so far, such as painted labels: `[H, W, 3]` or `[H, W]`, beside the patch. */
  result?: Image;
  /** Above the image, the patch and the result. */
  titles?: readonly string[];
}

/** Screen pixels of the bars below the images. */
const barHeight = 180;

/**
 * A window at one place of an image: the image with its outline, the patch that a classifier sees through it, and what it predicts. Where
 * the window reaches beyond the image, the patch is gray (0.5).
 *
 * @param image `[H, W, 3]` or `[H, W]` in 0–1. @param window `x1, y1, x2, y2` in whole px; it may reach beyond the image.
 * @throws on other shapes, on a window without pixels, and where names are not one a probability.
 */
export function windowFigure(
  image: Image,
  window: readonly [number, number, number, number],
  options: WindowFigureOptions = {},
): Figure {
  const kinds = { probabilities: 'any', names: 'texts', result: 'any', titles: 'texts', ...titleOption } as const;
  const { probabilities, names, result, titles, title } = checkOptions('windowFigure', options, kinds);
  checkArray('windowFigure', 'an image', image, '[H, W, 3]', '[H, W]');
  if (result !== undefined) checkArray('windowFigure', 'a result', result, '[H, W, 3]', '[H, W]');
  const isWindow = Array.isArray(window) && window.length === 4 && window.every(Number.isSafeInteger);
  if (!isWindow) throw new Error(`windowFigure: expected window [x1, y1, x2, y2] in whole px, got ${shown(window)}`);
  const [x1, y1, x2, y2] = window;
  if (!(x2 > x1 && y2 > y1 && (x2 - x1) * (y2 - y1) <= 2 ** 24)) {
    throw new Error(`windowFigure: expected a window with x1 < x2 and y1 < y2, got ${shown(window)}`);
  }
  const shares = probabilities === undefined ? [] : listOf('windowFigure', 'probabilities [K]', probabilities);
  sameLength('windowFigure', 'names', names, shares.length);
  const images = [image, patchOf(image, window), ...(result === undefined ? [] : [result])];
  sameLength('windowFigure', 'titles', titles, images.length);
  const figure = imageFigure(images, { titles, title, columns: images.length, outlines: [[[x1, y1, x2, y2]]] });
  return shares.length === 0 ? figure : withBars(figure, shares, names, images.length);
}

/** The pixels of the window, gray beyond the image. */
function patchOf(image: Image, [x1, y1, x2, y2]: readonly number[]): Image {
  const [height, width, channels = 1] = image.shape;
  const isFlat = image.shape.length === 2;
  const gray = image.dtype === 'uint8' ? 128 : 0.5;
  const patch = ndarray(new Float32Array((y2 - y1) * (x2 - x1) * channels).fill(gray), [y2 - y1, x2 - x1, channels]);
  for (let y = Math.max(0, y1); y < Math.min(height, y2); y++) {
    for (let x = Math.max(0, x1); x < Math.min(width, x2); x++) {
      for (let c = 0; c < channels; c++) patch.set(y - y1, x - x1, c, isFlat ? image.get(y, x) : image.get(y, x, c));
    }
  }
  if (image.dtype !== 'uint8') return patch;
  return ndarray(Uint8Array.from(patch.data), patch.shape);
}

/** The figure with bars below its images, one a class. */
function withBars(
  figure: Figure,
  shares: readonly number[],
  names: readonly string[] | undefined,
  images: number,
): Figure {
  const colorOf = classColors(names ?? []);
  const number = images + 1;
  const bars = {
    type: 'bar',
    orientation: 'h',
    xaxis: `x${number}`,
    yaxis: `y${number}`,
    x: shares.map(rounded),
    y: shares.map((_, k) => plainText(names?.[k]) ?? `class ${k}`),
    marker: { color: shares.map((_, k) => cssColor(colorOf(k))) },
    showlegend: false,
  };
  const layout = structuredClone(figure.layout) as Record<string, any>;
  const high = layout.height - layout.margin.t - layout.margin.b;
  for (let i = 1; i <= images; i++) {
    const axis = layout[i === 1 ? 'yaxis' : `yaxis${i}`];
    axis.domain = axis.domain.map((at: number) => (barHeight + at * high) / (barHeight + high));
  }
  layout.height += barHeight;
  layout[`xaxis${number}`] = {
    domain: [0.1, 0.95],
    range: [0, 1],
    anchor: `y${number}`,
    title: { text: 'probability' },
  };
  layout[`yaxis${number}`] = {
    domain: [36 / (barHeight + high), (barHeight - 20) / (barHeight + high)],
    anchor: `x${number}`,
    autorange: 'reversed',
    automargin: true,
  };
  return { ...figure, data: [...figure.data, bars as Figure['data'][number]], layout: layout as Figure['layout'] };
}
