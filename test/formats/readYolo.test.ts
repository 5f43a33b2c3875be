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
  // As many keys and anchors as fit: what grows with their square must stay small.
  const keys = Array.from({ length: 9000 }, (_, k) => `k${k}: &a${k}`).join('\n');
  inFolder(
    { ...yoloFolder(), 'data.yaml': `${keys.slice(0, 126_000)}\nnames: [cat, dog]\ntrain: images/train\n` },
    (folder) => {
      const start = performance.now();
      readYolo(folder, { split: 'train' });
      assert.ok(performance.now() - start < 20_000);
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
  throws(
    {},
    'readYolo: FOLDER: expected images in images/test or test/images, got no such folder (parts: train, val)',
    {
      split: 'test',
    },
  );
  throws({}, 'readYolo: expected the name of a split, got "../train"', { split: '../train' });
});

test.run();
