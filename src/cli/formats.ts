import { existsSync } from 'node:fs';
import type { Classes, Dataset, ImageSample, Sample } from '../data/dataset';
import { type Problems, problemLog, type ReadDataset } from '../data/problems';
import type { Columns } from '../formats/boxColumns';
import { csvParts, readBoxCsv } from '../formats/readBoxCsv';
import { cocoParts, readCoco } from '../formats/readCoco';
import { cocoPanopticParts, readCocoPanoptic } from '../formats/readCocoPanoptic';
import { maskParts, readMaskFolders } from '../formats/readMaskFolders';
import { readVoc, vocParts } from '../formats/readVoc';
import { readYolo, yoloNames, yoloParts } from '../formats/readYolo';
import type { Task } from '../models/architectures';
import { sceneDataset } from '../scenes/sceneDataset';
import type { ImageSize } from '../shape/types';
import { UsageError } from './usage';

/** A sample of any format: what is not known is not there. */
export type AnySample = ImageSample & Partial<Sample>;

/** What is to be read. */
export interface DataRequest {
  task: Task;
  /** The folder or file of `--data`. */
  data?: string;
  /** Folder of the images, where it is not found. */
  images?: string;
  /** File or folder of the labels, where it is not found. */
  annotations?: string;
  /** Name of the part: `train`, `val`; the data set's own word. */
  split?: string;
  /** Classes that the model knows already. */
  classes?: Classes;
  /** Names of the classes, as the user gave them. */
  names?: readonly string[];
  /** Columns of a table, where it does not name them. */
  columns?: Columns;
  /** What stands between the fields of a table, where it is not found. */
  separator?: string;
  /** Size of painted images. */
  size: ImageSize;
  /** Number of painted images. */
  length?: number;
  seed: number;
  /** Whether what cannot be used is left out, with a note, instead of being an error. */
  skip: boolean;
  /** Most pixels of an image. */
  maxPixels?: number;
  /** Most images that may be left out. */
  maxLeftOut?: number;
}

/** A data set, and what was wrong with it. */
export interface OpenedData {
  dataset: Dataset<AnySample>;
  problems: Problems;
  /** Number of its boxes; none where it has maps. */
  objects?: number;
  /** Number of the boxes of each class; none where it has maps. */
  objectsOf?: readonly number[];
  /** Files of its images, where they are files. */
  paths?: readonly string[];
  /** What its folder looks like, where that is another format than the one that it was read in: the end of an error. */
  looksLike?(): string;
}

/** What the shell calls the parts of a request. */
export const flags = {
  data: '--data',
  images: '--images',
  annotations: '--annotations',
  names: '--classes',
  split: 'split',
  length: '--length',
  columns: '--columns',
  separator: '--separator',
} as const;

/** What tells where a data set lies. */
export type Place = Pick<DataRequest, 'data' | 'images' | 'annotations' | 'task'>;

/** One way in which labeled images are stored. */
export interface Format {
  /** What it is, for the help. */
  summary: string;
  /** What its labels are. */
  labels: string;
  /** The tasks that they are good for, the usual one first. */
  tasks: readonly Task[];
  /** Wishes that it cannot meet. */
  without: readonly (keyof typeof flags)[];
  /** Names of the parts that a data set has; none where all images are in one. */
  parts(request: Place): string[];
  open(request: DataRequest): OpenedData;
}

/** Wishes that make sense for tables alone. */
const tableAlone = ['columns', 'separator'] as const;

const scenes: Format = {
  summary: 'painted scenes of circles, rectangles, triangles and stars; needs no --data',
  labels: 'painted',
  tasks: ['detection', 'segmentation', 'instances', 'panoptic'],
  without: ['data', 'images', 'annotations', 'names', ...tableAlone],
  parts: () => ['train', 'validation', 'test'],
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
    const dataset = sceneDataset({ split, length: count, seed, side: [size.height, size.width] });
    return { dataset, problems: problemLog('scenes').problems };
  },
};

/** Boxes with a shorter side, px, are left out where problems are: they are accidents of labeling. */
const leastSide = 2;

