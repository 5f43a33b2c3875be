import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readYolo, type YoloFolderOptions } from '../../src/formats/readYolo';
import { assertThrows } from '../support/assertThrows';
import { labeledImages, yoloFolder } from '../support/labeledFolders';
import { type Files, inFolder } from '../support/temporaryFolder';

const test = suite('readYolo');

function throws(files: Files, message: string, options: YoloFolderOptions = { split: 'train' }): void {
  inFolder({ ...yoloFolder(), ...files }, (folder) => {
    assertThrows(() => readYolo(folder, options).sample(0), message.replaceAll('FOLDER', folder));
  });
}

const labels = (text: string): Files => ({ 'labels/train/one.txt': text });

test('shares of the image become px', () => {
  inFolder(yoloFolder(), (folder) => {
    for (const onProblem of ['throw', 'skip'] as const) {
      const dataset = readYolo(folder, { split: 'train', onProblem });
      assert.is(dataset.length, 2);
      assert.equal(dataset.classes, { stuff: [], things: ['cat', 'dog'] });
      assert.equal(dataset.problems.texts, []);
      const { boxes, labels: found, path } = dataset.sample(0);
      assert.equal([...boxes.data], [0, 0, 6, 4, 6, 2, 12, 8]);
      assert.equal([...found.data], [0, 1]);
      assert.is(path, join(folder, 'images', 'train', 'one.png'));
      assert.equal([...dataset.sample(1).boxes.data], [3, 2, 9, 6]);
    }
  });
});

test('an image without labels shows nothing, nor does one with an empty file', () => {
  inFolder({ ...yoloFolder(), ...labels('') }, (folder) => {
    const { length, sample } = readYolo(folder, { split: 'val' });
    assert.is(length, 1);
    assert.equal(sample(0).boxes.shape, [0, 4]);
    assert.equal(readYolo(folder, { split: 'train' }).sample(0).boxes.shape, [0, 4]);
  });
});

test('folders without data.yaml: names in a text, splits by folder, labels beside', () => {
  const { 'data.yaml': _, ...rest } = yoloFolder();
  inFolder({ ...rest, 'classes.txt': '\ufeffcat\r\ndog\r\n' }, (folder) => {
    assert.equal([...readYolo(folder, { split: 'train' }).sample(0).labels.data], [0, 1]);
    assert.equal(readYolo(folder, { split: 'train', names: ['a', 'b'] }).classes.things, ['a', 'b']);
  });
  inFolder({ 'one.png': labeledImages.one, 'one.txt': '1 0.5 0.5 1 1', 'names.txt': 'cat\ndog\n' }, (folder) => {
    const { length, sample } = readYolo(folder);
    assert.is(length, 1);
    assert.equal([...sample(0).boxes.data], [0, 0, 12, 8]);
  });
  inFolder(rest, (folder) => {
    assertThrows(
      () => readYolo(folder, { split: 'train' }),
      `readYolo: ${folder}: expected the names of the classes in data.yaml or classes.txt, found none`,
    );
  });
});

test('data.yaml: names as a list, splits as texts', () => {
  const config = 'names: [cat, 7]\ntrain: train.txt\n';
  const list = './images\\train\\two.jpg\r\n\r\nimages/train/one.png\r\n';
  inFolder({ ...yoloFolder(), 'data.yaml': config, 'train.txt': list }, (folder) => {
    const { classes, length, sample } = readYolo(folder, { split: 'train' });
    assert.equal(classes.things, ['cat', '7']);
    assert.is(length, 2);
    assert.equal([...sample(0).boxes.data], [3, 2, 9, 6]);
  });
});

test('lines that make no sense name file and line', () => {
  const at = 'readYolo: labels/train/one.txt: line 2: ';
  const second = (line: string) => labels(`0 0.5 0.5 0.5 0.5\r\n${line}\r\n`);
  throws(second('0 0.5 0.5 0.5'), `${at}expected a class and 4 numbers, got "0 0.5 0.5 0.5"`);
  throws(second('0 0.5 NaN 0.5 0.5'), `${at}expected a class and 4 numbers, got "0 0.5 NaN 0.5 0.5"`);
  throws(second('0 0.5 Infinity 0.5 0.5'), `${at}expected a class and 4 numbers, got "0 0.5 Infinity 0.5 0.5"`);
  throws(second('2 0.5 0.5 0.5 0.5'), `${at}expected a class below 2, got 2`);
  throws(second('-1 0.5 0.5 0.5 0.5'), `${at}expected a class below 2, got -1`);
  throws(second('0.5 0.5 0.5 0.5 0.5'), `${at}expected a class below 2, got 0.5`);
  throws(second('1 320 240 50 50'), `${at}expected shares of the image from 0 to 1, got "320 240 50 50"`);
  throws(second('1 0.5 0.5 0 0.5'), `${at}expected a box with an area, got "0.5 0.5 0 0.5"`);
  throws(second('1 1 0.5 0.5 0.5'), `${at}expected a box in the image of 12×8 px, got [9, 2, 15, 6]`);
  inFolder({ ...yoloFolder(), ...second('9 1 1 1 1') }, (folder) => {
    const { problems, sample } = readYolo(folder, { split: 'train', onProblem: 'skip' });
    assert.equal([problems.objects, sample(0).labels.size], [1, 1]);
  });
});

