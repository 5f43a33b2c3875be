import { join } from 'node:path';
import { type Task, taskOf } from '../models/architectures';
import { progressDisplay } from '../viz/progressDisplay';
import type { Console } from './console';
import { findFormat } from './findFormat';
import { checkFingerprint, fingerprintOf } from './fingerprint';
import { checkImages, type ImageLists, watchImages } from './imageList';
import { thisMachine } from './machine';
import { chooseModel, fittingSize } from './modelChoice';
import type { ModelWish } from './modelWish';
import { partNotes } from './problemNotes';
import { type RunRecord, runFiles } from './runFolder';
import { checkClasses, openTrainingData, preparedData, type TrainingData } from './trainingData';
import { settingsOf, type TrainFlags, type TrainSettings } from './trainSettings';
import { counted } from './usage';

/** Size where none is asked for: that of scenes is small, of photographs the first one's shape with 256 px on its longer side. */
function usualSize(settings: TrainSettings, task: Task) {
  const least = { height: 64, width: 64 };
  if (settings.format === 'scenes') return least;
  const { train } = openTrainingData(settings, task, least);
  const [height, width] = firstOf(train, settings).image.shape;
  const scale = Math.min(1, 256 / Math.max(height, width));
  return { height: Math.max(1, Math.round(height * scale)), width: Math.max(1, Math.round(width * scale)) };
}

/** The first image; of those that can be decoded, unless the settings are strict. */
function firstOf(dataset: TrainingData['train'], { strict }: TrainSettings) {
  for (let index = 0; ; index++) {
    try {
      return dataset.sample(index);
    } catch (error) {
      if (strict || index === dataset.length - 1) throw error;
    }
  }
}

/** Shows which image is looked at while the body goes through them. */
async function looking<Result>(
  { quiet }: Console,
  body: (onImage: (index: number, length: number) => void) => Promise<Result>,
): Promise<Result> {
  const shown = progressDisplay();
  try {
    return await body((index, length) => {
      if (!quiet) shown.update(`looking at image ${index + 1}/${length}`);
    });
  } finally {
    shown.close();
  }
}

/** Both parts at the size of the model, and what their images are like. */
function prepareParts(
  opened: TrainingData,
  settings: TrainSettings,
  onImage: (index: number, length: number) => void,
): { data: TrainingData; images: ImageLists } {
  const [training, validation] = [watchImages(opened.train), watchImages(opened.validation)];
  const watched = { ...opened, train: training.dataset, validation: validation.dataset };
  const data = preparedData(watched, settings, onImage);
  // Painted images follow from the settings. Those of a strict run have not been looked at yet.
  if (settings.strict && settings.format !== 'scenes') {
    for (const part of [data.train, data.validation]) {
      for (let index = 0; index < part.length; index++) part.sample(index);
    }
  }
  if (settings.format === 'scenes') return { data, images: { training: [], validation: [] } };
  return { data, images: { training: training.lines(), validation: validation.lines() } };
}

/** The settings in the flags, and a note on a format that was found. */
export function begunSettings(flags: TrainFlags): { settings: TrainSettings; found: string[] } {
  const settings = settingsOf(flags);
  const { format } = settings;
  if (format !== undefined) return { settings: { ...settings, format }, found: [] };
  const found = findFormat(settings, taskOf(settings.model));
  return { settings: { ...settings, format: found.format }, found: [found.note] };
}

/** Images a step: of a set that is smaller than the usual number, all. One that was asked for stays as it is. */
function fewer(
  { batch }: TrainSettings,
  length: number,
  { chosen }: { chosen: boolean },
): { batch: number; notes: string[] } {
  if (chosen || batch <= length) return { batch, notes: [] };
  return { batch: length, notes: [`${counted(length, 'image')} a step, since there are no more to train on`] };
}

/** What is begun anew: the choice of the model, written down before the first step. */
export async function beginRun(
  { settings, found }: ReturnType<typeof begunSettings>,
  console: Console,
  flags: { chosen: boolean },
): Promise<{ record: RunRecord; data: TrainingData }> {
  const { model: architecture } = settings;
  const task = taskOf(architecture);
  const wished = settings.size ?? usualSize(settings, task);
  const fitting = fittingSize({ architecture, size: wished, options: settings.options });
  const { size } = fitting;
  const opened = openTrainingData(settings, task, size);
  const wish: ModelWish = { ...settings, architecture, size, anchors: settings.anchors ?? null };
  const { data, images, choice } = await looking(console, async (onImage) => {
    const parts = prepareParts(opened, { ...settings, size }, onImage);
    const { train } = parts.data;
    return { ...parts, choice: await chooseModel(wish, train, (index) => onImage(index, train.length)) };
  });
  const smaller = fewer(settings, data.train.length, flags);
  const told = partNotes(data.problems, runFiles.problems);
  const notes = [...found, ...fitting.notes, ...data.notes, ...told, ...choice.notes, ...smaller.notes];
  const begun = { ...settings, size, batch: smaller.batch };
  const record: RunRecord = {
    format: 'detseg-run',
    formatVersion: 1,
    settings: begun,
    model: choice.description,
    notes,
    machine: await thisMachine(),
    started: new Date().toISOString(),
    ended: null,
    fingerprint: fingerprintOf(begun, choice.description),
    images,
  };
  return { record, data };
}

/** The data of a run that is continued. @throws where settings, classes or images are not those that it was begun with. */
export function reopenData(
  { model, fingerprint, images }: RunRecord,
  settings: TrainSettings,
  { folder, console }: { folder: string; console: Console },
): Promise<TrainingData> {
  const path = join(folder, runFiles.run);
  if (fingerprint) checkFingerprint(path, fingerprint, { settings, model });
  else
    console.warn(`${path}: it has no fingerprint: whether settings and images are those of its beginning is not known`);
  const task = taskOf(model.architecture);
  const opened = openTrainingData(settings, task, model.size);
  checkClasses(model.classes, opened.train.classes, task);
  return looking(console, async (onImage) => {
    const { data, images: found } = prepareParts(opened, settings, onImage);
    if (images) checkImages(images, found);
    return data;
  });
}
