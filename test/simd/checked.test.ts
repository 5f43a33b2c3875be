import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const library = resolve(__dirname, '..', '..', 'src', 'index.js');
const test = suite('simd/checked');

/** Runs a program that may use the library, with a value of DETSEG_SIMD. */
function run(mode: string, body: string) {
  const program = `const d = require(${JSON.stringify(library)}); (async () => { await d.useDevice('webasm'); ${body} })()
    .catch(({ message }) => console.log(message));`;
  return spawnSync(process.execPath, ['-e', program], { encoding: 'utf8', env: { ...process.env, DETSEG_SIMD: mode } });
}

// The indices are computed on the device, so that gather cannot check them when it is recorded.
const gather = (indices: string) => `
  const rows = d.gather(d.tensor([1, 2, 3, 4]), d.scale(d.tensor(${indices}), 1));
  console.log([...(await rows.data())].slice(0, 2).join());`;

test('checked mode stops a computation that reads outside an array and names the kernel', () => {
  assert.match(
    run('checked', gather('[1, 900]')).stdout,
    /^DETSEG_SIMD=checked: read outside an array: gather \d+ times/,
  );
  assert.is(run('checked', gather('[1, 3]')).stdout.trim(), '2,4');
});

test('without it such a read gives some number and never stops the program', () => {
  const { status, stdout } = run('on', gather('[1, 900]'));
  assert.is(status, 0);
  assert.match(stdout, /^2,/);
});

test('a training step reads nothing outside its arrays', () => {
  const { stdout } = run(
    'checked',
    `const random = d.createRandom(1);
    const layers = [new d.Conv2d(3, 6, { size: 3, stride: 2, padding: 1, random }), new d.BatchNorm2d(6), d.relu];
    const model = new d.Sequential(...layers, (x) => d.maxPool2d(x, { size: 2 }), new d.Conv2d(6, 5, { size: 1, random }));
    const optimizer = d.adam(model, { learningRate: 1e-3 });
    const loss = d.crossEntropy(model.forward(d.full([2, 15, 13, 3], 0.5)), d.zeros([2, 4, 3]));
    console.log(Number.isFinite(await optimizer.step(loss)));`,
  );
  assert.is(stdout.trim(), 'true');
});

// Channels 12 are whole lanes, 6 and 3 are broken ones; sizes leave blocks half empty at every border.
const convolutions = `
  const random = d.createRandom(1);
  const draw = (...shape) => d.tensor(Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.normal()), shape);
  const sums = [];
  for (const [channels, groups] of [[12, 12], [6, 6], [24, 3], [16, 4]]) for (const [stride, size] of [[1, 3], [2, 5]]) {
    const [x, w, b] = [draw(2, 9, 19, channels), draw(size, size, channels / groups, channels), draw(channels)];
    const y = d.relu6(d.conv2d(x, w, { bias: b, stride, padding: size >> 1, groups }));
    const slopes = d.gradients(d.sum(d.multiply(y, y)), [x, w, b]);
    for (const part of [d.add(y, y), ...slopes]) sums.push(await d.sum(d.abs(part)).item());
  }
  console.log(sums.join());`;

test('convolutions in groups read nothing outside their arrays, and compute the same in every mode', () => {
  const [on, ...others] = ['on', 'checked', 'off'].map((mode) => run(mode, convolutions).stdout.split(',').map(Number));
  assert.is(on.length, 32);
  assert.ok(on.every((value) => value > 0));
  for (const other of others) {
    for (const [i, value] of on.entries())
      assert.ok(Math.abs(other[i] - value) < 1e-5 * value, `${i}: ${value}, ${other[i]}`);
  }
});

test.run();
