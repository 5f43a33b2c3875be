import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseCsv } from '../../src/formats/csv';
import { type BoxCsvOptions, csvParts, readBoxCsv } from '../../src/formats/readBoxCsv';
import { assertThrows } from '../support/assertThrows';
import { csvFolder, labeledImages } from '../support/labeledFolders';
import { inFolder } from '../support/temporaryFolder';

const test = suite('readBoxCsv');

function read<Result>(table: string | undefined, body: (file: string, folder: string) => Result): Result {
  return inFolder(csvFolder(table), (folder) => body(join(folder, 'boxes.csv'), folder));
}

function throws(table: string, message: string, options: BoxCsvOptions = {}): void {
  read(table, (file, folder) => {
    const text = message.replaceAll('FILE', file).replaceAll('FOLDER', folder);
    assertThrows(() => readBoxCsv(file, options).sample(0), text);
  });
}

const header = 'image,x1,y1,x2,y2,label\n';

test('a box a line, images in the order in which they occur', () => {
  read(undefined, (file, folder) => {
    const dataset = readBoxCsv(file);
    assert.is(dataset.length, 3);
    assert.equal(dataset.classes, { stuff: [], things: ['cat', 'dog'] });
    const [one, two, three] = [0, 1, 2].map((index) => dataset.sample(index));
    assert.equal([...one.boxes.data], [0, 0, 6, 4, 6, 2, 12, 8]);
    assert.equal([...one.labels.data], [0, 1]);
    assert.equal([...two.boxes.data], [2, 1, 9, 6]);
    assert.is(two.path, join(folder, 'sub', 'two.jpg'));
    assert.equal(three.boxes.shape, [0, 4]);
  });
});

test('columns without names, another separator, a folder of images', () => {
  read('sub/x;two.jpg;1;1;3;4;dog\n', (file, folder) => {
    const columns = [null, 'image', 'x1', 'y1', 'x2', 'y2', 'label'] as const;
    const images = join(folder, 'sub');
    const dataset = readBoxCsv(file, { columns, separator: ';', images, classes: ['cat', 'dog'] });
    assert.equal([...dataset.sample(0).boxes.data], [1, 1, 3, 4]);
    assert.equal([...dataset.sample(0).labels.data], [1]);
  });
});

test('fields in quotes hold separators, line ends and quotes', () => {
  assert.equal(
    [...parseCsv('a,"b, ""c""\r\nd" , e\r\r\n"",x\n\n  \nlast', ',')],
    [
      { fields: ['a', 'b, "c"\r\nd', 'e'], line: 1 },
      { fields: ['', 'x'], line: 4 },
      { fields: ['last'], line: 7 },
    ],
  );
  assert.equal([...parseCsv('a,', ',')], [{ fields: ['a', ''], line: 1 }]);
  // A quote out of place costs its own line alone.
  assert.equal(
    [...parseCsv('a\n"b,x\nc', ',')],
    [
      { fields: ['a'], line: 1 },
      { fields: ['"b', 'x'], line: 2, wrong: 'expected a closing quote, got the end of the file' },
      { fields: ['c'], line: 3 },
    ],
  );
  assert.equal(
    [...parseCsv('"a"b', ',')],
    [{ fields: ['"a"b'], line: 1, wrong: 'expected a separator behind a quote, got "b"' }],
  );
});

