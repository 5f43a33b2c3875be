import ndarray, { type NdArray } from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { eigen3 } from '../../src/graphCut/eigen3';
import { type ColorMixture, createRandom, fitColorMixture, mixtureCosts } from '../../src/index';
import { assertRejects, assertThrows } from '../support/assertThrows';
import { type GoldenArray, loadGolden } from '../support/golden';

const test = suite('colorMixture');
const range = (n: number) => [...Array(n).keys()];
const of = ({ shape, data }: GoldenArray) => ndarray(Float64Array.from(data), [...shape]);
const total = (values: NdArray) => range(values.shape[0]).reduce((sum, i) => sum + values.get(i), 0);

/** Colors around a few centers. */
function cloud(count: number, seed: number): number[][] {
  const random = createRandom(seed);
  const centers = range(4).map(() => [random.uniform(), random.uniform(), random.uniform()]);
  return range(count).map((i) => centers[i % 4].map((value) => value + 0.06 * random.normal()));
}

test('mixtureCosts: as scikit-learn with the same parameters', () => {
  let count = 0;
  for (const golden of loadGolden('graphCut').cases) {
    if (golden.op !== 'mixtureCosts') continue;
    count++;
    const { name, inputs, output } = golden;
    const { weights, means, covariances } = golden as unknown as Record<string, GoldenArray>;
    const costs = mixtureCosts(of(inputs.points), {
      weights: of(weights),
      means: of(means),
      covariances: of(covariances),
    });
    for (const [i, wanted] of output!.data.entries()) {
      assert.ok(
        Math.abs(costs.get(i) - wanted) < 1e-7 * Math.max(1, Math.abs(wanted)),
        `${name}: ${costs.get(i)}, ${wanted}`,
      );
    }
  }
  assert.is(count, 3);
});

test('mixtureCosts by hand: one round Gaussian, a second of weight 0', () => {
  const mixture: ColorMixture = {
    weights: ndarray(Float64Array.of(1, 0), [2]),
    means: ndarray(Float64Array.of(0.5, 0.5, 0.5, 0, 0, 0), [2, 3]),
    covariances: ndarray(Float64Array.of(0.01, 0, 0, 0, 0.01, 0, 0, 0, 0.01, 1, 0, 0, 0, 1, 0, 0, 0, 1), [2, 3, 3]),
  };
  const costs = mixtureCosts(
    [
      [0.5, 0.5, 0.5],
      [0.5, 0.75, 0.5],
    ],
    mixture,
  );
  const least = 1.5 * Math.log(2 * Math.PI * 0.01);
  assert.ok(Math.abs(costs.get(0) - least) < 1e-12);
  // 2½ standard deviations away.
  assert.ok(Math.abs(costs.get(1) - least - 2.5 ** 2 / 2) < 1e-12);
});

test('fitColorMixture: means and covariances of clusters far apart', async () => {
  const random = createRandom(3);
  const colors = range(600).map((i) =>
    [0, 1, 2].map((d) => (i % 3 === d ? 0.9 : 0.1) + 0.02 * (d + 1) * random.normal()),
  );
  const mixture = await fitColorMixture(colors, { components: 3, seed: 1 });
  for (const k of range(3)) {
    const bright = [0, 1, 2].findIndex((d) => mixture.means.get(k, d) > 0.5);
    const own = colors.filter((_, i) => i % 3 === bright);
    assert.ok(Math.abs(mixture.weights.get(k) - 1 / 3) < 1e-12);
    const mean = [0, 1, 2].map((d) => own.reduce((sum, color) => sum + Math.fround(color[d]), 0) / own.length);
    for (const d of range(3)) {
      assert.ok(Math.abs(mixture.means.get(k, d) - mean[d]) < 1e-12);
      for (const e of range(3)) {
        const wanted =
          own.reduce((sum, c) => sum + (Math.fround(c[d]) - mean[d]) * (Math.fround(c[e]) - mean[e]), 0) / own.length;
        assert.ok(Math.abs(mixture.covariances.get(k, d, e) - wanted) < 1e-12);
      }
    }
  }
});

test('fitColorMixture: more iterations never cost more, whatever the start', async () => {
  for (const seed of range(6)) {
    const colors = cloud(300, seed);
    let before = Number.POSITIVE_INFINITY;
    for (const iterations of range(8)) {
      const sum = total(mixtureCosts(colors, await fitColorMixture(colors, { components: 5, iterations, seed })));
      assert.ok(sum <= before + 1e-9 * Math.abs(sum), `seed ${seed}, ${iterations} iterations: ${sum} after ${before}`);
      before = sum;
    }
  }
});

