import { join } from 'node:path';
import ndarray from 'ndarray';
import * as detseg from '../../src/index';
import { detections } from '../support/callInputs';
import { cocoJson, labeledImages, mapFile, painted, vocFolder } from '../support/labeledFolders';
import { type Files, temporaryFolder, writeFiles } from '../support/temporaryFolder';
import type { Call } from '../support/wrongCalls';

/** A folder that is there as long as the tests run. */
function folder(files: Files): string {
  const path = temporaryFolder('detseg-calls-');
  writeFiles(path, files);
  return path;
}

const limits = { maxBytes: 1e6, maxPixels: 1e6 };
const common = { split: undefined, classes: undefined, onProblem: 'skip', leastSide: 0, ...limits };
const images = { 'images/one.png': labeledImages.one, 'images/two.jpg': labeledImages.two };

const places = {
  voc: folder(vocFolder()),
  coco: folder({
    'instances.json': JSON.stringify(cocoJson()),
    'images/one.png': labeledImages.one,
    'images/sub/two.jpg': labeledImages.two,
  }),
  yolo: folder({ ...images, 'labels/one.txt': '0 0.5 0.5 0.4 0.4\n', 'labels/two.txt': '1 0.5 0.5 0.4 0.4\n' }),
  csv: folder({ ...images, 'boxes.csv': 'image,x1,y1,x2,y2,label\none.png,1,1,6,4,cat\ntwo.jpg,2,2,8,6,dog\n' }),
  masks: folder({
    ...images,
    'masks/one.png': mapFile(painted(0, [1, 0, 0, 6, 4])),
    'masks/two.png': mapFile(painted(1)),
  }),
  panoptic: folder({
    ...images,
    'panoptic/one.png': mapFile(painted(1, [2, 0, 0, 6, 4])),
    'panoptic.json': JSON.stringify({
      images: [{ id: 1, file_name: 'one.png' }],
      annotations: [
        {
          image_id: 1,
          file_name: 'one.png',
          segments_info: [
            { id: 1, category_id: 1 },
            { id: 2, category_id: 2 },
          ],
        },
      ],
      categories: [
        { id: 1, name: 'ground', isthing: 0 },
        { id: 2, name: 'cat', isthing: 1 },
      ],
    }),
  }),
  idx: folder({ labels: Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 7, 8) }),
};

const panopticClasses = { stuff: ['ground'], things: ['cat'] };
const segments = () => ({
  panoptic: ndarray(Int32Array.of(0, 1, -1), [1, 3]),
  labels: ndarray(Int32Array.of(0), [1]),
  crowd: ndarray(Uint8Array.of(0), [1]),
  scores: ndarray(Float32Array.of(0.5), [1]),
});
const run = () => detseg.encodeRle(ndarray(Uint8Array.of(0, 1, 1, 0), [2, 2]));
const ids = { imageIds: [7], categoryIds: [1, 2] };
const square = [0, 0, 4, 0, 4, 4, 0, 4];

/** Calls of what the room exports. */
export const calls: Call[] = [
  {
    name: 'readBoxCsv',
    args: () => [
      places.csv,
      { columns: undefined, separator: ',', images: 'images', annotations: 'boxes.csv', ...common },
    ],
  },
  {
    name: 'readCoco',
    args: () => [places.coco, { masks: false, images: 'images', annotations: 'instances.json', ...common }],
  },
  {
    name: 'readVoc',
    args: () => [places.voc, { labels: 'boxes', images: undefined, annotations: undefined, ...common }],
  },
  {
    name: 'readYolo',
    args: () => [places.yolo, { names: undefined, masks: false, images: undefined, annotations: undefined, ...common }],
  },
  {
    name: 'readMaskFolders',
    args: () => [
      {
        folder: places.masks,
        images: 'images',
        masks: 'masks',
        split: undefined,
        classes: { stuff: ['ground'], things: ['cat'] },
        suffix: '',
        labels: 'semantic',
        numbers: undefined,
        onProblem: 'skip',
        ...limits,
      },
    ],
  },
  {
    name: 'readCocoPanoptic',
    args: () => [
      places.panoptic,
      {
        images: 'images',
        annotations: 'panoptic.json',
        split: undefined,
        classes: { stuff: ['ground'], things: ['cat'] },
        onProblem: 'skip',
        maxLeftOut: 5,
        ...limits,
      },
    ],
  },
  { name: 'rgbToId', args: () => [ndarray(Uint8Array.of(1, 2, 3), [1, 1, 3])] },
  { name: 'idToRgb', args: () => [ndarray(Int32Array.of(1, 70000), [1, 2])] },
  { name: 'cocoSegments', args: () => [segments(), panopticClasses, [1, 2]], records: ['0', '1'] },
  {
    name: 'writeCocoPanoptic',
    args: () => [
      join(places.idx, 'panoptic.json'),
      [segments()],
      { classes: panopticClasses, fileNames: ['a.jpg'], imageIds: [3], categoryIds: [1, 2] },
    ],
    records: ['2.classes'],
  },
  { name: 'readIdx', args: () => [join(places.idx, 'labels'), { maxBytes: 1e6 }] },
  { name: 'encodeRle', args: () => [ndarray(Uint8Array.of(0, 1, 1, 0), [2, 2])] },
  { name: 'decodeRle', args: () => [run()], records: ['0'] },
  { name: 'polygonMask', args: () => [[square], { height: 8, width: 8 }], records: ['1'] },
  { name: 'cocoResults', args: () => [[detections()], ids] },
  { name: 'writeCocoResults', args: () => [join(places.idx, 'results.json'), [detections()], ids] },
];
