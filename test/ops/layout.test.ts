import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  concat,
  expand,
  gather,
  gradients,
  ones,
  pad,
  permute,
  reshape,
  slice,
  sum,
  type Tensor,
  tensor,
  zeros,
} from '../../src/index';
import { padShape } from '../../src/ops/pad';
import * as reference from '../reference/layout';
import { assertThrows } from '../support/assertThrows';
import { checkReference } from '../support/gradientCheck';
import { createNumbers, randomArray } from '../support/randomTensor';

const test = suite('layout');
const exact = { absolute: 0, relative: 0 };
const values = async (x: Tensor) => [...(await x.data())];
const random = (seed: number, shape: readonly number[]) => randomArray(createNumbers(seed), shape);

test('hand integers', async () => {
  const x = tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  assert.equal(await values(permute(x)), [1, 4, 2, 5, 3, 6]);
  assert.equal([...reshape(x, [3, -1]).shape], [3, 2]);
  assert.equal(await values(concat([x, tensor([[7], [8]])])), [1, 2, 3, 7, 4, 5, 6, 8]);
  assert.equal(await values(slice(x, { start: [0, -2], end: [1] })), [2, 3]);
  assert.equal(await values(slice(x, { step: [1, 2] })), [1, 3, 4, 6]);
  assert.equal(await values(pad(tensor([1, 2]), [[1, 2]], { value: 9 })), [9, 1, 2, 9, 9]);
  assert.equal(await values(pad(tensor([1, 2, 3]), [[2, 2]], { mode: 'reflect' })), [3, 2, 1, 2, 3, 2, 1]);
  assert.equal(await values(pad(tensor([1, 2, 3]), [[2, 2]], { mode: 'replicate' })), [1, 1, 1, 2, 3, 3, 3]);
  assert.equal(await values(gather(x, [2, 0, 2], { axis: 1 })), [3, 1, 3, 6, 4, 6]);
  assert.equal(await values(expand(tensor([[1], [2]]), [2, 2])), [1, 1, 2, 2]);
});

test('permute and reshape agree with their references', async () => {
  const cases: [number[], number[]][] = [
    [
      [3, 5],
      [1, 0],
    ],
    [
      [2, 3, 5],
      [2, 0, 1],
    ],
    [
      [2, 3, 1, 5],
      [0, 3, 1, 2],
    ],
    [
      [2, 3, 2, 3, 2],
      [4, 1, 3, 0, 2],
    ],
    [
      [2, 1, 3, 2, 1, 3],
      [5, 3, 1, 4, 2, 0],
    ],
  ];
  for (const [seed, [shape, axes]] of cases.entries()) {
    const inputs = [random(seed, shape)];
    await checkReference({
      operation: (x) => permute(x, axes),
      reference: (x) => reference.permute(x, axes),
      inputs,
      tolerance: exact,
    });
    const flat = [1, inputs[0].data.length];
    await checkReference({
      operation: (x) => reshape(x, [1, -1]),
      reference: (x) => reference.reshape(x, flat),
      inputs,
      tolerance: exact,
    });
  }
});

test('concat agrees with its reference', async () => {
  const cases: [number, number[][]][] = [
    [0, [[3], [1], [5]]],
    [
      1,
      [
        [2, 3],
        [2, 1],
        [2, 5],
        [2, 7],
      ],
    ],
    [
      0,
      [
        [1, 3, 2],
        [2, 3, 2],
      ],
    ],
    [
      2,
      [
        [2, 3, 1, 2],
        [2, 3, 5, 2],
      ],
    ],
    [1, [[3, 5]]],
  ];
  for (const [seed, [axis, shapes]] of cases.entries()) {
    await checkReference({
      operation: (...parts) => concat(parts, { axis }),
      reference: (...parts) => reference.concat(parts, axis),
      inputs: shapes.map((shape, i) => random(seed * 10 + i, shape)),
      tolerance: exact,
    });
  }
});

