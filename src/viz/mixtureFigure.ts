import type { NdArray } from 'ndarray';
import { checkArray } from '../checks/arrays';
import { checkCount } from '../checks/numbers';
import { checkOption, checkOptions } from '../checks/options';
import { isRecord } from '../checks/record';
import { shown } from '../checks/shown';
import type { ColorMixture } from '../graphCut/colorMixture';
import { type Figure, makeFigure, type TitleOptions, titleOption } from './figure';
import { type Matrix, rounded, rowsOf } from './numbers';
import { palette } from './palette';
import { plainText } from './plainText';

/** Settings of {@link mixtureFigure}. */
export interface MixtureFigureOptions extends TitleOptions {
  /** The two channels of the plane (red and blue). */
  channels?: readonly [ColorChannel, ColorChannel];
  /** Most colors of each group that are drawn, evenly spaced (1000). */
  limit?: number;
}

/** A channel of a color. */
export type ColorChannel = 'red' | 'green' | 'blue';

/** Colors that are drawn together, and the mixture that describes them. */
export interface MixtureGroup {
  /** What the legend calls it. */
  name: string;
  /** Colors in 0–1, `[N, 3]`; they may be left out. */
  colors?: Matrix;
  /** Each component is drawn as the ellipse of two standard deviations, the thicker the larger its weight. */
  mixture?: ColorMixture;
}

const channelNames: readonly ColorChannel[] = ['red', 'green', 'blue'];

/** Where a Gaussian's shadow on the plane of two channels has a distance of two standard deviations from its mean. */
function ellipse(mixture: ColorMixture, k: number, [a, b]: readonly [number, number]): number[][] {
  const [xx, xy, yy] = [
    mixture.covariances.get(k, a, a),
    mixture.covariances.get(k, a, b),
    mixture.covariances.get(k, b, b),
  ];
  // Cholesky's root of the 2×2 covariance takes the circle to the ellipse.
  const l11 = Math.sqrt(xx);
  const l21 = xy / l11;
  const l22 = Math.sqrt(Math.max(0, yy - l21 * l21));
  return Array.from({ length: 49 }, (_, i) => {
    const angle = (2 * Math.PI * i) / 48;
    const [c, s] = [2 * Math.cos(angle), 2 * Math.sin(angle)];
    return [mixture.means.get(k, a) + l11 * c, mixture.means.get(k, b) + l21 * c + l22 * s];
  });
}

function checkMixture(mixture: unknown, name: string): asserts mixture is ColorMixture {
  if (!isRecord(mixture)) {
    throw new Error(
      `mixtureFigure: expected mixture of ${name} { weights, means, covariances }, got ${shown(mixture)}`,
    );
  }
  const { weights, means, covariances } = mixture as unknown as ColorMixture;
  checkArray('mixtureFigure', `weights of ${name}`, weights, '[K]');
  const [components] = weights.shape;
  checkArray('mixtureFigure', `means of ${name}`, means, `[${components}, 3]`);
  checkArray('mixtureFigure', `covariances of ${name}`, covariances, `[${components}, 3, 3]`);
  const holds = (array: NdArray, ...index: number[]) => Number.isFinite(array.get(...index));
  for (let k = 0; k < components; k++) {
    for (let d = 0; d < 3; d++) {
      const isRight =
        holds(weights, k) &&
        holds(means, k, d) &&
        [0, 1, 2].every((e) => holds(covariances, k, d, e)) &&
        covariances.get(k, d, d) > 0;
      if (!isRight)
        throw new Error(
          `mixtureFigure: expected finite numbers and variances above 0 in ${name}, got others in component ${k}`,
        );
    }
  }
}

/**
 * Colors and their mixtures of Gaussians in the plane of two channels: each color is a dot of that very color, each component an ellipse
 * of two standard deviations around its mean.
 *
 * @param groups the colors and the mixture of each: `mixture` with `weights` `[K]`, `means` `[K, 3]`, `covariances` `[K, 3, 3]`.
 * @throws on no groups, on other shapes and settings, and on numbers that are not finite.
 */
