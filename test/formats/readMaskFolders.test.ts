import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { collate } from '../../src/data/batches';
import { resizeDataset } from '../../src/data/resizeDataset';
import { type MaskFolderOptions, readMaskFolders } from '../../src/formats/readMaskFolders';
import { assertThrows } from '../support/assertThrows';
import { labeledImages, mapFile, painted } from '../support/labeledFolders';
import { type Files, inFolder } from '../support/temporaryFolder';

const test = suite('readMaskFolders');

const classes = { stuff: ['ground'], things: ['cat', 'dog'] };

function maskFolder(): Files {
  return {
    'images/one.png': labeledImages.one,
    'images/two.jpg': labeledImages.two,
    'images/notes.txt': 'no image',
    'maps/one.png': mapFile(painted(0, [1, 0, 0, 6, 4], [255, 11, 7, 12, 8])),
    'maps/two.png': mapFile(painted(2)),
  };
}

function read(folder: string, options: Partial<MaskFolderOptions> = {}) {
  return readMaskFolders({ images: join(folder, 'images'), masks: join(folder, 'maps'), classes, ...options });
}

function throws(files: Files, message: string, options: Partial<MaskFolderOptions> = {}): void {
  inFolder({ ...maskFolder(), ...files }, (folder) => {
    assertThrows(() => read(folder, options).sample(0), message.replaceAll('FOLDER', folder));
  });
}

test('each image has the map of its name', () => {
  inFolder(maskFolder(), (folder) => {
    const dataset = read(folder);
    assert.is(dataset.length, 2);
    assert.equal(dataset.classes, classes);
    const { semantic, path } = dataset.sample(0);
    assert.equal(semantic.shape, [8, 12]);
    assert.equal([semantic.get(0, 0), semantic.get(0, 6), semantic.get(7, 11)], [1, 0, 255]);
    assert.is(path, join(folder, 'images', 'one.png'));
    const small = resizeDataset(dataset, { height: 16, width: 16 });
    assert.equal([...collate([small.sample(0), small.sample(1)]).semantic.shape], [2, 16, 16]);
  });
});

test('other numbers, and a suffix', () => {
  const maps = { 'maps/one_mask.png': mapFile(painted(2, [1, 0, 0, 6, 4], [3, 6, 0, 7, 8])) };
  const numbers = new Map<number, number | 'void'>([
    [1, 1],
    [2, 0],
    [3, 'void'],
  ]);
  inFolder({ 'images/one.png': labeledImages.one, ...maps }, (folder) => {
    const { semantic } = read(folder, { numbers, suffix: '_mask' }).sample(0);
    assert.equal([semantic.get(0, 0), semantic.get(0, 6), semantic.get(7, 11)], [1, 255, 0]);
  });
});

test('maps that number the things of one class', () => {
  const maps = { 'maps/one.png': mapFile(painted(0, [1, 0, 0, 6, 4], [4, 6, 2, 12, 8], [255, 6, 2, 12, 3])) };
  inFolder({ ...maskFolder(), ...maps }, (folder) => {
    const dataset = readMaskFolders({
      images: join(folder, 'images'),
      masks: join(folder, 'maps'),
      labels: 'instances',
      classes: { stuff: [], things: ['person'] },
    });
    const { boxes, labels, masks } = dataset.sample(0);
    assert.equal([...boxes.data], [0, 0, 6, 4, 6, 3, 12, 8]);
    assert.equal([...labels.data], [0, 0]);
    assert.equal(masks.shape, [2, 8, 12]);
    assert.is(
      masks.data.reduce((sum, one) => sum + one, 0),
      24 + 30,
    );
  });
});

test('what does not fit names the file', () => {
  const at = 'readMaskFolders: one.png: ';
  throws(
    { 'maps/one.png': mapFile(painted(0, [3, 2, 1, 3, 2])) },
    `${at}FOLDER/maps/one.png: expected the number of a class, got 3 at [1, 2]`,
  );
  throws({ 'maps/one.png': mapFile([[0]]) }, `${at}FOLDER/maps/one.png: expected a map of 12×8 px, got 1×1`);
  throws(
    { 'maps/one.png': labeledImages.two },
    `${at}FOLDER/maps/one.png: expected a map of numbers, got a JPEG, which changes them`,
  );
  throws({ 'images/a.png': labeledImages.one }, 'readMaskFolders: a.png: FOLDER/maps/a.png: no such map');
  throws({}, "readMaskFolders: expected labels 'semantic' or 'instances', got \"boxes\"", {
    labels: 'boxes' as 'semantic',
  });
  throws({}, 'readMaskFolders: expected one class of things for instances, got 2', { labels: 'instances' });
  throws({}, 'readMaskFolders: expected numbers 0–255 and classes below 3, got 1 for 3', {
    numbers: new Map([[1, 3]]),
  });
  throws({}, 'readMaskFolders: expected names of classes, got []', { classes: { stuff: [], things: [] } });
  const many = { stuff: [], things: Array.from({ length: 256 }, (_, k) => `class ${k}`) };
  throws({}, 'readMaskFolders: expected at most 255 classes, got 256', { classes: many });
  throws({}, 'readMaskFolders: none: no such folder', { masks: 'none' });
  inFolder(
    { ...maskFolder(), 'images/a.png': labeledImages.one, 'images/empty.png': '', 'maps/empty.png': '' },
    (folder) => {
      const { length, problems } = read(folder, { onProblem: 'skip' });
      assert.equal([length, problems.images], [2, 2]);
    },
  );
});

test.run();
