import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { setSimdMode, simdReport } from '../../src/simd';
import { type Case, difference, flat, gpu, noise, run, runFused, runPlain, state } from './agreement';

const test = suite('simd: awkward kernels');

const kernel = (source: string, output: number[], ...sizes: number[][]): Case => ({
  source: source.replace(/^function\s*\(/, 'function awkward('),
  output,
  inputs: sizes.map((size, i) => ({
    data: noise(
      size.reduce((a, b) => a * b),
      7 + i,
    ),
    size,
  })),
});

const body = (text: string) => `function awkward(x) { ${text} }`;

const cases: Record<string, Case> = {
  'im2col, guards differ between lanes': kernel(
    body(`const kx = this.thread.y % 3; const t = Math.floor(this.thread.y / 3); const ky = t % 3; const c = Math.floor(t / 3);
      const ox = this.thread.x % 8; const oy = Math.floor(this.thread.x / 8); const yy = oy + ky - 1; const xx = ox + kx - 1; let v = 0;
      if (yy >= 0 && yy < 8 && xx >= 0 && xx < 8) { v = x[0][c][yy * 8 + xx]; } return v;`),
    [64, 27],
    [64, 3, 1],
  ),
  'guarded neighbor': kernel(
    body('let v = 7; if (this.thread.x > 0) { v = x[this.thread.y][this.thread.x - 1]; } return v;'),
    [64, 5],
    [64, 5],
  ),
  'read beyond the array behind a ternary': kernel(
    body('return this.thread.x < 59 ? x[this.thread.y][this.thread.x + 5] : -1;'),
    [64, 5],
    [64, 5],
  ),
  'shared read beyond the array behind a ternary': kernel(
    body('return this.thread.x < 9 && this.thread.y < 5 ? x[this.thread.y * 1000000] + x[0] : -1;'),
    [12, 7],
    [4000001],
  ),
  'odd width': kernel(body('return x[this.thread.y][this.thread.x] * 2 + x[0][this.thread.x];'), [13, 7], [13, 7]),
  'rows narrower than the lanes': kernel(
    body('return x[this.thread.y][this.thread.x] * 2 + x[0][this.thread.x];'),
    [3, 7],
    [3, 7],
  ),
  transpose: kernel(body('return x[this.thread.x][this.thread.y];'), [16, 24], [24, 16]),
  'every other cell': kernel(body('return x[this.thread.y][this.thread.x * 2 + 1];'), [16, 6], [40, 6]),
  'backwards, proven': kernel(body('return x[this.thread.y][63 - this.thread.x];'), [64, 5], [64, 5]),
  'backwards by three, guarded': kernel(
    body('const k = 40 - this.thread.x * 3; let v = 0.5; if (k >= 0) { v = x[k]; } return v;'),
    [20],
    [41],
  ),
  'constants of one name in several blocks': kernel(
    body(`let s = 0; for (let i = 0; i < 3; i++) { const q = i * 2; s += x[q][this.thread.x]; }
      for (let i = 0; i < 2; i++) { const q = i + 1; for (let j = 0; j < 2; j++) { const r = q + j; s += x[r][this.thread.x] * 2; } } return s;`),
    [32],
    [32, 6],
  ),
  'an inner name hides an outer one, which is used again': kernel(
    body(`const q = 1; let s = 0; for (let i = 0; i < 3; i++) { const q = i + 2; s += x[q][this.thread.x]; } s += x[q][this.thread.x] * 10;
      for (let i = 0; i < 2; i++) { for (let i = 3; i < 5; i++) { s += x[i][this.thread.x]; } s += 100 * x[i][this.thread.x]; } return s;`),
    [32],
    [32, 6],
  ),
  'counter changed in the body': kernel(
    body(
      'let s = 0; for (let i = 0; i < 6; i++) { const q = i; if (i === 2) { i++; } s += x[q][this.thread.x] + x[i][this.thread.x]; } return s;',
    ),
    [32],
    [32, 7],
  ),
  'a loop whose update changes another variable': kernel(
    body(
      'let s = 0; let j = 0; for (let i = 0; i < 5; j++) { s += x[i][this.thread.x] * x[j][this.thread.x]; i = i + 1; } return s;',
    ),
    [32],
    [32, 7],
  ),
  'a loop without an update': kernel(
    body('let s = 0; for (let i = 0; i < 5; ) { s += x[i][this.thread.x]; i++; } return s;'),
    [32],
    [32, 7],
  ),
  'trip count differs between lanes': kernel(
    body('let s = 0; for (let i = 0; i < this.thread.x; i++) { s += x[this.thread.y][i]; } return s;'),
    [32, 3],
    [32, 3],
  ),
  'break differs between lanes': kernel(
    body(
      'let s = 0; for (let i = 0; i < 20; i++) { if (x[this.thread.y][this.thread.x] < -0.2) { break; } s += x[this.thread.y][i]; } return s;',
    ),
    [32, 3],
    [32, 3],
  ),
  'counter as a value': kernel(
    body('let s = 0; for (let i = 0; i < 7; i++) { s += i / 2 + x[0][this.thread.x] * i - i % 3; } return s;'),
    [32],
    [32, 1],
  ),
  'products of a counter beyond 2³¹': kernel(
    body('let s = 0.5; for (let i = 0; i < 70; i++) { s += (i * 1000000 * 100 + x[this.thread.x]) * 1e-9; } return s;'),
    [32],
    [32],
  ),
  'a counter that would overflow as a product in a comparison': kernel(
    body(
      'let s = 0.5; for (let i = 0; i < 70; i++) { if (i * 1000000 * 100 < 5000000000) { s += x[this.thread.x]; } } return s;',
    ),
    [32],
    [32],
  ),
  'fractional steps': kernel(
    body('let s = 0; for (let i = 0; i < 3; i += 0.5) { s += x[Math.floor(i)][this.thread.x] * i; } return s;'),
    [32],
    [32, 3],
  ),
  'a number that starts whole': kernel(body('let s = 0; s += 0.5; s++; s += x[this.thread.x]; return s;'), [32], [32]),
  'steps of three and counting down': kernel(
    body(
      'let s = 0; for (let i = 1; i < 12; i += 3) { for (let j = 9; j > i; j -= 2) { s += x[i][this.thread.x] * x[j][this.thread.x]; } } return s;',
    ),
    [16],
    [16, 12],
  ),
  'negative coefficient': kernel(
    body(
      'const ky = Math.floor(this.thread.z / 3); const t = 6 * ky + 2 - this.thread.z; return x[t][this.thread.y][this.thread.x];',
    ),
    [8, 4, 9],
    [8, 4, 9],
  ),
  'floor of a fraction': kernel(
    body('return x[this.thread.y][Math.floor(this.thread.x / 2)] + x[Math.floor(this.thread.y * 0.5)][this.thread.x];'),
    [32, 3],
    [32, 3],
  ),
  'product of two thread indices': kernel(
    body(
      'const k = this.thread.z * this.thread.y; return x[k * 8 + this.thread.x] + x[this.thread.z * this.thread.y + 1];',
    ),
    [8, 5, 4],
    [8 * 13],
  ),
  'index from data': kernel(
    body('const k = Math.floor(x[0][this.thread.y] * 4 + 2.5); return x[k][this.thread.x];'),
    [16, 5],
    [16, 6],
  ),
  'shared branch': kernel(
    body(
      'let s = 0; if (this.thread.y > 1) { for (let k = 0; k < 4; k++) { s += x[k][this.thread.x]; } } else { s = x[this.thread.y][this.thread.x]; } return s;',
    ),
    [32, 4],
    [32, 4],
  ),
  'constant under a mask': kernel(
    body(
      'let s = 0; if (this.thread.x < 10) { const k = this.thread.y * 16 + this.thread.x; const r = k + 6; s = x[k] + x[r]; } return s;',
    ),
    [16, 6],
    [16 * 6],
  ),
  'loop under a mask': kernel(
    body(
      'let s = 0; if (this.thread.x < 10) { for (let k = 0; k < 4; k++) { s += x[k][this.thread.x] * k; } } return s;',
    ),
    [16],
    [16, 4],
  ),
  'early return': kernel(
    body(
      'if (this.thread.x === 3) { return 5; } let s = 0; for (let k = 0; k < 4; k++) { s += x[k][this.thread.x]; } return s;',
    ),
    [16],
    [16, 4],
  ),
  'while with an index': kernel(
    body('let k = 0; let s = 0; while (k < 4) { const q = k * 16; s += x[q + this.thread.x]; k = k + 1; } return s;'),
    [16],
    [64],
  ),
  'splatted constant, read as a number, too': kernel(
    body(
      'let s = 0; for (let k = 0; k < 4; k++) { const u = x[k][0]; if (u > 0) { s += u * x[k][this.thread.x]; } s += u; } return s;',
    ),
    [16],
    [16, 4],
  ),
};

for (const [name, example] of Object.entries(cases)) {
  test(name, async () => {
    const expected = runPlain(example);
    assert.ok(difference(run('webasm', example), expected) < 1e-6);
    assert.ok(difference((await runFused(example, false)).result, expected) < 1e-6);
  });
}

test('is enabled', () => {
  assert.is(state.enabled, true);
  assert.is(state.reason, null);
});

test('uses vector loads, splats and strided loads, and says so', () => {
  const loads = (source: string, output: number[], ...sizes: number[][]) => {
    run('webasm', kernel(source, output, ...sizes));
    return simdReport().at(-1)!;
  };
  const linear = loads(
    body('return x[this.thread.x] + x[3] + x[2 * this.thread.x] + x[this.thread.x + 1];'),
    [16],
    [32],
  );
  assert.equal(linear.loads, { vector: 2, splat: 1, strided: 1, gathered: 0, checked: 0 });
  assert.equal(linear.stock, null);
  const guarded = loads(
    body('let v = 0; if (this.thread.x > 0) { v = x[this.thread.x - 1]; } return v + x[this.thread.x % 3];'),
    [16],
    [32],
  );
  assert.equal(guarded.loads, { vector: 1, splat: 0, strided: 0, gathered: 1, checked: 1 });
  const uniform = loads(
    body('let v = 0; if (this.thread.y > 0) { v = x[(this.thread.y - 1) * 16 + this.thread.x]; } return v;'),
    [16, 3],
    [32],
  );
  assert.equal(uniform.loads, { vector: 1, splat: 0, strided: 0, gathered: 0, checked: 0 });
});

// 2 threads at least: the output has more than 4096 cells. Rows that are no multiple of 4 wide are cut anywhere.
for (const output of [[64, 150], [13, 701], [7, 53, 31], [36, 171], [5, 4099], [9001], [2, 5000], [33, 5, 67]]) {
  test(`threads: output ${output.join('×')}`, async () => {
    const cell = 'this.thread.x + this.constants.w * (this.thread.y + this.constants.h * this.thread.z)';
    const [w, h] = [output[0], output[1] ?? 1];
    const length = output.reduce((a, b) => a * b);
    const example: Case = {
      source: `function threaded(x) { const at = ${cell}; let s = x[at]; for (let k = 0; k < 3; k++) { if (at + k < ${length}) { s += x[at + k]; } } return s; }`,
      output,
      constants: { w, h },
      inputs: [{ data: noise(length, 3), size: [length] }],
    };
    const expected = runPlain(example);
    const threaded = await runFused(example, true);
    assert.is(threaded.executor, 'fused-threaded');
    assert.ok(difference(threaded.result, expected) < 1e-6);
    assert.ok(difference((await runFused(example, false)).result, expected) < 1e-6);
    assert.ok(difference(run('webasm', example), expected) < 1e-6);
  });
}

test('random numbers are those of gpu.js, for any width', () => {
  for (const width of [8, 13]) {
    const draw = () => {
      const made = gpu('webasm').createKernel(
        function (this: any) {
          return Math.random() + this.thread.x * 0;
        } as any,
        { output: [width, 5], randomSeed: 5 } as any,
      ) as any;
      return flat(made());
    };
    const ours = draw();
    setSimdMode('off');
    const stock = draw();
    setSimdMode('on');
    assert.equal(ours, stock);
    assert.is(new Set(ours).size, ours.length);
  }
});

test.after(() => {
  setImmediate(() => process.exit());
});
test.run();
