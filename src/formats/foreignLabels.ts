import type { ContainedFolder } from '../platform/containedFolder';
import { filePieces } from '../platform/fileKinds';
import { filesBelow } from './fileFinder';

/** Labels of other programs, by what only they have. */
const marks: readonly (readonly [name: string, mark: RegExp])[] = [
  ['LabelMe JSON', /"imagePath"[\s\S]*"shapes"|"shapes"[\s\S]*"imagePath"/],
  ['VGG Image Annotator JSON', /"_via_|"region_attributes"|"shape_attributes"/],
  ['CreateML JSON', /"coordinates"\s*:\s*\{/],
  ['Label Studio JSON', /"annotations"\s*:\s*\[[\s\S]*"result"\s*:|"completions"\s*:/],
  ['CVAT for images XML', /<annotations>/],
];

/** A file of labels that no reader knows, and whose it is; null where none is found. */
export function foreignLabels(folder: ContainedFolder): string | null {
  for (const file of filesBelow(folder, '.', ['.json', '.xml', '.tfrecord', '.record', '.mat']).slice(0, 20)) {
    if (/\.(tfrecord|record|mat)$/i.test(file)) return `${file}, which is not read; export as COCO, YOLO, VOC or CSV`;
    const [piece = ''] = filePieces(folder.inside(file), 0);
    const found = marks.find(([, mark]) => mark.test(piece));
    if (found) return `${file} of ${found[0]}, which is not read; export as COCO, YOLO, VOC or CSV`;
  }
  return null;
}
