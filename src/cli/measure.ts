import type { Dataset, DetectionSample, SegmentationSample } from '../data/dataset';
import type { DescribedModel } from '../models/architectures';
import { type DetectionResult, evaluateDetection } from '../train/evaluateDetection';
import { evaluateSegmentation, type SegmentationResult } from '../train/evaluateSegmentation';
import type { AnySample } from './formats';
import { UsageError } from './usage';

/** How well a model does on a data set. */
export type Measured =
  | { task: 'detection'; result: DetectionResult }
  | { task: 'segmentation'; result: SegmentationResult };

/** Images at once in evaluation. */
const batchSize = 8;

/** Measures a model on images of its own size. */
export async function measure(described: DescribedModel, dataset: Dataset<AnySample>): Promise<Measured> {
  const { task, model, description } = described;
  const first = dataset.sample(0);
  const size = Math.min(batchSize, dataset.length);
  if (task === 'detection') {
    if (!first.boxes) throw new UsageError(`${description.architecture}: expected images with boxes, got some without`);
    return { task, result: await evaluateDetection(model, dataset as Dataset<DetectionSample>, { batchSize: size }) };
  }
  if (!first.semantic) {
    throw new UsageError(`${description.architecture}: expected images with a class at each pixel, got some without`);
  }
  return {
    task,
    result: await evaluateSegmentation(model, dataset as Dataset<SegmentationSample>, { batchSize: size }),
  };
}

/** The figures by name; what is not defined is left out. */
export function figuresOf({ task, result }: Measured): Record<string, number> {
  const entries =
    task === 'detection'
      ? Object.entries(result).filter(([name]) => /^(mAP|AP|AR)/.test(name))
      : [
          ['meanIou', result.meanIou],
          ['pixelAccuracy', result.pixelAccuracy],
        ];
  return Object.fromEntries(entries.filter(([, value]) => typeof value === 'number' && Number.isFinite(value)));
}

/** The two figures that matter most. */
export function mainFigures(measured: Measured): Record<string, number> {
  const figures = figuresOf(measured);
  const names = measured.task === 'detection' ? ['AP50', 'mAP'] : ['meanIou', 'pixelAccuracy'];
  return Object.fromEntries(names.filter((name) => Object.hasOwn(figures, name)).map((name) => [name, figures[name]]));
}

/** What the figures are called in a report. */
const figureNames: Record<string, string> = {
  mAP: 'mAP, overlaps 0.50 … 0.95',
  AP50: 'mAP at an overlap of 0.5',
  AP75: 'mAP at an overlap of 0.75',
  APs: 'mAP of small things, below 32² px²',
  APm: 'mAP of medium things',
  APl: 'mAP of large things, above 96² px²',
  AR1: 'recall with 1 detection an image and class',
  AR10: 'recall with 10',
  AR100: 'recall with 100',
  ARs: 'recall of small things',
  ARm: 'recall of medium things',
  ARl: 'recall of large things',
  meanIou: 'mean IoU',
  pixelAccuracy: 'pixel accuracy',
};

/** Figures as rows of a table. */
export function figureRows(measured: Measured): [string, number][] {
  return Object.entries(figuresOf(measured)).map(([name, value]) => [figureNames[name] ?? name, value]);
}

/** Figures as a line of text. */
export function figuresText(figures: Record<string, number>): string {
  const words: Record<string, string> = { AP50: 'mAP@.5', meanIou: 'mean IoU', pixelAccuracy: 'pixel accuracy' };
  const parts = Object.entries(figures).map(([name, value]) => `${words[name] ?? name} ${value.toFixed(3)}`);
  return parts.length > 0 ? parts.join(' · ') : 'no figure is defined';
}

/** Columns and rows of a table of the classes. */
export function classRows(measured: Measured, names: readonly string[]) {
  if (measured.task === 'segmentation') {
    const rows = names.map((name, label) => [name, measured.result.classIou[label]]);
    return { columns: ['class', 'IoU'], rows };
  }
  const rows = names.map((name, label) => {
    const own = measured.result.perClass.find((entry) => entry.label === label);
    return [name, own?.truths ?? 0, own?.AP50 ?? null, own?.mAP ?? null, own?.AR100 ?? null];
  });
  return { columns: ['class', 'truths', 'AP@.5', 'AP', 'recall (100)'], rows };
}
