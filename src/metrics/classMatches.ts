import { checkList } from '../checks/arguments';
import { shown } from '../checks/shown';
import { boxOverlaps } from './boxOverlaps';
import {
  type Detections,
  type GroundTruth,
  type LabeledBoxes,
  ofClass,
  readDetections,
  readGroundTruth,
} from './detections';
import { type DetectionMatches, type Matching, matchRows } from './matchDetections';

/**
 * The overlaps of some detections of an image with some of its truths, row by row `[D, G]`; with a crowd, the share of the detection
 * that lies in it. Both are given by their numbers in the image.
 */
export type Overlaps = (image: number, detections: readonly number[], truths: readonly number[]) => ArrayLike<number>;

/** What one image holds of one class. */
interface ImageGroup {
  image: number;
  /** Numbers of the detections in the image, by falling score; equal scores keep their order. */
  detections: number[];
  scores: number[];
  detectionAreas: number[];
  truths: number[];
  truthAreas: number[];
  crowd: boolean[];
  difficult: boolean[];
  /** `[D, G]` */
  overlaps: ArrayLike<number>;
}

/** All images' detections and truths of one class. */
export interface ClassGroup {
  label: number;
  images: ImageGroup[];
}

/** Whether a value that somebody's function returned is a list of so many finite numbers. */
function isNumbers(values: ArrayLike<number>, count: number): boolean {
  if (typeof values !== 'object' || values === null || values.length !== count) return false;
  for (let i = 0; i < count; i++) if (!Number.isFinite(values[i])) return false;
  return true;
}

/** Sorts all detections and truths by class, in the order of the labels; `caller` begins the errors. */
export function groupByClass(
  caller: string,
  detections: readonly Detections[],
  truths: readonly GroundTruth[],
  overlaps?: Overlaps,
): ClassGroup[] {
  checkList(caller, 'detections', detections, 'what was found in each image');
  checkList(caller, 'truths', truths, 'what is there in each image');
  if (detections.length !== truths.length) {
    const [found, wanted] = [detections.length, truths.length];
    throw new Error(
      `${caller}: expected detections and truth of each image, got ${found} detections and ${wanted} truths`,
    );
  }
  const groups = new Map<number, ClassGroup>();
  for (let image = 0; image < truths.length; image++) {
    const found = readDetections(`${caller}: image ${image}`, detections[image]);
    const truth = readGroundTruth(`${caller}: image ${image}`, truths[image]);
    for (const label of new Set([...truth.labels, ...found.labels])) {
      const rows = ofClass(found, label).sort((i, j) => found.scores[j] - found.scores[i]);
      const columns = ofClass(truth, label);
      const corners = (list: LabeledBoxes, picked: number[]) =>
        picked.flatMap((i) => [...list.corners.subarray(4 * i, 4 * i + 4)]);
      const crowd = columns.map((g) => truth.crowd[g]);
      const matrix = overlaps
        ? overlaps(image, rows, columns)
        : boxOverlaps(corners(found, rows), corners(truth, columns), crowd);
      if (!isNumbers(matrix, rows.length * columns.length)) {
        throw new Error(
          `${caller}: expected overlaps [${rows.length}, ${columns.length}] of image ${image}, all finite, got ${shown(matrix)}`,
        );
      }
      const group = groups.get(label) ?? { label, images: [] };
      groups.set(label, group);
      group.images.push({
        image,
        detections: rows,
        scores: rows.map((d) => found.scores[d]),
        detectionAreas: rows.map((d) => found.areas[d]),
        truths: columns,
        truthAreas: columns.map((g) => truth.areas[g]),
        crowd,
        difficult: columns.map((g) => truth.difficult[g]),
        overlaps: matrix,
      });
    }
  }
  return [...groups.values()].sort((one, other) => one.label - other.label);
}

/** Which detections count as found. */
export interface ClassMatchOptions {
  /** Overlap from which on a detection can match. */
  threshold: number;
  matching: Matching;
  /** Detections of each image that count, the highest-scoring first. */
  maxDetections: number;
  /** px²; truths outside are ignored, and so are detections outside that find no truth. */
  areaRange?: readonly [number, number];
}

/** One detection among those of all images. */
export interface RankedDetection {
  score: number;
  correct: boolean;
  image: number;
  /** Its number in the image. */
  detection: number;
  /** How many of the class its image has that are surer. */
  rank: number;
}

/** The detections of a class that count, by falling score, and how many truths they should have found. */
export interface ClassMatches {
  ranked: RankedDetection[];
  truths: number;
}

/** DetectionMatches one class image by image, then ranks the detections of all images; of equal scores, the earlier image comes first. */
export function matchClass(
  { images }: ClassGroup,
  { threshold, matching, maxDetections, areaRange = [0, Number.POSITIVE_INFINITY] }: ClassMatchOptions,
): ClassMatches {
  const outside = (area: number) => area < areaRange[0] || area > areaRange[1];
  const ranked: RankedDetection[] = [];
  let truths = 0;
  for (const { image, detections, scores, detectionAreas, truthAreas, crowd, difficult, overlaps } of images) {
    const ignored = truthAreas.map((area, g) => crowd[g] || difficult[g] || outside(area));
    for (const skipped of ignored) if (!skipped) truths++;
    const count = Math.min(maxDetections, detections.length);
    const { outcomes }: DetectionMatches = matchRows(
      { overlaps, ignored, crowd, detections: count },
      { iouThreshold: threshold, matching },
    );
    for (let rank = 0; rank < count; rank++) {
      const outcome = outcomes[rank];
      if (outcome === 'ignored' || (outcome === 'wrong' && outside(detectionAreas[rank]))) continue;
      ranked.push({ score: scores[rank], correct: outcome === 'correct', image, detection: detections[rank], rank });
    }
  }
  // Stable: equal scores stay in the images' order.
  ranked.sort((one, other) => other.score - one.score);
  return { ranked, truths };
}
