import { deflateSync } from 'node:zlib';
import ndarray, { type NdArray } from 'ndarray';
import { idToRgb } from '../../src/formats/segmentIds';
import { encodeJpeg } from '../../src/images/image';
import { encodePng } from '../../src/images/pngEncode';
import { crc32 } from '../../src/platform/compression';
import type { Files } from './temporaryFolder';

// Small folders in the formats that the readers know: two images, 12 px wide and 8 px high, of a cat and two dogs.

/** Side lengths of the images, px. */
export const [wide, high] = [12, 8];

/** An image of one gray. */
export function plain(value: number, height = high, width = wide): NdArray<Float32Array> {
  return ndarray(new Float32Array(height * width * 3).fill(value), [height, width, 3]);
}

/** Encoded once: the tables of a JPEG encoder are large. */
export const labeledImages = { one: encodePng(plain(0.2)), two: encodeJpeg(plain(0.6)), three: encodePng(plain(0.4)) };

/** A gray PNG of numbers. */
export function mapFile(rows: readonly (readonly number[])[]): Uint8Array {
  return encodePng(ndarray(Uint8Array.from(rows.flat()), [rows.length, rows[0].length]));
}

/** A map of numbers: `rest`, and rectangles x1, y1, x2, y2 of a number. */
export function painted(rest: number, ...areas: [number, number, number, number, number][]): number[][] {
  return Array.from({ length: high }, (_, y) =>
    Array.from({ length: wide }, (_, x) => {
      const own = areas.findLast(([, x1, y1, x2, y2]) => x >= x1 && x < x2 && y >= y1 && y < y2);
      return own ? own[0] : rest;
    }),
  );
}

/** An object of a VOC annotation. */
export function vocObject(name: string, box: readonly (number | string)[], more = ''): string {
  const [xmin, ymin, xmax, ymax] = box;
  return `<object><name>${name}</name>${more}<bndbox><xmin>${xmin}</xmin><ymin>${ymin}</ymin><xmax>${xmax}</xmax><ymax>${ymax}</ymax></bndbox></object>`;
}

/** A VOC annotation. */
export function vocXml(objects: readonly string[], { filename = '', size = [wide, high] } = {}): string {
  const sides = `<size><width>${size[0]}</width><height>${size[1]}</height><depth>3</depth></size>`;
  return `<?xml version="1.0"?>\n<annotation>\n<filename>${filename}</filename>\n${sides}\n${objects.join('\n')}\n</annotation>\n`;
}

/** A folder in VOC's format; the dog of the second image is difficult. */
export function vocFolder(): Files {
  return {
    'JPEGImages/one.png': labeledImages.one,
    'JPEGImages/two.jpg': labeledImages.two,
    'Annotations/one.xml': vocXml([vocObject('cat', [1, 1, 6, 4]), vocObject('dog', [7, 3, 12, 8])]),
    'Annotations/two.xml': vocXml([vocObject('dog', [3, 2, 9, 6], '<difficult>1</difficult>')]),
    'ImageSets/Main/train.txt': 'one\n',
    'ImageSets/Main/val.txt': '\ufefftwo  1\r\n\r\n',
    'ImageSets/Segmentation/train.txt': 'one\n',
    'SegmentationClass/one.png': mapFile(painted(0, [1, 0, 0, 6, 4], [2, 6, 2, 12, 8], [255, 6, 0, 7, 8])),
    'SegmentationObject/one.png': mapFile(painted(0, [1, 0, 0, 6, 4], [2, 6, 2, 12, 8], [255, 6, 0, 7, 8])),
  };
}

/** What `instances.json` holds. */
export function cocoJson() {
  return {
    info: { description: 'two images' },
    images: [
      { id: 7, file_name: 'one.png', width: wide, height: high },
      { id: 3, file_name: 'sub/two.jpg', width: wide, height: high },
    ],
    categories: [
      { id: 18, name: 'dog' },
      { id: 17, name: 'cat' },
    ],
    annotations: [
      // Runs go down the columns.
      {
        id: 1,
        image_id: 7,
        category_id: 17,
        bbox: [0, 0, 6, 4],
        area: 24,
        iscrowd: 0,
        segmentation: [[0, 0, 6, 0, 6, 4, 0, 4]],
      },
      {
        id: 2,
        image_id: 7,
        category_id: 18,
        bbox: [6, 2, 6, 6],
        area: 30,
        iscrowd: 1,
        segmentation: { size: [high, wide], counts: [50, 6, 2, 6, 2, 6, 2, 6, 2, 6, 2, 6] },
      },
      { id: 9, image_id: 3, category_id: 18, bbox: [2, 1, 7, 5], area: 35, iscrowd: 0, segmentation: [] },
    ] as Record<string, unknown>[],
  };
}

