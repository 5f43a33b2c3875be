import assert from 'node:assert/strict';
import ndarray from 'ndarray';
import { suite } from 'uvu';
import { readImage } from '../../src/images/image';
import { animationFigure } from '../../src/viz/animationFigure';
import { barFigure } from '../../src/viz/barFigure';
import { boxesFigure } from '../../src/viz/boxesFigure';
import type { Figure } from '../../src/viz/figure';
import { heatmapFigure } from '../../src/viz/heatmapFigure';
import { histogramFigure } from '../../src/viz/histogramFigure';
import { imageFigure } from '../../src/viz/imageFigure';
import { labelFigure } from '../../src/viz/labelFigure';
import { lineFigure } from '../../src/viz/lineFigure';
import { cssColor, palette, paletteColor } from '../../src/viz/palette';
import { scatter3dFigure } from '../../src/viz/scatter3dFigure';
import { sliderFigure } from '../../src/viz/sliderFigure';

const traces = (figure: Figure) => figure.data as any[];
const layout = (figure: Figure) => figure.layout as any;
const decoded = (trace: any, background: [number, number, number] = [1, 1, 1]) =>
  readImage(Buffer.from(trace.source.split(',')[1], 'base64'), { background });
const bytes = (values: Iterable<number>) => Array.from(values, (value) => Math.round(255 * value));

const colors = suite('palette');

const linear = (byte: number) => (byte / 255 <= 0.04045 ? byte / 255 / 12.92 : ((byte / 255 + 0.055) / 1.055) ** 2.4);
const luminance = (rgb: number[]) => {
  const [red, green, blue] = rgb.map(linear);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};
const contrast = (one: number[], other: number[]) => {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
};
// Machado, Oliveira and Fernandes 2009, table 1, severity 1.0: red-, green- and blue-blind sight of linear RGB.
const sights = {
  normal: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protan: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deutan: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritan: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
};
const oklab = ([r, g, b]: number[]) => {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
};

colors('stands out on white and on dark paper', () => {
  assert.equal(new Set(palette).size, 10);
  for (let i = 0; i < palette.length; i++) {
    assert.ok(contrast(paletteColor(i), [255, 255, 255]) >= 3, palette[i]);
    assert.ok(contrast(paletteColor(i), [17, 17, 17]) >= 3, palette[i]);
  }
});

colors('stays apart for color-blind readers', () => {
  // 0.02 is just noticeable in OKLab.
  const least = { normal: 0.15, protan: 0.09, deutan: 0.09, tritan: 0.065 };
  for (const [name, matrix] of Object.entries(sights)) {
    const seen = palette.map((_, i) => {
      const rgb = paletteColor(i).map(linear);
      return oklab(
        [0, 1, 2].map((row) =>
          Math.max(
            0,
            [0, 1, 2].reduce((sum, c) => sum + matrix[3 * row + c] * rgb[c], 0),
          ),
        ),
      );
    });
    seen.forEach((one, i) => {
      for (let j = 0; j < i; j++) {
        const distance = Math.hypot(...one.map((value, axis) => value - seen[j][axis]));
        assert.ok(
          distance > least[name as keyof typeof least],
          `${name}: ${palette[i]} and ${palette[j]}: ${distance}`,
        );
      }
    });
  }
});

colors('goes on in lighter and darker ones', () => {
  assert.equal(cssColor(0), 'rgb(10, 145, 255)');
  assert.deepEqual(paletteColor(10), [133, 200, 255]);
  assert.deepEqual(paletteColor(20), [5, 73, 128]);
  assert.equal(new Set(Array.from({ length: 30 }, (_, i) => cssColor(i))).size, 30);
});

colors.run();

const image = ndarray(
  Float32Array.from({ length: 4 * 6 * 3 }, (_, i) => (i % 7) / 6),
  [4, 6, 3],
);
const images = suite('images, labels, boxes');

