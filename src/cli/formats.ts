import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Classes, Dataset, ImageSample, Sample } from '../data/dataset';
import type { Problems, ReadDataset } from '../data/problems';
import { readBoxCsv } from '../formats/readBoxCsv';
import { readCoco } from '../formats/readCoco';
import { readMaskFolders } from '../formats/readMaskFolders';
import { readVoc } from '../formats/readVoc';
import { readYolo } from '../formats/readYolo';
import { sceneDataset } from '../scenes/sceneDataset';
import type { ImageSize } from '../shape/types';
import { counted, UsageError } from './usage';

/** A sample of any format: what is not known is not there. */
export type AnySample = ImageSample & Partial<Sample>;

/** What is to be read. */
export interface DataRequest {
  task: 'detection' | 'segmentation';
  /** The folder or file of `--data`. */
  data?: string;
  /** Folder of the images, where the format does not know it. */
  images?: string;
  /** File or folder of the labels, where the format does not know it. */
  annotations?: string;
  /** Name of the part: `train`, `val`; the format's own word. */
  split?: string;
  /** Classes that the model knows already. */
  classes?: Classes;
  /** Names of the classes, as the user gave them. */
  names?: readonly string[];
  /** Size of painted images. */
  size: ImageSize;
  /** Number of painted images. */
  length?: number;
  seed: number;
  /** Whether what cannot be used is left out, with a note, instead of being an error. */
  skip: boolean;
  /** Most pixels of an image. */
  maxPixels?: number;
}

/** A data set, and what was wrong with it. */
export interface OpenedData {
  dataset: Dataset<AnySample>;
  /** What was left out, one line each. */
  notes: string[];
}

/** What the parts of a data set are called. */
export interface Parts {
  train: string;
  validation: string;
  test: string;
}

/** What the shell calls the parts of a request. */
const flags = {
  data: '--data',
  images: '--images',
  annotations: '--annotations',
  names: '--classes',
  split: 'split',
  length: '--length',
} as const;

/** One way in which labeled images are stored. */
export interface Format {
  /** What it is, for the help. */
  summary: string;
  /** The only task that its labels are good for. */
  task?: DataRequest['task'];
  /** Wishes that it cannot meet. */
  without: readonly (keyof typeof flags)[];
  /** What the parts are called; null where there are none, and some images are held out instead. */
  parts(request: Pick<DataRequest, 'data' | 'annotations' | 'task'>): Parts | null;
  open(request: DataRequest): OpenedData;
}

const scenes: Format = {
  summary: 'painted scenes of circles, rectangles, triangles and stars; needs no --data',
  without: ['data', 'images', 'annotations', 'names'],
  parts: () => ({ train: 'train', validation: 'validation', test: 'test' }),
  open({ split = 'train', size, length, seed }) {
    if (split !== 'train' && split !== 'validation' && split !== 'test') {
      throw new UsageError(`--split: expected train, validation or test of scenes, got ${split}`);
    }
    for (const side of [size.height, size.width]) {
      if (side < 32 || side > 256) {
        throw new UsageError(`--size: expected 32 to 256 px for scenes, got ${size.height}x${size.width}`);
      }
    }
    const count = length ?? (split === 'train' ? 1000 : 100);
    return { dataset: sceneDataset({ split, length: count, seed, side: [size.height, size.width] }), notes: [] };
  },
};

/** Boxes with a shorter side, px, are left out where problems are: they are accidents of labeling. */
const leastSide = 2;

/** What a reader does with what it cannot use. */
function problemOptions({ skip, maxPixels }: DataRequest) {
  return skip ? ({ onProblem: 'skip', leastSide, maxPixels } as const) : ({ onProblem: 'throw', maxPixels } as const);
}

