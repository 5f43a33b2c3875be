import ndarray, { type NdArray } from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type KMeansOptions, kMeans } from '../../src/cluster/kMeans';
import type { Backend } from '../../src/device/backend';
import { deviceReport, useDevice } from '../../src/device/device';
import { createRandom } from '../../src/tensor/random';

import { type Array64, build } from '../reference/array64';
import * as reference from '../reference/kMeans';
import { assertAllClose } from '../support/allClose';
import { assertRejects } from '../support/assertThrows';
import { type GoldenArray, loadGolden } from '../support/golden';
import { createNumbers, randomArray } from '../support/randomTensor';

const test = suite('kMeans');

const backends: Backend[] = ['cpu', 'webasm'];
const rows = (data: readonly (readonly number[])[]): NdArray =>
  ndarray(Float32Array.from(data.flat()), [data.length, data[0]?.length ?? 2]);
const of = ({ shape, data }: Array64 | GoldenArray): NdArray => ndarray(Float32Array.from(data), [...shape]);
const as64 = ({ shape, data }: NdArray): Array64 => ({ shape, data: Float64Array.from(data as Float32Array) });

function assertFalls(history: readonly number[]): void {
  for (let i = 1; i < history.length; i++) assert.ok(history[i] <= history[i - 1], `rises: ${history}`);
}

/** Four round clouds of 20 points on the corners of a rectangle 8 wide and 3 high. */
function fourClouds(): NdArray {
  const random = createRandom(1);
  const corners = [
    [0, 0],
    [0, 3],
    [8, 0],
    [8, 3],
  ];
  return rows(
    Array.from({ length: 80 }, (_, i) => corners[i % 4].map((coordinate) => coordinate + random.normal() / 2)),
  );
}

test('by hand: two iterations on six points of a line', async () => {
  for (const backend of backends) {
    await useDevice(backend);
    const points = rows([[0], [1], [2], [9], [10], [11]]);
    const result = await kMeans(points, { k: 2, init: rows([[0], [1]]) });
    // 0 stays alone, the mean of the others is 6.6; then 1, 2 and 3 are nearer to 0, and so on.
    assertAllClose(
      result.centersHistory.flatMap(({ data }) => [...data]),
      [0, 1, 0, 6.6, 1, 10],
    );
    assertAllClose(result.history, [0 + 0 + 1 + 64 + 81 + 100, 0 + 1 + 4 + 2.4 ** 2 + 3.4 ** 2 + 4.4 ** 2, 4]);
    assert.equal([...result.labels.data], [0, 0, 0, 1, 1, 1]);
    assertAllClose(result.centers.data, [1, 10]);
    assert.equal(result.centers.shape, [2, 1]);
    assert.is(result.objective, 4);
    assert.is(result.iterations, 3);
    assert.is(result.converged, true);
    assert.equal(result.runs, [4]);
    assert.is((await deviceReport()).backend, backend);
  }
});

test('agrees with scikit-learn', async () => {
  for (const backend of backends) {
    await useDevice(backend);
    for (const { name, options, inputs, ...expected } of loadGolden('kMeans').cases) {
      const { clusters: k, maxIterations } = options;
      const result = await kMeans(of(inputs.points), { k, init: of(inputs.initial), maxIterations });
      assert.equal([...result.labels.data], expected.labels!.data, name);
      assertAllClose(result.centers.data, expected.centers!.data, { name });
      assertAllClose([result.objective], expected.inertia!.data, { name });
      if (expected.iterations) assert.is(result.iterations, expected.iterations.data[0], name);
      assertFalls(result.history);
    }
  }
});

test('agrees with loops in double precision, on both back ends, and the objective never rises', async () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    const next = createNumbers(seed);
    const [count, dimensions, k] = [150 + 100 * seed, 1 + seed, 1 + (seed % 4)];
    const points = randomArray(next, [count, dimensions]);
    const start = build([k, dimensions], (j, d) => points.data[j * dimensions + d]);
    const expected = reference.lloyd(points, start);
    for (const backend of backends) {
      await useDevice(backend);
      const result = await kMeans(of(points), { k, init: of(start) });
      assert.equal([...result.labels.data], expected.labels, `${backend}, seed ${seed}`);
      assertAllClose(result.centers.data, expected.centers.data);
      assertAllClose(result.history, expected.history);
      assert.is(result.converged, true);
      assertFalls(result.history);
    }
  }
});

