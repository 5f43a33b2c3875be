import { imageEndings } from '../images/imageFile';
import { type ContainedFolder, containedFolder } from '../platform/containedFolder';
import { isFile } from '../platform/fileKinds';
import { basename, dirname } from '../platform/paths';
import { imageFolders, imagePlaces, openDataFolder, openNamedFolder } from './dataFolder';
import { filesBelow, findFolder, thoseThere } from './fileFinder';
import { baseOf, endsWith, folded, folderOf, joined, stemOf, writtenSteps } from './fileNames';
import { findPart, noPart, roleIn, roleOf } from './parts';
import { type ConfigOptions, isClassList, readYoloConfig, type YoloConfig } from './yoloConfig';

/** Where the images of a part are told of: all in a folder, or those that a list names. */
export type ImageSource = { folder: string } | { list: string };

/** A data set in YOLO's format, as its folder keeps it. */
export interface YoloFolder {
  images: ContainedFolder;
  labels: ContainedFolder;
  /** Whether the folder of the labels was named. */
  apart: boolean;
  config: YoloConfig | null;
  /** Images of each part, in the order of the parts; none where the folder has no parts. */
  parts: Map<string, ImageSource[]>;
}

/** Settings of {@link openYoloFolder}. */
export interface YoloFolderSettings extends ConfigOptions {
  /** Folder of the images, where it is named. */
  images?: string;
  /** Folder of the labels, where it is named. */
  annotations?: string;
}

/** Opens a folder, or the one that a data.yaml lies in. */
export function openYoloFolder(path: string, options: YoloFolderSettings): YoloFolder {
  const { images, annotations, log } = options;
  const file = isFile(path) ? basename(path) : undefined;
  const folder = file === undefined ? openDataFolder(path) : containedFolder(dirname(path));
  const yaml = file !== undefined && /\.ya?ml$/i.test(file) ? file : undefined;
  const config = readYoloConfig(folder, { ...options, file: yaml });
  const own = images === undefined ? folder : openNamedFolder(folder, images);
  const labels = annotations === undefined ? own : openNamedFolder(folder, annotations);
  const told = images === undefined ? toldParts(folder, config, log) : new Map<string, ImageSource[]>();
  const parts = told.size > 0 ? told : foundParts(own, images === undefined);
  return { images: own, labels, apart: annotations !== undefined, config, parts };
}

/** The parts that data.yaml or obj.data tells, as far as they are there. */
function toldParts(folder: ContainedFolder, config: YoloConfig | null, log: ConfigOptions['log']): YoloFolder['parts'] {
  const parts: YoloFolder['parts'] = new Map();
  for (const [name, paths] of config?.parts ?? []) {
    const sources = paths.map((path) => sourceOf(folder, path, name));
    const missing = paths.filter((_, k) => sources[k] === null);
    const found = sources.filter((source) => source !== null);
    if (found.length > 0) parts.set(name, found);
    if (missing.length > 0) {
      log.note('unused', config!.file, `expected ${missing.join(', ')} as ${name} in ${folder.path}, found none`);
    }
  }
  return parts;
}

/**
 * The folder or list that a path from elsewhere means here: the longest end of it that there is, as in `../train/images` or
 * `C:\\sets\\pets\\train\\images`; or else the usual folder of the part.
 */
function sourceOf(folder: ContainedFolder, path: string, part: string): ImageSource | null {
  for (const steps of writtenSteps(path)) {
    for (let first = 0; first < steps.length; first++) {
      const end = steps.slice(first);
      const at = findFolder(folder, folderOf(end.join('/')));
      const base = end[end.length - 1];
      const list = at === null ? undefined : folder.content(at).files.find((file) => folded(file) === folded(base));
      if (list !== undefined && endsWith(list, ['.txt'])) return { list: joined(at!, list) };
      const found = findFolder(folder, end.join('/'));
      if (found !== null) return { folder: found };
    }
  }
  // `.` and such: the folder itself.
  if (/^[./\\]*$/.test(path)) return { folder: '.' };
  const usual = [`images/${part}`, `${part}/images`].map((name) => findFolder(folder, name)).find((at) => at !== null);
  return usual === undefined ? null : { folder: usual };
}

