import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { add, createRandom, deviceReport, matmul, relu, reshape, scale, sum, tensor, useDevice } from '../../src/index';
import { schedule, workerSource } from '../../src/simd/workerPool';

const test = suite('simd/workerPool');

/** Ranges of two workers for steps of so many cells, as gpu.js cuts them. */
function cut(cells: readonly number[]): number[][] {
  const halves = cells.map((count) => (count < 8 ? count : (count >> 1) & ~3));
  return [
    halves.flatMap((half) => [0, half]),
    cells.flatMap((count, step) => (halves[step] < count ? [halves[step], count] : [0, 0])),
  ];
}

test('small steps go to the first worker, and nobody waits between two of them', () => {
  const { ranges, barriers } = schedule(cut([4096, 64, 8, 4, 4096, 16]));
  assert.equal(barriers, [true, false, false, true, true, true]);
  assert.equal(ranges[0], [0, 2048, 0, 64, 0, 8, 0, 4, 0, 2048, 0, 16]);
  assert.equal(ranges[1], [2048, 4096, 0, 0, 0, 0, 0, 0, 2048, 4096, 0, 0]);
});

test('every cell of every step is computed once, whatever the sizes, and the last step is waited for', () => {
  const random = createRandom(5);
  for (let round = 0; round < 200; round++) {
    const cells = Array.from({ length: 1 + random.integer(12) }, () => 1 + random.integer(3000));
    const { ranges, barriers } = schedule(cut(cells));
    for (const [step, count] of cells.entries()) {
      const covered = ranges.map((own) => own.slice(2 * step, 2 * step + 2)).filter(([start, end]) => end > start);
      covered.sort(([a], [b]) => a - b);
      assert.is(covered[0][0], 0);
      assert.is(covered.at(-1)![1], count);
      for (let i = 1; i < covered.length; i++) assert.is(covered[i][0], covered[i - 1][1]);
      const shared = covered.length > 1 || (step + 1 < cells.length && cells[step + 1] >= 1024);
      if (shared || step === cells.length - 1) assert.ok(barriers[step], `step ${step} of ${cells}`);
    }
  }
});

test('the worker text of the installed gpu.js is recognized, any other is left alone', () => {
  const path = require.resolve('gpu.js/src/backend/web-assembly/worker-pool.js');
  const source = workerSource(readFileSync(path, 'utf8'));
  assert.ok(source);
  assert.ok(new Function(source!), 'it is JavaScript');
  assert.is(workerSource('const WORKER_SOURCE = `\nsomething else\n`;'), null);
  assert.is(workerSource(''), null);
});

test('a long plan of large and small steps gives the same numbers on threads as on the cpu, run after run', async () => {
  const random = createRandom(3);
  const values = Float32Array.from({ length: 96 * 96 }, () => random.normal() / 10);
  const compute = async () => {
    const results: number[] = [];
    for (let run = 0; run < 20; run++) {
      const matrix = tensor(values, [96, 96]);
      let state = matrix;
      for (let layer = 0; layer < 12; layer++) {
        const total = sum(state, { axes: 0 });
        const offset = scale(sum(total), 1e-3, run);
        state = add(relu(scale(matmul(state, matrix), 0.9)), scale(reshape(add(total, offset), [1, 96]), 1e-2));
      }
      results.push(await sum(state).item());
    }
    return results;
  };
  await useDevice('cpu');
  const expected = await compute();
  await useDevice('webasm');
  const actual = await compute();
  for (const [run, value] of actual.entries()) {
    assert.ok(
      Math.abs(value - expected[run]) <= 1e-4 * Math.abs(expected[run]),
      `run ${run}: ${value}, ${expected[run]}`,
    );
  }
  assert.match((await deviceReport()).executor ?? '', /^fused/);
});

test('threads work in a program that Node reads as a module from its command line', () => {
  const library = pathToFileURL(resolve(__dirname, '..', '..', 'src', 'index.js')).href;
  const program = `import detseg from ${JSON.stringify(library)};
    await detseg.useDevice('webasm');
    const x = detseg.scale(detseg.full([200, 200], 3), 2);
    console.log((await x.data())[39999], (await detseg.deviceReport()).executor);
    process.exit(0);`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
  assert.match(stdout, /^6 fused-(threaded|sync)$/m, stderr);
});

test.run();