test('slice agrees with its reference', async () => {
  const cases: [number[], [number, number, number][]][] = [
    [[7], [[1, 6, 2]]],
    [
      [3, 5],
      [
        [0, 3, 1],
        [4, 5, 1],
      ],
    ],
    [
      [5, 3, 7],
      [
        [0, 5, 3],
        [1, 2, 1],
        [2, 7, 4],
      ],
    ],
    [
      [2, 3, 3, 2, 3],
      [
        [1, 2, 1],
        [0, 3, 2],
        [1, 3, 1],
        [0, 2, 1],
        [0, 3, 2],
      ],
    ],
    [
      [3, 2, 3, 2, 3, 3],
      [
        [0, 3, 2],
        [1, 2, 1],
        [0, 3, 2],
        [0, 2, 1],
        [1, 3, 1],
        [0, 3, 2],
      ],
    ],
  ];
  for (const [seed, [shape, ranges]] of cases.entries()) {
    const [start, end, step] = [0, 1, 2].map((part) => ranges.map((range) => range[part]));
    await checkReference({
      operation: (x) => slice(x, { start, end, step }),
      reference: (x) => reference.slice(x, ranges),
      inputs: [random(seed, shape)],
      tolerance: exact,
    });
  }
});

test('pad agrees with its reference', async () => {
  const cases: [number[], [number, number][]][] = [
    [[5], [[2, 0]]],
    [
      [3, 1],
      [
        [0, 1],
        [3, 2],
      ],
    ],
    [
      [2, 3, 5],
      [
        [1, 0],
        [0, 0],
        [1, 1],
      ],
    ],
    [
      [1, 2, 3, 1, 2],
      [
        [0, 1],
        [1, 0],
        [0, 0],
        [2, 1],
        [0, 3],
      ],
    ],
    [
      [2, 1, 2, 2, 1, 2],
      [
        [1, 1],
        [1, 2],
        [2, 1],
        [1, 1],
        [1, 0],
        [0, 1],
      ],
    ],
    [
      [2, 2, 1, 1, 2, 1],
      [
        [1, 0],
        [1, 1],
        [0, 1],
        [1, 1],
        [2, 1],
        [1, 0],
      ],
    ],
  ];
  for (const [seed, [shape, padding]] of cases.entries()) {
    await checkReference({
      operation: (x) => pad(x, padding, { value: 0.5 }),
      reference: (x) => reference.pad(x, padding, 0.5),
      inputs: [random(seed, shape)],
      tolerance: exact,
    });
  }
});

test('pad reflects and replicates as its reference', async () => {
  const cases: [number[], [number, number][]][] = [
    [[5], [[4, 2]]],
    [
      [3, 1],
      [
        [0, 2],
        [0, 0],
      ],
    ],
    [
      [2, 4, 3, 2],
      [
        [0, 0],
        [1, 3],
        [2, 0],
        [0, 1],
      ],
    ],
  ];
  for (const [seed, [shape, padding]] of cases.entries()) {
    for (const mode of ['reflect', 'replicate'] as const) {
      await checkReference({
        operation: (x) => pad(x, padding, { mode }),
        reference: (x) => reference.extend(x, padding, mode),
        inputs: [random(seed, shape)],
        tolerance: exact,
      });
    }
  }
  // A replicated border may be wider than the image.
  assert.equal(await values(pad(tensor([1, 2]), [[3, 1]], { mode: 'replicate' })), [1, 1, 1, 1, 2, 2]);
});

test('gather agrees with its reference, repeats included', async () => {
  const cases: [number[], number, number[]][] = [
    [[5], 0, [4, 4, 0]],
    [[3, 5], 1, [0, 3, 3, 3, 1, 4]],
    [[2, 7, 3], 1, [6, 0]],
    [[3, 2, 1, 5], 0, [2, 2, 1]],
    [[3, 2, 1, 5], 3, [0]],
  ];
  for (const [seed, [shape, axis, indices]] of cases.entries()) {
    await checkReference({
      operation: (x) => gather(x, indices, { axis }),
      reference: (x) => reference.gather(x, indices, axis),
      inputs: [random(seed, shape)],
      tolerance: exact,
    });
  }
});

