import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { add, type Backend, deviceReport, ones, sum, useDevice } from '../../src';
import { takeSurplusPlans } from '../../src/device/surplusPlans';

const test = suite('surplusPlans');
const { DETSEG_DEVICE: wished } = process.env;

const held = (...sizes: number[]) => sizes.map((bytes, name) => ({ name, plan: { bytes } }));

test('by hand: the least recently used go until both limits hold', () => {
  const plans = held(10, 20, 30, 40);
  assert.equal(
    takeSurplusPlans(plans, { plans: 9, bytes: 60 }).map(({ name }) => name),
    [3],
  );
  assert.equal(
    plans.map(({ name }) => name),
    [0, 1, 2],
  );
  assert.equal(
    takeSurplusPlans(plans, { plans: 1, bytes: 60 }).map(({ name }) => name),
    [2, 1],
  );
  assert.equal(takeSurplusPlans(plans, { plans: 1, bytes: 10 }), []);
});

test('the plan in use stays, however large it is', () => {
  const plans = held(1000, 1, 1);
  takeSurplusPlans(plans, { plans: 24, bytes: 100 });
  assert.equal(
    plans.map(({ name }) => name),
    [0],
  );
  assert.equal(takeSurplusPlans([], { plans: 24, bytes: 100 }), []);
});

test('large plans are dropped before there are many, and the last ones are found again', async () => {
  await useDevice('webasm');
  // The table of sums is an array of the plan alone.
  const side = 4096;
  const compute = (more: number) => sum(add(ones([side, 1]), ones([1, side + 4 * more]))).item();
  for (let more = 1; more <= 10; more++) await compute(more);
  const { cachedPlans, cachedBytes, compiledPlans } = await deviceReport();
  assert.ok(cachedBytes <= 512 * 2 ** 20, `${cachedBytes} bytes held`);
  assert.ok(cachedBytes >= cachedPlans * 4 * side ** 2, `${cachedBytes} bytes for ${cachedPlans} plans`);
  assert.ok(cachedPlans > 1 && cachedPlans < 10, `${cachedPlans} plans held`);
  await compute(10);
  assert.is((await deviceReport()).compiledPlans, compiledPlans);
  await compute(1);
  assert.is((await deviceReport()).compiledPlans, compiledPlans + 1);
});

test.after(async () => {
  await useDevice((wished as Backend | undefined) ?? 'cpu');
});

test.run();
