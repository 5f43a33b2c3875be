import * as gpujs from 'gpu.js';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Case, makeKernel } from './agreement';

const { input } = gpujs as unknown as { input(data: Float32Array, size: number[]): any };
const test = suite('simd: whole numbers beyond 2^24');

const size = 2 ** 24 + 11;
const numbers = Float32Array.from({ length: size }, (_, i) => i % 257);

const reading = (text: string, output: number[] = [size], constants: Record<string, number> = {}): Case => ({
  source: `function reading(x) { ${text} }`,
  output,
  constants: { size, ...constants },
  inputs: [{ data: numbers, size: [size] }],
});

/** Cells around the places where float32 begins to round, at both ends, and some between. */
function* watched([width, height = 1]: readonly number[]) {
  const cells = width * height;
  for (const middle of [0, 2 ** 21, 2 ** 22, 2 ** 23, 2 ** 24, cells - 1]) {
    for (let i = middle - 40; i <= middle + 40; i++) if (i >= 0 && i < cells) yield i;
  }
  for (let i = 0; i < cells; i += 99_991) yield i;
}

function checkCells({ source, output, constants, inputs }: Case): void {
  const kernel = makeKernel('webasm', { source, output, constants, inputs });
  const result = kernel(input(numbers, [size]));
  assert.is(kernel.kernel.constructor.mode, 'webasm', source);
  const plain = new Function(`return ${source}`)();
  const [width] = output;
  for (const i of watched(output)) {
    const thread = { x: i % width, y: Math.floor(i / width), z: 0 };
    const expected = Math.fround(plain.call({ thread, constants }, numbers));
    const found = output.length === 1 ? result[i] : result[thread.y][thread.x];
    if (found !== expected) assert.unreachable(`${source} at ${i}: expected ${expected}, got ${found}`);
  }
  kernel.destroy();
}

const alongLanes: Record<string, string> = {
  'a constant index': 'const i = this.thread.x; return x[i];',
  'backwards, past the end': 'const i = this.constants.size - this.thread.x; return x[i - 1];',
  'strides that leave the array': 'const i = this.thread.x * 2; return i < this.constants.size ? x[i] : -1;',
  'a quotient': 'return x[Math.floor((this.thread.x + 0.5) / 3)] + 1;',
  'a quotient by 1': 'const i = Math.floor((this.thread.x - 7 + 0.5) / 1); return i >= 0 ? x[i] : -1;',
  'a quotient and its remainder':
    'const i = Math.floor((this.thread.x + 0.5) / 3); const r = this.thread.x - i * 3; return r === 2 ? x[i * 3 + 1] : x[i * 3 + r];',
  'a quotient that is negative at first':
    'const i = Math.floor((this.thread.x - 20 + 0.5) / 3); return i * 3 + 20 === this.thread.x ? x[i + 7] : i < 0 ? -2 : -1;',
  'a quotient by a power of two':
    'const i = Math.floor((this.thread.x - 9 + 0.5) / 4); return i * 4 + 9 === this.thread.x ? x[i * 4 + 9] : -1;',
  'the smaller and the larger':
    'const i = Math.min(this.thread.x + 5, this.constants.size - 1); const j = Math.max(this.thread.x - 5, 3); return x[i] - x[j];',
  'a guard on either side':
    'const i = this.thread.x - 3; let value = -1.0; if (i >= 0 && i < this.constants.size - 6) { value = x[i]; } return value;',
  'neighbors that are told apart': 'return this.thread.x - 1 === this.constants.size - 4 ? 1 : x[this.thread.x];',
};

for (const name in alongLanes) test(`along the lanes: ${name}`, () => checkCells(reading(alongLanes[name])));

const alongRows: Record<string, string> = {
  'a quotient and its remainder':
    'const n = Math.floor((this.thread.y + 0.5) / 7); const r = this.thread.y - n * 7; return x[(n * 7 + 6 - r) * 2 - 12 + this.thread.x + 12];',
  'the smaller and the larger':
    'const i = Math.max(this.thread.y * 2 - 4, 0); const j = Math.min(this.thread.y * 2 + 4, this.constants.size - 2); return x[i + this.thread.x] - x[j + this.thread.x];',
  'a loop that begins beyond':
    'let total = 0.0; for (let k = this.constants.size - 3; k < this.constants.size; k++) { total += x[k]; } return total + this.thread.x;',
  'a loop over everything, left at the end':
    'let last = 0.0; if (this.thread.y === 5) { for (let k = 0; k < this.constants.size; k++) { last = x[k]; } } return last;',
  'a loop up to the end':
    'let total = 0.0; const first = this.thread.y * 2 + 11; for (let k = 0; k < 3; k++) { total += x[first + k]; } return total + this.thread.x;',
};

for (const name in alongRows) {
  const rows = Math.floor((size - 14) / 2);
  test(`along the rows: ${name}`, () => checkCells(reading(alongRows[name], [2, rows])));
}

test('an index that float32 has computed is refused, and not looked up at the wrong place', () => {
  for (const text of [
    'let at = 0.0; for (let k = 0; k < 3; k++) { at += this.thread.x; } return x[at];',
    'return x[this.thread.x * 0.5];',
  ]) {
    const kernel = makeKernel('webasm', reading(text, [16]));
    assert.throws(
      () => kernel(input(numbers, [size])),
      (error: Error) => error.message.startsWith('reading: expected at most 2^24 numbers in x, got 16777227:'),
    );
  }
});

test('an index that float32 has computed is right where the array is no larger than that', () => {
  const small = numbers.subarray(0, 2 ** 24);
  const kernel = makeKernel('webasm', reading('return x[this.thread.x * 0.5];', [16]));
  const result = kernel(input(small, [small.length]));
  assert.equal(
    Array.from({ length: 16 }, (_, i) => result[i]),
    Array.from({ length: 16 }, (_, i) => Math.floor(i / 2)),
  );
  kernel.destroy();
});

test.run();