images('embeds the pixels', () => {
  const figure = imageFigure(image, { title: 'one' });
  const [trace] = traces(figure);
  assert.deepEqual(decoded(trace).shape, [4, 6, 3]);
  assert.deepEqual(bytes(decoded(trace).data), bytes(image.data));
  // The image covers 0 … 6 by 0 … 4, downwards, and one pixel is square.
  assert.deepEqual([trace.x0, trace.dx, trace.y0, trace.dy, trace.zsmooth], [0.5, 1, 0.5, 1, false]);
  const { xaxis, yaxis, title } = layout(figure);
  assert.deepEqual([xaxis.range, yaxis.range, yaxis.scaleanchor, title.text], [[0, 6], [4, 0], 'x', 'one']);
});

images('lays several out in rows', () => {
  const gray = ndarray(Uint8Array.of(0, 128, 255, 7), [2, 2]);
  const figure = imageFigure([image, gray, image], { columns: 2, titles: ['a', 'b', 'c'] });
  assert.deepEqual(
    traces(figure).map(({ xaxis, yaxis }) => `${xaxis} ${yaxis}`),
    ['x y', 'x2 y2', 'x3 y3'],
  );
  assert.deepEqual(
    bytes(decoded(traces(figure)[1]).data).filter((_, i) => i % 3 === 0),
    [0, 128, 255, 7],
  );
  const { xaxis, xaxis2, xaxis3, yaxis, yaxis3, yaxis2, annotations } = layout(figure);
  assert.ok(xaxis.domain[1] < xaxis2.domain[0] && xaxis3.domain[0] === xaxis.domain[0]);
  assert.ok(yaxis3.domain[1] < yaxis.domain[0] && yaxis2.scaleanchor === 'x2');
  assert.deepEqual(
    annotations.map(({ text, xref }: any) => `${text} ${xref}`),
    ['a x domain', 'b x2 domain', 'c x3 domain'],
  );
});

images('shrinks large images and keeps their coordinates', () => {
  const data = Uint8Array.from({ length: 600 * 1200 * 3 }, (_, i) => (i * i * 31) % 251);
  const figure = imageFigure(ndarray(data, [600, 1200, 3]));
  const [trace] = traces(figure);
  assert.match(trace.source, /^data:image\/jpeg;base64,/);
  assert.deepEqual(decoded(trace).shape, [256, 512, 3]);
  assert.ok(Math.abs(trace.x0 - trace.dx / 2) < 1e-9 && Math.abs(trace.dx * 512 - 1200) < 1e-9);
  assert.deepEqual(layout(figure).xaxis.range, [0, 1200]);
});

images('overlays labels in the colors of its legend', () => {
  const labels = ndarray(
    Uint8Array.from({ length: 24 }, (_, i) => [0, 1, 2, 255][i % 4]),
    [4, 6],
  );
  const figure = labelFigure(image, labels, { names: ['ground', 'cat'], opacity: 0.5 });
  const [under, over, ...legend] = traces(figure);
  assert.deepEqual(bytes(decoded(under).data), bytes(image.data));
  // On a black background the color and whether it is there at all are what remains.
  const pixels = bytes(decoded(over, [0, 0, 0]).data);
  assert.deepEqual(pixels.slice(0, 12), [0, 0, 0, ...paletteColor(1), ...paletteColor(2), 128, 128, 128]);
  assert.deepEqual(bytes(decoded(over).data).slice(0, 3), [255, 255, 255]);
  assert.equal(over.opacity, 0.5);
  assert.deepEqual(
    legend.map(({ name }) => name),
    ['cat', 'label 2', 'ignored'],
  );
  assert.deepEqual(
    legend.map(({ marker }) => marker.color),
    [cssColor(1), cssColor(2), 'rgb(128,128,128)'],
  );
  assert.deepEqual(over.text[0].slice(0, 4), ['ground', 'cat', 'label 2', 'ignored']);
  assert.deepEqual(
    layout(figure).updatemenus[0].buttons.map(({ label }: any) => label),
    ['both', 'image', 'labels'],
  );
  const clusters = labelFigure(image, labels, { background: null, ignore: null });
  assert.deepEqual(bytes(decoded(traces(clusters)[1]).data).slice(0, 3), paletteColor(0));
  assert.equal(traces(clusters).length, 6);
});