/** What was left out of a data set, in a line. */
export function problemNotes({ images, objects, clipped, turned, texts }: Problems): string[] {
  const counts = [
    images > 0 ? `${counted(images, 'image')} left out` : '',
    objects > 0 ? `${counted(objects, 'box', 'boxes')} left out` : '',
    clipped > 0 ? `${counted(clipped, 'box', 'boxes')} cut off at the border` : '',
    turned > 0 ? `labels of ${counted(turned, 'image')} turned upright with it` : '',
  ].filter(Boolean);
  const shown = texts.slice(0, 2).join('; ');
  return counts.length > 0 ? [`${counts.join(', ')} (--strict stops there): ${shown}`] : [];
}

/** A data set that was read, and what was left out. */
function opened(dataset: ReadDataset<ImageSample>): OpenedData {
  return { dataset: dataset as Dataset<AnySample>, notes: problemNotes(dataset.problems) };
}

/** The folder or file that a format needs. @throws where there is none. */
function dataOf({ data }: Pick<DataRequest, 'data'>, format: string): string {
  if (data === undefined)
    throw new UsageError(`--data: expected the path of the labeled images for ${format}, got none`);
  if (!existsSync(data)) throw new Error(`${data}: no such file or folder`);
  return data;
}

/** The first path that is there. */
function firstOf(paths: readonly string[]): string | undefined {
  return paths.find((path) => existsSync(path));
}

const usualParts: Parts = { train: 'train', validation: 'val', test: 'test' };

const voc: Format = {
  summary: 'Pascal VOC: JPEGImages, Annotations/*.xml, ImageSets/*/<split>.txt; SegmentationClass/*.png for pixels',
  without: ['length'],
  parts({ data, task }) {
    const lists = join(dataOf({ data }, 'voc'), 'ImageSets', task === 'detection' ? 'Main' : 'Segmentation');
    return existsSync(join(lists, 'train.txt')) && existsSync(join(lists, 'val.txt')) ? usualParts : null;
  },
  open(request) {
    const { task, images, annotations, split, classes, names } = request;
    const folder = dataOf(request, 'voc');
    const common = { images, annotations, split, ...problemOptions(request) };
    if (task === 'detection') return opened(readVoc(folder, { ...common, classes: classes?.things ?? names }));
    return opened(readVoc(folder, { ...common, classes: classes?.things ?? names, labels: 'semantic' }));
  },
};

/** The annotation file of a part of a folder in COCO's format. */
function cocoFile(folder: string, split: string): string | undefined {
  return firstOf([
    join(folder, 'annotations', `instances_${split}.json`),
    join(folder, 'annotations', `instances_${split}2017.json`),
    join(folder, 'annotations', `${split}.json`),
    join(folder, `${split}.json`),
    join(folder, split, '_annotations.coco.json'),
  ]);
}

const coco: Format = {
  summary:
    'COCO: annotations/instances_<split>.json (or --data FILE.json) and the images in --images, <split> or images',
  task: 'detection',
  without: ['names', 'length'],
  parts({ data, annotations }) {
    const folder = dataOf({ data }, 'coco');
    const whole = annotations !== undefined || !statSync(folder).isDirectory();
    return whole || !(cocoFile(folder, 'train') && cocoFile(folder, 'val')) ? null : usualParts;
  },
  open(request) {
    const { annotations, images, split } = request;
    const data = dataOf(request, 'coco');
    const folder = statSync(data).isDirectory() ? data : dirname(data);
    const single = folder === data ? annotations : data;
    const file =
      single ??
      (split === undefined ? ['instances', 'annotations', 'train'] : [split])
        .map((name) => cocoFile(folder, name))
        .find(Boolean);
    if (file === undefined) {
      throw new Error(
        `${folder}: expected annotations/instances_${split ?? 'train'}.json, found none; name the file as --annotations`,
      );
    }
    const part = split ?? 'train';
    const own = firstOf([join(folder, 'images', part), join(folder, part), join(folder, `${part}2017`)]);
    // One file holds one part: of two that are asked for, the second would be the first again.
    if (single !== undefined && split !== undefined && (images !== undefined || own === undefined)) {
      throw new UsageError(`--format coco: expected no split, since ${single} is all there is, got ${split}`);
    }
    const beside = own ?? firstOf([join(folder, 'images')]) ?? folder;
    return opened(readCoco(file, { images: images ?? beside, ...problemOptions(request) }));
  },
};

