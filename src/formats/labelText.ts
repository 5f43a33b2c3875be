import type { ProblemLog } from '../data/problems';
import type { ContainedFolder } from '../platform/containedFolder';
import { eachLine, readAnyText, type TextLine } from '../platform/textFile';

/** Size of a file of text at most, bytes, where nothing else is said. */
export const mostTextBytes = 2 ** 26;

/** Size of the labels of one image at most, bytes, where nothing else is said: room for 50,000 boxes and more. */
export const mostLabelBytes = 2 ** 22;

/** Size of a list of classes at most, bytes. */
export const mostClassBytes = 2 ** 20;

/** What a file of labels holds, in whatever encoding it is; a guessed one is noted. @throws with the reason alone. */
export function labelText(
  folder: ContainedFolder,
  file: string,
  { log, maxBytes, ...options }: LabelTextOptions,
): string {
  const { text, odd } = readAnyText(folder.inside(file), maxBytes, options);
  if (odd !== null) log.note('fields', file, odd);
  return text;
}

/** Settings of {@link labelText}. */
export interface LabelTextOptions {
  log: ProblemLog;
  maxBytes: number;
  /** Whether the file may hold nothing (false). */
  empty?: boolean;
  /** Finds the name of the encoding in the beginning of the file, where it tells. */
  declared?(head: string): string | null;
}

/** The entries of a list, one a line, one after the other; blank lines are left out, and so are repeats, with a note. */
export function* listEntries(
  folder: ContainedFolder,
  file: string,
  options: LabelTextOptions,
): Generator<TextLine, void> {
  const seen = new Map<string, number>();
  for (const entry of eachLine(labelText(folder, file, options))) {
    const { line, number } = entry;
    const before = seen.get(line);
    if (before === undefined) {
      seen.set(line, number);
      yield entry;
      continue;
    }
    const reason = `expected each image once, got ${JSON.stringify(line)} of line ${before} again`;
    options.log.note('repeats', { file, place: `line ${number}` }, reason);
  }
}
