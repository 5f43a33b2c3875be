import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { matmul, tensor, useDevice } from '../../src/index';
import { breathe, forgetInterrupt, interrupt } from '../../src/platform/breath';
import { onInterrupt } from '../../src/platform/interrupts';

const test = suite('platform/breath');

test('a loop that only computes lets others in, and ends where somebody wishes it', async () => {
  await useDevice('cpu');
  const a = tensor([
    [1, 2],
    [3, 4],
  ]);
  let steps = 0;
  setTimeout(interrupt, 100);
  try {
    while (true) {
      await matmul(a, a).data();
      steps++;
    }
  } catch (error) {
    assert.is((error as Error).name, 'Interrupt');
  }
  assert.ok(steps > 0);
  assert.equal([...(await matmul(a, a).data())], [7, 10, 15, 22]);
});

test('who listens for Ctrl-C is told, and then nothing is thrown', async () => {
  let heard = 0;
  const forget = onInterrupt(() => {
    heard++;
  });
  interrupt();
  forget();
  assert.is(heard, 1);
  await new Promise((resume) => setTimeout(resume, 60));
  await breathe();
});

test('a wish does not outlive what it was meant for', async () => {
  interrupt();
  forgetInterrupt();
  await new Promise((resume) => setTimeout(resume, 60));
  await breathe();
});

test.run();
