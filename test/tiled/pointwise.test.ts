import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { add, applyKernel, kernels, realise, tensor, useDevice } from '../../src/index';
import { lower } from '../../src/tiled/lower';
import { readPointwise } from '../../src/tiled/pointwise';

const test = suite('tiled/pointwise');

test('kernels of constants and a return are recognised, loops and branches are not', () => {
  assert.equal(readPointwise(kernels.negate)?.parameters, ['x']);
  assert.equal(
    readPointwise(kernels.batchNorm2d)?.constants.map(({ name }) => name),
    ['c', 'i'],
  );
  for (const kernel of [kernels.relu, kernels.matmul, kernels.adam, kernels.sign, (x: number[]) => x[0]]) {
    assert.is(readPointwise(kernel), null, kernel.name);
  }
});

test('the tiled kernel takes the place of the plain one where quads fit, and only there', () => {
  const step = (grid: number[]) => ({ kernel: kernels.negate, grid, constants: {}, scalars: {}, inputs: [~0] });
  const names = (grid: number[]) =>
    lower({ leafSizes: [1], steps: [step(grid)], outputs: [0] }).steps.map(({ kernel }) => kernel.name);
  assert.equal(names([4096]), ['negateTiled']);
  assert.equal(names([4099]), ['negate']);
  assert.equal(names([64]), ['negate']);
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
      await realise(own, sum);
      results.push(await own.data(), await sum.data());
    }
    for (const part of [0, 1]) {
      const worst = results[part].reduce((most, value, i) => Math.max(most, Math.abs(value - results[part + 2][i])), 0);
      assert.ok(worst < 1e-6, `largest difference ${worst}`);
    }
  });
}

test.run();
