import * as gpujs from 'gpu.js';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { setSimdMode } from '../../src/simd';
import { type Case, difference, flat, gpu, makeKernel, noise, run, runFused, runPlain } from './agreement';

const test = suite('simd: register tiles');

/** out[z][y][x] = Σ_k u[(z·H + y)·K + k] · v[k·W + x], by tiles of 4·tx × ty × tz cells. */
function product(output: number[], [tx, ty, tz]: number[], length: number): { tiled: Case; plain: Case } {
  const [width, height, depth] = [output[0], output[1] ?? 1, output[2] ?? 1];
  const inputs = [
    { data: noise(height * depth * length, 1), size: [height * depth * length] },
    { data: noise(width * length, 2), size: [width * length] },
  ];
  const constants = { length, width, height };
  let accumulate = '';
  const names: string[] = [];
  for (let k = 0; k < tz; k++) {
    for (let i = 0; i < ty; i++) {
      for (let j = 0; j < tx; j++) {
        names.push(`s${k}_${i}_${j}`);
        accumulate += `s${k}_${i}_${j} += u[((this.thread.z + ${k}) * this.constants.height + this.thread.y + ${i}) * this.constants.length + q] * v[q * this.constants.width + this.thread.x + ${4 * j}];\n`;
      }
    }
  }
  const declare = names.map((name) => `let ${name} = 0.0;`).join(' ');
  return {
    tiled: {
      source: `function tiledProduct(u, v) { ${declare} for (let q = 0; q < this.constants.length; q++) { ${accumulate} } return [${names}]; }`,
      output,
      constants: { ...constants, TILE_X: tx, TILE_Y: ty, TILE_Z: tz },
      inputs,
    },
    plain: {
      source: `function plainProduct(u, v) { let s = 0.0; for (let q = 0; q < this.constants.length; q++) { s += u[(this.thread.z * this.constants.height + this.thread.y) * this.constants.length + q] * v[q * this.constants.width + this.thread.x]; } return s; }`,
      output,
      constants,
      inputs,
    },
  };
}

const shapes: [number[], number[]][] = [
  [
    [16, 8],
    [2, 4, 1],
  ],
  [
    [64, 96],
    [2, 4, 1],
  ],
  [
    [20, 7],
    [2, 4, 1],
  ],
  [
    [13, 9],
    [2, 4, 1],
  ],
  [
    [3, 5],
    [1, 2, 1],
  ],
  [
    [6, 5, 3],
    [2, 2, 2],
  ],
  [
    [8, 4, 5],
    [1, 2, 3],
  ],
  [[40], [3, 1, 1]],
  // More than 4096 cells: two threads.
  [
    [16, 300],
    [2, 4, 1],
  ],
  [
    [16, 301],
    [2, 4, 1],
  ],
  [
    [13, 401],
    [2, 4, 1],
  ],
  [
    [36, 11, 17],
    [2, 4, 2],
  ],
  [
    [35, 9, 19],
    [2, 4, 2],
  ],
  [
    [8, 8, 99],
    [2, 4, 1],
  ],
  [
    [16, 5, 101],
    [4, 1, 2],
  ],
  [[5001], [2, 1, 1]],
];

// Tiles that differ in z alone follow each other.
const deep = shapes.filter(([output]) => output.length === 3);

for (const [output, tile, isDeep] of [...shapes, ...deep.map((shape) => [...shape, true] as const)]) {
  test(`${output.join('×')} by ${tile.join('×')}${isDeep ? ', deep' : ''}`, async () => {
    const { tiled: example, plain } = product(output, tile, 9);
    const tiled = isDeep ? { ...example, constants: { ...example.constants, TILE_DEEP: 1 } } : example;
    const expected = runPlain(plain);
    assert.ok(difference(run('webasm', tiled), expected) < 1e-6);
    assert.ok(difference((await runFused(tiled, false)).result, expected) < 1e-6);
    const threaded = await runFused(tiled, true);
    const isLarge = output.reduce((a, b) => a * b) > 4096;
    assert.is(threaded.executor, isLarge ? 'fused-threaded' : 'fused-sync');
    assert.ok(difference(threaded.result, expected) < 1e-6);
  });
}

