// What readers do on a live page beside running it as it is: each habit opens a page and gives what was wrong, a line each.
import { deflateRawSync } from 'node:zlib';
import { bar, cellAt, openLivePage as open, press, stateOf, untilInPage as until } from './livePage.mjs';
import { site } from './places.mjs';
import { serveFolder } from './server.mjs';

const base = process.env.DETSEG_DOCS_BASE || '/';

const lecture = 'notebooks/302-boxIou.html';
const first = cellAt(0);
const state = stateOf(first);

/** Puts a text into the editor of the first cell. */
async function write(page, text) {
  const editor = `${first}.querySelector('.cm-content')`;
  if (!(await page.evaluate(`Boolean(${editor})`))) {
    await press(page, first, 'Edit');
    await until(page, 'the editor', `Boolean(${editor})`);
  }
  await page.evaluate(`${editor}.focus(); document.execCommand('selectAll')`);
  await page.send('Input.insertText', { text });
  const [line] = text.split('\n');
  await until(page, 'the text', `${editor}.innerText.startsWith(${JSON.stringify(line)})`);
}

const printed = `[...${first}.querySelectorAll('.live-outputs pre.output')].map((pre) => pre.textContent).join('')`;

async function runFirst(page, text) {
  await write(page, text);
  await press(page, first, 'Run');
}

const isDone = (words = ['done', 'failed', 'stopped']) => `${JSON.stringify(words)}.includes(${state})`;

/** Time from the press of Stop to the end of the cell, ms. */
async function timeToStop(page) {
  await until(page, 'the cell to run', `${state} === 'running'`);
  // Long enough to be in the middle of it.
  await new Promise((resolve) => setTimeout(resolve, 700));
  const started = performance.now();
  await press(page, bar, 'Stop');
  await until(page, 'the end', isDone());
  return performance.now() - started;
}

const same = (what, got, expected) =>
  got === expected ? [] : [`${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(got)}`];

