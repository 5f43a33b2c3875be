import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readCoco } from '../../src/formats/readCoco';
import { readMaskFolders } from '../../src/formats/readMaskFolders';
import { readVoc } from '../../src/formats/readVoc';
import { readYolo } from '../../src/formats/readYolo';
import { encodeLabelPng, encodePng } from '../../src/images/pngEncode';
import { exifBytes, withExif } from '../support/exif';
import { vocObject, vocXml } from '../support/labeledFolders';
import { type Files, inFolder } from '../support/temporaryFolder';

// Photographs that Exif turns, and boxes that a program without Exif drew on the stored pixels: the thing is a white rectangle, so
// that the right box can be read off the upright image.

const test = suite('labels of stored photographs');

/** Stored, px. */
const [height, width] = [8, 12];
/** x1, y1, x2, y2 of the white rectangle in the stored image. */
const stored = [2, 1, 7, 4];

/** A photograph of 12×8 px as stored, with a white rectangle on black. */
function photograph(orientation: number): Buffer {
  const image = ndarray(new Uint8Array(height * width * 3), [height, width, 3]);
  for (let y = stored[1]; y < stored[3]; y++) {
    for (let x = stored[0]; x < stored[2]; x++) for (let c = 0; c < 3; c++) image.set(y, x, c, 255);
  }
  return withExif(encodePng(image), exifBytes(orientation));
}

function vocOf(orientation: number, size: number[], [x1, y1, x2, y2] = stored): Files {
  return {
    'JPEGImages/one.png': photograph(orientation),
    'Annotations/one.xml': vocXml([vocObject('cat', [x1 + 1, y1 + 1, x2, y2])], { size }),
  };
}

/** The extent of what is white. */
function extentOf(image: { shape: number[]; get(...at: number[]): number }): number[] {
  const extent = [Infinity, Infinity, 0, 0];
  for (let y = 0; y < image.shape[0]; y++) {
    for (let x = 0; x < image.shape[1]; x++) {
      if (image.get(y, x, 0) < 0.5) continue;
      extent[0] = Math.min(extent[0], x);
      extent[1] = Math.min(extent[1], y);
      extent[2] = Math.max(extent[2], x + 1);
      extent[3] = Math.max(extent[3], y + 1);
    }
  }
  return extent;
}

test('VOC: boxes are turned with the photograph where the annotation tells its stored size', () => {
  for (const orientation of [5, 6, 7, 8]) {
    for (const onProblem of ['skip', 'throw'] as const) {
      inFolder(vocOf(orientation, [width, height]), (folder) => {
        const dataset = readVoc(folder, { onProblem });
        const { image, boxes } = dataset.sample(0);
        assert.equal(image.shape, [width, height, 3]);
        assert.equal([...boxes.data], extentOf(image));
        dataset.sample(0);
        assert.is(dataset.problems.turned, 1);
        assert.is(dataset.problems.images, 0);
        assert.match(
          dataset.problems.texts[0],
          new RegExp(
            `^readVoc: Annotations/one\\.xml: .*one\\.png: labels for the image as it is stored, .* ${orientation}\\)$`,
          ),
        );
      });
    }
  }
});

test('VOC: boxes drawn on the upright photograph stay as they are', () => {
  // By hand for a quarter clockwise: x becomes 8 − y, y becomes x.
  const upright = [height - stored[3], stored[0], height - stored[1], stored[2]];
  inFolder(vocOf(6, [height, width], upright), (folder) => {
    const { sample, problems } = readVoc(folder, { onProblem: 'skip' });
    assert.equal([...sample(0).boxes.data], upright);
    assert.equal(extentOf(sample(0).image), upright);
    assert.is(problems.turned, 0);
  });
});

