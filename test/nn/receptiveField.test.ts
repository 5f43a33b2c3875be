import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  avgPool2d,
  BatchNorm2d,
  Conv2d,
  conv2d,
  createRandom,
  type MeasureOptions,
  maxPool2d,
  measureReceptiveField,
  multiply,
  ones,
  type ReceptiveLayer,
  receptiveField,
  reshape,
  Sequential,
  type Tensor,
  useDevice,
} from '../../src/index';
import { assertThrows } from '../support/assertThrows';

const test = suite('receptiveField');

const times = <Item>(count: number, ...items: Item[]): Item[] => Array.from({ length: count }, () => items).flat();
const three = { size: 3, padding: 1 };
const half = { size: 2, stride: 2 };

test('L layers of 3×3 see 1 + 2L pixels, and more behind a pooling', () => {
  for (let layers = 0; layers < 20; layers++) {
    assert.equal(receptiveField(times(layers, three)), { size: 1 + 2 * layers, jump: 1, start: 0 - layers });
  }
  assert.equal(receptiveField([three, half, three]), { size: 8, jump: 2, start: -3 });
});

test('published networks', () => {
  // Araujo, Norris and Sim (2019), Computing receptive fields of convolutional neural networks, table of models.
  const alexNet = [
    { size: 11, stride: 4 },
    { size: 3, stride: 2 },
    { size: 5, padding: 2 },
    { size: 3, stride: 2 },
    ...times(3, three),
    { size: 3, stride: 2 },
  ];
  assert.equal(receptiveField(alexNet), { size: 195, jump: 32, start: -64 });
  const vgg16 = [2, 2, 3, 3, 3].flatMap((count) => [...times<ReceptiveLayer>(count, three), half]);
  assert.equal(receptiveField(vgg16), { size: 212, jump: 32, start: -90 });
  // Residual units 1×1, 3×3, 1×1, of which the last of each of the first three blocks halves.
  const units = [3, 4, 6, 3].flatMap((count, block) =>
    Array.from({ length: count }, (_, i) => ({ ...three, stride: block < 3 && i === count - 1 ? 2 : 1 })),
  );
  const resNet50 = [{ size: 7, stride: 2, padding: 3 }, { size: 3, stride: 2, padding: 1 }, ...units];
  assert.equal([receptiveField(resNet50).size, receptiveField(resNet50).jump], [483, 32]);
});

/** Convolutions with weights of one channel that are all 1. */
const layersOf = (settings: readonly ReceptiveLayer[]) =>
  settings.map(
    ({ size, ...options }) =>
      (x: Tensor) =>
        conv2d(x, ones([size, size, 1, 1]), options),
  );
const measured = (settings: readonly ReceptiveLayer[], options: Partial<MeasureOptions> = {}) =>
  measureReceptiveField(new Sequential(...layersOf(settings)), {
    size: [64, 72],
    channels: 1,
    samples: 1,
    random: createRandom(1),
    ...options,
  });

/** Sizes of the map along one axis, from the input's on. */
function lengthsOf(settings: readonly ReceptiveLayer[], length: number): number[] {
  const lengths = [length];
  for (const { size, stride = 1, dilation = 1, padding = 0 } of settings) {
    lengths.push(Math.floor((lengths[lengths.length - 1] + 2 * padding - dilation * (size - 1) - 1) / stride) + 1);
  }
  return lengths;
}

/** Ways from each pixel of an axis to an output, by plain loops from the output back. */
function pathsTo(output: number, settings: readonly ReceptiveLayer[], length: number): number[] {
  const lengths = lengthsOf(settings, length);
  let counts = new Array<number>(lengths[settings.length]).fill(0).fill(1, output, output + 1);
  for (let layer = settings.length - 1; layer >= 0; layer--) {
    const { size, stride = 1, dilation = 1, padding = 0 } = settings[layer];
    const before = new Array<number>(lengths[layer]).fill(0);
    for (const [i, count] of counts.entries()) {
      for (let tap = 0; tap < size; tap++) {
        const pixel = i * stride + tap * dilation - padding;
        if (pixel >= 0 && pixel < before.length) before[pixel] += count;
      }
    }
    counts = before;
  }
  return counts;
}

test('measured equals the paths counted by loops, and the formula where the field is inside the image', async () => {
  // Every run is another network, used once: nothing to gain from compiled plans.
  await useDevice('cpu');
  const random = createRandom(5);
  let inside = 0;
  for (let run = 0; run < 16; run++) {
    const settings = Array.from({ length: 1 + random.integer(3) }, () => ({
      size: 1 + random.integer(4),
      stride: 1 + random.integer(2),
      dilation: 1 + random.integer(3),
      padding: random.integer(3),
    }));
    const lengths = [64, 72];
    const outputs = lengths.map((length) => lengthsOf(settings, length)[settings.length]);
    const at = outputs.map((count) => (run % 4 === 3 ? random.integer(count) : count >> 1)) as [number, number];
    const counted = lengths.map((length, axis) => pathsTo(at[axis], settings, length));
    if (counted.some((paths) => paths.every((count) => count === 0))) continue;
    const { box, area, map } = await measured(settings, { at });
    const name = JSON.stringify({ settings, at });
    assert.equal(
      [...map.data],
      counted[0].flatMap((down) => counted[1].map((across) => down * across)),
      name,
    );
    assert.is(area, map.data.filter((value) => value !== 0).length, name);
    const { size, jump, start } = receptiveField(settings);
    const [y1, x1] = at.map((place) => start + place * jump);
    if (y1 < 0 || x1 < 0 || y1 + size > 64 || x1 + size > 72) continue;
    inside++;
    assert.equal(box, [x1, y1, x1 + size, y1 + size], name);
  }
  assert.ok(inside >= 8, `${inside}`);
  await useDevice();
});