test('lines that make no sense name file and line', () => {
  const at = 'readBoxCsv: boxes.csv: line 3: ';
  const second = (line: string) => `${header}one.png,0,0,6,4,cat\n${line}\n`;
  throws(second('one.png,6,2,NaN,8,dog'), `${at}expected x1, y1, x2, y2 as numbers, got "6, 2, NaN, 8"`);
  throws(second('one.png,6,2,,8,dog'), `${at}expected x1, y1, x2, y2 as numbers, got "6, 2, , 8"`);
  throws(second('one.png,6,2,12,8,'), `${at}expected a label, got none`);
  throws(second(',6,2,12,8,dog'), `${at}expected the name of an image, got none`);
  throws(second('one.png'), `${at}expected at least 6 fields, got 1`);
  throws(second('one.png,6,2,12,8,cow'), `${at}expected one of cat, got "cow"`, { classes: ['cat'] });
  throws(second('../four.jpg,1,1,2,2,dog'), `${at}expected a path inside FOLDER, got "../four.jpg" (..)`);
  throws(second('/etc/x.png,1,1,2,2,dog'), `${at}expected a path inside FOLDER, got "/etc/x.png" (absolute)`);
  throws(second('none.png,1,1,2,2,dog'), `${at}FOLDER/none.png: no such image`);
  throws(second('one.png,6,2,5,8,dog'), `${at}expected x1, y1 below x2, y2, got [6, 2, 5, 8]`);
  throws(second('one.png,6,2,6,8,dog'), `${at}expected a box with an area, got [6, 2, 6, 8]`);
  throws(second('one.png,6,2,50,8,dog'), `${at}expected a box in the image of 12×8 px, got [6, 2, 50, 8]`);
});

test('tables that make no sense', () => {
  throws('', 'readBoxCsv: FILE: the file is empty');
  throws('\n\n', 'readBoxCsv: FILE: expected a line that names the columns, got none');
  throws('a,b\n', 'readBoxCsv: FILE: expected columns image, x1, y1, x2, y2, got "a, b"');
  throws('image,x1,xmin,y1,x2,y2,label\n', 'readBoxCsv: FILE: expected one column x1, got two');
  throws(`${header}"one.png`, 'readBoxCsv: boxes.csv: line 2: expected a closing quote, got the end of the file');
  throws(header, 'readBoxCsv: expected a separator of one character, got ""', { separator: '' });
  throws(header, 'readBoxCsv: none: no such folder', { images: 'none' });
  const sizes = 'image,x1,y1,x2,y2,label,width,height\n';
  throws(
    `${sizes}one.png,0,0,6,4,cat,12,eight\n`,
    'readBoxCsv: boxes.csv: line 2: expected width and height in whole px, got "12, eight"',
  );
  throws(
    `${sizes}one.png,0,0,6,4,cat,12,8\none.png,0,0,6,4,cat,12,9\n`,
    'readBoxCsv: boxes.csv: line 3: expected an image of 12×8 px as in the lines before, got 12×9 px',
  );
  throws(
    `${sizes}one.png,0,0,6,4,cat,13,8\n`,
    'readBoxCsv: boxes.csv: line 2: FOLDER/one.png: expected an image of 13×8 px as its annotation says, got 12×8 px',
  );
});

test('what cannot be used is left out and counted; many lines are read in one pass', () => {
  const lines = Array.from({ length: 20_000 }, (_, k) => `one.png,0,${k / 5000},${1 + (k % 12)},8,cat`);
  const table = `${header}${lines.join('\n')}\nnone.png,1,1,2,2,cat\none.png,1,1,1,2,cat\none.png,x,1,1,2,cat\n`;
  read(table, (file) => {
    const { length, problems, sample } = readBoxCsv(file, { onProblem: 'skip' });
    assert.equal([length, problems.images, problems.objects, problems.clipped], [1, 1, 2, 0]);
    assert.is(sample(0).labels.size, 20_000);
  });
});

/** Boxes and labels of the first image. */
function first(table: string, options: BoxCsvOptions = {}) {
  return read(table, (file) => {
    const { classes, problems, sample } = readBoxCsv(file, { ...options, onProblem: 'skip' });
    const { boxes, labels } = sample(0);
    return { boxes: [...boxes.data], labels: [...labels.data], things: classes.things, problems };
  });
}

