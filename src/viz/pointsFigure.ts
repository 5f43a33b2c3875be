import { checkOptions } from '../checks/options';
import { shown } from '../checks/shown';
import { type Figure, makeFigure, type TitleOptions, titleOption } from './figure';
import { labelsOf, listOf, type Matrix, rounded, rowsOf, sameLength, type Values } from './numbers';
import { cssColor } from './palette';
import { plainText } from './plainText';

/** Settings of {@link pointsFigure}. */
export interface PointsFigureOptions extends TitleOptions {
  /** `[N]`, the group of each point, a whole number from 0: each has its own color (one group). */
  labels?: Values;
  /** `[K, 2]`, drawn as large crosses: center k has the color of group k. */
  centers?: Matrix;
  /** `[P, 2]`, a line through these points in this order, such as the path of a window. */
  path?: Matrix;
  /** `[x, y, radius]`, drawn as an outline: the window of mean shift. */
  circle?: readonly [number, number, number];
  /** Whether one unit is as long on both axes (true); not where they count different things, such as milliseconds and scores. */
  sameScale?: boolean;
  /** Shown range of both axes, `[[x1, x2], [y1, y2]]`; give it where frames are to share one (half a unit, or a tenth, around everything). */
  range?: readonly [readonly [number, number], readonly [number, number]];
  /** Titles of the two axes. */
  axes?: readonly [string, string];
  /** By group: what the legend calls them (no legend). */
  names?: readonly string[];
  /** `[P, 2]` for each point: the way it took, a thin line in the color of its group. */
  trajectories?: readonly Matrix[];
  /** The group of each place of a grid, painted behind the points: where a window or a new point would end. */
  basins?: PointsBasins;
}

/** The background of {@link pointsFigure}. */
export interface PointsBasins {
  /** `[C]`, the places of the columns. */
  x: Values;
  /** `[R]`, the places of the rows. */
  y: Values;
  /** `[R][C]`, a group from 0; -1 where there is none. */
  labels: Matrix;
}

type Trace = Record<string, unknown>;

/** Each group up to the largest label has a trace of its own. */
const mostGroups = 10_000;

const areFinite = (numbers: unknown, count: number): boolean =>
  Array.isArray(numbers) && numbers.length === count && numbers.every(Number.isFinite);

function marks(rows: readonly number[][], marker: object): Trace {
  const [x, y] = [0, 1].map((axis) => rows.map((row) => rounded(row[axis])));
  return { type: 'scatter', mode: 'markers', x, y, marker, hoverinfo: 'x+y', showlegend: false };
}

