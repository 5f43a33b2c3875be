import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { crc32 } from 'node:zlib';
import { isNdarray } from '../checks/isNdarray';
import { printable } from '../checks/printable';
import type { Dataset } from '../data/dataset';

import type { AnySample } from './formats';
import { counted, UsageError } from './usage';

/** The images of both parts that a run was begun with, a line each; see {@link watchImages}. */
export interface ImageLists {
  training: string[];
  validation: string[];
}

/** What is known of an image: its name; its size and that of its file; a checksum of its labels. */
function lineOf({ image, path, ...labels }: AnySample): string {
  const [height, width] = image.shape;
  const parts = Object.entries(labels).filter(([, part]) => isNdarray(part));
  let sum = 0;
  for (const [, { data }] of parts as [string, { data: Uint8Array }][]) {
    // An empty part would begin another sum.
    if (data.length > 0) sum = crc32(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), sum);
  }
  const bytes = path === undefined ? 0 : statSync(path).size;
  const name = path === undefined ? '' : basename(path);
  return `${name}: ${width}×${height} px, ${bytes} bytes, labels ${sum.toString(16).padStart(8, '0')}`;
}

/** A data set that remembers what its images are like when they are read for the first time. */
export function watchImages(dataset: Dataset<AnySample>): { dataset: Dataset<AnySample>; lines: () => string[] } {
  const lines: string[] = new Array(dataset.length);
  return {
    dataset: {
      ...dataset,
      sample(index) {
        const sample = dataset.sample(index);
        lines[index] ??= lineOf(sample);
        return sample;
      },
    },
    // Those that could not be decoded have none.
    lines: () => lines.filter((line) => line !== undefined),
  };
}

/** Differences that are named. */
const mostNamed = 3;

const nameOf = (line: string) => line.slice(0, line.lastIndexOf(': '));

/** What is different between two lists, in sentences. */
function differences(before: readonly string[], now: readonly string[]): string[] {
  const [old, current] = [before, now].map((lines) => new Map(lines.map((line) => [nameOf(line), line])));
  const gone = [...old.keys()].filter((name) => !current.has(name)).map((name) => `${name} is missing`);
  const added = [...current.keys()].filter((name) => !old.has(name)).map((name) => `${name} is new`);
  const changed = [...current].flatMap(([name, line]) => {
    const begun = old.get(name);
    return begun === undefined || begun === line
      ? []
      : [`${name} has changed (was ${begun.slice(name.length + 2)}; is ${line.slice(name.length + 2)})`];
  });
  return [...gone, ...added, ...changed];
}

const sameLines = (one: readonly string[], other: readonly string[]) =>
  one.length === other.length && one.every((line, i) => line === other[i]);

/**
 * Throws where the images of both parts are not those that a run was begun with, in their order.
 * @throws naming the first that are different, and what to do.
 */
export function checkImages(before: ImageLists, now: ImageLists): void {
  if (sameLines(before.training, now.training) && sameLines(before.validation, now.validation)) return;
  // Of both parts together: where one image is missing, those that are held out at random are others, too.
  const [old, current] = [before, now].map(({ training, validation }) => [...training, ...validation]);
  const found = differences(old, current);
  const named = found.slice(0, mostNamed);
  if (found.length > named.length) named.push(`${found.length - named.length} more`);
  const counts = old.length === current.length ? '' : ` (${counted(old.length, 'image')} then, ${current.length} now)`;
  const reasons = named.length > 0 ? named.join('; ') : 'they are in another order';
  throw new UsageError(
    `--data: expected the images that the run was begun with${counts}: ${printable(reasons)}; put them back, or begin anew with --overwrite`,
  );
}
