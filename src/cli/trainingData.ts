import { keepInMemory } from '../data/batches';
import type { Classes, Dataset } from '../data/dataset';
import { joinProblems, problemLog } from '../data/problems';
import { resizeDataset } from '../data/resizeDataset';
import { dropBroken, splitDataset } from '../data/splitDataset';
import { partFor, roleOf } from '../formats/parts';
import type { Task } from '../models/architectures';
import type { ImageSize } from '../shape/types';
import { namesOf, requestOf } from './dataOptions';
import { openData, partsOf } from './findFormat';
import { type AnySample, checkUsable, type OpenedData } from './formats';
import type { PartProblems } from './problemNotes';
import type { TrainSettings } from './trainSettings';
import { counted, UsageError } from './usage';

/** Images to train on and images to measure on. */
export interface TrainingData {
  train: Dataset<AnySample>;
  validation: Dataset<AnySample>;
  /** How the parts came about, one line each. */
  notes: string[];
  /** What was left out of each part. */
  problems: PartProblems[];
}

/** What the parts are called where their problems are listed. */
const partNames = { train: 'training', validation: 'to measure on' } as const;

/** @throws where a data set's classes are not those that the model knows, in their order. */
export function checkClasses(known: Classes, found: Classes, task: Task): void {
  // What is stuff and what is a thing makes a difference in a panoptic map alone.
  const list = (classes: Classes) =>
    task === 'panoptic'
      ? `${classes.stuff.join(', ')} as stuff and ${classes.things.join(', ')} as things`
      : namesOf(task, classes).join(', ');
  if (list(known) !== list(found)) {
    throw new UsageError(`--data: expected the classes ${list(known)}, as the model knows them, got ${list(found)}`);
  }
}

const wanted = ({ data, format }: TrainSettings, part: string) =>
  `${data ?? format}: expected images in the ${part} part`;

/** The part that is looked at where none is asked for: what is trained on, or else the first part there is; none where all is in one. */
export function usualPart(names: readonly string[]): string | undefined {
  // Lists of a few images, such as those of a class, are no parts that a set consists of.
  return partFor(names, 'train') ?? names.find((name) => roleOf(name) !== null);
}

/** The parts that are trained on and measured on, and a note on those that are not used. */
function chosenParts(settings: TrainSettings, names: readonly string[]) {
  const train = settings.trainSplit ?? usualPart(names);
  const own = settings.holdOut === undefined ? partFor(names, 'val') : undefined;
  const validation = settings.validationSplit ?? (own === train ? undefined : own);
  const used = [train, validation].filter((name) => name !== undefined);
  const rest = names.filter((name) => roleOf(name) !== null && !used.includes(name));
  const isTold = settings.data !== undefined && rest.length > 0;
  return { train, validation, notes: isTold ? [`parts: ${used.join(', ')}; not used: ${rest.join(', ')}`] : [] };
}

/** How many images to measure on are trained on as well. */
function sharedNotes(train: OpenedData, validation: OpenedData): string[] {
  const trained = new Set(train.paths);
  const shared = (validation.paths ?? []).filter((path) => trained.has(path)).length;
  if (shared === 0) return [];
  return [
    `${shared} of ${counted(validation.dataset.length, 'image')} to measure on ${shared === 1 ? 'is' : 'are'} trained on, too`,
  ];
}

/** Which classes have no box in a part: what nobody trains on cannot be found, and what is not there cannot be measured. */
function missingNotes({ dataset, objects, objectsOf }: OpenedData, part: string, what: string): string[] {
  const missing = dataset.classes.things.filter((_, label) => objectsOf?.[label] === 0);
  if (!objects || missing.length === 0) return [];
  const shown = missing.length > 8 ? [...missing.slice(0, 8), `… (${missing.length})`] : missing;
  return [`${part}: no box of ${shown.join(', ')}: ${what}`];
}

