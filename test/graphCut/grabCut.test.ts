import ndarray, { type NdArray } from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  createRandom,
  type GrabCutOptions,
  type GrabCutResult,
  grabCut,
  mixtureCosts,
  neighborWeights,
  type Stroke,
} from '../../src/index';
import { assertRejects } from '../support/assertThrows';
import { loadGolden } from '../support/golden';

const test = suite('grabCut');
const range = (n: number) => [...Array(n).keys()];

/** A red disc before a green and blue ground, with the noise of a camera. */
function scene(
  height: number,
  width: number,
  { noise = 0.06, seed = 1 } = {},
): { image: NdArray<Float32Array>; truth: Uint8Array } {
  const random = createRandom(seed);
  const image = ndarray(new Float32Array(height * width * 3), [height, width, 3]);
  const truth = new Uint8Array(height * width);
  for (const i of range(height * width)) {
    const [y, x] = [Math.floor(i / width) + 0.5, (i % width) + 0.5];
    truth[i] = (x - width / 2) ** 2 + (y - height / 2) ** 2 < (0.3 * Math.min(height, width)) ** 2 ? 1 : 0;
    const color = truth[i] ? [0.8, 0.3, 0.2] : y < height / 2 ? [0.3, 0.5, 0.8] : [0.3, 0.6, 0.25];
    for (const [c, value] of color.entries()) image.data[3 * i + c] = value + noise * random.normal();
  }
  return { image, truth };
}

function iou(a: ArrayLike<number>, b: ArrayLike<number>, counts: (i: number) => boolean = () => true): number {
  let [both, either] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    if (!counts(i)) continue;
    both += a[i] & b[i];
    either += a[i] | b[i];
  }
  return either === 0 ? 1 : both / either;
}

function assertFalls({ energies }: GrabCutResult, message: string): void {
  for (let i = 1; i < energies.length; i++) {
    const room = 1e-9 * Math.abs(energies[i]);
    assert.ok(energies[i] <= energies[i - 1] + room, `${message}: ${energies.join(', ')}`);
  }
}

/** The energy, from its equation. */
function energyOf(
  image: NdArray,
  mask: ArrayLike<number>,
  { foreground, background }: GrabCutResult,
  gamma = 50,
): number {
  const points = ndarray(Float32Array.from(image.data as Float32Array), [mask.length, 3]);
  const costs = [mixtureCosts(points, background), mixtureCosts(points, foreground)];
  const { edges, weights } = neighborWeights(image, { gamma });
  let total = range(mask.length).reduce((sum, i) => sum + costs[mask[i]].get(i), 0);
  for (const e of range(weights.shape[0])) if (mask[edges.get(e, 0)] !== mask[edges.get(e, 1)]) total += weights.get(e);
  return total;
}

test('a disc in a rectangle: found, and outside of the rectangle all is background', async () => {
  const { image, truth } = scene(48, 64);
  const rectangle = [14, 6, 50, 42];
  const result = await grabCut(image, { rectangle });
  assert.ok(iou(result.mask.data, truth) > 0.99, `${iou(result.mask.data, truth)}`);
  assertFalls(result, 'disc');
  assert.equal(result.rectangle, rectangle);
  for (const i of range(48 * 64)) {
    const [y, x] = [Math.floor(i / 64), i % 64];
    const inside = x >= 14 && x < 50 && y >= 6 && y < 42;
    assert.is(result.certain.data[i], inside ? 0 : -1);
    if (!inside) assert.is(result.mask.data[i], 0);
  }
});

test('the last energy is that of the equation, and no other labels of a small rectangle are better', async () => {
  for (const seed of range(4)) {
    const { image } = scene(7, 8, { seed, noise: 0.2 });
    const rectangle = [2, 2, 6, 5];
    const result = await grabCut(image, { rectangle, components: 2, gamma: 3, iterations: 3, seed });
    const least = energyOf(image, result.mask.data, result, 3);
    assert.ok(Math.abs(least - result.energies[result.energies.length - 1]) < 1e-6 * Math.abs(least));
    const inside = range(56).filter((i) => result.certain.data[i] === 0);
    assert.is(inside.length, 12);
    for (const choice of range(2 ** 12)) {
      const mask = new Uint8Array(56);
      for (const [bit, i] of inside.entries()) mask[i] = (choice >> bit) & 1;
      assert.ok(energyOf(image, mask, result, 3) >= least - 1e-9 * Math.abs(least));
    }
  }
});