test('tables as programs and contests write them', () => {
  const right = { boxes: [0, 0, 6, 4], things: ['cat'] };
  const tables: [string, string[]?][] = [
    ['filename;xmin;ymin;xmax;ymax;class\none.png;0;0;6;4;cat\n'],
    ['image_id\twidth\theight\tbbox\tlabel\none\t12\t8\t[0, 0, 6, 4]\tcat\n'],
    ['filename,x,y,width,height,class\none.png,0,0,6,4,cat\n'],
    ['Image,X_Min,Y_Min,X_Max,Y_Max,Label\none.png,0,0,6,4,cat\n'],
    ['one.png,0,0,6,4,cat\n'],
    ['cat,0,0,6,4,one.png,12,8\n'],
    [
      'filename,file_size,region_count,region_shape_attributes,region_attributes\none.png,9,1,"{""name"":""rect"",""x"":0,""y"":0,""width"":6,""height"":4}","{""name"":""cat""}"\n',
    ],
    [
      'filename,region_shape_attributes,region_attributes\none.png,"{""name"":""polygon"",""all_points_x"":[0,6,3],""all_points_y"":[0,1,4]}","{""type"":{""cat"":true}}"\n',
    ],
    ['filename;xmin;ymin;xmax;ymax;class\none.png;"0,0";0,0;6,0;4;cat\n'],
    ['image,x1,y1,x2,y2,label\none.png,0,0,0.5,0.5,cat\n'],
    ['\ufeffimages/one.png,0,0,6,4,cat\r\n'],
  ];
  for (const [table] of tables) {
    const { boxes, things } = first(table);
    assert.equal({ boxes, things }, right, table);
  }
  const nameless = first('image_id,width,height,bbox,source\none,12,8,"[0, 0, 6, 4]",x\n');
  assert.equal([nameless.things, nameless.problems.notes], [['object'], 1]);
  assert.equal(first('image_id,bbox\none,"[0, 0, 6, 4]"\n', { classes: ['wheat'] }).things, ['wheat']);
});

test('columns and separators that are named', () => {
  const columns = ['label', 'image', 'x1', 'y1', 'x2', 'y2'] as const;
  assert.equal(first('cat|one.png|0|0|6|4\n', { columns, separator: '|' }).boxes, [0, 0, 6, 4]);
  // A line of names in front is no box.
  assert.is(first('kind,photo,a,b,c,d\ncat,one.png,0,0,6,4\n', { columns }).problems.objects, 0);
  const named = { image: 'photo', label: 'kind', x1: 'a', y1: 'b', x2: 'c', y2: 'd' };
  assert.equal(first('kind,photo,a,b,c,d\ncat,one.png,0,0,6,4\n', { columns: named }).boxes, [0, 0, 6, 4]);
  throws('kind,photo\n', 'readBoxCsv: FILE: expected a column "pic", got "kind, photo"', { columns: { image: 'pic' } });
});

test('odd lines and encodings cost no more than themselves', () => {
  const table = `${header}one.png,0,0,6,4,cat\none.png,6,4,0,0,cat\none.png,"0,0,6\none.png,0,0,6,4,cat\none.png,1,1,5,5,caf\u00e9\nnone.png,0,0,1,1,cat\n`;
  const { boxes, things, problems } = first(table);
  assert.equal(
    [boxes, things],
    [
      [0, 0, 6, 4, 1, 1, 5, 5],
      ['café', 'cat'],
    ],
  );
  assert.equal([problems.objects, problems.images, problems.fields, problems.repeats], [1, 1, 1, 2]);
  const bytes = Buffer.from(`${header}one.png,0,0,6,4,caf\u00e9\n`, 'latin1');
  inFolder({ ...csvFolder(), 'boxes.csv': bytes }, (folder) => {
    const { classes, problems: own } = readBoxCsv(folder, { onProblem: 'skip' });
    assert.equal([classes.things, own.fields], [['caf\u00e9'], 1]);
  });
});

test('a table of each part, and images beside it or elsewhere', () => {
  const table = `${header}a.png,0,0,6,4,cat\n`;
  const files = {
    'train/a.png': labeledImages.one,
    'train/_annotations.csv': table,
    'valid/a.png': labeledImages.one,
    'valid/_annotations.csv': `${header}a.png,1,1,6,4,cat\n`,
  };
  inFolder(files, (folder) => {
    assert.equal(csvParts(folder), ['train', 'valid']);
    const { sample, paths } = readBoxCsv(folder, { split: 'val' });
    assert.equal([[...sample(0).boxes.data], paths], [[1, 1, 6, 4], [join(folder, 'valid', 'a.png')]]);
  });
  inFolder({ 'images/train/a.png': labeledImages.one, 'annotations/train.csv': table }, (folder) => {
    assert.is(readBoxCsv(join(folder, 'annotations', 'train.csv')).length, 1);
  });
});

test.run();
