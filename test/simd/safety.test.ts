import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import * as gpujs from 'gpu.js';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { enableSimd, setSimdMode, takeViolations } from '../../src/simd';
import type { Node } from '../../src/simd/gpujs';
import { overrides } from '../../src/simd/overrides';
import { giveUniqueNames } from '../../src/simd/uniqueNames';
import { type Case, flat, gpu, makeKernel, noise, run, runPlain, state } from './agreement';

const { input } = gpujs as unknown as { input(data: Float32Array, size: number[]): any };
const test = suite('simd: safety');

const reading = (text: string, output = [16], size = 32): Case => ({
  source: `function reading(x) { ${text} }`,
  output,
  inputs: [{ data: noise(size, 1), size: [size] }],
});

const outside = [
  reading('return x[this.thread.x + 1000000];'),
  reading('return x[this.thread.x - 1000000];'),
  reading('return x[this.thread.x * 100000000];'),
  reading('return x[1000000000 - this.thread.x * 7];'),
  reading('return x[this.thread.y * 1000000000];', [16, 4]),
  reading('return x[(this.thread.y - 1) * 1000000000];', [5, 4]),
  reading('let s = 0.0; for (let i = 0; i < 8; i++) { s += x[i * 500000000 - this.thread.x]; } return s;'),
  reading('return x[Math.floor(x[this.thread.x] * 1000000000000)];'),
  reading('return x[Math.floor(x[0] / 0)] + x[this.thread.x];'),
];

test('no read traps, however far outside it is', () => {
  for (const example of outside) {
    const result = run('webasm', example);
    assert.ok(result.every(Number.isFinite), example.source);
  }
});

test('cells whose own read is inside are right, though their neighbors read outside', () => {
  const result = run('webasm', reading('return x[this.thread.x + 25];'));
  const expected = runPlain(reading('return x[this.thread.x + 25];'));
  for (let i = 0; i < 7; i++) assert.is(result[i], expected[i]);
});

async function violations(example: Case, threads: boolean) {
  setSimdMode('checked');
  const kernel = makeKernel('webasm', example);
  const plan = gpu('webasm').createPipeline(((x: any) => kernel(x)) as any, { threads } as any) as any;
  flat(await plan(input(example.inputs[0].data, example.inputs[0].size)));
  setSimdMode('on');
  const found = takeViolations(plan);
  const again = takeViolations(plan);
  await plan.destroy();
  return { found, again };
}

test('checked mode names the kernel that reads outside', async () => {
  for (const example of outside) {
    const { found, again } = await violations(example, false);
    assert.is(found[0]?.kernel, 'reading', example.source);
    assert.ok(found[0].count > 0);
    assert.equal(again, []);
  }
  const { found } = await violations(
    reading('return x[this.thread.y * 16 + this.thread.x];', [16, 600], 16 * 599),
    true,
  );
  assert.is(found[0].kernel, 'reading');
});

test('checked mode is silent where guards keep the reads inside', async () => {
  const inside = [
    reading('return x[this.thread.x + 16];'),
    reading('let v = 0; if (this.thread.x > 3) { v = x[this.thread.x - 4]; } return v;'),
    reading('return this.thread.x > 3 ? x[this.thread.x * 9 - 130 < 0 ? 0 : 1] : 2;'),
    reading('const k = this.thread.x * 3; let v = 0; if (k < 32) { v = x[k]; } return v;'),
    reading('const k = this.thread.y * 3; let v = 0; if (k < 32) { v = x[k]; } return v;', [16, 30]),
    reading('const k = Math.floor(x[this.thread.x] + 5); return x[k];'),
    reading('if (this.thread.x > 9) { return 1; } return x[this.thread.x * 3];'),
  ];
  for (const example of inside) assert.equal((await violations(example, false)).found, [], example.source);
});

test('another version, or a gpu.js that lacks a method, is left alone', () => {
  const off = (reason: string) => ({ enabled: false, reason });
  assert.equal(enableSimd({}, '2.25.0'), off('gpu.js 2.25.0 is not 2.24.1'));
  assert.equal(enableSimd({ other: 1 }, null), off('gpu.js of unknown version is not 2.24.1'));
  const [{ on, method }] = overrides;
  assert.equal(enableSimd({ WebAssemblyKernel: {} }, '2.24.1'), off(`gpu.js has no ${on}.${method}`));
  const { prototype } = (gpujs as any).WebAssemblyKernel;
  const before = prototype._assembleModule;
  assert.is(enableSimd(gpujs), state);
  assert.is(prototype._assembleModule, before);
});

test('DETSEG_SIMD', () => {
  const script = `
    const gpujs = require('gpu.js');
    const { enableSimd, simdMode } = require(${JSON.stringify(join(__dirname, '../../src/simd/index.js'))});
    const before = gpujs.WebAssemblyKernel.prototype._assembleModule;
    try {
      const { enabled, reason } = enableSimd(gpujs);
      console.log(JSON.stringify([enabled, reason, simdMode(), before === gpujs.WebAssemblyKernel.prototype._assembleModule]));
    }
    catch (error) { console.log(error.message); }`;
  const answer = (wish: string) =>
    spawnSync(process.execPath, ['-e', script], {
      env: { ...process.env, DETSEG_SIMD: wish },
      cwd: join(__dirname, '../../..'),
      encoding: 'utf8',
    }).stdout.trim();
  assert.is(answer('off'), '[false,"DETSEG_SIMD=off","off",true]');
  assert.is(answer('baseline'), '[true,null,"baseline",false]');
  assert.is(answer('checked'), '[true,null,"checked",false]');
  assert.is(answer(''), '[true,null,"on",false]');
  assert.is(answer('fast'), 'DETSEG_SIMD: expected on, baseline, off or checked, got "fast"');
});

test("names: each variable gets its own, in JavaScript's scopes", () => {
  const { parse } = require('acorn');
  const treat = (text: string) => {
    const tree: Node = parse(`(${text})`, { ecmaVersion: 2020 }).body[0].expression;
    return { treated: giveUniqueNames(tree), tree };
  };
  const names = (tree: Node) => {
    const found: string[] = [];
    const visit = (node: any) => {
      if (!node || typeof node !== 'object') return;
      if (node.type === 'VariableDeclarator') found.push(node.id.name);
      for (const key in node) visit(node[key]);
    };
    visit(tree);
    return found;
  };
  const nested = treat(
    'function f(x) { const i = 1; { const i = 2; { const i_2 = i; } } for (let i = i_3(); i < 3; i++) { const x = i; } return i; }',
  );
  assert.ok(nested.treated);
  assert.is(names(nested.tree)[0], 'i');
  assert.is(new Set(names(nested.tree)).size, 5);
  assert.is(nested.tree.body.body.at(-1).argument.name, 'i');
  assert.not(treat('function f({ x }) { return x; }').treated);
  assert.not(treat('function f(x) { function g() { return 1; } return g(); }').treated);
});

test.after(() => {
  setImmediate(() => process.exit());
});
test.run();
