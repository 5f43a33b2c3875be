import { basename } from 'node:path';
import ndarray, { type NdArray } from 'ndarray';
import { overlapOf } from '../boxes/overlap';
import { takeRows } from '../boxes/rows';
import { type Dataset, type DetectionSample, type SegmentationSample, voidLabel } from '../data/dataset';
import { resizeImage } from '../images/resizeImage';
import type { Detections, GroundTruth } from '../metrics/detections';
import type { DescribedModel } from '../models/architectures';
import { tensor } from '../tensor/tensor';
import type { DetectionResult } from '../train/evaluateDetection';
import { drawBoxes } from '../viz/drawBoxes';
import { paintLabels } from '../viz/paintLabels';
import type { ReportImage } from '../viz/reportPage';
import type { AnySample } from './formats';

/** Right, wrong and missed things of an image. */
export interface Tally {
  right: number;
  wrong: number;
  missed: number;
}

/** Overlap from which on a box counts as found. */
const enough = 0.5;

/** How much a detection and a truth of an image overlap, by their boxes unless something else is said. */
export type OverlapOf = (d: number, g: number) => number;

/** Counts the detections of an image above a score, the highest-scoring first; difficult things and crowds count nowhere. */
export function tallyOf(
  { boxes, labels, scores }: Detections,
  truth: GroundTruth,
  threshold: number,
  overlapWith: OverlapOf = (d, g) => overlapOf(boxes.data, d, truth.boxes.data, g),
): Tally {
  const free = new Set(Array.from({ length: truth.labels.size }, (_, g) => g));
  const uncounted = (g: number) => Boolean(truth.difficult?.get(g) || truth.crowd?.get(g));
  const tally = { right: 0, wrong: 0, missed: 0 };
  for (let d = 0; d < scores.size; d++) {
    if (scores.get(d) < threshold) continue;
    const overlaps = [...free]
      .filter((g) => truth.labels.get(g) === labels.get(d))
      .map((g) => ({ g, overlap: overlapWith(d, g) }))
      .filter(({ overlap }) => overlap >= enough)
      .sort((one, other) => other.overlap - one.overlap);
    if (overlaps.length === 0) tally.wrong++;
    else {
      if (!uncounted(overlaps[0].g)) tally.right++;
      free.delete(overlaps[0].g);
    }
  }
  tally.missed = [...free].filter((g) => !uncounted(g)).length;
  return tally;
}

/** Harmonic mean of precision and recall; 1 where there is nothing and nothing was found. */
export function f1({ right, wrong, missed }: Tally): number {
  const all = 2 * right + wrong + missed;
  return all === 0 ? 1 : (2 * right) / all;
}

/** The score from which on detections are shown: where precision and recall of all images are best together. */
export function bestThreshold(
  { detections, truths }: Pick<DetectionResult, 'detections' | 'truths'>,
  overlapWith: (image: number) => OverlapOf | undefined = () => undefined,
): { threshold: number; f1: number } {
  const tried = Array.from({ length: 18 }, (_, i) => (i + 1) / 20).map((threshold) => {
    const total = { right: 0, wrong: 0, missed: 0 };
    for (const [n, found] of detections.entries()) {
      const one = tallyOf(found, truths[n], threshold, overlapWith(n));
      for (const key of ['right', 'wrong', 'missed'] as const) total[key] += one[key];
    }
    return { threshold, f1: f1(total) };
  });
  return tried.reduce((best, one) => (one.f1 > best.f1 ? one : best));
}

/** Detections of a score and above. */
export function sureOnes({ boxes, labels, scores }: Detections, threshold: number): Detections {
  const rows = Array.from({ length: scores.size }, (_, d) => d).filter((d) => scores.get(d) >= threshold);
  return { boxes: takeRows(boxes, rows), labels: takeRows(labels, rows), scores: takeRows(scores, rows) };
}

/** Shown on a longer side of at least this, px: lines and letters need room. */
const shownSide = 512;

export function enlarged(image: NdArray<Float32Array>): { image: NdArray<Float32Array>; factor: number } {
  const [height, width] = image.shape;
  const factor = Math.max(1, Math.round(shownSide / Math.max(height, width)));
  const size = { height: height * factor, width: width * factor };
  return { image: factor === 1 ? image : resizeImage(image, { ...size, method: 'nearest' }), factor };
}

