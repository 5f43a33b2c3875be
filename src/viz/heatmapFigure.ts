import { checkOptions } from '../checks/options';
import { shown } from '../checks/shown';
import { type Figure, makeFigure, type TitleOptions, titleOption } from './figure';
import { type Matrix, rounded, rowsOf } from './numbers';
import { plainText } from './plainText';

/** Settings of {@link heatmapFigure}. */
export interface HeatmapFigureOptions extends TitleOptions {
  /** Whether the cells show their numbers (up to 400 of them do). */
  annotations?: boolean;
  /** Decimals of the numbers; trailing zeros are dropped (2). */
  decimals?: number;
  /** Title of the horizontal axis. */
  xTitle?: string;
  /** Title of the vertical axis. */
  yTitle?: string;
  /** Names of the columns (their numbers, from 0). */
  columnNames?: readonly string[];
  /** Names of the rows (their numbers, from 0). */
  rowNames?: readonly string[];
}

/**
 * A matrix as colored cells, first row on top, square where the names leave room: kernels, feature maps, confusion matrices.
 *
 * @param matrix `[R, C]`; a cell that is not finite stays blank.
 * @throws on other shapes, on an empty matrix, and where the names are not one a column or row.
 */
export function heatmapFigure(matrix: Matrix, options: HeatmapFigureOptions = {}): Figure {
  checkOptions('heatmapFigure', options, {
    annotations: 'flag',
    decimals: 'any',
    xTitle: 'text',
    yTitle: 'text',
    columnNames: 'texts',
    rowNames: 'texts',
    ...titleOption,
  });
  const { decimals = 2, xTitle, yTitle, columnNames, rowNames, title } = options;
  if (!(Number.isInteger(decimals) && decimals >= 0 && decimals <= 20)) {
    throw new Error(`heatmapFigure: expected decimals to be a whole number from 0 to 20, got ${shown(decimals)}`);
  }
  const rows = rowsOf('heatmapFigure', 'a matrix [R, C]', matrix);
  const columns = rows[0]?.length ?? 0;
  if (columns === 0) throw new Error('heatmapFigure: expected at least one cell, got none');
  for (const [what, names, count] of [
    ['columnNames', columnNames, columns],
    ['rowNames', rowNames, rows.length],
  ] as const) {
    if (names && names.length !== count) {
      throw new Error(`heatmapFigure: expected ${count} ${what}, got ${names.length}`);
    }
  }
  const { annotations = rows.length * columns <= 400 } = options;
  const ticks = (names: readonly string[] | undefined, count: number) =>
    names
      ? { tickmode: 'array', tickvals: names.map((_, i) => i), ticktext: names.map(plainText) }
      : count <= 20
        ? { tickmode: 'linear', dtick: 1 }
        : {};
  const trace = {
    type: 'heatmap',
    z: rows.map((row) => row.map(rounded)),
    colorscale: 'Viridis',
    xgap: annotations ? 1 : 0,
    ygap: annotations ? 1 : 0,
    hovertemplate: 'column %{x}, row %{y}<br>%{z}<extra></extra>',
    ...(annotations
      ? {
          text: rows.map((row) =>
            row.map((value) => (Number.isFinite(value) ? String(Number(value.toFixed(decimals))) : '')),
          ),
          texttemplate: '%{text}',
        }
      : {}),
  };
  const cell = Math.min(56, 640 / columns, 480 / rows.length);
  const margin = { l: 60, r: 20, t: title === undefined ? 20 : 60, b: xTitle ? 50 : 35 };
  const axis = { showgrid: false, zeroline: false, constrain: 'domain' };
  const layout = {
    xaxis: { ...axis, title: { text: plainText(xTitle) }, ...ticks(columnNames, columns) },
    yaxis: {
      ...axis,
      title: { text: plainText(yTitle) },
      autorange: 'reversed',
      scaleanchor: 'x',
      ...ticks(rowNames, rows.length),
    },
    margin,
    height: Math.round(Math.max(120, cell * rows.length)) + margin.t + margin.b,
  };
  return makeFigure([trace], layout, title);
}
