import { checkList } from '../checks/arguments';
import { checkCount, checkShare } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { type Detections, type GroundTruth, ofClass, readDetections, readGroundTruth } from '../metrics/detections';
import type { PrecisionRecallCurve } from '../metrics/precisionRecall';
import { outline } from './boxesFigure';
import { type Figure, makeFigure, type TitleOptions, titleOption } from './figure';
import { type Image, pixelAxes, placedImage } from './imageTrace';
import { rounded } from './numbers';
import { palette } from './palette';
import { checkMeasured, curveTrace, precisionRecallAxes } from './precisionRecallFigure';
import { sliderFigure } from './sliderFigure';

/** Settings of {@link scoreThresholdFigure}. */
export interface ScoreThresholdFigureOptions extends TitleOptions {
  /** `[H, W, 3]` or `[H, W]`: one of the images that the curve is about. */
  image: Image;
  /** Which one of them (0). */
  index?: number;
  /** What was detected in it. */
  detections: Detections;
  /** What is there. */
  truth: GroundTruth;
  /** The thresholds of the slider (0.95, 0.9, …, 0.05). */
  thresholds?: readonly number[];
}

const kinds = {
  right: { color: palette[2], dash: 'solid' },
  wrong: { color: palette[1], dash: 'solid' },
  ignored: { color: '#999999', dash: 'dot' },
} as const;

type Corners = ArrayLike<number>;
const outlineOf = ([x1, y1, x2, y2]: (number | null)[]) => ({ x: [x1, x2, x2, x1, x1], y: [y1, y1, y2, y2, y1] });
const cornersOf = (boxes: Corners, i: number) => [0, 1, 2, 3].map((k) => rounded(boxes[4 * i + k]));

/**
 * A slider over the score from which on detections are accepted: the boxes of one image on the left, right and wrong ones in color,
 * and the point that the detector then has on the precision–recall curve of all images on the right.
 *
 * @param curve Of one class; only its boxes are shown.
 * @throws on no thresholds, on one that comes twice, and where the detections are not those that the curve was made of.
 */
