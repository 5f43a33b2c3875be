import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import vm from 'node:vm';
import ndarray from 'ndarray';
import { suite } from 'uvu';
import type { Figure } from '../../src/viz/figure';
import { toHtml, writeHtml } from '../../src/viz/html';
import { imageFigure } from '../../src/viz/imageFigure';
import { lineFigure } from '../../src/viz/lineFigure';
import { setDisplay } from '../../src/viz/notebook';
import { progressDisplay } from '../../src/viz/progressDisplay';
import { show } from '../../src/viz/show';
import { temporaryFolder } from '../support/temporaryFolder';

const folder = temporaryFolder('detseg-html-');

const image = ndarray(
  Float32Array.from({ length: 12 }, (_, i) => i / 11),
  [2, 2, 3],
);
const evil = '</script><script>alert(1)</script><!-- & "\u2028';
const scriptOf = (html: string) => /<script>([\s\S]*)<\/script>$/.exec(html)![1];

interface Page {
  /** Addresses asked for, in order. */
  asked: string[];
  drawn: any[];
  sentence: { textContent: string };
  finished: Promise<void>;
}

/** Runs a fragment's script in a page of the barest kind; `served` says which address answers with Plotly. */
function open(
  html: string,
  served: (address: string) => boolean,
  page: { path: string; base?: string; dark?: boolean; plotly?: boolean },
): Page {
  const asked: string[] = [];
  const drawn: any[] = [];
  const sentence = { textContent: 'waiting' };
  const id = /data-detseg="([^"]+)"/.exec(html)![1];
  const attributes = new Map([['data-detseg', id]]);
  const box = {
    style: {},
    getAttribute: (name: string) => attributes.get(name) ?? null,
    setAttribute: (name: string, value: string) => attributes.set(name, value),
    prepend() {},
    replaceChildren() {},
    querySelector: () => sentence,
  };
  const plotly = { newPlot: (_: unknown, figure: unknown) => Promise.resolve(drawn.push(figure)) };
  const window: any = page.plotly ? { Plotly: plotly } : {};
  const document = {
    currentScript: { previousElementSibling: box },
    baseURI: `http://page.test${page.path}`,
    documentElement: { classList: { contains: () => false } },
    body: { getAttribute: (name: string) => (name === 'data-jp-theme-light' ? String(!page.dark) : null) },
    getElementById: () => (page.base ? { textContent: JSON.stringify({ baseUrl: page.base }) } : null),
    querySelector: () => box,
    createElement: () => ({}),
    head: {
      appendChild(element: any) {
        if (!element.src) return;
        asked.push(element.src.replace('http://page.test', ''));
        const found = served(asked[asked.length - 1]);
        if (found) window.Plotly = plotly;
        setImmediate(found ? element.onload : element.onerror);
      },
    },
  };
  vm.runInNewContext(scriptOf(html), {
    window,
    document,
    location: new URL(`http://page.test${page.path}`),
    URL,
    Promise,
    JSON,
  });
  return { asked, drawn, sentence, finished: new Promise((resolve) => setTimeout(resolve, 60)) };
}

const pages = suite('toHtml');

pages('cannot be broken out of', () => {
  // Also where a figure was not made by the library.
  const { data, layout } = lineFigure({ a: [1, 2] });
  const figure = { data: [{ ...data[0], name: evil }], layout: { ...layout, title: { text: evil } } } as Figure;
  const html = toHtml(figure);
  assert.equal(html.match(/<script/g)!.length, 1);
  assert.equal(html.match(/<\/script/g)!.length, 1);
  assert.ok(html.includes('&lt;/script&gt;&lt;script&gt;alert(1)'));
  assert.ok(!html.includes('<!--') && !html.includes('\u2028'.concat('"')));
  const page = open(html, () => true, { path: '/x.html', plotly: true });
  return page.finished.then(() => {
    assert.equal(page.drawn[0].layout.title.text, evil);
    assert.equal(page.drawn[0].data[0].name, evil);
  });
});

