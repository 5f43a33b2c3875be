import ndarray, { type NdArray } from 'ndarray';
import { checkArray } from '../checks/arrays';
import { checkCount } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { isRecord } from '../checks/record';
import { checkSeed } from '../checks/seed';
import { shown } from '../checks/shown';
import { kMeans } from '../cluster/kMeans';
import { type PointArray, readPoints } from '../cluster/points';
import { show } from '../shape/shape';
import { eigen3 } from './eigen3';

/** Colors as a mixture of K Gaussians, each with a covariance of its own. */
export interface ColorMixture {
  /** The share of each component, `[K]`, of sum 1; one that ran empty has 0. */
  weights: NdArray<Float64Array>;
  /** `[K, 3]`: red, green, blue. */
  means: NdArray<Float64Array>;
  /** `[K, 3, 3]`, symmetric, all eigenvalues above 0. */
  covariances: NdArray<Float64Array>;
}

/**
 * The least variance of a component in any direction of color space: that of rounding to 256 levels, (1 / 255)² / 12. Without it a patch of one
 * color would have an infinite density.
 */
export const leastVariance = 1 / (12 * 255 ** 2);

/** A mixture as numbers that are fast to compute with, row by row. */
export class MixtureTerms {
  readonly #weights: Float64Array;
  readonly #means: Float64Array;
  readonly #covariances: Float64Array;
  /** Of each component what does not depend on the color: −log π + ½ log det Σ + 3/2 log 2π. */
  readonly #offsets: Float64Array;
  /** Of each component the upper triangle of Σ⁻¹: rr, rg, rb, gg, gb, bb. */
  readonly #inverses: Float64Array;

  constructor(readonly components: number) {
    this.#weights = new Float64Array(components);
    this.#means = new Float64Array(3 * components);
    this.#covariances = new Float64Array(9 * components);
    this.#offsets = new Float64Array(components).fill(Number.POSITIVE_INFINITY);
    this.#inverses = new Float64Array(6 * components);
    for (let k = 0; k < components; k++) for (let d = 0; d < 3; d++) this.#covariances[9 * k + 4 * d] = leastVariance;
  }

  /** @throws `<caller>: …` unless it is a mixture. */
  static read(caller: string, name: string, mixture: ColorMixture): MixtureTerms {
    if (!isRecord(mixture)) {
      throw new Error(`${caller}: expected ${name} { weights, means, covariances }, got ${shown(mixture)}`);
    }
    const { weights, means, covariances } = mixture as ColorMixture;
    checkArray(caller, `weights of ${name}`, weights, '[K]');
    const [components] = weights.shape;
    if (components === 0 || components > 255) {
      throw new Error(`${caller}: expected ${name} to have 1 to 255 components, got ${components}`);
    }
    checkArray(caller, `means of ${name}`, means, `[${components}, 3]`);
    checkArray(caller, `covariances of ${name}`, covariances, `[${components}, 3, 3]`);
    const terms = new MixtureTerms(components);
    let total = 0;
    for (let k = 0; k < components; k++) {
      const weight = weights.get(k);
      if (!(weight >= 0)) throw new Error(`${caller}: expected weights of ${name} ≥ 0, got ${shown(weight)} at ${k}`);
      total += weight;
      const mean = Float64Array.from({ length: 3 }, (_, d) => means.get(k, d));
      const covariance = Float64Array.from({ length: 9 }, (_, i) => covariances.get(k, Math.floor(i / 3), i % 3));
      if (![...mean, ...covariance].every(Number.isFinite))
        throw new Error(`${caller}: expected finite means and covariances of ${name}, got others in component ${k}`);
      const isSymmetric = [1, 2, 5].every((i) => {
        const other = covariance[3 * (i % 3) + Math.floor(i / 3)];
        return Math.abs(covariance[i] - other) <= 1e-9 * (Math.abs(covariance[i]) + Math.abs(other));
      });
      if (!isSymmetric || !eigen3(covariance).values.every((value) => value > 0)) {
        throw new Error(
          `${caller}: expected covariances of ${name} to be symmetric with eigenvalues above 0, got others in component ${k}`,
        );
      }
      terms.#set(k, weight, mean, covariance);
    }
    if (!(Math.abs(total - 1) < 1e-6))
      throw new Error(`${caller}: expected weights of ${name} of sum 1, got ${shown(total)}`);
    return terms;
  }

