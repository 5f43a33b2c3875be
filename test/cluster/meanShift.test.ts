import ndarray, { type NdArray } from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type MeanShiftOptions, type MeanShiftResult, meanShift } from '../../src/cluster/meanShift';
import { colorLocationPoints } from '../../src/cluster/segment';
import type { Backend } from '../../src/device/backend';
import { useDevice } from '../../src/device/device';
import { createRandom } from '../../src/tensor/random';

import { type Array64, at, build } from '../reference/array64';
import { squaredDistance } from '../reference/kMeans';
import * as reference from '../reference/meanShift';
import { assertAllClose } from '../support/allClose';
import { assertRejects } from '../support/assertThrows';
import { type GoldenArray, loadGolden } from '../support/golden';
import { createNumbers, randomArray } from '../support/randomTensor';

const test = suite('meanShift');

const backends: Backend[] = ['cpu', 'webasm'];
const kernels = ['flat', 'gaussian'] as const;
const rows = (data: readonly (readonly number[])[]): NdArray =>
  ndarray(Float32Array.from(data.flat()), [data.length, data[0]?.length ?? 2]);
const of = ({ shape, data }: Array64 | GoldenArray): NdArray => ndarray(Float32Array.from(data), [...shape]);
const as64 = ({ shape, data }: NdArray): Array64 => ({ shape, data: Float64Array.from(data as Float32Array) });

/** Share of points with the same label in both, after each label of one has been given the best free one of the other. */
function agreement(a: MeanShiftResult, b: MeanShiftResult): number {
  const together = new Map<string, number>();
  for (const [i, label] of a.labels.data.entries()) {
    const key = `${label} ${b.labels.data[i]}`;
    together.set(key, (together.get(key) ?? 0) + 1);
  }
  const [left, right] = [new Set<string>(), new Set<string>()];
  let same = 0;
  for (const [key, count] of [...together].sort((x, y) => y[1] - x[1])) {
    const [own, other] = key.split(' ');
    if (left.has(own) || right.has(other)) continue;
    left.add(own);
    right.add(other);
    same += count;
  }
  return same / a.labels.size;
}

/** An image of a meadow, a sky that darkens upwards, a sun and a house, with the noise of a camera: [side, side, 3]. */
function image(side: number, noise: number): NdArray {
  const random = createRandom(11);
  const result = ndarray(new Float32Array(side * side * 3), [side, side, 3]);
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const [y, x] = [(row + 0.5) / side, (column + 0.5) / side];
      let color = y < 0.55 ? [0.35 + 0.2 * y, 0.55 + 0.2 * y, 0.9] : [0.25, 0.6 - 0.15 * y, 0.15];
      if ((x - 0.75) ** 2 + (y - 0.22) ** 2 < 0.02) color = [1, 0.9, 0.35];
      if (x > 0.12 && x < 0.42 && y > 0.4 && y < 0.75) color = [0.75, 0.25, 0.2];
      for (const [channel, value] of color.entries()) result.set(row, column, channel, value + noise * random.normal());
    }
  }
  return result;
}

test('by hand: flat windows on a line', async () => {
  for (const backend of backends) {
    await useDevice(backend);
    const points = rows([[0], [1], [2], [10], [11]]);
    const result = await meanShift(points, { bandwidth: 1.5, trajectories: true });
    // 0 sees {0, 1}, moves to 0.5, sees {0, 1, 2}, moves to 1 and stays.
    assert.equal(
      result.trajectories.map(({ data }) => [...data]),
      [
        [0, 0.5, 1, 1],
        [1, 1],
        [2, 1.5, 1, 1],
        [10, 10.5, 10.5],
        [11, 10.5, 10.5],
      ],
    );
    assert.equal([...result.modes.data], [1, 10.5]);
    assert.equal([...result.labels.data], [0, 0, 0, 1, 1]);
    assert.equal([...result.counts.data], [3, 2]);
    assert.is(result.converged, true);
    assert.is(result.iterations, 3);
  }
});

test('the edge of a flat window is inside', async () => {
  for (const backend of backends) {
    await useDevice(backend);
    const { modes } = await meanShift(rows([[0], [2]]), { bandwidth: 2 });
    assert.equal([...modes.data], [1]);
    assert.is((await meanShift(rows([[0], [2]]), { bandwidth: 1.99, mergeRadius: 0.5 })).modes.shape[0], 2);
  }
});

