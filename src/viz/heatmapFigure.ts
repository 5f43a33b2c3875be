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
  /** `[least, most]` of the colors; give it where figures are to share one scale (the least and largest number). */
  range?: readonly [number, number];
  /** Whether the colors tell below from above the middle of the range: blue, white and red, for numbers of both signs. */
  diverging?: boolean;
  /** What the cells show instead of their numbers, `[R][C]`. */
  texts?: readonly (readonly string[])[];
  /** `[row, column, height, width]` of blocks of cells that are outlined, each in another color. */
  outlines?: readonly (readonly [number, number, number, number])[];
}

/**
 * A matrix as colored cells, first row on top, square where the names leave room: kernels, feature maps, confusion matrices.
 *
 * @param matrix `[R, C]`; a cell that is not finite stays blank.
 * @throws on other shapes, on an empty matrix, where the names are not one a column or row, and the texts not one a cell, unless the
 * range is `[least, most]`, and where an outline is not `[row, column, height, width]`.
 */
export function heatmapFigure(matrix: Matrix, options: HeatmapFigureOptions = {}): Figure {
  checkOptions('heatmapFigure', options, {
    annotations: 'flag',
    decimals: 'any',
    xTitle: 'text',
    yTitle: 'text',
    columnNames: 'texts',
    rowNames: 'texts',
    range: 'any',
    diverging: 'flag',
    texts: 'any',
    outlines: 'any',
    ...titleOption,
  });
  const { decimals = 2, xTitle, yTitle, columnNames, rowNames, range, diverging = false, texts, title } = options;
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
  checkRange(range);
  checkTexts(texts, rows.length, columns);
  const outlines = outlinesOf(options.outlines);
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
    colorscale: diverging ? 'RdBu' : 'Viridis',
    ...(range ? { zmin: range[0], zmax: range[1] } : {}),
    xgap: annotations ? 1 : 0,
    ygap: annotations ? 1 : 0,
    hovertemplate: 'column %{x}, row %{y}<br>%{z}<extra></extra>',
    ...(annotations
      ? {
          text:
            texts?.map((row) => row.map(plainText)) ??
            rows.map((row) =>
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
    shapes: outlines,
    margin,
    height: Math.round(Math.max(120, cell * rows.length)) + margin.t + margin.b,
  };
  return makeFigure([trace], layout, title);
}

function checkRange(range: unknown): void {
  if (range === undefined) return;
  const isRange = Array.isArray(range) && range.length === 2 && range.every(Number.isFinite) && range[0] < range[1];
  if (!isRange) throw new Error(`heatmapFigure: expected range [least, most] with least < most, got ${shown(range)}`);
}

function checkTexts(texts: unknown, rows: number, columns: number): void {
  if (texts === undefined) return;
  const isRow = (row: unknown) =>
    Array.isArray(row) && row.length === columns && row.every((text) => typeof text === 'string');
  if (Array.isArray(texts) && texts.length === rows && texts.every(isRow)) return;
  throw new Error(`heatmapFigure: expected texts, ${rows} rows of ${columns}, got ${shown(texts)}`);
}

/** Orange first: it stands out from every color of the cells. */
const outlineColors = ['#fe4615', '#0a91ff', '#d655cf'];

function outlinesOf(outlines: HeatmapFigureOptions['outlines'] = []): object[] {
  const isOutline = (one: unknown) => Array.isArray(one) && one.length === 4 && one.every(Number.isFinite);
  if (!(Array.isArray(outlines) && outlines.every(isOutline))) {
    throw new Error(`heatmapFigure: expected outlines [row, column, height, width], got ${shown(outlines)}`);
  }
  return outlines.map(([row, column, height, width], i) => ({
    type: 'rect',
    x0: column - 0.5,
    x1: column + width - 0.5,
    y0: row - 0.5,
    y1: row + height - 0.5,
    line: { color: outlineColors[i % outlineColors.length], width: 4 },
  }));
}
