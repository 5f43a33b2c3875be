import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { dropBroken } from '../../src/data/splitDataset';
import { readVoc, type VocOptions, vocClasses, vocParts } from '../../src/formats/readVoc';
import { encodePng } from '../../src/images/pngEncode';
import { assertThrows } from '../support/assertThrows';
import { labeledImages, mapFile, painted, plain, vocFolder, vocObject, vocXml } from '../support/labeledFolders';
import { type Files, inFolder } from '../support/temporaryFolder';

const test = suite('readVoc');

/** Asserts that reading a folder, and its first image, throws; FOLDER stands for its path. */
function throws(files: Files, message: string, options: VocOptions = {}): void {
  inFolder({ ...vocFolder(), ...files }, (folder) => {
    assertThrows(
      () => readVoc(folder, options as { labels?: 'boxes' }).sample(0),
      message.replaceAll('FOLDER', folder),
    );
  });
}

const annotated = (...objects: string[]): Files => ({ 'Annotations/one.xml': vocXml(objects) });

test('boxes: px from 1, the last one inclusive, become corners', () => {
  inFolder(vocFolder(), (folder) => {
    const dataset = readVoc(folder);
    assert.is(dataset.length, 2);
    assert.equal(dataset.classes, { stuff: [], things: ['cat', 'dog'] });
    assert.equal(dataset.problems.list, []);
    const { image, boxes, labels, difficult, path } = dataset.sample(0);
    assert.equal(image.shape, [8, 12, 3]);
    assert.ok(Math.abs(image.get(3, 3, 1) - 0.2) < 1e-2);
    assert.equal(boxes.shape, [2, 4]);
    assert.equal([...boxes.data], [0, 0, 6, 4, 6, 2, 12, 8]);
    assert.equal([...labels.data], [0, 1]);
    assert.is(difficult, undefined);
    assert.is(path, join(folder, 'JPEGImages', 'one.png'));
    assert.equal([...dataset.sample(1).difficult!.data], [1]);
  });
});

test('a split is a list of names, whatever ends its lines; labels mean the same in each', () => {
  inFolder(vocFolder(), (folder) => {
    const dataset = readVoc(folder, { split: 'val' });
    assert.is(dataset.length, 1);
    // No cat is in it.
    assert.equal(dataset.classes.things, ['cat', 'dog']);
    assert.equal([...dataset.sample(0).labels.data], [1]);
    assert.equal([...readVoc(folder, { classes: vocClasses }).sample(0).labels.data], [7, 11]);
  });
});

test('semantic maps keep the numbers of their palette', () => {
  inFolder(vocFolder(), (folder) => {
    const options = { labels: 'semantic', classes: ['cat', 'dog'] } as const;
    const { classes, sample, length } = readVoc(folder, { ...options, split: 'train' });
    assert.is(length, 1);
    assert.equal(classes, { stuff: ['background'], things: ['cat', 'dog'] });
    const { semantic, image } = sample(0);
    assert.equal(semantic.shape, image.shape.slice(0, 2));
    assert.equal([semantic.get(0, 0), semantic.get(0, 6), semantic.get(7, 11), semantic.get(7, 0)], [1, 255, 2, 0]);
    assert.is(readVoc(folder, options).length, 1);
  });
});

test('instances: masks, the boxes around them, and the class of most pixels', () => {
  inFolder(vocFolder(), (folder) => {
    const dataset = readVoc(folder, { labels: 'instances', classes: ['cat', 'dog'], split: 'train' });
    const { boxes, labels, masks, semantic } = dataset.sample(0);
    assert.equal([...boxes.data], [0, 0, 6, 4, 7, 2, 12, 8]);
    assert.equal([...labels.data], [0, 1]);
    assert.equal(masks.shape, [2, 8, 12]);
    // Void pixels, a column between the two, belong to neither.
    assert.equal([masks.get(0, 0, 5), masks.get(0, 0, 6), masks.get(1, 2, 6), masks.get(1, 2, 7)], [1, 0, 0, 1]);
    assert.is(semantic.get(2, 6), 255);
  });
});