test('what is returned belongs together: nearest labels, means as centers, the objective and the end of its history', async () => {
  await useDevice('webasm');
  const points = randomArray(createNumbers(9), [3000, 3]);
  for (const options of [
    { k: 7 },
    { k: 7, maxIterations: 3 },
    { k: 7, tolerance: 1e-2 },
    { k: 7, init: 'random' as const },
  ]) {
    const result = await kMeans(of(points), options);
    const centers = as64(result.centers);
    const labels = [...result.labels.data];
    assert.equal(labels, reference.assign(points, centers));
    assertAllClose([result.objective], [reference.objective(points, centers, labels)], { relative: 1e-5 });
    assert.is(result.history.at(-1), result.objective);
    assert.is(result.centersHistory.at(-1), result.centers);
    assert.is(result.centersHistory.length, result.history.length);
    assertFalls(result.history);
    if (options.maxIterations) {
      assert.is(result.iterations, 3);
      assert.is(result.history.length, 4);
      assert.is(result.converged, false);
    } else {
      assert.is(result.converged, true);
      if (!options.tolerance) assertAllClose(result.centers.data, reference.means(points, labels, 7).data);
    }
  }
  const [exact, tolerant] = [await kMeans(of(points), { k: 7 }), await kMeans(of(points), { k: 7, tolerance: 1e-2 })];
  assert.ok(tolerant.iterations < exact.iterations);
});

test('k = 2 and k = 3 on four clouds', async () => {
  await useDevice('webasm');
  const points = fourClouds();
  const two = await kMeans(points, { k: 2 });
  // Left and right: the clouds are numbered 0 0 1 1 in the order in which the points come.
  assert.equal(
    [...two.labels.data].map((label) => label === two.labels.get(0)),
    Array.from({ length: 80 }, (_, i) => i % 4 < 2),
  );
  const three = await kMeans(points, { k: 3, restarts: 5 });
  assert.ok(three.objective < two.objective);
  assert.equal([...new Set(three.labels.data)].sort(), [0, 1, 2]);
});

test('a local minimum, and how restarts and k-means++ escape it', async () => {
  await useDevice('webasm');
  const points = fourClouds();
  // Seed 3 draws its four centers so that two share one cloud and one has to serve two.
  const stuck = await kMeans(points, { k: 4, init: 'random', seed: 3 });
  assert.is(stuck.converged, true);
  assert.ok(Math.abs(stuck.objective - 96.2797) < 1e-3, `${stuck.objective}`);
  assertFalls(stuck.history);
  // It is a minimum: going on from there changes nothing.
  const again = await kMeans(points, { k: 4, init: stuck.centers });
  assert.is(again.objective, stuck.objective);
  assert.is(again.iterations, 1);

  const restarted = await kMeans(points, { k: 4, init: 'random', seed: 3, restarts: 10 });
  assert.is(restarted.runs.length, 10);
  assert.is(restarted.runs[0], stuck.objective, 'the first run is the one above');
  assert.is(restarted.objective, Math.min(...restarted.runs));
  assert.ok(Math.abs(restarted.objective - 31.9235) < 1e-3, `${restarted.objective}`);

  const spread = await kMeans(points, { k: 4, seed: 3 });
  assert.ok(Math.abs(spread.objective - 31.9235) < 1e-3, `${spread.objective}`);
  for (const result of [restarted, spread]) {
    const clouds = [0, 1, 2, 3].map((cloud) => [...new Set([...result.labels.data].filter((_, i) => i % 4 === cloud))]);
    assert.ok(
      clouds.every((labels) => labels.length === 1),
      'one label per cloud',
    );
    assert.is(new Set(clouds.flat()).size, 4);
  }
});

test('k-means++ starts lower than random rows do, and both start on different rows', async () => {
  await useDevice('cpu');
  const points = fourClouds();
  const starts = async (init: 'random' | 'k-means++') => {
    let total = 0;
    for (let seed = 0; seed < 40; seed++) {
      const { history, centersHistory } = await kMeans(points, { k: 4, init, seed, maxIterations: 1 });
      total += history[0];
      const start = Array.from(
        { length: 4 },
        (_, j) => `${centersHistory[0].get(j, 0)} ${centersHistory[0].get(j, 1)}`,
      );
      assert.is(new Set(start).size, 4);
      const all = Array.from({ length: 80 }, (_, i) => `${points.get(i, 0)} ${points.get(i, 1)}`);
      assert.ok(start.every((row) => all.includes(row)));
    }
    return total / 40;
  };
  const [spread, random] = [await starts('k-means++'), await starts('random')];
  assert.ok(spread < 0.75 * random, `${spread} and ${random}`);
});