test('weights of 1: every pixel counts the paths that lead from it to the output', async () => {
  const { map, box, area, effective } = await measured(times(2, three));
  assert.equal(box, [34, 30, 39, 35]);
  const paths = [1, 2, 3, 2, 1];
  paths.forEach((down, i) => {
    paths.forEach((across, j) => {
      assert.is(map.get(30 + i, 34 + j), down * across);
    });
  });
  assert.is(area, 25);
  // All but none: the corners have 1 of 9, more than 4.55 %.
  assert.is(effective, 5);
  const four = await measured(times(4, three));
  // 1 4 10 16 19 16 10 4 1: what is at most 0.0455 · 19² = 16.4 is faint.
  const row = [1, 4, 10, 16, 19, 16, 10, 4, 1];
  const strong = row.flatMap((a) => row.map((b) => a * b)).filter((value) => value > 0.0455 * 361).length;
  assert.is(four.area, 81);
  assert.is(four.effective, Math.sqrt(strong));
});

test('inputs with channels are summed, and averaged over the samples', async () => {
  const weigh = (x: Tensor) => multiply(x, x);
  const random = createRandom(3);
  const numbers = Float32Array.from({ length: 2 * 4 * 5 * 3 }, () => random.normal());
  const { map } = await measureReceptiveField(weigh, { size: [4, 5], samples: 2, random: createRandom(3), at: [1, 2] });
  // ∂x²/∂x = 2x at the one pixel.
  const place = (1 * 5 + 2) * 3;
  const sum = [0, 1].flatMap((n) => [0, 1, 2].map((c) => Math.abs(numbers[n * 60 + place + c])));
  assert.ok(Math.abs(map.get(1, 2) - sum.reduce((a, b) => a + b)) < 1e-5);
  assert.is(map.data.filter((value) => value !== 0).length, 1);
});

test('poolings: an average sees its window, a maximum one pixel of it at a time', async () => {
  const options = { size: [16, 16] as const, channels: 2, random: createRandom(1) };
  const net = (pool: (x: Tensor) => Tensor) =>
    new Sequential(new Conv2d(2, 3, { size: 3, padding: 1, random: createRandom(2) }), pool);
  const whole = [7, 7, 11, 11];
  const average = await measureReceptiveField(
    net((x) => avgPool2d(x, half)),
    { ...options, samples: 1, at: [4, 4] },
  );
  assert.equal(average.box, whole);
  const maximum = net((x) => maxPool2d(x, half));
  assert.equal((await measureReceptiveField(maximum, { ...options, samples: 32, at: [4, 4] })).box, whole);
  const one = await measureReceptiveField((x) => maxPool2d(x, { size: 2 }), {
    ...options,
    channels: 1,
    samples: 1,
    at: [4, 4],
  });
  assert.is(one.area, 1);
});

test('batch norm in training makes an output depend on the whole image', async () => {
  const net = new Sequential(new Conv2d(1, 2, { size: 3, padding: 1, random: createRandom(2) }), new BatchNorm2d(2));
  const options = { size: [10, 10] as const, channels: 1, samples: 1 };
  const training = await measureReceptiveField(net, { ...options, random: createRandom(1) });
  assert.ok(training.area > 90, `${training.area}`);
  net.evaluate();
  const evaluation = await measureReceptiveField(net, { ...options, random: createRandom(1) });
  assert.equal([evaluation.area, evaluation.box], [9, [4, 4, 7, 7]]);
});

test('throws', async () => {
  assertThrows(
    () => receptiveField([three, { size: 0 }]),
    'receptiveField: expected size a whole number from 1, got 0 in layer 1',
  );
  assertThrows(
    () => receptiveField([{ size: 3, stride: 1.5 }]),
    'receptiveField: expected stride a whole number from 1, got 1.5 in layer 0',
  );
  assertThrows(
    () => receptiveField([{ size: 3, padding: -1 }]),
    'receptiveField: expected padding a whole number from 0, got -1 in layer 0',
  );
  const fails = async (work: Promise<unknown>, message: string) => {
    let found = '';
    await work.catch((error: Error) => {
      found = error.message;
    });
    assert.is(found, message);
  };
  await fails(
    measured([three], { at: [64, 0] }),
    'measureReceptiveField: expected an output of [1, 64, 72, 1], got row 64, column 0',
  );
  await fails(
    measured([three], { samples: 0 }),
    'measureReceptiveField: expected size, channels and samples whole numbers from 1, got 0',
  );
  await fails(
    measureReceptiveField((x) => reshape(x, [64]), { size: [8, 8], channels: 1, samples: 1, random: createRandom(1) }),
    'measureReceptiveField: expected an output [N, H, W, C], got [64]',
  );
  await fails(
    measureReceptiveField((x) => multiply(x, 0), { size: [4, 4], random: createRandom(1) }),
    'measureReceptiveField: expected a pixel that the output depends on, got none',
  );
});

test.run();
