import ndarray, { type NdArray } from 'ndarray';
import { boxCode } from '../../boxes/boxCode';
import type { Detections } from '../../boxes/detections';
import { match } from '../../boxes/match';
import { concatRows, takeRows } from '../../boxes/rows';
import { checkSelection, type SelectionOptions, selectDetections } from '../../boxes/selectDetections';
import { checkTensor } from '../../checks/arguments';
import { checkArray, checkLayout } from '../../checks/arrays';
import { append } from '../../checks/extremes';
import { checkCount, checkPositive, checkShare } from '../../checks/numbers';
import { checkOptions } from '../../checks/options';
import { checkSeed } from '../../checks/seed';
import { shown } from '../../checks/shown';
import type { Batch } from '../../data/batches';
import { checkDataset } from '../../data/checkSample';
import type { Dataset, DetectionSample } from '../../data/dataset';
import { warpRegions } from '../../images/warpRegions';
import { type MiningRound, mineNegatives } from '../../linear/mineNegatives';
import { ridgeRegression } from '../../linear/ridgeRegression';
import { crossEntropy } from '../../losses/crossEntropy';
import { Linear } from '../../nn/linear';
import { Module, RunningValue } from '../../nn/module';
import { Sequential } from '../../nn/sequential';
import { relu } from '../../ops/elementwise';
import { maxPool2d } from '../../ops/pool2d';
import { reshape } from '../../ops/reshape';
import { createRandom, type Random } from '../../tensor/random';
import { type Tensor, tensor } from '../../tensor/tensor';
import { centerColors } from '../backbones/centerColors';
import { convBlock, convBlocks } from '../backbones/convBlock';
import { type Detector, evaluating, type Losses } from '../contract';
import { type Images, imageBatch } from '../images';
import { boundedRandom } from '../limitedRandom';
import { checkCounts, checkMethod, mostPixels } from '../settings';
import { checkDetectionBatch, checkTarget } from '../targets';
import { type ProposalMethod, proposalsOf } from './proposals';
import { sampleRegions } from './sampleRegions';

/** Settings of {@link RCnn}. */
export interface RCnnOptions {
  /** Number of classes of things, without background. */
  classes: number;
  /** Source of the first weights. */
  random: Random;
  /** Where the proposals come from. */
  propose: ProposalMethod;
  /** Side of a warped region, px, a multiple of 8 (32; AlexNet's is 227). */
  size?: number;
  /** How much of it is context along each side, px (4). */
  context?: number;
  /** Numbers that describe a region (64). */
  features?: number;
  /** Regions of each image that a step of the network is trained on (16). */
  sampled?: number;
  /** Which detections are reported; scores are SVM margins through a sigmoid. */
  detections?: SelectionOptions;
}

/** Settings of {@link RCnn.fitClassifiers} and {@link RCnn.fitBoxes}. */
export interface RCnnFitOptions {
  /** Images to learn from, the first of the data set (all). */
  images?: number;
}

/** Settings of {@link RCnn.fitClassifiers}. */
export interface ClassifierFitOptions extends RCnnFitOptions {
  /** Decides what is drawn at random (0). */
  seed?: number;
  /** How much an error costs against a wide margin (0.01). */
  cost?: number;
  /** Overlap with every truth below which a proposal is a negative (0.3). Those above, other than truths, are neutral. */
  negative?: number;
  /** Times that the hard negatives of all images are collected (2). */
  rounds?: number;
}

/** How the classifiers came about, for each class and round. */
export interface ClassifierReport extends Pick<MiningRound, 'positiveMargins' | 'negativeMargins'> {
  /** The class. */
  label: number;
  /** 0 for the first negatives, then how often hard ones were added. */
  round: number;
  /** Things that it was trained on. */
  positives: number;
  /** Background that it was trained on. */
  negatives: number;
  /** Other negatives that it takes for objects, or nearly: the next round is trained on them, too. */
  hard: number;
}

