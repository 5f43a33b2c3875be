import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fuzz } from './fuzz';

const test = suite('simd: randomly written kernels');

for (const [mode, first] of [
  ['on', 1],
  ['baseline', 201],
] as const) {
  test(`${mode}: agree with plain JavaScript wherever gpu.js does`, () => {
    const { agreeing, others } = fuzz(200, first, mode);
    assert.equal(
      others.filter(({ verdict }) => verdict === 'differs' || verdict === 'false alarm'),
      [],
    );
    // The rest are kernels on which gpu.js's own WebAssembly code is just as far off.
    assert.ok(agreeing >= 198, `${agreeing} of 200 agree: ${JSON.stringify(others)}`);
  });
}

test.after(() => {
  setImmediate(() => process.exit());
});
test.run();
