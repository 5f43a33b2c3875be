import ndarray, { type NdArray } from 'ndarray';
import * as kernels from '../../kernels/kMeans';
import { checkCount, checkFrom0 } from '../checks/numbers';
import { checkOption, checkOptions } from '../checks/options';
import { checkSeed } from '../checks/seed';
import { shown } from '../checks/shown';
import type { KernelFunction } from '../plan/planDescription';
import { show } from '../shape/shape';
import { createRandom, type Random } from '../tensor/random';
import { applyKernel, realize, type Tensor, tensor } from '../tensor/tensor';
import {
  byCoordinate,
  checkSizes,
  type PointArray,
  type PointCloud,
  readPoints,
  sizeDistance,
  squaredDistance,
} from './points';

/** Settings of {@link kMeans}. */
export interface KMeansOptions {
  /** Number of clusters. */
  k: number;
  /**
   * Where the centers start: on points drawn by {@link https://dl.acm.org/doi/10.5555/1283383.1283494 | k-means++} (the default), on `k`
   * different rows drawn with equal chances (`random`), or where an ndarray or rows `[k, D]` say.
   */
  init?: 'k-means++' | 'random' | PointArray;
  /** Runs from different starts, of which the one with the lowest objective counts. */
  restarts?: number;
  /** Of the random starts; a whole number. */
  seed?: number;
  /** Most iterations of one run. */
  maxIterations?: number;
  /**
   * A run ends where the centers' squared movements add up to at most `tolerance` times the mean variance of the coordinates, as in
   * scikit-learn. With 0, the default, it goes on until no point changes its cluster.
   */
  tolerance?: number;
  /**
   * How far a point x is from a center c, and what the objective adds up. With `'euclidean'` (the default) ‖x − c‖². With `'iou'` 1 − IoU of
   * two boxes with one corner in common, x and c being their sides, all above 0: large boxes then count no more than small ones. The mean
   * does not minimize that: a run ends, too, where the next step would raise the objective.
   */
  distance?: 'euclidean' | 'iou';
}

/** Result of {@link kMeans}. */
export interface KMeansResult {
  /** Cluster of each point, `[N]`, from 0 to k − 1. */
  labels: NdArray<Int32Array>;
  /** `[k, D]`. */
  centers: NdArray<Float32Array>;
  /** Σ ‖x − c‖², or Σ (1 − IoU), over the points and the centers of their clusters. */
  objective: number;
  /** The objective of each assignment; it never rises, and its last entry is `objective`. */
  history: number[];
  /** The centers of each assignment, `[k, D]`: first the start, last `centers`. */
  centersHistory: NdArray<Float32Array>[];
  /** Iterations of the best run: one assigns all points and then moves all centers. */
  iterations: number;
  /** False where `maxIterations` cut the best run off. */
  converged: boolean;
  /** The final objective of every restart. */
  runs: number[];
}

interface Run extends Omit<KMeansResult, 'labels' | 'centers' | 'runs'> {
  labels: Float32Array;
}

/** A distance: the kernels that find the nearest center and the distance to the own one, and the same distance for two rows. */
interface DistanceRule {
  readonly nearest: KernelFunction;
  readonly toOwn: KernelFunction;
  between(a: Float32Array, i: number, b: Float32Array, j: number, dimensions: number): number;
}

const distanceRules: Readonly<Record<string, DistanceRule>> = {
  euclidean: { nearest: kernels.nearestCenter, toOwn: kernels.centerDistance, between: squaredDistance },
  iou: { nearest: kernels.nearestSize, toOwn: kernels.sizeDistance, between: sizeDistance },
};

/** Throws unless a number of restarts is whole and can be waited for. */
export function checkRestarts(caller: string, restarts: number): void {
  checkCount(caller, 'restarts', restarts, 1);
  if (restarts > 10_000) throw new Error(`${caller}: expected at most 10000 restarts, got ${restarts}`);
}

/** Points that one thread adds up before the blocks are added. */
const blockLength = 256;

/** What one launch computes: the assignment to the centers, and where they would move next. */
interface Step {
  labels: Float32Array;
  distances: Float32Array;
  next: Float32Array;
}

async function lloydStep(columns: Tensor, centers: Float32Array, rule: DistanceRule): Promise<Step> {
  const [dimensions, points] = columns.shape;
  const clusters = centers.length / dimensions;
  const blocks = Math.ceil(points / blockLength);
  const current = tensor(centers, [clusters, dimensions]);
  const constants = { points, dimensions, clusters };
  const labels = applyKernel(rule.nearest, { inputs: [columns, current], shape: [points], constants });
  const distances = applyKernel(rule.toOwn, { inputs: [columns, current, labels], shape: [points], constants });
  const sums = applyKernel(kernels.clusterSums, {
    inputs: [columns, labels],
    shape: [blocks, dimensions + 1, clusters],
    constants: { ...constants, blockLength },
  });
  const next = applyKernel(kernels.clusterMeans, {
    inputs: [sums, current],
    shape: [clusters, dimensions],
    constants: { dimensions, clusters, blocks },
  });
  await realize(labels, distances, next);
  return { labels: await labels.data(), distances: await distances.data(), next: await next.data() };
}

