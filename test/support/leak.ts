import ndarray from 'ndarray';
import { adam, createRandom, deviceReport, Yolo } from '../../src/index';
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

/** Collects garbage, where `--expose-gc` allows it; a second time what the first has let go while nothing ran. */
async function collect(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) {
    (globalThis as { gc?: () => void }).gc?.();
    await new Promise((resume) => setImmediate(resume));
  }
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
    await collect();
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

/** What detecting again and again, with new models of one kind, holds on to after the given rounds. */
export async function detectFootprints(rounds: readonly number[]): Promise<Omit<Footprint, 'loss'>[]> {
  const image = ndarray(new Float32Array(32 * 32 * 3).fill(0.5), [32, 32, 3]);
  const found: Omit<Footprint, 'loss'>[] = [];
  let model: Yolo | undefined;
  for (let round = 1; round <= rounds.at(-1)!; round++) {
    if (!model || round % 10 === 0) {
      model = new Yolo({ classes: 2, random: createRandom(round), anchors: [[8, 8]], width: 0.25 });
    }
    await model.detect(image);
    if (!rounds.includes(round)) continue;
    await collect();
    const { heapUsed, arrayBuffers, external, rss } = process.memoryUsage();
    const { cachedPlans, compiledPlans } = await deviceReport();
    found.push({
      step: round,
      heap: heapUsed,
      arrays: arrayBuffers + external,
      resident: rss,
      cachedPlans,
      compiledPlans,
    });
  }
  return found;
}
