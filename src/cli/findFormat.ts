import { existsSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { isStructural } from '../formats/dataFolder';
import { detectFormats, type FormatCandidate } from '../formats/detectFormat';
import { architectures, type Task, taskOf } from '../models/architectures';
import { type DataRequest, type Format, flags, formatOf, type OpenedData, type Place } from './formats';
import { UsageError } from './usage';

/** A format that was found, and what it was known by, in a line. */
export interface FoundFormat {
  format: string;
  task: Task;
  note: string;
  /** Other tasks that its labels are good for. */
  others: Task[];
}

/** Names of the models that learn a task. */
const modelsOf = (task: Task) => architectures.filter((name) => taskOf(name) === task).join(', ');

/** What a task learns from, and what its models are called. */
const wordsOf: Record<Task, { labels: string; model: string }> = {
  detection: { labels: 'boxes', model: 'a detector' },
  segmentation: { labels: 'maps of classes', model: 'a model of pixels' },
  instances: { labels: 'masks of objects', model: 'a model of masks' },
  panoptic: { labels: 'panoptic maps', model: 'a panoptic model' },
};

/** Some words with commas between, and `or` before the last. */
const either = (words: readonly string[]) =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;

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
export function findFormat({ data, images, annotations }: Omit<Place, 'task'>, task?: Task): FoundFormat {
  if (data === undefined) throw new UsageError('--format: expected one, or --data to find it out, got neither');
  if (!existsSync(data)) throw new Error(`${data}: no such file or folder`);
  const all = foundIn(data, { images, annotations });
  const fitting = all.filter((candidate) => task === undefined || candidate.task === task);
  // One that is good for several tasks is named once.
  const shown = (candidates: typeof all) =>
    [...new Set(candidates.map(({ format, evidence }) => `${format} (${evidence})`))].join(', ');
  if (fitting.length === 0) {
    const tasks = [...new Set(all.map((candidate) => candidate.task))];
    const found = either(tasks.map((one) => wordsOf[one].labels));
    const advice = tasks.map((one) => `${wordsOf[one].model} as --model: ${modelsOf(one)}`).join('; or ');
    throw new UsageError(
      `--data ${data}: expected ${wordsOf[task!].labels}, found ${found}: ${shown(all)}; choose ${advice}`,
    );
  }
  const names = new Set(fitting.map(({ format }) => format));
  if (names.size > 1) {
    const tasks = new Set(fitting.map((candidate) => candidate.task)).size > 1 ? ', or a --task' : '';
    throw new UsageError(`--format: expected one${tasks}, since ${data} may be ${shown(fitting)}`);
  }
  const { format, evidence, task: own } = fitting[0];
  const others = fitting.flatMap((candidate) => (candidate.task === own ? [] : [candidate.task]));
  return { format, task: own, note: `format: ${format}, found by ${evidence}; --format says another`, others };
}

/** What a folder looks like that is in another format than its user says; nothing where it is not known. */
function otherFormat(name: string, { data, images, annotations }: Partial<Place>): string {
  try {
    const found = detectFormats(data!, { images, annotations });
    if (found.length === 0 || found.some(({ format }) => format === name)) return '';
    const seen = new Set(found.map(({ format, evidence }) => `${format} (${evidence})`));
    return `; it looks like ${[...seen].join(' or ')}: leave --format out`;
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
  const { task } = request;
  if (task !== undefined && !format.tasks.includes(task)) {
    const wanted = either(format.tasks.map((one) => `${wordsOf[one].model} (${modelsOf(one)})`));
    throw new UsageError(`--format ${name}: expected ${wanted}, since the labels are ${format.labels}`);
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
