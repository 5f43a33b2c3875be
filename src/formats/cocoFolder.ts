import type { ContainedFolder } from '../platform/containedFolder';
import { filePieces } from '../platform/fileKinds';
import { filesBelow } from './fileFinder';
import { baseOf } from './fileNames';
import { openPartFiles, type PartFiles } from './partFiles';

/** Whether a file has the lists of annotated images, and no panoptic ones: looked for in all of it, since they may stand anywhere. */
export function isCocoFile(path: string): boolean {
  const found = new Set<string>();
  for (const piece of filePieces(path, 32)) {
    // Of two bytes a character, one is zero.
    const text = piece.replaceAll('\0', '');
    if (text.includes('"segments_info"')) return false;
    for (const name of ['images', 'annotations', 'categories']) if (text.includes(`"${name}"`)) found.add(name);
    if (found.size === 3) return true;
  }
  // Exports may name no categories.
  return found.has('images') && found.has('annotations');
}

/** How likely a file is meant, of several: boxes before points of poses and stuff. */
function rank(path: string): number {
  const name = baseOf(path).toLowerCase();
  if (/keypoints|stuff|panoptic|caption|image_info|results/.test(name)) return 2;
  return /^instances|^_annotations\.coco|^result\.json$/.test(name) ? 0 : 1;
}

/** Files of annotations of a folder, nearer ones first. */
export function cocoFiles(folder: ContainedFolder): string[] {
  return filesBelow(folder, '.', ['.json']).filter((path) => isCocoFile(folder.inside(path)));
}

/** Opens a folder, or the one around a file. @throws with the reason alone where there are no annotations. */
export function openCocoFolder(path: string, options: { images?: string; annotations?: string }): PartFiles {
  const expected = 'annotations/instances_train.json, _annotations.coco.json, result.json or such';
  return openPartFiles(path, { ...options, find: cocoFiles, rank, expected });
}
