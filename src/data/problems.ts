import type { Dataset, ImageSample } from './dataset';

/** What a reader does with what it cannot use. */
export type OnProblem = 'throw' | 'skip';

/** What was wrong with a data set that was read with `onProblem: 'skip'`. */
export interface Problems {
  /** Images left out. */
  readonly images: number;
  /** Things left out of images that stayed. */
  readonly objects: number;
  /** Boxes that reached beyond their image by more than a pixel and were cut off there. */
  readonly clipped: number;
  /** Images whose labels were made for the photograph as its file stores it, and were turned upright with it. */
  readonly turned: number;
  /** What was wrong, file and place first; of many, the first 100. */
  readonly texts: readonly string[];
}

/** A data set whose labels were read from files. Its images are decoded one by one, when they are asked for. */
export interface ReadDataset<S extends ImageSample> extends Dataset<S> {
  /** What was left out or mended while it was opened. */
  readonly problems: Problems;
}

/** Most texts that are kept. */
const mostTexts = 100;

/** Where a reader's problems go: out as an error, or into a count. */
export interface ProblemLog {
  /** The reader: what its errors begin with. */
  readonly caller: string;
  readonly onProblem: OnProblem;
  readonly problems: Problems;
  /** Notes a problem, `<caller>: <place>: <reason>`. @throws unless problems are skipped, or it is only that something was turned. */
  note(kind: 'images' | 'objects' | 'clipped' | 'turned', place: string, reason: string): void;
  /** Whether an error begins with the caller already, as those that {@link note} throws do. */
  isTold(error: unknown): boolean;
  /** An error as it leaves the reader, `<caller>: <place><reason>`; the error itself where that is told already. */
  told(error: unknown, place?: string): unknown;
}

/** @throws on another wish than `throw` and `skip`. */
export function problemLog(caller: string, onProblem: OnProblem = 'throw'): ProblemLog {
  if (onProblem !== 'throw' && onProblem !== 'skip') {
    throw new Error(`${caller}: expected onProblem 'throw' or 'skip', got ${JSON.stringify(onProblem)}`);
  }
  const texts: string[] = [];
  const problems = { images: 0, objects: 0, clipped: 0, turned: 0, texts };
  const isTold = (error: unknown) => (error as Error).message.startsWith(`${caller}: `);
  return {
    caller,
    onProblem,
    problems,
    note(kind, place, reason) {
      const text = `${caller}: ${place}: ${reason}`;
      if (onProblem === 'throw' && kind !== 'turned') throw new Error(text);
      problems[kind]++;
      if (texts.length < mostTexts) texts.push(text);
    },
    isTold,
    told(error, place = '') {
      return isTold(error) ? error : new Error(`${caller}: ${place}${(error as Error).message}`, { cause: error });
    },
  };
}
