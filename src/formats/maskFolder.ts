import { imageEndings } from '../images/imageFile';
import type { ContainedFolder } from '../platform/containedFolder';
import { imageFolders, maskFolders, openDataFolder, openNamedFolder } from './dataFolder';
import { allFolders, thoseThere } from './fileFinder';
import { baseOf, endsWith, folded, folderOf, joined, stemOf } from './fileNames';
import { type MaskPairs, maskPairs, mixedPairs } from './maskPairs';
import { findPart, noPart, roleIn } from './parts';

/** An image and its maps, names in their folders. */
export interface MappedImage {
  image: string;
  /** None where there is no map. */
  maps: string[];
}

/** A data set of images and label maps, as its folder keeps it. */
export interface MaskFolder {
  images: ContainedFolder;
  masks: ContainedFolder;
  /** Images of each part, in order; those of all where the folder has no parts, as `''`. */
  parts: Map<string, MappedImage[]>;
  /** Maps that belong to no image. */
  rest: string[];
  /** Whether an image has a map of each of its things. */
  apart: boolean;
}

/** Settings of {@link openMaskFolder}. */
export interface MaskFolderSettings {
  /** Folder of the data. */
  folder?: string;
  /** Folder of the images, where it is named. */
  images?: string;
  /** Folder of the maps, where it is named. */
  masks?: string;
  /** What a map's name has behind the image's; empty where that is to be found. */
  suffix: string;
}

/** Folders that are looked through. */
const mostFolders = 20_000;

/** Files of images right in a folder. */
function filesOf(folder: ContainedFolder, at: string): string[] {
  return folder.content(at).files.filter((file) => endsWith(file, imageEndings));
}

/** Whether a name is that of a folder of maps: `masks`, `train_masks`. */
function isMaskName(name: string): boolean {
  return maskFolders.some((known) => folded(known) === folded(name)) || /[_-]masks?$/i.test(name);
}

/** Folders of images that belong to a folder of maps, likeliest first. */
function imageTwins(folder: ContainedFolder, at: string): string[] {
  const steps = at.split('/');
  const twins = steps.flatMap((step, k) => {
    if (!isMaskName(step)) return [];
    const bare = step.replace(/[_-]?masks?$/i, '');
    const names = [
      ...imageFolders,
      ...(bare === '' || bare === step ? [] : [`${bare}_images`, `${bare}-images`, bare]),
    ];
    return [
      ...names.map((name) => joined(...steps.with(k, name))),
      joined(...steps.slice(0, k), ...steps.slice(k + 1)),
    ];
  });
  return thoseThere(folder, twins).filter((twin) => twin !== at && filesOf(folder, twin).length > 0);
}

/** Images that lie in one folder, and their maps. */
interface Group extends MaskPairs {
  at: string;
}

const below = (at: string, files: readonly string[]) => files.map((file) => joined(at, file));

/** Pairs of the names in two folders, with the folders in front. */
function inFolders({ pairs, rest }: MaskPairs, at: string, masks: string): Group {
  const full = new Map([...pairs].map(([image, maps]) => [joined(at, image), below(masks, maps)]));
  return { at, pairs: full, rest: below(masks, rest) };
}

/** Images of one folder and maps of another. The maps beside a single image are its things, whatever they are called. */
function groupOf(images: readonly string[], maps: readonly string[], suffix: string): MaskPairs {
  const found = maskPairs(images, maps, suffix);
  const alone = images.length === 1 && found.rest.length > 0 && suffix === '';
  return alone ? { pairs: new Map([[images[0], [...maps]]]), rest: [] } : found;
}

/** A folder of maps that is called after an image of a folder: `masks/007/0.png`, `masks/007/1.png`, … of `images/007.jpg`. */
function ownMaps(images: ContainedFolder, at: string | undefined, masks: ContainedFolder, own: string): Group[] {
  if (at === undefined) return [];
  const files = filesOf(images, at);
  const image = files.find((file) => folded(stemOf(file)) === folded(baseOf(own)));
  if (image === undefined) return [];
  const pairs = new Map(files.map((file) => [file, file === image ? filesOf(masks, own) : []]));
  return [inFolders({ pairs, rest: [] }, at, own)];
}