test('the energy never rises: noise, seeds, γ from 0 to 1000, one to nine components', async () => {
  let longest = 0;
  for (const [seed, settings] of [
    [1, {}],
    [2, { gamma: 0 }],
    [3, { gamma: 1000 }],
    [4, { components: 1 }],
    [5, { components: 9 }],
    [6, { gamma: 5, components: 3 }],
  ] as [number, Partial<GrabCutOptions>][]) {
    for (const noise of [0, 0.05, 0.3]) {
      const { image } = scene(30, 36, { seed, noise });
      const result = await grabCut(image, { rectangle: [5, 3, 31, 27], iterations: 12, seed, ...settings });
      assertFalls(result, `seed ${seed}, noise ${noise}`);
      assert.ok(result.energies.every(Number.isFinite));
      assert.is(result.converged, result.energies.length < 13);
      longest = Math.max(longest, result.energies.length);
    }
  }
  assert.ok(longest > 4);
});

const disc = (points: number[][], label: Stroke['label'], radius = 2): Stroke => ({ label, points, radius });

test('strokes alone: on both sides, of which all else follows', async () => {
  const { image, truth } = scene(40, 40);
  const strokes = [
    disc(
      [
        [20, 16],
        [20, 24],
      ],
      'foreground',
    ),
    disc(
      [
        [4, 3],
        [36, 3],
      ],
      'background',
    ),
    disc(
      [
        [4, 37],
        [36, 37],
      ],
      'background',
    ),
  ];
  const result = await grabCut(image, { strokes });
  assert.ok(iou(result.mask.data, truth) > 0.99);
  assert.is(result.rectangle, null);
  assertFalls(result, 'strokes');
  assert.is(result.certain.get(20, 20), 1);
  assert.is(result.certain.get(3, 20), -1);
  assert.is(result.certain.get(20, 4), 0);
});

test('a stroke refines: what is certain stays, the rest follows its colors', async () => {
  // Beside the disc a ball of its color, which is not wanted.
  const { image, truth } = scene(40, 70);
  const random = createRandom(3);
  const ball = (i: number) => ((i % 70) - 57) ** 2 + (Math.floor(i / 70) - 12) ** 2 < 25;
  for (const i of range(40 * 70)) {
    if (ball(i))
      for (const [c, value] of [0.8, 0.3, 0.2].entries()) image.data[3 * i + c] = value + 0.06 * random.normal();
  }
  const first = await grabCut(image, { rectangle: [3, 2, 68, 38] });
  assert.is(first.mask.get(12, 57), 1);
  const refined = await grabCut(image, { previous: first, strokes: [disc([[57, 12]], 'background', 4)] });
  assertFalls(refined, 'refined');
  assert.equal(refined.rectangle, first.rectangle);
  assert.is(refined.certain.get(12, 57), -1);
  assert.is(refined.mask.get(12, 57), 0);
  assert.ok(iou(refined.mask.data, truth) > 0.97, `${iou(refined.mask.data, truth)}`);
  // The first result is as it was.
  assert.is(first.mask.get(12, 57), 1);
  // And back: a later stroke lies over an earlier one.
  const back = await grabCut(image, { previous: refined, strokes: [disc([[57, 12]], 'foreground', 4)] });
  assert.is(back.mask.get(12, 57), 1);
  const free = await grabCut(image, { previous: back, strokes: [disc([[57, 12]], 'probableForeground', 6)] });
  assert.is(free.certain.get(12, 57), 0);
});

test('outside of the rectangle no stroke counts, now or later', async () => {
  const { image } = scene(40, 40);
  const strokes = [disc([[3, 3]], 'foreground', 3)];
  const result = await grabCut(image, { rectangle: [8, 8, 34, 34], strokes });
  assert.is(result.mask.get(3, 3), 0);
  const later = await grabCut(image, { previous: result, strokes });
  assert.is(later.mask.get(3, 3), 0);
});

test('a brush covers the pixels whose centers it reaches, along its way', async () => {
  const { image } = scene(20, 20);
  const { certain } = await grabCut(image, {
    rectangle: [1, 1, 19, 19],
    strokes: [
      disc(
        [
          [4.5, 10.5],
          [12.5, 10.5],
          [12.5, 14.5],
        ],
        'foreground',
        1,
      ),
    ],
  });
  const covered = range(400).filter((i) => certain.data[i] === 1);
  const wanted = range(400).filter((i) => {
    const [y, x] = [Math.floor(i / 20), i % 20];
    const beside = y === 10 && x >= 4 && x <= 12;
    const down = x === 12 && y >= 10 && y <= 14;
    const near = (test: (y: number, x: number) => boolean) =>
      test(y - 1, x) || test(y + 1, x) || test(y, x - 1) || test(y, x + 1);
    const on = (v: number, u: number) => (v === 10 && u >= 4 && u <= 12) || (u === 12 && v >= 10 && v <= 14);
    return beside || down || near(on);
  });
  assert.equal(covered, wanted);
});

