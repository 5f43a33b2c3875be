import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { setSimdMode } from '../../src/simd';
import { hasRelaxedSimd } from '../../src/simd/relaxed';
import { type Case, noise, run, runFused } from './agreement';

const test = suite('simd: products added to running sums');

test.before.each(() => setSimdMode('on'));

const unfused = (a: number, b: number, c: number) => Math.fround(Math.fround(a * b) + c);

/** a · b + c of float32 numbers, rounded once. The product is exact in double precision; the sum is rounded to odd there, which a second rounding does no harm. */
function fused(a: number, b: number, c: number): number {
  const product = a * b;
  const sum = product + c;
  const part = sum - product;
  const error = product - (sum - part) + (c - part);
  if (error === 0 || !Number.isFinite(sum)) return Math.fround(sum);
  const bits = new BigInt64Array(Float64Array.of(sum).buffer);
  // The double below and the one above in size: the odd one of the two that the exact sum lies between.
  if ((bits[0] & 1n) === 0n) bits[0] += error > 0 === sum > 0 ? 1n : -1n;
  return Math.fround(new Float64Array(bits.buffer)[0]);
}

/** Whether this processor rounds once, as a product shows that loses its last bits. */
function roundsOnce(): boolean {
  const a = 1 + 2 ** -12;
  const [sum] = run('webasm', oneStep([a], [a], [-1]));
  assert.ok(sum === fused(a, a, -1) || sum === unfused(a, a, -1), `${sum}`);
  return sum === fused(a, a, -1);
}

const sums = (statement: string) => `function sums(a, b, c) { let s = c[this.thread.x]; ${statement} return s; }`;

const oneStep = (a: ArrayLike<number>, b: ArrayLike<number>, c: ArrayLike<number>, statement?: string): Case => ({
  source: sums(statement ?? 's += a[this.thread.x] * b[this.thread.x];'),
  output: [a.length],
  inputs: [a, b, c].map((numbers) => ({ data: Float32Array.from(numbers), size: [a.length] })),
});

test('the reference rounds once', () => {
  assert.is(fused(1 + 2 ** -12, 1 + 2 ** -12, -1), 2 ** -11 + 2 ** -24);
  assert.is(unfused(1 + 2 ** -12, 1 + 2 ** -12, -1), 2 ** -11);
  // Rounded to double first and then to float32 it would be 1 + 2 ** -22: the exact sum lies just below the middle.
  assert.is(fused(2 ** -24, 1 - 2 ** -24, 1 + 2 ** -23), 1 + 2 ** -23);
  assert.is(fused(-(2 ** -24), 1 - 2 ** -24, -1 - 2 ** -23), -1 - 2 ** -23);
});

/** Why kernels do without on this engine; null where they do not. */
const engineReason = hasRelaxedSimd() ? null : 'this JavaScript engine has no relaxed SIMD';

test('Node.js from 22 on has relaxed SIMD, 20 has not', () => {
  const [major] = process.versions.node.split('.').map(Number);
  assert.is(hasRelaxedSimd(), major >= 22);
});

const count = 20_003;
const [a, b, c] = [1, 2, 3].map((seed) => noise(count, seed));
const each = (sum: typeof fused) => Array.from(a, (value, i) => sum(value, b[i], c[i]));

test('each sum is the exact one rounded once, or with the product rounded before, all alike', () => {
  const expected = each(roundsOnce() ? fused : unfused);
  for (const statement of [
    's += a[this.thread.x] * b[this.thread.x];',
    's = s + a[this.thread.x] * b[this.thread.x];',
    'for (let i = 0; i < 1; i++) { s += a[this.thread.x + i] * b[this.thread.x + i]; }',
  ])
    assert.equal(run('webasm', oneStep(a, b, c, statement)), expected, statement);
  assert.is.not(each(fused).join(), each(unfused).join());
});

test('baseline rounds the product', () => {
  setSimdMode('baseline');
  assert.equal(run('webasm', oneStep(a, b, c)), each(unfused));
});

test('other expressions round the product on every engine', () => {
  const expected = each(unfused);
  for (const statement of [
    'return a[this.thread.x] * b[this.thread.x] + c[this.thread.x];',
    'return c[this.thread.x] + a[this.thread.x] * b[this.thread.x];',
    'const p = a[this.thread.x] * b[this.thread.x]; s += p;',
    'const start = c[this.thread.x]; return start + a[this.thread.x] * b[this.thread.x];',
  ])
    assert.equal(run('webasm', oneStep(a, b, c, statement)), expected, statement);
});

test('whole numbers are added as before', () => {
  const statement = 'let n = 0; for (let i = 0; i < 5; i++) { n += i * 3; s += i * 0.25; } s += n * this.thread.x;';
  const expected = Array.from(c.subarray(0, 64), (value, x) => {
    let s = value;
    for (let i = 0; i < 5; i++) s = Math.fround(s + i * 0.25);
    return Math.fround(s + 30 * x);
  });
  const actual = run('webasm', oneStep(a.subarray(0, 64), b.subarray(0, 64), c.subarray(0, 64), statement));
  for (const [x, value] of actual.entries()) assert.ok(Math.abs(value - expected[x]) <= 2 ** -20 * (1 + 30 * x));
});