/** What the second and the third stage predict for regions. */
export interface RegionMargins {
  /** `[R, classes]`: how far on its class's side of the plane a region lies; an object from 0 on. */
  margins: NdArray<Float32Array>;
  /** `[R, classes, 4]`: how to move the region, should it be of that class. */
  codes: NdArray<Float32Array>;
}

/** Regions that go through the network in one launch. */
const together = 64;

/** How many images of a data set are learned from. @throws unless it has as many. */
function imagesOf(caller: string, dataset: Dataset<DetectionSample>, { images }: RCnnFitOptions): number {
  checkDataset(caller, dataset);
  const { length } = dataset;
  if (images !== undefined) checkCount(caller, 'images', images, 1);
  if (images !== undefined && images > length) {
    throw new Error(`${caller}: expected images to be at most the data set's ${length}, got ${images}`);
  }
  return images ?? length;
}

/** An image of a data set. @throws on boxes without area and on labels that are no class. */
function labeledSample(
  caller: string,
  dataset: Dataset<DetectionSample>,
  { index, classes }: { index: number; classes: number },
): DetectionSample {
  const sample = dataset.sample(index);
  checkTarget(`${caller}: image ${index}`, sample, classes);
  return sample;
}

/** Rows `[F]` → `[N, F]`. */
function stacked(rows: readonly Float32Array[], size: number): NdArray<Float32Array> {
  const data = new Float32Array(rows.length * size);
  for (const [i, row] of rows.entries()) data.set(row, i * size);
  return ndarray(data, [rows.length, size]);
}

/**
 * R-CNN (Girshick et al. 2014), in its three separate stages: a network learns to name warped regions; then, on its features, a linear
 * support vector machine a class; then, on the same features, a linear correction of the box.
 *
 * `fit` trains the first stage, {@link fitClassifiers} the second and {@link fitBoxes} the third. Every region of every image goes
 * through the whole network: that is what makes it slow.
 *
 * Deviations from the paper: a small network trained from scratch, not AlexNet; scores are σ(margin), so that they lie in 0–1.
 */
export class RCnn extends Module implements Detector {
  readonly network: Sequential;
  readonly describe: Linear;
  readonly scores: Linear;
  /** `[classes, features + 1]`: plane of each class, the bias last. */
  readonly planes: RunningValue;
  /** `[classes, features + 1, 4]`: box code from features, the bias last. */
  readonly corrections: RunningValue;
  readonly code = boxCode({ maxLogSize: 1 });
  readonly #settings: Required<Omit<RCnnOptions, 'random'>>;

  /** @throws on settings out of range. */
  constructor(options: RCnnOptions) {
    super();
    checkOptions('RCnn', options, {
      classes: 'any',
      random: 'random',
      propose: 'any',
      size: 'any',
      context: 'any',
      features: 'any',
      sampled: 'any',
      detections: 'any',
    });
    const { classes, random: source, propose, detections = {} } = options;
    const random = boundedRandom('RCnn', source);
    const { size = 32, context = 4, features = 64, sampled = 16 } = options;
    checkCounts('RCnn', { classes, features, sampled });
    checkCounts('RCnn', { size }, mostPixels);
    if (size % 8 !== 0) throw new Error(`RCnn: expected a size that is a multiple of 8, got ${size}`);
    if (!(typeof context === 'number' && context >= 0 && 2 * context < size)) {
      throw new Error(`RCnn: expected context from 0 to less than ${size / 2} px, got ${shown(context)}`);
    }
    checkMethod('RCnn', propose);
    checkSelection('RCnn', detections);
    const halve = (x: Tensor) => maxPool2d(x, { size: 2 });
    this.network = new Sequential(
      convBlock(3, 8, { random, size: 5, stride: 2 }),
      convBlock(8, 8, { random }),
      halve,
      convBlocks([8, 16, 16], { random }),
      halve,
      convBlocks([16, 32, 32], { random }),
    );
    this.describe = new Linear((size / 8) ** 2 * 32, features, { random });
    this.scores = new Linear(features, classes + 1, { random });
    this.planes = new RunningValue(new Float32Array(classes * (features + 1)), [classes, features + 1]);
    this.corrections = new RunningValue(new Float32Array(classes * (features + 1) * 4), [classes, features + 1, 4]);
    this.#settings = { classes, propose, size, context, features, sampled, detections };
  }