pages('names no host', () => {
  for (const html of [toHtml(imageFigure(image)), toHtml(lineFigure({ a: [1] }))]) {
    assert.doesNotMatch(html, /(https?:)?\/\/[a-z0-9]+\.[a-z]/i);
    assert.ok(html.length < 12_000);
  }
});

pages('gives the same text for the same figure', () => {
  assert.equal(toHtml(imageFigure(image)), toHtml(imageFigure(image)));
  assert.notEqual(toHtml(lineFigure({ a: [1] })), toHtml(lineFigure({ a: [2] })));
});

pages('stands in with an image where no script runs', () => {
  const html = toHtml(imageFigure(image, { title: 'cat' })).replace(/<script>[\s\S]*<\/script>/, '');
  assert.match(html, /Interactive figure “cat”: run its cell, or trust the notebook, to draw it\./);
  assert.match(html, /<img alt="" src="data:image\/png;base64,[^"]+" width="320" height="320"/);
});

pages('takes Plotly from the page first', async () => {
  const page = open(toHtml(imageFigure(image)), () => false, { path: '/a/x.html', plotly: true });
  await page.finished;
  assert.deepEqual([page.asked, page.drawn.length], [[], 1]);
});

pages('finds Plotly among the files of Jupyter', async () => {
  const file = 'node_modules/plotly.js-dist/plotly.js';
  const place = { path: '/user/me/lab/tree/course/notebooks/01.ipynb', base: '/user/me/', dark: true };
  const page = open(toHtml(imageFigure(image)), (address) => address.startsWith('/user/me/files/course/node'), place);
  await page.finished;
  assert.deepEqual(page.asked, [`/user/me/files/${file}`, `/user/me/files/course/${file}`]);
  assert.equal(page.drawn.length, 1);
  assert.equal(page.drawn[0].layout.template.layout.paper_bgcolor, '#111111');
});

pages('finds Plotly beside a saved page', async () => {
  const page = open(toHtml(imageFigure(image)), (address) => address.startsWith('/repo/node_modules'), {
    path: '/repo/notebooks/01.html',
  });
  await page.finished;
  assert.deepEqual([page.asked, page.drawn.length], [['/repo/node_modules/plotly.js-dist/plotly.js'], 1]);
  assert.equal(page.drawn[0].layout.template.layout.paper_bgcolor, '#ffffff');
});

pages('says so where Plotly is nowhere', async () => {
  const page = open(toHtml(imageFigure(image)), () => false, { path: '/repo/notebooks/01.html' });
  await page.finished;
  assert.equal(page.asked.length, 4);
  assert.match(page.sentence.textContent, /^This figure could not be drawn \(Plotly: not found\)\. Run "npm ci"/);
});

pages('writes a page with Plotly in it', () => {
  const path = join(folder, 'figure.html');
  writeHtml(path, lineFigure({ a: [1, 2] }, { title: evil }));
  const html = readFileSync(path, 'utf8');
  assert.ok(html.length > 3e6 && html.startsWith('<!doctype html>'));
  assert.equal(html.match(/<script>/g)!.length - html.match(/<\/script>/g)!.length, html.split('"<script>').length - 1);
  assert.doesNotMatch(html, /<script[^>]+src=/);
  writeHtml(path, lineFigure({ a: [1, 2] }), { standalone: false });
  assert.ok(readFileSync(path, 'utf8').length < 12_000);
  assert.deepEqual(readdirSync(folder), ['figure.html']);
  assert.throws(
    () => writeHtml(join(folder, 'no', 'x.html'), lineFigure({ a: [1] })),
    /^Error: writeHtml: .*x\.html: ENOENT/,
  );
  assert.throws(() => toHtml({} as never), /^Error: toHtml: expected a figure \{ data, layout \}, got \{\}$/);
});

pages.run();

const displays = suite('show and progressDisplay');
const kernelFile = join(folder, 'tslab', 'dist', 'jupyter.js');
let sent: { content: any; update?: boolean }[] = [];