test('a box that reaches a pixel beyond the image is cut off, one further is a problem', () => {
  inFolder({ ...vocFolder(), ...annotated(vocObject('cat', [0, 1, 13, 9])) }, (folder) => {
    assert.equal([...readVoc(folder).sample(0).boxes.data], [0, 0, 12, 8]);
  });
  const beyond = annotated(vocObject('cat', [1, 1, 20, 4]), vocObject('dog', [40, 1, 50, 4]));
  throws(beyond, 'readVoc: Annotations/one.xml: object 1: expected a box in the image of 12×8 px, got [0, 0, 20, 4]');
  inFolder({ ...vocFolder(), ...beyond }, (folder) => {
    const { problems, sample } = readVoc(folder, { onProblem: 'skip' });
    assert.equal([problems.images, problems.objects, problems.clipped], [0, 1, 1]);
    assert.equal([...sample(0).boxes.data], [0, 0, 12, 4]);
  });
});

test('a box of one pixel stays, unless it is asked to go', () => {
  inFolder({ ...vocFolder(), ...annotated(vocObject('cat', [3, 3, 3, 3])) }, (folder) => {
    assert.equal([...readVoc(folder).sample(0).boxes.data], [2, 2, 3, 3]);
    const { problems, sample } = readVoc(folder, { leastSide: 2, onProblem: 'skip' });
    assert.equal(sample(0).boxes.shape, [0, 4]);
    assert.equal(problems.texts, [
      'readVoc: Annotations/one.xml: object 1: expected a box of at least 2 px (option leastSide), got [2, 2, 3, 3]',
    ]);
  });
});

test('boxes that make no sense are problems, and name file and number', () => {
  const at = 'readVoc: Annotations/one.xml: object 2: ';
  const second = (object: string) => annotated(vocObject('cat', [1, 1, 6, 4]), object);
  throws(second(vocObject('dog', [9, 1, 3, 4])), `${at}expected xmin, ymin below xmax, ymax, got [9, 1, 3, 4]`);
  throws(second(vocObject('dog', ['NaN', 1, 3, 4])), `${at}expected <xmin> to be a number, got "NaN"`);
  throws(second(vocObject('dog', ['1e999', 1, 3, 4])), `${at}expected <xmin> to be a number, got "1e999"`);
  throws(second(vocObject('dog', ['', 1, 3, 4])), `${at}expected <xmin>, got none`);
  throws(second('<object><name>dog</name></object>'), `${at}expected <xmin>, got none`);
  throws(
    second(vocObject('dog', [1, 1, 3, 4], '<difficult>2</difficult>')),
    `${at}expected <difficult> 0 or 1, got "2"`,
  );
  throws(second(vocObject('dog', [1, 1, 3, 4], '<name>cat</name>')), `${at}expected one <name>, got 2`);
  throws(second(vocObject('cow', [1, 1, 3, 4])), `${at}expected one of cat, dog, got "cow"`, {
    classes: ['cat', 'dog'],
  });
});

test('XML that is broken or hostile is refused', () => {
  const file = (text: string): Files => ({ 'Annotations/one.xml': text });
  const at = 'readVoc: Annotations/one.xml: ';
  throws(
    file('<annotation>\n<object>\n</annotation>'),
    `${at}expected XML: line 3: Expected closing tag 'object' (opened in line 2, col 1) instead of closing tag 'annotation'.`,
  );
  throws(file('<other></other>'), `${at}expected an <annotation>, got none`);
  throws(file(''), `${at}the file is empty`);
  const bomb = '<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;">]><annotation><filename>&c;</filename></annotation>';
  throws(file(bomb), `${at}expected no document type or entities, got <!DOCTYPE`);
  throws(file(vocXml([], { filename: '&secret;' })), `${at}expected no entity but XML's own five, got "&secret;"`);
  throws(
    annotated(vocObject('a&#xD800;', [1, 1, 3, 4])),
    `${at}object 1: expected no entity but XML's own five, got "&#xD800;"`,
  );
  inFolder({ ...vocFolder(), ...annotated(vocObject('black &amp; white', [1, 1, 3, 4])) }, (folder) => {
    assert.equal(readVoc(folder).classes.things, ['black & white', 'dog']);
  });
  const deep = `${'<annotation>'.repeat(1000)}${'</annotation>'.repeat(1000)}`;
  inFolder({ ...vocFolder(), ...file(deep) }, (folder) => {
    assert.throws(() => readVoc(folder), /^readVoc: Annotations\/one\.xml: .*nested/i);
  });
  const polluted =
    '<annotation><__proto__><filename>x</filename></__proto__><object><name>cat</name></object></annotation>';
  inFolder({ ...vocFolder(), ...file(polluted) }, (folder) => {
    assert.throws(() => readVoc(folder), /^readVoc: /);
    assert.is(({} as Record<string, unknown>).filename, undefined);
  });
});

