import { keepInMemory } from '../data/batches';
import type { Classes, Dataset } from '../data/dataset';
import { resizeDataset } from '../data/resizeDataset';
import { dropBroken, splitDataset } from '../data/splitDataset';
import type { ImageSize } from '../shape/types';
import { namesOf, requestOf } from './dataOptions';
import { type AnySample, formatOf, type OpenedData, openData, problemNotes } from './formats';
import type { TrainSettings } from './trainSettings';
import { counted, UsageError } from './usage';

/** Images to train on and images to measure on. */
export interface TrainingData {
  train: Dataset<AnySample>;
  validation: Dataset<AnySample>;
  notes: string[];
}

/** @throws where a data set's classes are not those that the model knows, in their order. */
export function checkClasses(known: Classes, found: Classes, task: 'detection' | 'segmentation'): void {
  const list = (classes: Classes) => namesOf(task, classes).join(', ');
  if (list(known) !== list(found)) {
    throw new UsageError(`--data: expected the classes ${list(known)}, as the model knows them, got ${list(found)}`);
  }
}

function checkAny({ length }: Dataset<AnySample>, { data, format }: TrainSettings, part: string): void {
  if (length === 0) throw new Error(`${data ?? format}: expected images in the ${part} part, found none`);
}

/** The notes of both parts. */
function told(training: readonly string[], validation: readonly string[]): string[] {
  return [...training.map((note) => `training: ${note}`), ...validation.map((note) => `to measure on: ${note}`)];
}

/** Opens both parts of a data set. Nothing is resized yet. */
export function openTrainingData(
  settings: TrainSettings,
  task: 'detection' | 'segmentation',
  size: ImageSize,
): TrainingData {
  const { format: name, seed, length } = settings;
  const request = { ...requestOf(settings), task, size, seed };
  const parts = formatOf(name).parts(request);
  const first = openData(name, { ...request, split: settings.trainSplit ?? parts?.train, length });
  checkAny(first.dataset, settings, 'training');
  if (settings.holdOut !== undefined || (parts === null && settings.validationSplit === undefined)) {
    const share = settings.holdOut ?? 0.2;
    const { length: all } = first.dataset;
    if (all < 2) throw new Error(`${settings.data ?? name}: expected at least two images, found one`);
    // However few there are, one is measured on and one is trained on.
    const kept = Math.min(all - 1, Math.max(1, Math.round(all * (1 - share))));
    const fractions = [kept / all, (all - kept) / all];
    const [train, validation] = splitDataset(first.dataset, { seed, fractions });
    const note = `${counted(validation.length, 'image')} of ${all} held out to measure on`;
    return { train, validation, notes: [...first.notes, note] };
  }
  const split = settings.validationSplit ?? parts?.validation;
  // Of painted images, a tenth of the training images is enough.
  const few = length === undefined ? undefined : Math.max(8, Math.round(length / 10));
  const second = openData(name, { ...request, split, classes: first.dataset.classes, length: few });
  checkAny(second.dataset, settings, 'validation');
  checkClasses(first.dataset.classes, second.dataset.classes, task);
  return { train: first.dataset, validation: second.dataset, notes: told(first.notes, second.notes) };
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
  { train, validation, notes }: TrainingData,
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
  checkAny(first.dataset, settings, 'training');
  checkAny(second.dataset, settings, 'validation');
  return { train: first.dataset, validation: second.dataset, notes: [...notes, ...told(first.notes, second.notes)] };
}

/**
 * The images that can be decoded; the others are left out with a note. Painted ones always can be.
 * @param onImage called while they are looked through.
 */
export function decodable(
  dataset: Dataset<AnySample>,
  { format, strict, onImage }: { format?: string; strict: boolean; onImage?: (index: number) => void },
): OpenedData {
  if (strict || format === 'scenes') return { dataset, notes: [] };
  const sound = dropBroken(dataset, { onImage });
  return { dataset: sound, notes: problemNotes(sound.problems) };
}