/** rows × columns sums of `length` products, by tiles where there is one. */
function product(output: number[], length: number, tile: [number, number] | null): Case {
  const [width, height] = output;
  const [quads, rows] = tile ?? [1, 1];
  const names: string[] = [];
  let body = '';
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < quads; j++) {
      names.push(`s${i}_${j}`);
      body += `s${i}_${j} += u[(this.thread.y + ${i}) * ${length} + q] * v[q * ${width} + this.thread.x + ${4 * j}];\n`;
    }
  }
  return {
    source: `function products(u, v) { ${names.map((name) => `let ${name} = 0.5 * 0;`).join(' ')} for (let q = 0; q < ${length}; q++) { ${body} } return ${tile ? `[${names}]` : names[0]}; }`,
    output,
    constants: tile ? { TILE_X: quads, TILE_Y: rows } : {},
    inputs: [
      { data: noise(height * length, 5), size: [height * length] },
      { data: noise(width * length, 6), size: [width * length] },
    ],
  };
}

function reference({ output: [width, height], inputs }: Case, length: number, add: typeof fused): number[] {
  const [u, v] = inputs.map(({ data }) => data);
  return Array.from({ length: width * height }, (_, cell) => {
    const [x, y] = [cell % width, Math.floor(cell / width)];
    let s = 0;
    for (let q = 0; q < length; q++) s = add(u[y * length + q], v[q * width + x], s);
    return s;
  });
}

// Rows that are no multiple of four wide are computed by fours and ones, cut anywhere between threads.
for (const output of [
  [64, 72],
  [13, 401],
  [3, 17],
  [5, 1001],
]) {
  test(`${output.join('×')}: tiles, lanes, single cells and threads give the same bits`, async () => {
    for (const mode of ['on', 'baseline'] as const) {
      setSimdMode(mode);
      const plain = product(output, 37, null);
      const expected = reference(plain, 37, mode === 'on' && roundsOnce() ? fused : unfused);
      for (const example of [plain, product(output, 37, [2, 4])]) {
        assert.equal(run('webasm', example), expected);
        assert.equal((await runFused(example, false)).result, expected);
        assert.equal((await runFused(example, true)).result, expected);
      }
    }
  });
}

test('a long sum is as close to the exact one as rounding allows', () => {
  const length = 4099;
  for (const mode of ['on', 'baseline'] as const) {
    setSimdMode(mode);
    const example = product([8, 3], length, null);
    const [u, v] = example.inputs.map(({ data }) => data);
    for (const [cell, value] of run('webasm', example).entries()) {
      const [x, y] = [cell % 8, Math.floor(cell / 8)];
      let [exact, size] = [0, 0];
      for (let q = 0; q < length; q++) {
        exact += u[y * length + q] * v[q * 8 + x];
        size += Math.abs(u[y * length + q] * v[q * 8 + x]);
      }
      // Rounding errors of many terms mostly cancel: far below the worst case, length · 2⁻²⁴.
      assert.ok(Math.abs(value - exact) <= 8 * Math.sqrt(length) * 2 ** -24 * size, `${mode}: ${value}, ${exact}`);
    }
  }
});

test('DETSEG_SIMD=baseline turns it off, and so does useDevice; the report says why', () => {
  const program = `const { full, matmul, deviceReport, useDevice } = require(${JSON.stringify(resolve(__dirname, '..', '..', 'src', 'index.js'))});
    const a = Math.fround(1.3);
    const sums = (async () => {
      const found = [];
      for (const options of [{}, { relaxed: false }, {}]) {
        await useDevice('webasm', options);
        const sum = await matmul(full([4, 4], a), full([4, 4], a)).data();
        found.push({ relaxed: (await deviceReport()).simd.relaxed, sum: sum[0] });
      }
      console.log(JSON.stringify(found));
      process.exit();
    })();`;
  const reports = (wish: string) => {
    const env = { ...process.env, DETSEG_SIMD: wish };
    const { stdout, stderr } = spawnSync(process.execPath, ['-e', program], { encoding: 'utf8', env });
    assert.ok(stdout, stderr);
    return JSON.parse(stdout);
  };
  const a = Math.fround(1.3);
  const sum = (add: typeof fused) => add(a, a, add(a, a, add(a, a, add(a, a, 0))));
  const most = roundsOnce() ? fused : unfused;
  const off = (relaxed: string) => ({ relaxed, sum: sum(unfused) });
  assert.is.not(sum(fused), sum(unfused));
  assert.equal(reports('on'), [
    { relaxed: engineReason, sum: sum(most) },
    off('useDevice: relaxed is false'),
    { relaxed: engineReason, sum: sum(most) },
  ]);
  assert.equal(reports('baseline'), Array(3).fill(off('DETSEG_SIMD=baseline')));
  assert.is(reports('off')[0].relaxed, 'DETSEG_SIMD=off');
});

test.after(() => {
  setImmediate(() => process.exit());
});
test.run();
