import { type Command, InvalidArgumentError } from 'commander';
import { semanticNames } from '../data/classNames';
import type { Classes } from '../data/dataset';
import { boxColumns, type Columns, isBoxColumn } from '../formats/boxColumns';
import type { Task } from '../models/architectures';
import { resolvedPaths } from './dataPaths';
import { type DataRequest, formats } from './formats';
import { maxPixelsOption, names, pathOf, whole } from './usage';

/** What the shell says of a data set. */
export interface DataFlags {
  format?: string;
  data?: string;
  images?: string;
  annotations?: string;
  classes?: string[];
  columns?: string;
  separator?: string;
  strict?: boolean;
  maxPixels?: number;
  maxLeftOut?: number;
}

/** Columns of a table: `image,x1,y1,x2,y2,label` in their order, `-` for one that is left out, or `image=photo,label=kind` by their names. */
export function parseColumns(text: string): Columns {
  const parts = text.split(',').map((part) => part.trim());
  const named = parts.map((part) => part.split('=').map((word) => word.trim()));
  const wrong = named.map(([column]) => column).find((column) => column !== '-' && !isBoxColumn(column));
  if (wrong !== undefined) {
    throw new InvalidArgumentError(
      `Expected ${boxColumns.join(', ')}, or - for a column that is left out, got ${wrong}.`,
    );
  }
  if (named.every((pair) => pair.length === 1)) return parts.map((part) => (isBoxColumn(part) ? part : null));
  if (named.every((pair) => pair.length === 2 && pair[0] !== '-' && pair[1] !== '')) return Object.fromEntries(named);
  throw new InvalidArgumentError(
    'Expected columns in their order, or each with its name, such as image=photo,label=kind.',
  );
}

/** Reads columns and keeps their text: settings are plain data. */
function columnsText(text: string): string {
  parseColumns(text);
  return text;
}

/** One character; `tab` for a tabulator. */
function separatorOf(text: string): string {
  const separator = /^(tab|\\t)$/i.test(text) ? '\t' : text;
  if (separator.length === 1 && !/["\r\n]/.test(separator)) return separator;
  throw new InvalidArgumentError('Expected one character, or tab.');
}

/** Gives a command the options that name a data set. */
export function addDataOptions(command: Command): Command {
  return command
    .option('--format <name>', `how the images are labeled: ${Object.keys(formats).join(', ')} (found in --data)`)
    .option(
      '--data <path>',
      'folder of the labeled images (coco, coco-panoptic, csv, yolo: or the .json, .csv, data.yaml)',
      pathOf,
    )
    .option('--images <folder>', 'folder of the images, where it is not found; see Paths', pathOf)
    .option('--annotations <path>', 'file or folder of the labels, where it is not found; see Paths', pathOf)
    .option('--classes <names>', 'names of the classes, with commas between; otherwise those of the data', names)
    .option(
      '--columns <list>',
      `csv: what each column holds (${boxColumns.slice(0, 5).join(', ')}, label, …, or -), or image=NAME,…`,
      columnsText,
    )
    .option('--separator <character>', 'csv: what stands between fields, or tab (found)', separatorOf)
    .option('--strict', 'stop at the first image or box that cannot be used, instead of leaving it out')
    .addOption(maxPixelsOption())
    .option('--max-left-out <n>', 'most images that may be missing or left out (100000)', whole(0));
}

const layouts = `
Folders that are known as they are, with or without parts (train; val, valid or validation; test):
  voc    JPEGImages, Annotations (or SegmentationClass, SegmentationObject), ImageSets/Main/train.txt · images, annots (or annotations) · a.jpg, a.xml · train/a.jpg, train/a.xml
  coco   images (or train, val), annotations/instances_train.json · train/_annotations.coco.json · images, result.json
  coco-panoptic  annotations/panoptic_train.json, its PNGs in annotations/panoptic_train, images anywhere in the folder
  yolo   data.yaml, images/train, labels/train · train/images, train/labels · obj.names, train.txt, obj_train_data · images, labels, classes.txt
  masks  images, masks (a.png, a_mask.png, a-label.png, …) · train/images, train/masks · NAME/images/a.png, NAME/masks/*.png, a map an object
  csv    images, boxes.csv · train/_annotations.csv

Paths: --images and --annotations are absolute, or in the working folder, or else in the folder of --data:
  $ detseg info --data photographs --images images --annotations annots

What cannot be used is left out and counted; problems.jsonl in the folder of a run lists all of it.`;

/** The formats, one a line, for the help of a command. */
export function formatHelp(): string {
  const width = Math.max(...Object.keys(formats).map((name) => name.length));
  const lines = Object.entries(formats).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  return ['Formats:', ...lines, layouts].join('\n');
}

/** The part of a request that the flags say. @throws where a path leads nowhere. */
export function requestOf(flags: DataFlags) {
  const { data, images, annotations, classes, columns, separator, strict = false, maxPixels, maxLeftOut } = flags;
  const table = { columns: columns === undefined ? undefined : parseColumns(columns), separator };
  const paths = resolvedPaths({ data, images, annotations });
  return {
    ...paths,
    // Messages show it as it was given.
    data: data ?? paths.data,
    ...table,
    names: classes,
    skip: !strict,
    maxPixels,
    maxLeftOut,
  } satisfies Partial<DataRequest>;
}

/** Names of the classes that a task's numbers stand for. */
export function namesOf(task: Task, classes: Classes): string[] {
  return task === 'detection' || task === 'instances' ? [...classes.things] : semanticNames(classes);
}