/** What a reader does with what it cannot use. */
function problemOptions({ skip, maxPixels, maxLeftOut }: DataRequest) {
  return skip
    ? ({ onProblem: 'skip', leastSide, maxPixels, maxLeftOut } as const)
    : ({ onProblem: 'throw', maxPixels, maxLeftOut } as const);
}

/** A data set that was read. */
function opened(dataset: ReadDataset<ImageSample>): OpenedData {
  const { problems, objects, objectsOf, paths } = dataset;
  return { dataset: dataset as Dataset<AnySample>, problems, objects, objectsOf, paths };
}

/** The folder or file that a format needs. @throws where there is none. */
function dataOf({ data }: Pick<DataRequest, 'data'>, format: string): string {
  if (data === undefined)
    throw new UsageError(`--data: expected the path of the labeled images for ${format}, got none`);
  if (!existsSync(data)) throw new Error(`${data}: no such file or folder`);
  return data;
}

/** Where a reader of boxes looks, and what it does with problems. */
function boxOptions(request: DataRequest) {
  const { images, annotations, split } = request;
  return { images, annotations, split, ...problemOptions(request) };
}

/** Which of VOC's labels a task learns from. */
const vocLabels = {
  detection: 'boxes',
  segmentation: 'semantic',
  instances: 'instances',
  panoptic: 'instances',
} as const;

/** How many objects there are is known when their maps have been read. */
const withoutCount = ({ objects: _, objectsOf: __, ...data }: OpenedData): OpenedData => data;

const voc: Format = {
  summary:
    'Pascal VOC: an .xml file an image, in Annotations, annots or beside the images; SegmentationClass/*.png for pixels, SegmentationObject/*.png for masks',
  labels: 'boxes, or maps of classes and of objects',
  tasks: ['detection', 'segmentation', 'instances'],
  without: ['length', ...tableAlone],
  parts({ data, images, annotations, task }) {
    return vocParts(dataOf({ data }, 'voc'), { images, annotations, labels: vocLabels[task] });
  },
  open(request) {
    const { task, classes, names } = request;
    const folder = dataOf(request, 'voc');
    const options = { ...boxOptions(request), classes: classes?.things ?? thingsOf(names, task) };
    if (task === 'detection') return opened(readVoc(folder, options));
    if (task === 'instances') return withoutCount(opened(readVoc(folder, { ...options, labels: 'instances' })));
    return opened(readVoc(folder, { ...options, labels: 'semantic' }));
  },
};

/** The things among names: of pixels, a background may be named in front of them. */
function thingsOf(names: readonly string[] | undefined, task: DataRequest['task']): readonly string[] | undefined {
  return task !== 'detection' && names?.[0] === 'background' ? names.slice(1) : names;
}

const coco: Format = {
  summary:
    'COCO: one .json file a part, such as annotations/instances_train.json, train/_annotations.coco.json, result.json; masks of polygons and runs',
  labels: 'boxes with or without masks',
  tasks: ['detection', 'instances'],
  without: ['length', ...tableAlone],
  parts: ({ data, images, annotations }) => cocoParts(dataOf({ data }, 'coco'), { images, annotations }),
  open(request) {
    const { classes, names, task } = request;
    const options = { ...boxOptions(request), classes: classes?.things ?? names, masks: task === 'instances' };
    return opened(readCoco(dataOf(request, 'coco'), options));
  },
};

const yolo: Format = {
  summary:
    'YOLO: a .txt file an image, boxes or outlines, in labels or beside the images; names in data.yaml, classes.txt, …',
  labels: 'boxes or outlines',
  tasks: ['detection', 'instances'],
  without: ['length', ...tableAlone],
  parts: ({ data, images, annotations }) => yoloParts(dataOf({ data }, 'yolo'), { images, annotations }),
  open(request) {
    const { classes, names, images, annotations } = request;
    const folder = dataOf(request, 'yolo');
    // Names that the folder knows choose among its classes; others stand for its numbers.
    const known = names && yoloNames(folder, { images, annotations });
    const wished = names?.every((name) => known?.includes(name)) ? { classes: names } : { names };
    const masks = request.task === 'instances';
    const options = { ...boxOptions(request), ...(classes ? { classes: classes.things } : wished), masks };
    return opened(readYolo(folder, options));
  },
};

