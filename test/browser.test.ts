import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const root = resolve(__dirname, '..', '..');
const test = suite('browser');

function findChromium(): string | undefined {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const onPath = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  const installed = [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  ];
  return [process.env.CHROME ?? '', ...onPath, ...installed].find((path) => path !== '' && existsSync(path));
}

/** A training step's loss and gradient, and what it ran on. */
const program = `
import { conv2d, createRandom, deviceReport, gradients, realise, relu, sum, tensor, useDevice } from 'detseg';
export async function compute() {
  await useDevice('webasm', { threads: 1 });
  const random = createRandom(1);
  const draw = (shape) => tensor(Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.normal()), shape);
  const [x, filters] = [draw([2, 16, 16, 8]), draw([3, 3, 8, 8])];
  const loss = sum(relu(conv2d(x, filters, { padding: 1 })));
  const [slope] = gradients(loss, [filters]);
  await realise(loss, slope);
  const { simd } = await deviceReport();
  return JSON.stringify({ loss: await loss.item(), slope: [...await slope.data()], simd: simd.enabled });
}
`;

test('a bundle for the browser computes the same bits with the same faster code', () => {
  const chromium = findChromium();
  if (!chromium) {
    console.log('skip: browser: no Chromium or Chrome is installed');
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'detseg-browser-'));
  try {
    const stdin = { contents: `${program}\nglobalThis.compute = compute;`, resolveDir: root };
    buildSync({ stdin, bundle: true, platform: 'browser', outfile: join(folder, 'bundle.js'), logLevel: 'silent' });
    const page = `<pre id="answer">waiting</pre>
<script>onerror = (message) => { answer.textContent = message; };</script>
<script src="bundle.js"></script>
<script>compute().then((text) => { answer.textContent = text; }, (error) => { answer.textContent = error.stack; });</script>`;
    writeFileSync(join(folder, 'page.html'), page);
    const quiet = [
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-sync',
    ];
    const result = spawnSync(
      chromium,
      [
        '--headless',
        '--no-sandbox',
        ...quiet,
        `--user-data-dir=${join(folder, 'profile')}`,
        '--virtual-time-budget=20000',
        '--dump-dom',
        pathToFileURL(join(folder, 'page.html')).href,
      ],
      { encoding: 'utf8', timeout: 90_000 },
    );
    const answer = /<pre id="answer">(.*?)<\/pre>/s.exec(result.stdout)?.[1];
    const node = `${program}\ncompute().then((text) => console.log(text));`;
    writeFileSync(
      join(folder, 'program.mjs'),
      node.replace("'detseg'", JSON.stringify(pathToFileURL(join(root, 'dist', 'src', 'index.js')).href)),
    );
    const here = spawnSync(process.execPath, [join(folder, 'program.mjs')], { encoding: 'utf8' });
    assert.is(here.status, 0, here.stderr);
    assert.is(answer, here.stdout.trim());
    assert.is(JSON.parse(answer!).simd, true);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
});

test.run();
