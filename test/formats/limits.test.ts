import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { problemLog } from '../../src/data/problems';
import { listEntries } from '../../src/formats/labelText';
import { readBoxCsv } from '../../src/formats/readBoxCsv';
import { readCoco } from '../../src/formats/readCoco';
import { readVoc } from '../../src/formats/readVoc';
import { readYolo } from '../../src/formats/readYolo';
import { containedFolder } from '../../src/platform/containedFolder';
import { eachLine } from '../../src/platform/textFile';
import { labeledImages, vocObject, vocXml } from '../support/labeledFolders';
import { inFolder } from '../support/temporaryFolder';

// What files of labels may ask for: their sizes are bounded, and what they hold is let go line by line.

const test = suite('limits of label files');

test('the labels of one image are bounded: an annotation, a text, a list of classes', () => {
  const files = {
    'JPEGImages/one.png': labeledImages.one,
    'Annotations/one.xml': vocXml([vocObject('cat', [1, 1, 4, 4])]),
    'images/train/one.png': labeledImages.one,
    'labels/train/one.txt': '0 0.5 0.5 0.2 0.2\n',
    'classes.txt': 'cat\n',
  };
  inFolder(files, (folder) => {
    const voc = { images: join(folder, 'JPEGImages'), annotations: join(folder, 'Annotations') };
    assert.is(readVoc(folder, voc).length, 1);
    assert.is(readYolo(folder, { split: 'train' }).length, 1);
    const most = 2 ** 22;
    truncateSync(join(folder, 'Annotations/one.xml'), most + 1);
    truncateSync(join(folder, 'labels/train/one.txt'), most + 1);
    const reason = new RegExp(`expected at most ${most} bytes \\(option maxBytes\\), got ${most + 1}$`);
    const skip = { onProblem: 'skip' } as const;
    assert.match(readVoc(folder, { ...voc, ...skip }).problems.texts[0], reason);
    assert.throws(() => readVoc(folder, voc), reason);
    assert.match(readYolo(folder, { split: 'train', ...skip }).problems.texts[0], reason);
    assert.throws(() => readYolo(folder, { split: 'train' }), reason);
    // Zeros are no labels, but they are read.
    assert.not.match(readYolo(folder, { split: 'train', maxBytes: 2 ** 23, ...skip }).problems.texts[0], reason);
    truncateSync(join(folder, 'classes.txt'), 2 ** 20 + 1);
    assert.throws(() => readYolo(folder, { split: 'train' }), /expected at most 1048576 bytes \(option maxBytes\)/);
  });
});

test('a row of a table has at most 1000 fields; the others are read', () => {
  const table = ['image,x1,y1,x2,y2,label', `one.png,1,1,4,4,cat${','.repeat(5000)}`, 'one.png,2,2,5,5,cat'];
  inFolder({ 'one.png': labeledImages.one, 'boxes.csv': table.join('\n') }, (folder) => {
    const dataset = readBoxCsv(folder, { onProblem: 'skip' });
    assert.equal([...dataset.sample(0).boxes.data], [2, 2, 5, 5]);
    assert.match(dataset.problems.texts[0], /line 2: expected at most 1000 fields, got more$/);
  });
});

test('boxes of the same corners with other outlines all stay, however many', () => {
  const row = (k: number) => `0 0.2 0.2 0.8 0.2 0.8 0.8 0.2 0.8 0.5 ${(0.3 + k / 1e6).toFixed(6)}`;
  const rows = Array.from({ length: 2000 }, (_, k) => row(k));
  const files = {
    'images/train/one.png': labeledImages.one,
    'labels/train/one.txt': [...rows, rows[7], rows[7]].join('\n'),
    'classes.txt': 'cat\n',
  };
  inFolder(files, (folder) => {
    const { problems, objects } = readYolo(folder, { split: 'train', onProblem: 'skip' });
    assert.is(objects, 2000);
    assert.is(problems.repeats, 2);
    assert.match(problems.texts.find((text) => text.includes('again'))!, /line 2001: .* that of line 8 again$/);
  });
});

test('a set of which most images are missing is refused before the rest of it is looked at', () => {
  const names = Array.from({ length: 2000 }, (_, k) => `gone${k}`);
  const rows = names.map((name) => `${name}.png,1,1,4,4,cat`);
  const json = {
    images: names.map((name, id) => ({ id, file_name: `${name}.png` })),
    annotations: [],
    categories: [{ id: 1, name: 'cat' }],
  };
  const files = {
    'voc/JPEGImages/one.png': labeledImages.one,
    'voc/Annotations/one.xml': vocXml([vocObject('cat', [1, 1, 4, 4])]),
    'voc/ImageSets/Main/train.txt': ['one', ...names].join('\n'),
    'csv/one.png': labeledImages.one,
    'csv/boxes.csv': ['image,x1,y1,x2,y2,label', 'one.png,1,1,4,4,cat', ...rows].join('\n'),
    'yolo/images/one.png': labeledImages.one,
    'yolo/labels/one.txt': '0 0.5 0.5 0.2 0.2',
    'yolo/train.txt': ['images/one.png', ...names.map((name) => `images/${name}.png`)].join('\n'),
    'coco/images/one.png': labeledImages.one,
    'coco/result.json': JSON.stringify(json),
  };
  const onProblem = 'skip';
  inFolder(files, (folder) => {
    const readers = [
      (maxLeftOut?: number) => readVoc(join(folder, 'voc'), { split: 'train', onProblem, maxLeftOut }),
      (maxLeftOut?: number) => readBoxCsv(join(folder, 'csv'), { onProblem, maxLeftOut }),
      (maxLeftOut?: number) => readYolo(join(folder, 'yolo'), { split: 'train', onProblem, maxLeftOut }),
      (maxLeftOut?: number) => readCoco(join(folder, 'coco'), { onProblem, maxLeftOut }),
    ];
    for (const read of readers) {
      assert.is(read().problems.images, 2000);
      assert.is(read(2000).problems.images, 2000);
      assert.throws(
        () => read(3),
        /: expected at most 3 images that are missing .*maxLeftOut.*--max-left-out\), got more: /,
      );
      assert.throws(() => read(Number.NaN), /: expected maxLeftOut of 0 or more, got NaN$/);
    }
  });
});

test('lines of a list are made when they are asked for', () => {
  const lines = eachLine('one\n\n two\r\nthree');
  assert.equal(lines.next().value, { line: 'one', number: 1 });
  assert.equal(
    [...lines],
    [
      { line: 'two', number: 3 },
      { line: 'three', number: 4 },
    ],
  );
  // Each entry of a list is noted before the next one is read: of 2000 wrong ones, four.
  const log = problemLog('readVoc', 'skip', { maxLeftOut: 3 });
  const text = Array.from({ length: 2000 }, (_, k) => `name${k}`).join('\n');
  let read = 0;
  inFolder({ 'list.txt': text }, (folder) => {
    const entries = listEntries(containedFolder(folder), 'list.txt', { log, maxBytes: 2 ** 20 });
    assert.throws(() => {
      for (const { line } of entries) {
        read++;
        log.note('images', 'list.txt', line);
      }
    }, /expected at most 3 images/);
  });
  assert.is(read, 4);
  assert.is(log.problems.list.length, 3);
});

test.run();