test('nothing outside of the folder is read', () => {
  const files = (filename: string): Files => {
    const { 'JPEGImages/one.png': _, ...rest } = vocFolder();
    return { ...rest, 'Annotations/one.xml': vocXml([], { filename }), '../outside.png': encodePng(plain(1)) };
  };
  const refused = (filename: string, why: string) =>
    inFolder({ 'inner/x': '', ...prefixed(files(filename), 'inner/') }, (folder) => {
      const inner = join(folder, 'inner');
      const name = JSON.stringify(filename);
      assertThrows(
        () => readVoc(inner, { split: 'train' }),
        `readVoc: Annotations/one.xml: expected a path inside ${inner}, got ${name} (${why})`,
      );
    });
  refused('../../outside.png', '..');
  refused('..\\..\\outside.png', '..');
  inFolder({ ...vocFolder(), 'ImageSets/Main/odd.txt': '../../etc/passwd\n' }, (folder) => {
    assertThrows(
      () => readVoc(folder, { split: 'odd' }),
      'readVoc: ImageSets/Main/odd.txt: line 1: expected the name of a file in Annotations, got "../../etc/passwd"',
    );
    assertThrows(() => readVoc(folder, { split: '../x' }), 'readVoc: expected the name of a split, got "../x"');
  });
  inFolder({ 'secret.png': encodePng(plain(1)), ...prefixed(vocFolder(), 'inner/') }, (folder) => {
    const inner = join(folder, 'inner');
    symlinkSync(join(folder, 'secret.png'), join(inner, 'JPEGImages', 'three.png'));
    writeFileSync(join(inner, 'Annotations', 'three.xml'), vocXml([]));
    writeFileSync(join(inner, 'ImageSets', 'Main', 'link.txt'), 'three');
    assertThrows(
      () => readVoc(inner, { split: 'link' }),
      `readVoc: Annotations/three.xml: expected a path inside ${inner}, got "JPEGImages/three.png" (a link that leads outside)`,
    );
    // A link that stays inside is a file like any other.
    symlinkSync(join(inner, 'JPEGImages', 'one.png'), join(inner, 'JPEGImages', 'four.png'));
    writeFileSync(join(inner, 'Annotations', 'four.xml'), vocXml([]));
    writeFileSync(join(inner, 'ImageSets', 'Main', 'link.txt'), 'four');
    assert.equal(readVoc(inner, { split: 'link' }).sample(0).image.shape, [8, 12, 3]);
    mkdirSync(join(folder, 'empty'));
    assertThrows(
      () => readVoc(join(folder, 'empty')),
      `readVoc: ${join(folder, 'empty')}: expected annotations (.xml) in Annotations, annots or beside the images, found none`,
    );
    assertThrows(() => readVoc(join(folder, 'none')), `readVoc: ${join(folder, 'none')}: no such folder`);
  });
});

