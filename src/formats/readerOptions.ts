import { checkOptions, type OptionKinds } from '../checks/options';
import { checkPath } from '../checks/path';
import { shown } from '../checks/shown';
import type { OnProblem } from '../data/problems';
import type { ImageLimits } from '../images/imageFile';
import type { BoxLimits } from './annotated';

/** What the readers of files of boxes have in common. */
export interface BoxReaderOptions extends ImageLimits, BoxLimits {
  images?: string;
  annotations?: string;
  split?: string;
  classes?: readonly string[];
  onProblem?: OnProblem;
}

/** {@link BoxReaderOptions} for `checkOptions`. */
export const boxReaderKinds: OptionKinds<BoxReaderOptions> = {
  images: 'text',
  annotations: 'text',
  split: 'any',
  classes: 'any',
  onProblem: 'any',
  maxBytes: 'any',
  maxPixels: 'any',
  leastSide: 'any',
  maxLeftOut: 'any',
};

/** Throws unless limits are numbers: above 0, or for the side of a box from 0 on. */
function checkLimits(caller: string, { maxBytes, maxPixels, leastSide, maxLeftOut }: ImageLimits & BoxLimits): void {
  const isFrom = (least: number, value: unknown) =>
    value === undefined || (typeof value === 'number' && value >= least);
  for (const [name, value] of Object.entries({ maxBytes, maxPixels })) {
    if (!isFrom(Number.MIN_VALUE, value)) throw new Error(`${caller}: expected ${name} above 0, got ${shown(value)}`);
  }
  if (!isFrom(0, maxLeftOut)) throw new Error(`${caller}: expected maxLeftOut of 0 or more, got ${shown(maxLeftOut)}`);
  if (!isFrom(0, leastSide)) throw new Error(`${caller}: expected leastSide of 0 px or more, got ${shown(leastSide)}`);
}

/** Throws unless a reader's options are known ones, of their kinds. */
export function checkReaderOptions<Options extends ImageLimits & BoxLimits>(
  caller: string,
  options: Options,
  kinds: OptionKinds<Options>,
): void {
  checkLimits(caller, checkOptions(caller, options, kinds));
}

/** Throws unless a reader was given a path, and options that it knows. */
export function checkReader<Options extends ImageLimits & BoxLimits>(
  caller: string,
  path: string,
  options: Options,
  kinds: OptionKinds<Options>,
): void {
  checkPath(caller, path, 'the path of a file or a folder');
  checkReaderOptions(caller, options, kinds);
}
