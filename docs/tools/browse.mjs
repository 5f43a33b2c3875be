// `npm run docs:test`: opens every page of the built site in a headless Chromium. Nothing may appear in the console, every image must
// load, every figure must be drawn, and every slider must move its figure; code that only draws must be folded, and open when it is asked
// for; figures that compute must follow pointer, finger and arrow keys; lectures and written pages must fit on a phone.
// The last line is `N passed, N failed`.
//   npm run docs:test                  all pages: lectures first, then what is written by hand, the reference and the sources
//   npm run docs:test -- notebooks/303 those whose address has all the words
//   npm run docs:test -- --within=20   ends after 20 minutes; how many pages are left out is said
import { existsSync, readdirSync } from 'node:fs';
import { commandLine, endOf, within } from '../../notebooks/tools/commandLine.mjs';
import { tryComputingFigures } from './browseFigures.mjs';
import { findChromium, startChromium } from './chromium.mjs';
import { site } from './places.mjs';
import { serveFolder } from './server.mjs';
import { until } from './until.mjs';

const base = process.env.DETSEG_DOCS_BASE || '/';

/** What runs in the page: everything that looks at its elements. */
const inPage = {
  ready: () => Boolean(document.querySelector('#app')?.__vue_app__) && document.readyState === 'complete',
  deadImages: () =>
    [...document.images].filter((image) => image.complete && image.naturalWidth === 0).map((image) => image.src),
  figures: () => document.querySelectorAll('.plotly-figure').length,
  show: (index) => {
    const figure = document.querySelectorAll('.plotly-figure')[index];
    figure.scrollIntoView({ block: 'center', behavior: 'instant' });
    return figure.dataset.state;
  },
  failure: (index) => document.querySelectorAll('.plotly-figure')[index].querySelector('figcaption')?.textContent,
  // The end of the slider that it does not stand at.
  slider: (index) => {
    const rail = document.querySelectorAll('.plotly-figure')[index].querySelector('.slider-rail-touch-rect');
    if (!rail) return null;
    rail.scrollIntoView({ block: 'center', behavior: 'instant' });
    const { left, right, top, height } = rail.getBoundingClientRect();
    const grip = rail.parentElement.querySelector('.slider-grip-rect').getBoundingClientRect();
    const isRight = grip.left + grip.width / 2 > (left + right) / 2;
    return { x: isRight ? left + 3 : right - 3, y: top + height / 2 };
  },
  // The figure without its slider.
  drawing: (index) => {
    const copy = document.querySelectorAll('.plotly-figure')[index].querySelector('.svg-container').cloneNode(true);
    for (const control of copy.querySelectorAll('.slider-container, .updatemenu-container, .hoverlayer'))
      control.remove();
    return copy.innerHTML;
  },
  // What is wrong with the folded code of figures: it is hidden first, and shown after a click, and its figure is shown always.
  folds: () =>
    [...document.querySelectorAll('.live-fold')].flatMap((fold, i) => {
      const code = fold.querySelector('.live-code');
      const isShown = () => code.checkVisibility();
      const before = isShown();
      fold.querySelector('summary').click();
      const after = isShown();
      fold.querySelector('summary').click();
      const figure = fold.closest('.live-cell').querySelector('.plotly-figure');
      if (before || !after) return [`the code of figure ${i} is ${before ? 'not folded' : 'not shown when asked for'}`];
      return figure?.checkVisibility() ? [] : [`no figure at fold ${i}`];
    }),
  overflow: () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
};

const ask = (page, name, ...args) =>
  page.evaluate(`(${inPage[name]})(${args.map((value) => JSON.stringify(value)).join(', ')})`);

async function visit(page, url) {
  await page.go(url);
  await until('the page', () => ask(page, 'ready'));
  const count = await ask(page, 'figures');
  for (let i = 0; i < count; i++) await tryFigure(page, i);
  await tryComputingFigures(page, until);
  const folds = await ask(page, 'folds');
  if (folds.length > 0) throw new Error(folds.join('; '));
  const dead = await ask(page, 'deadImages');
  if (dead.length > 0) throw new Error(`images that do not load: ${dead.join(', ')}`);
  if (page.problems.length > 0) throw new Error(page.problems.join('; '));
}

async function tryFigure(page, index) {
  await until(`figure ${index}`, async () => (await ask(page, 'show', index)) !== 'waiting');
  if ((await ask(page, 'show', index)) === 'failed')
    throw new Error(`figure ${index}: ${await ask(page, 'failure', index)}`);
  const end = await ask(page, 'slider', index);
  if (!end) return;
  const before = await ask(page, 'drawing', index);
  const mouse = { ...end, button: 'left', clickCount: 1 };
  await page.send('Input.dispatchMouseEvent', { type: 'mousePressed', ...mouse });
  await page.send('Input.dispatchMouseEvent', { type: 'mouseReleased', ...mouse });
  await until(`the slider of figure ${index} to move it`, async () => (await ask(page, 'drawing', index)) !== before);
}

/** On a phone the text must not be wider than the screen; figures and code scroll inside. */
async function visitOnPhone(page, url) {
  await page.go(url);
  await until('the page', () => ask(page, 'ready'));
  const count = await ask(page, 'figures');
  for (let i = 0; i < count; i++) await until(`figure ${i}`, async () => (await ask(page, 'show', i)) !== 'waiting');
  await tryComputingFigures(page, until, { touch: true });
  const overflow = await ask(page, 'overflow');
  if (overflow > 0) throw new Error(`${overflow} px wider than a phone`);
  if (page.problems.length > 0) throw new Error(page.problems.join('; '));
}

