import { isNdarray } from '../checks/isNdarray';
import { checkOptions } from '../checks/options';
import { shown } from '../checks/shown';
import { type Figure, makeFigure, type TitleOptions, titleOption } from './figure';
import { listOf, rounded, type Values } from './numbers';
import { cssColor } from './palette';
import { plainText } from './plainText';

/** Settings of {@link histogramFigure}. */
export interface HistogramFigureOptions extends TitleOptions {
  /** How many, all of one width (64). */
  bins?: number;
  /** Least and greatest value (those of the data); values outside are not counted. */
  range?: readonly [number, number];
  /** Title of the horizontal axis. */
  xTitle?: string;
}

/** Bars that a screen could show, and many more. */
const mostBins = 100_000;

const isRange = (range: readonly unknown[]) =>
  Array.isArray(range) && range.length === 2 && range.every(Number.isFinite) && range[0] < range[1];

/**
 * How often values fall into each of `bins` equal intervals `[low, high)`; the last takes its upper end too. Several series lie over
 * one another. Counts are made here, so that a figure of a million pixels stays small.
 *
 * @param values Numbers of any shape, or several by name. Those that are not finite are left out.
 * @throws on no finite value, on bins below 1 and on an empty range.
 */
export function histogramFigure(values: Values | Record<string, Values>, options: HistogramFigureOptions = {}): Figure {
  checkOptions('histogramFigure', options, { bins: 'any', range: 'any', xTitle: 'text', ...titleOption });
  const { bins = 64, xTitle, title } = options;
  const single = typeof values !== 'object' || values === null || isNdarray(values) || 'length' in values;
  const series = Object.entries(single ? { count: values as Values } : (values as Record<string, Values>)).map(
    ([name, list]) => ({ name, list: listOf('histogramFigure', 'numbers', list).filter(Number.isFinite) }),
  );
  if (!(Number.isInteger(bins) && bins >= 1 && bins <= mostBins)) {
    throw new Error(`histogramFigure: expected bins to be a whole number from 1 to ${mostBins}, got ${shown(bins)}`);
  }
  if (options.range !== undefined && !isRange(options.range)) {
    throw new Error(`histogramFigure: expected range [low, high], got ${shown(options.range)}`);
  }
  let [low, high] = options.range ?? [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  if (!options.range) {
    for (const { list } of series) {
      for (const value of list) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
    if (low > high) throw new Error('histogramFigure: expected at least one finite number, got none');
    if (low === high) [low, high] = [low - 0.5, high + 0.5];
  }
  const width = (high - low) / bins;
  const centers = Array.from({ length: bins }, (_, i) => rounded(low + (i + 0.5) * width));
  const traces = series.map(({ name, list }, i) => {
    const counts = new Array<number>(bins).fill(0);
    for (const value of list) {
      if (value >= low && value <= high) counts[Math.min(bins - 1, Math.floor((value - low) / width))]++;
    }
    return {
      type: 'bar',
      name: plainText(name),
      x: centers,
      y: counts,
      width: rounded(width),
      marker: { color: cssColor(i), line: { width: 0 } },
      opacity: series.length > 1 ? 0.6 : 1,
      hovertemplate: `%{y} within ${rounded(width / 2)} of %{x}`,
    };
  });
  const layout = {
    barmode: 'overlay',
    bargap: 0,
    xaxis: { title: { text: plainText(xTitle) }, range: [low, high] },
    yaxis: { title: { text: 'count' }, rangemode: 'tozero' },
    showlegend: series.length > 1,
    height: 340,
  };
  return makeFigure(traces, layout, title);
}
