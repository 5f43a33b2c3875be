// 28 power cuts of a training: `node dist/test/soak/powerCut.js [copies]`, as root on Linux. Not part of `npm test`, which has three.
import { powerCuts } from '../support/powerCut';
import { temporaryFolder } from '../support/temporaryFolder';

async function main(): Promise<void> {
  const found = await powerCuts(temporaryFolder('detseg-power-'), Number(process.argv[2] ?? 28));
  if (typeof found === 'string') {
    console.log(`skip: power cuts: ${found}`);
    return;
  }
  const { copies, lost } = found;
  console.log(`${copies - lost.length} of ${copies} copies went on`);
  for (const reason of lost) console.error(reason);
  process.exitCode = lost.length === 0 ? 0 : 1;
}

main();
