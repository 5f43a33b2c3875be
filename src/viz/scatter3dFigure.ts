import { isNdarray } from '../checks/isNdarray';
import { checkOptions } from '../checks/options';
import { shown } from '../checks/shown';
import { type Figure, makeFigure, type TitleOptions, titleOption } from './figure';
import { labelsOf, listOf, type Matrix, rounded, rowsOf, sameLength, type Values } from './numbers';
import { cssColor } from './palette';
import { plainText } from './plainText';

/** Settings of {@link scatter3dFigure}. */
export interface Scatter3dFigureOptions extends TitleOptions {
  /** `[N, 3]` red, green, blue in 0–1: a color for each point; or `[N]` whole numbers: a group for each, with a legend. */
  colors?: Matrix | Values;
  /** Diameter on the screen: one for all (4), or `[N]`. */
  sizes?: number | Values;
  /** Of the groups, by number. */
  names?: readonly string[];
  /** Of the three axes (x, y, z). */
  axes?: readonly [string, string, string];
}

/**
 * Points in space, to be turned with the mouse: pixels in the color cube, features.
 *
 * @param points `[N, 3]`.
 * @throws on other shapes and where colors or sizes are not one a point.
 */
export function scatter3dFigure(points: Matrix, options: Scatter3dFigureOptions = {}): Figure {
  checkOptions('scatter3dFigure', options, {
    colors: 'any',
    sizes: 'any',
    names: 'texts',
    axes: 'texts',
    ...titleOption,
  });
  const { colors, sizes = 4, names = [], title } = options;
  const axes = (options.axes ?? ['x', 'y', 'z']).map(plainText);
  const rows = rowsOf('scatter3dFigure', 'points [N, 3]', points, 3);
  const diameters = typeof sizes === 'number' ? undefined : listOf('scatter3dFigure', 'sizes [N]', sizes);
  sameLength('scatter3dFigure', 'sizes', diameters, rows.length);
  const odd = (diameters ?? [sizes as number]).find((size) => !(Number.isFinite(size) && size >= 0));
  if (odd !== undefined) throw new Error(`scatter3dFigure: expected finite sizes from 0, got ${shown(odd)}`);

  let groups: number[] | undefined;
  let own: string[] | undefined;
  if (colors !== undefined) {
    if (isNdarray(colors) ? colors.shape.length === 2 : Array.isArray(colors) && typeof colors[0] === 'object') {
      own = rowsOf('scatter3dFigure', 'colors [N, 3] or [N]', colors as Matrix, 3).map(
        (color) => `rgb(${color.map((value) => Math.round(255 * Math.min(1, Math.max(0, value)))).join(', ')})`,
      );
    } else {
      groups = labelsOf('scatter3dFigure', 'colors [N, 3] or [N]', colors as Values, rows.length);
    }
    sameLength('scatter3dFigure', 'colors', own, rows.length);
  }
  const traces = [...new Set(groups ?? [0])]
    .sort((one, other) => one - other)
    .map((group) => {
      const mine = rows.map((_, i) => i).filter((i) => !groups || groups[i] === group);
      const coordinates = (axis: number) => mine.map((i) => rounded(rows[i][axis]));
      return {
        type: 'scatter3d',
        mode: 'markers',
        name: plainText(names[group]) ?? (groups ? `group ${group}` : 'points'),
        x: coordinates(0),
        y: coordinates(1),
        z: coordinates(2),
        marker: {
          size: diameters ? mine.map((i) => rounded(diameters[i])) : sizes,
          color: own ? mine.map((i) => own[i]) : cssColor(group),
          line: { width: 0 },
          opacity: 1,
        },
        showlegend: groups !== undefined,
        hovertemplate: `${axes[0]} %{x}<br>${axes[1]} %{y}<br>${axes[2]} %{z}`,
      };
    });
  const [x, y, z] = axes.map((text) => ({ title: { text } }));
  const layout = {
    // Not from the diagonal, Plotly's own choice: along it lie the grays of a color cube, one behind the other.
    scene: { xaxis: x, yaxis: y, zaxis: z, aspectmode: 'cube', camera: { eye: { x: 1.9, y: -1.4, z: 0.7 } } },
    height: 480,
    margin: { l: 0, r: 0, t: title === undefined ? 10 : 50, b: 0 },
    // The angle of view stays as it was turned while a slider changes the points.
    uirevision: 'scatter3d',
    legend: { itemsizing: 'constant' },
  };
  return makeFigure(traces, layout, title);
}
