import { spawnSync } from 'node:child_process';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { tool } from './docs/modules';
import { root } from './support/root';
import { temporaryFolder, writeFiles } from './support/temporaryFolder';

const test = suite('browser');

/** What the library computes, trains and keeps in files, as text; `folder` is where the files go. */
const program = `
import * as detseg from 'detseg';
import ndarray from 'ndarray';
const { adam, conv2d, Conv2d, createModel, createRandom, crossEntropy, deviceReport, gradients, kMeans, matmul, nms } = detseg;
const { listFiles, loadModel, readFile, readImage, realize, relu, saveModel, Sequential, softmax, sum, tensor, useDevice } = detseg;
const { imageFigure, toHtml, writeFile, writeImage } = detseg;

export async function compute(folder) {
  await useDevice('webasm', { threads: 1, relaxed: false });
  const random = createRandom(1);
  const draw = (shape) => tensor(Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.normal()), shape);
  const list = async (t) => [...await t.data()];

  const [x, filters] = [draw([2, 16, 16, 8]), draw([3, 3, 8, 8])];
  const loss = sum(relu(conv2d(x, filters, { padding: 1 })));
  const [slope] = gradients(loss, [filters]);
  await realize(loss, slope);
  const product = await list(softmax(matmul(draw([5, 7]), draw([7, 6]))));

  const network = new Sequential(new Conv2d(8, 4, { size: 3, padding: 1, random }), relu, new Conv2d(4, 3, { size: 1, random }));
  const truth = tensor(Float32Array.from({ length: 512 }, (_, i) => i % 3), [2, 16, 16]);
  const optimizer = adam(network, { learningRate: 0.01 });
  const losses = [];
  for (let step = 0; step < 3; step++) losses.push(await optimizer.step(crossEntropy(network.forward(x), truth)));

  const points = ndarray(Float32Array.from({ length: 120 }, () => random.uniform()), [60, 2]);
  const { centers } = await kMeans(points, { k: 3, seed: 2 });
  const boxes = Array.from({ length: 30 }, () => {
    const [left, top] = [50 * random.uniform(), 50 * random.uniform()];
    return [left, top, left + 5 + 20 * random.uniform(), top + 5 + 20 * random.uniform()];
  });
  const kept = nms(boxes, { scores: boxes.map((_, i) => (7 * i) % 30 / 30), iouThreshold: 0.3 });

  const pixels = ndarray(Uint8Array.from({ length: 20 * 30 * 3 }, (_, i) => (i * i) % 256), [20, 30, 3]);
  writeFile(folder + '/notes/a.txt', 'kept');
  writeImage(folder + '/one.png', pixels);
  writeImage(folder + '/two.jpg', pixels);
  const images = ['one.png', 'two.jpg'].map((name) => [...readImage(folder + '/' + name).data]);
  const same = images[0].every((value, i) => Math.round(255 * value) === pixels.data[i]);
  const description = { architecture: 'yolo', classes: { stuff: [], things: ['cat'] }, size: { height: 32, width: 32 }, options: { anchors: [[8, 8]] } };
  const model = createModel({ ...description, letterbox: true }, createRandom(3));
  await saveModel(folder + '/model', model);
  const loaded = await loadModel(folder + '/model').model.stateDict();
  const weights = Object.entries(loaded).map(([name, { data }]) => [name, data.reduce((all, one) => all + one, 0)]);
  let refusal = '';
  try {
    readImage(folder + '/none.png');
  } catch (error) {
    refusal = error.message.replaceAll(folder, '');
  }
  const { simd } = await deviceReport();
  return JSON.stringify({
    loss: await loss.item(), slope: await list(slope), product, losses, centers: [...centers.data], kept, images, same, weights, refusal,
    parameters: await Promise.all(network.parameters().map(list)),
    files: listFiles(folder), notes: new TextDecoder().decode(readFile(folder + '/notes/a.txt')),
    figure: toHtml(imageFigure(pixels)).length > 1000, simd: simd.enabled,
  });
}
`;

/** The text of a bundle for browsers, and what it was made of. */
function bundled(contents: string) {
  const { outputFiles, metafile } = buildSync({
    stdin: { contents, resolveDir: root },
    ...{ bundle: true, platform: 'browser', format: 'iife', globalName: 'bundle', minify: true },
    ...{ write: false, metafile: true, logLevel: 'silent' },
  });
  return { text: outputFiles![0].text, metafile: metafile! };
}

test('a bundle of all of the library has nothing of Node and nothing of Plotly, and is small', () => {
  const { text, metafile } = bundled("export * from 'detseg';");
  const inputs = Object.entries(metafile.inputs);
  const packages = inputs.map(([path]) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]);
  assert.not.ok(packages.some((name) => /plotly|webgpu|sharp|mnist/.test(name ?? '')));
  assert.ok(packages.includes('fflate'));
  const foreign = inputs.flatMap(([path, { imports }]) =>
    imports
      .filter(({ path: target, external }) => external || isBuiltin(target))
      .map(({ path: target }) => `${path}: ${target}`),
  );
  assert.equal(foreign, []);
  assert.not.match(text, /require\("(node:|fs|path|os|zlib)/);
  assert.not.match(text, /from"node:/);
  const megabytes = gzipSync(text).length / 1e6;
  console.log(`note: browser: ${megabytes.toFixed(2)} MB compressed`);
  assert.ok(megabytes < 0.6, `${megabytes} MB`);
});

test('a bundle for the browser computes the same bits with the same faster code', async () => {
  const { findChromium, startChromium } = await tool('tools/chromium.mjs');
  if (!findChromium()) {
    console.log('skip: browser: no Chromium or Chrome is installed');
    return;
  }
  const folder = temporaryFolder('detseg-browser-');
  const { text } = bundled(program);
  const index = pathToFileURL(join(root, 'dist', 'src', 'index.js')).href;
  const ndarray = pathToFileURL(require.resolve('ndarray')).href;
  const here = program.replace("'detseg'", JSON.stringify(index)).replace("'ndarray'", JSON.stringify(ndarray));
  writeFiles(folder, {
    'bundle.js': text,
    'page.html': '<script src="bundle.js"></script>',
    'program.mjs': `${here}\ncompute(process.argv[2]).then((text) => console.log(text));`,
  });
  const browser = await startChromium();
  try {
    const page = await browser.page();
    await page.go(pathToFileURL(join(folder, 'page.html')).href);
    const answer = JSON.parse(await page.evaluate("bundle.compute('/files')"));
    const program = [join(folder, 'program.mjs'), join(folder, 'files')];
    const own = spawnSync(process.execPath, program, { encoding: 'utf8', maxBuffer: 2 ** 24 });
    assert.is(own.status, 0, own.stderr);
    assert.equal(answer, JSON.parse(own.stdout));
    assert.is(answer.simd, true);
    assert.is(answer.same, true);
    assert.is(answer.notes, 'kept');
    assert.equal(answer.files, ['one.png', 'two.jpg', 'model/model.json', 'model/weights.safetensors', 'notes/a.txt']);
    assert.ok(answer.losses[2] < answer.losses[0]);
    assert.is(answer.refusal, 'readImage: /none.png: no such file');
    assert.equal(page.problems, []);
  } finally {
    await browser.close();
  }
});

test.run();