export function scoreThresholdFigure(curve: PrecisionRecallCurve, options: ScoreThresholdFigureOptions): Figure {
  checkOptions('scoreThresholdFigure', options, {
    image: 'any',
    index: 'any',
    detections: 'any',
    truth: 'any',
    thresholds: 'any',
    ...titleOption,
  });
  const { image, index = 0, detections, truth, title } = options;
  const { thresholds = Array.from({ length: 19 }, (_, i) => (19 - i) / 20) } = options;
  checkMeasured('scoreThresholdFigure', curve, ['images', 'detections']);
  checkCount('scoreThresholdFigure', 'index', index, 0);
  checkList('scoreThresholdFigure', 'thresholds', thresholds, 'scores');
  for (const threshold of thresholds) checkShare('scoreThresholdFigure', 'thresholds', threshold);
  if (thresholds.length === 0) throw new Error('scoreThresholdFigure: expected at least one threshold, got none');
  const found = readDetections('scoreThresholdFigure', detections);
  const there = readGroundTruth('scoreThresholdFigure', truth);
  const placed = placedImage('scoreThresholdFigure', image);

  // What the curve says of this image's detections; those that it does not mention are ignored there.
  const outcomes = new Map<number, 'right' | 'wrong'>();
  for (let n = 0; n < curve.scores.length; n++) {
    if (curve.images[n] !== index) continue;
    const number = curve.detections[n];
    if (found.scores[number] !== curve.scores[n] || found.labels[number] !== curve.label) {
      throw new Error(`scoreThresholdFigure: expected the detections of image ${index} of the curve, got others`);
    }
    outcomes.set(number, curve.correct[n] ? 'right' : 'wrong');
  }

  const boxes = ofClass(found, curve.label)
    .sort((i, j) => found.scores[j] - found.scores[i])
    .map((i) => {
      const kind = outcomes.get(i) ?? 'ignored';
      return {
        score: found.scores[i],
        trace: {
          type: 'scatter',
          mode: 'lines+text',
          ...outlineOf(cornersOf(found.corners, i)),
          text: [found.scores[i].toFixed(2)],
          textposition: 'top right',
          textfont: { size: 12, color: '#ffffff', shadow: outline },
          hovertext: `${kind}, score ${found.scores[i].toFixed(3)}`,
          hoverinfo: 'text',
          line: { ...kinds[kind], width: 3 },
          legendgroup: kind,
          showlegend: false,
          cliponaxis: false,
        },
      };
    });
  const truthLines = ofClass(there, curve.label).map((g) => outlineOf(cornersOf(there.corners, g)));
  const gap = <Item>(lists: Item[][]): (Item | null)[] => lists.flatMap((list) => [...list, null]);
  const fixed = [
    placed.trace,
    { ...curveTrace(curve, '#999999'), showlegend: false, xaxis: 'x2', yaxis: 'y2' },
    {
      type: 'scatter',
      mode: 'lines',
      name: 'truth',
      x: gap(truthLines.map(({ x }) => x)),
      y: gap(truthLines.map(({ y }) => y)),
      line: { color: '#ffffff', width: 2, dash: 'dash' },
      hoverinfo: 'skip',
    },
    // Entries of the legend, which stay while boxes come and go.
    ...Object.entries(kinds)
      .filter(([kind]) => kind !== 'ignored' || boxes.some(({ trace }) => trace.legendgroup === 'ignored'))
      .map(([kind, line]) => ({
        type: 'scatter',
        mode: 'lines',
        name: kind,
        legendgroup: kind,
        x: [null],
        y: [null],
        line: { ...line, width: 3 },
      })),
  ];

  const margin = { l: 40, r: 20, t: 70, b: 45 };
  const { height, width } = placed;
  const layout = {
    ...pixelAxes(1, placed, { x: { domain: [0, 0.46] } }),
    xaxis2: { ...precisionRecallAxes.x, domain: [0.58, 1], anchor: 'y2' },
    yaxis2: { ...precisionRecallAxes.y, anchor: 'x2' },
    margin,
    height: Math.round(Math.min(420, Math.max(200, (340 * height) / width))) + margin.t + margin.b,
    // In the corner that only a bad detector reaches.
    legend: { x: 0.59, y: 0.03, xanchor: 'left', yanchor: 'bottom', bgcolor: 'rgba(150, 150, 150, 0.35)' },
  };
  const frames = thresholds.map((given) => {
    // As scores are float32, 0.9 among them is a little less than 0.9.
    const threshold = Math.fround(given);
    const accepted = curve.scores.filter((score) => score >= threshold).length;
    const hits = curve.correct.slice(0, accepted).filter(Boolean).length;
    const point = {
      type: 'scatter',
      mode: 'markers',
      xaxis: 'x2',
      yaxis: 'y2',
      x: [rounded(hits / curve.truths)],
      y: [rounded(hits / accepted)],
      marker: { size: 16, color: palette[0], line: { color: '#000000', width: 2 } },
      hovertemplate: 'recall %{x:.3f}<br>precision %{y:.3f}<extra></extra>',
      showlegend: false,
    };
    const shown = boxes.filter(({ score }) => score >= threshold).map(({ trace }) => trace);
    const share = (part: number, whole: number) => `${part}/${whole}${whole ? ` = ${(part / whole).toFixed(2)}` : ''}`;
    const text = `precision ${share(hits, accepted)}, recall ${share(hits, curve.truths)}`;
    const heading = title === undefined ? text : `${title}<br>${text}`;
    return {
      name: given.toFixed(2),
      figure: makeFigure([...fixed, ...shown, ...(accepted > 0 ? [point] : [])], layout, heading),
    };
  });
  return sliderFigure(frames, { prefix: 'accepted: score ≥ ' });
}