test('data.yaml that is broken or hostile is refused', () => {
  const file = (text: string): Files => ({ 'data.yaml': text });
  const at = 'readYolo: data.yaml: ';
  throws(file(''), `${at}the file is empty`);
  throws(file('- a\n- b\n'), `${at}expected keys and values, got none`);
  throws(file('names: [cat, cat]'), `${at}expected each class once, got "cat" twice`);
  throws(file('names:\n  0: cat\n  2: dog\n'), `${at}expected names of the classes from 0 on, got gaps`);
  throws(file('names: cat'), `${at}expected names of classes, got "cat"`);
  throws(file('names: [cat]\ntrain: 5'), `${at}expected paths as train, got [5]`);
  inFolder({ ...yoloFolder(), 'data.yaml': 'names: [cat\n' }, (folder) => {
    assert.throws(() => readYolo(folder), /^readYolo: .*data\.yaml: expected YAML: /);
  });
  throws(
    file(`names: [cat]\n${'# '.repeat(2 ** 16)}`),
    `${at}expected at most 131072 bytes (option maxBytes), got 131085`,
  );
  // As many keys and anchors as fit: what grows with their square would reach the time limit of the file.
  const keys = Array.from({ length: 9000 }, (_, k) => `k${k}: &a${k}`).join('\n');
  inFolder(
    { ...yoloFolder(), 'data.yaml': `${keys.slice(0, 126_000)}\nnames: [cat, dog]\ntrain: images/train\n` },
    (folder) => {
      assert.is(readYolo(folder, { split: 'train' }).length, 2);
    },
  );
  // Nine levels of nine references each are 3 · 10⁸ words.
  const bomb = [
    'a0: &a0 [lol]',
    ...Array.from({ length: 9 }, (_, k) => `a${k + 1}: &a${k + 1} [${Array(9).fill(`*a${k}`).join(',')}]`),
  ];
  inFolder({ ...yoloFolder(), 'data.yaml': `${bomb.join('\n')}\nnames: [cat]\n` }, (folder) => {
    assert.throws(() => readYolo(folder), /^readYolo: .*data\.yaml: .*alias/i);
  });
  const polluted = '__proto__:\n  polluted: 1\nnames: [cat, dog]\ntrain: images/train\n';
  inFolder({ ...yoloFolder(), 'data.yaml': polluted }, (folder) => {
    assert.is(readYolo(folder, { split: 'train' }).length, 2);
    assert.is(({} as Record<string, unknown>).polluted, undefined);
  });
});

test('nothing outside of the folder is read', () => {
  throws(
    { 'data.yaml': 'names: [cat]\ntrain: list.txt', 'list.txt': '../x.png\n' },
    'readYolo: list.txt: line 1: expected a path inside FOLDER, got "../x.png" (..)',
  );
  inFolder(
    {
      'secret.txt': '0 0.5 0.5 1 1',
      'inner/images/one.png': labeledImages.one,
      'inner/labels/x.txt': '',
      'inner/classes.txt': 'cat',
    },
    (folder) => {
      const inner = join(folder, 'inner');
      symlinkSync(join(folder, 'secret.txt'), join(inner, 'labels', 'one.txt'));
      assertThrows(
        () => readYolo(inner),
        `readYolo: images/one.png: expected a path inside ${inner}, got "labels/one.txt" (a link that leads outside)`,
      );
      assert.is(readYolo(inner, { onProblem: 'skip' }).length, 0);
    },
  );
  throws({}, 'readYolo: FOLDER: expected one of the parts train, val, got test', {
    split: 'test',
  });
  throws({}, 'readYolo: expected the name of a split, got "../train"', { split: '../train' });
});

