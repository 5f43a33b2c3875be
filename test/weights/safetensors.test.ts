import { mkdirSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  encodeSafetensors,
  readSafetensors,
  readSafetensorsHeader,
  writeSafetensors,
} from '../../src/weights/safetensors';
import { assertThrows } from '../support/assertThrows';
import { loadGolden } from '../support/golden';
import { temporaryFolder } from '../support/temporaryFolder';

const test = suite('safetensors');
const folder = temporaryFolder('detseg-safetensors-');

function stored(bytes: Uint8Array): string {
  const path = join(folder, 'stored.safetensors');
  writeFileSync(path, bytes);
  return path;
}

/** A file with the given header and this many bytes of numbers. */
function fileOf(header: string, bytes = 0): string {
  const json = Buffer.from(header);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return stored(Buffer.concat([length, json, Buffer.alloc(bytes)]));
}

for (const golden of loadGolden('safetensors').cases) {
  test(`reads what the format's own package wrote: ${golden.name}`, () => {
    const { tensors, metadata } = readSafetensors(stored(Uint8Array.from(golden.file!.data)));
    assert.equal(metadata, { step: '7' });
    assert.equal(Object.keys(tensors).sort(), Object.keys(golden.inputs).sort());
    for (const [name, { shape, data }] of Object.entries(golden.inputs)) {
      assert.equal(tensors[name].shape, shape);
      assert.equal([...tensors[name].data], data);
    }
  });
}

test('what was written is read, bit by bit', () => {
  const path = join(folder, 'round.safetensors');
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.array(fc.float({ noNaN: true }))), fc.string(), (lists, text) => {
      const names = Object.keys(lists).filter((name) => !/^(__metadata__|__proto__|constructor|prototype)$/.test(name));
      const tensors = Object.fromEntries(
        names.map((name) => [name, ndarray(Float32Array.from(lists[name]), [lists[name].length])]),
      );
      writeSafetensors(path, { tensors, metadata: { text } });
      const read = readSafetensors(path);
      assert.equal(read.metadata, { text });
      assert.equal(Object.keys(read.tensors).sort(), [...names].sort());
      for (const name of names) assert.equal(new Uint8Array(read.tensors[name].data.buffer), bitsOf(lists[name]));
    }),
    { numRuns: 50, seed: 1 },
  );
  assert.equal(
    readdirSync(folder).filter((name) => name.endsWith('.tmp')),
    [],
  );
});

function bitsOf(values: number[]): Uint8Array {
  return new Uint8Array(Float32Array.from(values).buffer);
}

test('a view is written as it is seen', () => {
  const transposed = ndarray(Float32Array.from([1, 2, 3, 4, 5, 6]), [2, 3]).transpose(1, 0);
  const { tensors } = readSafetensors(stored(encodeSafetensors({ tensors: { transposed }, metadata: {} })));
  assert.equal(tensors.transposed.shape, [3, 2]);
  assert.equal([...tensors.transposed.data], [1, 4, 2, 5, 3, 6]);
});

test('numbers of other kinds are read as the nearest float32, where that is asked for', () => {
  const kinds: [string, number[], number[]][] = [
    ['F64', [...new Uint8Array(Float64Array.of(0.1, -1e-50).buffer)], [Math.fround(0.1), -0]],
    // 1, −2, the least number, the greatest, ∞: bits as IEEE 754 has them.
    ['F16', [0x00, 0x3c, 0x00, 0xc0, 0x01, 0x00, 0xff, 0x7b, 0x00, 0x7c], [1, -2, 2 ** -24, 65504, Infinity]],
    ['BF16', [0x80, 0x3f, 0x40, 0xc0], [1, -3]],
    ['I64', [...new Uint8Array(BigInt64Array.of(7n, -1n).buffer)], [7, -1]],
    ['U64', [...new Uint8Array(BigUint64Array.of(2n ** 63n).buffer)], [2 ** 63]],
    ['I32', [...new Uint8Array(Int32Array.of(-5).buffer)], [-5]],
    ['U32', [...new Uint8Array(Uint32Array.of(4e9).buffer)], [4e9]],
    ['I16', [0xff, 0xff], [-1]],
    ['U16', [0xff, 0xff], [65535]],
    ['I8', [0xff], [-1]],
    ['U8', [0xff], [255]],
    ['BOOL', [1, 0], [1, 0]],
  ];
  for (const [dtype, bytes, values] of kinds) {
    const header = JSON.stringify({ a: { dtype, shape: [values.length], data_offsets: [0, bytes.length] } });
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    const path = stored(Buffer.concat([length, Buffer.from(header), Buffer.from(bytes)]));
    assert.equal([...readSafetensors(path, { convert: true }).tensors.a.data], values, dtype);
    assertThrows(() => readSafetensors(path), `readSafetensors: ${path}: a: expected dtype F32, got "${dtype}"`);
  }
  assert.throws(
    () => readSafetensors(fileOf('{"a":{"dtype":"F8","shape":[1],"data_offsets":[0,1]}}', 1), { convert: true }),
    /a: expected dtype one of F32, F64, F16, BF16, I64, .*, BOOL, got "F8"$/,
  );
});

