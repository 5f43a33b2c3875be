import { join } from 'node:path';
import { temporaryFolder } from '../support/temporaryFolder';
import { testWrongCalls } from '../support/wrongCalls';
import { calls } from './viz';

// Some wrong paths are right ones in the eyes of a file system.
process.chdir(temporaryFolder('detseg-calls-'));
// Figures are shown in a notebook alone: here is its kernel.
const kernel = join('tslab', 'dist', 'jupyter.js');
require.cache[join(process.cwd(), kernel)] = { exports: { lastWriteDisplayData: () => {} } } as never;
testWrongCalls('viz', calls);
