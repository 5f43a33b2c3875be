// 10,000 training steps, and what they leave behind: `node --expose-gc dist/test/soak/leak.js`. Not part of `npm test`.
import { footprints } from '../support/leak';

async function main(): Promise<void> {
  const started = performance.now();
  const found = await footprints([100, 1000, 5000, 10_000]);
  const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  for (const { step, heap, arrays, resident, cachedPlans, compiledPlans, loss } of found) {
    console.log(
      `step ${step}: heap ${megabytes(heap)}, arrays ${megabytes(arrays)}, resident ${megabytes(resident)}, ` +
        `${cachedPlans} plans held, ${compiledPlans} compiled, loss ${loss.toFixed(4)}`,
    );
  }
  console.log(`${((performance.now() - started) / 1000).toFixed(1)} s`);
  const [, early, , late] = found;
  const growth = late.heap + late.arrays - early.heap - early.arrays;
  if (growth > 8 * 2 ** 20 || late.cachedPlans > early.cachedPlans) {
    console.error(`leak: expected at most 8 MiB and no plan more from step 1000 to 10000, got ${megabytes(growth)}`);
    process.exit(1);
  }
  process.exit(0);
}

main();
