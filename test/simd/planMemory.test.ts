import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  adam,
  add,
  concat,
  conv2d,
  decide,
  deviceReport,
  gather,
  gradients,
  matmul,
  maxPool2d,
  multiply,
  permute,
  realize,
  relu,
  reshape,
  scale,
  slice,
  softmax,
  sum,
  type Tensor,
  tensor,
  useDevice,
} from '../../src/index';
import { shareMemory } from '../../src/simd/planMemory';
import { quadrants, SmallNet } from '../support/model';
import { draw } from '../support/plainAndTiled';
import { randomSource } from './kernelGenerator';

const test = suite('simd: arrays that share memory');

/** A computation made of random steps on maps of random sizes; the last map's gradient goes back through all of it. */
function program(seed: number): { roots: Tensor[]; decisions: number[] } {
  const below = randomSource(seed);
  const [batch, side] = [1 + below(2), 4 * (1 + below(6))];
  const decisions: number[] = [];
  const first = draw(seed, batch, side, side, 1 + below(9));
  const maps = [first];
  const weights: Tensor[] = [];
  const weight = (...shape: number[]) => {
    weights.push(scale(draw(seed + weights.length, ...shape), 0.3));
    return weights[weights.length - 1];
  };
  const steps: ((x: Tensor) => Tensor)[] = [
    (x) => relu(conv2d(x, weight(3, 3, x.shape[3], 1 + below(12)), { padding: 1 })),
    (x) => add(x, scale(multiply(x, x), 0.1)),
    (x) => softmax(x),
    (x) =>
      concat(
        [x, maps[below(maps.length)]].filter((map) => map.shape[1] === x.shape[1]),
        { axis: 3 },
      ),
    (x) => (x.shape[1] % 2 ? x : maxPool2d(x, { size: 2 })),
    (x) => permute(x, [0, 2, 1, 3]),
    (x) => slice(x, { end: [x.shape[0], x.shape[1], x.shape[2], Math.max(1, x.shape[3] - 1)] }),
    (x) =>
      reshape(matmul(reshape(x, [x.size / x.shape[3], x.shape[3]]), weight(x.shape[3], 6)), [
        ...x.shape.slice(0, 3),
        6,
      ]),
    // The host says in which order the rows of pixels go on.
    (x) => {
      const rows = reshape(x, [x.shape[0] * x.shape[1], x.shape[2] * x.shape[3]]);
      const [order] = decide([sum(rows, { axes: 1 })], [[rows.shape[0]]], ([sums]) => {
        decisions.push(sums.data[0]);
        return [[...sums.data.keys()].sort((i, j) => sums.data[j] - sums.data[i] || i - j)];
      });
      return reshape(gather(rows, order), x.shape);
    },
  ];
  for (let i = 0, count = 4 + below(12); i < count; i++) {
    const from = maps[below(3) ? maps.length - 1 : below(maps.length)];
    maps.push(steps[below(steps.length)](from));
  }
  const last = maps[maps.length - 1];
  const slopes = gradients(sum(multiply(last, last)), [first, ...weights]);
  return { roots: [last, maps[below(maps.length)], ...slopes], decisions };
}

/** Results of a program, twice: compiling the plan, and with what the first run has left in its memory. */
async function results(seed: number, threads?: 1): Promise<number[][]> {
  await useDevice('webasm', { threads });
  const runs: number[][] = [];
  for (let run = 0; run < 2; run++) {
    const { roots, decisions } = program(seed);
    await realize(...roots);
    runs.push(...(await Promise.all(roots.map(async (root) => [...(await root.data())]))), decisions);
  }
  assert.match((await deviceReport()).executor!, /^fused-/);
  // The second run goes without threads where the first one had them.
  assert.equal(runs.slice(runs.length / 2), runs.slice(0, runs.length / 2), `seed ${seed}`);
  return runs;
}

for (const threads of [1, undefined] as const) {
  test(`random programs have the same bits as where every array has a place of its own${threads ? ', on one thread' : ''}`, async () => {
    for (let seed = 0; seed < 8; seed++) {
      const shared = await results(seed, threads);
      shareMemory(false);
      const apart = await results(seed, threads).finally(() => shareMemory(true));
      assert.equal(shared, apart, `seed ${seed}`);
    }
  });
}

test('so do training steps, whose parameters come out of the plan and go into it', async () => {
  const train = async () => {
    await useDevice('webasm');
    const model = new SmallNet({ width: 24 });
    const optimizer = adam(model, { learningRate: 1e-2 });
    const losses: number[] = [];
    for (let step = 0; step < 5; step++) losses.push(await optimizer.step(model.loss(quadrants(step, 16, 16))));
    return { losses, bytes: (await deviceReport()).cachedBytes };
  };
  const shared = await train();
  shareMemory(false);
  const apart = await train().finally(() => shareMemory(true));
  assert.equal(shared.losses, apart.losses);
  assert.ok(shared.losses.every(Number.isFinite));
  // Maps of 16 images of 16×16 pixels and 24 channels are 384 KiB each.
  assert.ok(apart.bytes - shared.bytes > 2 * 384 * 1024, `${apart.bytes} and ${shared.bytes} bytes`);
});

test('results that were handed out stay as they are when the plan runs again', async () => {
  await useDevice('webasm');
  const run = (factor: number) => scale(relu(scale(tensor(Array(6000).fill(factor)), 2)), 3).data();
  const first = await run(1);
  await run(5);
  assert.is(first[0], 6);
  assert.is(first[5999], 6);
});

test.after(() => {
  setImmediate(() => process.exit());
});
test.run();
