import { join } from 'node:path';
import ndarray from 'ndarray';
import * as detseg from '../../src/index';
import { boxes, detections, image, labelMap, labels, numbers, sample, scores, truth } from '../support/callInputs';
import { temporaryFolder } from '../support/temporaryFolder';
import type { Call } from '../support/wrongCalls';

const names = ['cat', 'dog'];
const curve = () => detseg.precisionRecall([detections()], [truth()], { label: 0 });
const grid = () => detseg.yoloGrid({ cells: 2, image: { height: 16, width: 16 }, classes: 2 });
const figure = () => detseg.lineFigure({ loss: [2, 1] });
const frames = () => ['1', '2'].map((name) => ({ name, figure: figure() }));
const points = [
  [1, 2],
  [3, 5],
];
const mixture = (): detseg.ColorMixture => ({
  weights: ndarray(Float64Array.of(1), [1]),
  means: ndarray(Float64Array.of(0.2, 0.2, 0.2), [1, 3]),
  covariances: ndarray(Float64Array.of(0.1, 0, 0, 0, 0.1, 0, 0, 0, 0.1), [1, 3, 3]),
});
const silent = () => ({ isTTY: true, columns: 80, write: () => true });
/** What stands in a report, one by one: a table of it all would be too deep to be looked into. */
const parts: detseg.ReportPart[] = [
  { heading: 'Cats' },
  { text: 'Three of them.' },
  { figure: figure() },
  { images: [{ image: image(), caption: 'a cat' }], columns: 2 },
  { legend: [{ name: 'cat', color: [255, 0, 0] }] },
  { table: { columns: ['name', 'share'], rows: [['cat', 0.5]] } },
];
const report = { part: (part: detseg.ReportPart) => detseg.reportPage({ title: 'Report', parts: [part] }).length };
const page = join(temporaryFolder('detseg-calls-'), 'page.html');

