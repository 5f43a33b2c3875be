import { imageEndings } from '../images/imageFile';
import type { ContainedFolder } from '../platform/containedFolder';
import { filePieces } from '../platform/fileKinds';
import { annotationFolders, openDataFolder, openNamedFolder } from './dataFolder';
import { allFolders, findFolder } from './fileFinder';
import { baseOf, endsWith, folded, joined, stemOf } from './fileNames';
import { findPart, noPart, roleIn, roleOf } from './parts';

/** Where the annotations of a part are: those that a list names, or all in some folders. */
export type VocPart = { list: string } | { folders: string[] };

/** A data set in VOC's format, as its folder keeps it. */
export interface VocFolder {
  /** Folder of the data, with the lists. */
  folder: ContainedFolder;
  /** Folder that names of images begin in. */
  images: ContainedFolder;
  /** Whether the folder of the images was named. */
  apart: boolean;
  /** Folder that names of annotations, or of maps, begin in. */
  labels: ContainedFolder;
  /** Folders of the annotations, or of the maps, where there are no parts or lists name them. */
  whole: string[];
  /** Parts by name, in order; none where the folder has none. */
  parts: Map<string, VocPart>;
  /** Folders of annotations that belong to no part and are not read. */
  unused: string[];
}

/** Settings of {@link openVocFolder}. */
export interface VocFolderSettings {
  images?: string;
  annotations?: string;
  /** What is read: annotations, or maps in `SegmentationClass`. */
  maps: boolean;
}

/** Annotations of other programs are XML, too: this one has an `<annotation>` at its root. */
function isAnnotation(folder: ContainedFolder, file: string): boolean {
  try {
    const [piece = ''] = filePieces(folder.inside(file), 0);
    // Of two bytes a character, one is zero. What is empty or broken is reported when it is read.
    const head = piece.slice(0, 8192).replaceAll('\0', '');
    return /<annotation[\s>]/i.test(head) || !/<[a-z]/i.test(head);
  } catch {
    // Told when it is read.
    return true;
  }
}

/** Folders that hold annotations, nearer ones first. */
function annotatedFolders(folder: ContainedFolder): string[] {
  return [...allFolders(folder, 5000)].filter((at) => {
    const files = folder.content(at).files.filter((file) => endsWith(file, ['.xml']));
    return files.slice(0, 3).some((file) => isAnnotation(folder, joined(at, file)));
  });
}

/** Folders that hold maps of classes. */
function mapFolders(folder: ContainedFolder): string[] {
  return [...allFolders(folder, 5000)].filter((at) => /^segmentationclass/i.test(baseOf(at)));
}

/** Opens a folder. @throws where it holds no annotations, or no maps. */
export function openVocFolder(path: string, { images, annotations, maps }: VocFolderSettings): VocFolder {
  const folder = openDataFolder(path);
  const labels = annotations === undefined ? folder : openNamedFolder(folder, annotations);
  const all = maps && annotations !== undefined ? ['.'] : (maps ? mapFolders : annotatedFolders)(labels);
  if (all.length === 0) {
    const wanted = maps
      ? 'a folder SegmentationClass'
      : 'annotations (.xml) in Annotations, annots or beside the images';
    throw new Error(`${labels.path}: expected ${wanted}, found none`);
  }
  const lists = listParts(folder, maps);
  const { whole, parts, unused } = sorted(all);
  return {
    folder,
    images: images === undefined ? folder : openNamedFolder(folder, images),
    apart: images !== undefined,
    labels,
    whole,
    parts: lists.size > 0 && parts.size === 0 ? lists : parts,
    unused,
  };
}

/** Which folders of annotations are a part each, and which are read together. */
function sorted(all: readonly string[]): Pick<VocFolder, 'whole' | 'unused'> & { parts: Map<string, VocPart> } {
  const parts = new Map<string, VocPart>();
  const others = all.filter((at) => roleIn(at) === null);
  const isKnown = (at: string) =>
    at.split('/').some((step) => annotationFolders.some((name) => folded(name) === folded(step)));
  const known = others.filter(isKnown);
  if (known.length > 0 || others.length === all.length) {
    const whole = known.length > 0 ? known : others;
    return { whole, parts, unused: all.filter((at) => !whole.includes(at)) };
  }
  const whole = all.filter((at) => !others.includes(at));
  for (const at of whole) {
    const name = at.split('/').find((step) => roleIn(step) !== null)!;
    const part = parts.get(name);
    if (part && 'folders' in part) part.folders.push(at);
    else parts.set(name, { folders: [at] });
  }
  return { whole, parts, unused: others };
}

/** Lists of names: `ImageSets/Main/train.txt`, or `train.txt` beside the folders. */
function listParts(folder: ContainedFolder, maps: boolean): Map<string, VocPart> {
  const parts = new Map<string, VocPart>();
  const sets = findFolder(folder, 'ImageSets');
  const kinds = maps ? ['Segmentation', 'Main'] : ['Main', 'Layout', 'Segmentation'];
  const own = sets === null ? [] : kinds.map((kind) => findFolder(folder, joined(sets, kind)));
  const places = [...own, sets].filter((at) => at !== null);
  const listed = (at: string) => folder.content(at).files.filter((file) => endsWith(file, ['.txt']));
  const found = places.find((at) => listed(at).length > 0);
  if (found !== undefined) {
    for (const file of listed(found)) parts.set(stemOf(file), { list: joined(found, file) });
    return parts;
  }
  for (const file of listed('.')) if (roleOf(stemOf(file)) !== null) parts.set(stemOf(file), { list: file });
  return parts;
}

/** The part that is wanted. @throws where there is none of that name, naming those that there are. */
export function partOf({ folder, parts }: VocFolder, split: string): VocPart {
  const name = findPart([...parts.keys()], split);
  if (name !== undefined) return parts.get(name)!;
  throw noPart(folder.path, [...parts.keys()], split);
}

/** The files of some folders by their stems, {@link folded}; of two with one stem, that of the nearer folder. */
export function filesByStem(
  folder: ContainedFolder,
  places: readonly string[],
  endings: readonly string[],
): Map<string, string> {
  const found = new Map<string, string>();
  for (const at of places) {
    for (const file of folder.content(at).files) {
      if (!endsWith(file, endings)) continue;
      for (const key of [stemOf(file), joined(at, stemOf(file))]) {
        if (!found.has(folded(key))) found.set(folded(key), joined(at, file));
      }
    }
  }
  return found;
}

/**
 * The file that a line of a list means: its name may have spaces and an ending, a folder in front, and a number behind it that says
 * whether a class is in the image.
 */
export function listedFile(line: string, byStem: ReadonlyMap<string, string>): string | undefined {
  const bare = line.replace(/\s+-?\d+$/, '');
  const names = [line, bare].flatMap((name) => {
    const slashed = name.replaceAll('\\', '/');
    const base = baseOf(slashed);
    return [slashed, base, ...(endsWith(base, ['.xml', ...imageEndings]) ? [stemOf(base)] : [])];
  });
  return names.map((name) => byStem.get(folded(name))).find((file) => file !== undefined);
}

/** The folder of the maps of objects that belongs to one of the maps of classes. */
export function objectsFolder(classes: string): string {
  return classes.replace(/SegmentationClass/i, 'SegmentationObject');
}
