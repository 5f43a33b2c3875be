import { join } from 'node:path';
import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { collate } from '../../src/data/batches';
import { maskThings } from '../../src/data/maskThings';
import { resizeDataset } from '../../src/data/resizeDataset';
import { mappedThings } from '../../src/formats/mappedThings';
import { type MaskFolderOptions, readMaskFolders } from '../../src/formats/readMaskFolders';
import { encodeJpeg } from '../../src/images/image';
import { encodePng } from '../../src/images/pngEncode';
import { assertThrows } from '../support/assertThrows';
import { deepMapFile, labeledImages, mapFile, painted } from '../support/labeledFolders';
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
    `${at}FOLDER/maps/one.png: expected the number of one of 3 classes, got 3 at [1, 2]`,
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

const pair = { stuff: ['background'], things: ['cat'] };
const binary = painted(0, [255, 0, 0, 6, 4]);

/** Numbers of pixels by class, and the problems. */
function counts(files: Files, options: Partial<MaskFolderOptions> = { classes: pair }) {
  return inFolder(files, (folder) => {
    const dataset = readMaskFolders({ folder, ...options, onProblem: 'skip' });
    const found: Record<number, number> = {};
    for (let index = 0; index < dataset.length; index++) {
      for (const label of dataset.sample(index).semantic.data) found[label] = (found[label] ?? 0) + 1;
    }
    return { found, length: dataset.length, problems: dataset.problems, classes: dataset.classes };
  });
}

/** A color PNG of numbers; each pixel of the colors of its number. */
function colored(rows: readonly (readonly number[])[], colorOf: (number: number) => readonly number[]): Uint8Array {
  const channels = colorOf(0).length;
  const pixels = rows.flat().flatMap((number) => [...colorOf(number)]);
  return encodePng(ndarray(Uint8Array.from(pixels), [rows.length, rows[0].length, channels]));
}

test('maps of 0 and 255 are black and white where there are two classes and no other number', () => {
  const files = { 'images/a.png': labeledImages.one, 'masks/a.png': mapFile(binary) };
  const { found, problems } = counts(files);
  assert.equal(found, { 0: 72, 1: 24 });
  assert.match(problems.list[0].reason, /^255 is "cat": there are two classes/);
  // Another number in any map of the set: 255 is void.
  const mixed = { ...files, 'images/b.png': labeledImages.one, 'masks/b.png': mapFile(painted(0, [1, 0, 0, 2, 2])) };
  assert.equal(counts(mixed).found, { 0: 72 + 92, 1: 4, 255: 24 });
  assert.equal(counts(files, { classes: { stuff: ['background'], things: ['cat', 'dog'] } }).found, { 0: 72, 255: 24 });
  const things = inFolder(files, (folder) =>
    readMaskFolders({ folder, labels: 'instances', classes: { stuff: [], things: ['cat'] } }).sample(0),
  );
  assert.equal([...things.boxes.data], [0, 0, 6, 4]);
});

test('gray in colors, colors of classes, shades', () => {
  const of = (map: Uint8Array, more: Files = {}) =>
    counts({ 'images/a.png': labeledImages.one, 'masks/a.png': map, ...more });
  for (const alpha of [[], [255]]) {
    const { found, problems } = of(colored(binary, (gray) => [gray, gray, gray, ...alpha]));
    assert.equal([found, problems.notes], [{ 0: 72, 1: 24 }, 2]);
  }
  assert.equal(of(colored(painted(0, [1, 0, 0, 6, 4]), (number) => [128 * number, 0, 0])).found, { 0: 72, 1: 24 });
  const list = { 'labelmap.txt': '# label:color_rgb:parts:actions\nbackground:0,0,0::\ncat:250,50,83::\n' };
  assert.equal(
    of(
      colored(painted(0, [1, 0, 0, 6, 4]), (number) => [250 * number, 50 * number, 83 * number]),
      list,
    ).found,
    { 0: 72, 1: 24 },
  );
  assert.throws(
    () => of(colored(binary, (number) => [number, 7, 9])),
    /masks\/a\.png: expected gray or the color of a class, got \[255, 7, 9\] at \[0, 0\]$/,
  );
  const jpeg = counts({ 'images/a.png': labeledImages.one, 'masks/a.jpg': encodeJpeg(colorImage(binary)) });
  assert.equal(jpeg.found, { 0: 72, 1: 24 });
});

/** A gray image of numbers from 0 to 255. */
function colorImage(rows: readonly (readonly number[])[]) {
  return ndarray(Float32Array.from(rows.flat().flatMap((gray) => [gray / 255, gray / 255, gray / 255])), [8, 12, 3]);
}

