import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readImage } from '../../src/images/image';
import { windowFigure } from '../../src/viz/windowFigure';
import { assertThrows } from '../support/assertThrows';

const test = suite('windowFigure');

const image = ndarray(
  Float32Array.from({ length: 4 * 6 }, (_, i) => (i % 2 === 0 ? 0 : 1)),
  [4, 6],
);
const decoded = ({ source }: any) => readImage(Buffer.from(source.split(',')[1], 'base64'));
const reds = (pixels: any) => [...Array(pixels.shape[1]).keys()].map((x) => pixels.get(0, x, 0));

test('the window is outlined, and its patch is gray beyond the image', () => {
  const figure: any = windowFigure(image, [-1, 1, 2, 3]);
  const [{ x0, x1, y0, y1, xref }] = figure.layout.shapes;
  assert.equal([x0, y0, x1, y1, xref], [-1, 1, 2, 3, 'x']);
  const patch = decoded(figure.data[1]);
  assert.equal(patch.shape.slice(0, 2), [2, 3]);
  assert.equal(
    reds(patch).map((value: number) => Math.round(255 * value)),
    [128, 0, 255],
  );
});

test('probabilities become bars below the images, one a class', () => {
  const figure: any = windowFigure(image, [0, 0, 2, 2], { probabilities: [0.25, 0.75], names: ['cat', 'dog'] });
  const bars = figure.data.at(-1);
  assert.equal([bars.x, bars.y, bars.xaxis], [[0.25, 0.75], ['cat', 'dog'], 'x3']);
  assert.ok(figure.layout.yaxis.domain[0] > figure.layout.yaxis3.domain[1]);
  assert.is(windowFigure(image, [0, 0, 2, 2], { result: image }).data.length, 3);
});

test('throws', () => {
  assertThrows(
    () => windowFigure(image, [0, 0, 0, 2]),
    'windowFigure: expected a window with x1 < x2 and y1 < y2, got [0, 0, 0, 2]',
  );
  assertThrows(
    () => windowFigure(image, [0, 0, 1, 1], { probabilities: [1], names: [] }),
    'windowFigure: expected 1 names, got 0',
  );
});

test.run();