test('a Gaussian window sees everything: two points have one mode up to a distance of 2 h, then two', async () => {
  for (const backend of backends) {
    await useDevice(backend);
    for (const [gap, modes] of [
      [1.9, 1],
      [2.2, 2],
    ]) {
      const result = await meanShift(rows([[0], [gap]]), {
        bandwidth: 1,
        kernel: 'gaussian',
        tolerance: 1e-5,
        mergeRadius: 0.1,
      });
      assert.is(result.modes.shape[0], modes, `${gap}`);
    }
  }
});

test('agrees with scikit-learn, and with a Gaussian ascent in NumPy', async () => {
  for (const backend of backends) {
    await useDevice(backend);
    for (const { name, options, inputs, ...expected } of loadGolden('meanShift').cases) {
      const { kernel, bandwidth, mergeDistance: mergeRadius } = options;
      const tolerance = kernel === 'gaussian' ? 1e-6 : undefined;
      const points = of(inputs.points);
      const result = await meanShift(points, { kernel, bandwidth, mergeRadius, tolerance, trajectories: true });
      assert.equal([...result.labels.data], expected.labels!.data, name);
      assertAllClose(result.modes.data, expected.centers!.data, { name, absolute: 1e-5 * bandwidth });
      assert.equal(
        [...result.counts.data],
        [...result.counts.data].map((_, mode) => expected.labels!.data.filter((label) => label === mode).length),
      );
      const step = (at: (shifts: number) => number) =>
        result.trajectories.flatMap(({ shape, data }) => {
          const start = at(shape[0]) * shape[1];
          return [...data.subarray(start, start + shape[1])];
        });
      if (expected.firstStep)
        assertAllClose(
          step(() => 1),
          expected.firstStep.data,
          { name, absolute: 1e-5 },
        );
      if (expected.modes)
        assertAllClose(
          step((length) => length - 1),
          expected.modes.data,
          { name, absolute: 2e-5 },
        );
      if (expected.counts) {
        // scikit-learn counts the points in the window that rests on the mode.
        const [cloud, modes] = [as64(points), as64(result.modes)];
        const inWindow = expected.counts.data.map(
          (_, j) =>
            Array.from({ length: cloud.shape[0] }).filter(
              (_, i) => squaredDistance(cloud, i, modes, j) <= bandwidth ** 2,
            ).length,
        );
        assert.equal(inWindow, expected.counts.data, name);
      }
    }
  }
});

test('every window ends where loops in double precision take it, on both back ends', async () => {
  for (const kernel of kernels) {
    for (const seed of [1, 2, 3]) {
      const next = createNumbers(seed);
      const dimensions = 1 + seed;
      const centers = randomArray(next, [4, dimensions], -3, 3);
      const points = build([90, dimensions], (i, d) => Math.fround(at(centers, i % 4, d) + next() + next() - 1));
      const bandwidth = kernel === 'flat' ? 1.5 : 0.7;
      const expected = reference.ends(points, { kernel, bandwidth });
      for (const backend of backends) {
        await useDevice(backend);
        const { trajectories, modes, labels, converged } = await meanShift(of(points), {
          kernel,
          bandwidth,
          trajectories: true,
          tolerance: 1e-6,
          maxIterations: 1000,
        });
        assert.is(converged, true);
        const ends = trajectories.flatMap(({ shape, data }) => [...data.subarray((shape[0] - 1) * shape[1])]);
        assertAllClose(ends, expected.data, { absolute: 1e-4, name: `${kernel}, seed ${seed}, ${backend}` });
        // A label is the mode in whose reach the window ended.
        const reach = kernel === 'flat' ? bandwidth : bandwidth / 2;
        for (const [i, label] of labels.data.entries()) {
          const distances = Array.from({ length: modes.shape[0] }, (_, j) =>
            squaredDistance(expected, i, as64(modes), j),
          );
          assert.is(distances.indexOf(Math.min(...distances)), label);
          assert.ok(Math.sqrt(distances[label]) <= reach + 1e-3);
        }
      }
    }
  }
});

test('the number of segments falls as the window grows', async () => {
  await useDevice('webasm');
  const points = colorLocationPoints(image(32, 0.03));
  for (const kernel of kernels) {
    const found: number[] = [];
    for (const bandwidth of [0.06, 0.12, 0.25, 0.5, 1, 2]) {
      const { modes, counts, labels } = await meanShift(points, {
        bandwidth: kernel === 'flat' ? bandwidth : bandwidth / 2,
        kernel,
      });
      found.push(modes.shape[0]);
      assert.is(Math.max(...labels.data), modes.shape[0] - 1);
      assert.is(
        [...counts.data].reduce((sum, count) => sum + count, 0),
        1024,
      );
    }
    for (let i = 1; i < found.length; i++) assert.ok(found[i] <= found[i - 1], `${kernel}: ${found}`);
    assert.ok(found[0] > 10, `${kernel}: ${found}`);
    assert.is(found.at(-1), 1);
  }
});

