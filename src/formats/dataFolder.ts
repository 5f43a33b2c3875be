import type { ProblemLog } from '../data/problems';
import { imageEndings } from '../images/imageFile';
import { type ContainedFolder, containedFolder } from '../platform/containedFolder';
import { isFile, isFolder } from '../platform/fileKinds';
import { isAbsolute, join } from '../platform/paths';
import { thoseThere } from './fileFinder';
import { endsWith, folded, folderOf, isAmongMaps, joined } from './fileNames';
import { roleIn } from './parts';

// What exports call their folders.

/** Folders of images. */
export const imageFolders: readonly string[] = [
  'images',
  'JPEGImages',
  'PNGImages',
  'image',
  'imgs',
  'img',
  'img_dir',
  'photos',
  'photographs',
  'pictures',
  'data',
  'obj_train_data',
];

/** Folders of files of boxes. */
export const annotationFolders: readonly string[] = [
  'Annotations',
  'annotation',
  'annots',
  'annot',
  'anns',
  'ann',
  'ann_dir',
  'labels',
  'label',
  'xmls',
  'xml',
  'bboxes',
  'boxes',
];

/** Folders of label maps. */
export const maskFolders: readonly string[] = [
  'masks',
  'mask',
  'SegmentationClass',
  'SegmentationClassPNG',
  'SegmentationObject',
  'PedMasks',
  'labels',
  'label',
  'annotations',
  'annots',
  'ann_dir',
  'ground_truth',
  'groundtruth',
  'gt',
  'segmentation',
  'segmentations',
  'seg',
  'trimaps',
  'targets',
];

const structural = new Set([...imageFolders, ...annotationFolders, ...maskFolders, 'ImageSets'].map(folded));

/** Whether a folder's name says what it is for: images, labels, or a part. */
export function isStructural(name: string): boolean {
  return structural.has(folded(name)) || roleIn(name) !== null;
}

/** Files that no data set consists of. */
const besides = /^(readme|license|licence|notice|copying)|\.(md|pdf|html|zip|tar|gz|rar|7z|py|ipynb|sh)$/i;

/** Opens a folder of data: where it holds nothing but another folder, as archives do when they are unpacked, that one. */
export function openDataFolder(path: string): ContainedFolder {
  let folder = containedFolder(path);
  for (let depth = 0; depth < 4; depth++) {
    const { files, folders } = folder.content('.');
    if (folders.length !== 1 || !files.every((file) => besides.test(file)) || isStructural(folders[0])) break;
    folder = containedFolder(join(folder.path, folders[0]));
  }
  return folder;
}

/** A path that an option names: an absolute one, one in the folder of the data, or else one in the working folder. */
export function namedPath(folder: string, path: string): string {
  const inside = join(folder, path);
  return isAbsolute(path) || !(isFolder(inside) || isFile(inside)) ? path : inside;
}

/** A folder that an option names; see {@link namedPath}. */
export function openNamedFolder(folder: ContainedFolder, path: string): ContainedFolder {
  return containedFolder(namedPath(folder.path, path));
}

/**
 * Folders in which the images of a folder of labels may lie, likeliest first: `train/annotations` → `train/images`, `train`, …;
 * `annotations/train` → `images/train`, …; then the folders of images, the folder of the labels, and all.
 */
export function imagePlaces(folder: ContainedFolder, labels: string, part: string | null = null): string[] {
  const steps = labels === '.' ? [] : labels.split('/');
  // What says which part it is stays.
  const own = steps.flatMap((step, k) => (roleIn(step) === null ? [k] : []));
  const exchanged = own.flatMap((k) => imageFolders.map((name) => joined(...steps.with(k, name))));
  const dropped = own.map((k) => joined(...steps.slice(0, k), ...steps.slice(k + 1)));
  const below = [labels, folderOf(labels)].flatMap((at) => imageFolders.map((name) => joined(at, name)));
  const beside = hasImages(folder, labels) && !isAmongMaps(labels) ? [labels] : [];
  const ofPart = part === null ? [] : partFolders(part);
  const all = [...beside, ...ofPart, ...exchanged, ...below, labels, ...dropped, ...imageFolders, '.'];
  return thoseThere(folder, all).filter((at) => !isAmongMaps(at));
}

/** Folders of the images of a part: `images/val`, `val/images`, `val`, `images/val2017`, … */
function partFolders(part: string): string[] {
  const own = [part, `${part}2017`, `${part}2014`];
  return own.flatMap((name) => [
    ...imageFolders.map((images) => `${images}/${name}`),
    ...imageFolders.map((images) => `${name}/${images}`),
    name,
    `${name}_images`,
  ]);
}

/** Whether a folder holds images. */
export function hasImages(folder: ContainedFolder, at: string): boolean {
  return folder.content(at).files.some((file) => endsWith(file, imageEndings));
}

/**
 * Notes the images beside those that were read that nothing is told of. @param options parted: whether the data set has several parts; then
 * folders that are not one part's alone hold images of the others.
 */
export function noteUnusedImages(
  folder: ContainedFolder,
  used: ReadonlySet<string>,
  { log, parted }: { log: ProblemLog; parted: boolean },
): void {
  for (const at of new Set([...used].map(folderOf))) {
    if (parted && roleIn(at) === null) continue;
    for (const file of folder.content(at).files) {
      const path = joined(at, file);
      if (endsWith(file, imageEndings) && !used.has(path)) log.note('unused', path, 'an image without an annotation');
    }
  }
}
