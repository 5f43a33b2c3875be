import ndarray, { type NdArray } from 'ndarray';
import { takeRows } from '../boxes/rows';
import { append } from '../checks/extremes';
import type { Dataset, InstanceSample, Sample } from '../data/dataset';
import { panopticCounts } from '../metrics/panopticQuality';
import type { DescribedModel } from '../models/architectures';
import { tensor } from '../tensor/tensor';
import type { MeasuredInstances } from '../train/evaluateInstances';
import { drawMasks } from '../viz/drawMasks';
import { ignoredColor } from '../viz/paintLabels';
import { paletteColor } from '../viz/palette';
import type { ReportImage } from '../viz/reportPage';
import type { AnySample } from './formats';
import { type Extremes, enlarged, extremesOf, f1, type OverlapOf, tallyOf, titleOf } from './reportImages';

/** How much the masks of an image overlap. */
export function maskOverlaps({ overlaps }: Pick<MeasuredInstances, 'overlaps'>, image: number): OverlapOf {
  return (d, g) => overlaps(image, [d], [g])[0];
}

/** Masks in an image that is enlarged for letters and lines to have room. */
function withMasks(
  sample: { image: NdArray<Float32Array> },
  masks: NdArray<Uint8Array>,
  options: { labels: NdArray<Int32Array>; scores?: NdArray<Float32Array>; names: readonly string[] },
): NdArray<Float32Array> {
  const { image, factor } = enlarged(sample.image);
  const [count] = masks.shape;
  const [height, width] = image.shape;
  const large = new Uint8Array(count * height * width);
  for (let g = 0, i = 0; g < count; g++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) large[i++] = masks.get(g, Math.floor(y / factor), Math.floor(x / factor));
    }
  }
  const { labels, scores, names } = options;
  return drawMasks(image, ndarray(large, [count, height, width]), { labels: labels.data, scores: scores?.data, names });
}

/** Objects that are drawn in an image of a report at most. */
const mostDrawn = 200;

/** Images with found and true masks side by side. */
export async function instanceExtremes(
  dataset: Dataset<AnySample>,
  described: DescribedModel & { task: 'instances' },
  result: MeasuredInstances,
  { threshold, most = 3 }: { threshold: number; most?: number },
): Promise<Extremes> {
  const tallies = result.detections.map((found, n) =>
    tallyOf(found, result.truths[n], threshold, maskOverlaps(result, n)),
  );
  const { best, worst } = extremesOf(tallies.map(f1), most);
  const names = dataset.classes.things;
  async function pair(n: number): Promise<ReportImage[]> {
    const sample = dataset.sample(n) as InstanceSample;
    const [height, width] = sample.image.shape;
    const [found] = await described.model.segment(tensor(sample.image.data, [1, height, width, 3]));
    const rows = Array.from({ length: found.scores.size }, (_, d) => d)
      .filter((d) => found.scores.get(d) >= threshold)
      .slice(0, mostDrawn);
    const shown = { labels: takeRows(found.labels, rows), scores: takeRows(found.scores, rows), names };
    const truths = Array.from({ length: Math.min(mostDrawn, sample.labels.size) }, (_, g) => g);
    const { right, wrong, missed } = tallies[n];
    return [
      {
        image: withMasks(sample, takeRows(found.masks, rows), shown),
        caption: `${titleOf(sample, n)}, found: ${right} right, ${wrong} wrong, ${missed} missed`,
      },
      {
        image: withMasks(sample, takeRows(sample.masks, truths), { labels: takeRows(sample.labels, truths), names }),
        caption: `${titleOf(sample, n)}, the truth`,
      },
    ];
  }
  const pairs = async (list: readonly number[]) => {
    const rows: ReportImage[] = [];
    for (const n of list) append(rows, await pair(n));
    return rows;
  };
  return { best: await pairs(best), worst: await pairs(worst) };
}

/** A panoptic map in colors: each segment has one of its own, void is gray. @returns `[H, W, 3]`, 0–1. */
export function paintSegments({ data, shape: [height, width] }: NdArray<Int32Array>): NdArray<Float32Array> {
  const colors = new Map<number, number[]>([[-1, ignoredColor.map((byte) => byte / 255)]]);
  const painted = new Float32Array(3 * height * width);
  for (let i = 0; i < height * width; i++) {
    const segment = data[i];
    let color = colors.get(segment);
    if (!color) {
      color = paletteColor(segment).map((byte) => byte / 255);
      colors.set(segment, color);
    }
    painted.set(color, 3 * i);
  }
  return ndarray(painted, [height, width, 3]);
}

/** Images with predicted and true segments side by side, the best and the worst of the first ones by their own PQ. */
export async function panopticExtremes(
  dataset: Dataset<AnySample>,
  described: DescribedModel & { task: 'panoptic' },
  { most = 3, among = 100 }: { most?: number; among?: number } = {},
): Promise<Extremes> {
  const predict = async ({ image }: AnySample) => {
    const [height, width] = image.shape;
    const [found] = await described.model.panoptic(tensor(image.data, [1, height, width, 3]));
    return found;
  };
  const qualities: number[] = [];
  for (let n = 0; n < Math.min(among, dataset.length); n++) {
    const sample = dataset.sample(n) as Sample;
    const counts = panopticCounts(dataset.classes);
    counts.add(await predict(sample), sample);
    qualities.push(counts.result().PQ);
  }
  const { best, worst } = extremesOf(qualities, most);
  const rows = async (list: readonly number[]) => {
    const images: ReportImage[] = [];
    for (const n of list) {
      const sample = dataset.sample(n) as Sample;
      const { panoptic } = await predict(sample);
      images.push(
        { image: enlarged(sample.image).image, caption: titleOf(sample, n) },
        { image: enlarged(paintSegments(panoptic)).image, caption: `predicted, PQ ${qualities[n].toFixed(3)}` },
        { image: enlarged(paintSegments(sample.panoptic)).image, caption: 'the truth' },
      );
    }
    return images;
  };
  return { best: await rows(best), worst: await rows(worst) };
}
