import * as gpujs from 'gpu.js';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compileDirectly } from '../../src/simd/directRun';
import { quickenWorkers } from '../../src/simd/workerPool';

const test = suite('simd: runs without what gpu.js does around them');

// gpu.js's typings declare `input` as a type; at run time it is this function.
const { input } = gpujs as unknown as { input(data: Float32Array, size: number[]): gpujs.Input };

const cells = 40000;

/** x → 4x and x + y, by kernels that double and add. */
function plan(mode: 'webasm' | 'cpu', threads: boolean) {
  const gpu = new gpujs.GPU({ mode });
  const settings = { output: [cells] };
  const double: any = gpu.createKernel(
    function (this: any, x: number[]) {
      return x[this.thread.x] * 2;
    } as any,
    settings,
  );
  const add: any = gpu.createKernel(
    function (this: any, x: number[], y: number[]) {
      return x[this.thread.x] + y[this.thread.x];
    } as any,
    settings,
  );
  return gpu.createPipeline(((x: any, y: any) => [double(double(x)), add(x, y)]) as any, { threads });
}

const numbers = (seed: number) => Float32Array.from({ length: cells }, (_, i) => Math.sin(i + seed));
const asInputs = (args: Float32Array[]) => args.map((data) => input(data, [cells]));
const unfilled = () => {
  throw new Error('nothing to fill in');
};

for (const threads of [false, true]) {
  test(`gives what the queue gives, run after run${threads ? ', with threads and without' : ''}`, async () => {
    quickenWorkers();
    const [direct, queued] = [plan('webasm', threads), plan('webasm', threads)];
    const compiled = compileDirectly(direct, asInputs([numbers(1), numbers(2)]), { stops: [], results: 2 })!;
    const ways = new Set<boolean>();
    for (let run = 0; run < 6; run++) {
      const args = [numbers(run), numbers(run + 1)];
      const results = await compiled.run(args, unfilled);
      ways.add(compiled.wasThreaded);
      assert.equal(results, await queued(...(asInputs(args) as any[])));
    }
    const { executorKind } = queued;
    assert.equal([...ways].sort(), executorKind === 'fused-threaded' ? [false, true] : [false]);
    assert.is(compiled.times === null, executorKind !== 'fused-threaded');
    assert.ok(compiled.bytes >= 4 * 4 * cells);
    await direct.destroy();
    await queued.destroy();
  });

  test(`stops for the host${threads ? ', with threads and without' : ''}`, async () => {
    const pipeline = plan('webasm', threads);
    const args: Float32Array[] = [numbers(1), new Float32Array(cells)];
    const compiled = compileDirectly(pipeline, asInputs(args), { stops: [{ at: 2, leaves: [1] }], results: 2 })!;
    for (let run = 0; run < 4; run++) {
      args[0] = numbers(run);
      const seen: number[] = [];
      const [four, sum] = await compiled.run(args, (stop, result) => {
        seen.push(stop, result(0)[7]);
        args[1] = result(0);
      });
      assert.equal(seen, [0, four[7]]);
      assert.is(sum[7], Math.fround(args[0][7] + 4 * args[0][7]));
    }
    await pipeline.destroy();
  });
}

test('a plan that gpu.js runs kernel by kernel is not compiled, and says why', async () => {
  const pipeline = plan('cpu', false);
  const args = asInputs([numbers(1), numbers(2)]);
  assert.is(compileDirectly(pipeline, args, { stops: [], results: 2 }), null);
  assert.match(pipeline.fallbackReason!, /requires webasm/);
  await pipeline.destroy();
});

test.after(() => {
  setImmediate(() => process.exit());
});
test.run();
