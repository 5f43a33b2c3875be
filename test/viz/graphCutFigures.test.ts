import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type ColorMixture, cutoutFigure, mixtureFigure, pixelGraphFigure, signedFigure } from '../../src/index';
import { assertThrows } from '../support/assertThrows';

const test = suite('figures of graph cuts');

test('cutoutFigure: two images, the outline, strokes as wide as their brush, the rectangle and the path', () => {
  const image = ndarray(new Float32Array(6 * 7 * 3).fill(0.5), [6, 7, 3]);
  const mask = ndarray(new Uint8Array(42), [6, 7]);
  mask.set(2, 3, 1);
  const figure: any = cutoutFigure(image, mask, {
    rectangle: [1, 1, 5, 4],
    strokes: [
      {
        label: 'foreground',
        points: [
          [3, 2],
          [4, 2],
        ],
        radius: 0.1,
      },
      { label: 'background', points: [[0, 0]] },
    ],
    path: [
      [0, 0],
      [1, 1],
    ],
    titles: ['a', 'b'],
  });
  const [left, right, , outline, , rectangle, , path, front, back] = figure.data;
  assert.equal([left.type, right.type, right.xaxis], ['image', 'image', 'x2']);
  assert.equal(outline.x.slice(0, 5), [3, 4, 4, 3, 3]);
  assert.equal([front.mode, front.line.width, back.mode, back.marker.size], ['lines', 10, 'markers', 300]);
  assert.not.equal(front.line.color, back.line.color);
  assert.equal(rectangle.x, [1, 5, 5, 1, 1]);
  assert.equal(
    [path.x, path.y],
    [
      [0, 1],
      [0, 1],
    ],
  );
  assert.equal(
    figure.layout.annotations.map(({ text }: any) => text),
    ['a', 'b'],
  );
  assertThrows(
    () => cutoutFigure(image, ndarray(new Uint8Array(4), [2, 2])),
    'cutoutFigure: expected a mask [6, 7], got [2, 2]',
  );
  assertThrows(
    () => cutoutFigure(image, mask, { rectangle: [1, 2] }),
    'cutoutFigure: expected a rectangle [x1, y1, x2, y2], got [1, 2]',
  );
});

test('mixtureFigure: ellipses of two standard deviations, none of a component without weight', () => {
  const mixture: ColorMixture = {
    weights: ndarray(Float64Array.of(1, 0), [2]),
    means: ndarray(Float64Array.of(0.5, 0.1, 0.4, 0, 0, 0), [2, 3]),
    covariances: ndarray(
      Float64Array.of(0.04, 0, 0.01, 0, 0.5, 0, 0.01, 0, 0.01, 1, 0, 0, 0, 1, 0, 0, 0, 1),
      [2, 3, 3],
    ),
  };
  const figure: any = mixtureFigure(
    [
      {
        name: 'a',
        colors: [
          [1, 0.5, 0],
          [0, 0, 0],
          [1, 1, 1],
        ],
        mixture,
      },
    ],
    { limit: 2 },
  );
  assert.is(figure.data.length, 3);
  const [dots, , line] = figure.data;
  assert.equal([dots.x, dots.y, dots.marker.color[0]], [[1, 0], [0, 0], 'rgb(255,128,0)']);
  // Every point of the line is two standard deviations from the mean in the plane of red and blue.
  const [xx, xy, yy] = [0.04, 0.01, 0.01];
  for (const [i, x] of line.x.entries()) {
    const [dx, dy] = [x - 0.5, line.y[i] - 0.4];
    const square = (yy * dx * dx - 2 * xy * dx * dy + xx * dy * dy) / (xx * yy - xy * xy);
    assert.ok(Math.abs(Math.sqrt(square) - 2) < 1e-3);
  }
  assertThrows(() => mixtureFigure([]), 'mixtureFigure: expected groups { name, colors, mixture }, got []');
  assertThrows(
    () => mixtureFigure([{ name: 'a' }], { channels: ['red', 'red'] }),
    'mixtureFigure: expected two different channels, got ["red", "red"]',
  );
});

test('pixelGraphFigure: thick where it is expensive, dotted where it is cut', () => {
  const image = ndarray(Float32Array.of(0, 1, 0.5), [1, 3]);
  const figure: any = pixelGraphFigure(image, {
    edges: [
      [0, 1],
      [1, 2],
    ],
    weights: [4, 2],
    sourceSide: [1, 0, 0],
    texts: ['a', 'b', 'c'],
  });
  const [one, two, nodes] = figure.data;
  assert.equal([one.line.dash, two.line.dash], ['dot', 'solid']);
  assert.ok(one.line.width > two.line.width);
  assert.equal(
    [nodes.x, nodes.y, nodes.text],
    [
      [0.5, 1.5, 2.5],
      [0.5, 0.5, 0.5],
      ['a', 'b', 'c'],
    ],
  );
  assert.equal(nodes.marker.color, ['rgb(0, 0, 0)', 'rgb(255, 255, 255)', 'rgb(128, 128, 128)']);
  assertThrows(
    () => pixelGraphFigure(image, { edges: [[0, 3]], weights: [1] }),
    'pixelGraphFigure: expected pixels from 0 to 2, got 3 in edge 0',
  );
});

test('signedFigure: a scale that is even on both sides', () => {
  const figure: any = signedFigure(ndarray(Float32Array.of(-2, 0, 4), [1, 3]), { name: 'cost' });
  const { cmin, cmax, colorbar } = figure.data[1].marker;
  assert.equal([cmin, cmax, colorbar.title.text], [-4, 4, 'cost']);
  assert.match(figure.data[0].source, /^data:image\/png/);
  assert.ok(signedFigure(ndarray(new Float32Array(4), [2, 2])).data.length === 2);
  assertThrows(
    () => signedFigure(ndarray(Float32Array.of(1, Number.NaN), [1, 2])),
    'signedFigure: expected finite numbers, got NaN',
  );
});

test.run();
