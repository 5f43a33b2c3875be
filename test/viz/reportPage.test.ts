import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { lineFigure, reportPage } from '../../src/index';
import { assertThrows } from '../support/assertThrows';

const test = suite('reportPage');

const image = ndarray(
  Float32Array.from({ length: 12 }, (_, i) => i / 11),
  [2, 2, 3],
);
const evil = '</script><img src=x onerror=alert(1)>';

test('all parts, in their order; text stays text; nothing comes from elsewhere', () => {
  const page = reportPage({
    title: `A & ${evil}`,
    parts: [
      { heading: `First ${evil}` },
      { text: `Second ${evil}` },
      {
        table: {
          columns: ['name', `n ${evil}`],
          rows: [
            [evil, 3],
            ['b', 0.123456],
            ['c', null],
          ],
        },
      },
      { images: [{ image, caption: `Image ${evil}` }], columns: 3 },
      { legend: [{ name: `class ${evil}`, color: [1, 2, 255] }] },
      { figure: lineFigure({ [evil]: [1, 2, 3] }) },
    ],
  });
  assert.match(page, /^<!doctype html>\n<html lang="en">/);
  assert.match(page, /<title>A &amp; &lt;\/script&gt;/);
  const body = page.slice(page.indexOf('<body>'));
  const places = ['<h1>', '<h2>First', '<p>Second', '<table>', '<figure>', 'class="legend"', 'data-detseg='].map(
    (mark) => body.indexOf(mark),
  );
  assert.ok(
    places.every((place, i) => place > (places[i - 1] ?? 0)),
    `${places}`,
  );
  assert.match(body, /<td class="number">3<\/td>/);
  assert.match(body, /<td class="number">0\.1235<\/td>/);
  assert.match(body, /<td class="number">–<\/td>/);
  assert.match(body, /<img alt="" src="data:image\/png;base64,/);
  assert.match(body, /style="grid-template-columns: repeat\(3, minmax\(0, 1fr\)\)">/);
  assert.match(body, /<span style="background: rgb\(1, 2, 255\)"><\/span>class &lt;/);
  assert.not.match(body, /<img src=x/);
  assert.not.match(body, /https?:\/\//);
  // Plotly itself is in the page, and no script ends early.
  assert.is(page.match(/<script>/g)!.length, page.match(/<\/script>/g)!.length);
  assert.ok(page.length > 3e6);
});

test('throws on what is no image and no figure', () => {
  const one = ndarray(new Float32Array(3), [3]);
  assert.throws(
    () => reportPage({ title: '', parts: [{ images: [{ image: one, caption: '' }] }] }),
    /^reportPage: expected/,
  );
  assertThrows(
    () => reportPage({ title: '', parts: [{ figure: {} as any }] }),
    'reportPage: expected a figure { data, layout }, got {}',
  );
});

test.run();