  #set(k: number, weight: number, mean: Float64Array, covariance: Float64Array): void {
    this.#weights[k] = weight;
    this.#means.set(mean, 3 * k);
    this.#covariances.set(covariance, 9 * k);
    const { values, vectors } = eigen3(covariance);
    const determinant = values.reduce((sum, value) => sum + Math.log(value), 0);
    this.#offsets[k] = -Math.log(weight) + 0.5 * determinant + 1.5 * Math.log(2 * Math.PI);
    let at = 6 * k;
    for (let row = 0; row < 3; row++) {
      for (let column = row; column < 3; column++) {
        let sum = 0;
        for (let i = 0; i < 3; i++) sum += (vectors[3 * row + i] * vectors[3 * column + i]) / values[i];
        this.#inverses[at++] = sum;
      }
    }
  }

  /**
   * The mixture in which every component is the most likely Gaussian of its own colors, among those with variances of at least
   * {@link leastVariance}, and its weight their share. A component without colors gets weight 0 and stays where it is.
   *
   * @param colors three numbers a color. @param belongs whether color i counts. @param componentOf its component.
   */
  learned(colors: Float64Array, belongs: (i: number) => boolean, componentOf: ArrayLike<number>): MixtureTerms {
    const sums = new Float64Array(10 * this.components);
    let total = 0;
    for (let i = 0; i < componentOf.length; i++) {
      if (!belongs(i)) continue;
      total++;
      const at = 10 * componentOf[i];
      const r = colors[3 * i];
      const g = colors[3 * i + 1];
      const b = colors[3 * i + 2];
      sums[at]++;
      sums[at + 1] += r;
      sums[at + 2] += g;
      sums[at + 3] += b;
      sums[at + 4] += r * r;
      sums[at + 5] += r * g;
      sums[at + 6] += r * b;
      sums[at + 7] += g * g;
      sums[at + 8] += g * b;
      sums[at + 9] += b * b;
    }
    const next = new MixtureTerms(this.components);
    for (let k = 0; k < this.components; k++) {
      const own = sums.subarray(10 * k, 10 * k + 10);
      const count = own[0];
      if (count === 0) {
        next.#means.set(this.#means.subarray(3 * k, 3 * k + 3), 3 * k);
        next.#covariances.set(this.#covariances.subarray(9 * k, 9 * k + 9), 9 * k);
        continue;
      }
      const mean = Float64Array.of(own[1] / count, own[2] / count, own[3] / count);
      const scatter = (i: number, row: number, column: number) => own[i] / count - mean[row] * mean[column];
      const [rr, rg, rb] = [scatter(4, 0, 0), scatter(5, 0, 1), scatter(6, 0, 2)];
      const [gg, gb, bb] = [scatter(7, 1, 1), scatter(8, 1, 2), scatter(9, 2, 2)];
      next.#set(k, count / total, mean, widened(Float64Array.of(rr, rg, rb, rg, gg, gb, rb, gb, bb)));
    }
    return next;
  }

  /**
   * The cost of each color, −log Σ_k π_k N(z; μ_k, Σ_k), and the component whose Gaussian is highest there, whatever its weight.
   * @param costs where the costs go. @param componentOf where the components go.
   */
  costs(colors: Float64Array, costs: Float64Array, componentOf: Uint8Array): void {
    const means = this.#means;
    const inverses = this.#inverses;
    const offsets = this.#offsets;
    const components = this.components;
    const logWeights = this.#weights.map(Math.log);
    const own = new Float64Array(components);
    for (let i = 0; i < costs.length; i++) {
      const r = colors[3 * i];
      const g = colors[3 * i + 1];
      const b = colors[3 * i + 2];
      let least = Number.POSITIVE_INFINITY;
      let nearest = Number.POSITIVE_INFINITY;
      for (let k = 0; k < components; k++) {
        own[k] = offsets[k];
        if (own[k] === Number.POSITIVE_INFINITY) continue;
        const x = r - means[3 * k];
        const y = g - means[3 * k + 1];
        const z = b - means[3 * k + 2];
        const at = 6 * k;
        own[k] +=
          0.5 *
          (x * (inverses[at] * x + 2 * (inverses[at + 1] * y + inverses[at + 2] * z)) +
            y * (inverses[at + 3] * y + 2 * inverses[at + 4] * z) +
            inverses[at + 5] * z * z);
        if (own[k] < least) least = own[k];
        if (own[k] + logWeights[k] < nearest) {
          nearest = own[k] + logWeights[k];
          componentOf[i] = k;
        }
      }
      let sum = 0;
      // What is e⁴⁰ times less likely than the best changes no digit.
      for (let k = 0; k < components; k++) if (own[k] - least < 40) sum += Math.exp(least - own[k]);
      costs[i] = least - Math.log(sum);
    }
  }

  /** The mixture as a caller of the library gets it: copies. */
  result(): ColorMixture {
    return {
      weights: ndarray(this.#weights.slice(), [this.components]),
      means: ndarray(this.#means.slice(), [this.components, 3]),
      covariances: ndarray(this.#covariances.slice(), [this.components, 3, 3]),
    };
  }
}

/** A covariance none of whose eigenvalues is below {@link leastVariance}. */
function widened(covariance: Float64Array): Float64Array {
  const { values, vectors } = eigen3(covariance);
  if (values.every((value) => value >= leastVariance)) return covariance;
  const result = new Float64Array(9);
  for (let row = 0; row < 3; row++) {
    for (let column = 0; column < 3; column++) {
      for (let i = 0; i < 3; i++) {
        result[3 * row + column] += vectors[3 * row + i] * vectors[3 * column + i] * Math.max(values[i], leastVariance);
      }
    }
  }
  return result;
}

/** Throws unless the number of components is whole and fits into a byte. */
export function checkComponents(caller: string, components: number): void {
  checkCount(caller, 'components', components, 1);
  if (components > 255) throw new Error(`${caller}: expected at most 255 components, got ${components}`);
}

/** Iterations of k-means after which a mixture starts; the rest is left to the mixtures themselves. */
const kMeansIterations = 10;

/** Runs of k-means, of which the best counts: after a bad start the cut may end elsewhere. */
const kMeansRuns = 3;

/** The mixture that k-means starts with: one component for each cluster; fewer colors than components give as many as there are. */
export async function startMixture(colors: Float64Array, components: number, seed: number): Promise<MixtureTerms> {
  const count = colors.length / 3;
  const k = Math.min(components, count);
  const points = ndarray(Float32Array.from(colors), [count, 3]);
  const { labels } = await kMeans(points, { k, seed, restarts: kMeansRuns, maxIterations: kMeansIterations });
  return new MixtureTerms(k).learned(colors, () => true, labels.data);
}

/** A mixture, and what each of some colors costs under it. */
export class ColorModel {
  readonly #colors: Float64Array;
  #mixture: MixtureTerms;
  #costs: Float64Array;
  #componentOf: Uint8Array;

  constructor(colors: Float64Array, mixture: MixtureTerms) {
    this.#colors = colors;
    this.#mixture = mixture;
    this.#costs = new Float64Array(colors.length / 3);
    this.#componentOf = new Uint8Array(this.#costs.length);
    mixture.costs(colors, this.#costs, this.#componentOf);
  }

  get costs(): Float64Array {
    return this.#costs;
  }

  get mixture(): MixtureTerms {
    return this.#mixture;
  }

  /**
   * Learns the mixture again from some of the colors, each in the component whose Gaussian is highest there. The new mixture is taken
   * where the costs of these colors add up to no more than before: almost always, but a hard assignment does not promise it. Without
   * colors it stays as it is.
   *
   * @returns whether the costs have fallen.
   */
  learn(belongs: (i: number) => boolean): boolean {
    if (!this.#costs.some((_, i) => belongs(i))) return false;
    const mixture = this.#mixture.learned(this.#colors, belongs, this.#componentOf);
    const costs = new Float64Array(this.#costs.length);
    const componentOf = new Uint8Array(costs.length);
    mixture.costs(this.#colors, costs, componentOf);
    let change = 0;
    for (let i = 0; i < costs.length; i++) if (belongs(i)) change += costs[i] - this.#costs[i];
    if (change > 0) return false;
    this.#mixture = mixture;
    this.#costs = costs;
    this.#componentOf = componentOf;
    return change < 0;
  }
}

/** Settings of {@link fitColorMixture}. */
export interface FitColorMixtureOptions {
  /** Number K of Gaussians, at most 255; as many as there are colors where these are fewer (5). */
  components?: number;
  /** Most times that the colors are assigned anew and the Gaussians learned from them (0: those of k-means). */
  iterations?: number;
  /** Of the start of k-means; a whole number (0). */
  seed?: number;
}

/**
 * Describes colors by a mixture of Gaussians: k-means puts them into clusters, and each cluster becomes the Gaussian of its mean and its
 * covariance, weighted with its share of the colors. Each of the `iterations` puts every color into the component whose Gaussian is
 * highest there, and learns the components again, unless that would raise
 *
 *     −Σ_n log Σ_k π_k N(z_n; μ_k, Σ_k)
 *
 * This is hard assignment, as in GrabCut; expectation–maximization would let a color belong to several components. No component is
 * narrower than rounding to 256 levels: variances are at least (1 / 255)² / 12.
 *
 * @param points colors `[N, 3]`, 0–1.
 * @throws on another shape, on no colors, on numbers that are not finite, and on settings out of range.
 * @see Rother, Kolmogorov and Blake 2004, GrabCut, section 3.1.
 */
export async function fitColorMixture(points: PointArray, options: FitColorMixtureOptions = {}): Promise<ColorMixture> {
  const {
    components = 5,
    iterations = 0,
    seed = 0,
  } = checkOptions('fitColorMixture', options, { components: 'any', iterations: 'any', seed: 'any' });
  checkComponents('fitColorMixture', components);
  checkCount('fitColorMixture', 'iterations', iterations, 0);
  checkSeed('fitColorMixture', seed);
  const colors = readColors('fitColorMixture', points);
  const model = new ColorModel(colors, await startMixture(colors, components, seed));
  for (let i = 0; i < iterations; i++) if (!model.learn(() => true)) break;
  return model.mixture.result();
}

function readColors(caller: string, points: PointArray): Float64Array {
  const { rows, count, dimensions } = readPoints(caller, points, 'colors');
  if (dimensions !== 3) throw new Error(`${caller}: expected colors [N, 3], got ${show([count, dimensions])}`);
  return Float64Array.from(rows);
}

/**
 * How badly each color fits a mixture: the data term of GrabCut,
 *
 *     D(z) = −log Σ_k π_k N(z; μ_k, Σ_k),   N(z; μ, Σ) = exp(−½ (z − μ)ᵀ Σ⁻¹ (z − μ)) / √det 2πΣ
 *
 * It may be negative: a density can be above 1. The paper takes the largest term of the sum alone, OpenCV all of them, as here.
 *
 * @param points colors `[N, 3]`. @param mixture of {@link fitColorMixture} or {@link grabCut}: `weights` `[K]`, `means` `[K, 3]`,
 * `covariances` `[K, 3, 3]`.
 * @returns D of each color, `[N]`.
 * @throws on other shapes, on numbers that are not finite, on weights that are negative or not of sum 1, and on covariances that are not
 * symmetric and positive definite.
 * @see Rother, Kolmogorov and Blake 2004, GrabCut, equations 8 and 9.
 */
export function mixtureCosts(points: PointArray, mixture: ColorMixture): NdArray<Float64Array> {
  const colors = readColors('mixtureCosts', points);
  const costs = new Float64Array(colors.length / 3);
  MixtureTerms.read('mixtureCosts', 'mixture', mixture).costs(colors, costs, new Uint8Array(costs.length));
  return ndarray(costs, [costs.length]);
}
