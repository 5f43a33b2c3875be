import { checkOption, checkOptions } from '../checks/options';
import { type Figure, makeFigure, type TitleOptions, titleOption } from './figure';
import { listOf, rounded, sameLength, type Values } from './numbers';
import { cssColor } from './palette';
import { plainText } from './plainText';

/** Settings of {@link barFigure}. */
export interface BarFigureOptions extends TitleOptions {
  /** Title of the horizontal axis. */
  xTitle?: string;
  /** Whether the parts of a bar follow each other, so that its length is their sum (true), or each has a bar of its own. */
  stacked?: boolean;
  /** A logarithmic axis, for bars that are not stacked: a part of one says nothing there. Values of 0 and below are left out. */
  logX?: boolean;
}

/**
 * Horizontal bars, one above the other: what things come to, and which parts they are made of, such as the time of a step.
 *
 * @param names of the bars, from above. @param parts `[bars]` each, by name: how long each bar's part is.
 * @throws on no bars or no parts, where the values are not one a bar, and on numbers that are not finite.
 */
export function barFigure(
  names: readonly string[],
  parts: Record<string, Values>,
  options: BarFigureOptions = {},
): Figure {
  const kinds = { xTitle: 'text', stacked: 'flag', logX: 'flag', ...titleOption } as const;
  const { xTitle, stacked = true, logX = false, title } = checkOptions('barFigure', options, kinds);
  checkOption('barFigure', 'names of the bars', names, 'texts');
  checkOption('barFigure', 'parts', parts, 'record');
  if (names.length === 0) throw new Error('barFigure: expected at least one bar, got none');
  if (logX && stacked) throw new Error('barFigure: expected stacked false on a logarithmic axis, got true');
  const entries = Object.entries(parts);
  if (entries.length === 0) throw new Error('barFigure: expected at least one part, got none');
  const traces = entries.map(([name, values], i) => {
    const lengths = listOf('barFigure', `numbers in ${name}`, values);
    sameLength('barFigure', `numbers in ${name}`, lengths, names.length);
    const bad = lengths.find((length) => !Number.isFinite(length));
    if (bad !== undefined) throw new Error(`barFigure: expected finite numbers in ${name}, got ${bad}`);
    return {
      type: 'bar',
      orientation: 'h',
      name: plainText(name),
      y: names.map(plainText),
      x: lengths.map((length) => (logX && length <= 0 ? null : rounded(length))),
      marker: { color: cssColor(i) },
      hovertemplate: `%{y}: ${plainText(name)} %{x}<extra></extra>`,
    };
  });
  const bars = names.length * (stacked ? 1 : entries.length);
  const layout = {
    barmode: stacked ? 'stack' : 'group',
    xaxis: { title: { text: plainText(xTitle) }, ...(logX ? { type: 'log', dtick: 1, exponentformat: 'power' } : {}) },
    yaxis: { automargin: true, autorange: 'reversed' },
    legend: { traceorder: 'normal' },
    showlegend: entries.length > 1,
    height: Math.max(220, 140 + 34 * bars),
    margin: { l: 20, r: 20, t: title === undefined ? 20 : 60, b: 50 },
  };
  return makeFigure(traces, layout, title);
}
