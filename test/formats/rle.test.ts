import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeRle, encodeRle, polygonMask } from '../../src/formats/rle';
import { createRandom } from '../../src/tensor/random';
import { assertThrows } from '../support/assertThrows';
import { loadGolden } from '../support/golden';

const test = suite('rle');
const { cases } = loadGolden('cocoMasks');

/** Lengths of the runs of a mask, column by column, by plain loops. */
function runsOf({ shape: [height, width], data }: { shape: number[]; data: Uint8Array }): number[] {
  const runs = [0];
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) {
      if (data[y * width + x] === runs.length % 2) runs.push(0);
      runs[runs.length - 1]++;
    }
  }
  return runs;
}

test('by hand: one column, then a pixel', () => {
  const mask = ndarray(Uint8Array.from([1, 0, 0, 1, 0, 1]), [2, 3]);
  // Columns 1 1 | 0 0 | 0 1.
  assert.equal(runsOf(mask), [0, 2, 3, 1]);
  assert.equal(encodeRle(mask), { size: [2, 3], counts: '023O' });
  assert.equal([...decodeRle({ size: [2, 3], counts: [0, 2, 3, 1] }).data], [...mask.data]);
});

test('runs are packed and unpacked as by pycocotools', () => {
  const packed = cases.filter(({ op }) => op === 'encodeRle');
  assert.ok(packed.length > 10);
  for (const { name, options, inputs } of packed) {
    const size = options.size as [number, number];
    const mask = decodeRle({ size, counts: inputs.runs.data });
    assert.equal(runsOf(mask), inputs.runs.data, name);
    assert.equal(encodeRle(mask), { size, counts: options.counts }, name);
    assert.equal(decodeRle({ size, counts: options.counts }).data, mask.data, name);
  }
});

test('polygons are drawn as by pycocotools, pixel by pixel', () => {
  const drawn = cases.filter(({ op }) => op === 'polygonMask');
  assert.ok(drawn.length > 30);
  for (const { name, options, inputs, output } of drawn) {
    const polygons = Object.values(inputs).map(({ data }) => data);
    const mask = polygonMask(polygons, { height: options.height, width: options.width });
    const runs = runsOf(mask);
    assert.equal(runs, output!.data, name);
  }
});

test('every mask comes back', () => {
  const random = createRandom(2);
  for (let round = 0; round < 60; round++) {
    const [height, width] = [random.integer(30), random.integer(30)];
    const share = random.uniform();
    const mask = ndarray(
      Uint8Array.from({ length: height * width }, () => Number(random.uniform() < share)),
      [height, width],
    );
    assert.equal(decodeRle(encodeRle(mask)).data, mask.data);
  }
  const large = ndarray(new Uint8Array(1000 * 1000), [1000, 1000]);
  large.data[999_999] = 1;
  assert.equal(decodeRle(encodeRle(large)).data, large.data);
});

test('throws', () => {
  const throws = (size: unknown, counts: unknown, message: string) =>
    assertThrows(() => decodeRle({ size, counts } as never), `decodeRle: ${message}`);
  throws([2, 2], [1, 2], 'expected runs of 4 px in all, got 3');
  throws([2, 2], [5, -1], 'expected runs ≥ 0, got -1 at 1');
  throws([2, 2], [1, Number.NaN], 'expected runs ≥ 0, got NaN at 1');
  throws([2, 2], '0~', "expected counts in COCO's characters, got another at 1");
  throws([2, 2], '0o', 'expected counts that are whole, got a text that is cut off');
  throws([2, 2], 'ooooooooo', 'expected counts of at most 6 characters each, got more at 6');
  throws([2], [1], 'expected a size [height, width], got [2]');
  throws([1e9, 1e9], [1], 'expected a size of two whole numbers, at most 268435456 px, got [1000000000, 1000000000]');
  throws([2, 2], null, 'expected counts to be a list or a text, got null');
  assertThrows(
    () => encodeRle(ndarray(new Uint8Array(8), [2, 2, 2])),
    'encodeRle: expected a mask [H, W], got [2, 2, 2]',
  );
  const size = { height: 4, width: 4 };
  assertThrows(
    () => polygonMask([[1, 2, 3, 4]], size),
    'polygonMask: expected polygons of three points or more, x, y each, got 4 numbers',
  );
  assertThrows(
    () => polygonMask([[1, 2, 3, Number.NaN, 5, 6]], size),
    'polygonMask: expected corners within 1e7 px, got NaN at 3',
  );
  assertThrows(
    () => polygonMask([Array.from({ length: 12 }, (_, k) => (k % 4 < 2 ? -9e6 : 9e6))], size),
    'polygonMask: expected borders of at most 2e7 px in all, got longer ones',
  );
});

test.run();