export function mixtureFigure(groups: readonly MixtureGroup[], options: MixtureFigureOptions = {}): Figure {
  checkOptions('mixtureFigure', options, { channels: 'texts', limit: 'any', ...titleOption });
  const { channels = ['red', 'blue'], limit = 1000, title } = options;
  checkCount('mixtureFigure', 'limit', limit, 0);
  if (channels.length !== 2 || channels[0] === channels[1]) {
    throw new Error(`mixtureFigure: expected two different channels, got ${shown(channels)}`);
  }
  for (const channel of channels) checkOption('mixtureFigure', 'channels among', channel, channelNames);
  if (!Array.isArray(groups) || groups.length === 0) {
    throw new Error(`mixtureFigure: expected groups { name, colors, mixture }, got ${shown(groups)}`);
  }
  const plane = channels.map((channel) => channelNames.indexOf(channel)) as [number, number];
  const traces: object[] = [];
  for (const [number, group] of Array.from(groups as readonly unknown[]).entries()) {
    if (!isRecord(group) || typeof group.name !== 'string') {
      throw new Error(`mixtureFigure: expected groups { name, colors, mixture }, got ${shown(group)} at ${number}`);
    }
    const { name, colors, mixture } = group as unknown as MixtureGroup;
    if (colors !== undefined) {
      const rows = rowsOf('mixtureFigure', `colors of ${name} [N, 3]`, colors, 3);
      const step = Math.max(1, rows.length / Math.max(1, limit));
      const some = Array.from(
        { length: limit === 0 ? 0 : Math.floor(rows.length / step) },
        (_, i) => rows[Math.floor(i * step)],
      );
      traces.push({
        type: 'scatter',
        mode: 'markers',
        x: some.map((color) => rounded(color[plane[0]])),
        y: some.map((color) => rounded(color[plane[1]])),
        marker: {
          size: 5,
          symbol: number === 0 ? 'circle' : 'square',
          color: some.map(
            (color) => `rgb(${color.map((value) => Math.round(255 * Math.min(1, Math.max(0, value)))).join(',')})`,
          ),
          line: { width: 0 },
        },
        hoverinfo: 'x+y',
        showlegend: false,
      });
    }
    if (mixture === undefined) continue;
    checkMixture(mixture, name);
    const color = palette[number % palette.length];
    const weightOf = (k: number) => mixture.weights.get(k);
    const used = Array.from({ length: mixture.weights.shape[0] }, (_, k) => k).filter((k) => weightOf(k) > 0);
    for (const [i, k] of used.entries()) {
      const rows = ellipse(mixture, k, plane);
      const common = { type: 'scatter', mode: 'lines', name: plainText(name), legendgroup: String(number) };
      const places = { x: rows.map(([x]) => rounded(x)), y: rows.map(([, y]) => rounded(y)) };
      const width = 1.5 + 6 * weightOf(k);
      const text = `${plainText(name)}: ${Math.round(100 * weightOf(k))} %`;
      traces.push({
        ...common,
        ...places,
        line: { color: '#ffffff', width: width + 2 },
        hoverinfo: 'skip',
        showlegend: false,
      });
      traces.push({ ...common, ...places, line: { color, width }, hoverinfo: 'text', text, showlegend: i === 0 });
    }
  }
  const axis = { range: [-0.05, 1.05], zeroline: false, constrain: 'domain' };
  const layout = {
    xaxis: { ...axis, title: { text: channels[0] } },
    yaxis: { ...axis, title: { text: channels[1] }, scaleanchor: 'x' },
    height: 460,
    margin: { l: 55, r: 20, t: title === undefined ? 20 : 60, b: 45 },
    legend: { orientation: 'h', y: 1.02, yanchor: 'bottom', x: 1, xanchor: 'right' },
  };
  return makeFigure(traces, layout, title);
}
