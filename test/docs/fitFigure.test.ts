import { strict as assert } from 'node:assert';
import ndarray from 'ndarray';
import { suite } from 'uvu';
import { boxesFigure, imageFigure, sliderFigure } from '../../src/index';
import { tool } from './modules';

const test = suite('docs: figures on a phone');
const image = ndarray(new Float32Array(8 * 8 * 3), [8, 8, 3]);
const long = 'a title of very many words that no telephone has the width to show in a single line';
const copy = (figure: object) => JSON.parse(JSON.stringify(figure));

test('a wide page leaves a figure as it is', async () => {
  const { fitFigure } = await tool('.vitepress/theme/fitFigure.mjs');
  const figure = copy(imageFigure(image, { title: long }));
  const before = copy(figure);
  fitFigure(figure, 720);
  assert.deepEqual(figure, before);
});

test('titles break on a phone, those of the other steps too, and have their height', async () => {
  const { fitFigure } = await tool('.vitepress/theme/fitFigure.mjs');
  const named = (name: string, title: string) => ({ name, figure: boxesFigure(image, [[1, 1, 4, 4]], { title }) });
  const figure = copy(sliderFigure([named('a', 'short'), named('b', long)]));
  fitFigure(figure, 342);
  assert.equal(figure.layout.title.text, 'short');
  const [, second] = figure.layout.sliders[0].steps;
  const lines = second.args[1]['title.text'].split('<br>');
  assert.ok(lines.length > 1 && lines.every((line: string) => line.length <= 42), lines.join('|'));
  assert.equal(lines.join(' '), long);
  assert.ok(figure.layout.margin.t >= 17 * lines.length);
});

test('three images side by side become two rows, as high as they were', async () => {
  const { fitFigure } = await tool('.vitepress/theme/fitFigure.mjs');
  const figure = copy(imageFigure([image, image, image]));
  fitFigure(figure, 342);
  const { xaxis, xaxis2, xaxis3, yaxis, yaxis2, yaxis3 } = figure.layout;
  assert.deepEqual(xaxis.domain, xaxis3.domain);
  assert.ok(xaxis2.domain[0] > xaxis.domain[1]);
  assert.deepEqual(yaxis.domain, yaxis2.domain);
  assert.ok(yaxis3.domain[1] < yaxis.domain[0]);
});

test('an image that the width made smaller gives back the height', async () => {
  const { settledLayout } = await tool('.vitepress/theme/settleFigure.mjs');
  const axis = { _inputDomain: [0, 1], domain: [0.25, 0.75], _length: 200 };
  const drawn = {
    layout: {},
    _fullLayout: { height: 460, _size: { h: 400, w: 200 }, _subplots: { yaxis: ['y'] }, yaxis: axis },
  };
  const { height, 'yaxis.domain': domain } = settledLayout(drawn, 342);
  assert.equal(height, 460 - 400 + 201);
  assert.deepEqual(domain, [0, 1]);
  axis._length = 400;
  assert.equal(settledLayout(drawn, 342), undefined);
});

test('a legend that only a later step shows has its room from the start', async () => {
  const { settledLayout } = await tool('.vitepress/theme/settleFigure.mjs');
  const drawn = (data: object[]) => ({
    data,
    layout: { margin: { t: 40 }, legend: { yref: 'container' } },
    _fullLayout: { height: 300, _size: { h: 200, w: 300 }, _subplots: { yaxis: [] } },
  });
  const hidden = (name: string) => ({ name, showlegend: true, visible: false });
  assert.equal(settledLayout(drawn([{ name: 'shown', showlegend: true }]), 342), undefined);
  const one = settledLayout(drawn([hidden('circle'), hidden('circle')]), 342);
  assert.ok(one.height > 310 && one['margin.t'] - 40 === one.height - 300, JSON.stringify(one));
  const names = Array.from({ length: 12 }, (_, i) => hidden(`class ${i}`));
  assert.ok(settledLayout(drawn(names), 342).height > one.height + 19);
});

test.run();
