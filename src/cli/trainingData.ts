import type { ImageSize } from '../boxes/clipBoxes';
import { keepInMemory } from '../data/batches';
import type { Classes, Dataset } from '../data/dataset';
import { resizeDataset } from '../data/resizeDataset';
import { splitDataset } from '../data/splitDataset';
import { namesOf, requestOf } from './dataOptions';
import { type AnySample, formatOf, openData } from './formats';
import type { TrainSettings } from './trainSettings';
import { counted, UsageError } from './usage';

/** Pictures to train on and pictures to measure on. */
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
  const none = (part: string) =>
    new Error(`${settings.data ?? name}: expected pictures in the ${part} part, found none`);
  if (first.dataset.length === 0) throw none('training');
  if (settings.holdOut !== undefined || (parts === null && settings.validationSplit === undefined)) {
    const share = settings.holdOut ?? 0.2;
    const { length: all } = first.dataset;
    if (all < 2) throw new Error(`${settings.data ?? name}: expected at least two pictures, found one`);
    // However few there are, one is measured on and one is trained on.
    const kept = Math.min(all - 1, Math.max(1, Math.round(all * (1 - share))));
    const fractions = [kept / all, (all - kept) / all];
    const [train, validation] = splitDataset(first.dataset, { seed, fractions });
    const note = `${counted(validation.length, 'picture')} of ${all} held out to measure on`;
    return { train, validation, notes: [...first.notes, note] };
  }
  const split = settings.validationSplit ?? parts?.validation;
  // Of painted pictures, a tenth of the training pictures is enough.
  const few = length === undefined ? undefined : Math.max(8, Math.round(length / 10));
  const second = openData(name, { ...request, split, classes: first.dataset.classes, length: few });
  if (second.dataset.length === 0) throw none('validation');
  checkClasses(first.dataset.classes, second.dataset.classes, task);
  const told = (part: string, notes: readonly string[]) => notes.map((note) => `${part}: ${note}`);
  const notes = [...told('training', first.notes), ...told('to measure on', second.notes)];
  return { train: first.dataset, validation: second.dataset, notes };
}

/** The pictures of one size, kept in memory as far as they are allowed to. @param memory MB. */
export function prepared(
  dataset: Dataset<AnySample>,
  { size, letterbox, memory }: { size: ImageSize; letterbox: boolean; memory: number },
): Dataset<AnySample> {
  return keepInMemory(resizeDataset(dataset, { ...size, letterbox }), { maxBytes: memory * 1e6 });
}
