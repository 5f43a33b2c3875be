import type { GridLabel, YoloGrid } from '../boxes/yoloGrid';
import { checkArray } from '../checks/arrays';
import { checkCount, checkPositive } from '../checks/numbers';
import { checkOption, checkOptions } from '../checks/options';
import { isRecord } from '../checks/record';
import { shown } from '../checks/shown';
import { boxesFigure } from './boxesFigure';
import { type Figure, type TitleOptions, titleOption } from './figure';
import type { Image } from './imageTrace';
import { rounded } from './numbers';
import { classColors, cssColor } from './palette';

/** Settings of {@link gridFigure}. */
export interface GridFigureOptions extends TitleOptions {
  /** By class. */
  names?: readonly string[];
  /** The cell whose numbers stand beside the image; without one, none. */
  cell?: readonly [row: number, column: number];
}

/** The numbers of a cell, one a line, `?` for those that do not matter. */
function linesOf({ entries }: YoloGrid, { label, cares }: GridLabel, row: number, column: number): string[] {
  return entries.map((name, at) => {
    const value = cares.get(row, column, at) ? String(Number(label.get(row, column, at).toFixed(2))) : '?';
    return `${name.padEnd(4)}${value.padStart(6)}`;
  });
}

/** Throws unless these are a grid of cells and a label of it. */
function checkGrid(grid: YoloGrid, label: GridLabel): void {
  const isGrid =
    isRecord(grid) && Array.isArray(grid.shape) && isRecord(grid.cell) && typeof grid.decode === 'function';
  if (!isGrid) throw new Error(`gridFigure: expected a grid such as yoloGrid makes, got ${shown(grid)}`);
  checkCount('gridFigure', 'rows of the grid', grid.shape[0], 1);
  checkCount('gridFigure', 'columns of the grid', grid.shape[1], 1);
  for (const side of ['height', 'width'] as const) checkPositive('gridFigure', `${side} of a cell`, grid.cell[side]);
  checkOption('gridFigure', 'entries of the grid', grid.entries, 'texts');
  if (!isRecord(label)) throw new Error(`gridFigure: expected a label { label, cares }, got ${shown(label)}`);
  const layout = `[${grid.shape[0]}, ${grid.shape[1]}, ${grid.entries.length}]`;
  checkArray('gridFigure', 'a label', label.label, layout);
  checkArray('gridFigure', 'cares of the label', label.cares, layout);
}

/**
 * The target of a grid detector for an image: its cells, the boxes that the label names with their midpoints, and the cells they belong
 * to. The pointer over a cell shows its numbers.
 *
 * @param image `[H, W, 3]` or `[H, W]`, of the grid's size. @param label of {@link YoloGrid.encode}.
 * @throws where the image is not of the grid's size, the label not of its shape, and the cell not in it.
 */
