import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { connectedComponents, createRandom } from '../../src/index';
import { assertThrows } from '../support/assertThrows';
import { loadGolden } from '../support/golden';

const test = suite('connectedComponents');

test('by hand: corners join only eight neighbors', () => {
  const map = ndarray([7, 0, 0, 0, 7, 0, 7, 7, 0], [3, 3]);
  const four = connectedComponents(map);
  assert.equal([...four.components.data], [0, 1, 1, 2, 3, 1, 3, 3, 1]);
  assert.equal(four.count, 4);
  assert.equal(four.labels, [7, 0, 0, 7]);
  assert.equal(four.areas, [1, 4, 1, 3]);
  const eight = connectedComponents(map, { neighbors: 8 });
  assert.equal([...eight.components.data], [0, 1, 1, 1, 0, 1, 0, 0, 1]);
  assert.equal(
    [eight.labels, eight.areas],
    [
      [7, 0],
      [4, 5],
    ],
  );
});

/** Another way to the same: pairs of neighbors are merged until nothing changes. */
function merged(values: number[][], neighbors: 4 | 8): number[] {
  const [height, width] = [values.length, values[0].length];
  const least = values.flat().map((_, i) => i);
  const offsets = [
    [0, 1],
    [1, 0],
    ...(neighbors === 8
      ? [
          [1, 1],
          [1, -1],
        ]
      : []),
  ];
  for (let changed = true; changed; ) {
    changed = false;
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        for (const [dy, dx] of offsets) {
          if (values[y + dy]?.[x + dx] !== values[y][x]) continue;
          const [a, b] = [y * width + x, (y + dy) * width + x + dx];
          if (least[a] === least[b]) continue;
          least[a] = least[b] = Math.min(least[a], least[b]);
          changed = true;
        }
  }
  const order = [...new Set(least)].sort((a, b) => a - b);
  return least.map((first) => order.indexOf(first));
}

test('equal to merging pairs, whatever the map', () => {
  const random = createRandom(3);
  for (let run = 0; run < 20; run++) {
    const [height, width, labels] = [1 + random.integer(12), 1 + random.integer(12), 1 + random.integer(3)];
    const rows = Array.from({ length: height }, () => Array.from({ length: width }, () => random.integer(labels)));
    const map = ndarray(Uint8Array.from(rows.flat()), [height, width]);
    for (const neighbors of [4, 8] as const) {
      const found = connectedComponents(map, { neighbors });
      const wanted = merged(rows, neighbors);
      assert.equal([...found.components.data], wanted);
      assert.is(found.count, Math.max(...wanted) + 1);
      found.areas.forEach((area, i) => {
        assert.is(area, wanted.filter((component) => component === i).length);
        assert.is(found.labels[i], rows.flat()[wanted.indexOf(i)]);
      });
    }
  }
});

test('one component may be the whole of a large map; none of an empty one', () => {
  assert.equal(connectedComponents(ndarray(new Uint8Array(300 * 300), [300, 300])).areas, [90000]);
  assert.is(connectedComponents(ndarray(new Uint8Array(0), [0, 4])).count, 0);
});

test('throws', () => {
  assertThrows(
    () => connectedComponents(ndarray(new Uint8Array(4), [4])),
    'connectedComponents: expected a map [H, W], got [4]',
  );
  assertThrows(
    () => connectedComponents(ndarray(new Uint8Array(4), [2, 2]), { neighbors: 6 as never }),
    'connectedComponents: expected 4 or 8 neighbors, got 6',
  );
});

for (const { name, op, options, inputs, output } of loadGolden('segmentation').cases) {
  if (op !== 'connectedComponents') continue;
  test(`golden: ${name}`, () => {
    const { shape, data } = inputs.labels;
    const found = connectedComponents(ndarray(data, shape), options);
    assert.equal([...found.components.data], output!.data);
    assert.is(found.count, new Set(output!.data).size);
  });
}

test.run();
