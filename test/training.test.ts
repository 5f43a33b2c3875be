import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { adam, argMax, deviceReport, sgd, useDevice, withoutGradients } from '../src/index';
import { quadrants, SmallNet } from './support/model';

const test = suite('training');

/** Loss after each of some steps, as float32 bits: equal only if not one rounding differs. */
async function lossBits(steps: number, { size = 8, width = 8, batch = 6 } = {}): Promise<number[]> {
  const model = new SmallNet({ seed: 3, width });
  const optimizer = sgd(model, { learningRate: 0.1, momentum: 0.9 });
  const losses = new Float32Array(steps);
  for (let step = 0; step < steps; step++)
    losses[step] = await optimizer.step(model.loss(quadrants(step, batch, size)));
  return [...new Int32Array(losses.buffer)];
}

for (const backend of ['webasm', 'cpu'] as const) {
  test(`${backend}: the same seed gives the same losses, bit for bit`, async () => {
    await useDevice(backend);
    const first = await lossBits(20);
    await useDevice(backend);
    assert.equal(await lossBits(20), first);
    assert.is(new Set(first).size, 20);
  });
}

test('webasm on threads: the same seed gives the same losses, bit for bit', async () => {
  await useDevice('webasm');
  const big = { size: 32, width: 16, batch: 8 };
  const first = await lossBits(20, big);
  const { executor } = await deviceReport();
  if (executor !== 'fused-threaded') console.log(`skip: threads were not at work (${executor})`);
  assert.equal(await lossBits(20, big), first);
});

test('a small net learns which quadrant is bright', async () => {
  await useDevice('webasm');
  const model = new SmallNet({ seed: 5, width: 8 });
  // The mean over the image forgets where a pixel stood; what tells quadrants apart are the zeros around the image.
  const optimizer = adam(model, { learningRate: 0.01 });
  for (let step = 0; step < 150; step++) await optimizer.step(model.loss(quadrants(step, 32)));
  model.evaluate();
  const { images, labels } = quadrants(10_000, 400);
  const guesses = await withoutGradients(() => argMax(model.forward(images))).data();
  const expected = await labels.data();
  const accuracy = guesses.filter((guess, i) => guess === expected[i]).length / expected.length;
  assert.ok(accuracy > 0.95, `${100 * accuracy} % of 400 held-out images`);
});

test.run();