function total(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

function countsOf(labels: Float32Array, clusters: number): Int32Array {
  const counts = new Int32Array(clusters);
  for (const label of labels) counts[label]++;
  return counts;
}

function meansOf({ rows, dimensions }: PointCloud, labels: Float32Array, centers: Float32Array): Float32Array {
  const counts = countsOf(labels, centers.length / dimensions);
  const sums = new Float64Array(centers.length);
  for (const [i, label] of labels.entries()) {
    for (let d = 0; d < dimensions; d++) sums[label * dimensions + d] += rows[i * dimensions + d];
  }
  return Float32Array.from(sums, (sum, i) => {
    const count = counts[Math.floor(i / dimensions)];
    return count > 0 ? sum / count : centers[i];
  });
}

/**
 * Where clusters ran empty, each takes the point that is farthest from its own center, which never raises the objective.
 * A point that is alone in its cluster or lies on its center stays: that would only move the gap, or gain nothing.
 */
function fillEmpty(points: PointCloud, step: Step, centers: Float32Array): Float32Array {
  const counts = countsOf(step.labels, centers.length / points.dimensions);
  if (counts.every((count) => count > 0)) return step.next;
  const labels = step.labels.slice();
  const distances = step.distances.slice();
  for (const [empty, count] of counts.entries()) {
    if (count > 0) continue;
    let farthest = -1;
    for (let i = 0; i < labels.length; i++) {
      if (distances[i] > (farthest < 0 ? 0 : distances[farthest]) && counts[labels[i]] > 1) farthest = i;
    }
    if (farthest < 0) break;
    counts[labels[farthest]]--;
    counts[empty] = 1;
    labels[farthest] = empty;
    distances[farthest] = 0;
  }
  return meansOf(points, labels, centers);
}

/** Lloyd's algorithm from the given centers. `stillness` is the sum of squared movements at which it ends. */
async function lloyd(
  points: PointCloud,
  columns: Tensor,
  start: Float32Array,
  maxIterations: number,
  stillness: number,
  rule: DistanceRule,
): Promise<Run> {
  const { dimensions } = points;
  const shape = [start.length / dimensions, dimensions];
  const run: Run = {
    labels: new Float32Array(0),
    objective: Number.POSITIVE_INFINITY,
    history: [],
    centersHistory: [],
    iterations: 0,
    converged: false,
  };
  let centers = start;
  for (let assigned = 0; ; assigned++) {
    const step = await lloydStep(columns, centers, rule);
    const objective = total(step.distances);
    if (objective > run.objective) {
      // Only rounding can raise it, or the mean where it is not what the distance asks for: the assignment before was the end.
      run.converged = true;
      return run;
    }
    const unchanged = assigned > 0 && step.labels.every((label, i) => label === run.labels[i]);
    run.labels = step.labels;
    run.objective = objective;
    run.history.push(objective);
    run.centersHistory.push(ndarray(centers, shape));
    // After the centers' last move this was the assignment that belongs to them.
    if (run.converged || assigned === maxIterations) return run;
    run.iterations++;
    const next = fillEmpty(points, step, centers);
    const movement = squaredDistance(next, 0, centers, 0, centers.length);
    run.converged = unchanged || movement <= stillness;
    if (unchanged || movement === 0) return run;
    centers = next;
  }
}

function copyRows({ rows, dimensions }: PointCloud, indices: readonly number[]): Float32Array {
  const copy = new Float32Array(indices.length * dimensions);
  for (const [j, i] of indices.entries()) copy.set(rows.subarray(i * dimensions, (i + 1) * dimensions), j * dimensions);
  return copy;
}

function randomStart(points: PointCloud, k: number, random: Random): Float32Array {
  // The first k of a Fisher–Yates shuffle.
  const indices = Array.from({ length: points.count }, (_, i) => i);
  for (let j = 0; j < k; j++) {
    const other = j + random.integer(points.count - j);
    [indices[j], indices[other]] = [indices[other], indices[j]];
  }
  return copyRows(points, indices.slice(0, k));
}

/** Each center is a point drawn with a probability in proportion to its squared distance from the centers before. */
function spreadStart(points: PointCloud, k: number, random: Random, rule: DistanceRule): Float32Array {
  const { rows, count, dimensions } = points;
  const chosen = [random.integer(count)];
  const nearest = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  while (chosen.length < k) {
    const latest = chosen[chosen.length - 1];
    let mass = 0;
    for (let i = 0; i < count; i++) {
      nearest[i] = Math.min(nearest[i], rule.between(rows, i, rows, latest, dimensions));
      mass += nearest[i];
    }
    let left = random.uniform() * mass;
    let pick = -1;
    for (let i = 0; i < count && (pick < 0 || left >= 0); i++) {
      if (nearest[i] === 0) continue;
      // The last candidate stands where rounding leaves a rest.
      pick = i;
      left -= nearest[i];
    }
    // Every point is a center already: fewer distinct points than clusters.
    chosen.push(pick < 0 ? random.integer(count) : pick);
  }
  return copyRows(points, chosen);
}

function meanVariance({ rows, count, dimensions }: PointCloud): number {
  let sum = 0;
  for (let d = 0; d < dimensions; d++) {
    let mean = 0;
    for (let i = d; i < rows.length; i += dimensions) mean += rows[i] / count;
    for (let i = d; i < rows.length; i += dimensions) sum += (rows[i] - mean) ** 2 / count;
  }
  return sum / dimensions;
}

/**
 * Splits points into k clusters by Lloyd's algorithm: assign every point to its nearest center, move every center to the mean of its
 * points, repeat until nothing changes. Each run ends in a local minimum of
 *
 *     J = Σ_j Σ_{x in cluster j} ‖x − c_j‖²
 *
 * A point as near to two centers goes to the one of lower index. A center that is nearest to no point takes the point farthest from
 * its own center, as in scikit-learn. Where fewer than k points are distinct, J reaches 0, some clusters stay empty, and their centers
 * stay where they are. The same seed gives the same starts on every back end.
 *
 * @param points `[N, D]`, float32; at least k of them.
 * @throws on points that are not finite, fewer points than clusters, and settings out of range.
 * @see Redmon and Farhadi 2017, YOLO9000, section 2, for the distance `iou`.
 * @see S. P. Lloyd 1982, Least squares quantization in PCM; D. Arthur and S. Vassilvitskii 2007, k-means++.
 */
export async function kMeans(points: PointArray, options: KMeansOptions): Promise<KMeansResult> {
  checkOptions('kMeans', options, {
    k: 'any',
    init: 'any',
    restarts: 'any',
    seed: 'any',
    maxIterations: 'any',
    tolerance: 'any',
    distance: 'any',
  });
  const { k, init = 'k-means++', restarts = 1, seed = 0, maxIterations = 300, tolerance = 0 } = options;
  const { distance = 'euclidean' } = options;
  checkCount('kMeans', 'k', k, 1);
  checkRestarts('kMeans', restarts);
  checkCount('kMeans', 'maxIterations', maxIterations, 1);
  checkFrom0('kMeans', 'tolerance', tolerance);
  checkSeed('kMeans', seed);
  checkOption('kMeans', 'distance', distance, Object.keys(distanceRules));
  const rule = distanceRules[distance];
  const cloud = readPoints('kMeans', points);
  if (cloud.count < k) throw new Error(`kMeans: expected at least k = ${k} points, got ${cloud.count}`);
  const given = typeof init === 'object' && init !== null ? readPoints('kMeans', init, 'initial centers') : null;
  if (given && (given.count !== k || given.dimensions !== cloud.dimensions)) {
    const got = show([given.count, given.dimensions]);
    throw new Error(`kMeans: expected initial centers ${show([k, cloud.dimensions])}, got ${got}`);
  }
  if (distance === 'iou') {
    checkSizes('kMeans', cloud);
    if (given) checkSizes('kMeans', given, 'initial centers');
  }
  if (!given && init !== 'k-means++' && init !== 'random') {
    throw new Error(`kMeans: expected init to be k-means++, random or an ndarray [k, D], got ${shown(init)}`);
  }
  if (given && restarts > 1) {
    throw new Error(`kMeans: expected restarts to be 1 where init gives the centers, got ${restarts}`);
  }

  const random = createRandom(seed);
  const columns = tensor(byCoordinate(cloud), [cloud.dimensions, cloud.count]);
  const stillness = tolerance * meanVariance(cloud);
  const start = () =>
    given?.rows ?? (init === 'random' ? randomStart(cloud, k, random) : spreadStart(cloud, k, random, rule));
  const runs: Run[] = [];
  for (let i = 0; i < restarts; i++) runs.push(await lloyd(cloud, columns, start(), maxIterations, stillness, rule));
  const best = runs.reduce((lowest, run) => (run.objective < lowest.objective ? run : lowest));
  return {
    ...best,
    labels: ndarray(Int32Array.from(best.labels), [cloud.count]),
    centers: best.centersHistory[best.centersHistory.length - 1],
    runs: runs.map(({ objective }) => objective),
  };
}
