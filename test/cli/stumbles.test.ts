import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runCommand } from '../support/command';
import { csvFolder, labeledImages, vocFolder, vocObject, vocXml } from '../support/labeledFolders';
import { type Files, temporaryFolder, writeFiles } from '../support/temporaryFolder';

// What somebody stumbles over who uses the command for the first time: each is told what to do.

const test = suite('detseg, used for the first time');
const root = temporaryFolder('detseg newcomer ü-');
const inside = (...steps: string[]) => join(root, ...steps);
const { one, two } = labeledImages;

/** Labels of two images: what is in the first and the second. */
function pair(first: string, second: string): Files {
  return { 'images/one.png': one, 'images/two.jpg': two, 'labels/one.txt': first, 'labels/two.txt': second };
}

const sets: Record<string, Files> = {
  voc: {
    'images/one.png': one,
    'annots/one.xml': vocXml([vocObject('cat', [1, 1, 6, 4])]),
    'images/two.jpg': two,
    'annots/two.xml': vocXml([vocObject('dog', [3, 2, 9, 6])]),
  },
  parted: vocFolder(),
  csv: csvFolder(),
  yolo: { ...pair('0 0.5 0.5 0.5 0.5', '1 0.5 0.5 0.4 0.4'), 'classes.txt': 'zebra\nhorse\n' },
  masks: {
    'images/one.png': one,
    'masks/one.png': labeledImages.three,
  },
  // labelImg writes the path of the machine that it ran on.
  gone: {
    'images/one.png': one,
    'annots/one.xml': vocXml([vocObject('cat', [1, 1, 6, 4])]),
    'annots/two.xml': vocXml([vocObject('cat', [1, 1, 6, 4])], { filename: 'two.jpg' }).replace(
      '<size>',
      '<path>/home/me/set/two.jpg</path><size>',
    ),
  },
};
for (const [name, files] of Object.entries(sets)) writeFiles(inside(name), files);
mkdirSync(inside('unended'));
writeFiles(inside('unended'), { 'run.json': '{}' });

const train = (set: string, ...more: string[]) => [
  'train',
  '--data',
  inside(set),
  ...['--model', 'yolo', '--size', '32', '--steps', '1', '--width', '0.25', '--anchors', '1', '--device', 'cpu'],
  ...['--out', inside(`run ${set}`), '--overwrite', ...more],
];

/** Words, the exit code, and what the terminal shows. */
const cases: [string, string[], number, RegExp][] = [
  [
    'the images and the labels of a set without its folder',
    ['info', '--images', inside('voc', 'images'), '--annotations', inside('voc', 'annots')],
    0,
    /^format: voc, found by 2 \.xml files in .*annots; [\s\S]*voc: 2 images; classes: cat, dog\n/,
  ],
  [
    'the folder of the images instead of that of the set',
    ['info', '--data', inside('voc', 'images')],
    1,
    /images: expected labels of a known format .*, found none; but .*voc looks like voc \(2 \.xml files in annots\): name it as --data\n/,
  ],
  [
    'another format than that of the set',
    ['info', '--format', 'coco', '--data', inside('voc')],
    1,
    /name the file as --annotations; it looks like voc \(2 \.xml files in annots\): leave --format out\n/,
  ],
  [
    'another format, in which the set shows nothing',
    train('voc', '--format', 'yolo'),
    1,
    /with boxes, found 2 without any.*; it looks like voc \(2 \.xml files in annots\): leave --format out\n/,
  ],
  [
    'boxes for a model of pixels',
    train('voc', '--model', 'u-net'),
    2,
    /expected maps of classes, found boxes: voc \(.*\); choose a detector as --model: .*yolo.*\n$/,
  ],
  [
    'maps for a detector',
    train('masks'),
    2,
    /expected boxes, found maps of classes or masks of objects: masks \(.*\); choose a model of pixels as --model: u-net, fcn, deconv-net, tiramisu; or a model of masks as --model: mask-rcnn\n$/,
  ],
  [
    'a size in two words',
    train('voc', '--seed', '1', '128'),
    2,
    /expected options alone, got 128; .*a size is 192x256\n$/,
  ],
  [
    'an option of another model',
    train('voc', '--options', '{"rpn": {}}'),
    2,
    /^detseg: --options: expected options among anchors, .*, got rpn\n$/,
  ],
  [
    'a part of a set without parts',
    ['info', '--data', inside('voc'), '--split', 'test'],
    1,
    /no part, since all images are in one, got test\n/,
  ],
  [
    'a part that there is not',
    ['info', '--data', inside('parted'), '--split', 'tests'],
    1,
    /one of the parts train, val, got tests\n/,
  ],
  [
    'a class of no image',
    train('voc', '--classes', 'cat,dog,cow'),
    0,
    /training: no box of (dog, |cat, )?cow: the model will not find any\n/,
  ],
  [
    'classes by other names',
    ['info', '--data', inside('yolo'), '--classes', 'zebra'],
    0,
    /box left out: labels\/two\.txt: line 1: expected one of zebra, got "horse"\n/,
  ],
  [
    'an image that is missing',
    ['info', '--data', inside('gone')],
    0,
    /image left out: annots\/two\.xml: .*images[\\/]two\.jpg: no such image\n/,
  ],
  [
    'a model that is not there',
    ['detect', '--model', inside('none'), '--out', inside('f'), root],
    2,
    /^detseg: --model .*none: no such folder\n$/,
  ],
  [
    'a file of the model',
    ['detect', '--model', inside('csv', 'boxes.csv'), '--out', inside('f'), root],
    2,
    /expected the folder that holds a model, got a file; see .*csv\n$/,
  ],
  [
    'a folder without a model',
    ['evaluate', '--model', inside('voc')],
    2,
    /expected model\.json and weights\.safetensors, as detseg train writes them, found none\n$/,
  ],
  [
    'a run that has not ended',
    ['segment', '--model', inside('unended'), '--out', inside('f'), root],
    2,
    /the run has not ended, and has no model yet; continue it with detseg train --resume\n$/,
  ],
  [
    'a data set among the runs',
    ['info', inside('voc')],
    1,
    /found neither; is it a data set\? detseg info --data .*voc\n/,
  ],
  ['an image among the weights', ['info', inside('voc', 'images', 'one.png')], 1, /is it a safetensors file\?\n$/],
];

test('every stumble is told with what to do', async () => {
  // Two at once, as many as small machines have processors.
  const waiting = [...cases];
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [name, words, code, pattern] = next;
      const { code: got, output, errors } = await runCommand(words);
      assert.is(got, code, `${name}: ${errors}`);
      assert.match(errors + output, pattern, `${name}: ${errors}${output}`);
    }
  };
  await Promise.all([worker(), worker()]);
});

test('a model is measured on labels without the folder of a set', async () => {
  const made = await runCommand(train('voc'));
  assert.is(made.code, 0, made.errors);
  const { code, output, errors } = await runCommand([
    ...['evaluate', '--model', inside('run voc'), '--device', 'cpu'],
    ...['--images', inside('voc', 'images'), '--annotations', inside('voc', 'annots')],
  ]);
  assert.is(code, 0, errors);
  assert.match(output, /2 images: mAP/);
});

test.run();
