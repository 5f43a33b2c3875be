// `npm run docs:live`: runs notebooks in the pages of the built site, in a headless Chromium, as a reader does: Run all, and then each
// exercise with its solution. What is printed is compared with the outputs in the repository; times and names of devices may differ.
//   npm run docs:live                       the quick ones, and what readers do beside: stop, edit, share, drop a file
//   npm run docs:live -- --all              every notebook
//   npm run docs:live -- 303 kMeans         those of these words
//   npm run docs:live -- --all --within=30  ends after 30 minutes; what is left out is named
// The last line is `N passed, N failed`.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { commandLine, endOf, within } from '../../notebooks/tools/commandLine.mjs';
import { findChromium, startChromium } from './chromium.mjs';
import { habits } from './liveHabits.mjs';
import { bar, cellAt, openLivePage, press, stateOf, untilInPage } from './livePage.mjs';
import { differences } from './liveText.mjs';
import { readNotebooks } from './notebook.mjs';
import { root, site } from './places.mjs';
import { serveFolder } from './server.mjs';

/** Notebooks without a training of minutes. */
const quick = ['001', '101', '102', '203', '204', '205', '207', '302', '303', '304', '405'];

const { values, positionals } = commandLine(import.meta.url, {
  allowPositionals: true,
  options: { all: { type: 'boolean' }, within },
});
const end = endOf('docs:live', values.within);

/** The text and the number of figures below each cell, and its error. */
const shown = `[...document.querySelectorAll('.live-cell')].map((cell) => ({
  state: ${stateOf('cell')},
  text: [...cell.querySelectorAll('.live-outputs pre.output:not(.stderr)')].map((pre) => pre.textContent).join(''),
  figures: cell.querySelectorAll('.live-outputs .plotly-figure').length,
  failure: cell.querySelector('.live-failure')?.innerText,
}))`;

const busy = `['starting', 'running', 'stopping'].includes(${bar}.dataset.status)`;

/** Runs all cells of a lecture. @returns what was wrong, a line each. */
async function runNotebook(browser, server, { slug, cells }) {
  const page = await browser.page({});
  try {
    await openLivePage(page, `${server.url}notebooks/${slug}.html`);
    await press(page, bar, 'Run all');
    await untilInPage(page, 'the kernel to begin', busy);
    await untilInPage(page, `${slug} to end`, `!(${busy})`, Math.min(1_200_000, end - performance.now()));
    const problem = await page.evaluate(`${bar}.innerText`);
    const found = await page.evaluate(shown);
    const code = cells.filter(({ code: source }) => source !== undefined);
    const wrong = found.flatMap((live, index) => {
      if (live.failure) return [`cell ${index + 1}: ${live.failure}`];
      if (live.state !== 'done') return [`cell ${index + 1}: expected done, got ${live.state}: ${problem}`];
      if (code[index].readsData) return [];
      const trains = !quick.some((word) => slug.startsWith(word));
      return differences(code[index].outputs, live, { trains }).map((line) => `cell ${index + 1}: ${line}`);
    });
    for (const [index, { solved }] of code.entries())
      if (solved !== undefined && wrong.length === 0) wrong.push(...(await solve(page, index)));
    return [...wrong, ...page.problems];
  } finally {
    await page.close();
  }
}

/** Puts the solution into an exercise and runs it. @returns what was wrong. */
async function solve(page, index) {
  const cell = cellAt(index);
  const isOutdated = `${cell}.classList.contains('outdated')`;
  await press(page, cell, 'Solution');
  await untilInPage(page, `the solution of cell ${index + 1}`, isOutdated);
  await press(page, cell, 'Run');
  const ended = `['done', 'failed'].includes(${stateOf(cell)}) && !${isOutdated}`;
  await untilInPage(page, `cell ${index + 1}, solved`, ended, 300_000);
  const said = await page.evaluate(`${cell}.querySelector('.live-status').textContent`);
  return said === 'right' ? [] : [`cell ${index + 1}, solved: expected right, got ${said}`];
}

function chosen(lectures) {
  if (values.all) return lectures;
  const words = positionals.length > 0 ? positionals : quick;
  return lectures.filter(({ slug }) => words.some((word) => slug.includes(word)));
}

async function main() {
  if (!existsSync(site))
    throw new Error('docs:live: expected the site in docs/.site, got none; build it with npm run docs');
  if (!findChromium()) {
    console.log('skip: docs:live: no Chromium or Chrome is installed');
    console.log('0 passed, 0 failed');
    return;
  }
  const lectures = chosen(readNotebooks(join(root, 'notebooks')));
  if (lectures.length === 0) throw new Error(`docs:live: expected words of notebooks, got ${positionals.join(' ')}`);
  const server = await serveFolder(site, { base: process.env.DETSEG_DOCS_BASE || '/' });
  const browser = await startChromium();
  let passed = 0;
  let failed = 0;
  const report = (name, started, wrong) => {
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    if (wrong.length > 0) failed++;
    else passed++;
    console.log(`${wrong.length > 0 ? 'FAIL' : 'ok  '} ${name.padEnd(40)} ${seconds.padStart(7)} s`);
    for (const line of wrong.slice(0, 12)) console.log(`     ${line.replaceAll('\n', '\n     ')}`);
  };
  try {
    const tasks = [
      ...(positionals.length === 0
        ? habits.map(({ name, run }) => ({ name, run: () => run(browser, server.url) }))
        : []),
      ...lectures.map((lecture) => ({ name: lecture.slug, run: () => runNotebook(browser, server, lecture) })),
    ];
    for (const { name, run } of tasks) {
      const started = performance.now();
      if (started > end) {
        console.log(`skip ${name}: ${values.within} minutes are over`);
        continue;
      }
      const wrong = await run().catch((error) => [error.message]);
      if (wrong.length > 0 && performance.now() > end) console.log(`skip ${name}: ${values.within} minutes are over`);
      else report(name, started, wrong);
    }
  } finally {
    await browser.close();
    await server.close();
  }
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
