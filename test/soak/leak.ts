// 10,000 training steps and as many detections, and what they leave behind: `node --expose-gc dist/test/soak/leak.js`. Not part of
// `npm test`.
import { detectFootprints, type Footprint, footprints } from '../support/leak';

const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

/** Prints what was found, and tells whether memory grew from the second look to the last. */
function grows(what: string, found: readonly (Omit<Footprint, 'loss'> & { loss?: number })[]): boolean {
  for (const { step, heap, arrays, resident, cachedPlans, compiledPlans, loss } of found) {
    console.log(
      `${what} ${step}: heap ${megabytes(heap)}, arrays ${megabytes(arrays)}, resident ${megabytes(resident)}, ` +
        `${cachedPlans} plans held, ${compiledPlans} compiled${loss === undefined ? '' : `, loss ${loss.toFixed(4)}`}`,
    );
  }
  const [, early] = found;
  const late = found.at(-1)!;
  const growth = late.heap + late.arrays - early.heap - early.arrays;
  if (growth <= 8 * 2 ** 20 && late.cachedPlans <= early.cachedPlans) return false;
  console.error(
    `leak: expected at most 8 MiB and no plan more from ${what} ${early.step} to ${late.step}, got ${megabytes(growth)}`,
  );
  return true;
}

async function main(): Promise<void> {
  const started = performance.now();
  const looks = [100, 1000, 5000, 10_000];
  const leaks = [grows('step', await footprints(looks)), grows('detection', await detectFootprints(looks))];
  console.log(`${((performance.now() - started) / 1000).toFixed(1)} s`);
  process.exit(leaks.includes(true) ? 1 : 0);
}

main();