test('an image that is missing, damaged or of another size', () => {
  const { 'JPEGImages/two.jpg': jpeg } = vocFolder() as { 'JPEGImages/two.jpg': Uint8Array };
  const damaged = { 'JPEGImages/two.jpg': jpeg.subarray(0, jpeg.length - 40) };
  inFolder({ ...vocFolder(), ...damaged, 'JPEGImages/one.png': encodePng(plain(0.5, 9, 12)) }, (folder) => {
    const dataset = readVoc(folder);
    const [one, two] = ['one.png', 'two.jpg'].map((name) => join(folder, 'JPEGImages', name));
    const size = `${one}: expected an image of 12×8 px as its annotation says, got 12×9 px`;
    assertThrows(() => dataset.sample(0), `readVoc: Annotations/one.xml: ${size}`);
    assert.throws(
      () => dataset.sample(1),
      (error: Error) => error.message.startsWith(`readVoc: Annotations/two.xml: ${two}: truncated JPEG`),
    );
    const skipped = readVoc(folder, { onProblem: 'skip' });
    // Both heads tell.
    assert.is(skipped.length, 0);
    assert.is(skipped.problems.images, 2);
    assert.is(skipped.problems.texts[0], `readVoc: Annotations/one.xml: ${size}`);
    const whole = dropBroken(dataset);
    assert.equal([whole.length, whole.problems.images], [0, 2]);
  });
  const { 'JPEGImages/one.png': _, ...rest } = vocFolder();
  inFolder(rest, (folder) => {
    const path = join(folder, 'JPEGImages', 'one.jpg');
    assertThrows(() => readVoc(folder), `readVoc: Annotations/one.xml: ${path}: no such image`);
    const { length, problems } = readVoc(folder, { onProblem: 'skip' });
    assert.equal([length, problems.images], [1, 1]);
  });
  const bomb = encodePng(plain(0.5));
  new DataView(bytesOf(bomb)).setUint32(16, 60000);
  throws(
    { 'JPEGImages/one.png': bomb, ...annotated() },
    'readVoc: Annotations/one.xml: FOLDER/JPEGImages/one.png: damaged PNG (wrong checksum of the IHDR chunk at byte 8)',
  );
  throws(
    {},
    'readVoc: Annotations/one.xml: FOLDER/JPEGImages/one.png: expected at most 50 pixels (option maxPixels; on the command line --max-pixels 96), got 12 × 8',
    { maxPixels: 50 },
  );
});

test('a map that does not fit its image or its classes', () => {
  const options = { labels: 'semantic', classes: ['cat', 'dog'] } as const;
  throws(
    { 'SegmentationClass/one.png': mapFile(painted(0, [7, 2, 3, 4, 5])) },
    'readVoc: SegmentationClass/one.png: FOLDER/SegmentationClass/one.png: expected the number of one of 3 classes, got 7 at [3, 2]',
    options as VocOptions,
  );
  throws(
    { 'SegmentationClass/one.png': mapFile([[0, 1]]) },
    'readVoc: SegmentationClass/one.png: FOLDER/SegmentationClass/one.png: expected a map of 12×8 px, got 2×1',
    options as VocOptions,
  );
  const { 'SegmentationObject/one.png': _, ...rest } = vocFolder();
  inFolder(rest, (folder) => {
    const path = join(folder, 'SegmentationObject', 'one.png');
    assertThrows(
      () => readVoc(folder, { labels: 'instances' }),
      `readVoc: SegmentationClass/one.png: ${path}: no such map`,
    );
    assert.is(readVoc(folder, { labels: 'instances', onProblem: 'skip' }).problems.images, 1);
  });
});

test('throws on settings', () => {
  throws({}, "readVoc: expected onProblem 'throw' or 'skip', got \"warn\"", { onProblem: 'warn' as 'skip' });
  throws({}, 'readVoc: expected names of classes, got []', { classes: [] });
  throws({}, 'readVoc: expected each class once, got "cat" twice', { classes: ['cat', 'cat'] });
  throws({}, "readVoc: expected labels 'boxes', 'semantic' or 'instances', got \"all\"", { labels: 'all' as 'boxes' });
  const many = Array.from({ length: 255 }, (_, k) => `class ${k}`);
  throws({}, 'readVoc: expected fewer than 255 classes beside the background, got 255', {
    labels: 'semantic',
    classes: many,
  } as VocOptions);
  throws({}, 'readVoc: expected leastSide of 0 px or more, got -1', { leastSide: -1 });
  throws(
    { 'ImageSets/Main/twice.txt': 'one\none\n' },
    'readVoc: ImageSets/Main/twice.txt: line 2: expected each image once, got "one" of line 1 again',
    { split: 'twice' },
  );
  throws({}, 'readVoc: FOLDER: expected one of the parts train, val, got none', { split: 'none' });
  inFolder(vocFolder(), (folder) => {
    assertThrows(
      () => readVoc(folder).sample(2),
      'readVoc: expected the index of an image, a whole number from 0 to 1, got 2',
    );
  });
});

function bytesOf(bytes: Uint8Array): ArrayBuffer {
  return bytes.buffer as ArrayBuffer;
}

function prefixed(files: Files, prefix: string): Files {
  return Object.fromEntries(Object.entries(files).map(([name, content]) => [prefix + name, content]));
}