test('the same seed gives the same result, another seed another start, on both back ends', async () => {
  const points = of(randomArray(createNumbers(20), [500, 5]));
  const run = (seed: number) => kMeans(points, { k: 6, seed, restarts: 2 });
  const starts: number[][] = [];
  for (const backend of backends) {
    await useDevice(backend);
    const [first, second, other] = [await run(1), await run(1), await run(2)];
    assert.equal(first, second);
    assert.not.equal(first.centersHistory[0].data, other.centersHistory[0].data);
    starts.push([...first.centersHistory[0].data]);
  }
  assert.equal(starts[0], starts[1]);
});

test('a cluster that runs empty takes the point farthest from its own center', async () => {
  for (const backend of backends) {
    await useDevice(backend);
    const points = rows([[0], [1], [2], [3], [20]]);
    const { centersHistory, labels, history } = await kMeans(points, { k: 2, init: rows([[1], [100]]) });
    // 20 is 19 from center 0, and leaves 0, 1, 2, 3 with the mean 1.5.
    assert.equal([...centersHistory[1].data], [1.5, 20]);
    assert.equal([...labels.data], [0, 0, 0, 0, 1]);
    assertFalls(history);
    // Three at once take the three farthest, of 0 and 2 the one of lower index.
    const line = rows([[0], [1], [2], [7], [30]]);
    const three = await kMeans(line, { k: 4, init: rows([[1], [60], [200], [300]]) });
    assert.equal([...three.centersHistory[1].data], [1.5, 30, 7, 0]);
    // 30 is farthest from its center, but alone in its cluster.
    const alone = await kMeans(line, { k: 3, init: rows([[1], [50], [200]]) });
    assert.equal([...alone.centersHistory[1].data], [1, 30, 7]);
    assertFalls(alone.history);
    assertFalls(three.history);
  }
});

test('ties go to the lower index', async () => {
  for (const backend of backends) {
    await useDevice(backend);
    const result = await kMeans(rows([[0], [1], [2]]), { k: 2, init: rows([[0], [2]]), maxIterations: 1 });
    assert.equal([...result.centersHistory[1].data], [0.5, 2]);
  }
});

test('fewer distinct points than clusters: objective 0, empty clusters, centers on points', async () => {
  for (const backend of backends) {
    await useDevice(backend);
    for (const init of [
      'k-means++',
      'random',
      rows([
        [9, 9],
        [8, 8],
        [7, 7],
      ]),
    ] as const) {
      const result = await kMeans(
        rows([
          [1, 2],
          [3, 4],
          [1, 2],
          [3, 4],
          [1, 2],
        ]),
        { k: 3, init },
      );
      assert.is(result.objective, 0);
      assert.is(result.converged, true);
      assert.is(new Set(result.labels.data).size, 2);
      assert.equal(
        [...result.labels.data].map((label) => label === result.labels.get(0)),
        [true, false, true, false, true],
      );
      for (const label of result.labels.data) {
        assert.ok([1, 3].includes(result.centers.get(label, 0)) && Number.isInteger(result.centers.get(label, 1)));
      }
      assert.ok([...result.centers.data].every(Number.isFinite));
    }
  }
});

test('one point, one cluster, as many clusters as points, one color', async () => {
  await useDevice('webasm');
  const single = await kMeans(rows([[3, 4]]), { k: 1 });
  assert.equal([...single.labels.data], [0]);
  assert.equal([...single.centers.data], [3, 4]);
  assert.is(single.objective, 0);

  const points = fourClouds();
  const one = await kMeans(points, { k: 1 });
  assertAllClose(one.centers.data, reference.means(as64(points), new Array(80).fill(0), 1).data);

  const all = await kMeans(points, { k: 80 });
  assert.is(all.objective, 0);
  assert.is(new Set(all.labels.data).size, 80);

  const flat = await kMeans(ndarray(new Float32Array(300).fill(0.25), [100, 3]), { k: 1 });
  assert.is(flat.objective, 0);
});

