import * as gpujs from 'gpu.js';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runDirectly } from '../../src/simd/directRun';

const test = suite('simd: runs without copies of the arguments');

// gpu.js's typings declare `input` as a type; at run time it is this function.
const { input } = gpujs as unknown as { input(data: Float32Array, size: number[]): gpujs.Input };

function plan(mode: 'webasm' | 'cpu', threads: boolean) {
  const gpu = new gpujs.GPU({ mode });
  const double = gpu.createKernel(
    function (this: any, x: number[]) {
      return x[this.thread.x] * 2;
    } as any,
    { output: [40000] },
  );
  return gpu.createPipeline(((x: any) => (double as any)((double as any)(x))) as any, { threads });
}

const numbers = (seed: number) => Float32Array.from({ length: 40000 }, (_, i) => Math.sin(i + seed));

for (const threads of [false, true]) {
  test(`gives what the queue gives${threads ? ', on threads' : ''}`, async () => {
    const pipeline = plan('webasm', threads);
    const [first, second] = [1, 2].map((seed) => input(numbers(seed), [40000]));
    assert.is(runDirectly(pipeline, [first]), undefined);
    await pipeline(first as any);
    assert.is(pipeline.executorKind, threads ? 'fused-threaded' : 'fused-sync');
    const direct = (await runDirectly(pipeline, [second])) as Float32Array;
    assert.equal(
      direct,
      numbers(2).map((value) => value * 4),
    );
    assert.equal(direct, await pipeline(second as any));
    await pipeline.destroy();
    assert.is(runDirectly(pipeline, [second]), undefined);
  });
}

test('leaves plans that gpu.js runs kernel by kernel to it', async () => {
  const pipeline = plan('cpu', false);
  const x = input(numbers(1), [40000]);
  await pipeline(x as any);
  assert.is(runDirectly(pipeline, [x]), undefined);
  await pipeline.destroy();
});

test.after(() => {
  setImmediate(() => process.exit());
});
test.run();
