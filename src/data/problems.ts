import { shown } from '../checks/shown';
import type { Dataset, ImageSample } from './dataset';

/** Bounds of what may be wrong with a data set. */
export interface ProblemLimits {
  /** Images that may be left out at most (100,000): where more are missing or cannot be read, they are probably somewhere else. */
  maxLeftOut?: number;
}

/** What a reader does with what it cannot use. */
export type OnProblem = 'throw' | 'skip';

/**
 * What may be wrong with labeled images, and what a reader does about it:
 * - `images`: left out; `objects`: left out of images that stayed; `masks`: left out, or a part of them, while their boxes stayed;
 * - `turned`: labels made for the photograph as its file stores it, turned upright with it;
 * - `clipped`: boxes that reached beyond their image by more than a pixel and were cut off there;
 * - `repeats`: rows, boxes and entries of lists that were there before, left out;
 * - `fields`: entries that were odd and not needed, left out or read in another way;
 * - `unlabeled`: images without a file of labels, which show nothing; `unused`: files and folders that nothing was read from;
 * - `notes`: how something was read that can be read in more than one way.
 */
export const problemKinds = [
  'images',
  'objects',
  'masks',
  'clipped',
  'turned',
  'repeats',
  'fields',
  'unlabeled',
  'unused',
  'notes',
] as const;

/** See `problemKinds`. */
export type ProblemKind = (typeof problemKinds)[number];

/** Kinds that are listed and never thrown: nothing that was meant as a label is lost. */
const harmless: ReadonlySet<ProblemKind> = new Set(['turned', 'unlabeled', 'unused', 'notes']);

/** Whether nothing is lost by problems of a kind, so that they are listed and never thrown. */
export function isHarmless(kind: ProblemKind): boolean {
  return harmless.has(kind);
}

/** One thing that a reader left out, changed, or read in a way of its own. */
export interface Problem {
  /** What became of it. */
  readonly kind: ProblemKind;
  /** File or folder that it concerns, as the data set names it. */
  readonly file: string;
  /** Where in the file: `line 3`, `object 2`; null where it concerns the whole. */
  readonly place: string | null;
  /** What was expected, and what was there. */
  readonly reason: string;
}

/** What was wrong with a data set that was read with `onProblem: 'skip'`: how many of each kind ({@link ProblemKind}), and which. */
export interface Problems extends Readonly<Record<ProblemKind, number>> {
  /** All of them in the order in which they were found; of more than 100,000, the first. */
  readonly list: readonly Problem[];
  /** As lines `<reader>: <file>: <place>: <reason>`; of many, the first 100. */
  readonly texts: readonly string[];
}

/** A data set whose labels were read from files. Its images are decoded one by one, when they are asked for. */
export interface ReadDataset<S extends ImageSample> extends Dataset<S> {
  /** What was left out or changed while it was opened. */
  readonly problems: Problems;
  /** The files of its images, in order, where it is known. */
  readonly paths?: readonly string[];
  /** Number of boxes in all images; none where there are maps alone. */
  readonly objects?: number;
  /** Number of boxes of each class of `classes.things`, in all images; none where there are maps alone. */
  readonly objectsOf?: readonly number[];
}

/** Most entries that are kept. */
const most = { texts: 100, list: 1e5 };

/** Images that are left out at most, where nothing else is said. */
const usualLeftOut = 1e5;

/** Where something stands: a file, and a place in it. */
export interface ProblemPlace {
  file: string;
  place?: string | null;
}

