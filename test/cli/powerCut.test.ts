import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { powerCuts } from '../support/powerCut';
import { temporaryFolder } from '../support/temporaryFolder';

const test = suite('detseg train, power cut');

test('a disk whose power fails at any time holds a run that goes on', async () => {
  const found = await powerCuts(temporaryFolder('detseg-power-'), 3);
  if (typeof found === 'string') {
    console.log(`\nskip: power cuts: ${found}`);
    return;
  }
  assert.equal(found, { copies: 3, lost: [] });
});

test.run();
