import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import * as detseg from '../../src/index';
import { titleOf } from '../../src/viz/html';
import { plainText, undrawn } from '../../src/viz/plainText';

const test = suite('plainText');

const evil = '<a href="https://evil.example/">click</a> <b>bold</b> &amp; %{x}';
const image = ndarray(new Float32Array(4 * 4 * 3), [4, 4, 3]);
const boxes = ndarray(new Float32Array([0, 0, 2, 2]), [1, 4]);
const labels = ndarray(new Int32Array([0]), [1]);
const box = { boxes, labels };
const detections = { ...box, scores: ndarray(new Float32Array([0.9]), [1]) };
const curve = detseg.precisionRecall([detections], [box], { label: 0 });

/** Each figure with a text from outside wherever it takes one. */
const figures: Record<string, () => detseg.Figure> = {
  animationFigure: () =>
    detseg.animationFigure(
      [evil, 'b'].map((name) => ({ name, figure: detseg.imageFigure(image, { title: evil }) })),
      { prefix: evil },
    ),
  barFigure: () => detseg.barFigure([evil], { [evil]: [1] }, { title: evil, xTitle: evil }),
  boxesFigure: () => detseg.boxesFigure(image, boxes, { labels, names: [evil], title: evil, scores: [0.5] }),
  confusionFigure: () => detseg.confusionFigure(ndarray(new Float64Array([1]), [1, 1]), { names: [evil], title: evil }),
  cutoutFigure: () =>
    detseg.cutoutFigure(image, ndarray(new Uint8Array(16).fill(1), [4, 4]), { titles: [evil, evil], title: evil }),
  mixtureFigure: () => detseg.mixtureFigure([{ name: evil, colors: [[0, 0.5, 1]] }] as never, { title: evil }),
  pixelGraphFigure: () =>
    detseg.pixelGraphFigure(ndarray(new Float32Array(6), [1, 2, 3]), {
      edges: [[0, 1]],
      weights: [2],
      texts: [evil, evil],
      title: evil,
    }),
  signedFigure: () => detseg.signedFigure(ndarray(new Float32Array(16), [4, 4]), { name: evil, title: evil }),
  gridFigure: () => {
    const grid = detseg.yoloGrid({ cells: 2, image: { height: 4, width: 4 }, anchors: [[2, 2]], classes: 1 });
    return detseg.gridFigure(image, grid, grid.encode(boxes, labels), { names: [evil], title: evil });
  },
  heatmapFigure: () =>
    detseg.heatmapFigure([[1]], { columnNames: [evil], rowNames: [evil], xTitle: evil, yTitle: evil, title: evil }),
  histogramFigure: () => detseg.histogramFigure({ [evil]: [1, 2] }, { xTitle: evil, title: evil }),
  imageFigure: () => detseg.imageFigure([image], { titles: [evil], title: evil }),
  labelFigure: () =>
    detseg.labelFigure(image, ndarray(new Uint8Array(16).fill(1), [4, 4]), { names: ['', evil], title: evil }),
  labelMapsFigure: () =>
    detseg.labelMapsFigure(image, ndarray(new Uint8Array(16).fill(1), [4, 4]), {
      names: [evil],
      titles: [evil, evil],
      title: evil,
    }),
  lineFigure: () => detseg.lineFigure({ [evil]: [1, 2] }, { xTitle: evil, yTitle: evil, title: evil }),
  lossFigure: () => detseg.lossFigure({ losses: { [evil]: [1, 2] }, evaluations: [], seconds: 1 } as never),
  masksFigure: () =>
    detseg.masksFigure(image, ndarray(new Uint8Array(16).fill(1), [1, 4, 4]), {
      labels,
      names: [evil],
      title: evil,
      boxes,
    } as never),
  pointsFigure: () => detseg.pointsFigure([[1, 2]], { axes: [evil, evil], title: evil }),
  precisionRecallFigure: () => detseg.precisionRecallFigure(curve, { names: [evil], title: evil }),
  roiFigure: () => detseg.roiFigure(image, [[1]], [0, 0, 2, 2], { stride: 2, size: 1, title: evil }),
  scatter3dFigure: () =>
    detseg.scatter3dFigure([[1, 2, 3]], { colors: [0], names: [evil], axes: [evil, evil, evil], title: evil }),
  scoreThresholdFigure: () =>
    detseg.scoreThresholdFigure(curve, { image, detections, truth: box, thresholds: [0.5], title: evil }),
  sliderFigure: () =>
    detseg.sliderFigure(
      [evil, 'b'].map((name) => ({ name, figure: detseg.imageFigure(image, { title: evil }) })),
      { prefix: evil },
    ),
  windowFigure: () =>
    detseg.windowFigure(image, [0, 0, 2, 2], {
      titles: [evil, evil],
      title: evil,
      names: [evil],
      probabilities: [1],
    }),
};

/** All texts of a figure that Plotly draws; the names of frames are drawn nowhere. */
function* texts(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (value && typeof value === 'object') for (const part of Object.values(value)) yield* texts(part);
}

test('every figure draws texts from outside letter by letter', () => {
  const all = Object.keys(detseg).filter((name) => /^[a-z]\w*Figure$/.test(name));
  assert.equal(all.sort(), Object.keys(figures).sort());
  for (const [name, make] of Object.entries(figures)) {
    const { data, layout } = make();
    const { sliders, ...rest } = layout as Record<string, any>;
    const steps = (sliders ?? []).map(({ steps, ...slider }: any) => [slider, steps.map(({ label }: any) => label)]);
    const all = [...texts([data, rest, steps])];
    assert.ok(
      all.some((text) => text.includes(plainText(evil))),
      `${name} shows the text`,
    );
    for (const text of all) assert.not.match(text, /<a|<b>bold|<\/a>|&amp; %\{x\}/, name);
  }
});

test('by hand, and back', () => {
  assert.is(plainText('a < b & c > d'), 'a &lt; b &amp; c &gt; d');
  assert.is(plainText('two<br>lines<br/>'), 'two<br>lines<br>');
  assert.is(plainText('%{x}'), '%&#123;x}');
  assert.is(plainText(undefined), undefined);
  for (const text of [evil, '&lt;', '&amp;lt;', '&#123;']) assert.is(undrawn(plainText(text)), text);
  assert.is(titleOf(detseg.imageFigure(image, { title: evil })), evil);
});

test.run();
