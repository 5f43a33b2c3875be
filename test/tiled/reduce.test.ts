import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { squaredDeviation } from '../../kernels/batchNorm2d';
import { sum as sumKernel } from '../../kernels/reduce';
import { applyKernel, createRandom, max, mean, realize, sum, type Tensor, tensor, useDevice } from '../../src/index';
import type { PlanDescription } from '../../src/plan/planDescription';
import { lower } from '../../src/tiled/lower';

const test = suite('tiled/reduce');

const size = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);

function draw(shape: number[]): Tensor {
  const random = createRandom(1);
  return tensor(
    Float32Array.from({ length: size(shape) }, () => random.normal()),
    shape,
  );
}

async function compute(backend: 'cpu' | 'webasm', shape: number[], axes: number[], special: boolean) {
  await useDevice(backend);
  const x = draw(shape);
  if (special) x.value.data!.fill(Number.NEGATIVE_INFINITY, 0, x.size >> 1)[x.size - 2] = Number.NaN;
  const all = [sum(x, { axes }), mean(x, { axes }), max(x, { axes })];
  await realize(...all);
  return Promise.all(all.map((part) => part.data()));
}

// The middle axis whole and in blocks, the last one shorter; rows side by side; few and many channels, whole and broken quads.
const cases: [shape: number[], axes: number[]][] = [
  [[64, 8], [0]],
  [[4096, 8], [0]],
  [[200, 16], [0]],
  [[1000, 5], [0]],
  [[513, 17], [0]],
  [[300, 3], [0]],
  [[5, 2, 20], [1]],
  [[3, 130, 12], [1]],
  [[700, 6], [1]],
  [[9, 256], [1]],
  [[9, 257], [1]],
  [[4, 9216], [0]],
  [[4096], [0]],
  [[3], [0]],
];
for (const [shape, axes] of cases) {
  test(`sum, mean and maximum of [${shape}] over axis ${axes}: the numbers of the plain kernels`, async () => {
    for (const special of [false, true]) {
      const plain = await compute('cpu', shape, axes, special);
      const tiled = await compute('webasm', shape, axes, special);
      for (const [part, data] of plain.entries()) {
        // Plain JavaScript adds in float64.
        const close = (a: number, b: number) => Object.is(a, b) || Math.abs(a - b) <= 1e-5 * Math.max(1, Math.abs(a));
        const same = part === 2 ? Object.is : close;
        const wrong = data.findIndex((value, i) => !same(value, tiled[part][i]));
        assert.is(wrong, -1, `part ${part}, special ${special}: ${data[wrong]} became ${tiled[part][wrong]}`);
      }
    }
  });
}

const cells = { kernel: squaredDeviation, grid: [8, 4096], constants: { channels: 8 }, scalars: {}, inputs: [~0, ~1] };
const reduction = (inputs: number[]) => ({
  kernel: sumKernel,
  grid: [8, 64, 1],
  constants: { length: 4096, inner: 8, blockLength: 64 },
  scalars: { factor: 1 },
  inputs,
});
const names = ({ steps }: PlanDescription) => steps.map(({ kernel }) => kernel.name);
const leafSizes = [1, 1];

test('numbers that only sums read are computed in the sum and never written', () => {
  assert.equal(names(lower({ leafSizes, steps: [cells, reduction([0])], pauses: [], outputs: [1] })), ['sumTiled']);
});

test('numbers that somebody else reads are computed once', () => {
  const both = lower({ leafSizes, steps: [cells, reduction([0])], pauses: [], outputs: [0, 1] });
  assert.equal(names(both), ['squaredDeviationTiled', 'sumTiled']);
  const read = { ...cells, inputs: [0, ~1] };
  const steps = [cells, reduction([0]), read];
  assert.equal(names(lower({ leafSizes, steps, pauses: [], outputs: [1, 2] })), [
    'squaredDeviationTiled',
    'sumTiled',
    'squaredDeviationTiled',
  ]);
});

test('a sum of computed numbers is the sum of the written ones, bit for bit', async () => {
  await useDevice('webasm');
  for (const channels of [4, 5, 8, 12, 17]) {
    const [x, center] = [draw([640, channels]), draw([channels])];
    const options = { shape: x.shape, grid: [channels, 640], constants: { channels } };
    const deviations = () => applyKernel(squaredDeviation, { ...options, inputs: [x, center] });
    const alone = sum(deviations(), { axes: 0 });
    await realize(alone);
    const written = deviations();
    const beside = sum(written, { axes: 0 });
    await realize(written, beside);
    const [a, b] = [await alone.data(), await beside.data()];
    assert.ok(
      a.every((value, i) => value === b[i]),
      `${channels} channels`,
    );
  }
});

test.after(async () => {
  await useDevice('cpu');
  setImmediate(() => process.exit());
});
test.run();
