import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runNode } from './support/inChild';
import type { Footprint } from './support/leak';

/** The footprints that a function of support/leak finds, in a process of its own: only there can garbage be collected on command. */
async function found<Kind>(call: string): Promise<Kind[]> {
  const program = `require(${JSON.stringify(join(__dirname, 'support', 'leak.js'))}).${call}
    .then((found) => process.stdout.write(JSON.stringify(found), () => process.exit(0)))`;
  const { code, output, errors } = await runNode(['--expose-gc', '-e', program], { DETSEG_DEVICE: 'webasm' });
  assert.is(code, 0, errors);
  return JSON.parse(output);
}

const test = suite('leak');

test('500 training steps hold on to no more than 100 do', async () => {
  const [early, late] = await found<Footprint>('footprints([100, 500])');
  assert.is(late.step, 500);
  assert.is(late.compiledPlans, early.compiledPlans);
  assert.is(late.cachedPlans, 1);
  // 400 leaked steps of this net would be over 20 MB.
  const growth = late.heap + late.arrays - early.heap - early.arrays;
  assert.ok(growth < 2 * 2 ** 20, `${growth} bytes more after 500 steps`);
  assert.ok(late.loss < early.loss || late.loss < 1, `loss ${early.loss} → ${late.loss}`);
});

test.run();