test('label maps of stored photographs are turned with them, by all readers of maps', () => {
  const map = ndarray(new Uint8Array(height * width), [height, width]);
  for (let y = stored[1]; y < stored[3]; y++) for (let x = stored[0]; x < stored[2]; x++) map.set(y, x, 1);
  const classes = { stuff: ['background'], things: ['cat'] };
  for (const orientation of [5, 6, 7, 8]) {
    const files = {
      'JPEGImages/one.png': photograph(orientation),
      'SegmentationClass/one.png': encodeLabelPng(map),
      'SegmentationObject/one.png': encodeLabelPng(map),
    };
    inFolder(files, (folder) => {
      for (const onProblem of ['skip', 'throw'] as const) {
        const voc = readVoc(folder, { labels: 'instances', classes: ['cat'], onProblem });
        const masks = readMaskFolders({
          images: `${folder}/JPEGImages`,
          masks: `${folder}/SegmentationClass`,
          classes,
          onProblem,
        });
        for (const dataset of [voc, masks]) {
          const { image, semantic } = dataset.sample(0);
          assert.equal(semantic.shape, [width, height]);
          for (let y = 0; y < width; y++) {
            for (let x = 0; x < height; x++) assert.is(semantic.get(y, x), Number(image.get(y, x, 0) > 0.5));
          }
          assert.is(dataset.problems.turned, 1);
          assert.match(dataset.problems.texts.join(), /labels for the image as it is stored, turned upright with it/);
        }
        assert.equal([...voc.sample(0).boxes.data], extentOf(voc.sample(0).image));
      }
    });
  }
});

test('a size that is neither is still refused', () => {
  inFolder(vocOf(6, [11, 8]), (folder) => {
    assert.match(
      readVoc(folder, { onProblem: 'skip' }).problems.texts[0],
      /expected an image of 11×8 px as its annotation says, got 8×12 px$/,
    );
    assert.throws(() => readVoc(folder).sample(0), /got 8×12 px$/);
  });
  inFolder(vocOf(1, [height, width]), (folder) => {
    assert.is(readVoc(folder, { onProblem: 'skip' }).problems.images, 1);
  });
});

test('COCO: polygons, runs and boxes are turned alike', () => {
  const [x1, y1, x2, y2] = stored;
  const runs = [x1 * height + y1];
  for (let x = x1; x < x2; x++) runs.push(y2 - y1, height - (y2 - y1));
  runs.pop();
  runs.push(height * width - runs.reduce((sum, run) => sum + run, 0));
  const annotation = { category_id: 1, image_id: 1, bbox: [x1, y1, x2 - x1, y2 - y1], area: 15, iscrowd: 0 };
  const content = {
    images: [{ id: 1, file_name: 'one.png', width, height }],
    categories: [{ id: 1, name: 'cat' }],
    annotations: [
      { ...annotation, id: 1, segmentation: [[x1, y1, x2, y1, x2, y2, x1, y2]] },
      { ...annotation, id: 2, segmentation: { size: [height, width], counts: runs } },
    ],
  };
  for (const orientation of [5, 6, 7, 8]) {
    inFolder({ 'images/one.png': photograph(orientation), 'a.json': JSON.stringify(content) }, (folder) => {
      const dataset = readCoco(`${folder}/a.json`, { images: `${folder}/images`, masks: true, onProblem: 'skip' });
      const { image, boxes, masks, areas } = dataset.sample(0);
      assert.is(dataset.problems.turned, 1);
      assert.equal(masks.shape, [2, width, height]);
      for (const g of [0, 1]) {
        assert.equal([...boxes.data.slice(4 * g, 4 * g + 4)], extentOf(image));
        for (let y = 0; y < width; y++) {
          for (let x = 0; x < height; x++) assert.is(masks.get(g, y, x), Number(image.get(y, x, 0) > 0.5));
        }
      }
      assert.equal([...areas!.data], [15, 15]);
    });
  }
});

test('YOLO: shares are those of the upright photograph', () => {
  inFolder(
    {
      'images/one.png': photograph(6),
      'labels/one.txt': `0 ${(height - 2.5) / height} ${4.5 / width} ${3 / height} ${5 / width}`,
      'classes.txt': 'cat',
    },
    (folder) => {
      const { image, boxes } = readYolo(folder, { onProblem: 'skip' }).sample(0);
      extentOf(image).forEach((edge, k) => {
        assert.ok(Math.abs(boxes.data[k] - edge) < 1e-4);
      });
    },
  );
});

test.run();