/** Calls of what the room exports. */
export const calls: Call[] = [
  { name: 'animationFigure', args: () => [frames(), { milliseconds: 100, prefix: 'step ' }] },
  {
    name: 'barFigure',
    args: () => [
      ['one', 'two'],
      { read: [1, 2], drawn: [3, 4] },
      { xTitle: 'ms', stacked: false, logX: true, title: 'Time' },
    ],
    records: ['1'],
  },
  {
    name: 'boxesFigure',
    args: () => [
      image(),
      boxes(),
      {
        labels: labels(),
        scores: scores(),
        names,
        colors: ['#ff7a00'],
        margin: 4,
        captions: false,
        points: { places: [[1, 2]] },
        lines: { sides: [[1, 2, 3, 4]] },
        title: 'Boxes',
      },
    ],
  },
  { name: 'confusionFigure', args: () => [ndarray(Float64Array.of(3, 1, 2, 4), [2, 2]), { names, title: 'Classes' }] },
  {
    name: 'cutoutFigure',
    args: () => [
      image(),
      labelMap(),
      {
        rectangle: [1, 1, 9, 9],
        strokes: [{ label: 'foreground', points, radius: 2 }],
        path: points,
        titles: ['image', 'object'],
        title: 'Cut',
      },
    ],
    records: ['2.strokes.0'],
    data: ['2.path'],
  },
  { name: 'drawBoxes', args: () => [image(), boxes(), { labels: labels(), scores: scores(), names, lineWidth: 1 }] },
  {
    name: 'drawMasks',
    args: () => [image(), sample().masks, { labels: labels(2), scores: scores(2), names, opacity: 0.5 }],
  },
  {
    name: 'gridFigure',
    args: () => [image(), grid(), grid().encode(boxes(), labels()), { names, cell: [0, 1], title: 'Cells' }],
    records: ['1', '2'],
    says: ['yoloGrid.decode', 'decode'],
  },
  {
    name: 'heatmapFigure',
    args: () => [
      points,
      {
        annotations: true,
        decimals: 1,
        xTitle: 'x',
        yTitle: 'y',
        columnNames: names,
        rowNames: names,
        range: [0, 6],
        diverging: true,
        texts: [
          ['a', 'b'],
          ['c', 'd'],
        ],
        outlines: [[0, 0, 1, 2]],
        title: 'Matrix',
      },
    ],
    data: ['0'],
  },
  {
    name: 'histogramFigure',
    args: () => [[1, 2, 3], { bins: 4, range: [0, 4], xTitle: 'x', title: 'Histogram' }],
    data: ['0'],
  },
  { name: 'histogramFigure', args: () => [{ red: [1, 2], green: [2, 3] }, { bins: 4 }], data: ['0'], records: ['0'] },
  {
    name: 'labelMapsFigure',
    args: () => [
      image(),
      [labelMap(), labelMap()],
      { names, titles: ['image', 'one', 'other'], columns: 2, ignore: 255, title: 'Labels' },
    ],
  },
  {
    name: 'windowFigure',
    args: () => [
      image(),
      [-2, 3, 5, 10],
      { probabilities: [0.2, 0.8], names, result: image(), titles: ['a', 'b', 'c'], title: 'Window' },
    ],
    data: ['2.probabilities'],
    says: ['imageFigure'],
  },
  {
    name: 'roiFigure',
    args: () => [
      image(),
      [
        [0.1, 0.5],
        [0.2, 0.9],
      ],
      [1, 1, 6, 7],
      { stride: 8, size: 2, method: 'align', samples: 2, title: 'Region' },
    ],
  },
  {
    name: 'textTable',
    args: () => [
      [
        ['one', 1.5],
        ['two', 2],
      ],
      { head: ['name', 'number'], decimals: 1 },
    ],
    data: ['0'],
  },
  { name: 'toHtml', args: () => [figure(), { standalone: false }], records: ['0'] },
  { name: 'toHtml', args: () => [detseg.imageFigure(image())], records: ['0'] },
  { name: 'writeHtml', args: () => [page, figure(), { standalone: false }], records: ['1'] },
  {
    name: 'imageFigure',
    args: () => [
      [image(), labelMap()],
      { titles: ['one', 'two'], columns: 2, outlines: [[[0, 0, 4, 4]]], title: 'Images' },
    ],
  },
  {
    name: 'labelFigure',
    args: () => [image(), labelMap(), { opacity: 0.5, names, background: null, ignore: 255, title: 'Labels' }],
  },
  {
    name: 'lineFigure',
    args: () => [
      [{ name: 'loss', x: [1, 2], y: [2, 1], right: true }],
      { xTitle: 'step', yTitle: 'loss', rightTitle: 'IoU', logX: false, logY: true, title: 'Loss' },
    ],
    data: ['0'],
  },
  { name: 'lineFigure', args: () => [{ loss: [2, 1] }, { xTitle: 'step' }], data: ['0'], records: ['0'] },
  {
    name: 'masksFigure',
    args: () => [
      image(),
      ndarray(new Uint8Array(2 * 256).fill(1), [2, 16, 16]),
      { labels: labels(2), scores: scores(2), names, boxes: boxes(2), opacity: 0.5, title: 'Masks' },
    ],
  },
  {
    name: 'mixtureFigure',
    args: () => [
      [{ name: 'object', colors: [[0, 0.5, 1]], mixture: mixture() }],
      { channels: ['red', 'blue'], limit: 3, title: 'Colors' },
    ],
    data: ['0.0.colors'],
    records: ['0.0', '0.0.mixture'],
  },
  { name: 'paintLabels', args: () => [labelMap(), { names, ignore: 1 }] },
  {
    name: 'pixelGraphFigure',
    args: () => [
      image(1, 2),
      { edges: [[0, 1]], weights: [2], sourceSide: [0, 1], texts: ['3', '-1'], title: 'Graph' },
    ],
  },
  {
    name: 'pointsFigure',
    args: () => [
      points,
      {
        labels: [0, 1],
        centers: points,
        path: points,
        circle: [1, 2, 3],
        range: [
          [0, 1],
          [0, 1],
        ],
        axes: ['x', 'y'],
        sameScale: false,
        names,
        trajectories: [points, points],
        basins: {
          x: [1, 2],
          y: [3, 4],
          labels: [
            [0, 1],
            [1, -1],
          ],
        },
        title: 'Points',
      },
    ],
    data: ['0', '1.centers', '1.path'],
  },
  { name: 'precisionRecallFigure', args: () => [[curve()], { interpolation: 'voc11', names, title: 'Curve' }] },
  { name: 'precisionRecallFigure', args: () => [curve()], records: ['0'] },
  {
    name: 'progressDisplay',
    args: () => [{ milliseconds: 0, stream: silent() }],
    after: (display: detseg.ProgressDisplay) => {
      display.update('half');
      display.close();
    },
  },
  { name: 'progressDisplay.update', on: () => detseg.progressDisplay({ stream: silent() }), args: () => ['half'] },
  { name: 'reportPage', args: () => [{ title: 'Report', parts }] },
  ...parts.map((part): Call => ({ name: 'report.part', on: () => report, args: () => [part], says: ['reportPage'] })),
  {
    name: 'scatter3dFigure',
    args: () => [
      [
        [1, 2, 3],
        [2, 3, 4],
      ],
      { colors: [0, 1], sizes: 4, names, axes: ['x', 'y', 'z'], title: 'Points' },
    ],
    data: ['0'],
  },
  {
    name: 'scatter3dFigure',
    args: () => [[[1, 2, 3]], { colors: [[0, 0.5, 1]], sizes: [4] }],
    data: ['0'],
  },
  {
    name: 'scoreThresholdFigure',
    args: () => [
      curve(),
      { image: image(), index: 0, detections: detections(), truth: truth(), thresholds: [0.9, 0.5], title: 'Score' },
    ],
    records: ['0'],
  },
  { name: 'setDisplay', args: () => [undefined, { drawsPlotly: false }] },
  { name: 'show', args: () => [figure()], records: ['0'] },
  { name: 'signedFigure', args: () => [numbers(4, 5), { limit: 1, name: 'cost', title: 'Costs' }] },
  { name: 'sliderFigure', args: () => [frames(), { prefix: 'k = ', start: frames()[0].name }] },
];