export function gridFigure(image: Image, grid: YoloGrid, label: GridLabel, options: GridFigureOptions = {}): Figure {
  checkOptions('gridFigure', options, { names: 'texts', cell: 'any', ...titleOption });
  const { names, cell: chosen, title } = options;
  checkArray('gridFigure', 'an image', image, '[H, W, C]', '[H, W]');
  checkGrid(grid, label);
  const [rows, columns] = grid.shape;
  const { height, width } = grid.cell;
  const [wanted, got] = [`${rows * height}×${columns * width}`, `${image.shape[0]}×${image.shape[1]}`];
  if (wanted !== got) throw new Error(`gridFigure: expected an image of ${wanted} px, got ${got}`);
  const decoded = grid.decode(label.label);
  if (!isRecord(decoded)) throw new Error(`gridFigure: expected boxes from the grid's decode, got ${shown(decoded)}`);
  const { boxes, labels } = decoded;
  const figure = boxesFigure(image, boxes, { labels, names, title });

  const line = (x0: number, y0: number, x1: number, y1: number) => {
    return { type: 'line', x0, y0, x1, y1, line: { color: 'rgba(255, 255, 255, 0.6)', width: 1 } };
  };
  const shapes: object[] = [
    ...Array.from({ length: rows + 1 }, (_, i) => line(0, i * height, columns * width, i * height)),
    ...Array.from({ length: columns + 1 }, (_, j) => line(j * width, 0, j * width, rows * height)),
  ];
  const colorOf = classColors(names ?? []);
  const middles = Array.from({ length: labels.size }, (_, g) => {
    const [x1, y1, x2, y2] = [0, 1, 2, 3].map((side) => boxes.get(g, side));
    return { x: (x1 + x2) / 2, y: (y1 + y2) / 2, color: cssColor(colorOf(labels.get(g))) };
  });
  const around = (row: number, column: number, color: string, fillcolor: string) => {
    const [x0, y0] = [column * width, row * height];
    shapes.push({ type: 'rect', x0, y0, x1: x0 + width, y1: y0 + height, fillcolor, line: { color, width: 2 } });
  };
  for (const { x, y, color } of middles) {
    const [row, column] = [Math.floor(y / height), Math.floor(x / width)];
    around(
      Math.min(rows - 1, row),
      Math.min(columns - 1, column),
      color,
      color.replace(/rgb\((.*)\)/, 'rgba($1, 0.3)'),
    );
  }

  const places = Array.from({ length: rows * columns }, (_, place) => [Math.floor(place / columns), place % columns]);
  const cells = {
    type: 'scatter',
    mode: 'markers',
    x: places.map(([, column]) => rounded((column + 0.5) * width)),
    y: places.map(([row]) => rounded((row + 0.5) * height)),
    hovertext: places.map(([row, column]) => {
      // Most cells are empty, and a notebook keeps every text.
      const empty = grid.entries.every((name, at) => name !== 'p_c' || label.label.get(row, column, at) === 0);
      const lines = empty ? ['p_c 0, the others ?'] : linesOf(grid, label, row, column);
      return [`cell (${row}, ${column})`, ...lines].join('<br>');
    }),
    hoverinfo: 'text',
    hoverlabel: { font: { family: 'monospace' } },
    marker: { size: 24, opacity: 0 },
    showlegend: false,
  };
  const dots = {
    type: 'scatter',
    mode: 'markers',
    x: middles.map(({ x }) => rounded(x)),
    y: middles.map(({ y }) => rounded(y)),
    hoverinfo: 'skip',
    marker: { size: 9, color: middles.map(({ color }) => color), line: { color: '#ffffff', width: 2 } },
    showlegend: false,
  };
  const layout = { ...figure.layout, shapes };
  if (chosen !== undefined) {
    const isPlace = (at: unknown, count: number) => Number.isInteger(at) && Number(at) >= 0 && Number(at) < count;
    if (!Array.isArray(chosen) || chosen.length !== 2 || !isPlace(chosen[0], rows) || !isPlace(chosen[1], columns)) {
      throw new Error(`gridFigure: expected a cell [row, column] of ${rows}×${columns}, got ${shown(chosen)}`);
    }
    const [row, column] = chosen;
    around(row, column, '#ffffff', 'rgba(255, 255, 255, 0.1)');
    const text = [`<b>cell (${row}, ${column})</b>`, ...linesOf(grid, label, row, column)].join('<br>');
    const note = {
      text: text.replaceAll(/ {2,}/g, (spaces) => '\u00a0'.repeat(spaces.length)),
      xref: 'paper',
      yref: 'paper',
      x: 0,
      y: 1,
      xanchor: 'left',
      yanchor: 'top',
      align: 'left',
      showarrow: false,
      font: { family: 'monospace', size: 13 },
    };
    // The image keeps to the right of the numbers.
    Object.assign(layout, {
      annotations: [note],
      xaxis: { ...figure.layout.xaxis, domain: [0.24, 1] },
      height: Math.max(figure.layout.height ?? 0, 90 + 18 * (grid.entries.length + 1)),
    });
  }
  return { ...figure, data: [...figure.data, cells, dots] as Figure['data'], layout: layout as Figure['layout'] };
}
