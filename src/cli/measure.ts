import type { Dataset, DetectionSample, InstanceSample, Sample, SegmentationSample } from '../data/dataset';
import type { PanopticResult } from '../metrics/panopticQuality';
import type { DescribedModel } from '../models/architectures';
import { type DetectionResult, evaluateDetection } from '../train/evaluateDetection';
import { type MeasuredInstances, measureInstances } from '../train/evaluateInstances';
import { measurePanoptic } from '../train/evaluatePanoptic';
import { evaluateSegmentation, type SegmentationResult } from '../train/evaluateSegmentation';
import type { AnySample } from './formats';
import { UsageError } from './usage';

/** How well a model does on a data set. */
export type Measured =
  | { task: 'detection'; result: DetectionResult }
  | { task: 'segmentation'; result: SegmentationResult }
  | { task: 'instances'; result: MeasuredInstances }
  | { task: 'panoptic'; result: PanopticResult };

/** Images at once in evaluation. */
const batchSize = 8;

/** What a sample must know for a task, and what that is called. */
const needed = {
  detection: ['boxes', 'boxes'],
  segmentation: ['semantic', 'a class at each pixel'],
  instances: ['masks', 'masks of objects'],
  panoptic: ['panoptic', 'a segment at each pixel'],
} as const;

/** Measures a model on images of its own size. */
export async function measure(described: DescribedModel, dataset: Dataset<AnySample>): Promise<Measured> {
  const { task, description } = described;
  const [part, words] = needed[task];
  if (!dataset.sample(0)[part]) {
    throw new UsageError(`${description.architecture}: expected images with ${words}, got some without`);
  }
  const options = { batchSize: Math.min(batchSize, dataset.length) };
  switch (described.task) {
    case 'detection':
      return {
        task: 'detection',
        result: await evaluateDetection(described.model, dataset as Dataset<DetectionSample>, options),
      };
    case 'segmentation':
      return {
        task: 'segmentation',
        result: await evaluateSegmentation(described.model, dataset as Dataset<SegmentationSample>, options),
      };
    case 'instances':
      return {
        task: 'instances',
        result: await measureInstances(described.model, dataset as Dataset<InstanceSample>, options),
      };
    case 'panoptic':
      return { task: 'panoptic', result: await measurePanoptic(described.model, dataset as Dataset<Sample>, options) };
  }
}

const isCoco = ([name]: [string, unknown]) => /^(mAP|AP|AR)/.test(name);
const renamed = (prefix: string, figures: object) =>
  Object.entries(figures).map(([name, value]): [string, unknown] => [`${prefix} ${name}`, value]);
const qualities = ({ PQ, SQ, RQ }: Pick<PanopticResult, 'PQ' | 'SQ' | 'RQ'>) => ({ PQ, SQ, RQ });

/** All figures by name, some of them not defined. */
function entriesOf(measured: Measured): [string, unknown][] {
  switch (measured.task) {
    case 'detection':
      return Object.entries(measured.result).filter(isCoco);
    case 'segmentation':
      return [
        ['meanIou', measured.result.meanIou],
        ['pixelAccuracy', measured.result.pixelAccuracy],
      ];
    case 'instances': {
      const { boxes, masks } = measured.result;
      return [
        ...renamed('mask', Object.fromEntries(Object.entries(masks).filter(isCoco))),
        ...renamed('box', Object.fromEntries(Object.entries(boxes).filter(isCoco))),
      ];
    }
    case 'panoptic': {
      const { things, stuff } = measured.result;
      return [
        ...Object.entries(qualities(measured.result)),
        ...(things ? renamed('things', qualities(things)) : []),
        ...(stuff ? renamed('stuff', qualities(stuff)) : []),
      ];
    }
  }
}

/** The figures by name; what is not defined is left out. */
export function figuresOf(measured: Measured): Record<string, number> {
  const entries = entriesOf(measured).filter((entry): entry is [string, number] => Number.isFinite(entry[1]));
  return Object.fromEntries(entries);
}

/** Names of the figures that matter most. */
const mainNames = {
  detection: ['AP50', 'mAP'],
  segmentation: ['meanIou', 'pixelAccuracy'],
  instances: ['mask AP50', 'mask mAP', 'box mAP'],
  panoptic: ['PQ', 'things PQ', 'stuff PQ'],
} as const;

/** The two or three figures that matter most. */
export function mainFigures(measured: Measured): Record<string, number> {
  const figures = figuresOf(measured);
  const names = mainNames[measured.task].filter((name) => Object.hasOwn(figures, name));
  return Object.fromEntries(names.map((name) => [name, figures[name]]));
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
  PQ: 'panoptic quality, SQ · RQ',
  SQ: 'segmentation quality: mean IoU of the segments that were found',
  RQ: 'recognition quality: F1 of finding them',
};

/** What is compared, where a figure's name begins with it. */
const prefixes: Record<string, string> = { mask: 'masks', box: 'boxes', things: 'things', stuff: 'stuff' };

/** What a figure is called in a report. */
function figureName(name: string): string {
  const [, prefix, own] = /^(mask|box|things|stuff) (.*)$/.exec(name) ?? [];
  return prefix === undefined ? (figureNames[name] ?? name) : `${prefixes[prefix]}: ${figureNames[own] ?? own}`;
}

/** Figures as rows of a table. */
export function figureRows(measured: Measured): [string, number][] {
  return Object.entries(figuresOf(measured)).map(([name, value]) => [figureName(name), value]);
}

/** Figures as a line of text. */
export function figuresText(figures: Record<string, number>): string {
  const words: Record<string, string> = {
    AP50: 'mAP@.5',
    'mask AP50': 'mask mAP@.5',
    meanIou: 'mean IoU',
    pixelAccuracy: 'pixel accuracy',
  };
  const parts = Object.entries(figures).map(([name, value]) => `${words[name] ?? name} ${value.toFixed(3)}`);
  return parts.length > 0 ? parts.join(' · ') : 'no figure is defined';
}

/** Columns and rows of a table of the classes. */
export function classRows(measured: Measured, names: readonly string[]) {
  switch (measured.task) {
    case 'segmentation':
      return { columns: ['class', 'IoU'], rows: names.map((name, label) => [name, measured.result.classIou[label]]) };
    case 'panoptic': {
      const rows = names.map((name, label) => {
        const own = measured.result.perClass.find((entry) => entry.label === label);
        const truths = own ? own.truePositives + own.falseNegatives : 0;
        return [name, truths, own?.PQ ?? null, own?.SQ ?? null, own?.RQ ?? null];
      });
      return { columns: ['class', 'segments', 'PQ', 'SQ', 'RQ'], rows };
    }
    case 'instances': {
      const { boxes, masks } = measured.result;
      const rows = names.map((name, label) => {
        const [mask, box] = [masks, boxes].map(({ perClass }) => perClass.find((entry) => entry.label === label));
        return [name, mask?.truths ?? 0, mask?.AP50 ?? null, mask?.mAP ?? null, box?.AP50 ?? null, box?.mAP ?? null];
      });
      return { columns: ['class', 'truths', 'mask AP@.5', 'mask AP', 'box AP@.5', 'box AP'], rows };
    }
    case 'detection': {
      const rows = names.map((name, label) => {
        const own = measured.result.perClass.find((entry) => entry.label === label);
        return [name, own?.truths ?? 0, own?.AP50 ?? null, own?.mAP ?? null, own?.AR100 ?? null];
      });
      return { columns: ['class', 'truths', 'AP@.5', 'AP', 'recall (100)'], rows };
    }
  }
}
