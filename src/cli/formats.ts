import { existsSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import type { Classes, Dataset, ImageSample, Sample } from '../data/dataset';
import { type Problems, problemLog, type ReadDataset } from '../data/problems';
import type { Columns } from '../formats/boxColumns';
import { isStructural } from '../formats/dataFolder';
import { detectFormats, type FormatCandidate } from '../formats/detectFormat';
import { csvParts, readBoxCsv } from '../formats/readBoxCsv';
import { cocoParts, readCoco } from '../formats/readCoco';
import { maskParts, readMaskFolders } from '../formats/readMaskFolders';
import { readVoc, vocParts } from '../formats/readVoc';
import { readYolo, yoloNames, yoloParts } from '../formats/readYolo';
import { architectures, taskOf } from '../models/architectures';
import { sceneDataset } from '../scenes/sceneDataset';
import type { ImageSize } from '../shape/types';
import { UsageError } from './usage';

/** A sample of any format: what is not known is not there. */
export type AnySample = ImageSample & Partial<Sample>;

/** What is to be read. */
export interface DataRequest {
  task: 'detection' | 'segmentation';
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
const flags = {
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
type Place = Pick<DataRequest, 'data' | 'images' | 'annotations' | 'task'>;

/** One way in which labeled images are stored. */
export interface Format {
  /** What it is, for the help. */
  summary: string;
  /** The only task that its labels are good for. */
  task?: DataRequest['task'];
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

const voc: Format = {
  summary:
    'Pascal VOC: an .xml file an image, in Annotations, annots or beside the images; SegmentationClass/*.png for pixels',
  without: ['length', ...tableAlone],
  parts({ data, images, annotations, task }) {
    const labels = task === 'detection' ? 'boxes' : 'semantic';
    return vocParts(dataOf({ data }, 'voc'), { images, annotations, labels });
  },
  open(request) {
    const { task, classes, names } = request;
    const folder = dataOf(request, 'voc');
    const options = { ...boxOptions(request), classes: classes?.things ?? thingsOf(names, task) };
    return opened(
      task === 'detection' ? readVoc(folder, options) : readVoc(folder, { ...options, labels: 'semantic' }),
    );
  },
};

/** The things among names: of pixels, a background may be named in front of them. */
function thingsOf(names: readonly string[] | undefined, task: DataRequest['task']): readonly string[] | undefined {
  return task === 'segmentation' && names?.[0] === 'background' ? names.slice(1) : names;
}

const coco: Format = {
  summary:
    'COCO: one .json file a part, such as annotations/instances_train.json, train/_annotations.coco.json, result.json',
  task: 'detection',
  without: ['length', ...tableAlone],
  parts: ({ data, images, annotations }) => cocoParts(dataOf({ data }, 'coco'), { images, annotations }),
  open(request) {
    const { classes, names } = request;
    return opened(readCoco(dataOf(request, 'coco'), { ...boxOptions(request), classes: classes?.things ?? names }));
  },
};

const yolo: Format = {
  summary:
    'YOLO: a .txt file an image, boxes or outlines, in labels or beside the images; names in data.yaml, classes.txt, …',
  task: 'detection',
  without: ['length', ...tableAlone],
  parts: ({ data, images, annotations }) => yoloParts(dataOf({ data }, 'yolo'), { images, annotations }),
  open(request) {
    const { classes, names, images, annotations } = request;
    const folder = dataOf(request, 'yolo');
    // Names that the folder knows choose among its classes; others stand for its numbers.
    const known = names && yoloNames(folder, { images, annotations });
    const wished = names?.every((name) => known?.includes(name)) ? { classes: names } : { names };
    return opened(readYolo(folder, { ...boxOptions(request), ...(classes ? { classes: classes.things } : wished) }));
  },
};

const csv: Format = {
  summary:
    'a table with a box a line: image, x1, y1, x2, y2, label (or filename, xmin, …, or bbox); see --columns, --separator',
  task: 'detection',
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
    'label maps of the names of the images, beside them or in masks: numbers are classes, the background first; 0 and 255, too',
  task: 'segmentation',
  without: ['length', ...tableAlone],
  parts: ({ data, images, annotations }) =>
    maskParts({ folder: dataOf({ data }, 'masks'), images, masks: annotations }),
  open(request) {
    const { annotations, images, names, classes, split } = request;
    const [background, ...things] = names ?? [];
    const wished = background === undefined ? undefined : { stuff: [background], things };
    const { onProblem, maxPixels, maxLeftOut } = problemOptions(request);
    const folder = dataOf(request, 'masks');
    const options = {
      folder,
      images,
      masks: annotations,
      split,
      classes: classes ?? wished,
      onProblem,
      maxPixels,
      maxLeftOut,
    };
    return opened(readMaskFolders(options));
  },
};

/** The formats by name. */
export const formats: Record<string, Format> = { voc, coco, yolo, masks, csv, scenes };

/** @throws where there is no such format. */
export function formatOf(name: string): Format {
  if (Object.hasOwn(formats, name)) return formats[name];
  throw new UsageError(`--format: expected one of ${Object.keys(formats).join(', ')}, got ${name}`);
}

/** A format that was found, and what it was known by, in a line. */
export interface FoundFormat {
  format: string;
  task: DataRequest['task'];
  note: string;
}

/** Names of the models that learn a task. */
const modelsOf = (task: DataRequest['task']) => architectures.filter((name) => taskOf(name) === task).join(', ');

/** The formats that a folder may be in. @throws where it is in none; of a folder of images alone, the error tells of labels beside it. */
function foundIn(data: string, options: Pick<Place, 'images' | 'annotations'>): FormatCandidate[] {
  try {
    return detectFormats(data, options);
  } catch (error) {
    const around = dirname(resolve(data));
    const more = isStructural(basename(resolve(data))) ? otherFormat('', { ...options, data: around }) : '';
    const advice =
      more === ''
        ? ''
        : `; but ${around} ${more.slice('; it '.length).replace(/: leave --format out$/, '')}: name it as --data`;
    throw new Error((error as Error).message + advice, { cause: error });
  }
}

/**
 * The format that a data set is in, by what its folder holds.
 * @param task what its labels must be good for, where that is known.
 * @throws where it may be several, naming them, or none.
 */
export function findFormat(
  { data, images, annotations }: Omit<Place, 'task'>,
  task?: DataRequest['task'],
): FoundFormat {
  if (data === undefined) throw new UsageError('--format: expected one, or --data to find it out, got neither');
  if (!existsSync(data)) throw new Error(`${data}: no such file or folder`);
  const all = foundIn(data, { images, annotations });
  const fitting = all.filter((candidate) => task === undefined || candidate.task === task);
  const shown = (candidates: typeof all) =>
    candidates.map(({ format, evidence }) => `${format} (${evidence})`).join(', ');
  if (fitting.length === 0) {
    const [wanted, found, advice] =
      task === 'segmentation'
        ? ['maps of classes', 'boxes', `choose a detector as --model: ${modelsOf('detection')}`]
        : ['boxes', 'maps of classes', `choose a model of pixels as --model: ${modelsOf('segmentation')}`];
    throw new UsageError(`--data ${data}: expected ${wanted}, found ${found}: ${shown(all)}; ${advice}`);
  }
  const names = new Set(fitting.map(({ format }) => format));
  if (names.size > 1) {
    const tasks = new Set(fitting.map((candidate) => candidate.task)).size > 1 ? ', or a --task' : '';
    throw new UsageError(`--format: expected one${tasks}, since ${data} may be ${shown(fitting)}`);
  }
  const { format, evidence, task: own } = fitting[0];
  return { format, task: own, note: `format: ${format}, found by ${evidence}; --format says another` };
}

/** What a folder looks like that is in another format than its user says; nothing where it is not known. */
function otherFormat(name: string, { data, images, annotations }: Partial<Place>): string {
  try {
    const found = detectFormats(data!, { images, annotations });
    if (found.length === 0 || found.some(({ format }) => format === name)) return '';
    return `; it looks like ${found.map(({ format, evidence }) => `${format} (${evidence})`).join(' or ')}: leave --format out`;
  } catch {
    return '';
  }
}

/** Runs a look into the data of a format; where it fails, the error tells what the data looks like. */
function looking<Result>(name: string, request: Partial<Place>, look: () => Result): Result {
  try {
    return look();
  } catch (error) {
    const more = error instanceof UsageError || request.data === undefined ? '' : otherFormat(name, request);
    throw more === '' ? error : new Error((error as Error).message + more, { cause: error });
  }
}

/** @throws where a format cannot give what is asked for. */
function checkRequest(name: string, request: Partial<DataRequest>): Format {
  const format = formatOf(name);
  if (format.task === 'detection' && request.task !== 'detection') {
    throw new UsageError(`--format ${name}: expected a detector, since the labels are boxes`);
  }
  if (format.task === 'segmentation' && request.task !== 'segmentation') {
    throw new UsageError(`--format ${name}: expected a model of pixels (u-net, fcn), since the labels are maps`);
  }
  const vain = format.without.find((part) => request[part] !== undefined);
  if (vain) throw new UsageError(`--format ${name}: expected no ${flags[vain]}, got ${request[vain]}`);
  return format;
}

/** Names of the parts of a data set; none where all images are in one. @throws where its format cannot give what is asked for. */
export function partsOf(name: string, request: Place & Partial<DataRequest>): string[] {
  const format = checkRequest(name, request);
  return looking(name, request, () => format.parts(request));
}

/** Opens a data set. @throws where its format cannot give what is asked for. */
export function openData(name: string, request: DataRequest): OpenedData {
  const format = checkRequest(name, request);
  const data = looking(name, request, () => format.open(request));
  return { ...data, looksLike: () => otherFormat(name, request) };
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