  /** Warped regions `[R, size, size, 3]` → features `[R, features]`. @throws on other shapes. */
  forward(regions: Tensor): Tensor {
    const { size } = this.#settings;
    checkTensor('RCnn', 'regions', regions);
    checkLayout('RCnn', 'regions', regions.shape, `[R, ${size}, ${size}, 3]`);
    const maps = this.network.forward(centerColors(regions));
    return relu(this.describe.forward(reshape(maps, [maps.shape[0], maps.size / maps.shape[0]])));
  }

  /** The first stage: which class does a region overlap by half or more, if any? @throws on boxes without area and on wrong labels. */
  async losses(batch: Batch<DetectionSample>): Promise<Losses> {
    const { classes: count, propose, sampled, size, context } = this.#settings;
    checkDetectionBatch('RCnn', batch, count);
    const { samples, random } = batch;
    const boxes = await Promise.all(samples.map(({ image }) => proposalsOf('RCnn', propose, image)));
    const { boxes: drawn, classes } = sampleRegions(boxes, samples, { code: this.code, random, size: sampled });
    const warped = samples.map(({ image }, n) => {
      const rows = Array.from({ length: sampled }, (_, i) => n * sampled + i);
      return warpRegions(image, takeRows(drawn, rows), { size, context });
    });
    const scores = this.scores.forward(this.forward(tensor(concatRows(...warped))));
    const empty = this.#settings.classes + 1;
    return { classifier: crossEntropy(scores, tensor(classes.map((kind) => kind ?? empty)), { ignoreIndex: empty }) };
  }

  /** Features of regions of one image. @param image `[H, W, 3]`, 0–1. @param boxes `[R, 4]`. @returns `[R, features]`. @throws on other shapes. */
  async describeRegions(image: NdArray<Float32Array>, boxes: NdArray<Float32Array>): Promise<NdArray<Float32Array>> {
    const { size, context, features } = this.#settings;
    checkArray('describeRegions', 'an image', image, '[H, W, 3]');
    checkArray('describeRegions', 'boxes', boxes, '[R, 4]');
    const [count] = boxes.shape;
    const result = new Float32Array(count * features);
    for (let first = 0; first < count; first += together) {
      // The last launch is filled up with its last region, so that all take the same plan.
      const rows = Array.from({ length: together }, (_, i) => Math.min(first + i, count - 1));
      const warped = tensor(warpRegions(image, takeRows(boxes, rows), { size, context }));
      const data = await evaluating(this, () => this.forward(warped)).data();
      result.set(data.subarray(0, Math.min(together, count - first) * features), first * features);
    }
    return ndarray(result, [count, features]);
  }

