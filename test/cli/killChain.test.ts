import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { killChain } from '../support/killChain';
import { temporaryFolder } from '../support/temporaryFolder';

const test = suite('detseg train, killed');

test('a run that is killed again and again ends with the bits of one that is not', async () => {
  const folder = temporaryFolder('detseg-killed-');
  assert.equal(await killChain(folder, { steps: 60, most: 3, seed: 1 }), { kills: 3, difference: null });
});

test.run();