test('reads ndarrays of any layout and type', async () => {
  await useDevice('cpu');
  const bytes = ndarray(Uint8Array.from([0, 200, 10, 210, 255, 90]), [2, 3]).transpose(1, 0);
  const result = await kMeans(bytes, {
    k: 2,
    init: rows([
      [0, 200],
      [200, 250],
    ]),
  });
  // Rows: [0, 210], [200, 255], [10, 90].
  assert.equal([...result.labels.data], [0, 1, 0]);
  assertAllClose(result.centers.data, [5, 150, 200, 255]);
});

test('throws', async () => {
  const points = fourClouds();
  const rejects = (cloud: NdArray, options: unknown, message: string) =>
    assertRejects(() => kMeans(cloud, options as KMeansOptions), message);
  await rejects(
    rows([
      [0, 1],
      [2, Number.NaN],
    ]),
    { k: 1 },
    'kMeans: expected finite points, got NaN at [1, 1]',
  );
  await rejects(
    rows([[0], [Number.NEGATIVE_INFINITY]]),
    { k: 1 },
    'kMeans: expected finite points, got -Infinity at [1, 0]',
  );
  const huge = ndarray(Float64Array.of(0, 1e300), [2, 1]);
  await rejects(huge, { k: 1 }, 'kMeans: expected points within ±8.7e+18, got 1e+300 at [1, 0]');
  await rejects(
    ndarray(new Float32Array(0), [0, 3]),
    { k: 1 },
    'kMeans: expected at least one of the points and one coordinate, got [0, 3]',
  );
  await rejects(
    ndarray(new Float32Array(0), [3, 0]),
    { k: 1 },
    'kMeans: expected at least one of the points and one coordinate, got [3, 0]',
  );
  await rejects(ndarray(new Float32Array(3), [3]), { k: 1 }, 'kMeans: expected points [N, D], got [3]');
  await rejects(
    undefined as unknown as NdArray,
    { k: 1 },
    'kMeans: expected points [N, D], an ndarray or rows of numbers, got undefined',
  );
  await rejects(points, { k: 81 }, 'kMeans: expected at least k = 81 points, got 80');
  await rejects(points, undefined, 'kMeans: expected options as { k: … }, got undefined');
  for (const k of [0, -1, 1.5, Number.NaN]) {
    await rejects(points, { k }, `kMeans: expected k to be a whole number ≥ 1, got ${k}`);
  }
  await rejects(points, { k: 2, restarts: 0 }, 'kMeans: expected restarts to be a whole number ≥ 1, got 0');
  await rejects(points, { k: 2, maxIterations: 0 }, 'kMeans: expected maxIterations to be a whole number ≥ 1, got 0');
  await rejects(points, { k: 2, tolerance: -1 }, 'kMeans: expected tolerance to be a number ≥ 0, got -1');
  await rejects(points, { k: 2, seed: 0.5 }, 'kMeans: expected a whole number as seed, got 0.5');
  await rejects(
    points,
    { k: 2, init: 'first' },
    'kMeans: expected init to be k-means++, random or an ndarray [k, D], got "first"',
  );
  await rejects(points, { k: 2, distance: 'toString' }, 'kMeans: expected distance euclidean or iou, got toString');
  await rejects(points, { k: 2, init: rows([[1, 2]]) }, 'kMeans: expected initial centers [2, 2], got [1, 2]');
  await rejects(
    points,
    { k: 1, init: rows([[1, Number.NaN]]) },
    'kMeans: expected finite initial centers, got NaN at [0, 1]',
  );
  await rejects(
    points,
    { k: 1, init: rows([[1, 2]]), restarts: 2 },
    'kMeans: expected restarts to be 1 where init gives the centers, got 2',
  );
});

test('nested rows are as good as ndarrays', async () => {
  const rows = [
    [0, 0],
    [0, 1],
    [6, 0],
  ];
  const { labels, centers } = await kMeans(rows, { k: 2, init: [rows[0], rows[2]] });
  assert.equal([...labels.data], [0, 0, 1]);
  assert.equal([...centers.data], [0, 0.5, 6, 0]);
});

test('the points of one cloud size share a compiled plan, which runs fused', async () => {
  await useDevice('webasm');
  const points = fourClouds();
  await kMeans(points, { k: 4 });
  const { compiledPlans, executor, fallbackReason } = await deviceReport();
  assert.is(compiledPlans, 1);
  assert.match(executor!, /^fused/);
  assert.is(fallbackReason, null);
  await kMeans(points, { k: 4, init: 'random', restarts: 3, seed: 5 });
  assert.is((await deviceReport()).compiledPlans, 1);
});

test.run();
