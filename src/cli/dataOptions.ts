import type { Command } from 'commander';
import { semanticNames } from '../data/classNames';
import type { Classes } from '../data/dataset';
import { type DataRequest, formats } from './formats';
import { maxPixelsOption, names, pathOf } from './usage';

/** What the shell says of a data set. */
export interface DataFlags {
  format: string;
  data?: string;
  images?: string;
  annotations?: string;
  classes?: string[];
  strict?: boolean;
  maxPixels?: number;
}

/** Gives a command the options that name a data set. */
export function addDataOptions(command: Command): Command {
  return command
    .option('--format <name>', `how the images are labeled: ${Object.keys(formats).join(', ')}`)
    .option('--data <path>', 'folder (coco, csv: folder or file) of the labeled images', pathOf)
    .option('--images <folder>', 'folder of the images, where it is not the usual one', pathOf)
    .option('--annotations <path>', 'file or folder of the labels, where it is not the usual one', pathOf)
    .option('--classes <names>', 'names of the classes, with commas between; otherwise those of the data', names)
    .option('--strict', 'stop at the first image or box that cannot be used, instead of leaving it out')
    .addOption(maxPixelsOption());
}

/** The formats, one a line, for the help of a command. */
export function formatHelp(): string {
  const width = Math.max(...Object.keys(formats).map((name) => name.length));
  const lines = Object.entries(formats).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  return ['Formats:', ...lines].join('\n');
}

/** The part of a request that the flags say. */
export function requestOf({ data, images, annotations, classes, strict = false, maxPixels }: DataFlags) {
  return { data, images, annotations, names: classes, skip: !strict, maxPixels } satisfies Partial<DataRequest>;
}

/** Names of the classes that a task's numbers stand for. */
export function namesOf(task: 'detection' | 'segmentation', classes: Classes): string[] {
  return task === 'detection' ? [...classes.things] : semanticNames(classes);
}