test('maps are found by the names of their images', () => {
  const map = mapFile(binary);
  const names = ['a', 'a_mask', 'a-label', 'a_gt', 'GT_a', 'mask_a', 'a_L', 'A_Mask'];
  for (const name of names) {
    const files = { 'images/a.JPG': labeledImages.two, 'masks/x.txt': '', [`masks/${name}.PNG`]: map };
    assert.equal(counts(files).found, { 0: 72, 1: 24 }, name);
  }
  const layouts: Files[] = [
    { 'image/img_1.png': labeledImages.one, 'mask/mask_1.png': map },
    { 'train/images/a.png': labeledImages.one, 'train/masks/a.png': map },
    { 'images/train/a.png': labeledImages.one, 'annotations/train/a.png': map },
    { 'train/a.jpg': labeledImages.two, 'train_masks/a_mask.png': map },
    { 'all/a.jpg': labeledImages.two, 'all/a.png': map },
    { 'all/a.png': labeledImages.one, 'all/a_mask.png': map },
  ];
  for (const files of layouts) assert.equal(counts(files).found, { 0: 72, 1: 24 }, Object.keys(files).join());
  const { problems } = counts({
    'images/a.png': labeledImages.one,
    'masks/a.png': map,
    'masks/z.png': map,
    'images/b.png': labeledImages.one,
  });
  assert.equal([problems.unused, problems.images], [1, 1]);
});

test('a map of each thing', () => {
  const [one, two] = [mapFile(painted(0, [255, 0, 0, 2, 2])), mapFile(painted(0, [255, 6, 4, 12, 8]))];
  const layouts: Files[] = [
    { '007/images/007.png': labeledImages.one, '007/masks/x1.png': one, '007/masks/x2.png': two },
    { 'images/007.png': labeledImages.one, 'masks/007/0.png': one, 'masks/007/1.png': two },
    { 'all/c 1.png': labeledImages.one, 'all/c 1_mask.png': one, 'all/c 1_mask_1.png': two },
  ];
  for (const files of layouts) {
    assert.equal(counts(files).found, { 0: 68, 1: 28 }, Object.keys(files).join());
    const { boxes, labels, masks } = inFolder(files, (folder) =>
      readMaskFolders({ folder, labels: 'instances', classes: { stuff: [], things: ['nucleus'] } }).sample(0),
    );
    assert.equal(
      [[...boxes.data], [...labels.data], masks.shape],
      [
        [0, 0, 2, 2, 6, 4, 12, 8],
        [0, 0],
        [2, 8, 12],
      ],
    );
  }
});

/** The things of the first image of a folder. */
const objectsOf = (files: Files) =>
  inFolder(files, (folder) => {
    const dataset = readMaskFolders({ folder, labels: 'instances', onProblem: 'skip' });
    const { boxes, masks } = dataset.sample(0);
    return { boxes: [...boxes.data], masks, notes: dataset.problems.texts.map((text) => text.replace(folder, '')) };
  });

test('an image with a folder of its own and one map in it has one thing, not a thing called 255', () => {
  const only = mapFile(painted(0, [255, 6, 4, 12, 8]));
  const { boxes, notes } = objectsOf({ '007/images/007.png': labeledImages.one, '007/masks/x1.png': only });
  assert.equal(boxes, [6, 4, 12, 8]);
  assert.match(notes.join(), /each map is one object, "object"/);
});

test('maps of 16 bits number more than 255 things', () => {
  const rows = Array.from({ length: 8 }, (_, y) => Array.from({ length: 12 }, (_, x) => 12 * y + x + 220));
  const { masks, boxes, notes } = objectsOf({ 'images/a.png': labeledImages.one, 'masks/a.png': deepMapFile(rows) });
  assert.equal(masks.shape, [96, 8, 12]);
  // Number 255 is a thing like the others.
  assert.equal(boxes.slice(4 * 35, 4 * 36), [11, 2, 12, 3]);
  assert.match(notes.join(), /each number of a map is one object, "object"/);
});

test('masks of an image are bounded before memory is taken for them', () => {
  const count = 2 ** 30 / 1024 / 1024 + 1;
  const shape = [1024, 1024];
  const paths = Array.from({ length: count }, (_, k) => `${k}.png`);
  assertThrows(
    () => mappedThings(paths, shape, { limits: {}, single: false }),
    `expected masks of at most ${2 ** 30} bytes in an image, got ${count} of ${2 ** 20}`,
  );
  const objects = ndarray(
    Int32Array.from({ length: 2 ** 20 }, (_, i) => i % (count + 1)),
    shape,
  );
  assertThrows(
    () => maskThings(objects, () => 0, null),
    `expected masks of at most ${2 ** 30} bytes in an image, got ${count} of ${2 ** 20}`,
  );
});

test('classes that nobody names', () => {
  const files = { 'images/a.png': labeledImages.one, 'masks/a.png': mapFile(painted(0, [2, 0, 0, 6, 4])) };
  assert.equal(counts(files, {}).classes, { stuff: ['background'], things: ['class 1', 'class 2'] });
  assert.equal(counts({ ...files, 'masks/a.png': mapFile(binary) }, {}).classes.things, ['object']);
  const listed = counts({ ...files, '_classes.csv': 'Pixel Value, Class\n0, background\n2, cat\n' }, {});
  assert.equal([listed.classes.things, listed.found], [['cat'], { 0: 72, 1: 24 }]);
});

test.run();