function withBoxes(
  { image: own }: { image: NdArray<Float32Array> },
  { boxes, labels }: Pick<Detections, 'boxes' | 'labels'>,
  { names, scores }: { names: readonly string[]; scores?: NdArray<Float32Array> },
): NdArray<Float32Array> {
  const { image, factor } = enlarged(own);
  const moved = ndarray(
    Float32Array.from(boxes.data, (value) => value * factor),
    [...boxes.shape],
  );
  return drawBoxes(image, moved, { labels: labels.data, scores: scores?.data, names, lineWidth: 2 });
}

/** Rows of images with a word on how well each went. */
export interface Extremes {
  best: ReportImage[];
  worst: ReportImage[];
}

/** What an image is called: its file, where it has one. */
export function titleOf({ path }: AnySample, n: number): string {
  return path === undefined ? `image ${n}` : basename(path);
}

/** Numbers of the best and the worst images; an image is in one of the two. */
export function extremesOf(grades: readonly number[], most: number): { best: number[]; worst: number[] } {
  const order = [...grades.keys()].sort((i, j) => grades[j] - grades[i] || i - j);
  const count = Math.min(most, Math.floor(order.length / 2));
  return { best: order.slice(0, count), worst: order.slice(order.length - Math.max(1, count)).reverse() };
}

/** Images with found and true boxes side by side. */
export function detectionExtremes(
  dataset: Dataset<AnySample>,
  result: DetectionResult,
  { threshold, most = 3 }: { threshold: number; most?: number },
): Extremes {
  const tallies = result.detections.map((found, n) => tallyOf(found, result.truths[n], threshold));
  const { best, worst } = extremesOf(tallies.map(f1), most);
  const names = dataset.classes.things;
  const pair = (n: number): ReportImage[] => {
    const sample = dataset.sample(n) as DetectionSample;
    const found = sureOnes(result.detections[n], threshold);
    const { right, wrong, missed } = tallies[n];
    return [
      {
        image: withBoxes(sample, found, { names, scores: found.scores }),
        caption: `${titleOf(sample, n)}, found: ${right} right, ${wrong} wrong, ${missed} missed`,
      },
      { image: withBoxes(sample, sample, { names }), caption: `${titleOf(sample, n)}, the truth` },
    ];
  };
  return { best: best.flatMap(pair), worst: worst.flatMap(pair) };
}

/** Images with predicted and true classes side by side. */
export async function segmentationExtremes(
  dataset: Dataset<AnySample>,
  described: DescribedModel & { task: 'segmentation' },
  { most = 3, among = 100 }: { most?: number; among?: number } = {},
): Promise<Extremes> {
  const maps: NdArray<Float32Array>[] = [];
  const shares: number[] = [];
  for (let n = 0; n < Math.min(among, dataset.length); n++) {
    const { image, semantic } = dataset.sample(n) as SegmentationSample;
    const [height, width] = image.shape;
    const map = await described.model.predict(tensor(image.data, [1, height, width, 3]));
    let [right, all] = [0, 0];
    for (let i = 0; i < semantic.data.length; i++) {
      if (semantic.data[i] === voidLabel) continue;
      all++;
      if (map.data[i] === semantic.data[i]) right++;
    }
    shares.push(all === 0 ? 1 : right / all);
    maps.push(ndarray(map.data, [height, width]));
  }
  const { best, worst } = extremesOf(shares, most);
  const row = (n: number): ReportImage[] => {
    const sample = dataset.sample(n) as SegmentationSample;
    const { image, semantic } = sample;
    return [
      { image: enlarged(image).image, caption: titleOf(sample, n) },
      {
        image: enlarged(paintLabels(maps[n])).image,
        caption: `predicted, ${(100 * shares[n]).toFixed(1)} % of the pixels right`,
      },
      { image: enlarged(paintLabels(semantic)).image, caption: 'the truth' },
    ];
  };
  return { best: best.flatMap(row), worst: worst.flatMap(row) };
}