images('draws boxes by class', () => {
  const boxes = ndarray(Float32Array.of(1, 0, 3, 2, 0, 1, 6, 4, 2, 2, 5.5, 3), [3, 4]);
  const figure = boxesFigure(image, boxes, { labels: [1, 0, 1], scores: [0.912, 0.5, 0.25], names: ['cat', 'dog'] });
  const [, cat, dog] = traces(figure);
  assert.deepEqual([cat.name, dog.name, cat.line.color, dog.line.color], ['cat', 'dog', cssColor(0), cssColor(1)]);
  assert.deepEqual(dog.x, [1, 3, 3, 1, 1, null, 2, 5.5, 5.5, 2, 2, null]);
  assert.deepEqual(dog.y, [0, 0, 2, 2, 0, null, 2, 2, 3, 3, 2, null]);
  assert.deepEqual(dog.text.filter(Boolean), ['dog 0.91', 'dog 0.25']);
  const wide = layout(boxesFigure(image, boxes, { margin: 3 }));
  const [high, broad] = image.shape;
  assert.deepEqual(
    [wide.xaxis.range, wide.yaxis.range],
    [
      [-3, broad + 3],
      [high + 3, -3],
    ],
  );
  assert.equal(wide.shapes.length, 1);
  assert.throws(() => boxesFigure(image, boxes, { margin: -1 }), /margin/);
  const colored = traces(boxesFigure(image, boxes, { labels: [1, 0, 1], colors: ['#ffd400'] }));
  assert.equal(colored[1].line.color, '#ffd400');
  assert.match(colored[2].line.color, /^rgb/);
  const plain = boxesFigure(image, boxes, { labels: [1, 0, 1], names: ['cat', 'dog'], captions: false });
  assert.deepEqual([traces(figure)[1].mode, traces(plain)[1].mode], ['lines+text', 'lines']);
  assert.deepEqual(
    traces(plain)[1].hovertext,
    traces(boxesFigure(image, boxes, { labels: [1, 0, 1], names: ['cat', 'dog'] }))[1].hovertext,
  );
  assert.equal(traces(boxesFigure(image, ndarray(new Float32Array(0), [0, 4]))).length, 1);
  assert.equal(traces(boxesFigure(image, [])).length, 1);
});

images('draws points and lines over boxes, by name', () => {
  const points = {
    background: [],
    found: [
      [1, 2],
      [3, 4],
    ],
  };
  const lines = { distances: [[0, 1, 2, 3]] };
  const figure = boxesFigure(image, [[1, 0, 3, 2]], { points, lines, captions: false });
  const [, box, distances, background, found] = traces(figure);
  assert.equal(box.mode, 'lines');
  assert.deepEqual([distances.name, distances.x, distances.y], ['distances', [0, 2, null], [1, 3, null]]);
  assert.deepEqual([background.x, found.x, found.y], [[], [1, 3], [2, 4]]);
  assert.ok(found.marker.color !== box.line.color && found.marker.color !== background.marker.color);
  const draw = (options: object) => () => boxesFigure(image, [], options);
  assert.throws(draw({ points: { a: [[1, 2, 3]] } }), /expected points \[P, 2\] of a, got \[1, 3\]$/);
  assert.throws(
    draw({ lines: { a: [[1, 2, Number.NaN, 4]] } }),
    /expected finite lines \[S, 4\] of a, got \[1, 2, NaN, 4\] at 0$/,
  );
  assert.throws(draw({ points: [[1, 2]] }), /^Error: boxesFigure: expected points/);
});