test('expand agrees with its reference', async () => {
  const cases: [number[], number[]][] = [
    [[1], [5]],
    [
      [3, 1],
      [3, 7],
    ],
    [[5], [2, 3, 5]],
    [
      [1, 3, 1, 2, 1],
      [2, 3, 2, 2, 3],
    ],
    [[], [2, 2]],
  ];
  for (const [seed, [shape, target]] of cases.entries()) {
    await checkReference({
      operation: (x) => expand(x, target),
      reference: (x) => reference.expand(x, target),
      inputs: [random(seed, shape)],
      tolerance: exact,
    });
  }
});

test('validation names operation, expectation and culprit', () => {
  const x = zeros([2, 3]);
  const seven = zeros([1, 1, 1, 1, 1, 1, 2]);
  assertThrows(() => reshape(x, [4]), 'reshape: expected a shape of 6 elements, got [4]');
  assertThrows(() => reshape(x, [-1, -1]), 'reshape: expected a shape of 6 elements, got [-1, -1]');
  assertThrows(() => reshape(x, [4, -1]), 'reshape: expected a shape of 6 elements, got [4, -1]');
  assertThrows(() => permute(x, [0, 0]), 'permute: expected each axis of [2, 3] once, got [0, 0]');
  assertThrows(() => permute(x, [0]), 'permute: expected each axis of [2, 3] once, got [0]');
  assertThrows(() => permute(seven), 'permute: expected at most 6 axes, got [2, 1, 1, 1, 1, 1, 1]');
  assertThrows(() => concat([]), 'concat: expected at least one tensor, got none');
  assertThrows(
    () => concat([x, zeros([3, 3])]),
    'concat: expected shapes that differ at axis 1 only, got [2, 3] and [3, 3]',
  );
  assertThrows(() => slice(x, { start: [0, 3] }), 'slice: expected a range inside axis 1 of [2, 3], got 3:3:1');
  assertThrows(() => slice(x, { end: [3] }), 'slice: expected a range inside axis 0 of [2, 3], got 0:3:1');
  assertThrows(() => slice(x, { step: [0] }), 'slice: expected a range inside axis 0 of [2, 3], got 0:2:0');
  assertThrows(() => slice(x, { start: [0, 0, 0] }), 'slice: expected at most 2 ranges, got 3');
  assertThrows(() => pad(x, [[0, 0]]), 'pad: expected [before, after] ≥ 0 for each axis of [2, 3], got [[0, 0]]');
  assertThrows(
    () =>
      pad(x, [
        [0, 0],
        [-1, 0],
      ]),
    'pad: expected [before, after] ≥ 0 for each axis of [2, 3], got [[0, 0], [-1, 0]]',
  );
  const rows = [
    [0, 0],
    [3, 0],
  ] as const;
  assert.equal(padShape([2, 4], rows, { mode: 'reflect' }), [2, 7]);
  const most = (count: number, mode: string, got: string) =>
    `pad: expected at most ${count} cells on a side of axis 1 of ${got} with mode ${mode}, got [3, 0]`;
  assertThrows(() => pad(x, rows, { mode: 'reflect' }), most(2, 'reflect', '[2, 3]'));
  assertThrows(() => padShape([2, 0], rows, { mode: 'replicate' }), most(0, 'replicate', '[2, 0]'));
  assertThrows(() => padShape([2, 0], rows, { mode: 'reflect' }), most(0, 'reflect', '[2, 0]'));
  assertThrows(
    () => pad(x, rows, { mode: 'replicate', value: 1 }),
    'pad: expected value with mode constant, got replicate',
  );
  assertThrows(
    () => pad(x, rows, { mode: 'mirror' as 'reflect' }),
    'pad: expected mode constant, reflect or replicate, got mirror',
  );
  assertThrows(() => gather(x, [0, 2]), 'gather: expected indices from 0 to 1, got 2 at 1');
  assertThrows(() => gather(x, [0.5]), 'gather: expected indices from 0 to 1, got 0.5 at 0');
  assertThrows(() => gather(x, tensor([[0]])), 'gather: expected indices [I], got [1, 1]');
  assertThrows(() => expand(x, [2, 1]), 'expand: expected a shape that [2, 3] broadcasts to, got [2, 1]');
  assertThrows(() => expand(x, [2, 4]), 'expand: expected shapes that broadcast, got [2, 3] and [2, 4]');
});