/** Stands where the kernel's module stands in a notebook. */
function inNotebook(): void {
  sent = [];
  const write = (content: unknown, update?: boolean) => sent.push({ content, update });
  require.cache[kernelFile] = { exports: { lastWriteDisplayData: write } } as never;
}
displays.after.each(() => {
  delete require.cache[kernelFile];
});

displays('sends one bundle of three forms', () => {
  inNotebook();
  const figure = imageFigure(image, { title: 'cat' });
  show(figure);
  assert.equal(sent.length, 1);
  const { data } = sent[0].content;
  assert.deepEqual(Object.keys(data), ['text/html', 'application/vnd.plotly.v1+json', 'text/plain']);
  assert.equal(data['text/html'], toHtml(figure));
  assert.deepEqual(data['application/vnd.plotly.v1+json'].data, JSON.parse(JSON.stringify(figure.data)));
  assert.equal(data['text/plain'], '[figure: cat]');
});

displays('says what to do outside a notebook', () => {
  assert.throws(
    () => show(imageFigure(image)),
    /^Error: show: expected to run in a notebook; in a script use writeHtml/,
  );
  inNotebook();
  assert.throws(() => show([] as never), /^Error: show: expected a figure \{ data, layout \}/);
});

displays('shows where a program says, and makes no HTML for what draws Plotly itself', () => {
  inNotebook();
  const own: { data: object; update?: boolean }[] = [];
  setDisplay(({ data }, update) => own.push({ data, update }), { drawsPlotly: true });
  show(imageFigure(image));
  const progress = progressDisplay({ milliseconds: 0 });
  progress.update('<b>one</b>');
  progress.update('<b>two</b>');
  progress.close();
  setDisplay(undefined);
  assert.equal(sent.length, 0);
  assert.deepEqual(
    own.map(({ data, update }) => [Object.keys(data)[0], update]),
    [
      ['application/vnd.plotly.v1+json', undefined],
      ['text/html', false],
      ['text/html', true],
    ],
  );
  show(imageFigure(image));
  assert.equal(sent.length, 1);
  assert.throws(() => setDisplay(3 as never), /^Error: setDisplay: expected write to be a function/);
  assert.throws(
    () => setDisplay(() => {}, { html: true } as never),
    /^Error: setDisplay: expected options among drawsPlotly, got html/,
  );
});

displays('updates one place in a notebook, and ends with the last', () => {
  inNotebook();
  const progress = progressDisplay({ milliseconds: 1e6 });
  for (let step = 0; step < 50; step++) progress.update(`<b>step ${step}</b>`);
  progress.update(lineFigure({ loss: [2, 1] }));
  progress.close();
  progress.update('late');
  progress.close();
  assert.deepEqual(
    sent.map(({ update }) => update),
    [false, true],
  );
  assert.equal(sent[0].content.data['text/html'], '<b>step 0</b>');
  assert.equal(sent[0].content.data['text/plain'], 'step 0');
  assert.equal(sent[1].content.data['application/vnd.plotly.v1+json'].data[0].name, 'loss');
  assert.ok(sent[0].content.transient.display_id);
  assert.equal(sent[0].content.transient.display_id, sent[1].content.transient.display_id);
});

displays('rewrites one line in a terminal', () => {
  let text = '';
  const stream = {
    isTTY: true,
    columns: 20,
    write: (part: string) => {
      text += part;
    },
  };
  const progress = progressDisplay({ milliseconds: 0, stream });
  progress.update('<p>loss &lt; 1\n\x1b[31m</p>');
  progress.update(lineFigure({ loss: [2, 1] }));
  progress.update('a line that is longer than the terminal');
  progress.close();
  assert.equal(text, '\r\x1b[2Kloss < 1 [31m\r\x1b[2Ka line that is long\n');
});

displays('is silent where nobody watches', () => {
  let text = '';
  const progress = progressDisplay({
    milliseconds: 0,
    stream: {
      write: (part: string) => {
        text += part;
      },
    },
  });
  progress.update('step 1');
  progress.close();
  assert.equal(text, '');
  assert.throws(() => progress.update(3 as never), /^Error: progressDisplay: expected text or a figure, got 3$/);
});

displays.run();
