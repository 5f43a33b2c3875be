import { join } from 'node:path';
import * as detseg from '../../src/index';
import { numbers } from '../support/callInputs';
import { temporaryFolder } from '../support/temporaryFolder';
import type { Call } from '../support/wrongCalls';

const path = join(temporaryFolder(), 'a.safetensors');
const content = () => ({ tensors: { weight: numbers(2, 3) }, metadata: { made: 'here' } });
detseg.writeSafetensors(path, content());

/** Calls of what the room exports. */
export const calls: Call[] = [
  { name: 'encodeSafetensors', args: () => [content(), { precision: 'half' }], records: ['0', '1'] },
  { name: 'writeSafetensors', args: () => [path, content(), { precision: 'half' }], records: ['1', '2'] },
  { name: 'readSafetensors', args: () => [path, { maxBytes: 1e6, convert: true }] },
];