test('an empty axis may be padded, and its gradient is empty', async () => {
  for (const [shape, padding] of [
    [
      [0, 5],
      [
        [1, 1],
        [0, 0],
      ],
    ],
    [
      [0, 5],
      [
        [1, 1],
        [2, 3],
      ],
    ],
    [[0], [[2, 1]]],
    [
      [3, 0, 2],
      [
        [0, 1],
        [1, 0],
        [1, 1],
      ],
    ],
  ] as const) {
    const x = zeros(shape);
    const padded = pad(x, padding, { value: 2 });
    assert.ok((await padded.data()).every((number) => number === 2) && padded.size > 0);
    const [slope] = gradients(sum(padded), [x]);
    assert.equal([...slope.shape], [...shape]);
    assert.is((await slope.data()).length, 0);
  }
});

test('ranges are lists', () => {
  for (const name of ['start', 'end', 'step']) {
    assertThrows(
      () => slice(zeros([4]), { [name]: 1 } as never),
      `slice: expected ${name} to be a list, one whole number an axis, got 1`,
    );
  }
});

test('empty tensors', async () => {
  const none = zeros([0, 3]);
  const shapes = {
    reshape: reshape(none, [3, 0]),
    permute: permute(none),
    slice: slice(none, { start: [0, 1] }),
    gather: gather(none, [2], { axis: 1 }),
    concat: concat([none, none], { axis: 1 }),
    pad: pad(none, [
      [0, 0],
      [1, 1],
    ]),
    reflect: pad(
      none,
      [
        [0, 0],
        [1, 1],
      ],
      { mode: 'reflect' },
    ),
    expand: expand(reshape(none, [0, 1, 3]), [0, 2, 3]),
  };
  const found = Object.entries(shapes).map(([name, { shape }]) => `${name} [${shape}]`);
  assert.equal(found, [
    'reshape [3,0]',
    'permute [3,0]',
    'slice [0,2]',
    'gather [0,1]',
    'concat [0,6]',
    'pad [0,5]',
    'reflect [0,5]',
    'expand [0,2,3]',
  ]);
  for (const [name, result] of Object.entries(shapes)) {
    const [slope] = gradients(sum(result), [none]);
    assert.equal([...slope.shape], [0, 3], name);
    assert.is((await slope.data()).length, 0, name);
  }
  // Rows added to none, and none taken from some.
  assert.equal(
    await values(
      pad(
        none,
        [
          [0, 1],
          [0, 0],
        ],
        { value: 7 },
      ),
    ),
    [7, 7, 7],
  );
  const x = ones([2, 3]);
  const joined = concat([none, x], { axis: 0 });
  assert.equal([...joined.shape], [2, 3]);
  assert.equal(await values(gradients(sum(joined), [x])[0]), [1, 1, 1, 1, 1, 1]);
  const taken = gather(x, []);
  assert.equal([...taken.shape], [0, 3]);
  assert.equal(await values(gradients(sum(taken), [x])[0]), [0, 0, 0, 0, 0, 0]);
});

test.run();
