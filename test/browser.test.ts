import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { tool } from './docs/modules';
import { root } from './support/root';
import { temporaryFolder, writeFiles } from './support/temporaryFolder';

const test = suite('browser');

/** A training step's loss and gradient, and what it ran on. */
const program = `
import { conv2d, createRandom, deviceReport, gradients, realize, relu, sum, tensor, useDevice } from 'detseg';
export async function compute() {
  await useDevice('webasm', { threads: 1, relaxed: false });
  const random = createRandom(1);
  const draw = (shape) => tensor(Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.normal()), shape);
  const [x, filters] = [draw([2, 16, 16, 8]), draw([3, 3, 8, 8])];
  const loss = sum(relu(conv2d(x, filters, { padding: 1 })));
  const [slope] = gradients(loss, [filters]);
  await realize(loss, slope);
  const { simd } = await deviceReport();
  return JSON.stringify({ loss: await loss.item(), slope: [...await slope.data()], simd: simd.enabled });
}
`;

test('a bundle for the browser computes the same bits with the same faster code', async () => {
  const { findChromium, startChromium } = await tool('tools/chromium.mjs');
  if (!findChromium()) {
    console.log('skip: browser: no Chromium or Chrome is installed');
    return;
  }
  const folder = temporaryFolder('detseg-browser-');
  const stdin = { contents: `${program}\nglobalThis.compute = compute;`, resolveDir: root };
  buildSync({ stdin, bundle: true, platform: 'browser', outfile: join(folder, 'bundle.js'), logLevel: 'silent' });
  const index = pathToFileURL(join(root, 'dist', 'src', 'index.js')).href;
  writeFiles(folder, {
    'page.html': '<script src="bundle.js"></script>',
    'program.mjs': `${program.replace("'detseg'", JSON.stringify(index))}\ncompute().then((text) => console.log(text));`,
  });
  const browser = await startChromium();
  try {
    const page = await browser.page();
    await page.go(pathToFileURL(join(folder, 'page.html')).href);
    const answer = await page.evaluate('compute()');
    const here = spawnSync(process.execPath, [join(folder, 'program.mjs')], { encoding: 'utf8' });
    assert.is(here.status, 0, here.stderr);
    assert.is(answer, here.stdout.trim());
    assert.is(JSON.parse(answer).simd, true);
    assert.equal(page.problems, []);
  } finally {
    await browser.close();
  }
});

test.run();
