import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fuzz } from './fuzz';

const test = suite('simd: randomly written kernels');

test('agree with plain JavaScript wherever gpu.js does', () => {
  const { agreeing, others } = fuzz(200, 1);
  assert.equal(
    others.filter(({ verdict }) => verdict === 'differs' || verdict === 'false alarm'),
    [],
  );
  // The rest are kernels on which gpu.js's own WebAssembly code is just as far off.
  assert.ok(agreeing >= 198, `${agreeing} of 200 agree: ${JSON.stringify(others)}`);
});

test.after(() => {
  setImmediate(() => process.exit());
});
test.run();