images('names what is wrong', () => {
  assert.throws(
    () => imageFigure(ndarray(new Float32Array(8), [2, 2, 2])),
    /^Error: imageFigure: expected an image .* got \[2, 2, 2\]$/,
  );
  assert.throws(() => imageFigure([]), /^Error: imageFigure: expected at least one image, got none$/);
  assert.throws(() => imageFigure([image], { titles: [] }), /^Error: imageFigure: expected 1 titles, got 0$/);
  assert.throws(() => imageFigure(image, { columns: 0 }), /columns to be a whole number ≥ 1, got 0$/);
  const small = ndarray(new Uint8Array(4), [2, 2]);
  assert.throws(() => labelFigure(image, small), /^Error: labelFigure: expected labels \[4, 6\], got \[2, 2\]$/);
  assert.throws(() => labelFigure(image, image), /^Error: labelFigure: expected labels \[H, W\], got \[4, 6, 3\]$/);
  assert.throws(() => labelFigure(small, small, { opacity: 2 }), /opacity from 0 to 1, got 2$/);
  assert.throws(() => boxesFigure(image, [[1, 2, 3]]), /^Error: boxesFigure: expected boxes \[G, 4\], got \[1, 3\]$/);
  assert.throws(() => boxesFigure(image, [[1, 2, 3, Number.NaN]]), /expected finite boxes, got \[1, 2, 3, NaN\] at 0$/);
  assert.throws(() => boxesFigure(image, [[1, 2, 3, 4]], { labels: [] }), /expected 1 labels, got 0$/);
  assert.throws(() => boxesFigure(image, [[1, 2, 3, 4]], { labels: [-1] }), /expected whole labels from 0, got -1$/);
});

images.run();

const charts = suite('points, histograms, curves, matrices');

charts('colors points by value or by group', () => {
  const points = [
    [0, 0, 0],
    [1, 0.5, 0.25],
    [0.1, 0.2, 1 / 3],
  ];
  const [own] = traces(scatter3dFigure(points, { colors: points, sizes: [1, 2, 3] }));
  assert.deepEqual(
    [own.x, own.y, own.z],
    [
      [0, 1, 0.1],
      [0, 0.5, 0.2],
      [0, 0.25, 0.333333],
    ],
  );
  assert.deepEqual(own.marker.color, ['rgb(0, 0, 0)', 'rgb(255, 128, 64)', 'rgb(26, 51, 85)']);
  assert.deepEqual(own.marker.size, [1, 2, 3]);
  const groups = traces(scatter3dFigure(points, { colors: [2, 0, 2], names: ['first'] }));
  assert.deepEqual(
    groups.map(({ name, x }) => [name, x]),
    [
      ['first', [1]],
      ['group 2', [0, 0.1]],
    ],
  );
  assert.deepEqual(
    groups.map(({ marker }) => marker.color),
    [cssColor(0), cssColor(2)],
  );
  assert.throws(() => scatter3dFigure([[1, 2]]), /^Error: scatter3dFigure: expected points \[N, 3\], got \[1, 2\]$/);
  assert.throws(() => scatter3dFigure(points, { colors: [0, 1] }), /expected 3 colors, got 2$/);
  assert.throws(() => scatter3dFigure(points, { sizes: [1] }), /expected 3 sizes, got 1$/);
  assert.throws(() => scatter3dFigure(points, { colors: [0, 1, 0.5] }), /expected whole colors from 0, got 0.5$/);
});

