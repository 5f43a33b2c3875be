import { smallest } from '../checks/extremes';
import { imageEndings } from '../images/imageFile';
import { type ContainedFolder, containedFolder } from '../platform/containedFolder';
import { isFolder } from '../platform/fileKinds';
import { basename, dirname } from '../platform/paths';
import { isStructural, namedPath, openDataFolder, openNamedFolder } from './dataFolder';
import { filesBelow } from './fileFinder';
import { baseOf, folderOf, stemOf } from './fileNames';
import { findPart, noPart, partName } from './parts';

// Data sets of which one file, of JSON or a table, holds the labels of a part.

/** A file of labels, and the folder that it lies in. */
export interface LabelFile {
  folder: ContainedFolder;
  file: string;
}

/** A data set of a few files of labels, as its folder keeps it. */
export interface PartFiles {
  /** Folder that names of images begin in. */
  images: ContainedFolder;
  /** Whether the folder of the images was named. */
  apart: boolean;
  /** Files that hold all images; one, where it is clear which. */
  whole: LabelFile[];
  /** Files by part, in order. */
  parts: Map<string, LabelFile>;
}

/** What {@link openPartFiles} looks for. */
export interface PartFilesSettings {
  /** Folder of the images, where it is named. */
  images?: string;
  /** File of the labels or folder of them, where it is named. */
  annotations?: string;
  /** Files of labels in a folder. */
  find(folder: ContainedFolder): string[];
  /** How likely a file is meant, of several; 0 for the likeliest. */
  rank(file: string): number;
  /** What was expected, where there are none. */
  expected: string;
}

/** The folder of a data set, of which one file of labels is named: the one above where it lies among labels alone. */
function folderAround(file: string): ContainedFolder {
  const at = dirname(file);
  const own = containedFolder(at);
  const above = at !== dirname(at) && isStructural(basename(at)) && filesBelow(own, '.', imageEndings).length === 0;
  return above ? containedFolder(dirname(at)) : own;
}

/** Opens a folder, or the one around a file. @throws with the reason alone where there are no labels. */
export function openPartFiles(path: string, settings: PartFilesSettings): PartFiles {
  if (typeof path !== 'string' || path === '') throw new Error('expected the path of a file or a folder');
  const { images, annotations, find, expected } = settings;
  const data = isFolder(path) ? openDataFolder(path) : folderAround(path);
  const named = annotations === undefined ? undefined : namedPath(data.path, annotations);
  const own = images === undefined ? data : openNamedFolder(data, images);
  const opened = { images: own, apart: images !== undefined };
  const single = named !== undefined && !isFolder(named) ? named : isFolder(path) ? undefined : path;
  if (single !== undefined) {
    return {
      ...opened,
      whole: [{ folder: containedFolder(dirname(single)), file: basename(single) }],
      parts: new Map(),
    };
  }
  const labels = named === undefined ? data : containedFolder(named);
  const files = find(labels);
  if (files.length === 0)
    throw new Error(`${labels.path}: expected ${expected}, found none; name the file as --annotations`);
  return { ...opened, ...sorted(labels, files, settings.rank) };
}

/** Which files are a part each, and which hold all: of several for one part, the likeliest. */
function sorted(
  folder: ContainedFolder,
  files: readonly string[],
  rank: (file: string) => number,
): Pick<PartFiles, 'whole' | 'parts'> {
  const byPart = new Map<string | null, string[]>();
  for (const file of files) byPart.set(partName(file), [...(byPart.get(partName(file)) ?? []), file]);
  const likeliest = (own: readonly string[]) => {
    const least = smallest(own.map(rank));
    return own.filter((file) => rank(file) === least);
  };
  const parts = new Map<string, LabelFile>();
  for (const [part, own] of byPart) if (part !== null) parts.set(part, { folder, file: likeliest(own)[0] });
  return { whole: likeliest(byPart.get(null) ?? []).map((file) => ({ folder, file })), parts };
}

/** The file of a part, or of all. @throws where there is none of that name, or it is not clear which is meant. */
export function labelFileOf({ images, whole, parts }: PartFiles, split: string | undefined): LabelFile {
  const names = [...parts.keys()];
  if (split !== undefined) {
    const name = findPart(names, split);
    const own = whole.find(({ file }) => [split, `instances_${split}`].includes(stemOf(baseOf(file))));
    if (name !== undefined) return parts.get(name)!;
    if (own) return own;
    throw noPart(images.path, names, split);
  }
  if (whole.length === 1) return whole[0];
  if (whole.length === 0 && parts.size === 1) return [...parts.values()][0];
  const found = [...whole, ...parts.values()].map(({ file }) => file).join(', ');
  throw new Error(`${images.path}: expected one file of labels, found ${found}; name it as --annotations, or its part`);
}

/** Folder of a file of labels in the folder of the images; `.` where it lies elsewhere. */
export function placeIn(images: ContainedFolder, { folder, file }: LabelFile): string {
  return folder.path === images.path ? folderOf(file) : '.';
}