/** Boxes of all images, read leniently. */
function lenient(files: Files, options: YoloFolderOptions = {}) {
  return inFolder(files, (folder) => {
    const dataset = readYolo(folder, { ...options, onProblem: 'skip' });
    const samples = Array.from({ length: dataset.length }, (_, index) => dataset.sample(index));
    const things = samples.flatMap(({ boxes, labels }) =>
      [...labels.data].map((label, g) =>
        [label, ...boxes.data.slice(4 * g, 4 * g + 4)].map((value) => Math.round(100 * value) / 100),
      ),
    );
    return { length: dataset.length, names: dataset.classes.things, things, problems: dataset.problems };
  });
}

const row = '1 0.5 0.5 0.5 0.5';
const box = [1, 3, 2, 9, 6];
const yaml = 'names: [cat, dog]\n';

test('folders as exports have them', () => {
  const image = labeledImages.one;
  const layouts: [Files, string?][] = [
    [{ 'images/train/a.png': image, 'labels/train/a.txt': row, 'data.yaml': `${yaml}train: images/train\n` }, 'train'],
    [
      {
        'train/images/a.png': image,
        'train/labels/a.txt': row,
        'data.yaml': `${yaml}train: ../train/images\nval: ../valid/images\n`,
      },
      'train',
    ],
    [
      {
        'images/train/a.png': image,
        'labels/train/a.txt': row,
        'data.yaml': `${yaml}path: /elsewhere/set\ntrain: images/train\n`,
      },
      'train',
    ],
    [
      {
        'images/train/a.png': image,
        'labels/train/a.txt': row,
        'data.yaml': `${yaml}train: 'C:\\sets\\pets\\images\\train'\n`,
      },
      'train',
    ],
    [{ 'Images/train/a.png': image, 'Labels/train/a.txt': row, 'data.yaml': `${yaml}train: Images/train\n` }, 'train'],
    [
      {
        'obj_train_data/a.png': image,
        'obj_train_data/a.txt': row,
        'obj.names': 'cat\ndog\n',
        'obj.data': 'train = data/train.txt\nnames = data/obj.names\n',
        'train.txt': 'data/obj_train_data/a.png\n',
      },
      'train',
    ],
    [{ 'images/a.png': image, 'labels/a.txt': row, 'classes.txt': 'cat\ndog\n', 'notes.json': '{}' }],
    [{ 'a.png': image, 'a.txt': row, 'classes.txt': 'cat\ndog\n' }],
    [{ 'train/a.png': image, 'train/a.txt': row, 'train/_darknet.labels': 'cat\ndog\n' }, 'train'],
    [{ 'set/images/a.PNG': image, 'set/labels/a.TXT': row, 'set/classes.txt': 'cat\ndog' }],
    [{ 'images/valid/a.png': image, 'labels/valid/a.txt': row, 'names.txt': 'cat\ndog' }, 'val'],
  ];
  for (const [files, split] of layouts) {
    const { things, names } = lenient(files, { split });
    assert.equal([things, names], [[box], ['cat', 'dog']], Object.keys(files).join());
  }
});

test('folders of images and labels that lie elsewhere, a data.yaml as the folder, classes by name', () => {
  const files = { 'here/train/a.png': labeledImages.one, 'there/train/a.txt': row, 'data/data.yaml': yaml };
  inFolder(files, (root) => {
    const options = { images: join(root, 'here'), annotations: join(root, 'there') };
    for (const folder of ['data', 'data/data.yaml']) {
      const { length, sample } = readYolo(join(root, folder), { ...options, split: 'train' });
      assert.equal([length, [...sample(0).labels.data]], [1, [1]]);
    }
    assert.equal([...readYolo(join(root, 'data'), { ...options, classes: ['dog', 'cat'] }).sample(0).labels.data], [0]);
  });
});

test('outlines and turned boxes: the box around them, and masks where they are asked for', () => {
  const rows = [
    '0 0.25 0.25 0.75 0.25 0.75 0.75 0.25 0.75',
    row,
    '0 0.5 0.125 0.75 0.5 0.5 0.875 0.25 0.5',
    '0 0 0 0.5 0 0 0.5 0.9',
  ];
  const files = { 'a.png': labeledImages.one, 'a.txt': rows.join('\n'), 'classes.txt': 'cat\ndog' };
  const { things, problems } = lenient(files);
  assert.equal(things, [[0, 3, 2, 9, 6], box, [0, 3, 1, 9, 7], [0, 0, 0, 6, 4]]);
  assert.equal([problems.objects, problems.notes], [0, 2]);
  inFolder(files, (folder) => {
    const { masks, boxes } = readYolo(folder, { masks: true, onProblem: 'skip' }).sample(0);
    assert.equal(
      [masks.shape, boxes.shape],
      [
        [4, 8, 12],
        [4, 4],
      ],
    );
    const area = (g: number) =>
      masks
        .pick(g)
        .data.slice(96 * g, 96 * (g + 1))
        .reduce((sum, one) => sum + one, 0);
    assert.equal([area(0), area(1)], [24, 24]);
    assert.ok(area(2) < 24 && area(2) >= 12, 'half of the box around it');
  });
});

