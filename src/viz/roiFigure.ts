import { largest } from '../checks/extremes';
import { checkCount, checkPositive } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { shown } from '../checks/shown';
import { range } from '../tensor/range';
import { type Figure, makeFigure, type TitleOptions, titleOption } from './figure';
import { type Image, pixelAxes, placedImage } from './imageTrace';
import { type Matrix, rounded, rowsOf } from './numbers';
import { palette } from './palette';

/** Settings of {@link roiFigure}. */
export interface RoiFigureOptions extends TitleOptions {
  /** Pixels that a cell of the features covers along each side. */
  stride: number;
  /** Bins along each side of the result. */
  size: number;
  /** `pool` snaps the region to whole cells and takes the largest of each bin; `align` averages points between the cells (`pool`). */
  method?: 'pool' | 'align';
  /** For `align`: points of a bin along each side (2). */
  samples?: number;
}

type Corners = readonly [number, number, number, number];

/** A bin: its corners on the map, where its value comes from, x and y in cells, and the value. */
interface Bin {
  corners: Corners;
  points: (readonly [number, number])[];
  value: number;
}

/** Halves are rounded away from 0, as in the operation. */
const snap = (value: number) => (value < 0 ? Math.ceil(value - 0.5) : Math.floor(value + 0.5));
const clamp = (value: number, least: number, most: number) => Math.min(most, Math.max(least, value));

/** The region on the map, in whole cells; the last ones belong to it. */
function snapped(region: Corners, stride: number): Corners {
  const [left, top, right, bottom] = region.map((edge) => snap(edge / stride));
  return [left, top, Math.max(right, left) + 1, Math.max(bottom, top) + 1];
}

function pooled(map: readonly (readonly number[])[], region: Corners, { stride, size }: RoiFigureOptions): Bin[] {
  const [left, top, right, bottom] = snapped(region, stride);
  const span = (first: number, cells: number, bin: number, end: number) => [
    clamp(first + Math.floor((bin * cells) / size), 0, end),
    clamp(first + Math.ceil(((bin + 1) * cells) / size), 0, end),
  ];
  return range(size * size).map((bin) => {
    const [y1, y2] = span(top, bottom - top, Math.floor(bin / size), map.length);
    const [x1, x2] = span(left, right - left, bin % size, map[0].length);
    const cells = range(y1, y2).flatMap((y) => range(x1, x2).map((x) => ({ x, y, value: map[y][x] })));
    // A bin without cells is 0.
    if (cells.length === 0) return { corners: [x1, y1, x2, y2], points: [], value: 0 };
    const { x, y, value } = cells.reduce((best, cell) => (cell.value > best.value ? cell : best));
    return { corners: [x1, y1, x2, y2], points: [[x + 0.5, y + 0.5]], value };
  });
}

/** The map between the centers of its cells; 0 more than a cell outside. */
function between(map: readonly (readonly number[])[], x: number, y: number): number {
  const [height, width] = [map.length, map[0].length];
  if (x < -1 || y < -1 || x > width || y > height) return 0;
  const [u, v] = [clamp(x, 0, width - 1), clamp(y, 0, height - 1)];
  const [column, row] = [Math.floor(u), Math.floor(v)];
  const [next, below] = [Math.min(column + 1, width - 1), Math.min(row + 1, height - 1)];
  const along = (at: number) => (1 - (u - column)) * map[at][column] + (u - column) * map[at][next];
  return (1 - (v - row)) * along(row) + (v - row) * along(below);
}

function aligned(map: readonly (readonly number[])[], region: Corners, options: RoiFigureOptions): Bin[] {
  const { stride, size, samples = 2 } = options;
  const [left, top, right, bottom] = region.map((edge) => edge / stride);
  const [width, height] = [(right - left) / size, (bottom - top) / size];
  return range(size * size).map((bin) => {
    const [x, y] = [left + (bin % size) * width, top + Math.floor(bin / size) * height];
    const points = range(samples * samples).map(
      (k) =>
        [
          x + (((k % samples) + 0.5) / samples) * width,
          y + ((Math.floor(k / samples) + 0.5) / samples) * height,
        ] as const,
    );
    const values = points.map(([px, py]) => between(map, px - 0.5, py - 0.5));
    const value = values.reduce((sum, one) => sum + one, 0) / values.length;
    return { corners: [x, y, x + width, y + height], points, value };
  });
}

function outlined([x1, y1, x2, y2]: Corners, color: string, more: object = {}): object {
  return {
    type: 'scatter',
    mode: 'lines',
    x: [x1, x2, x2, x1, x1].map(rounded),
    y: [y1, y1, y2, y2, y1].map(rounded),
    line: { color, width: 3 },
    hoverinfo: 'skip',
    showlegend: false,
    ...more,
  };
}

/** Cells as squares of gray, on the axes of this number. */
function cellTrace(
  rows: readonly (readonly number[])[],
  number: number,
  [least, most]: readonly number[],
  more: object,
) {
  return {
    type: 'heatmap',
    z: rows.map((row) => row.map(rounded)),
    x0: 0.5,
    y0: 0.5,
    zmin: least,
    zmax: most > least ? most : least + 1,
    colorscale: 'Greys',
    showscale: false,
    xgap: 1,
    ygap: 1,
    xaxis: `x${number}`,
    yaxis: `y${number}`,
    ...more,
  };
}

