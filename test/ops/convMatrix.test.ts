import ndarray, { type NdArray } from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { conv1d, conv2d, convMatrix, convTranspose1d, convTranspose2d, type Tensor, tensor } from '../../src/index';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';
import { toTensor } from '../support/gradientCheck';
import { createNumbers, randomArray } from '../support/randomTensor';

const test = suite('convMatrix');

function rowsOf(matrix: NdArray): number[][] {
  const [rows, columns] = matrix.shape;
  return Array.from({ length: rows }, (_, r) => Array.from({ length: columns }, (_, c) => matrix.get(r, c)));
}

function product(matrix: NdArray, vector: ArrayLike<number>): number[] {
  assert.is(vector.length, matrix.shape[1], 'a matrix takes as many numbers as it has columns');
  return rowsOf(matrix).map((row) => row.reduce((total, value, c) => total + value * vector[c], 0));
}

const transposed = (matrix: NdArray) => matrix.transpose(1, 0);

/** Numbers in the places of letters; 0 is itself. */
function substitute(letters: string, values: Record<string, number>): number[] {
  return [...letters].map((letter) => (letter === '0' ? 0 : values[letter]));
}

/**
 * Asserts that a function of the filter (x, y, z) and a vector gives rows of products, such as `ay + bz`: for numbers, and letter by letter
 * with each pair of a vector's and a filter's letter 1 and the others 0.
 */
async function assertTerms(
  vector: string,
  rows: readonly string[],
  compute: (filter: number[], vector: number[]) => ArrayLike<number> | Promise<ArrayLike<number>>,
): Promise<void> {
  const check = async (values: Record<string, number>) => {
    const expected = rows.map((row) =>
      row === '0' ? 0 : row.split(' + ').reduce((total, [a, x]) => total + values[a] * values[x], 0),
    );
    const found = await compute(substitute('xyz', values), substitute(vector, values));
    assert.equal([...Array.from(found)], expected, JSON.stringify(values));
  };
  await check({ x: 2, y: 3, z: 5, a: 7, b: 11, c: 13, d: 17 });
  const none = { x: 0, y: 0, z: 0, a: 0, b: 0, c: 0, d: 0 };
  for (const a of vector.replaceAll('0', '')) for (const x of 'xyz') await check({ ...none, [a]: 1, [x]: 1 });
}

const signal = (values: number[]) => tensor(values, [1, values.length, 1]);
const filters = (values: number[]) => tensor(values, [values.length, 1, 1]);
const numbers = (x: Tensor) => x.data();

// The slides' convolution with stride 1: (x, y, z) on (0, a, b, c, d, 0).
const stride1 = ['ay + bz', 'ax + by + cz', 'bx + cy + dz', 'cx + dy'];
const stride1Transposed = ['ax', 'ay + bx', 'az + by + cx', 'bz + cy + dx', 'cz + dy', 'dz'];
const stride2 = ['ay + bz', 'bx + cy + dz'];
const stride2Transposed = ['ax', 'ay', 'az + bx', 'by', 'bz', '0'];

test('stride 1: X is 4 × 6, the filter one column further in every row', () => {
  assert.equal(rowsOf(convMatrix([2, 3, 5], { size: 6 })), [
    [2, 3, 5, 0, 0, 0],
    [0, 2, 3, 5, 0, 0],
    [0, 0, 2, 3, 5, 0],
    [0, 0, 0, 2, 3, 5],
  ]);
});

test('stride 1: X (0, a, b, c, d, 0) = (ay + bz, ax + by + cz, bx + cy + dz, cx + dy), as conv1d has it', async () => {
  await assertTerms('0abcd0', stride1, (filter, vector) => product(convMatrix(filter, { size: 6 }), vector));
  await assertTerms('0abcd0', stride1, (filter, vector) => numbers(conv1d(signal(vector), filters(filter))));
});

