import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  add,
  type Backend,
  conv2d,
  DeviceError,
  deviceReport,
  exp,
  gradients,
  ones,
  realize,
  sum,
  useDevice,
} from '../../src';
import { assertAllClose } from '../support/allClose';
import { assertRejects } from '../support/assertThrows';
import { runNode, webGpuEnvironment } from '../support/inChild';
import { quadrants, SmallNet } from '../support/model';

const test = suite('device');
const reporter = join(__dirname, '..', 'support', 'stepReport.js');
// Each test below chooses for itself.
const { DETSEG_DEVICE: wished } = process.env;

async function step(backend: Backend) {
  await useDevice(backend);
  const model = new SmallNet();
  const loss = model.loss(quadrants(1, 6));
  const slopes = gradients(loss, model.parameters());
  await realize(loss, ...slopes, ...model.runningValues());
  return { loss: await loss.item(), slopes: await Promise.all(slopes.map(async (slope) => [...(await slope.data())])) };
}

test('plain JavaScript and WebAssembly give the same loss and gradients', async () => {
  const plain = await step('cpu');
  assert.is((await deviceReport()).executor, 'stepwise');
  const wasm = await step('webasm');
  assertAllClose([wasm.loss], [plain.loss], { name: 'loss', absolute: 1e-5 });
  for (const [i, slope] of wasm.slopes.entries()) {
    assertAllClose(slope, plain.slopes[i], { name: `gradient ${i}`, absolute: 1e-4 });
  }
});

test('WebGPU gives the same loss and gradients, in one encoder', async () => {
  const { code, output, errors } = await runNode([reporter], { ...webGpuEnvironment(), DETSEG_DEVICE: 'webgpu' });
  if (code !== 0) {
    console.log(
      `skip: WebGPU was not compared: ${errors.split('\n').find((line) => line.includes('useDevice')) ?? errors}`,
    );
    assert.match(errors, /DeviceError: DETSEG_DEVICE: expected webgpu to answer; tried webgpu \(.+\)/);
    return;
  }
  const report = JSON.parse(output.trim().split('\n').at(-1)!);
  assert.is(report.backend, 'webgpu');
  assert.is(report.executor, 'fused-encoder', `fell back: ${report.fallbackReason}`);
  const plain = await step('cpu');
  assertAllClose([report.loss], [plain.loss], { name: 'loss', absolute: 1e-4 });
  for (const [i, slope] of report.slopes.entries()) {
    assertAllClose(slope, plain.slopes[i], { name: `gradient ${i}`, absolute: 1e-4, relative: 1e-4 });
  }
});

test('the report says what ran: threads for much work, none for little, no fusion on plain JavaScript', async () => {
  const { backend, tried, description } = await useDevice('webasm');
  assert.is(backend, 'webasm');
  assert.equal(tried, []);
  assert.ok(description.length > 0);
  assert.is((await deviceReport()).executor, null);
  await exp(ones([10])).data();
  assert.is((await deviceReport()).executor, 'fused-sync');
  assert.is((await deviceReport()).fallbackReason, null);
  const images = ones([8, 64, 64, 16]);
  const sums = await conv2d(images, ones([3, 3, 16, 32])).data();
  assert.ok(sums.every((value) => value === 144));
  const { executor } = await deviceReport();
  if (typeof SharedArrayBuffer === 'undefined' || (await import('node:os')).availableParallelism() < 2) {
    console.log(`skip: one processor, so nothing runs on threads (${executor})`);
  } else assert.is(executor, 'fused-threaded');
});

test('changing the back end empties the plan cache, and tensors move along', async () => {
  await useDevice('webasm');
  const x = exp(ones([3]));
  await add(x, 1).data();
  assert.is((await deviceReport()).cachedPlans, 1);
  const report = await useDevice('cpu');
  assert.is(report.cachedPlans, 0);
  assert.is(report.compiledPlans, 0);
  assertAllClose(await x.data(), [Math.E, Math.E, Math.E]);
});

test('a wish that cannot be met is refused', async () => {
  const nonsense = 'useDevice: expected one of auto, webgpu, webasm, cpu, got "quantum"';
  await assertRejects(() => useDevice('quantum' as Backend), nonsense);
  try {
    await useDevice('quantum' as Backend);
    assert.unreachable();
  } catch (error) {
    assert.instance(error, DeviceError);
  }
  // What was in use still is.
  await useDevice('cpu');
  await assertRejects(() => useDevice('quantum' as Backend), nonsense);
  assert.is((await deviceReport()).backend, 'cpu');
});

test('DETSEG_DEVICE is obeyed, and what cannot be met names what was tried', async () => {
  const [cpu, wasm, nonsense, unreachable] = await Promise.all([
    runNode([reporter], { DETSEG_DEVICE: 'cpu' }),
    runNode([reporter], { DETSEG_DEVICE: 'webasm' }),
    runNode([reporter], { DETSEG_DEVICE: 'quantum' }),
    // A driver list that names no driver leaves WebGPU without an adapter wherever Vulkan is the way to it.
    runNode([reporter], {
      DETSEG_DEVICE: 'webgpu',
      VK_ICD_FILENAMES: '/nowhere.json',
      VK_DRIVER_FILES: '/nowhere.json',
    }),
  ]);
  assert.is(JSON.parse(cpu.output).backend, 'cpu');
  assert.is(JSON.parse(wasm.output).backend, 'webasm');
  assert.is(nonsense.code, 1);
  assert.match(nonsense.errors, /DeviceError: \w+: expected one of auto, webgpu, webasm, cpu, got "quantum"/);
  if (unreachable.code === 0) console.log('skip: WebGPU answers here whatever Vulkan says');
  else assert.match(unreachable.errors, /DeviceError: DETSEG_DEVICE: expected webgpu to answer; tried webgpu \(.+\)/);
});

test('without a wish, the first back end that answers is taken and the others are named', async () => {
  const { code, output, errors } = await runNode([reporter], { DETSEG_DEVICE: undefined });
  assert.is(code, 0, errors);
  const report = JSON.parse(output);
  if (report.backend === 'webgpu') assert.equal(report.tried, []);
  else {
    assert.is(report.backend, 'webasm');
    assert.is(report.tried[0].backend, 'webgpu');
    assert.ok(report.tried[0].reason.length > 0);
  }
});

test('on one thread a large plan stays on the calling thread, with the same bits', async () => {
  const compute = async () => {
    const x = ones([200, 200]);
    return (await sum(exp(x), { axes: 1 }).data()).slice();
  };
  await useDevice('webasm');
  const shared = await compute();
  await useDevice('webasm', { threads: 1 });
  assert.equal(await compute(), shared);
  assert.is((await deviceReport()).executor, 'fused-sync');
  let message = '';
  await useDevice('webasm', { threads: 3 as 1 }).catch((error) => {
    message = error.message;
  });
  assert.is(message, 'useDevice: expected threads to be 1 or left out, got 3');
});

test('a shape that changes every step does not fill the memory with plans', async () => {
  await useDevice('webasm');
  for (let width = 1; width <= 200; width++) {
    const x = ones([2, width]);
    assert.is(await sum(exp(x)).item(), Math.fround(await sum(exp(ones([2, width]))).item()));
  }
  const { cachedPlans, compiledPlans } = await deviceReport();
  assert.ok(compiledPlans >= 200, `${compiledPlans} plans compiled`);
  assert.ok(cachedPlans <= 24, `${cachedPlans} plans held`);
});

test.after(async () => {
  await useDevice((wished as Backend | undefined) ?? 'cpu');
});

test.run();