charts('counts every value once, the greatest in the last bin', () => {
  const [counts] = traces(histogramFigure([0, 0.1, 0.25, 0.5, 0.99, 1, Number.NaN], { bins: 4 }));
  assert.deepEqual(
    [counts.x, counts.y],
    [
      [0.125, 0.375, 0.625, 0.875],
      [2, 1, 1, 2],
    ],
  );
  const two = traces(histogramFigure({ red: image.pick(null, null, 0), blue: [0.5] }, { bins: 2, range: [0, 1] }));
  assert.deepEqual(
    two.map(({ name, y }) => [name, y[0] + y[1]]),
    [
      ['red', 24],
      ['blue', 1],
    ],
  );
  assert.deepEqual(traces(histogramFigure([3, 3], { bins: 1 }))[0].y, [2]);
  assert.throws(() => histogramFigure([]), /^Error: histogramFigure: expected at least one finite number, got none$/);
  assert.throws(() => histogramFigure([1], { bins: 0 }), /bins to be a whole number from 1 to 100000, got 0$/);
  assert.throws(() => histogramFigure([1], { range: [2, 2] }), /expected range \[low, high\], got \[2, 2\]$/);
  assert.throws(() => histogramFigure(['a'] as never), /expected numbers, got "a" at 0$/);
});

charts('draws curves with gaps where there is no number', () => {
  const figure = lineFigure(
    { train: [1, Number.NaN, 0, -1], test: Float32Array.of(2) },
    { logY: true, yTitle: 'loss' },
  );
  const [train, test] = traces(figure);
  assert.deepEqual([train.x, train.y, test.y], [[0, 1, 2, 3], [1, null, null, null], [2]]);
  assert.deepEqual([layout(figure).yaxis.type, layout(figure).yaxis.title.text], ['log', 'loss']);
  assert.ok(train.line.color !== test.line.color && train.line.dash !== test.line.dash);
  assert.deepEqual(traces(lineFigure([{ name: 'a', x: [5, 9], y: [1, 2] }]))[0].x, [5, 9]);
  const logarithmic = lineFigure([{ name: 'a', x: [0, 1, 100], y: [1, 2, 3] }], { logX: true });
  assert.equal(layout(logarithmic).xaxis.type, 'log');
  assert.deepEqual(traces(logarithmic)[0].x, [null, 1, 100]);
  const both = lineFigure([
    { name: 'loss', y: [2, 1] },
    { name: 'IoU', y: [0, 0.5], right: true },
  ]);
  assert.deepEqual(
    traces(both).map(({ yaxis }) => yaxis),
    [undefined, 'y2'],
  );
  assert.equal(layout(both).yaxis2.side, 'right');
  assert.equal(layout(figure).yaxis2, undefined);
  assert.throws(
    () => lineFigure([{ name: 'a', x: [5], y: [1, 2] }]),
    /^Error: lineFigure: expected 2 numbers in x of a, got 1$/,
  );
  assert.throws(() => lineFigure({}), /^Error: lineFigure: expected at least one series, got none$/);
  assert.throws(() => lineFigure({ a: 3 as never }), /^Error: lineFigure: expected numbers in a, got 3$/);
});

charts('draws bars and what they are made of', () => {
  const figure = barFigure(['slow', 'fast'], { search: [30, 1], network: Float32Array.of(60, 5) }, { xTitle: 'ms' });
  assert.deepEqual(
    traces(figure).map(({ name, x, y, orientation }) => [name, x, y, orientation]),
    [
      ['search', [30, 1], ['slow', 'fast'], 'h'],
      ['network', [60, 5], ['slow', 'fast'], 'h'],
    ],
  );
  // From above in the order of the names, parts from the left in theirs.
  const { barmode, yaxis, xaxis, showlegend } = layout(figure);
  assert.deepEqual([barmode, yaxis.autorange, xaxis.title.text, showlegend], ['stack', 'reversed', 'ms', true]);
  const apart = barFigure(['one'], { a: [0], b: [10] }, { stacked: false, logX: true });
  assert.deepEqual([layout(apart).barmode, layout(apart).xaxis.type], ['group', 'log']);
  assert.deepEqual(traces(apart)[0].x, [null]);
  assert.throws(() => barFigure([], { a: [] }), /^Error: barFigure: expected at least one bar, got none$/);
  assert.throws(() => barFigure(['a'], {}), /^Error: barFigure: expected at least one part, got none$/);
  assert.throws(() => barFigure(['a'], { b: [1, 2] }), /^Error: barFigure: expected 1 numbers in b, got 2$/);
  assert.throws(
    () => barFigure(['a'], { b: [Number.NaN] }),
    /^Error: barFigure: expected finite numbers in b, got NaN$/,
  );
  assert.throws(
    () => barFigure(['a'], { b: [1] }, { logX: true }),
    /^Error: barFigure: expected stacked false on a logarithmic axis, got true$/,
  );
});