test('fitColorMixture: one color, fewer colors than components, colors on a line: variances stay above 0', async () => {
  const least = 1 / (12 * 255 ** 2);
  for (const colors of [
    [[0.5, 0.5, 0.5]],
    range(20).map(() => [0.25, 0.5, 0.75]),
    [
      [0, 0, 0],
      [1, 1, 1],
    ],
    range(50).map((i) => [i / 50, i / 50, i / 50]),
  ]) {
    const mixture = await fitColorMixture(colors, { components: 4, iterations: 2 });
    for (const k of range(mixture.weights.shape[0])) {
      const { values } = eigen3(range(9).map((i) => mixture.covariances.get(k, Math.floor(i / 3), i % 3)));
      for (const value of values) assert.ok(value >= least * (1 - 1e-9), `${values}`);
    }
    assert.ok(Math.abs(total(mixture.weights) - 1) < 1e-12);
    const costs = mixtureCosts(colors, mixture);
    for (const i of range(colors.length)) assert.ok(Number.isFinite(costs.get(i)));
  }
});

test('eigen3: V diag(λ) Vᵀ is the matrix, and the columns of V are orthonormal', () => {
  const random = createRandom(9);
  const matrices = range(200).map((i) => {
    const [a, b, c, d, e, f] = range(6).map(() =>
      i % 4 === 0 ? random.integer(3) - 1 : random.normal() * 10 ** (random.integer(5) - 3),
    );
    return [a, b, c, b, d, e, c, e, f];
  });
  for (const matrix of [...matrices, [0, 0, 0, 0, 0, 0, 0, 0, 0], [1, 1, 1, 1, 1, 1, 1, 1, 1]]) {
    const { values, vectors } = eigen3(matrix);
    const scale = Math.max(1e-300, ...matrix.map(Math.abs));
    for (const row of range(3)) {
      for (const column of range(3)) {
        const back = range(3).reduce((sum, i) => sum + vectors[3 * row + i] * values[i] * vectors[3 * column + i], 0);
        assert.ok(Math.abs(back - matrix[3 * row + column]) < 1e-12 * scale, `${matrix}: ${back}`);
        const dot = range(3).reduce((sum, i) => sum + vectors[3 * i + row] * vectors[3 * i + column], 0);
        assert.ok(Math.abs(dot - (row === column ? 1 : 0)) < 1e-12);
      }
    }
  }
});

test('wrong input is refused', async () => {
  const good = (): ColorMixture => ({
    weights: ndarray(Float64Array.of(1), [1]),
    means: ndarray(new Float64Array(3), [1, 3]),
    covariances: ndarray(Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1), [1, 3, 3]),
  });
  assertThrows(() => mixtureCosts([[1, 2]], good()), 'mixtureCosts: expected colors [N, 3], got [1, 2]');
  const points = [[0, 0, 0]];
  const half = { ...good(), weights: ndarray(Float64Array.of(0.5), [1]) };
  assertThrows(() => mixtureCosts(points, half), 'mixtureCosts: expected weights of mixture of sum 1, got 0.5');
  const flat = { ...good(), covariances: ndarray(Float64Array.of(1, 1, 0, 1, 1, 0, 0, 0, 1), [1, 3, 3]) };
  assertThrows(
    () => mixtureCosts(points, flat),
    'mixtureCosts: expected covariances of mixture to be symmetric with eigenvalues above 0, got others in component 0',
  );
  const skew = { ...good(), covariances: ndarray(Float64Array.of(1, 0.5, 0, 0, 1, 0, 0, 0, 1), [1, 3, 3]) };
  assertThrows(
    () => mixtureCosts(points, skew),
    'mixtureCosts: expected covariances of mixture to be symmetric with eigenvalues above 0, got others in component 0',
  );
  const many = { ...good(), means: ndarray(new Float64Array(6), [2, 3]) };
  assertThrows(() => mixtureCosts(points, many), 'mixtureCosts: expected means of mixture [1, 3], got [2, 3]');
  await assertRejects(
    () => fitColorMixture([[0, 0, 0]], { components: 0 }),
    /components to be a whole number ≥ 1, got 0/,
  );
  await assertRejects(() => fitColorMixture([], {}), /fitColorMixture/);
});

test.run();