  /** Features of the truths and proposals of an image, and how far each overlaps which truth. */
  async #examples({ image, boxes }: DetectionSample) {
    const all = concatRows(boxes, await proposalsOf('RCnn', this.#settings.propose, image));
    const features = await this.describeRegions(image, all);
    return { all, features, matches: match(all, boxes, { positive: 0.5, negative: 0.5, bestForEachTruth: 'none' }) };
  }

  /**
   * The second stage: a linear support vector machine for each class. Positives are the truths of the class; negatives are proposals that
   * overlap none of them much; what lies between is neutral and left out.
   *
   * There are far more negatives than can be learned from, and most are easy. So it begins with a random few, collects those that the
   * machine takes for objects, or nearly (margin above −1), and learns again: hard-negative mining.
   * @returns one entry a class and round, class by class.
   * @throws where a class has no thing, or no negative, in these images.
   */
  async fitClassifiers(
    dataset: Dataset<DetectionSample>,
    options: ClassifierFitOptions = {},
  ): Promise<ClassifierReport[]> {
    checkOptions('fitClassifiers', options, {
      images: 'any',
      seed: 'any',
      cost: 'any',
      negative: 'any',
      rounds: 'any',
    });
    const { seed = 0, cost = 0.01, negative = 0.3, rounds = 2 } = options;
    const count = imagesOf('fitClassifiers', dataset, options);
    checkSeed('fitClassifiers', seed);
    checkPositive('fitClassifiers', 'cost', cost);
    checkShare('fitClassifiers', 'negative', negative);
    checkCount('fitClassifiers', 'rounds', rounds, 0);
    const { classes, features: size } = this.#settings;
    const random = createRandom(seed);
    const rows = () => Array.from({ length: classes }, (): Float32Array[] => []);
    const [positives, negatives] = [rows(), rows()];
    for (let index = 0; index < count; index++) {
      const sample = labeledSample('fitClassifiers', dataset, { index, classes });
      const { all, features } = await this.#examples(sample);
      const row = (i: number) => features.data.slice(i * size, (i + 1) * size);
      const truths = sample.labels.size;
      for (let label = 0; label < classes; label++) {
        const own = Array.from({ length: truths }, (_, g) => g).filter((g) => sample.labels.get(g) === label);
        append(positives[label], own.map(row));
        const { overlaps } = match(all, takeRows(sample.boxes, own), { bestForEachTruth: 'none' });
        for (let i = truths; i < all.shape[0]; i++) if (overlaps.get(i) < negative) negatives[label].push(row(i));
      }
    }
    const reports: ClassifierReport[] = [];
    const planes = new Float32Array(classes * (size + 1));
    for (let label = 0; label < classes; label++) {
      const count = Math.min(positives[label].length, negatives[label].length);
      if (count === 0) throw new Error(`fitClassifiers: expected things and background of class ${label}, got none`);
      const settings = { cost, random, rounds, tolerance: 1e-2 };
      const taken = mineNegatives(stacked(positives[label], size), stacked(negatives[label], size), settings);
      for (const [round, { chosen, hard, positiveMargins, negativeMargins }] of taken.entries()) {
        const counts = { positives: positives[label].length, negatives: chosen.length, hard: hard.length };
        reports.push({ label, round, ...counts, positiveMargins, negativeMargins });
      }
      const { weights, bias } = taken[taken.length - 1];
      planes.set([...weights.data, bias], label * (size + 1));
    }
    this.planes.assign(tensor(planes, this.planes.shape));
    return reports;
  }

  /**
   * The third stage: for each class a ridge regression from the features of a proposal to the box code of the truth that it overlaps.
   * @param options overlap: of the proposals learned from (0.6); penalty: λ (1).
   * @throws where no proposal overlaps the things of a class that much.
   */
  async fitBoxes(
    dataset: Dataset<DetectionSample>,
    options: RCnnFitOptions & { overlap?: number; penalty?: number } = {},
  ): Promise<void> {
    checkOptions('fitBoxes', options, { images: 'any', overlap: 'any', penalty: 'any' });
    const { overlap = 0.6, penalty = 1 } = options;
    const count = imagesOf('fitBoxes', dataset, options);
    checkShare('fitBoxes', 'overlap', overlap);
    checkPositive('fitBoxes', 'penalty', penalty);
    const { classes, features: size } = this.#settings;
    const inputs: number[][] = Array.from({ length: classes }, () => []);
    const targets: number[][] = Array.from({ length: classes }, () => []);
    for (let index = 0; index < count; index++) {
      const sample = labeledSample('fitBoxes', dataset, { index, classes });
      const { all, features, matches } = await this.#examples(sample);
      const rows = Array.from({ length: all.shape[0] }, (_, i) => i).filter(
        (i) => matches.truths[i] !== null && matches.overlaps.get(i) >= overlap,
      );
      const found = rows.map((i) => matches.truths[i]!);
      const codes = this.code.encode(takeRows(sample.boxes, found), takeRows(all, rows));
      for (const [place, i] of rows.entries()) {
        const label = sample.labels.get(found[place]);
        append(inputs[label], features.data.subarray(i * size, (i + 1) * size));
        inputs[label].push(1);
        append(targets[label], codes.data.subarray(4 * place, 4 * place + 4));
      }
    }
    const corrections = new Float32Array(classes * (size + 1) * 4);
    for (let label = 0; label < classes; label++) {
      const count = targets[label].length / 4;
      if (count === 0) throw new Error(`fitBoxes: expected proposals that overlap things of class ${label}, got none`);
      const weights = ridgeRegression(
        ndarray(Float64Array.from(inputs[label]), [count, size + 1]),
        ndarray(Float64Array.from(targets[label]), [count, 4]),
        { penalty },
      );
      corrections.set(weights.data, label * (size + 1) * 4);
    }
    this.corrections.assign(tensor(corrections, this.corrections.shape));
  }

  /**
   * The second and the third stage on features of regions; the first is {@link describeRegions}.
   * @param described `[R, features]`. @throws on another shape.
   */
  async judge(described: NdArray<Float32Array>): Promise<RegionMargins> {
    const { classes, features: size } = this.#settings;
    checkArray('judge', 'features', described, `[R, ${size}]`);
    const [planes, corrections] = await Promise.all([this.planes.data(), this.corrections.data()]);
    const [count] = described.shape;
    const margins = new Float32Array(count * classes);
    const codes = new Float32Array(count * classes * 4);
    for (let row = 0; row < count * classes; row++) {
      const [r, label] = [Math.floor(row / classes), row % classes];
      for (let f = 0; f <= size; f++) {
        const value = f === size ? 1 : described.get(r, f);
        margins[row] += value * planes[label * (size + 1) + f];
        for (let k = 0; k < 4; k++) codes[4 * row + k] += value * corrections[(label * (size + 1) + f) * 4 + k];
      }
    }
    return { margins: ndarray(margins, [count, classes]), codes: ndarray(codes, [count, classes, 4]) };
  }

  /**
   * What all three stages predict for the proposals of each image: for each class a score, σ(margin), and a box of its own; of boxes of
   * a class that overlap, NMS keeps one.
   * @param images `[H, W, 3]`, a list of them, or `[N, H, W, 3]`, 0–1. @returns one entry an image, the highest-scoring object first. @throws where a number is not finite.
   */
  async detect(images: Images): Promise<Detections[]> {
    const batch = imageBatch('RCnn.detect', images);
    const { classes, propose, detections } = this.#settings;
    const stored = await batch.toNdarray();
    const [count, height, width] = batch.shape;
    const found: Detections[] = [];
    for (let n = 0; n < count; n++) {
      const image = stored.pick(n) as NdArray<Float32Array>;
      const boxes = await proposalsOf('RCnn', propose, image);
      const { margins, codes } = await this.judge(await this.describeRegions(image, boxes));
      // A region has a box of its own for every class: candidate k of a region is of class k alone.
      const rows = Array.from({ length: margins.size }, (_, row) => Math.floor(row / classes));
      const scores = ndarray(new Float32Array(rows.length * classes), [rows.length, classes]);
      for (const row of rows.keys()) scores.set(row, row % classes, 1 / (1 + Math.exp(-margins.data[row])));
      const moved = this.code.decode(ndarray(codes.data, [rows.length, 4]), takeRows(boxes, rows));
      found.push(selectDetections(moved, scores, { scoreThreshold: 0.01, ...detections, image: { height, width } }));
    }
    return found;
  }
}