function checkRegion(region: unknown): asserts region is Corners {
  const isRegion = Array.isArray(region) && region.length === 4 && region.every(Number.isFinite);
  if (isRegion && region[2] >= region[0] && region[3] >= region[1]) return;
  throw new Error(`roiFigure: expected a region [x1, y1, x2, y2] with x1 ≤ x2 and y1 ≤ y2, got ${shown(region)}`);
}

/**
 * How a region becomes a small map of one size: the image with the region (blue) and, where it is pooled, the whole cells that it is
 * snapped to (red, dashed); the features with the region's bins and the places that their values come from; and the values.
 *
 * @param image `[H, W, 3]` or `[H, W]`. @param features `[rows, columns]` of one channel. @param region x1, y1, x2, y2 in px.
 * @throws on other shapes, on a region inside out, on sizes and samples below 1 or above 16, and unless the stride is above 0.
 * @see Girshick 2015, section 2.1 (`pool`); He et al. 2017, section 3 (`align`).
 */
export function roiFigure(
  image: Image,
  features: Matrix,
  region: readonly [number, number, number, number],
  options: RoiFigureOptions,
): Figure {
  checkOptions('roiFigure', options, {
    stride: 'any',
    size: 'any',
    method: ['pool', 'align'],
    samples: 'any',
    ...titleOption,
  });
  const { stride, size, method = 'pool', samples = 2, title } = options;
  checkPositive('roiFigure', 'stride', stride);
  for (const [name, count] of Object.entries({ size, samples })) {
    checkCount('roiFigure', name, count, 1);
    if (count > 16) throw new Error(`roiFigure: expected ${name} of at most 16, got ${count}`);
  }
  const map = rowsOf('roiFigure', 'features [rows, columns]', features);
  const columns = map[0]?.length ?? 0;
  if (columns === 0) throw new Error('roiFigure: expected features of at least one cell, got none');
  if (!map.flat().every(Number.isFinite)) throw new Error('roiFigure: expected finite features');
  checkRegion(region);

  const placed = placedImage('roiFigure', image);
  const bins = method === 'pool' ? pooled(map, region, options) : aligned(map, region, options);
  const colorOf = (bin: number) => palette[bin % palette.length];
  const onMap = { xaxis: 'x2', yaxis: 'y2' };
  const values = bins.map(({ value }) => value);
  const all = map.flat();
  const least = -largest(all.map((value) => -value));
  const scale = [least, largest(all)];
  const cells = snapped(region, stride).map((edge) => edge * stride) as unknown as Corners;
  const table = range(size).map((row) => values.slice(row * size, (row + 1) * size));
  const data = [
    placed.trace,
    cellTrace(map, 2, scale, { hovertemplate: '%{z}<extra></extra>' }),
    ...(method === 'pool' ? [outlined(cells, '#fe4615', { line: { color: '#fe4615', width: 3, dash: 'dash' } })] : []),
    outlined(region, '#0a91ff'),
    ...bins.map(({ corners }, bin) =>
      outlined(corners, colorOf(bin), { ...onMap, line: { color: colorOf(bin), width: 2 } }),
    ),
    {
      type: 'scatter',
      mode: 'markers',
      x: bins.flatMap(({ points }) => points.map(([x]) => rounded(x))),
      y: bins.flatMap(({ points }) => points.map(([, y]) => rounded(y))),
      marker: {
        size: method === 'pool' ? 9 : 6,
        color: bins.flatMap(({ points }, bin) => points.map(() => colorOf(bin))),
        line: { color: '#ffffff', width: 1 },
      },
      hoverinfo: 'skip',
      showlegend: false,
      ...onMap,
    },
    cellTrace(table, 3, scale, size <= 4 ? { texttemplate: '%{z:.2f}', hoverinfo: 'skip' } : { hoverinfo: 'skip' }),
  ];
  const high = Math.round(clamp((330 * placed.height) / placed.width, 120, 330));
  const below = 170;
  const top = (below + 40) / (high + below + 40);
  const caption = (text: string, number: string) => ({
    text,
    showarrow: false,
    xref: `x${number} domain`,
    yref: `y${number} domain`,
    x: 0,
    xanchor: 'left',
    y: 1,
    yanchor: 'bottom',
  });
  const layout = {
    ...pixelAxes(1, placed, { x: { domain: [0, 0.47] }, y: { domain: [top, 1] } }),
    ...pixelAxes(2, { height: map.length, width: columns }, { x: { domain: [0.53, 1] }, y: { domain: [top, 1] } }),
    ...pixelAxes(
      3,
      { height: size, width: size },
      {
        x: { domain: [0.3, 0.7], showticklabels: false, ticks: '' },
        y: { domain: [0, below / (high + below + 40)], showticklabels: false, ticks: '' },
      },
    ),
    annotations: [
      caption('image, px', ''),
      caption('features, cells', '2'),
      caption(method === 'pool' ? 'largest of each bin' : 'mean of each bin', '3'),
    ],
    margin: { l: 35, r: 10, t: title === undefined ? 30 : 70, b: 20 },
    height: high + below + 40 + 20 + (title === undefined ? 30 : 70),
  };
  return makeFigure(data, layout, title);
}