const csv: Format = {
  summary:
    'a table with a box a line: image, x1, y1, x2, y2, label (or filename, xmin, …, or bbox); see --columns, --separator',
  labels: 'boxes',
  tasks: ['detection'],
  without: ['length'],
  parts: ({ data, images, annotations }) => csvParts(dataOf({ data }, 'csv'), { images, annotations }),
  open(request) {
    const { classes, names, columns, separator } = request;
    const options = { ...boxOptions(request), columns, separator, classes: classes?.things ?? names };
    return opened(readBoxCsv(dataOf(request, 'csv'), options));
  },
};

const masks: Format = {
  summary:
    'label maps of the names of the images, beside them or in masks: numbers are classes, the background first; 0 and 255, too; for masks of objects each number, or each file, is one',
  labels: 'maps',
  tasks: ['segmentation', 'instances'],
  without: ['length', ...tableAlone],
  parts: ({ data, images, annotations }) =>
    maskParts({ folder: dataOf({ data }, 'masks'), images, masks: annotations }),
  open(request) {
    const { annotations, images, names, classes, split, task } = request;
    const [background, ...things] = names ?? [];
    const wished = background === undefined ? undefined : { stuff: [background], things };
    const { onProblem, maxPixels, maxLeftOut } = problemOptions(request);
    const folder = dataOf(request, 'masks');
    const options = { folder, images, masks: annotations, split, onProblem, maxPixels, maxLeftOut };
    if (task !== 'instances') return opened(readMaskFolders({ ...options, classes: classes ?? wished }));
    const own = classes?.things ?? thingsOf(names, task);
    const objects = own && { stuff: [], things: own };
    return withoutCount(opened(readMaskFolders({ ...options, labels: 'instances', classes: objects })));
  },
};

const cocoPanoptic: Format = {
  summary:
    'COCO panoptic: annotations/panoptic_train.json with segments_info, and a PNG an image in the folder of that name; every pixel has one segment',
  labels: 'panoptic maps',
  tasks: ['panoptic', 'instances', 'segmentation', 'detection'],
  without: ['names', 'length', ...tableAlone],
  parts: ({ data, images, annotations }) =>
    cocoPanopticParts(dataOf({ data }, 'coco-panoptic'), { images, annotations }),
  open(request) {
    const { images, annotations, split, classes } = request;
    const { onProblem, maxPixels, maxLeftOut } = problemOptions(request);
    const options = { images, annotations, split, classes, onProblem, maxPixels, maxLeftOut };
    return opened(readCocoPanoptic(dataOf(request, 'coco-panoptic'), options));
  },
};

/** The formats by name. */
export const formats: Record<string, Format> = {
  voc,
  coco,
  'coco-panoptic': cocoPanoptic,
  yolo,
  masks,
  csv,
  scenes,
};

/** @throws where there is no such format. */
export function formatOf(name: string): Format {
  if (Object.hasOwn(formats, name)) return formats[name];
  throw new UsageError(`--format: expected one of ${Object.keys(formats).join(', ')}, got ${name}`);
}

/** @throws where nothing in a data set can be used: no image, or of boxes none although there should be some. */
export function checkUsable({ dataset, problems, objects, looksLike }: OpenedData, what: string): void {
  const first = problems.list.find(({ kind }) => kind === 'images' || kind === 'objects' || kind === 'unlabeled');
  const reason = first === undefined ? '' : `; the first problem: ${first.file}: ${first.reason}`;
  const more = () => reason + (looksLike?.() ?? '');
  if (dataset.length === 0) throw new Error(`${what}, found none${more()}`);
  if (objects === 0 && (problems.objects > 0 || problems.unlabeled >= dataset.length)) {
    throw new Error(`${what} with boxes, found ${dataset.length} without any${more()}`);
  }
}