/** What people type, and the page that must come first. */
const searches = [
  ['iou', '302-boxIou'],
  ['mAP', '304-averagePrecision'],
  ['anchor', '408-anchors'],
  ['anchors', '408-anchors'],
  ['roi align', '406-roiAlign'],
  ['transposed convolution', '206-convTranspose'],
  ['mean shift bandwidth', '103-meanShift'],
  ['kmeans', '102-kMeans'],
  ['own data', 'ownData'],
  ['focal loss', '504-retinaNet'],
  ['non maximum supression', '303-nms'],
  ['fpn', '503-featurePyramid'],
  ['deconvolution', '206-convTranspose'],
];

/** Search must find the right lecture first, without a network. */
async function search(page, url) {
  await page.go(url);
  await until('the page', () => ask(page, 'ready'));
  await page.evaluate(`document.querySelector('.DocSearch-Button, .VPNavBarSearch button').click()`);
  await until('the search box', () => page.evaluate(`Boolean(document.querySelector('.VPLocalSearchBox input'))`));
  const wrong = [];
  for (const [words, wanted] of searches) {
    await page.evaluate(`document.querySelector('.VPLocalSearchBox input').select()`);
    await page.send('Input.insertText', { text: words });
    const first = () => page.evaluate(`document.querySelector('.VPLocalSearchBox .result')?.href ?? ''`);
    const isFirst = async () => (await first()).includes(wanted);
    await until(`"${words}" to find ${wanted} first`, isFirst, 3000).catch(async () => {
      wrong.push(`"${words}": expected ${wanted} first, got ${await first()}`);
    });
  }
  if (wrong.length > 0) throw new Error(wrong.join('; '));
}

/** Ctrl+P draws every figure of the page before it prints. */
async function print(page, url) {
  await page.go(url);
  await until('the page', () => ask(page, 'ready'));
  const count = await ask(page, 'figures');
  await page.evaluate('window.print = () => { window.printed = true; }');
  const key = { key: 'p', code: 'KeyP', modifiers: 2, windowsVirtualKeyCode: 80 };
  await page.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...key });
  await until('the print', () => page.evaluate('window.printed === true'));
  const drawn = await page.evaluate(`document.querySelectorAll('.plotly-figure[data-state="drawn"]').length`);
  if (drawn !== count) throw new Error(`expected ${count} figures to be drawn, got ${drawn}`);
}

/** Figures take the colors of the page when it turns dark. */
async function darken(page, url) {
  await page.go(url);
  await until('the page', () => ask(page, 'ready'));
  await until('a figure', async () => {
    const state = await ask(page, 'show', 0);
    if (state === 'failed') throw new Error(`figure 0: ${await ask(page, 'failure', 0)}`);
    return state === 'drawn';
  });
  const color = () => page.evaluate(`getComputedStyle(document.querySelector('.plotly-figure .xtick text')).fill`);
  const before = await color();
  await page.evaluate(`document.querySelector('.VPSwitchAppearance').click()`);
  await until('other colors', async () => (await color()) !== before);
}

/** Pages by what they are worth to a reader, where there is no time for all. */
const kinds = [/^notebooks\//, /^[^/]+$/, /^api\//, /./];
const kindOf = (path) => kinds.findIndex((kind) => kind.test(path));

async function browse(words, end) {
  const pages = readdirSync(site, { recursive: true })
    .map((name) => String(name).replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.html') && words.every((word) => name.includes(word)))
    .sort();
  const lecture =
    pages.find((name) => name.startsWith('notebooks/303')) ?? pages.find((name) => name.startsWith('notebooks/'));
  const tasks = [];
  if (lecture) {
    tasks.push({ name: 'search', path: 'index.html', run: search });
    tasks.push({ name: 'dark figures', path: lecture, run: darken });
    tasks.push({ name: 'printing', path: lecture, run: print });
  }
  tasks.push(...pages.map((path) => ({ name: path, path, run: visit })));
  const onPhone = pages
    .filter((path) => !path.startsWith('source/') && path !== '404.html')
    .map((path) => ({ name: `${path} on a phone`, path, run: visitOnPhone }));
  const server = await serveFolder(site, { base });
  const browser = await startChromium();
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  try {
    // A tab goes from page to page: opening one takes longer than a page.
    const work = async (list, options) => {
      const page = await browser.page(options);
      for (let task = list.shift(); task; task = list.shift()) {
        if (performance.now() > end) {
          skipped++;
          continue;
        }
        try {
          await task.run(page, server.url + task.path);
          passed++;
        } catch (error) {
          failed++;
          console.log(`FAIL ${task.name}: ${error.message}`);
        }
      }
      await page.close();
    };
    const phone = { width: 390, height: 800, phone: true };
    for (const kind of kinds.keys()) {
      const [wide, narrow] = [tasks, onPhone].map((list) => list.filter(({ path }) => kindOf(path) === kind));
      await Promise.all([work(wide, {}), work(wide, {})]);
      await Promise.all([work(narrow, phone), work(narrow, phone)]);
    }
  } finally {
    await browser.close();
    await server.close();
  }
  if (skipped > 0) console.log(`skip: ${skipped} pages: the time is over`);
  if (passed + failed === 0) failed = 1;
  return { passed, failed };
}

const { values, positionals } = commandLine(import.meta.url, {
  allowPositionals: true,
  options: { within },
});
const end = endOf('docs:test', values.within);

if (!existsSync(site)) {
  console.error('docs:test: expected the site in docs/.site, got none; build it with npm run docs');
  process.exitCode = 1;
} else if (!findChromium()) {
  console.log('skip: docs: no Chromium or Chrome is installed');
  console.log('0 passed, 0 failed');
} else {
  const { passed, failed } = await browse(positionals, end);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}