test('damaged files are told apart', () => {
  const path = join(folder, 'stored.safetensors');
  const fail = (make: () => string, reason: string) => {
    make();
    assertThrows(() => readSafetensors(path), `readSafetensors: ${path}: ${reason}`);
  };
  const entry = (more: string) => `{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]${more}}`;
  fail(() => stored(Uint8Array.of(1, 2)), 'expected at least 8 bytes, got 2');
  fail(
    () => stored(new Uint8Array(9).fill(255)),
    'expected a header of at most 1 bytes, got 18446744073709552000; is it a safetensors file?',
  );
  fail(() => fileOf('[]'), 'expected a header that is an object');
  fail(() => fileOf('{"__metadata__":{"a":1}}'), 'expected __metadata__ to hold texts');
  fail(() => fileOf('{"a":1}'), 'a: expected dtype, shape and data_offsets');
  fail(() => fileOf('{"a":{"dtype":"F16"}}'), 'a: expected dtype F32, got "F16"');
  fail(() => fileOf('{"a":{"dtype":"F32","shape":[-1]}}'), 'a: expected a shape of whole numbers');
  fail(() => fileOf('{"a":{"dtype":"F32","shape":[1]}}'), 'a: expected two data_offsets');
  fail(() => fileOf(`${entry('}')}`.replace('[2]', '[3]'), 8), 'a: expected 12 bytes for shape [3], got 8');
  fail(() => fileOf(entry('}'), 12), 'expected 8 bytes of numbers, got 12');
  fail(() => fileOf(entry('}'), 4), 'expected 8 bytes of numbers, got 4');
  // Two tensors over the same bytes, and a gap between two.
  fail(
    () => fileOf(`${entry('},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}')}`, 8),
    'b: expected to begin at byte 8, got 4',
  );
  fail(
    () => fileOf(`${entry('},"b":{"dtype":"F32","shape":[1],"data_offsets":[12,16]}')}`, 16),
    'b: expected to begin at byte 8, got 12',
  );
  fail(
    () => fileOf('{"__proto__":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}', 4),
    'expected another name than __proto__',
  );
  assert.is(({} as Record<string, unknown>).dtype, undefined);
  assert.throws(() => readSafetensors(fileOf('{"a"')), /expected a header in JSON: /);
  assertThrows(
    () => readSafetensors(path, { maxBytes: 4 }),
    `readSafetensors: ${path}: expected at most 4 bytes (option maxBytes), got 12`,
  );
  const missing = join(folder, 'missing');
  assertThrows(() => readSafetensors(missing), `readSafetensors: ${missing}: no such file`);
  const directory = join(folder, 'directory');
  mkdirSync(directory);
  assertThrows(
    () => readSafetensors(directory),
    `readSafetensors: ${directory}: expected a file, got a folder or a device`,
  );
});

test('a bit that has changed anywhere is an error', () => {
  const tensors = { 'a.weight': ndarray(Float32Array.of(1, -2.5, 3e-9), [3]), b: ndarray(Float32Array.of(7), []) };
  const whole = encodeSafetensors({ tensors, metadata: { step: '12' } });
  assert.equal(readSafetensors(stored(whole)).metadata, { step: '12' });
  // A bit of the checksum's own name takes the checksum away, and nothing else.
  const name = Buffer.from(whole).indexOf('detseg.crc32');
  for (let bit = 0; bit < 8 * whole.length; bit++) {
    const byte = bit >> 3;
    if (byte >= name && byte < name + 'detseg.crc32'.length) continue;
    const bytes = Uint8Array.from(whole);
    bytes[byte] ^= 1 << (bit & 7);
    assert.throws(() => readSafetensors(stored(bytes)), /stored\.safetensors: /, `bit ${bit} of ${8 * whole.length}`);
  }
  const path = stored(whole.with(whole.length - 1, 1));
  const reason =
    /: expected the checksum [0-9a-f]{8}, got [0-9a-f]{8}: the file is damaged, or another program has changed it$/;
  assert.throws(() => readSafetensors(path), reason);
  // Files of other programs have none.
  const bare = '{"__metadata__":{"step":"12"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}';
  assert.equal([...readSafetensors(fileOf(bare, 8)).tensors.a.data], [0, 0]);
  assert.throws(
    () => readSafetensors(fileOf('{"__metadata__":{"detseg.crc32":"none"}}')),
    /expected detseg\.crc32 to be a checksum/,
  );
});

