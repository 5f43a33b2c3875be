import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type GoldenArray, loadGolden, parseGolden } from './golden';

const test = suite('golden');

const slugs = [
  'elementwise',
  'reduce',
  'matmul',
  'shape',
  'conv2d',
  'pool',
  'normalize',
  'losses',
  'optimizers',
  'kMeans',
  'meanShift',
];

for (const slug of slugs) {
  test(`${slug} loads, with names of their own, inputs that float32 holds, and gradients of the inputs' shapes`, () => {
    const { versions, cases } = loadGolden(slug);
    for (const name of ['python', 'torch', 'numpy', 'scikit-learn']) assert.match(versions[name], /^\d+\.\d+/);
    assert.is(new Set(cases.map(({ name }) => name)).size, cases.length);
    for (const { name, inputs, output, upstream, gradients = {} } of cases) {
      const exact: Record<string, GoldenArray> = upstream ? { ...inputs, upstream } : inputs;
      for (const [key, { data }] of Object.entries(exact)) {
        assert.ok(
          data.every((value) => Math.fround(value) === value),
          `${name}: ${key}`,
        );
      }
      if (upstream) assert.equal(upstream.shape, output!.shape, name);
      for (const key in gradients) {
        assert.equal(gradients[key].shape, inputs[key].shape, `${name}: ${key}`);
        assert.ok(
          gradients[key].data.some((value) => value !== 0),
          `${name}: the gradient of ${key} is zero`,
        );
      }
    }
  });
}

test('a convolution by hand agrees: the layouts are the ones that are promised', () => {
  const { inputs, output } = loadGolden('conv2d').cases.find(({ name }) => name === '3x3 without padding')!;
  const [, height, width, channels] = inputs.x.shape;
  const outChannels = inputs.weight.shape[3];
  assert.equal(inputs.weight.shape, [3, 3, channels, outChannels]);
  assert.equal(output!.shape, [1, height - 2, width - 2, outChannels]);
  // One output pixel: row 2, column 1, channel 3.
  let total = inputs.bias.data[3];
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) {
      for (let c = 0; c < channels; c++) {
        const pixel = inputs.x.data[((2 + i) * width + (1 + j)) * channels + c];
        total += pixel * inputs.weight.data[((i * 3 + j) * channels + c) * outChannels + 3];
      }
    }
  }
  assert.ok(Math.abs(output!.data[(2 * (width - 2) + 1) * outChannels + 3] - total) < 1e-7);
});

test('throws on a slug that there is no file for, listing those there are', () => {
  assert.throws(
    () => loadGolden('cornv2d'),
    /^loadGolden: expected one of .*conv2d, .*elementwise, .*, got "cornv2d"$/,
  );
});

test('throws on what is not of the format, naming file and place', () => {
  const golden = (entry: unknown) => ({ versions: {}, cases: [entry] });
  const entry = { name: 'first', op: 'add', options: {}, inputs: { a: { shape: [2], data: [1, 2] } } };
  assert.is(parseGolden('x.json', golden(entry)).cases[0].name, 'first');
  for (const wrong of [null, [], { cases: [entry] }, { versions: {}, cases: [] }]) {
    assert.throws(() => parseGolden('x.json', wrong), /^x\.json: expected versions and a list of cases$/);
  }
  const { inputs: _, ...withoutInputs } = entry;
  assert.throws(
    () => parseGolden('x.json', golden(withoutInputs)),
    /^x\.json: expected name, op, options and inputs in case 0$/,
  );
  const short = { ...entry, gradients: { a: { shape: [2, 2], data: [1, 2, 3] } } };
  assert.throws(
    () => parseGolden('x.json', golden(short)),
    /^x\.json: first\.gradients\.a: expected 4 numbers for shape \[2, 2\], got 3$/,
  );
  const broken = { ...entry, output: { shape: [1], data: [null] } };
  assert.throws(
    () => parseGolden('x.json', golden(broken)),
    /^x\.json: first\.output: expected a shape and data of finite numbers$/,
  );
});

test.run();