test('a rectangle around nothing but background may leave no object at all, and one color stays finite', async () => {
  const flat = ndarray(new Float32Array(20 * 20 * 3).fill(0.5), [20, 20, 3]);
  const result = await grabCut(flat, { rectangle: [5, 5, 15, 15] });
  assert.ok(result.energies.every(Number.isFinite));
  assertFalls(result, 'one color');
  assert.ok(mixtureCosts([[0.5, 0.5, 0.5]], result.background).get(0) < 0);
  assert.is(result.converged, true);
});

test('the same seed gives the same mask; an ndarray in another order of memory, too', async () => {
  const { image } = scene(30, 30, { noise: 0.2 });
  const rectangle = [4, 4, 26, 26];
  const one = await grabCut(image, { rectangle, seed: 3 });
  const two = await grabCut(image, { rectangle, seed: 3 });
  assert.equal(one, two);
  const columns = ndarray(new Float32Array(2700), [30, 30, 3]).transpose(1, 0, 2);
  for (const i of range(2700)) columns.set(Math.floor(i / 90), Math.floor(i / 3) % 30, i % 3, image.data[i]);
  assert.equal((await grabCut(columns, { rectangle, seed: 3 })).mask.data, one.mask.data);
});

test('photographs: as OpenCV, but for pixels about which its own runs with other seeds disagree', async () => {
  const found: string[] = [];
  for (const golden of loadGolden('graphCut').cases) {
    if (golden.op !== 'grabCut') continue;
    const { name, options, inputs } = golden;
    const { shape, data } = inputs.pixels;
    const bytes = data.flatMap((packed) => [packed >> 16, (packed >> 8) & 255, packed & 255]);
    const image = ndarray(
      Float32Array.from(bytes, (byte) => byte / 255),
      [...shape, 3],
    );
    const read = (side: 'foreground' | 'background') => {
      const lengths = (golden as any)[side].data as number[];
      return lengths.flatMap((length, i) => new Array<number>(length).fill(i % 2));
    };
    const [foreground, background] = [read('foreground'), read('background')];
    assert.is(foreground.length, data.length);
    for (const seed of [0, 1, 2]) {
      const result = await grabCut(image, { rectangle: options.rectangle, seed });
      assertFalls(result, name);
      const overlap = iou(result.mask.data, foreground, (i) => foreground[i] === 1 || background[i] === 1);
      found.push(`${name}, seed ${seed}: IoU ${overlap.toFixed(4)}, disputed ${(100 * options.disputed).toFixed(2)} %`);
      assert.ok(overlap >= 0.98, found[found.length - 1]);
    }
  }
  assert.is(found.length, 12);
});

test('wrong input is refused', async () => {
  const { image } = scene(10, 12);
  const refused = (options: unknown, message: RegExp | string) =>
    assertRejects(() => grabCut(image, options as never), message);
  await refused({}, /expected a rectangle around the object, strokes, or a previous result, got none of them/);
  await refused(
    { rectangle: [5, 5, 3, 3] },
    /x1 < x2 and y1 < y2, got \[5, 5, 3, 3\]\. Are these x, y, width, height\?/,
  );
  await refused({ rectangle: [0, 0, 12, 10] }, /leaves pixels of an image of 12×10 px outside/);
  await refused({ rectangle: [20, 20, 30, 30] }, /with pixels of an image of 12×10 px in it/);
  await refused({ rectangle: [0, 0, 1] }, /expected a rectangle \[x1, y1, x2, y2\] in px, got \[0, 0, 1\]/);
  await refused(
    { strokes: [disc([[3, 3]], 'foreground')] },
    /expected pixels of the background to start from, got none; draw strokes on both/,
  );
  await refused(
    { rectangle: [2, 2, 8, 8], strokes: [disc([[5, 5]], 'background', 20)] },
    /pixels of the foreground to start from/,
  );
  await refused(
    { rectangle: [2, 2, 8, 8], strokes: [{ label: 'object', points: [[1, 1]] }] },
    /label of stroke 0 foreground, background/,
  );
  await refused(
    { rectangle: [2, 2, 8, 8], strokes: [disc([[1, 1]], 'foreground', 0)] },
    /radius of stroke 0 to be a number > 0/,
  );
  const previous = await grabCut(image, { rectangle: [2, 2, 8, 8] });
  await refused({ rectangle: [2, 2, 8, 8], previous }, /either a rectangle or a previous result, got both/);
  await refused(
    { previous: { ...previous, mask: ndarray(new Uint8Array(4), [2, 2]) } },
    /mask of previous \[10, 12\], got \[2, 2\]/,
  );
  await refused(
    { previous: { ...previous, foreground: null } },
    /foreground of previous \{ weights, means, covariances \}, got null/,
  );
});

test.run();