test('what a header claims is bounded before it is believed', () => {
  const refused = (header: string, reason: RegExp, bytes = 0) => {
    const path = fileOf(header, bytes);
    assert.throws(() => readSafetensors(path), reason);
    assert.throws(() => readSafetensors(path, { convert: true }), reason);
    assert.throws(() => readSafetensorsHeader(path), reason);
  };
  const shaped = (shape: string) => `{"a":{"dtype":"F32","shape":[${shape}],"data_offsets":[0,4]}}`;
  assert.is(readSafetensors(fileOf(shaped('1,1,1,1,1,1,1,1'), 4)).tensors.a.shape.length, 8);
  refused(shaped('1,1,1,1,1,1,1,1,1'), /: a: expected at most 8 axes, got 9$/, 4);
  refused(shaped(Array(5000).fill(1).join()), /: a: expected at most 8 axes, got 5000$/, 4);
  const empty = '{"dtype":"F32","shape":[0],"data_offsets":[0,0]}';
  const many = (count: number) => `{${Array.from({ length: count }, (_, i) => `"${i}":${empty}`).join()}}`;
  refused(many(100_001), /: expected at most 100000 tensors, got 100001$/);
  refused(
    ' '.repeat(2 ** 24 + 1),
    /: expected a header of at most 16777216 bytes, got 16777217; is it a safetensors file\?$/,
  );
  // Errors stay short, whatever the names.
  const long = `{"${'x'.repeat(1e6)}":{"dtype":"${'F'.repeat(1e6)}","shape":[1],"data_offsets":[0,4]}}`;
  const path = fileOf(long, 4);
  assert.throws(
    () => readSafetensors(path),
    (error: Error) => error.message.length < 500 + path.length && error.message.includes('…'),
  );
});

test('numbers that become larger as float32 are bounded as such', () => {
  const path = fileOf('{"a":{"dtype":"U8","shape":[400],"data_offsets":[0,400]}}', 400);
  assert.throws(
    () => readSafetensors(path, { convert: true, maxBytes: 1000 }),
    /: expected at most 1000 bytes of float32 numbers \(option maxBytes\), got 1600$/,
  );
  assert.is(readSafetensors(path, { convert: true, maxBytes: 1600 }).tensors.a.size, 400);
});

test('tensors larger than what is read at once', () => {
  for (const dtype of ['F32', 'F64', 'U8']) {
    const bytes = { F32: 4, F64: 8, U8: 1 }[dtype]!;
    const count = 2 ** 20 + 5;
    const path = fileOf(
      `{"a":{"dtype":"${dtype}","shape":[${count}],"data_offsets":[0,${count * bytes}]}}`,
      count * bytes,
    );
    const { data } = readSafetensors(path, { convert: true }).tensors.a;
    assert.is(data.length, count);
    assert.ok(data.every((value) => value === 0));
  }
  const numbers = Float32Array.from({ length: 300_000 }, (_, i) => i);
  writeSafetensors(join(folder, 'large.safetensors'), { tensors: { a: ndarray(numbers, [3, 100_000]) }, metadata: {} });
  assert.equal(readSafetensors(join(folder, 'large.safetensors')).tensors.a.data, numbers);
});

test('the header alone: shapes and texts of a file whose numbers nobody could hold', () => {
  const header = '{"__metadata__":{"a":"b"},"big":{"dtype":"U8","shape":[4,1073741824],"data_offsets":[0,4294967296]}}';
  const path = fileOf(header);
  truncateSync(path, 8 + header.length + 2 ** 32);
  assert.equal(readSafetensorsHeader(path), { shapes: { big: [4, 2 ** 30] }, metadata: { a: 'b' } });
  assert.throws(
    () => readSafetensors(path, { convert: true }),
    /expected at most 1073741824 bytes \(option maxBytes\)/,
  );
  const written = stored(
    encodeSafetensors({ tensors: { x: ndarray(new Float32Array(6), [2, 3]) }, metadata: { c: 'd' } }),
  );
  assert.equal(readSafetensorsHeader(written), { shapes: { x: [2, 3] }, metadata: { c: 'd' } });
});

