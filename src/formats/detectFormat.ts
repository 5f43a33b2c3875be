import { problemLog } from '../data/problems';
import { imageEndings } from '../images/imageFile';
import type { ContainedFolder } from '../platform/containedFolder';
import { isFolder } from '../platform/fileKinds';
import { textLines } from '../platform/textFile';
import { cocoFiles } from './cocoFolder';
import { boxTables } from './csvFolder';
import { openDataFolder } from './dataFolder';
import { allFolders, filesBelow, findFolder } from './fileFinder';
import { endsWith, joined } from './fileNames';
import { foreignLabels } from './foreignLabels';
import { labelText } from './labelText';
import { openMaskFolder } from './maskFolder';
import { isPanopticFile, panopticFiles } from './readCocoPanoptic';
import { objectsFolder, openVocFolder } from './vocFolder';
import { isClassList, readYoloConfig } from './yoloConfig';
import { parseYoloRow } from './yoloLabels';

/** A format that a folder may be in. */
export interface FormatCandidate {
  format: 'voc' | 'coco' | 'coco-panoptic' | 'yolo' | 'csv' | 'masks';
  /** What its labels are good for; of a format that is good for several tasks, there is a candidate for each. */
  task: 'detection' | 'segmentation' | 'instances' | 'panoptic';
  /** What it was known by. */
  evidence: string;
}

/** A folder, and where in it, or beside it, labels are to be looked for. */
export interface DetectOptions {
  images?: string;
  annotations?: string;
}

const some = (files: readonly string[]) => (files.length > 2 ? `${files[0]}, … (${files.length})` : files.join(', '));

/** A folder of labels as the evidence shows it. */
const placeOf = (labels: ContainedFolder, at: string) => (at === '.' ? labels.path : at);

/** Runs a look that fails where there is nothing to be seen. */
function tried<Result>(look: () => Result | null): Result | null {
  try {
    return look();
  } catch {
    return null;
  }
}

function vocEvidence(path: string, options: DetectOptions, maps: boolean, objects = false): string | null {
  return tried(() => {
    const { labels, whole } = openVocFolder(path, { ...options, maps });
    const twins = whole.map((at) => objectsFolder(at));
    if (objects && !twins.some((at) => findFolder(labels, at) !== null)) return null;
    const files = whole.flatMap((at) =>
      labels.content(at).files.filter((file) => endsWith(file, [maps ? '.png' : '.xml'])),
    );
    return files.length > 0
      ? `${files.length} ${maps ? 'maps' : '.xml files'} in ${some(whole.map((at) => placeOf(labels, at)))}`
      : null;
  });
}

/** Whether a text holds rows of boxes or outlines. */
function isLabels(folder: ContainedFolder, file: string): boolean {
  const text = tried(() => labelText(folder, file, { log: problemLog('readYolo', 'skip'), maxBytes: 2 ** 22 }));
  const [first] = textLines(text ?? '');
  return first !== undefined && typeof parseYoloRow(first.line, 0) !== 'string';
}

function yoloEvidence(folder: ContainedFolder, labels: ContainedFolder): string | null {
  const config = readYoloConfig(folder, { log: problemLog('readYolo', 'skip'), maxBytes: 2 ** 22 });
  const yaml = config && /\.ya?ml$/i.test(config.file) ? [config.file] : [];
  for (const at of allFolders(labels, 5000)) {
    const texts = labels.content(at).files.filter((file) => endsWith(file, ['.txt']) && !isClassList(file));
    // The first may be of an image that shows nothing.
    if (texts.slice(0, 20).some((file) => isLabels(labels, joined(at, file)))) {
      return [...yaml, `${texts.length} .txt files in ${placeOf(labels, at)}`].join(', ');
    }
  }
  const told = yaml.length > 0 && config!.classes !== null;
  return told && filesBelow(folder, '.', imageEndings).length > 0 ? yaml[0] : null;
}

function masksEvidence(path: string, { images, annotations }: DetectOptions): string | null {
  return tried(() => {
    const { parts } = openMaskFolder({ folder: path, images, masks: annotations, suffix: '' });
    const found = [...parts.values()].flat().filter(({ maps }) => maps.length > 0);
    return found.length > 0 ? `${found.length} images with maps, such as ${found[0].maps[0]}` : null;
  });
}

/**
 * The formats that a folder or a file may be in, by what it holds.
 * @throws with the reason alone where it is not there, or where it is in none of them.
 */
export function detectFormats(path: string, options: DetectOptions = {}): FormatCandidate[] {
  const named = options.annotations;
  const file = named !== undefined && !isFolder(named) ? named : isFolder(path) ? null : path;
  if (file !== null) return ofFile(file);
  const folder = openDataFolder(path);
  const labels = named === undefined ? folder : openDataFolder(named);
  const [boxes, maps] = [
    vocEvidence(path, options, false),
    named === undefined ? vocEvidence(path, options, true) : null,
  ];
  const objects = maps === null ? null : vocEvidence(path, options, true, true);
  const [jsons, tables, panoptic] = [cocoFiles(labels), boxTables(labels), panopticFiles(labels)];
  const coco = jsons.length > 0 ? some(jsons) : null;
  const yolo = yoloEvidence(folder, labels);
  // PNGs of segments are no maps of classes.
  const masks = maps === null && panoptic.length === 0 ? masksEvidence(path, options) : null;
  const found: [FormatCandidate['format'], FormatCandidate['task'], string | null][] = [
    ['voc', 'detection', boxes],
    ['voc', 'segmentation', maps],
    ['voc', 'instances', objects],
    ['coco', 'detection', coco],
    ['coco', 'instances', coco],
    ['yolo', 'detection', yolo],
    ['yolo', 'instances', yolo],
    ['csv', 'detection', tables.length > 0 ? some(tables) : null],
    ['masks', 'segmentation', masks],
    ['masks', 'instances', masks],
  ];
  const candidates = found.flatMap(([format, task, evidence]) =>
    evidence === null ? [] : [{ format, task, evidence }],
  );
  // They are good for everything, but where there are labels for a task of its own, those are meant.
  for (const task of panoptic.length > 0 ? (['panoptic', 'instances', 'segmentation', 'detection'] as const) : []) {
    if (candidates.some((candidate) => candidate.task === task)) continue;
    candidates.push({ format: 'coco-panoptic', task, evidence: some(panoptic) });
  }
  if (candidates.length > 0) return candidates;
  const foreign = foreignLabels(labels);
  const got = foreign ?? 'found none';
  throw new Error(
    `${path}: expected labels of a known format (.xml, COCO .json, YOLO .txt, a .csv table, masks), ${foreign ? `found ${got}` : got}`,
  );
}

/** The format of a file, by its ending. @throws with the reason alone on others. */
function ofFile(file: string): FormatCandidate[] {
  const endings: [RegExp, FormatCandidate['format']][] = [
    [/\.json$/i, 'coco'],
    [/\.(csv|tsv)$/i, 'csv'],
    [/\.(ya?ml|data)$/i, 'yolo'],
  ];
  const format = endings.find(([ending]) => ending.test(file))?.[1];
  if (format === 'coco' && isPanopticFile(file)) {
    const tasks = ['panoptic', 'instances', 'segmentation', 'detection'] as const;
    return tasks.map((task) => ({ format: 'coco-panoptic', task, evidence: file }));
  }
  const tasks = format === 'csv' ? (['detection'] as const) : (['detection', 'instances'] as const);
  if (format) return tasks.map((task) => ({ format, task, evidence: file }));
  throw new Error(`${file}: expected a folder, a COCO .json, a .csv table or a data.yaml, got another file`);
}