test('feeds another kernel of the plan', async () => {
  const { tiled, plain } = product([16, 12], [2, 4, 1], 5);
  const first = makeKernel('webasm', tiled);
  const second = makeKernel('webasm', {
    source: 'function twice(a) { return 2 * a[this.thread.y][this.thread.x]; }',
    output: [16, 12],
    inputs: [],
  });
  const plan = gpu('webasm').createPipeline(((u: any, v: any) => second(first(u, v))) as any) as any;
  const [u, v] = tiled.inputs.map(({ data, size }) => (gpujs as any).input(data, size));
  const result = flat(await plan(u, v));
  assert.is(plan.fallbackReason, null);
  assert.ok(
    difference(
      result,
      runPlain(plain).map((value) => 2 * value),
    ) < 1e-6,
  );
});

test('store nothing beyond the edge, where the plan keeps other values', async () => {
  for (const output of [
    [16, 7],
    [13, 8],
    [6, 7],
    [16, 4, 3],
  ]) {
    const tile = output.length > 2 ? [2, 2, 2] : [2, 4, 1];
    const { tiled, plain } = product(output, tile, 5);
    const cells = output.reduce((a, b) => a * b);
    const source =
      'function twice(a) { return 2 * a[this.constants.h * this.thread.z + this.thread.y][this.thread.x]; }';
    const copy =
      output.length > 2 ? 'function twice(a) { return 2 * a[this.thread.z][this.thread.y][this.thread.x]; }' : source;
    const data = noise(cells, 8);
    const first = makeKernel('webasm', { source: copy, output, constants: { h: output[1] }, inputs: [] });
    const second = makeKernel('webasm', { source: copy, output, constants: { h: output[1] }, inputs: [] });
    const third = makeKernel('webasm', tiled);
    // The tile's values take the place of the first step's, next to those of the second.
    const steps = (x: any, u: any, v: any) => {
      const kept = second(first(x));
      return [kept, third(u, v)];
    };
    const plan = gpu('webasm').createPipeline(steps as any) as any;
    const input = (numbers: Float32Array, size: number[]) => (gpujs as any).input(numbers, size);
    const [kept, values] = await plan(input(data, output), ...tiled.inputs.map((leaf) => input(leaf.data, leaf.size)));
    assert.is(plan.fallbackReason, null);
    assert.ok(
      difference(
        flat(kept),
        Array.from(data, (value) => 4 * value),
      ) < 1e-6,
      `${output}`,
    );
    assert.ok(difference(flat(values), runPlain(plain)) < 1e-6);
    await plan.destroy();
  }
});

test('work without the rest, too', () => {
  setSimdMode('off');
  for (const output of [
    [16, 8],
    [20, 7],
    [13, 9],
  ]) {
    const { tiled, plain } = product(output, [2, 4, 1], 9);
    assert.ok(difference(run('webasm', tiled), runPlain(plain)) < 1e-6);
  }
  setSimdMode('on');
});

test('errors', () => {
  const kernel = (text: string, constants: Record<string, number>): Case => ({
    source: `function broken(u) { ${text} }`,
    output: [8, 8],
    constants,
    inputs: [{ data: noise(64, 1), size: [64] }],
  });
  const attempt = (text: string, constants: Record<string, number>) => () => run('webasm', kernel(text, constants));
  assert.throws(
    attempt('return [u[0], u[1]];', { TILE_X: 2, TILE_Y: 2 }),
    /register tile: expected a kernel that returns an array of 4 values, got 2/,
  );
  assert.throws(
    attempt('return [u[0], u[1]];', { TILE_X: 0 }),
    /register tile: expected TILE_X, TILE_Y, TILE_Z from 1 to 64, got 0,1,1/,
  );
  assert.throws(
    attempt('if (u[this.thread.x] > 0) { return [u[0], u[1]]; } return [u[2], u[1]];', { TILE_X: 2 }),
    /register tile: expected one return outside all conditions/,
  );
  assert.throws(
    attempt('return [Math.random(), u[1]];', { TILE_X: 2 }),
    /register tile: expected a kernel without Math.random/,
  );
});

test.after(() => {
  setImmediate(() => process.exit());
});
test.run();
