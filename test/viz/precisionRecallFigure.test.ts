import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Figure, precisionRecall, precisionRecallFigure, scoreThresholdFigure } from '../../src/index';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';
import { detectionsOf, truthOf } from '../support/detections';

const traces = (figure: Figure) => figure.data as any[];
const layout = (figure: Figure) => figure.layout as any;

// Class 0: right at 0.9, wrong at 0.6, right at 0.3 in the other image. One detection of class 1.
const truths = [
  truthOf(
    [
      [0, 0, 10, 10],
      [20, 0, 30, 10],
    ],
    { labels: [0, 1] },
  ),
  truthOf([[0, 0, 10, 10]]),
];
const detections = [
  detectionsOf(
    [
      [12, 0, 18, 10],
      [0, 0, 10, 10],
      [20, 0, 30, 10],
    ],
    [0.6, 0.9, 0.8],
    [0, 0, 1],
  ),
  detectionsOf([[0, 0, 10, 9]], [0.3]),
];
const curve = precisionRecall(detections, truths, { label: 0 });
const image = ndarray(
  Float32Array.from({ length: 12 * 32 * 3 }, (_, i) => (i % 5) / 4),
  [12, 32, 3],
);

const curves = suite('precisionRecallFigure');

curves('draws the points, the interpolated area and the average precision', () => {
  const [area, points] = traces(precisionRecallFigure(curve, { names: ['dog'], title: 'PR' }));
  assert.equal(
    [points.x, points.y],
    [
      [0.5, 0.5, 1],
      [1, 0.5, 0.666667],
    ],
  );
  assert.is(points.name, 'dog, AP 0.833');
  assert.equal(
    [area.x, area.y],
    [
      [0, 0.5, 0.5, 0.5, 0.5, 1],
      [1, 1, 0.666667, 0.666667, 0.666667, 0.666667],
    ],
  );
  assert.is(area.fill, 'tozeroy');
  assert.match(points.text[1], 'score 0.60, wrong');
});

curves('draws the sampled recalls as bars', () => {
  const figure = precisionRecallFigure([curve], { interpolation: 'voc11' });
  const [bars, points] = traces(figure);
  assert.is(bars.type, 'bar');
  assert.is(bars.x.length, 11);
  assertAllClose(bars.y, [1, 1, 1, 1, 1, 1, ...Array(5).fill(2 / 3)], { absolute: 1e-5 });
  assert.is(points.name, `class 0, AP ${((6 + 10 / 3) / 11).toFixed(3)}`);
  assert.is(traces(precisionRecallFigure(curve, { interpolation: 'coco101' }))[0].x.length, 101);
});

curves('draws several curves without areas', () => {
  const other = precisionRecall(detections, truths, { label: 1 });
  const lines = traces(precisionRecallFigure([curve, other], { names: ['dog', 'ball'] }));
  assert.equal(
    lines.map(({ name }) => name),
    ['dog, AP 0.833', 'ball, AP 1.000'],
  );
  assert.ok(lines.every(({ fill, type }) => fill === undefined && type === 'scatter'));
  assert.is.not(lines[0].line.color, lines[1].line.color);
});

curves('classes without truth or detections', () => {
  const [, none] = traces(precisionRecallFigure(precisionRecall(detections, truths, { label: 7 })));
  assert.equal([none.x, none.name], [[], 'class 7, AP –']);
  const invented = precisionRecall(detections, [truthOf([]), truthOf([])], { label: 0 });
  assert.equal(traces(precisionRecallFigure(invented))[1].x, [null, null, null]);
});

curves('throws', () => {
  assertThrows(() => precisionRecallFigure([]), 'precisionRecallFigure: expected at least one curve, got none');
});

curves.run();

const slider = suite('scoreThresholdFigure');

/** What a step of the slider shows. */
function step(figure: Figure, name: string) {
  const { label: _, args } = layout(figure).sliders[0].steps.find(({ label }: any) => label === name);
  const shown = traces(figure).filter((_trace, i) => args[0].visible[i]);
  const boxes = shown.filter(({ legendgroup, text }) => legendgroup && text);
  const [point] = shown.filter(({ mode }) => mode === 'markers');
  return { title: args[1]['title.text'], boxes: boxes.map(({ legendgroup, text }) => `${text} ${legendgroup}`), point };
}

slider('the boxes of the image and the point of all images follow the threshold', () => {
  const figure = scoreThresholdFigure(curve, { image, detections: detections[0], truth: truths[0] });
  const high = step(figure, '0.95');
  assert.equal([high.boxes, high.point, high.title], [[], undefined, 'precision 0/0, recall 0/2 = 0.00']);
  // In float32 0.9 is a little less than 0.9, and still reaches it.
  assert.equal(step(figure, '0.90').boxes, ['0.90 right']);
  const middle = step(figure, '0.65');
  assert.equal([middle.boxes, middle.point.x, middle.point.y], [['0.90 right'], [0.5], [1]]);
  const low = step(figure, '0.30');
  assert.equal(low.boxes, ['0.90 right', '0.60 wrong']);
  // The detection of 0.3 is in the other image.
  assert.equal([low.point.x, low.point.y], [[1], [0.666667]]);
  assert.is(low.title, 'precision 2/3 = 0.67, recall 2/2 = 1.00');
  const truth = traces(figure).find(({ name }) => name === 'truth');
  assert.equal(truth.x, [0, 10, 10, 0, 0, null]);
});

slider('another image, a title, thresholds of one’s own', () => {
  const options = {
    image,
    index: 1,
    detections: detections[1],
    truth: truths[1],
    thresholds: [0.5, 0.2],
    title: 'dogs',
  };
  const figure = scoreThresholdFigure(curve, options);
  assert.equal(
    layout(figure).sliders[0].steps.map(({ label }: any) => label),
    ['0.50', '0.20'],
  );
  assert.equal(step(figure, '0.20').boxes, ['0.30 right']);
  assert.is(step(figure, '0.50').title, 'dogs<br>precision 1/2 = 0.50, recall 1/2 = 0.50');
});

slider('detections of difficult truths are ignored', () => {
  const hard = [{ ...truths[0], difficult: ndarray(Uint8Array.of(1, 0), [2]) }, truths[1]];
  const figure = scoreThresholdFigure(precisionRecall(detections, hard, { label: 0 }), {
    image,
    detections: detections[0],
    truth: hard[0],
  });
  assert.equal(step(figure, '0.05').boxes, ['0.90 ignored', '0.60 wrong']);
});

slider('throws', () => {
  const options = { image, detections: detections[0], truth: truths[0] };
  assertThrows(
    () => scoreThresholdFigure(curve, { ...options, thresholds: [] }),
    'scoreThresholdFigure: expected at least one threshold, got none',
  );
  assertThrows(
    () => scoreThresholdFigure(curve, { ...options, index: 1 }),
    'scoreThresholdFigure: expected the detections of image 1 of the curve, got others',
  );
});

slider.run();