test('random bytes give an error or tensors, nothing else', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat({ max: 64 }), (body, length) => {
      const bytes = Uint8Array.of(length, 0, 0, 0, 0, 0, 0, 0, ...body);
      try {
        readSafetensors(stored(bytes));
      } catch (error) {
        assert.match((error as Error).message, /^readSafetensors: .*stored\.safetensors: expected /);
      }
    }),
    { numRuns: 300, seed: 2 },
  );
});

test('names that would reach a prototype are not written', () => {
  const tensors = JSON.parse('{"__proto__":0}');
  Object.defineProperty(tensors, '__proto__', { value: ndarray(new Float32Array(1), [1]), enumerable: true });
  assertThrows(
    () => encodeSafetensors({ tensors, metadata: {} }),
    'encodeSafetensors: expected another name than __proto__',
  );
});

/** All finite numbers of half precision by their 16 bits, as IEEE 754 defines them. */
function finiteHalves(): { bits: number; value: number }[] {
  const halves: { bits: number; value: number }[] = [];
  for (let bits = 0; bits < 2 ** 16; bits++) {
    const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
    if (exponent === 31) continue;
    const size = exponent > 0 ? (1024 + fraction) * 2 ** (exponent - 25) : fraction * 2 ** -24;
    halves.push({ bits, value: bits & 0x8000 ? -size : size });
  }
  return halves;
}

/** The 16 bits of each number in a file of half precision. */
function halfBitsOf(numbers: Float32Array): Uint16Array {
  const content = { tensors: { x: ndarray(numbers, [numbers.length]) }, metadata: {} };
  const bytes = encodeSafetensors(content, { precision: 'half' });
  return new Uint16Array(bytes.slice(bytes.length - 2 * numbers.length).buffer);
}

test('half precision keeps each of its own numbers, and reads them back', () => {
  const halves = finiteHalves();
  const numbers = Float32Array.from(halves, ({ value }) => value);
  assert.equal(
    [...halfBitsOf(numbers)],
    halves.map(({ bits }) => bits),
  );
  const path = join(folder, 'half.safetensors');
  const content = { tensors: { x: ndarray(numbers, [numbers.length]) }, metadata: {} };
  writeSafetensors(path, content, { precision: 'half' });
  assert.equal([...readSafetensors(path, { convert: true }).tensors.x.data], [...numbers]);
});

test('half precision rounds to the nearest number, and a tie to even bits', () => {
  const sorted = finiteHalves()
    .filter(({ bits }) => bits < 0x8000)
    .sort((a, b) => a.value - b.value);
  const middles = sorted.slice(1).map(({ value }, i) => (value + sorted[i].value) / 2);
  const even = sorted.slice(1).map(({ bits }, i) => (bits % 2 === 0 ? bits : sorted[i].bits));
  assert.equal([...halfBitsOf(Float32Array.from(middles))], even);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: sorted.length - 1 }),
      fc.double({ min: 0.01, max: 0.99, noNaN: true }),
      (i, t) => {
        const [below, above] = [sorted[i - 1], sorted[i]];
        const [value] = Float32Array.of(below.value + t * (above.value - below.value));
        const [toBelow, toAbove] = [value - below.value, above.value - value];
        if (toBelow === toAbove) return;
        assert.equal([...halfBitsOf(Float32Array.of(value))], [(toBelow < toAbove ? below : above).bits]);
      },
    ),
  );
});

test('half precision refuses what it cannot hold, and there is no third precision', () => {
  const content = (value: number) => ({ tensors: { x: ndarray(Float32Array.of(1, value), [2]) }, metadata: {} });
  for (const value of [70000, Number.NEGATIVE_INFINITY, Number.NaN]) {
    assertThrows(
      () => encodeSafetensors(content(value), { precision: 'half' }),
      `encodeSafetensors: expected numbers of at most 65504 with half precision, got ${value} in x; use precision 'single'`,
    );
  }
  assertThrows(
    () => encodeSafetensors(content(1), { precision: 'double' as 'half' }),
    `encodeSafetensors: expected precision 'single' or 'half', got "double"`,
  );
});

test.run();