test('with padding 1 the zeros need no columns: X (a, b, c, d) is the same', async () => {
  await assertTerms('abcd', stride1, (filter, vector) => product(convMatrix(filter, { size: 4, padding: 1 }), vector));
  await assertTerms('abcd', stride1, (filter, vector) =>
    numbers(conv1d(signal(vector), filters(filter), { padding: 1 })),
  );
});

test('stride 1: Xᵀ (a, b, c, d) = (ax, ay + bx, az + by + cx, bz + cy + dx, cz + dy, dz), as convTranspose1d has it', async () => {
  await assertTerms('abcd', stride1Transposed, (filter, vector) =>
    product(transposed(convMatrix(filter, { size: 6 })), vector),
  );
  await assertTerms('abcd', stride1Transposed, (filter, vector) =>
    numbers(convTranspose1d(signal(vector), filters(filter))),
  );
});

test('stride 1: Xᵀ is again a convolution, with the filter turned round and padding 2', () => {
  const back = rowsOf(transposed(convMatrix([2, 3, 5], { size: 6 })));
  assert.equal(back, rowsOf(convMatrix([5, 3, 2], { size: 4, padding: 2 })));
});

test('stride 2: X is 2 × 6, and X (0, a, b, c, d, 0) = (ay + bz, bx + cy + dz)', async () => {
  assert.equal(rowsOf(convMatrix([2, 3, 5], { size: 6, stride: 2 })), [
    [2, 3, 5, 0, 0, 0],
    [0, 0, 2, 3, 5, 0],
  ]);
  await assertTerms('0abcd0', stride2, (filter, vector) => product(convMatrix(filter, { size: 6, stride: 2 }), vector));
  await assertTerms('0abcd0', stride2, (filter, vector) =>
    numbers(conv1d(signal(vector), filters(filter), { stride: 2 })),
  );
});

test('stride 2: Xᵀ takes two numbers, (a, b), to (ax, ay, az + bx, by, bz, 0), as convTranspose1d has it', async () => {
  const matrix = transposed(convMatrix([2, 3, 5], { size: 6, stride: 2 }));
  assert.equal(matrix.shape, [6, 2]);
  await assertTerms('ab', stride2Transposed, (filter, vector) =>
    product(transposed(convMatrix(filter, { size: 6, stride: 2 })), vector),
  );
  await assertTerms('ab', stride2Transposed, (filter, vector) =>
    numbers(convTranspose1d(signal(vector), filters(filter), { stride: 2, outputPadding: 1 })),
  );
  // Without output padding the row that nothing reaches is not there: the size 5 has the same convolution.
  await assertTerms('ab', stride2Transposed.slice(0, 5), (filter, vector) =>
    numbers(convTranspose1d(signal(vector), filters(filter), { stride: 2 })),
  );
});

test('stride 2: Xᵀ is no convolution, but it is one of the numbers with zeros between them', async () => {
  const back = rowsOf(transposed(convMatrix([2, 3, 5], { size: 6, stride: 2 })));
  // In the matrix of a convolution with stride 1, each row is the one above moved by a column: no row here is, but for the empty one.
  const moved = back.slice(1, 5).filter((row, r) => row[1] === back[r][0]);
  assert.equal(moved, []);
  await assertTerms('a0b', stride2Transposed.slice(0, 5), (filter, vector) =>
    product(convMatrix([...filter].reverse(), { size: 3, padding: 2 }), vector),
  );
});

test('a 3×3 filter with stride 2 in 2-D: Xᵀ takes four numbers to 25', () => {
  const matrix = convMatrix(
    [
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ],
    { size: [5, 5], stride: 2 },
  );
  assert.equal(matrix.shape, [4, 25]);
  const image = product(transposed(matrix), [1, 2, 3, 4]);
  assert.equal(image.slice(0, 5), [1, 2, 5, 4, 6]);
  assert.equal(image.slice(10, 15), [10, 14, 36, 24, 30]);
});

interface Case {
  size: number[];
  filter: number[];
  stride?: number;
  padding?: number;
  dilation?: number;
  groups?: number;
}