/** A folder of one cat and its problems, read leniently. */
function lenient(files: Files, options: VocOptions = {}) {
  return inFolder(files, (folder) => {
    const dataset = readVoc(folder, { ...options, onProblem: 'skip' } as VocOptions & { labels?: 'boxes' });
    const samples = Array.from({ length: dataset.length }, (_, index) => dataset.sample(index));
    const boxes = samples.map((sample) => [...sample.boxes.data]);
    return { names: dataset.classes.things, boxes, problems: dataset.problems, paths: samples.map(({ path }) => path) };
  });
}

const cat = vocObject('cat', [1, 1, 6, 4]);

test('folders as exports have them', () => {
  const [image, xml] = [labeledImages.one, vocXml([cat])];
  const layouts: Files[] = [
    { 'images/a.png': image, 'annots/a.xml': xml },
    { 'images/a.png': image, 'annotations/a.xml': xml },
    { 'images/a.png': image, 'Annotation/a.xml': xml },
    { 'a.png': image, 'a.xml': xml },
    { 'set/images/a.png': image, 'set/annots/a.xml': xml, 'README.md': 'x' },
    { 'images/a.png': image, 'labels/xmls/a.xml': xml },
    { 'img/deep/a.png': image, 'xml/a.xml': xml },
  ];
  for (const files of layouts) {
    const { boxes, problems } = lenient(files);
    assert.equal(boxes, [[0, 0, 6, 4]], Object.keys(files).join());
    assert.equal(problems.list, [], Object.keys(files).join());
  }
  const parts = { 'train/a.png': image, 'train/a.xml': xml, 'valid/b.png': image, 'valid/b.xml': vocXml([]) };
  inFolder(parts, (folder) => {
    assert.equal(vocParts(folder), ['train', 'valid']);
    for (const split of ['val', 'valid', 'validation']) assert.is(readVoc(folder, { split }).sample(0).labels.size, 0);
    assert.equal(readVoc(folder, { split: 'val' }).classes.things, ['cat']);
  });
});

test('folders of images and annotations that lie elsewhere', () => {
  inFolder({ 'here/a.png': labeledImages.one, 'there/a.xml': vocXml([cat]), 'data/x.txt': '' }, (root) => {
    const [images, annotations] = [join(root, 'here'), join(root, 'there')];
    assert.is(readVoc(join(root, 'data'), { images, annotations }).length, 1);
  });
});

test('an image is found by its stem, in any case, or by the name that is told', () => {
  for (const filename of ['', 'a', 'a.jpg', 'IMG_1.jpg', 'C:\\photos\\a.png', '/home/me/a.png']) {
    const files = { 'JPEGImages/a.PNG': labeledImages.one, 'Annotations/a.XML': vocXml([cat], { filename }) };
    assert.is(lenient(files).boxes.length, 1, filename);
  }
  const named = {
    'JPEGImages/photo 7.png': labeledImages.one,
    'Annotations/a.xml': vocXml([cat], { filename: 'photo%207.png' }),
  };
  assert.is(lenient(named).boxes.length, 1);
});

test('names of a list have spaces, endings, folders, numbers behind them, and may be there twice', () => {
  const list = 'my cat 1\r\n\r\nmy cat 1.jpg\nJPEGImages/b.png\nc  -1\nc 1\nnone\n';
  const names = ['my cat 1', 'b', 'c'];
  const files = Object.fromEntries(
    names.flatMap((name) => [
      [`JPEGImages/${name}.png`, labeledImages.one],
      [`Annotations/${name}.xml`, vocXml([cat])],
    ]),
  );
  const { boxes, problems } = lenient({ ...files, 'ImageSets/Main/train.txt': list }, { split: 'train' });
  assert.is(boxes.length, 3);
  assert.equal([problems.repeats, problems.images], [2, 1]);
  assert.equal(
    problems.list.map(({ file, place }) => [file, place]),
    ['line 3', 'line 6', 'line 7'].map((place) => ['ImageSets/Main/train.txt', place]),
  );
});