const tasks = {
  async 'an edited cell shows its last value, and stays edited after a reload'(page, url) {
    await open(page, url + lecture);
    await runFirst(page, 'const answer: number = 6 * 7;\nconsole.log("it is", answer);\nanswer + 1');
    await until(page, 'the result', isDone());
    const wrong = same('printed', await page.evaluate(printed), 'it is 42\n43\n');
    await page.go(`${url}index.html`);
    await open(page, url + lecture);
    await until(page, 'the edit', `Boolean(${first}.querySelector('.cm-content'))`);
    const kept = await page.evaluate(`${first}.querySelector('.cm-content').innerText`);
    wrong.push(...same('kept', /6 \* 7/.test(kept), true));
    await press(page, first, 'Reset');
    await until(page, 'the notebook as it was', `!${first}.querySelector('.cm-content')`);
    wrong.push(...same('forgotten', await page.evaluate(`localStorage.getItem('detseg-live-302-boxIou')`), null));
    return wrong;
  },

  async 'an error names its line, and a later run begins anew'(page, url) {
    await open(page, url + lecture);
    await runFirst(page, 'const fine = 1;\nfunction fail() {\n  throw new Error("on purpose");\n}\nfail();');
    await until(page, 'the error', isDone());
    const text = await page.evaluate(`${first}.querySelector('.live-failure').innerText`);
    const wrong = same('the sentence first', /^Error: on purpose/.test(text), true);
    wrong.push(...same('its lines', /cell 1, line 3[\s\S]*cell 1, line 5/.test(text), true));
    await runFirst(page, 'const broken = ;');
    await until(page, 'a mistake in the text', `/line 1/.test(${first}.querySelector('.live-failure')?.innerText)`);
    await runFirst(page, 'const fine = 2;\nfine');
    await until(page, 'the declaration anew', `${state} === 'done'`);
    return [...wrong, ...same('printed', await page.evaluate(printed), '2\n')];
  },

  async 'Stop is heard by a loop that awaits'(page, url) {
    await open(page, url + lecture);
    await runFirst(
      page,
      "import { matmul, tensor } from 'detseg';\nconst a = tensor([[1, 2], [3, 4]]);\nwhile (true) await matmul(a, a).data();",
    );
    const time = await timeToStop(page);
    console.log(`     note: ${time.toFixed(0)} ms`);
    await runFirst(page, 'typeof a');
    await until(page, 'the next run', `${state} === 'done'`);
    return same('the kernel still knows', await page.evaluate(printed), 'object\n');
  },

  async 'Stop ends a loop that never waits, and the kernel starts again'(page, url) {
    await open(page, url + lecture);
    await runFirst(page, 'let n = 0;\nwhile (true) n++;');
    const time = await timeToStop(page);
    console.log(`     note: ${time.toFixed(0)} ms`);
    const wrong = same('the state', await page.evaluate(state), 'stopped');
    await runFirst(page, '"alive"');
    await until(page, 'the next run', `${state} === 'done'`);
    return [...wrong, ...same('printed', await page.evaluate(printed), 'alive\n')];
  },

  async 'a training is stopped politely and keeps its model'(page, url) {
    await open(page, url + lecture);
    await runFirst(
      page,
      `import { adam, batches, fit, sceneDataset, UNet, createRandom } from 'detseg';
const scenes = sceneDataset({ length: 50, seed: 1 });
const model = new UNet({ classes: 8, random: createRandom(1) });
const result = await fit({
  model, steps: 100000, optimizer: adam(model, { learningRate: 0.001 }),
  batches: batches(scenes, { size: 2, seed: 1 }),
});
console.log(result.interrupted, result.steps > 0);`,
    );
    await until(page, 'progress', `Boolean(${first}.querySelector('.live-outputs .output, .live-outputs figure'))`);
    const time = await timeToStop(page);
    console.log(`     note: ${time.toFixed(0)} ms`);
    return same('printed', /true true\n$/.test(await page.evaluate(printed)), true);
  },

  async 'a link brings a text, which waits to be run'(page, url) {
    const code = deflateRawSync(Buffer.from('const linked = 5;\nlinked')).toString('base64url');
    await open(page, `${url}${lecture}#cell=1&code=${code}`);
    await until(page, 'the text', `/linked = 5/.test(${first}.querySelector('.cm-content')?.innerText)`);
    const wrong = same('not run by itself', await page.evaluate(state), 'idle');
    await press(page, first, 'Run');
    await until(page, 'the result', isDone());
    return [...wrong, ...same('printed', await page.evaluate(printed), '5\n')];
  },

  async "the reader's own image is read"(page, url) {
    await open(page, url + lecture);
    await page.evaluate(`(async () => {
      const canvas = new OffscreenCanvas(5, 3);
      canvas.getContext('2d').fillRect(0, 0, 5, 3);
      const transfer = new DataTransfer();
      transfer.items.add(new File([await canvas.convertToBlob()], 'mine.png', { type: 'image/png' }));
      ${bar}.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true }));
    })()`);
    await until(page, 'the name', `/readImage\\('mine.png'\\)/.test(${bar}.innerText)`);
    await runFirst(page, "import { readImage } from 'detseg';\nreadImage('mine.png').shape.join(' × ')");
    await until(page, 'the result', isDone());
    return same('printed', await page.evaluate(printed), '3 × 5 × 3\n');
  },

  async 'a page that was seen and run is there without a network, and runs'(page) {
    const server = await serveFolder(site, { base });
    try {
      await open(page, server.url + lecture);
      await page.evaluate('navigator.serviceWorker.ready.then(() => true)');
      await press(page, first, 'Run');
      await until(page, 'the result', isDone());
      // What the page had loaded before the worker was there is fetched once more.
      const isKept = `caches.match('/${lecture}').then(Boolean)`;
      await until(page, 'the page to be kept', isKept.replace("'/", `'${base}`));
      await new Promise((resolve) => setTimeout(resolve, 1000));
      await server.close();
      await open(page, server.url + lecture);
      await press(page, first, 'Run');
      await until(page, 'the result without a network', isDone());
      const wrong = same('the state', await page.evaluate(state), 'done');
      page.problems.length = 0;
      return wrong;
    } finally {
      await server.close().catch(() => {});
    }
  },

  async 'a cell that depends on an edited one is outdated'(page, url) {
    await open(page, url + lecture);
    await press(page, cellAt(1), 'Run');
    await until(page, 'two cells', `${cellAt(1)}.classList.contains('done')`);
    const wrong = same('the first ran, too', await page.evaluate(state), 'done');
    await write(page, '// edited\n');
    await until(
      page,
      'both outdated',
      `${cellAt(1)}.classList.contains('outdated') && ${first}.classList.contains('outdated')`,
    );
    return wrong;
  },
};

/** `[{ name, run }]`; `run(browser, url)` gives what was wrong. */
export const habits = Object.entries(tasks).map(([name, task]) => ({
  name,
  async run(browser, url) {
    const page = await browser.page({});
    try {
      const wrong = await task(page, url);
      await page.evaluate('localStorage.clear()');
      return [...wrong, ...page.problems];
    } finally {
      await page.close();
    }
  },
}));
