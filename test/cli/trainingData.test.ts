import { crc32 } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openTrainingData, preparedData } from '../../src/cli/trainingData';
import type { TrainSettings } from '../../src/cli/trainSettings';
import { assertThrows } from '../support/assertThrows';
import { csvFolder, yoloFolder } from '../support/labeledFolders';
import { inFolder } from '../support/temporaryFolder';

const test = suite('trainingData');
const size = { height: 8, width: 8 };
const header = 'image,x1,y1,x2,y2,label';

/** A PNG whose pixels are another's, of half the size: its chunks are whole, and its data too short. */
function withoutPixels(png: Uint8Array): Uint8Array {
  const bytes = Buffer.from(png);
  bytes.writeUInt32BE(2 * bytes.readUInt32BE(20), 20);
  bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29);
  return bytes;
}

/** Both parts of a table with these images in it. */
function parts(images: readonly string[], more: Partial<TrainSettings> = {}) {
  const table = [header, ...images.map((image) => `${image},0,0,6,4,cat`)].join('\n');
  return inFolder(csvFolder(table), (data) => {
    const settings = { format: 'csv', data, seed: 1, strict: false, ...more } as TrainSettings;
    const { train, validation, notes } = openTrainingData(settings, 'detection', size);
    return { counts: [train.length, validation.length], notes };
  });
}

test('however few images there are, one is measured on and one is trained on', () => {
  const [one, two, three] = ['one.png', 'sub/two.jpg', 'three.png'];
  assert.equal(parts([one, two, three]).counts, [2, 1]);
  assert.equal(parts([one, two]), { counts: [1, 1], notes: ['1 image of 2 held out to measure on'] });
  assert.equal(parts([one, two, three], { holdOut: 0.9 }).counts, [1, 2]);
  assert.throws(() => parts([one]), /expected at least two images, found one$/);
  assert.throws(() => parts([]), /expected images in the training part, found none$/);
});

test('an image that cannot be decoded is left out with a note, unless the settings are strict', () => {
  const images = ['one.png', 'sub/two.jpg', 'three.png'];
  const table = [header, ...images.map((image) => `${image},0,0,6,4,cat`)].join('\n');
  const files = csvFolder(table);
  // The head and all chunks are whole: opening finds nothing wrong.
  inFolder({ ...files, 'three.png': withoutPixels(files['three.png'] as Uint8Array) }, (data) => {
    const open = (strict: boolean) => {
      const settings = { format: 'csv', data, seed: 1, strict, size, letterbox: true, memory: 1, holdOut: 0.3 };
      const seen: string[] = [];
      const opened = openTrainingData(settings as TrainSettings, 'detection', size);
      const { train, validation, problems } = preparedData(opened, settings as TrainSettings, (index, length) =>
        seen.push(`${index + 1}/${length}`),
      );
      return { length: train.length + validation.length, train, validation, problems, seen };
    };
    const strict = open(true);
    assert.equal([strict.length, strict.seen], [3, []]);
    assert.throws(() => {
      for (const each of [strict.train, strict.validation]) for (let i = 0; i < each.length; i++) each.sample(i);
    }, /three\.png: .*PNG/);
    const { length, problems, seen } = open(false);
    assert.equal([length, seen], [2, ['1/2', '2/2', '1/1']]);
    assert.equal(
      problems.map(({ part, problems: own }) => [part, own.images]),
      [
        ['training', 1],
        ['to measure on', 0],
      ],
    );
    const [{ kind, file, place, reason }] = problems[0].problems.list;
    assert.equal([kind, file, place], ['images', 'boxes.csv', 'line 4']);
    assert.match(reason, /three\.png: .*PNG/);
  });
});

test('the parts that there are; what is measured on and trained on is told', () => {
  const files = yoloFolder();
  inFolder(files, (data) => {
    const settings = { format: 'yolo', data, seed: 1, strict: false } as TrainSettings;
    // The image of val has no labels, and is the only one: nothing could be measured.
    assert.throws(
      () => openTrainingData(settings, 'detection', size),
      /expected images in the validation part with boxes, found 1 without any; the first problem: images\/val\/three\.png: /,
    );
    const { train, validation, notes } = openTrainingData({ ...settings, validationSplit: 'train' }, 'detection', size);
    assert.equal([train.length, validation.length], [2, 2]);
    assert.equal(notes, ['parts: train, train; not used: val', '2 of 2 images to measure on are trained on, too']);
  });
});

test('what a format does not know is refused', () => {
  const settings = { format: 'csv', data: '.', seed: 1, length: 3 } as TrainSettings;
  assertThrows(() => openTrainingData(settings, 'detection', size), '--format csv: expected no --length, got 3');
  assertThrows(
    () => openTrainingData({ ...settings, format: 'masks' }, 'detection', size),
    '--format masks: expected a model of pixels (u-net, fcn, deconv-net, tiramisu) or a model of masks (mask-rcnn), since the labels are maps',
  );
  assertThrows(
    () => openTrainingData({ ...settings, format: 'yolo' }, 'segmentation', size),
    '--format yolo: expected a detector (faster-rcnn, fcos, retinanet, ssd, yolo, yolo-fpn) or a model of masks (mask-rcnn), since the labels are boxes or outlines',
  );
});

test.run();