test('characters by their numbers, and declared encodings', () => {
  const of = (xml: string | Uint8Array) => lenient({ 'images/a.png': labeledImages.one, 'annots/a.xml': xml });
  const text = (name: string, encoding: string) =>
    vocXml([vocObject(name, [1, 1, 6, 4])]).replace('version="1.0"', `version="1.0" encoding="${encoding}"`);
  assert.equal(of(vocXml([vocObject('&#29483;', [1, 1, 6, 4])])).names, ['猫']);
  assert.equal(of(vocXml([vocObject('caf&#xE9;', [1, 1, 6, 4])])).names, ['café']);
  assert.equal(of(vocXml([vocObject('&#x1F408;', [1, 1, 6, 4])])).names, ['🐈']);
  assert.equal(of(vocXml([vocObject('<![CDATA[a & b]]>', [1, 1, 6, 4])])).names, ['a & b']);
  assert.equal(of(vocXml([vocObject('a & b', [1, 1, 6, 4])])).names, ['a & b']);
  const declared: [string, Uint8Array][] = [
    ['café', Buffer.from(text('café', 'ISO-8859-1'), 'latin1')],
    ['café', Buffer.from(`\ufeff${text('café', 'utf-16')}`, 'utf16le')],
    ['café', Buffer.from(text('café', 'utf-16'))],
    // 猫 in GB2312 is C3 A8.
    ['猫', Buffer.from(text('\u00c3\u00a8', 'gb2312'), 'latin1')],
  ];
  for (const [name, bytes] of declared) {
    const { names, problems } = of(bytes);
    assert.equal([names, problems.list], [[name], []]);
  }
  const { names, problems } = of(Buffer.from(text('café', 'utf-8'), 'latin1'));
  assert.equal([names, problems.fields], [['café'], 1]);
  assert.is(problems.list[0].reason, 'expected text in utf-8, read as windows-1252');
});

test('odd fields cost nothing but themselves', () => {
  const of = (object: string, size = `<size><width>12</width><height>8</height></size>`) =>
    lenient({
      'images/a.png': labeledImages.one,
      'annots/a.xml': `<annotation><filename>a.png</filename>${size}${object}</annotation>`,
    });
  for (const difficult of ['', 'Unspecified', 'False', '0.0']) {
    const { boxes, problems } = of(vocObject('cat', [1, 1, 6, 4], `<difficult>${difficult}</difficult>`));
    assert.equal([boxes, problems.list], [[[0, 0, 6, 4]], []], difficult);
  }
  assert.equal(of(vocObject('cat', [1, 1, 6, 4], '<difficult>maybe</difficult>')).problems.fields, 1);
  assert.equal(of(vocObject('cat', ['1.5', '1.0', '6.25', '4.0'])).boxes, [[0.5, 0, 6.25, 4]]);
  const swapped = of(vocObject('cat', [6, 4, 1, 1]));
  assert.equal([swapped.boxes, swapped.problems.fields], [[[0, 0, 6, 4]], 1]);
  for (const size of [
    '',
    '<size/>',
    '<size><width>0</width><height>0</height></size>',
    '<size><width>12.0</width><height>8.0</height></size>',
  ]) {
    assert.equal(of(cat, size).boxes, [[0, 0, 6, 4]], size);
  }
  assert.equal(of(cat, '<size><width>wide</width><height>8</height></size>').problems.fields, 1);
  // A size that the boxes do not fit in, while they fit in the image, is wrong itself.
  const wrong = of(vocObject('cat', [1, 1, 12, 8]), '<size><width>8</width><height>6</height></size>');
  assert.equal([wrong.boxes, wrong.problems.fields], [[[0, 0, 12, 8]], 1]);
  const turned = of(
    '<object><name>cat</name><robndbox><cx>6</cx><cy>4</cy><w>6</w><h>2</h><angle>1.5707963267948966</angle></robndbox></object>',
  );
  assert.equal(
    turned.boxes.map((box) => box.map(Math.round)),
    [[5, 1, 7, 7]],
  );
});

test('one odd file costs no more than itself, and what is not used is told', () => {
  const files = {
    'images/a.png': labeledImages.one,
    'images/b.png': labeledImages.one,
    'images/c.webp': 'RIFF\0\0\0\0WEBPVP8 ',
    'images/d.png': labeledImages.one,
    'annots/a.xml': vocXml([cat]),
    'annots/b.xml': '<annotation>',
    'annots/c.xml': vocXml([cat]),
    'annots/e.xml': vocXml([cat]),
  };
  const { boxes, problems } = lenient(files);
  assert.is(boxes.length, 1);
  assert.equal([problems.images, problems.unused], [3, 1]);
  assert.match(problems.texts.join('\n'), /c\.xml: .*c\.webp: .*a WebP image/);
});

test.run();
