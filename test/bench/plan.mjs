// Looks into a compiled plan: how many multiply-adds its recorded kernels do, and how long each of the launches takes on one thread.
import { createRequire } from 'node:module';
import detseg from '../../dist/src/index.js';

const require = createRequire(import.meta.url);
const gpujs = require('gpu.js');
const lowering = require('../../dist/src/tiled/lower.js');

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

/**
 * Compiles a step on one thread of webasm.
 * @param make prepares the step and returns it.
 * @returns its operations, the time of the first run (compilation included), and the share of each kernel in the time of the launches.
 */
export async function examine(make) {
  const originalLower = lowering.lower;
  const originalCreate = gpujs.GPU.prototype.createPipeline;
  let recorded = null;
  let pipeline = null;
  lowering.lower = (description) => {
    recorded = description;
    return originalLower(description);
  };
  gpujs.GPU.prototype.createPipeline = function (...options) {
    pipeline = originalCreate.apply(this, options);
    return pipeline;
  };
  try {
    await detseg.useDevice('webasm', { threads: 1 });
    const step = make();
    const started = performance.now();
    await step();
    const firstRun = performance.now() - started;
    const { _executor: executor } = pipeline.pipeline;
    const { plan, _stepRuns: launches } = executor;
    const times = new Map();
    for (const [index, { run, runSimd, cells, sizeX }] of launches.entries()) {
      const { source } = plan.kernels[plan.steps[index].kernel].clone.kernel;
      const name = /function\s+(\w+)/.exec(source)?.[1] ?? 'kernel';
      const milliseconds = fastest(() => gpujs.WebAssemblyKernel.dispatchSpans(run, runSimd, cells, sizeX, 0));
      times.set(name, (times.get(name) ?? 0) + milliseconds);
    }
    const total = [...times.values()].reduce((sum, time) => sum + time, 0);
    const shares = [...times].map(([kernel, milliseconds]) => ({ kernel, milliseconds, share: milliseconds / total }));
    shares.sort((a, b) => b.share - a.share);
    const flops = recorded.steps.reduce((sum, recordedStep) => sum + stepFlops(recordedStep), 0);
    return { flops, firstRun, launches: launches.length, memory: executor.memory.buffer.byteLength, shares };
  } finally {
    lowering.lower = originalLower;
    gpujs.GPU.prototype.createPipeline = originalCreate;
  }
}