/** A folder in COCO's format. */
export function cocoFolder(content: unknown = cocoJson()): Files {
  return {
    'images/one.png': labeledImages.one,
    'images/sub/two.jpg': labeledImages.two,
    'instances.json': JSON.stringify(content),
  };
}

/** A folder in YOLO's format, with a data.yaml; the image of val shows nothing. */
export function yoloFolder(): Files {
  return {
    'images/train/one.png': labeledImages.one,
    'images/train/two.jpg': labeledImages.two,
    'images/val/three.png': labeledImages.three,
    'labels/train/one.txt': '0 0.25 0.25 0.5 0.5\r\n1 0.75 0.625 0.5 0.75\r\n',
    'labels/train/two.txt': '1 0.5 0.5 0.5 0.5',
    'data.yaml': '# pets\ntrain: ../images/train\nval:\n  - images/val\nnc: 2\nnames:\n  0: cat\n  1: dog\n',
  };
}

/** A folder with a table of boxes. */
export function csvFolder(table?: string): Files {
  const lines = [
    'filename,width,height,class,xmin,ymin,xmax,ymax',
    'one.png,12,8,cat,0,0,6,4',
    '"sub\\two.jpg",12,8,"dog",2,1,9,6',
    'one.png,12,8,dog,6,2,12,8',
    'three.png,12,8,,,,,',
  ];
  return {
    'one.png': labeledImages.one,
    'sub/two.jpg': labeledImages.two,
    'three.png': labeledImages.three,
    'boxes.csv': table ?? `\ufeff${lines.join('\r\n')}\r\n`,
  };
}

/** The PNG of a map of ids. */
export const idFile = (rows: number[][]) =>
  encodePng(idToRgb(ndarray(Int32Array.from(rows.flat()), [rows.length, rows[0].length])));

/** Ids that need all three bytes. */
export const segmentIds = { sky: 7, cat: 300, crowd: 2 ** 20 + 5 };
const { sky, cat, crowd } = segmentIds;

/** The segments of the first image of {@link panopticFolder}. */
export const segmentRows = painted(sky, [cat, 1, 1, 5, 4], [crowd, 6, 2, 12, 8], [0, 0, 7, 3, 8]);

/** What `panoptic_val2017.json` holds. */
export const panopticContent = () => ({
  images: [
    { id: 9, file_name: 'one.png', height: 8, width: 12 },
    { id: 4, file_name: 'two.jpg', height: 8, width: 12 },
  ],
  annotations: [
    {
      image_id: 9,
      file_name: 'one.png',
      segments_info: [
        { id: crowd, category_id: 3, iscrowd: 1 },
        { id: sky, category_id: 20, iscrowd: 0 },
        { id: cat, category_id: 5, iscrowd: 0 },
      ] as Record<string, unknown>[],
    },
    {
      image_id: 4,
      file_name: 'two.png',
      segments_info: [
        { id: 1, category_id: 20 },
        { id: 2, category_id: 20 },
      ],
    },
  ],
  categories: [
    { id: 20, name: 'sky', isthing: 0 },
    { id: 5, name: 'cat', isthing: 1 },
    { id: 3, name: 'dog', isthing: 1 },
  ] as Record<string, unknown>[],
});

/** A folder in COCO's panoptic format, as its archives leave it. */
export function panopticFolder(json: unknown = panopticContent()): Files {
  return {
    'val2017/one.png': labeledImages.one,
    'val2017/two.jpg': labeledImages.two,
    'annotations/panoptic_val2017.json': JSON.stringify(json),
    'annotations/panoptic_val2017/one.png': idFile(segmentRows),
    'annotations/panoptic_val2017/two.png': mapFile(painted(1, [2, 0, 0, 6, 8])),
  };
}

/** A gray PNG of 16 bits. */
export function deepMapFile(rows: readonly (readonly number[])[]): Uint8Array {
  const chunk = (type: string, data: Uint8Array) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0, 0]);
  header.writeUInt32BE(rows[0].length, 0);
  header.writeUInt32BE(rows.length, 4);
  const lines = rows.map((row) => [0, ...row.flatMap((number) => [number >> 8, number & 255])]);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const data = deflateSync(Uint8Array.from(lines.flat()));
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', new Uint8Array(0))]);
}
