import { join } from 'node:path';
import ndarray, { type NdArray } from 'ndarray';
import { writeCocoPanoptic } from '../../src/formats/writeCocoPanoptic';
import { encodeLabelPng, encodePng } from '../../src/images/pngEncode';
import { type Dataset, encodeRle, type Sample, sceneDataset } from '../../src/index';
import { type Files, writeFiles } from './temporaryFolder';

/** Painted scenes for folders of masks, `train` then `val`. */
export function instanceScenes(counts: { train: number; val: number }): Dataset<Sample> {
  const side: [number, number] = [40, 56];
  return sceneDataset({ split: 'train', length: counts.train + counts.val, seed: 7, side, objects: [2, 4] });
}

/** A mask as COCO has runs that are not packed: by columns, 0 first. */
function plainRuns(mask: NdArray<Uint8Array>): number[] {
  const [height, width] = mask.shape;
  const runs = [0];
  let value = 0;
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) {
      if (mask.get(y, x) === value) runs[runs.length - 1]++;
      else {
        value = 1 - value;
        runs.push(1);
      }
    }
  }
  return runs;
}

/** A polygon of a mask that is exact: around each run of pixels of a row. */
function rowPolygons(mask: NdArray<Uint8Array>): number[][] {
  const [height, width] = mask.shape;
  const polygons: number[][] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!mask.get(y, x) || (x > 0 && mask.get(y, x - 1))) continue;
      let end = x;
      while (end < width && mask.get(y, end)) end++;
      polygons.push([x, y, end, y, end, y + 1, x, y + 1]);
    }
  }
  return polygons;
}

/**
 * Writes scenes in each of the formats of masks: `coco` (polygons, runs as lists, runs packed, in turn), `voc`, `maps` (a map that numbers
 * the objects), `nuclei` (a folder of each image, a file of each object) and `panoptic`.
 */
export function writeInstanceFolders(root: string, counts: { train: number; val: number }): void {
  const scenes = instanceScenes(counts);
  const { stuff, things } = scenes.classes;
  const files: Files = {};
  const parts: Record<string, { n: number; sample: Sample }[]> = { train: [], val: [] };
  for (let n = 0; n < scenes.length; n++) {
    const sample = scenes.sample(n);
    const name = `scene ${n}`;
    const image = encodePng(sample.image);
    const [count, height, width] = sample.masks.shape;
    const objects = ndarray(new Uint8Array(height * width), [height, width]);
    const classes = ndarray(new Uint8Array(height * width), [height, width]);
    files[`nuclei/${n}/images/${name}.png`] = image;
    for (let g = 0; g < count; g++) {
      const mask = sample.masks.pick(g) as NdArray<Uint8Array>;
      const white = ndarray(
        Uint8Array.from({ length: height * width }, (_, i) => 255 * sample.masks.data[g * height * width + i]),
        [height, width],
      );
      files[`nuclei/${n}/masks/object ${g}.png`] = encodePng(white);
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          if (!mask.get(y, x)) continue;
          objects.set(y, x, g + 1);
          classes.set(y, x, sample.labels.get(g) + 1);
        }
      }
    }
    const split = n < counts.train ? 'train' : 'val';
    files[`coco/${split}/${name}.png`] = image;
    files[`panoptic/images/${name}.png`] = image;
    files[`maps/images/${name}.png`] = image;
    files[`maps/masks/${name}.png`] = encodePng(objects);
    files[`voc/JPEGImages/scene_${n}.png`] = image;
    files[`voc/SegmentationObject/scene_${n}.png`] = encodeLabelPng(objects);
    files[`voc/SegmentationClass/scene_${n}.png`] = encodeLabelPng(classes);
    parts[split].push({ n, sample });
  }
  files['voc/labelmap.txt'] = ['background', ...things]
    .map((name, k) => `${name}:${[0, 1, 2].map((channel) => vocColor(k, channel)).join(',')}::`)
    .join('\n');
  for (const [split, own] of Object.entries(parts)) {
    const annotations = own.flatMap(({ n, sample }) =>
      Array.from({ length: sample.labels.size }, (_, g) => {
        const mask = sample.masks.pick(g) as NdArray<Uint8Array>;
        const [x1, y1, x2, y2] = [0, 1, 2, 3].map((k) => sample.boxes.get(g, k));
        const size = [mask.shape[0], mask.shape[1]];
        const segmentation = [rowPolygons(mask), { size, counts: plainRuns(mask) }, encodeRle(mask)][(n + g) % 3];
        const area = plainRuns(mask).reduce((sum, run, k) => sum + (k % 2) * run, 0);
        const bbox = [x1, y1, x2 - x1, y2 - y1];
        return {
          id: 100 * n + g + 1,
          image_id: n,
          category_id: sample.labels.get(g) + 1,
          bbox,
          area,
          iscrowd: 0,
          segmentation,
        };
      }),
    );
    const images = own.map(({ n, sample }) => ({
      id: n,
      file_name: `scene ${n}.png`,
      height: sample.image.shape[0],
      width: sample.image.shape[1],
    }));
    const categories = things.map((name, label) => ({ id: label + 1, name }));
    files[`coco/annotations/instances_${split}.json`] = JSON.stringify({ images, categories, annotations });
  }
  writeFiles(root, files);
  for (const [split, own] of Object.entries(parts)) {
    writeCocoPanoptic(
      join(root, 'panoptic', 'annotations', `panoptic_${split}.json`),
      own.map(({ sample: { panoptic, labels } }) => ({ panoptic, labels })),
      {
        classes: { stuff, things },
        fileNames: own.map(({ n }) => `scene ${n}.png`),
        imageIds: own.map(({ n }) => n),
      },
    );
  }
}

/** A channel of VOC's color of a label. */
function vocColor(label: number, channel: number): number {
  let color = 0;
  for (let j = 0; j < 8; j++) color |= ((label >> (3 * j + channel)) & 1) << (7 - j);
  return color;
}
