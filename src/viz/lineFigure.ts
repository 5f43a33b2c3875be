import { checkOption, checkOptions } from '../checks/options';
import { isRecord } from '../checks/record';
import { shown } from '../checks/shown';
import { type Figure, makeFigure, type TitleOptions, titleOption } from './figure';
import { listOf, rounded, sameLength, type Values } from './numbers';
import { classColors, cssColor } from './palette';
import { plainText } from './plainText';

/** One curve. */
export interface LineSeries {
  /** What the legend calls it. */
  name: string;
  /** The values; one that is not finite leaves a gap. */
  y: Values;
  /** Where the values stand (0, 1, 2, …). */
  x?: Values;
  /** Whether the curve belongs to the axis on the right, such as a metric beside losses (false). */
  right?: boolean;
}

/** Settings of {@link lineFigure}. */
export interface LineFigureOptions extends TitleOptions {
  /** Title of the horizontal axis. */
  xTitle?: string;
  /** Title of the vertical axis. */
  yTitle?: string;
  /** Title of the vertical axis on the right, which is there where a curve belongs to it. */
  rightTitle?: string;
  /** Logarithmic horizontal axis; values of 0 and below are left out. */
  logX?: boolean;
  /** Logarithmic vertical axis; values of 0 and below are left out. */
  logY?: boolean;
}

const dashes = ['solid', 'dash', 'dot', 'dashdot', 'longdash'];

/**
 * Curves, such as losses by training step. They differ in color and in dashes. A value that is not finite leaves a gap.
 *
 * @param series Values by name, or `{ name, x, y }`.
 * @throws on no series, and where x and y differ in length.
 */
export function lineFigure(
  series: Record<string, Values> | readonly LineSeries[],
  options: LineFigureOptions = {},
): Figure {
  const kinds = {
    xTitle: 'text',
    yTitle: 'text',
    rightTitle: 'text',
    logX: 'flag',
    logY: 'flag',
    ...titleOption,
  } as const;
  const { xTitle, yTitle, rightTitle, logX = false, logY = false, title } = checkOptions('lineFigure', options, kinds);
  if (!Array.isArray(series)) checkOption('lineFigure', 'series', series, 'record');
  const list: readonly LineSeries[] = Array.isArray(series)
    ? series
    : Object.entries(series as Record<string, Values>).map(([name, y]) => ({ name, y }));
  if (list.length === 0) throw new Error('lineFigure: expected at least one series, got none');
  for (const [i, one] of list.entries()) {
    if (isRecord(one) && typeof one.name === 'string') continue;
    throw new Error(`lineFigure: expected series { name, x, y }, got ${shown(one)} at ${i}`);
  }
  for (const { name, right } of list) checkOption('lineFigure', `right of ${name}`, right ?? false, 'flag');
  const colorOf = classColors(list.map(({ name }) => name));
  const hasRight = list.some(({ right }) => right);
  const traces = list.map(({ name, x, y, right = false }, i) => {
    const values = listOf('lineFigure', `numbers in ${name}`, y);
    const places = x !== undefined ? listOf('lineFigure', `numbers in x of ${name}`, x) : values.map((_, step) => step);
    sameLength('lineFigure', `numbers in x of ${name}`, places, values.length);
    return {
      type: 'scatter',
      mode: values.length > 1 ? 'lines' : 'markers',
      name: plainText(name),
      x: places.map((place) => (logX && place <= 0 ? null : rounded(place))),
      y: values.map((value) => (logY && !right && value <= 0 ? null : rounded(value))),
      ...(right ? { yaxis: 'y2' } : {}),
      line: { color: cssColor(colorOf(i)), dash: dashes[i % dashes.length], width: 2 },
    };
  });
  const values = traces.filter((trace) => !('yaxis' in trace)).flatMap(({ y }) => y.filter((value) => value !== null));
  const wide =
    values.reduce((most, v) => Math.max(most, v), 0) > 1e3 * values.reduce((least, v) => Math.min(least, v), 1e308);
  const layout = {
    xaxis: { title: { text: plainText(xTitle) }, ...(logX ? { type: 'log' } : {}) },
    // Marks at 1, 2 and 5 of each decade, or at its start alone.
    yaxis: {
      title: { text: plainText(yTitle) },
      ...(logY ? { type: 'log', dtick: wide ? 1 : 'D2', exponentformat: 'power' } : {}),
    },
    ...(hasRight
      ? {
          yaxis2: {
            title: { text: plainText(rightTitle) },
            overlaying: 'y',
            side: 'right',
            showgrid: false,
            tickmode: 'auto',
          },
        }
      : {}),
    showlegend: list.length > 1,
    hovermode: 'x unified',
    height: 360,
    // The legend would stand on the axis on the right.
    ...(hasRight ? { legend: { orientation: 'h', y: 1.02, yanchor: 'bottom' } } : {}),
    margin: { l: 70, r: hasRight ? 70 : 20, t: title === undefined ? 20 : 60, b: 50 },
  };
  return makeFigure(traces, layout, title);
}
