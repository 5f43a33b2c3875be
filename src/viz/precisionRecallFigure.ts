import { checkCount } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { isRecord } from '../checks/record';
import { shown } from '../checks/shown';
import {
  averagePrecision,
  type Interpolation,
  interpolatedPrecision,
  sampledPrecision,
} from '../metrics/averagePrecision';
import type { PrecisionRecallCurve } from '../metrics/precisionRecall';
import { type Figure, makeFigure, type TitleOptions, titleOption } from './figure';
import { rounded } from './numbers';
import { classColors, cssColor, paletteColor } from './palette';
import { plainText } from './plainText';

/** Settings of {@link precisionRecallFigure}. */
export interface PrecisionRecallFigureOptions extends TitleOptions {
  /** How the average precision is taken; below a single curve stands what it adds up: an area, or 11 or 101 bars (`allPoint`). */
  interpolation?: Interpolation;
  /** By label. */
  names?: readonly string[];
}

/** Axes of a precision–recall curve, with room for a marker at 1. */
export const precisionRecallAxes = {
  x: { title: { text: 'recall' }, range: [-0.04, 1.04], dtick: 0.2 },
  y: { title: { text: 'precision' }, range: [0, 1.05], dtick: 0.2 },
};

/** Throws unless a value is a curve with what figures show of each of its points, and with what else is `needed` of them. */
export function checkMeasured(
  caller: string,
  curve: PrecisionRecallCurve,
  needed: readonly ('images' | 'detections')[] = [],
): void {
  const wanted = `${caller}: expected a curve such as precisionRecall gives`;
  if (!isRecord(curve)) throw new Error(`${wanted}, got ${shown(curve)}`);
  const { scores } = curve;
  for (const name of ['scores', 'precision', 'recall', 'correct', ...needed] as const) {
    const list: unknown = curve[name];
    const isList = Array.isArray(list) || ArrayBuffer.isView(list);
    const type = name === 'correct' ? 'boolean' : 'number';
    const isRight = isList && Array.from(list as unknown as ArrayLike<unknown>).every((item) => typeof item === type);
    if (!isRight) throw new Error(`${wanted}, got ${name} ${shown(list)}`);
    const { length } = list as unknown as ArrayLike<unknown>;
    if (length !== scores.length) throw new Error(`${wanted}, got ${scores.length} scores and ${length} of ${name}`);
  }
  for (const name of ['label', 'truths'] as const) checkCount(caller, `${name} of a curve`, curve[name], 0);
}

/** The points of a curve as it was measured, with what is known of each. */
export function curveTrace({ precision, recall, scores, correct }: PrecisionRecallCurve, color: string): object {
  return {
    type: 'scatter',
    mode: 'lines+markers',
    x: Array.from(recall, rounded),
    y: Array.from(precision, rounded),
    text: Array.from(scores, (score, n) => `score ${score.toFixed(2)}, ${correct[n] ? 'right' : 'wrong'}`),
    hovertemplate: '%{text}<br>recall %{x:.3f}<br>precision %{y:.3f}<extra></extra>',
    line: { color: color, width: 1.5 },
    marker: { color: color, size: scores.length > 60 ? 3 : 6 },
  };
}

/** The interpolated precision from recall 0 on: level up to each recall, then down. */
function steps(curve: PrecisionRecallCurve): { x: number[]; y: number[] } {
  const raised = interpolatedPrecision(curve);
  const [x, y]: [number[], number[]] = [[], []];
  for (let n = 0; n < raised.length; n++) {
    x.push(n === 0 ? 0 : curve.recall[n - 1], curve.recall[n]);
    y.push(raised[n], raised[n]);
  }
  return { x, y };
}

function area(curve: PrecisionRecallCurve, interpolation: Interpolation): object {
  const color = cssColor(0);
  const common = {
    name: 'interpolated',
    showlegend: false,
    hovertemplate: 'recall %{x:.3f}<br>p %{y:.3f}<extra></extra>',
  };
  const round = ({ x, y }: { x: number[]; y: number[] }) => ({ x: x.map(rounded), y: y.map(rounded) });
  if (interpolation === 'allPoint') {
    return {
      ...common,
      type: 'scatter',
      mode: 'lines',
      ...round(steps(curve)),
      fill: 'tozeroy',
      fillcolor: `rgba(${paletteColor(0).join(', ')}, 0.12)`,
      line: { color: color, width: 1, dash: 'dot' },
    };
  }
  const { recall, precision } = sampledPrecision(curve, interpolation);
  const marker = { color: color, opacity: 0.35 };
  return { ...common, type: 'bar', ...round({ x: recall, y: precision }), width: 0.7 / (recall.length - 1), marker };
}

/**
 * Precision–recall curves, one color a class, with the average precision of each in the legend.
 *
 * @throws on no curves.
 */
export function precisionRecallFigure(
  curves: PrecisionRecallCurve | readonly PrecisionRecallCurve[],
  options: PrecisionRecallFigureOptions = {},
): Figure {
  const kinds = { interpolation: ['allPoint', 'voc11', 'coco101'], names: 'texts', ...titleOption } as const;
  const { interpolation = 'allPoint', names = [], title } = checkOptions('precisionRecallFigure', options, kinds);
  const list = Array.isArray(curves) ? (curves as readonly PrecisionRecallCurve[]) : [curves as PrecisionRecallCurve];
  if (list.length === 0) throw new Error('precisionRecallFigure: expected at least one curve, got none');
  for (const curve of list) checkMeasured('precisionRecallFigure', curve);
  const colorOf = classColors(names);
  const traces = list.flatMap((curve, i) => {
    const AP = averagePrecision(curve, interpolation);
    const name = `${plainText(names[curve.label]) ?? `class ${curve.label}`}, AP ${AP === null ? '–' : AP.toFixed(3)}`;
    const line = {
      ...curveTrace(curve, cssColor(names.length > 0 ? colorOf(curve.label) : i)),
      name,
      showlegend: true,
    };
    // Areas of several curves would lie over one another.
    return list.length === 1 ? [area(curve, interpolation), line] : [line];
  });
  const layout = {
    xaxis: precisionRecallAxes.x,
    yaxis: precisionRecallAxes.y,
    height: 400,
    bargap: 0,
    barmode: 'overlay',
  };
  return makeFigure(traces, layout, title);
}
