import { join } from 'node:path';
import * as detseg from '../../src/index';
import { temporaryFolder } from '../support/temporaryFolder';
import type { Call } from '../support/wrongCalls';

const folder = temporaryFolder('detseg-calls-');
const path = join(folder, 'a.txt');
detseg.writeFile(path, 'a');

/** Calls of what the room exports. */
export const calls: Call[] = [
  { name: 'readFile', args: () => [path, { maxBytes: 100 }] },
  { name: 'writeFile', args: () => [join(folder, 'b', 'c.txt'), 'text'] },
  { name: 'writeFile', args: () => [join(folder, 'b', 'c.txt'), new Uint8Array(3)] },
  { name: 'listFiles', args: () => [folder] },
];