/** Where a reader's problems go: out as an error, or into a list. */
export interface ProblemLog {
  /** The reader: what its errors begin with. */
  readonly caller: string;
  readonly onProblem: OnProblem;
  readonly problems: Problems;
  /** Notes a problem. @throws `<caller>: <file>: <place>: <reason>` unless problems are skipped, or nothing is lost. */
  note(kind: ProblemKind, at: string | ProblemPlace, reason: string): void;
  /** Throws where more images are left out than may be: it is asked as soon as they are known, before anything else is kept of them. */
  checkLeftOut(count: number): void;
  /** Whether an error begins with the caller already, as those that {@link note} throws do. */
  isTold(error: unknown): boolean;
  /** An error as it leaves the reader, `<caller>: <place><reason>`; the error itself where it says that already. */
  told(error: unknown, place?: string): unknown;
}

/** An error of one image: what a data set's `sample` throws, with the parts of its message. */
export class ImageProblem extends Error {
  /** File of the labels or of the image, and the place in it. */
  readonly at: ProblemPlace;
  /** What is wrong, without the place. */
  readonly reason: string;

  /** @param caller what the message begins with. */
  constructor(caller: string, at: ProblemPlace, cause: unknown) {
    // What a reader of images says begins with its own name.
    const reason = (cause as Error).message.replace(/^(readImage|readImageSize|readImageHeader|readPalette): /, '');
    super(`${caller}: ${placed(at)}${reason}`, { cause });
    this.at = at;
    this.reason = reason;
  }
}

/** `<file>: <place>: `. */
function placed({ file, place = null }: ProblemPlace): string {
  return place === null ? `${file}: ` : `${file}: ${place}: `;
}

/** An empty log that counts. */
function emptyProblems(): Problems & { list: Problem[]; texts: string[] } & Record<ProblemKind, number> {
  const counts = Object.fromEntries(problemKinds.map((kind) => [kind, 0])) as Record<ProblemKind, number>;
  return { ...counts, list: [], texts: [] };
}

/** @throws unless it is `throw` or `skip`. */
export function problemLog(
  caller: string,
  onProblem: OnProblem = 'throw',
  { maxLeftOut = usualLeftOut }: ProblemLimits = {},
): ProblemLog {
  if (onProblem !== 'throw' && onProblem !== 'skip') {
    throw new Error(`${caller}: expected onProblem 'throw' or 'skip', got ${shown(onProblem)}`);
  }
  const problems = emptyProblems();
  const isTold = (error: unknown) => (error as Error).message.startsWith(`${caller}: `);
  function checkLeftOut(count: number): void {
    // Where problems are thrown, the first one says more.
    if (onProblem === 'throw' || count <= maxLeftOut) return;
    const option = 'option maxLeftOut; on the command line --max-left-out';
    const first = problems.texts.length > 0 ? `; the first problem: ${problems.texts[0].slice(caller.length + 2)}` : '';
    throw new Error(
      `${caller}: expected at most ${maxLeftOut} images that are missing or cannot be read (${option}), got more: do they lie in another folder?${first}`,
    );
  }
  return {
    caller,
    onProblem,
    problems,
    note(kind, at, reason) {
      const { file, place = null } = typeof at === 'string' ? { file: at } : at;
      // Made where it is shown: there may be millions.
      const text = () => `${caller}: ${placed({ file, place })}${reason}`;
      if (onProblem === 'throw' && !harmless.has(kind)) throw new Error(text());
      problems[kind]++;
      if (kind === 'images') checkLeftOut(problems.images);
      if (problems.list.length < most.list) problems.list.push({ kind, file, place, reason });
      if (problems.texts.length < most.texts) problems.texts.push(text());
    },
    checkLeftOut,
    isTold,
    told(error, place = '') {
      return isTold(error) ? error : new Error(`${caller}: ${place}${(error as Error).message}`, { cause: error });
    },
  };
}

/** The problems of two looks at the same images, the first one's before the second one's. */
export function joinProblems(first: Problems, second: Problems): Problems {
  const joined = emptyProblems();
  for (const kind of problemKinds) joined[kind] = first[kind] + second[kind];
  joined.list = [...first.list, ...second.list].slice(0, most.list);
  joined.texts = [...first.texts, ...second.texts].slice(0, most.texts);
  return joined;
}