charts('shows the numbers of small matrices', () => {
  const figure = heatmapFigure([
    [1, 0.126],
    [Number.NaN, -2],
  ]);
  const [trace] = traces(figure);
  assert.deepEqual(
    [trace.z, trace.text],
    [
      [
        [1, 0.126],
        [null, -2],
      ],
      [
        ['1', '0.13'],
        ['', '-2'],
      ],
    ],
  );
  assert.equal(layout(figure).yaxis.autorange, 'reversed');
  assert.equal(traces(heatmapFigure(ndarray(new Float32Array(441), [21, 21])))[0].text, undefined);
  const transposed = ndarray(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]).transpose(1, 0);
  assert.deepEqual(traces(heatmapFigure(transposed))[0].z, [
    [1, 4],
    [2, 5],
    [3, 6],
  ]);
  const marked = heatmapFigure([[1, 2]], {
    range: [-1, 1],
    diverging: true,
    texts: [['a', 'b<c']],
    outlines: [[0, 1, 1, 1]],
  });
  const [{ zmin, zmax, text, colorscale }] = traces(marked);
  assert.deepEqual([zmin, zmax, text, colorscale], [-1, 1, [['a', 'b&lt;c']], 'RdBu']);
  const [{ x0, x1, y0, y1 }] = layout(marked).shapes;
  assert.deepEqual([x0, x1, y0, y1], [0.5, 1.5, -0.5, 0.5]);
  assert.throws(() => heatmapFigure([[1]], { range: [1, 1] }), /expected range \[least, most\] with least < most/);
  assert.throws(() => heatmapFigure([[1]], { texts: [['a', 'b']] }), /expected texts, 1 rows of 1/);
  assert.throws(() => heatmapFigure([]), /^Error: heatmapFigure: expected at least one cell, got none$/);
  assert.throws(
    () => heatmapFigure([[1, 2], [3]]),
    /^Error: heatmapFigure: expected a matrix \[R, C\]; expected a row of 2 at \[1\], got 1$/,
  );
  assert.throws(() => heatmapFigure(image as never), /got \[4, 6, 3\]$/);
  assert.throws(() => heatmapFigure([[1]], { rowNames: [] }), /expected 1 rowNames, got 0$/);
});

charts.run();

const sequences = suite('sliders and animations');
const steps = [0, 1, 2].map((k) => ({
  name: `k${k}`,
  figure: boxesFigure(image, [[k, 0, k + 1, 2]], { title: `box ${k}` }),
}));

sequences('has one step a figure and keeps the shared image once', () => {
  const figure = sliderFigure(steps, { prefix: 'k = ' });
  assert.deepEqual(
    traces(figure).map(({ type, visible }) => [type, visible]),
    [
      ['image', true],
      ['scatter', true],
      ['scatter', false],
      ['scatter', false],
    ],
  );
  const [slider] = layout(figure).sliders;
  assert.deepEqual(
    slider.steps.map(({ label, method, args }: any) => [label, method, args]),
    [
      ['k0', 'update', [{ visible: [true, true, false, false] }, { 'title.text': 'box 0' }]],
      ['k1', 'update', [{ visible: [true, false, true, false] }, { 'title.text': 'box 1' }]],
      ['k2', 'update', [{ visible: [true, false, false, true] }, { 'title.text': 'box 2' }]],
    ],
  );
  assert.equal(slider.currentvalue.prefix, 'k = ');
  assert.ok(layout(figure).height > layout(steps[0].figure).height);
});

