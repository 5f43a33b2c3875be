// Looks into a compiled plan: how many multiply-adds its recorded kernels do, and how long each of the launches takes on one thread.
import { createRequire } from 'node:module';
import detseg from '../../dist/src/index.js';

const require = createRequire(import.meta.url);
const gpujs = require('gpu.js');
const lowering = require('../../dist/src/tiled/lower.js');
const { DirectRun } = require('../../dist/src/simd/directRun.js');

/** Operations (a multiply-add counts as two) of a recorded step; 0 for everything but convolutions and matrix products. */
function stepFlops({ kernel, grid, constants }) {
  const cells = grid.reduce((product, size) => product * size, 1);
  const { kernelHeight, kernelWidth, inChannels, outChannels, batch, outHeight, outWidth, length } = constants;
  if (/^conv2d/.test(kernel.name))
    return 2 * batch * outHeight * outWidth * kernelHeight * kernelWidth * inChannels * outChannels;
  return kernel.name === 'matmul' ? 2 * cells * length : 0;
}

function fastest(run, repetitions = 8) {
  let best = Infinity;
  for (let i = 0; i < repetitions; i++) {
    const started = performance.now();
    run();
    best = Math.min(best, performance.now() - started);
  }
  return best;
}

const median = (times) => [...times].sort((a, b) => a - b)[times.length >> 1];

/** Runs `body` while every pipeline that is made becomes known; restores gpu.js afterwards. */
async function watchingPipelines(body) {
  const original = gpujs.GPU.prototype.createPipeline;
  let last = null;
  gpujs.GPU.prototype.createPipeline = function (...options) {
    last = original.apply(this, options);
    return last;
  };
  try {
    return await body(() => last.pipeline._executor);
  } finally {
    gpujs.GPU.prototype.createPipeline = original;
  }
}

/**
 * What a step costs beside its launches, on threads or not as the plan has found to be faster: medians in ms.
 * @returns recording: from the call to the start of the plan; copying: leaves into the plan's memory and results out of it; launches: all
 * kernels, waits between threads included; other: everything after, such as handing parameters on.
 */
export async function hostTimes(make, repetitions = 60) {
  await detseg.useDevice('webasm');
  const step = make();
  for (let i = 0; i < 40; i++) await step();
  const { copyIn, launch, copyOut } = DirectRun.prototype;
  let spans = [];
  const note = (kind, started) => spans.push({ kind, started, finished: performance.now() });
  const copying = (method) =>
    function (...options) {
      const started = performance.now();
      const result = method.apply(this, options);
      note('copying', started);
      return result;
    };
  Object.assign(DirectRun.prototype, {
    copyIn: copying(copyIn),
    copyOut: copying(copyOut),
    async launch(part) {
      const started = performance.now();
      await launch.call(this, part);
      note('launches', started);
    },
  });
  const times = { recording: [], copying: [], launches: [], other: [] };
  try {
    for (let i = 0; i < repetitions; i++) {
      spans = [];
      const started = performance.now();
      await step();
      const finished = performance.now();
      const spent = (kind) =>
        spans.reduce((sum, span) => sum + (span.kind === kind ? span.finished - span.started : 0), 0);
      times.recording.push(spans[0].started - started);
      times.copying.push(spent('copying'));
      times.launches.push(spent('launches'));
      times.other.push(finished - spans.at(-1).finished);
    }
  } finally {
    Object.assign(DirectRun.prototype, { copyIn, launch, copyOut });
  }
  return Object.fromEntries(Object.entries(times).map(([name, list]) => [name, median(list)]));
}

/**
 * Compiles a step on one thread of webasm.
 * @param make prepares the step and returns it.
 * @returns its operations, the time of the first run (compilation included), and the share of each kernel in the time of the launches.
 */
export function examine(make) {
  return watchingPipelines(async (executorOf) => {
    const originalLower = lowering.lower;
    let recorded = null;
    lowering.lower = (description, options) => {
      recorded = description;
      return originalLower(description, options);
    };
    try {
      await detseg.useDevice('webasm', { threads: 1 });
      const step = make();
      const started = performance.now();
      await step();
      const firstRun = performance.now() - started;
      // The JavaScript engine optimizes WebAssembly while it runs.
      for (let i = 0; i < 10; i++) await step();
      const executor = executorOf();
      const { plan, _stepRuns: launches } = executor;
      const times = new Map();
      for (const [index, { run, runSimd, cells, sizeX }] of launches.entries()) {
        const { source } = plan.kernels[plan.steps[index].kernel].clone.kernel;
        const name = /function\s+(\w+)/.exec(source)?.[1] ?? 'kernel';
        const milliseconds = fastest(() => gpujs.WebAssemblyKernel.dispatchSpans(run, runSimd, cells, sizeX, 0));
        times.set(name, (times.get(name) ?? 0) + milliseconds);
      }
      const total = [...times.values()].reduce((sum, time) => sum + time, 0);
      const shares = [...times].map(([kernel, milliseconds]) => ({
        kernel,
        milliseconds,
        share: milliseconds / total,
      }));
      shares.sort((a, b) => b.share - a.share);
      const flops = recorded.steps.reduce((sum, recordedStep) => sum + stepFlops(recordedStep), 0);
      return { flops, firstRun, launches: launches.length, memory: executor.memory.buffer.byteLength, shares };
    } finally {
      lowering.lower = originalLower;
    }
  });
}
