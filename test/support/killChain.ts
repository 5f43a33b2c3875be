import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom } from '../../src/tensor/random';
import { logOf, runCommand, startCommand, untilStep } from './command';

/** What became of a training that was killed again and again. */
export interface KillChain {
  kills: number;
  /** How it differs from one that was not; null where it does not. */
  difference: string | null;
}

const words = (out: string, steps: number) => [
  ...['train', '--format', 'scenes', '--length', '8', '--model', 'yolo', '--width', '0.25', '--anchors', '1'],
  ...['--size', '32', '--batch', '2', '--steps', String(steps), '--save-every', '1', '--device', 'cpu', '--out', out],
];

/** The losses of each step. */
const lossesOf = (run: string) => JSON.stringify(logOf(run).map(({ step, losses }) => [step, losses]));

/**
 * Trains twice, once killed at random moments and continued.
 * @param folder an empty folder, in which everything is made.
 */
export async function killChain(
  folder: string,
  { steps, most, seed }: { steps: number; most: number; seed: number },
): Promise<KillChain> {
  const random = createRandom(seed);
  const [whole, broken] = [join(folder, 'whole'), join(folder, 'broken')];
  const finish = async (run: string, ...more: string[]) => {
    const { code, errors } = await runCommand([...words(run, steps), ...more]);
    if (code !== 0) throw new Error(`killChain: expected exit 0, got ${code}: ${errors}`);
  };
  await finish(whole);
  const resume = () => (existsSync(join(broken, 'run.json')) ? ['--resume'] : []);
  let kills = 0;
  for (let step = 1; kills < most && step < steps; ) {
    const { child, ended } = startCommand([...words(broken, steps), ...resume()]);
    await Promise.race([untilStep(broken, step), ended]);
    await new Promise((done) => setTimeout(done, random.uniform() * 30));
    child.kill('SIGKILL');
    const { code, signal, errors } = await ended;
    if (signal === 'SIGKILL') kills++;
    else if (code === 0) break;
    else throw new Error(`killChain: expected to be killed, got exit ${code}: ${errors}`);
    step = logOf(broken).length + 1 + random.integer(3);
  }
  await finish(broken, ...resume());
  const bytesOf = (run: string) => readFileSync(join(run, 'weights.safetensors'));
  const difference = !bytesOf(whole).equals(bytesOf(broken))
    ? 'other weights'
    : lossesOf(whole) === lossesOf(broken)
      ? null
      : 'other losses';
  return { kills, difference };
}