/** Folders of maps with their folders of images, where neither was named. */
function foundGroups(folder: ContainedFolder, suffix: string): Group[] {
  return [...allFolders(folder, mostFolders)].flatMap((at) => {
    const maps = at.split('/').some(isMaskName) ? filesOf(folder, at) : [];
    if (maps.length === 0) return [];
    const [twin] = imageTwins(folder, at);
    if (twin === undefined) return ownMaps(folder, imageTwins(folder, folderOf(at))[0], folder, at);
    return [inFolders(groupOf(filesOf(folder, twin), maps, suffix), twin, at)];
  });
}

/** Folders of maps with their folders of images, which have the same names in two folders. */
function namedGroups(images: ContainedFolder, masks: ContainedFolder, suffix: string): Group[] {
  return [...allFolders(masks, mostFolders)].flatMap((at) => {
    const maps = filesOf(masks, at);
    if (maps.length === 0) return [];
    const [twin] = thoseThere(images, [at]);
    const own = twin === undefined ? [] : filesOf(images, twin);
    if (own.length > 0) return [inFolders(groupOf(own, maps, suffix), twin, at)];
    return ownMaps(images, thoseThere(images, [folderOf(at)])[0], masks, at);
  });
}

/** Images and maps of folders that hold both. */
function mixedGroups(folder: ContainedFolder): Group[] {
  return [...allFolders(folder, mostFolders)].flatMap((at) => {
    const found = mixedPairs(filesOf(folder, at));
    return [...found.pairs.values()].some((maps) => maps.length > 0) ? [inFolders(found, at, at)] : [];
  });
}

function openFolders({ folder, images, masks }: MaskFolderSettings): {
  images: ContainedFolder;
  masks: ContainedFolder;
} {
  if (folder === undefined) {
    if (images === undefined || masks === undefined)
      throw new Error('expected the folders of images and masks, got none');
    return { images: openDataFolder(images), masks: openDataFolder(masks) };
  }
  const data = openDataFolder(folder);
  const named = (path: string | undefined, usual: readonly string[]) => {
    if (path !== undefined) return openNamedFolder(data, path);
    const [own] = thoseThere(data, usual).filter((at) => filesOf(data, at).length > 0);
    return own === undefined ? data : openNamedFolder(data, own);
  };
  if (images === undefined && masks === undefined) return { images: data, masks: data };
  return { images: named(images, imageFolders), masks: named(masks, maskFolders) };
}

/** Opens folders of images and maps. @throws with the reason alone where there are none. */
export function openMaskFolder(settings: MaskFolderSettings): MaskFolder {
  const { images, masks } = openFolders(settings);
  const together = images.path === masks.path;
  const found = together ? foundGroups(images, settings.suffix) : namedGroups(images, masks, settings.suffix);
  const all = found.length > 0 || !together ? found : mixedGroups(images);
  if (all.length === 0) {
    const where = together ? 'images and masks beside each other (images/a.jpg, masks/a.png)' : `maps in ${masks.path}`;
    throw new Error(`${images.path}: expected ${where}, found none`);
  }
  const role = (at: string) => at.split('/').find((step) => roleIn(step) !== null);
  const parted = all.every(({ at }) => role(at) !== undefined);
  const parts = new Map<string, Map<string, MappedImage>>();
  for (const { at, pairs } of all) {
    const part = parted ? role(at)! : '';
    const known = parts.get(part) ?? new Map<string, MappedImage>();
    parts.set(part, known);
    // Maps of one image may lie in several folders.
    for (const [image, maps] of pairs) known.set(image, { image, maps: [...(known.get(image)?.maps ?? []), ...maps] });
  }
  const lists = [...parts].map(([name, known]): [string, MappedImage[]] => [name, [...known.values()]]);
  return {
    images,
    masks,
    parts: new Map(lists),
    rest: all.flatMap(({ rest }) => rest),
    apart: lists.some(([, list]) => list.some(({ maps }) => maps.length > 1)),
  };
}

/** The images of a part, or all. @throws where there is no part of that name. */
export function mappedImages({ images, parts }: MaskFolder, split: string | undefined): MappedImage[] {
  if (split === undefined) return [...parts.values()].flat();
  const names = [...parts.keys()].filter((name) => name !== '');
  const name = findPart(names, split);
  if (name !== undefined) return parts.get(name)!;
  throw noPart(images.path, names, split);
}