/** From half a unit before the least to half a unit after the largest value, or a tenth of their distance. */
function rangeOf(values: readonly number[], sameScale: boolean): [number, number] {
  const [least, most] = values.reduce(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
  const margin = sameScale || least === most ? 0.5 : (most - least) / 10;
  return values.length > 0 ? [least - margin, most + margin] : [0, 1];
}

/**
 * Points in the plane, with the groups, centers, window and path of a clustering.
 *
 * @param points `[N, 2]`.
 * @throws on other shapes, and where labels are not whole numbers from 0, one a point.
 */
export function pointsFigure(points: Matrix, options: PointsFigureOptions = {}): Figure {
  checkOptions('pointsFigure', options, {
    labels: 'any',
    centers: 'any',
    path: 'any',
    circle: 'any',
    sameScale: 'flag',
    range: 'any',
    axes: 'texts',
    names: 'texts',
    trajectories: 'any',
    basins: 'any',
    ...titleOption,
  });
  const { labels, centers, path, circle, range, axes = ['', ''], names = [], trajectories, basins, title } = options;
  const { sameScale = true } = options;
  if (circle !== undefined && !areFinite(circle, 3)) {
    throw new Error(`pointsFigure: expected circle [x, y, radius], got ${shown(circle)}`);
  }
  const isRange = Array.isArray(range) && range.length === 2 && range.every((ends) => areFinite(ends, 2));
  if (range !== undefined && !isRange) {
    throw new Error(`pointsFigure: expected range [[x1, x2], [y1, y2]], got ${shown(range)}`);
  }
  const rows = rowsOf('pointsFigure', 'points [N, 2]', points, 2);
  const groups = labelsOf('pointsFigure', 'labels [N]', labels, rows.length) ?? rows.map(() => 0);
  const many = groups.find((group) => group >= mostGroups);
  if (many !== undefined) throw new Error(`pointsFigure: expected labels below ${mostGroups}, got ${many}`);
  const crosses = centers === undefined ? [] : rowsOf('pointsFigure', 'centers [K, 2]', centers, 2);
  const line = path === undefined ? [] : rowsOf('pointsFigure', 'path [P, 2]', path, 2);

  const count = groups.reduce((most, group) => Math.max(most, group + 1), crosses.length);
  // A trace for each group, also an empty one: the frames of an animation must have the same traces.
  const grouped: Trace[] = Array.from({ length: count }, (_, group) => ({
    ...marks(
      rows.filter((_, n) => groups[n] === group),
      { color: cssColor(group), size: sameScale ? 6 : 11 },
    ),
    ...(names[group] === undefined
      ? {}
      : { name: plainText(names[group]), showlegend: true, ...(sameScale ? {} : { hoverinfo: 'x+y+name' }) }),
  }));
  const behind: Trace[] = [
    ...(basins === undefined ? [] : [basinTrace(basins)]),
    ...(trajectories === undefined ? [] : trajectoryTraces(trajectories, groups)),
  ];
  const traces = [...behind, ...grouped];
  if (path !== undefined) {
    traces.push({
      ...marks(line, { size: 5, color: '#777' }),
      mode: 'lines+markers',
      line: { color: '#777', width: 2 },
    });
  }
  for (const [k, cross] of crosses.entries()) {
    traces.push(marks([cross], { color: cssColor(k), size: 16, symbol: 'x', line: { color: '#000', width: 2 } }));
  }
  const all = [...rows, ...crosses, ...line];
  const [xRange, yRange] =
    range ??
    [0, 1].map((axis) =>
      rangeOf(
        all.map((row) => row[axis]),
        sameScale,
      ),
    );
  const layout = {
    height: 420,
    margin: { l: 45, r: 20, t: title === undefined ? 20 : 50, b: 40 },
    xaxis: { title: { text: plainText(axes[0]) }, zeroline: false, range: [...xRange] },
    yaxis: {
      title: { text: plainText(axes[1]) },
      zeroline: false,
      range: [...yRange],
      ...(sameScale ? { scaleanchor: 'x' } : {}),
    },
    shapes: circle ? [outline(circle)] : [],
  };
  return makeFigure(traces, layout, title);
}

function outline([x, y, radius]: readonly [number, number, number]): object {
  const corners = { x0: x - radius, x1: x + radius, y0: y - radius, y1: y + radius };
  return { type: 'circle', xref: 'x', yref: 'y', ...corners, line: { color: '#777', width: 2 } };
}

/** One trace a group, with gaps between its lines: thousands of traces would be slow. */
function trajectoryTraces(trajectories: readonly Matrix[], groups: readonly number[]): Trace[] {
  if (!Array.isArray(trajectories)) {
    throw new Error(`pointsFigure: expected trajectories, a matrix [P, 2] a point, got ${shown(trajectories)}`);
  }
  sameLength('pointsFigure', 'trajectories', trajectories, groups.length);
  const lines = trajectories.map((one) => rowsOf('pointsFigure', 'a trajectory [P, 2]', one, 2));
  return [...new Set(groups)].map((group) => {
    const own = lines.filter((_, n) => groups[n] === group);
    const [x, y] = [0, 1].map((axis) => own.flatMap((line) => [...line.map((row) => rounded(row[axis])), null]));
    return {
      type: 'scatter',
      mode: 'lines',
      x,
      y,
      line: { color: cssColor(group), width: 1 },
      opacity: 0.5,
      hoverinfo: 'skip',
      showlegend: false,
    };
  });
}

function basinTrace(basins: PointsBasins): Trace {
  const { x, y, labels } = checkOptions('pointsFigure', basins, { x: 'any', y: 'any', labels: 'any' });
  const [columns, rows] = [listOf('pointsFigure', 'x of basins [C]', x), listOf('pointsFigure', 'y of basins [R]', y)];
  const z = rowsOf('pointsFigure', 'labels of basins [R, C]', labels, columns.length);
  sameLength('pointsFigure', 'rows of basins', z, rows.length);
  const all = z.flat();
  const bad = all.find((label) => !(Number.isSafeInteger(label) && label >= -1 && label < mostGroups));
  if (bad !== undefined) throw new Error(`pointsFigure: expected groups from -1 in basins, got ${bad}`);
  const count = Math.max(1, 1 + all.reduce((most, label) => Math.max(most, label), -1));
  const stripes = Array.from({ length: count }, (_, k) => [k, k + 1].map((edge) => [edge / count, cssColor(k)])).flat();
  return {
    type: 'heatmap',
    x: columns.map(rounded),
    y: rows.map(rounded),
    z: z.map((row) => row.map((label) => (label < 0 ? null : label))),
    zmin: -0.5,
    zmax: count - 0.5,
    colorscale: stripes,
    opacity: 0.2,
    showscale: false,
    hoverinfo: 'skip',
  };
}