test('with bins, 99 of 100 pixels keep their segment, and modes stay within a tenth of the bandwidth', async () => {
  await useDevice('webasm');
  for (const noise of [0.02, 0.06]) {
    const points = colorLocationPoints(image(48, noise));
    for (const kernel of kernels) {
      const bandwidth = kernel === 'flat' ? 0.4 : 0.15;
      const exact = await meanShift(points, { bandwidth, kernel, binning: false });
      const binned = await meanShift(points, { bandwidth, kernel, binning: true });
      const share = agreement(exact, binned);
      assert.ok(exact.modes.shape[0] >= 4, `${exact.modes.shape}`);
      assert.is(binned.modes.shape[0], exact.modes.shape[0]);
      assert.ok(share >= 0.99, `${kernel}, noise ${noise}: ${share}`);
      const [all, modes] = [as64(exact.modes), as64(binned.modes)];
      for (let j = 0; j < modes.shape[0]; j++) {
        const gaps = Array.from({ length: all.shape[0] }, (_, i) => Math.sqrt(squaredDistance(modes, j, all, i)));
        assert.ok(Math.min(...gaps) < bandwidth / 10, `${kernel}: ${Math.min(...gaps)}`);
      }
    }
  }
});

test('with bins, 99 of 100 points of overlapping clouds keep their basin', async () => {
  await useDevice('webasm');
  const random = createRandom(8);
  const middles = [
    [0, 0],
    [2.6, 0.4],
    [1.1, 2.5],
    [3.8, 2.9],
  ];
  const cloud = rows(
    Array.from({ length: 3000 }, (_, i) => middles[i % 4].map((middle) => middle + random.normal() * 0.6)),
  );
  for (const kernel of kernels) {
    const settings = { kernel, bandwidth: kernel === 'flat' ? 1.2 : 0.5 };
    const exact = await meanShift(cloud, { ...settings, binning: false });
    const binned = await meanShift(cloud, { ...settings, binning: true });
    assert.is(exact.modes.shape[0], 4, kernel);
    const share = agreement(exact, binned);
    assert.ok(share >= 0.99, `${kernel}: ${share}`);
  }
});

test('points that share a cell share a label, and more than 4096 points are put into cells', async () => {
  await useDevice('webasm');
  const random = createRandom(1);
  const cloud = ndarray(
    Float32Array.from({ length: 5000 * 2 }, () => random.normal()),
    [5000, 2],
  );
  const [automatic, asked] = [
    await meanShift(cloud, { bandwidth: 0.8 }),
    await meanShift(cloud, { bandwidth: 0.8, binning: true }),
  ];
  assert.equal(automatic, asked);
  assert.equal(automatic, await meanShift(cloud, { bandwidth: 0.8, binning: 0.1 }), 'an eighth of the bandwidth');
  const coarse = await meanShift(cloud, { bandwidth: 0.8, binning: 1 });
  const byCell = new Map<string, Set<number>>();
  for (const [i, label] of coarse.labels.data.entries()) {
    const cell = `${Math.floor(cloud.get(i, 0))} ${Math.floor(cloud.get(i, 1))}`;
    byCell.set(cell, (byCell.get(cell) ?? new Set()).add(label));
  }
  assert.ok([...byCell.values()].every((labels) => labels.size === 1));
});

test('a number of trajectories: evenly spaced points, also with bins', async () => {
  await useDevice('webasm');
  const points = colorLocationPoints(image(24, 0.02));
  for (const binning of [false, true]) {
    const { trajectories, modes, labels } = await meanShift(points, { bandwidth: 0.4, trajectories: 5, binning });
    assert.is(trajectories.length, 5);
    for (const [i, track] of trajectories.entries()) {
      const start = Math.floor((i * 576) / 5);
      assert.equal(
        [0, 1, 2, 3, 4].map((d) => track.get(0, d)),
        [0, 1, 2, 3, 4].map((d) => points.get(start, d)),
      );
      const end = build([1, 5], (_, d) => track.get(track.shape[0] - 1, d));
      assert.ok(Math.sqrt(squaredDistance(end, 0, as64(modes), labels.get(start))) <= 0.4);
    }
  }
  assert.equal((await meanShift(points, { bandwidth: 0.4 })).trajectories, []);
});

