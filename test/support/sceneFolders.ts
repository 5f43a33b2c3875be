import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { NdArray } from 'ndarray';
import { encodeJpeg } from '../../src/images/image';
import { encodeLabelPng, encodePng } from '../../src/images/pngEncode';
import { type Sample, sceneDataset } from '../../src/index';

/** Sides of the images, px: one shape for all, and not the one that a model is trained at. */
const side: [number, number] = [48, 64];

/** Painted scenes, `train` then `val`. */
export function sceneSamples(counts: { train: number; val: number }) {
  const scenes = sceneDataset({ split: 'train', length: counts.train + counts.val, seed: 11, side, objects: [2, 4] });
  const samples = Array.from({ length: scenes.length }, (_, index) => ({
    ...scenes.sample(index),
    split: index < counts.train ? 'train' : 'val',
    name: `Bild ${index} ü`,
  }));
  return { samples, classes: scenes.classes };
}

type Named = Sample & { split: string; name: string };

const boxesOf = ({ boxes, labels }: Named) =>
  Array.from({ length: labels.size }, (_, g) => {
    const [x1, y1, x2, y2] = [0, 1, 2, 3].map((k) => boxes.get(g, k));
    return { label: labels.get(g), x1, y1, x2, y2 };
  });

/** Writes scenes to a folder in each of the formats: `voc`, `coco`, `yolo`, `masks`, `csv`. */
export function writeSceneFolders(root: string, counts: { train: number; val: number }): void {
  const { samples, classes } = sceneSamples(counts);
  const put = (path: string, content: string | Uint8Array) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  const [height, width] = side;
  const picture = (image: NdArray<Float32Array>) => encodeJpeg(image, { quality: 95 });
  for (const sample of samples) {
    const { image, name, semantic, split } = sample;
    const boxes = boxesOf(sample);
    // A name in VOC's lists ends at a space.
    const word = name.replaceAll(' ', '_');
    put(`voc/JPEGImages/${word}.jpg`, picture(image));
    const objects = boxes.map(
      ({ label, x1, y1, x2, y2 }) =>
        `<object><name>${classes.things[label]}</name><bndbox><xmin>${x1 + 1}</xmin><ymin>${y1 + 1}</ymin><xmax>${x2}</xmax><ymax>${y2}</ymax></bndbox></object>`,
    );
    const size = `<size><width>${width}</width><height>${height}</height><depth>3</depth></size>`;
    put(
      `voc/Annotations/${word}.xml`,
      `<annotation><filename>${word}.jpg</filename>${size}${objects.join('')}</annotation>`,
    );
    put(`coco/${split}/${name}.png`, encodePng(image));
    put(`yolo/images/${split}/${name}.png`, encodePng(image));
    const rows = boxes.map(({ label, x1, y1, x2, y2 }) =>
      [label, (x1 + x2) / 2 / width, (y1 + y2) / 2 / height, (x2 - x1) / width, (y2 - y1) / height].join(' '),
    );
    put(`yolo/labels/${split}/${name}.txt`, `${rows.join('\n')}\n`);
    put(`masks/images/${name}.png`, encodePng(image));
    put(`masks/masks/${name}.png`, encodeLabelPng(semantic));
    put(`csv/${name}.png`, encodePng(image));
  }
  put('yolo/classes.txt', `${classes.things.join('\n')}\n`);
  const lines = samples.flatMap((sample) =>
    boxesOf(sample).map(({ label, x1, y1, x2, y2 }) =>
      [`${sample.name}.png`, x1, y1, x2, y2, classes.things[label]].join(),
    ),
  );
  put('csv/boxes.csv', `image,x1,y1,x2,y2,label\n${lines.join('\n')}\n`);
  for (const split of ['train', 'val']) {
    const own = samples.filter((sample) => sample.split === split);
    const annotations = own.flatMap((sample, i) =>
      boxesOf(sample).map(({ label, x1, y1, x2, y2 }, g) => ({
        id: 100 * i + g + 1,
        image_id: i + 1,
        category_id: label + 1,
        bbox: [x1, y1, x2 - x1, y2 - y1],
        area: (x2 - x1) * (y2 - y1),
        iscrowd: 0,
      })),
    );
    const images = own.map(({ name }, i) => ({ id: i + 1, file_name: `${name}.png`, width, height }));
    const categories = classes.things.map((name, label) => ({ id: label + 1, name }));
    put(`coco/annotations/instances_${split}.json`, JSON.stringify({ images, categories, annotations }));
  }
}