test('shares a hundredth beyond the image are cut off, further ones are problems', () => {
  const of = (line: string) => lenient({ 'a.png': labeledImages.one, 'a.txt': line, 'classes.txt': 'cat' });
  assert.equal(of('0 0.5 0.5 1.000001 0.5').things, [[0, 0, 2, 12, 6]]);
  assert.equal(of('0 -0.001 0.5 0.5 0.5').things, [[0, 0, 2, 2.99, 6]]);
  assert.equal(of('0 0.9 1.009 0.2 0.5').things.length, 1);
  for (const line of ['0 1.02 0.5 0.5 0.5', '0 0.5 0.5 -0.02 0.1', '0 0.5 0.5 -0.001 0.1']) {
    assert.equal([of(line).things, of(line).problems.objects], [[], 1], line);
  }
});

test('rows as programs write them', () => {
  const of = (text: string | Uint8Array) =>
    lenient({ 'a.png': labeledImages.one, 'a.txt': text, 'classes.txt': 'cat\nbig dog' });
  const lines = [
    '1 0.5 0.5 0.5 0.5 0.93',
    '1.0\t0.5\t0.5\t0.5\t0.5',
    '1,0.5,0.5,0.5,0.5',
    '1 0,5 0,5 0,5 0,5',
    'big dog 0.5 0.5 0.5 0.5',
    '\ufeff1 0.5 0.5 0.5 0.5',
  ];
  for (const line of lines) assert.equal([of(line).things, of(line).problems.objects], [[box], 0], line);
  const { things, problems } = of(`${row}\n${row}\n\n${row}\n0 0.5\n7 0.5 0.5 0.5 0.5\n`);
  assert.equal([things, problems.repeats, problems.objects], [[box], 2, 2]);
});

test('names that are blank, missing, numbers, or twice the same', () => {
  const of = (files: Files) => lenient({ 'a.png': labeledImages.one, 'a.txt': '2 0.5 0.5 0.5 0.5', ...files });
  assert.equal(of({ 'classes.txt': 'cat\n\ndog\n\n' }).names, ['cat', 'class 1', 'dog']);
  assert.equal(of({ 'data.yaml': "names: ['cat', '', 7]" }).names, ['cat', 'class 1', '7']);
  assert.equal(of({ 'data.yaml': 'names:\n  0: cat\n  2: dog\n' }).names, ['cat', 'class 1', 'dog']);
  assert.equal(
    [of({ 'data.yaml': 'names: [cat, dog, cat]' }).names, of({ 'data.yaml': 'names: [cat, dog, cat]' }).things[0][0]],
    [['cat', 'dog'], 0],
  );
  const none = of({});
  assert.equal([none.names, none.problems.fields], [['class 0', 'class 1', 'class 2'], 1]);
  const broken = of({ 'data.yaml': 'names: [cat\n', 'classes.txt': 'a\nb\nc' });
  assert.equal([broken.names, broken.problems.fields], [['a', 'b', 'c'], 1]);
});

test('images without labels, labels without images, and kinds that are not read are told', () => {
  const files = {
    'images/a.png': labeledImages.one,
    'images/b.png': labeledImages.one,
    'images/c.webp': 'RIFF\0\0\0\0WEBPVP8 ',
    'labels/a.txt': row,
    'labels/c.txt': row,
    'labels/d.txt': row,
    'classes.txt': 'cat\ndog',
  };
  const { length, problems } = lenient(files);
  assert.is(length, 2);
  assert.equal([problems.unlabeled, problems.unused, problems.images], [1, 1, 1]);
  assert.equal(
    problems.list.map(({ kind, file }) => [kind, file]),
    [
      ['unlabeled', 'images/b.png'],
      ['unused', 'labels/d.txt'],
      ['images', 'labels/c.txt'],
    ],
  );
});

test.run();