test('maxIterations stops windows on their way and says so', async () => {
  await useDevice('cpu');
  const points = rows([[0], [1], [2], [3], [4], [5], [6]]);
  const result = await meanShift(points, { bandwidth: 1.5, maxIterations: 1, trajectories: true });
  assert.is(result.converged, false);
  assert.is(result.iterations, 1);
  assert.equal([...result.trajectories[0].data], [0, 0.5]);
});

test('the same on every run; cpu and webasm agree', async () => {
  const points = colorLocationPoints(image(24, 0.04));
  for (const kernel of kernels) {
    const results: MeanShiftResult[] = [];
    for (const backend of backends) {
      await useDevice(backend);
      const run = () => meanShift(points, { bandwidth: kernel === 'flat' ? 0.4 : 0.15, kernel });
      results.push(await run());
      assert.equal(await run(), results.at(-1));
    }
    assert.ok(agreement(results[0], results[1]) > 0.995);
    assert.equal(results[0].modes.shape, results[1].modes.shape);
  }
});

test('one point, equal points, far from the origin', async () => {
  for (const kernel of kernels) {
    await useDevice('webasm');
    const single = await meanShift(rows([[3, 4]]), { bandwidth: 0.1, kernel, trajectories: true });
    assert.equal([...single.modes.data], [3, 4]);
    assert.equal([...single.labels.data], [0]);
    assert.equal(single.trajectories[0].shape, [2, 2]);
    const equal = await meanShift(ndarray(new Float32Array(60).fill(0.5), [20, 3]), { bandwidth: 1, kernel });
    assert.equal([...equal.counts.data], [20]);
    // A thousand bandwidths from 0, where float32 still tells steps of 1/16 apart.
    const far = await meanShift(rows([[1e6], [1e6 + 1], [1e6 + 8], [1e6 + 9]]), { bandwidth: 2, kernel });
    assert.equal([...far.modes.data].sort(), [1e6 + 0.5, 1e6 + 8.5]);
  }
});

test('throws', async () => {
  const points = rows([
    [0, 0],
    [1, 1],
  ]);
  const rejects = (cloud: NdArray, options: unknown, message: string) =>
    assertRejects(() => meanShift(cloud, options as MeanShiftOptions), message);
  for (const bandwidth of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, undefined]) {
    await rejects(points, { bandwidth }, `meanShift: expected bandwidth to be a number > 0, got ${bandwidth}`);
  }
  for (const bandwidth of [1e-30, 1e30]) {
    await rejects(points, { bandwidth }, `meanShift: expected bandwidth from 1e-18 to 1e18, got ${bandwidth}`);
  }
  await rejects(points, undefined, 'meanShift: expected options as { bandwidth: … }, got undefined');
  await rejects(rows([[0, Number.NaN]]), { bandwidth: 1 }, 'meanShift: expected finite points, got NaN at [0, 1]');
  await rejects(
    rows([[0], [Number.POSITIVE_INFINITY]]),
    { bandwidth: 1 },
    'meanShift: expected finite points, got Infinity at [1, 0]',
  );
  await rejects(
    ndarray(new Float32Array(0), [0, 5]),
    { bandwidth: 1 },
    'meanShift: expected at least one of the points and one coordinate, got [0, 5]',
  );
  await rejects(ndarray(new Float32Array(2), [2]), { bandwidth: 1 }, 'meanShift: expected points [N, D], got [2]');
  await rejects(points, { bandwidth: 1, kernel: 'box' }, 'meanShift: expected kernel flat or gaussian, got box');
  await rejects(points, { bandwidth: 1, binning: 0 }, 'meanShift: expected binning to be a number > 0, got 0');
  await rejects(points, { bandwidth: 1, mergeRadius: 0 }, 'meanShift: expected mergeRadius to be a number > 0, got 0');
  await rejects(points, { bandwidth: 1, tolerance: 0 }, 'meanShift: expected tolerance to be a number > 0, got 0');
  await rejects(
    points,
    { bandwidth: 1, maxIterations: 0 },
    'meanShift: expected maxIterations to be a whole number ≥ 1, got 0',
  );
  await rejects(
    points,
    { bandwidth: 1, trajectories: -1 },
    'meanShift: expected trajectories to be a whole number ≥ 0, got -1',
  );
  await rejects(
    points,
    { bandwidth: 1, trajectories: 3 },
    'meanShift: expected trajectories of at most 2 points, got 3',
  );
});

test.run();
