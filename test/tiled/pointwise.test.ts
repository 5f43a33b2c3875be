import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { abs, add, applyKernel, gradients, kernels, realize, relu, sum, tensor, useDevice } from '../../src/index';
import { lower } from '../../src/tiled/lower';
import { readPointwise } from '../../src/tiled/pointwise';

const test = suite('tiled/pointwise');

test('kernels of constants and a return are recognized, loops and branches are not', () => {
  assert.equal(readPointwise(kernels.negate)?.parameters, ['x']);
  assert.equal(
    readPointwise(kernels.batchNorm2d)?.constants.map(({ name }) => name),
    ['c', 'i'],
  );
  for (const kernel of [kernels.matmul, kernels.maxPool2d, kernels.crossEntropyGradient, (x: number[]) => x[0]]) {
    assert.is(readPointwise(kernel), null, kernel.name);
  }
});

test('the tiled kernel takes the place of the plain one where it pays, and whole tiles are wanted only where they fit', () => {
  const step = (grid: number[]) => ({ kernel: kernels.negate, grid, constants: {}, scalars: {}, inputs: [~0] });
  const names = (grid: number[], wholeTiles = false) =>
    lower({ leafSizes: [1], steps: [step(grid)], pauses: [], outputs: [0] }, { wholeTiles }).steps.map(
      ({ kernel }) => kernel.name,
    );
  assert.equal(names([4096]), ['negateTiled']);
  assert.equal(names([4, 2, 512]), ['negateTiled']);
  assert.equal(names([64]), ['negate']);
  assert.equal(names([4093]), ['negateTiled']);
  assert.equal(names([4093], true), ['negate']);
  assert.equal(names([4096], true), ['negateTiled']);
});

test('what is the same along an axis is computed once for it', () => {
  function scaled(this: any, x: number[], column: number[], row: number[]) {
    const scale = column[this.thread.x];
    const both = scale * row[this.thread.y];
    const shift = row[this.thread.y];
    return x[this.thread.y * 8 + this.thread.x] * both + shift;
  }
  const step = { kernel: scaled as any, grid: [8, 256], constants: {}, scalars: {}, inputs: [~0, ~1, ~2] };
  const [{ kernel, constants }] = lower({ leafSizes: [1, 1, 1], steps: [step], pauses: [], outputs: [0] }).steps;
  const count = (name: string) => kernel.toString().match(new RegExp(`const ${name}_`, 'g'))?.length;
  assert.equal([constants.TILE_X, constants.TILE_Y], [2, 4]);
  assert.equal([count('scale'), count('shift'), count('both'), count('result')], [2, 4, 8, 8]);
});

test('an optimizer writes its averages and the parameter together', () => {
  const inputs = [~0, ~1, ~2, ~3];
  const scalars = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, decoupledDecay: 0 };
  const step = { kernel: kernels.adam, grid: [1024, 3], constants: { size: 1024 }, scalars, inputs };
  const [{ kernel, constants }] = lower({ leafSizes: [1, 1, 1, 1], steps: [step], pauses: [], outputs: [0] }).steps;
  assert.equal([kernel.name, constants.TILE_Y], ['adamTiled', 3]);
  assert.is(kernel.toString().match(/Math\.sqrt/g)?.length, constants.TILE_X);
});

/** Reads its own number by a name that is also a constant's and a property's. */
function tricky(this: any, x: number[], width: number[]) {
  const i = this.thread.y * this.constants.i + this.thread.x;
  const ii = i + this.constants.ii; // a longer name that begins like another
  return x[i] * 2 + width[this.thread.x] - (ii - i) / 3;
}

for (const [width, height] of [
  [4, 300],
  [8, 257],
  [12, 96],
  [16, 65],
  [20, 64],
  [1024, 1],
  [1, 1100],
  [3, 400],
  [5, 261],
  [6, 512],
  [17, 100],
  [1027, 1],
  [520, 3],
]) {
  test(`${width} × ${height}: every cell as from the plain kernel`, async () => {
    const numbers = Float32Array.from({ length: width * height }, (_, i) => Math.sin(i));
    const results: Float32Array[] = [];
    for (const backend of ['cpu', 'webasm'] as const) {
      await useDevice(backend);
      const x = tensor(numbers, [height, width]);
      const own = applyKernel(tricky, {
        inputs: [x, tensor(numbers.subarray(0, width))],
        shape: [height, width],
        grid: [width, height],
        constants: { i: width, ii: 5 },
      });
      const sum = add(own, tensor(numbers.subarray(0, width)));
      await realize(own, sum);
      results.push(await own.data(), await sum.data());
    }
    for (const part of [0, 1]) {
      const worst = results[part].reduce((most, value, i) => Math.max(most, Math.abs(value - results[part + 2][i])), 0);
      assert.ok(worst < 1e-6, `largest difference ${worst}`);
    }
  });
}

test('a ReLU and a sign keep or drop what is no number as the plain kernels do, whatever the size', async () => {
  for (const size of [1024, 1031]) {
    const numbers = Float32Array.from({ length: size }, (_, i) => Math.sin(i));
    numbers.set([Number.NaN, -0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY], size - 5);
    const results: Float32Array[][] = [];
    for (const backend of ['cpu', 'webasm'] as const) {
      await useDevice(backend);
      const x = tensor(numbers);
      const all = [relu(x), ...gradients(sum(relu(x)), [x]), ...gradients(sum(abs(x)), [x])];
      await realize(...all);
      results.push(await Promise.all(all.map((part) => part.data())));
    }
    assert.ok(Number.isNaN(results[1][0][size - 5]));
    for (const [part, plain] of results[0].entries()) {
      assert.ok(
        plain.every((value, i) => Object.is(value, results[1][part][i])),
        `part ${part} of ${size} numbers`,
      );
    }
  }
});

test.after(async () => {
  await useDevice('cpu');
  setImmediate(() => process.exit());
});
test.run();
