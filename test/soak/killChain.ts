// Trainings that are killed at random moments and continued: `node dist/test/soak/killChain.js [chains]`. Not part of `npm test`, which has one.
import { join } from 'node:path';
import { killChain } from '../support/killChain';
import { temporaryFolder } from '../support/temporaryFolder';

async function main(): Promise<void> {
  const chains = Number(process.argv[2] ?? 15);
  const folder = temporaryFolder('detseg-killed-');
  let [kills, same] = [0, 0];
  for (let seed = 0; seed < chains; seed++) {
    const found = await killChain(join(folder, String(seed)), { steps: 40, most: 10, seed });
    kills += found.kills;
    if (found.difference === null) same++;
    else console.error(`chain ${seed}: ${found.difference} after ${found.kills} kills`);
  }
  console.log(`${kills} kills; ${same} of ${chains} chains ended as one that was not killed`);
  process.exitCode = same === chains ? 0 : 1;
}

main();