/** Parts by lists and folders of their names: `train.txt`, `images/train`, `train/images`, `train`, `obj_train_data`. */
function foundParts(folder: ContainedFolder, lists: boolean): YoloFolder['parts'] {
  const parts: YoloFolder['parts'] = new Map();
  if (lists) {
    for (const file of folder.content('.').files) {
      if (endsWith(file, ['.txt']) && roleOf(stemOf(file)) !== null) parts.set(stemOf(file), [{ list: file }]);
    }
    if (parts.size > 0) return parts;
  }
  const parents = ['.', ...thoseThere(folder, imageFolders)];
  for (const parent of parents) {
    for (const name of folder.content(parent).folders) {
      const role = roleIn(name);
      if (role === null || filesBelow(folder, joined(parent, name), imageEndings).length === 0) continue;
      const own = findFolder(folder, joined(parent, name, 'images')) ?? joined(parent, name);
      if (!parts.has(name)) parts.set(name, [{ folder: own }]);
    }
    if (parts.size > 0) return parts;
  }
  return parts;
}

/** Folders of the images of a set without parts: `images`, or wherever images lie. */
export function wholeSource({ images, apart }: YoloFolder): ImageSource[] {
  if (apart) return [{ folder: '.' }];
  const [usual] = thoseThere(images, imageFolders).filter((at) => filesBelow(images, at, imageEndings).length > 0);
  return [{ folder: usual ?? '.' }];
}

/** The sources of a part. @throws where there is none of that name, naming those that there are. */
export function sourcesOf(opened: YoloFolder, split: string | undefined): ImageSource[] {
  if (split === undefined) return wholeSource(opened);
  const name = findPart([...opened.parts.keys()], split);
  if (name !== undefined) return opened.parts.get(name)!;
  throw noPart(opened.images.path, [...opened.parts.keys()], split);
}

/** What exports call the folders of their labels. */
const labelFolders = ['labels', 'label', 'annotations', 'annots', 'txt', 'labels_yolo', 'yolo'];

/** The file of labels of each image, wherever its folder is; null for an image that has none. */
export function labelFinder({ images, labels, apart }: YoloFolder) {
  const places = new Map<string, string[]>();
  const files = new Map<string, Map<string, string>>();

  /** Folders in which the labels of a folder of images may lie, likeliest first. */
  function placesOf(at: string): string[] {
    let found = places.get(at);
    if (!found) {
      found = apart ? endsOf(labels, at) : labelPlaces(images, at);
      places.set(at, found);
    }
    return found;
  }

  function filesOf(at: string): Map<string, string> {
    let found = files.get(at);
    if (!found) {
      const texts = labels.content(at).files.filter((file) => endsWith(file, ['.txt']) && !isClassList(file));
      found = new Map(texts.map((file) => [folded(file), file]));
      files.set(at, found);
    }
    return found;
  }

  return {
    placesOf,
    find(image: string): string | null {
      const names = [`${stemOf(baseOf(image))}.txt`, `${baseOf(image)}.txt`].map(folded);
      for (const at of placesOf(folderOf(image))) {
        const own = filesOf(at);
        const file = own.get(names[0]) ?? own.get(names[1]);
        if (file !== undefined) return joined(at, file);
      }
      return null;
    },
  };
}

/** The ends of a path that are folders of a folder, the longest first, and that folder itself. */
function endsOf(folder: ContainedFolder, path: string): string[] {
  const steps = path === '.' ? [] : path.split('/');
  return thoseThere(folder, [...steps.map((_, k) => joined(...steps.slice(k))), '.']);
}

/** `images/train` → `labels/train`, …; `train/images` → `train/labels`, …; then the folder itself, and `labels` beside it. */
function labelPlaces(folder: ContainedFolder, at: string): string[] {
  const steps = at === '.' ? [] : at.split('/');
  const exchangeable = steps
    .map((_, k) => k)
    .filter((k) => imageFolders.some((name) => folded(name) === folded(steps[k])));
  const exchanged = exchangeable.reverse().flatMap((k) => labelFolders.map((name) => joined(...steps.with(k, name))));
  const inFront = labelFolders.map((name) => joined(name, at));
  const beside = labelFolders.flatMap((name) => [joined(at, name), joined(folderOf(at), name)]);
  const roots = labelFolders.flatMap((name) => endsOf(folder, at).map((end) => joined(name, end)));
  return thoseThere(folder, [...exchanged, at, ...inFront, ...beside, ...roots, ...labelFolders]);
}

/** Folders that an image of a list may lie in. */
export function listPlaces(folder: ContainedFolder, list: string): string[] {
  return thoseThere(folder, [folderOf(list), '.', ...imagePlaces(folder, '.')]);
}