sequences('opens at the step that is asked for', () => {
  const figure = sliderFigure(steps, { start: 'k2' });
  assert.equal(layout(figure).sliders[0].active, 2);
  assert.equal(layout(figure).title.text, 'box 2');
  assert.deepEqual(
    traces(figure).map(({ visible }) => visible),
    [true, false, false, true],
  );
  assert.throws(() => sliderFigure(steps, { start: '2' }), /expected start to be one of k0, k1, k2, got "2"$/);
});

sequences('keeps the order of traces where sharing would change it', () => {
  const trace = (name: string) => ({ type: 'scatter', name, x: [1], y: [1] });
  const of = (...names: string[]) => ({ data: names.map(trace), layout: {} }) as Figure;
  const figure = sliderFigure([
    { name: 'one', figure: of('a', 'b') },
    { name: 'two', figure: of('b', 'a') },
  ]);
  assert.deepEqual(
    traces(figure).map(({ name }) => name),
    ['a', 'b', 'a'],
  );
  assert.deepEqual(layout(figure).sliders[0].steps[1].args[0].visible, [false, true, true]);
});

sequences('leaves out the buttons of single figures', () => {
  const labels = ndarray(new Uint8Array(24).fill(1), [4, 6]);
  const figure = sliderFigure([{ name: 'a', figure: labelFigure(image, labels) }]);
  assert.equal(layout(figure).updatemenus, undefined);
});

sequences('animates by frames of visibility', () => {
  const figure = animationFigure(steps, { milliseconds: 250 });
  assert.deepEqual(
    figure.frames!.map(({ name }) => name),
    ['k0', 'k1', 'k2'],
  );
  assert.deepEqual(
    (figure.frames![2] as any).data.map(({ visible }: any) => visible),
    [true, false, false, true],
  );
  assert.deepEqual((figure.frames![2] as any).layout, { title: { text: 'box 2' } });
  const [play, pause] = layout(figure).updatemenus[0].buttons;
  assert.deepEqual([play.args[0], play.args[1].frame.duration, pause.args[0]], [null, 250, [null]]);
  assert.deepEqual(
    layout(figure).sliders[0].steps.map(({ args }: any) => args[0][0]),
    ['k0', 'k1', 'k2'],
  );
});

sequences('a frame of an animation with fewer shapes covers those of the one before', () => {
  const framed = [[], [[0, 0, 1, 1]]].map((outlines, i) => ({
    name: String(i),
    figure: heatmapFigure([[1, 2]], { outlines: outlines as never }),
  }));
  const counts = animationFigure(framed).frames!.map(({ layout: one }: any) =>
    one.shapes.map(({ line }: any) => line.width),
  );
  assert.deepEqual(counts, [[0], [4]]);
});

sequences('names what is wrong', () => {
  assert.throws(() => sliderFigure([]), /^Error: sliderFigure: expected at least one frame, got none$/);
  assert.throws(() => sliderFigure([steps[0], steps[0]]), /expected names that differ, got "k0" twice$/);
  assert.throws(() => animationFigure(steps, { milliseconds: 0 }), /^Error: animationFigure: .* a number > 0, got 0$/);
  assert.throws(
    () => sliderFigure([{ name: 'a' } as never]),
    /expected a figure \{ data, layout \}, got undefined at 0$/,
  );
  const space = { name: 'space', figure: scatter3dFigure([[1, 2, 3]]) };
  assert.throws(
    () => sliderFigure([steps[0], space]),
    /expected figures with the axes xaxis, yaxis, got scene in "space"$/,
  );
});

sequences.run();