const yolo: Format = {
  summary: 'YOLO: images/<split>, labels/<split>/*.txt, data.yaml or classes.txt',
  task: 'detection',
  without: ['images', 'annotations', 'length'],
  parts({ data }) {
    const folder = dataOf({ data }, 'yolo');
    return existsSync(join(folder, 'images', 'val')) || existsSync(join(folder, 'data.yaml')) ? usualParts : null;
  },
  open(request) {
    const { split, classes, names } = request;
    return opened(
      readYolo(dataOf(request, 'yolo'), { split, names: classes?.things ?? names, ...problemOptions(request) }),
    );
  },
};

const csv: Format = {
  summary:
    'a table with a box a line: --data FILE.csv with columns image, x1, y1, x2, y2, label; images beside it or in --images',
  task: 'detection',
  without: ['split', 'length'],
  parts: () => null,
  open(request) {
    const { annotations, images, classes, names } = request;
    const data = dataOf(request, 'csv');
    const tables = statSync(data).isDirectory() ? readdirSync(data).filter((name) => /\.(csv|tsv)$/i.test(name)) : [];
    const file = annotations ?? (statSync(data).isDirectory() ? tables[0] && join(data, tables[0]) : data);
    if (file === undefined || (annotations === undefined && tables.length > 1)) {
      throw new Error(`${data}: expected one table (.csv), found ${tables.length}; name it as --annotations`);
    }
    const separator = /\.tsv$/i.test(file) ? '\t' : ',';
    return opened(
      readBoxCsv(file, { images, classes: classes?.things ?? names, separator, ...problemOptions(request) }),
    );
  },
};

const masks: Format = {
  summary:
    'images/*.jpg and masks/*.png of the same names, whose numbers are the classes of --classes: the background first',
  task: 'segmentation',
  without: ['split', 'length'],
  parts: () => null,
  open(request) {
    const { annotations, images, names, classes } = request;
    const folder = dataOf(request, 'masks');
    const [background, ...things] = names ?? [];
    const known = classes ?? (background === undefined ? undefined : { stuff: [background], things });
    if (known === undefined) throw new UsageError('--classes: expected the names of the classes for masks, got none');
    const { onProblem, maxPixels } = problemOptions(request);
    const maps = annotations ?? firstOf(['masks', 'labels', 'annotations'].map((name) => join(folder, name)));
    return opened(
      readMaskFolders({
        images: images ?? join(folder, 'images'),
        masks: maps ?? join(folder, 'masks'),
        classes: known,
        onProblem,
        maxPixels,
      }),
    );
  },
};

/** The formats by name. */
export const formats: Record<string, Format> = { voc, coco, yolo, masks, csv, scenes };

/** @throws where there is no such format. */
export function formatOf(name: string): Format {
  if (Object.hasOwn(formats, name)) return formats[name];
  throw new UsageError(`--format: expected one of ${Object.keys(formats).join(', ')}, got ${name}`);
}

/** Opens a data set. @throws where its format cannot give what is asked for. */
export function openData(name: string, request: DataRequest): OpenedData {
  const format = formatOf(name);
  if (format.task === 'detection' && request.task !== 'detection') {
    throw new UsageError(`--format ${name}: expected a detector, since the labels are boxes`);
  }
  if (format.task === 'segmentation' && request.task !== 'segmentation') {
    throw new UsageError(`--format ${name}: expected a model of pixels (u-net, fcn), since the labels are maps`);
  }
  const vain = format.without.find((part) => request[part] !== undefined);
  if (vain) throw new UsageError(`--format ${name}: expected no ${flags[vain]}, got ${request[vain]}`);
  return format.open(request);
}