const cases: Case[] = [
  { size: [9], filter: [4], stride: 3, padding: 2 },
  { size: [9], filter: [3], dilation: 3, padding: 1 },
  { size: [8], filter: [2], stride: 4 },
  { size: [7], filter: [3, 2, 5], stride: 2, padding: 1 },
  { size: [7], filter: [3, 2, 6], groups: 3, dilation: 2 },
  { size: [5, 6], filter: [3, 2] },
  { size: [6, 5], filter: [3, 3], stride: 2, padding: 1 },
  { size: [6, 7], filter: [3, 2], dilation: 2, padding: 2, stride: 2 },
  { size: [4, 5], filter: [2, 3, 3, 2], padding: 1 },
  { size: [5, 4], filter: [3, 2, 2, 4], groups: 2, stride: 2, padding: 1 },
];

for (const { size, filter: shape, ...settings } of cases) {
  test(`X and Xᵀ are the kernels' convolutions: size [${size}], filter [${shape}], ${JSON.stringify(settings)}`, async () => {
    const next = createNumbers(size[0]);
    const filter = randomArray(next, shape);
    const rank = size.length;
    const { stride = 1, padding = 0, dilation = 1, groups = 1 } = settings;
    const matrix = convMatrix(ndarray(filter.data, shape), { size, ...settings });
    const [inPerGroup, outChannels] = shape.length === rank ? [1, 1] : shape.slice(rank);
    const weight = tensor(Float32Array.from(filter.data), [...shape.slice(0, rank), inPerGroup, outChannels]);
    const x = randomArray(next, [1, ...size, inPerGroup * groups]);
    const forward = rank === 1 ? conv1d : conv2d;
    const y = forward(toTensor(x), weight, settings);
    assert.equal(matrix.shape, [y.size, x.data.length]);
    assertAllClose(await y.data(), product(matrix, x.data), { name: 'X a' });

    const features = randomArray(next, y.shape);
    const outputPadding = size.map(
      (length, i) => length - ((y.shape[i + 1] - 1) * stride - 2 * padding + dilation * (shape[i] - 1) + 1),
    );
    const image =
      rank === 1
        ? convTranspose1d(toTensor(features), weight, { ...settings, outputPadding: outputPadding[0] })
        : convTranspose2d(toTensor(features), weight, {
            ...settings,
            outputPadding: [outputPadding[0], outputPadding[1]],
          });
    assert.equal([...image.shape], [...x.shape]);
    assertAllClose(await image.data(), product(transposed(matrix), features.data), { name: 'Xᵀ a' });
  });
}

test('wrong settings are named', () => {
  assertThrows(
    () => convMatrix([1, 2], { size: [2, 3, 4] }),
    'convMatrix: expected size [L] or [H, W] of whole numbers ≥ 1, got [2, 3, 4]',
  );
  assertThrows(
    () => convMatrix([1, 2], { size: 2.5 }),
    'convMatrix: expected size [L] or [H, W] of whole numbers ≥ 1, got [2.5]',
  );
  assertThrows(
    () => convMatrix([[1, 2]], { size: 4 }),
    'convMatrix: expected filter [k] or [k, Cin / groups, Cout] for size [4], got [1, 2]',
  );
  assertThrows(
    () => convMatrix([1, 2], { size: [4, 4] }),
    'convMatrix: expected filter [kh, kw] or [kh, kw, Cin / groups, Cout] for size [4, 4], got [2]',
  );
  assertThrows(
    () => convMatrix([1, 2, 3], { size: 2 }),
    'convMatrix: expected an image at least as large as the window, got [1, 2, 1] with window [3, 1, 1]',
  );
  assertThrows(
    () => convMatrix([1, 2], { size: 4, stride: 0 }),
    'convMatrix: expected stride to be a whole number ≥ 1, got 0',
  );
  assertThrows(
    () => convMatrix([[1]], { size: [100, 100] }),
    'convMatrix: expected at most 16777216 numbers, got 10000 × 10000',
  );
});

test.run();
