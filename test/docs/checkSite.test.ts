import { rmSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryFolder, writeFiles } from '../support/temporaryFolder';
import { tool } from './modules';

const test = suite('docs: check of the site');
const folder = temporaryFolder('detseg-docs-');

const sound = {
  'index.html':
    '<a href="/base/">home</a><a href="/base/api/nms.html#nms">nms</a><img src="./cat.webp"><a href="https://gpu.rocks">x</a>',
  'api/nms.html':
    '<h2 id="nms"><a href="#nms">#</a></h2><a href="../index.html">up</a><figure data-figure="303-nms-0"></figure>',
  'cat.webp': '',
  'figures/303-nms-0.json': '{}',
};

/** The mistakes that are found in a site of these files. */
async function errorsOf(files: Record<string, string>, expected: string[] = []): Promise<string[]> {
  const { checkSite } = await tool('tools/checkSite.mjs');
  rmSync(folder, { recursive: true, force: true });
  writeFiles(folder, files);
  return checkSite(folder, { base: '/base/', expected }).errors;
}

test('a sound site has no mistakes', async () => {
  assert.equal(await errorsOf(sound, ['/index', '/api/nms']), []);
});

test('dead links and anchors are found', async () => {
  const page =
    '<a href="/base/nothing.html">1</a><a href="api/nms.html#other">2</a><a href="#here">3</a><a href="/index.html">4</a>';
  assert.equal(await errorsOf({ ...sound, 'wrong.html': page }), [
    'wrong.html: dead link /base/nothing.html',
    'wrong.html: dead anchor api/nms.html#other',
    'wrong.html: dead anchor #here',
    'wrong.html: dead link /index.html',
  ]);
});

test('missing pages, images and figures are found', async () => {
  const { 'cat.webp': _, 'figures/303-nms-0.json': __, ...rest } = sound;
  assert.equal(await errorsOf(rest, ['/index', '/notebooks/304-averagePrecision', '/api/']), [
    'notebooks/304-averagePrecision.html: expected this page, got none',
    'api/index.html: expected this page, got none',
    'api/nms.html: figure 303-nms-0 has no data',
    'index.html: dead image or script ./cat.webp',
  ]);
});

test('nothing may come from another host', async () => {
  const page =
    '<script src="https://cdn.example/plotly.js"></script><link rel="stylesheet" href="//fonts.example/a.css">';
  assert.equal(await errorsOf({ ...sound, 'far.html': page }), [
    'far.html: expected nothing from another host, got https://cdn.example/plotly.js',
    'far.html: expected nothing from another host, got //fonts.example/a.css',
  ]);
});

test.run();
