import { adam, deviceReport } from '../../src/index';
import { quadrants, SmallNet } from './model';

/** What a long training holds on to. */
export interface Footprint {
  step: number;
  /** Bytes of JavaScript objects after garbage collection, where `--expose-gc` allows one. */
  heap: number;
  /** Bytes of typed arrays and WebAssembly memory. */
  arrays: number;
  /** Bytes of the whole process. */
  resident: number;
  cachedPlans: number;
  compiledPlans: number;
  loss: number;
}

/** Trains a small net and looks at the memory after the given steps. */
export async function footprints(steps: readonly number[]): Promise<Footprint[]> {
  const model = new SmallNet();
  const optimizer = adam(model, { learningRate: 1e-3 });
  const batches = Array.from({ length: 16 }, (_, i) => quadrants(i, 8));
  const found: Footprint[] = [];
  let loss = Number.NaN;
  for (let step = 1; step <= steps.at(-1)!; step++) {
    loss = await optimizer.step(model.loss(batches[step % batches.length]));
    if (!steps.includes(step)) continue;
    (globalThis as { gc?: () => void }).gc?.();
    const { heapUsed, arrayBuffers, external, rss } = process.memoryUsage();
    const { cachedPlans, compiledPlans } = await deviceReport();
    found.push({
      step,
      heap: heapUsed,
      arrays: arrayBuffers + external,
      resident: rss,
      cachedPlans,
      compiledPlans,
      loss,
    });
  }
  return found;
}