/** Opens both parts of a data set. Nothing is resized yet. @throws where nothing in one of them can be used. */
export function openTrainingData(settings: TrainSettings, task: Task, size: ImageSize): TrainingData {
  const { format: name, seed, length } = settings;
  const request = { ...requestOf(settings), task, size, seed };
  const parts = chosenParts(settings, partsOf(name, { ...request, length }));
  const first = openData(name, { ...request, split: parts.train, length });
  checkUsable(first, wanted(settings, 'training'));
  const problems = [{ part: partNames.train, problems: first.problems }];
  const untrained = missingNotes(first, partNames.train, 'the model will not find any');
  if (parts.validation === undefined) {
    const share = settings.holdOut ?? 0.2;
    const { length: all } = first.dataset;
    if (all < 2) throw new Error(`${settings.data ?? name}: expected at least two images, found one`);
    // However few there are, one is measured on and one is trained on.
    const kept = Math.min(all - 1, Math.max(1, Math.round(all * (1 - share))));
    const fractions = [kept / all, (all - kept) / all];
    const [train, validation] = splitDataset(first.dataset, { seed, fractions });
    const note = `${counted(validation.length, 'image')} of ${all} held out to measure on`;
    return { train, validation, notes: [...parts.notes, note, ...untrained], problems };
  }
  // Of painted images, a tenth of the training images is enough.
  const few = length === undefined ? undefined : Math.max(8, Math.round(length / 10));
  const { classes } = first.dataset;
  const second = openData(name, { ...request, split: parts.validation, classes, length: few });
  checkUsable(second, wanted(settings, 'validation'));
  checkClasses(classes, second.dataset.classes, task);
  return {
    train: first.dataset,
    validation: second.dataset,
    notes: [
      ...parts.notes,
      ...sharedNotes(first, second),
      ...untrained,
      ...missingNotes(second, partNames.validation, 'whether they are found is not measured'),
    ],
    problems: [...problems, { part: partNames.validation, problems: second.problems }],
  };
}

/** The images of one size, kept in memory as far as they are allowed to. @param memory MB. */
export function prepared(
  dataset: Dataset<AnySample>,
  { size, letterbox, memory }: { size: ImageSize; letterbox: boolean; memory: number },
): Dataset<AnySample> {
  return keepInMemory(resizeDataset(dataset, { ...size, letterbox }), { maxBytes: memory * 1e6 });
}

/** Both parts at the size of the settings, and without what cannot be decoded. @param onImage called while they are looked through. */
export function preparedData(
  { train, validation, notes, problems }: TrainingData,
  settings: TrainSettings,
  onImage: (index: number, length: number) => void,
): TrainingData {
  const { letterbox, memory, strict, format } = settings;
  const size = settings.size!;
  // Both share what is allowed, by their numbers of images.
  const share = train.length / (train.length + validation.length);
  const part = (dataset: Dataset<AnySample>, own: number) =>
    decodable(prepared(dataset, { size, letterbox, memory: memory * own }), {
      format,
      strict,
      onImage: (index) => onImage(index, dataset.length),
    });
  const [first, second] = [part(train, share), part(validation, 1 - share)];
  checkUsable(first, wanted(settings, 'training'));
  checkUsable(second, wanted(settings, 'validation'));
  const found = [
    { part: partNames.train, problems: first.problems },
    { part: partNames.validation, problems: second.problems },
  ];
  return { train: first.dataset, validation: second.dataset, notes, problems: joinedParts(problems, found) };
}

/** The problems of two looks at the same parts. */
function joinedParts(before: readonly PartProblems[], found: readonly PartProblems[]): PartProblems[] {
  return found.map(({ part, problems }) => {
    const own = before.find((entry) => entry.part === part);
    return { part, problems: own ? joinProblems(own.problems, problems) : problems };
  });
}

/**
 * The images that can be decoded; the others are left out and listed. Painted ones always can be.
 * @param onImage called while they are looked through.
 */
export function decodable(
  dataset: Dataset<AnySample>,
  { format, strict, onImage }: { format?: string; strict: boolean; onImage?: (index: number) => void },
): OpenedData {
  if (strict || format === 'scenes') return { dataset, problems: problemLog('images').problems };
  const sound = dropBroken(dataset, { onImage });
  return { dataset: sound, problems: sound.problems };
}
