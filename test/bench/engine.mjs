// Measures one engine in its own process and prints one JSON line: `node engine.mjs NAME REPETITIONS`.
import detseg from '../../dist/src/index.js';
import { detsegKMeans, detsegMatmul, detsegStep } from './detseg.mjs';
import { measureGrowth } from './growth.mjs';
import { mlKMeans } from './mlKmeans.mjs';
import { modelSteps } from './models.mjs';
import { networkStep, networks, networkWarmUps } from './networks.mjs';
import { measureNms, nmsEngines } from './nms.mjs';
import { examine, hostTimes } from './plan.mjs';
import { measureTwoStage, twoStage } from './twoStage.mjs';

const matrixSize = 512;
const warmUpSteps = 40;
const [engine, repetitionText] = process.argv.slice(2);
const repetitions = Number(repetitionText);

/** @param warmUps runs that are not measured: the JavaScript engine optimizes WebAssembly while it runs. */
async function measure(run, count = repetitions, warmUps = 0) {
  const losses = [await run()];
  for (let i = 0; i < warmUps; i++) await run();
  const times = [];
  for (let i = 0; i < count; i++) {
    const started = performance.now();
    losses.push(await run());
    times.push(performance.now() - started);
  }
  return { times, losses: losses.slice(0, 1) };
}

async function measureModels() {
  const models = {};
  for (const [name, make] of Object.entries(modelSteps())) {
    const plan = await examine(() => make().step);
    const host = await hostTimes(() => make().step);
    await detseg.useDevice('webasm');
    const { step, parameters } = make();
    models[name] = { ...plan, host, parameters, ...(await measure(step, repetitions, warmUpSteps)) };
  }
  return { models };
}

async function measureNetworks() {
  const measured = {};
  for (const name of Object.keys(networks)) {
    await detseg.useDevice('webasm');
    measured[name] = await measure(networkStep(name), repetitions, networkWarmUps);
    measured[name].report = await detseg.deviceReport();
  }
  return { networks: measured };
}

async function measureOneThread() {
  await detseg.useDevice('webasm', { threads: 1 });
  const step = await measure(await detsegStep('webasm', { threads: 1 }), repetitions, warmUpSteps);
  return { step, matmul: await measure(await detsegMatmul(matrixSize), 9, 10) };
}

async function measureDetseg(backend) {
  const step = await detsegStep(backend);
  const compiling = performance.now();
  const firstLoss = await step();
  const firstStep = performance.now() - compiling;
  const measured = { ...(await measure(step, repetitions, backend === 'cpu' ? 0 : warmUpSteps)), losses: [firstLoss] };
  const stepReport = await detseg.deviceReport();
  const matmul = await measure(await detsegMatmul(matrixSize), Math.min(9, repetitions), backend === 'cpu' ? 0 : 10);
  const kMeans = backend === 'cpu' ? null : await measure(await detsegKMeans(), 3);
  return { step: measured, firstStep, matmul, kMeans, report: stepReport };
}

const engines = {
  'detseg webgpu': () => measureDetseg('webgpu'),
  'detseg webasm': () => measureDetseg('webasm'),
  'detseg webasm, 1 thread': measureOneThread,
  'detseg cpu': () => measureDetseg('cpu'),
  models: measureModels,
  networks: measureNetworks,
  ...Object.fromEntries(
    Object.keys(twoStage).map((kind) => [kind, async () => ({ [kind]: await measureTwoStage(kind, repetitions) })]),
  ),
  growth: async () => ({ growth: await measureGrowth() }),
  '@jax-js/jax wasm': async () => {
    const { jaxJsMatmul, jaxJsStep } = await import('./jaxJs.mjs');
    return { step: await measure(await jaxJsStep()), matmul: await measure(await jaxJsMatmul(matrixSize)) };
  },
  '@tensorflow/tfjs cpu': async () => {
    const { tensorFlowMatmul, tensorFlowStep } = await import('./tensorflow.mjs');
    return { step: await measure(await tensorFlowStep()), matmul: await measure(await tensorFlowMatmul(matrixSize)) };
  },
  'ml-kmeans': async () => ({ kMeans: await measure(await mlKMeans(), 3) }),
  ...Object.fromEntries(
    Object.keys(nmsEngines).map((name) => [`nms ${name}`, async () => ({ nms: await measureNms(name, repetitions) })]),
  ),
};

const result = await engines[engine]();
process.stdout.write(`\n${JSON.stringify({ result, memory: process.resourceUsage().maxRSS })}\n`, () =>
  process.exit(0),
);
