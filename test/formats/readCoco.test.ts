import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { cocoResults, writeCocoResults } from '../../src/formats/cocoResults';
import { type CocoOptions, readCoco } from '../../src/formats/readCoco';
import { decodeRle } from '../../src/formats/rle';
import { encodePng } from '../../src/images/pngEncode';
import { assertThrows } from '../support/assertThrows';
import { cocoFolder, cocoJson, labeledImages } from '../support/labeledFolders';
import { type Files, inFolder } from '../support/temporaryFolder';

const test = suite('readCoco');

type Content = ReturnType<typeof cocoJson>;

/** Reads the file after it has been changed. */
function changed<Result>(
  change: (content: Content) => unknown,
  body: (file: string, images: string) => Result,
): Result {
  const content = cocoJson();
  const other = change(content);
  return inFolder(cocoFolder(other ?? content), (folder) =>
    body(join(folder, 'instances.json'), join(folder, 'images')),
  );
}

function throws(change: (content: Content) => unknown, message: string, options: Partial<CocoOptions> = {}): void {
  changed(change, (file, images) => {
    assertThrows(
      () => readCoco(file, { images, ...options }).sample(0),
      message.replace('FILE', file).replace('IMAGES', images),
    );
  });
}

const unchanged = () => undefined;

test('boxes, crowds and areas; labels in the order of the ids', () => {
  changed(unchanged, (file, images) => {
    const dataset = readCoco(file, { images });
    assert.is(dataset.length, 2);
    assert.equal(dataset.classes, { stuff: [], things: ['cat', 'dog'] });
    assert.equal(
      [dataset.imageIds, dataset.categoryIds],
      [
        [7, 3],
        [17, 18],
      ],
    );
    const { boxes, labels, crowd, areas, path } = dataset.sample(0);
    assert.equal([...boxes.data], [0, 0, 6, 4, 6, 2, 12, 8]);
    assert.equal([...labels.data], [0, 1]);
    assert.equal([...crowd!.data], [0, 1]);
    assert.equal([...areas!.data], [24, 30]);
    assert.is(path, join(images, 'one.png'));
    const second = dataset.sample(1);
    assert.equal([...second.boxes.data], [2, 1, 9, 6]);
    assert.is(second.crowd, undefined);
  });
});

test('masks of polygons, runs and, where there is neither, of the box', () => {
  changed(unchanged, (file, images) => {
    const dataset = readCoco(file, { images, masks: true });
    const { masks } = dataset.sample(0);
    assert.equal(masks.shape, [2, 8, 12]);
    for (let y = 0; y < 8; y++) {
      for (let x = 0; x < 12; x++) {
        assert.is(masks.get(0, y, x), Number(x < 6 && y < 4));
        assert.is(masks.get(1, y, x), Number(x >= 6 && y >= 2));
      }
    }
    const [box] = [dataset.sample(1).masks];
    assert.is(
      box.data.reduce((sum, one) => sum + one, 0),
      35,
    );
    assert.equal([box.get(0, 1, 2), box.get(0, 5, 8), box.get(0, 6, 8)], [1, 1, 0]);
  });
  const packed = (content: Content) => {
    content.annotations[1].segmentation = { size: [8, 12], counts: 'b1620000000000000'.slice(0, 12) };
  };
  changed(packed, (file, images) => {
    // The same numbers as pycocotools would unpack, or an error that says which annotation.
    assert.throws(
      () => readCoco(file, { images, masks: true }),
      /^readCoco: instances\.json: annotation 2: segmentation: expected runs of 96 px in all, got \d+; its box stays$/,
    );
  });
});

test('what is wrong names the annotation', () => {
  const annotation = (part: Record<string, unknown>) => (content: Content) => {
    Object.assign(content.annotations[1], part);
  };
  const at = 'readCoco: instances.json: annotation 2: ';
  throws(
    annotation({ bbox: [1, 1, 0, 4], segmentation: null }),
    `readCoco: instances.json: annotation 2: expected a box with an area, got [1, 1, 1, 5]`,
  );
  throws(
    annotation({ bbox: [1, 1, -3, 4], segmentation: null }),
    `readCoco: instances.json: annotation 2: expected a box with an area, got [1, 1, -2, 5]`,
  );
  throws(
    annotation({ bbox: [1, 1, null, 4] }),
    `${at}expected a bbox with an area, got [1,1,null,4]; it is that of its mask`,
  );
  throws(
    annotation({ bbox: [1, 1, 30, 4] }),
    `readCoco: instances.json: annotation 2: expected a box in the image of 12×8 px, got [1, 1, 31, 5]`,
  );
  throws(annotation({ bbox: 'large', segmentation: [] }), `${at}expected a bbox of 4 numbers, got "large"`);
  throws(annotation({ category_id: 99 }), `${at}expected the id of a category as category_id, got 99`);
  throws(annotation({ image_id: 'x' }), `${at}expected the id of an image as image_id, got "x"`);
  throws(annotation({ iscrowd: 'maybe' }), `${at}expected iscrowd 0 or 1, got "maybe"`);
  throws(annotation({ area: -1 }), `${at}expected an area ≥ 0, got -1`);
  throws(annotation({ id: 1 }), 'readCoco: instances.json: annotation 1: expected each id once, got 1 twice');
  throws(annotation({ id: [5] }), 'readCoco: instances.json: annotation number 1: expected an id, got [5]');
  throws(
    annotation({ segmentation: [[1, 2, 3]] }),
    `${at}segmentation: expected polygons of three points or more, got [1,2,3]; its box stays`,
  );
  throws(
    annotation({ segmentation: [[1, 2, 3, 4, 5, 'six']] }),
    `${at}segmentation: expected polygons of three points or more, got [1,2,3,4,5,"six"]; its box stays`,
  );
  throws(
    annotation({ segmentation: { size: [12, 8], counts: [96] } }),
    `${at}segmentation: expected a mask of 8×12, the image's height and width, got 12×8; its box stays`,
  );
  throws(
    annotation({ segmentation: { size: [8, 12], counts: 7 } }),
    `${at}segmentation: expected polygons, or size and counts, got {"size":[8,12],"counts":7}; its box stays`,
  );
  throws(
    annotation({ segmentation: { size: [8, 12], counts: [95] } }),
    `${at}segmentation: expected runs of 96 px in all, got 95; its box stays`,
    { masks: true },
  );
});

test('what is wrong names the image, or the file', () => {
  const image = (part: Record<string, unknown>) => (content: Content) => {
    Object.assign(content.images[0], part);
  };
  throws(image({ id: 3 }), 'readCoco: instances.json: images.1: expected each id once, got 3 twice');
  throws(
    image({ id: null }),
    'readCoco: instances.json: images.0: expected an id, got {"id":null,"file_name":"one.png","width":12,"height":8}',
  );
  throws(
    image({ width: 0 }),
    'readCoco: instances.json: images.0: expected height and width from 1 to 65535, got 8 and 0',
  );
  throws(image({ file_name: 5 }), 'readCoco: instances.json: images.0: expected a file_name, got 5');
  throws(
    image({ width: 640, height: 480 }),
    "readCoco: instances.json: annotation 2: segmentation: expected a mask of 480×640, the image's height and width, got 8×12; its box stays",
  );
  throws((content) => {
    content.annotations.length = 0;
    content.images[0].width = 640;
  }, 'readCoco: instances.json: image 7: IMAGES/one.png: expected an image of 640×8 px as its annotation says, got 12×8 px');
  for (const name of ['../other.png', '..\\other.png', 'sub/../../other.png']) {
    throws(
      image({ file_name: name }),
      `readCoco: instances.json: image 7: expected a path inside IMAGES, got ${JSON.stringify(name)} (..)`,
    );
  }
  for (const name of ['/etc/hosts', 'C:\\images\\none.png', '\\\\server\\none.png']) {
    throws(
      image({ file_name: name }),
      `readCoco: instances.json: image 7: expected a path inside IMAGES, got ${JSON.stringify(name)} (absolute)`,
    );
  }
  throws(
    image({ file_name: 'one\u0000.png' }),
    'readCoco: instances.json: image 7: expected a path inside IMAGES, got "one\\u0000.png" (control characters)',
  );
  throws(image({ file_name: 'none.png' }), 'readCoco: instances.json: image 7: IMAGES/none.png: no such image');
  throws(() => [], 'readCoco: FILE: expected images, annotations and categories, got no object');
  throws(() => ({ categories: [] }), 'readCoco: FILE: expected a list annotations, got none');
  throws(
    () => ({ ...cocoJson(), categories: [] }),
    'readCoco: instances.json: expected at least one category, got none',
  );
  throws(() => ({ ...cocoJson(), images: 5 }), 'readCoco: FILE: expected a list images, got number');
  throws(
    () => ({ ...cocoJson(), categories: [{ id: 1 }] }),
    'readCoco: instances.json: categories.0: expected an id and a name, got {"id":1}',
  );
  throws(
    (content) => void content.categories.push({ id: 17, name: 'x' }),
    'readCoco: instances.json: categories.2: expected each id once, got 17 twice',
  );
  inFolder({ ...cocoFolder(), 'empty.json': '', 'broken.json': '{"images": [' }, (folder) => {
    const images = join(folder, 'images');
    assertThrows(
      () => readCoco(join(folder, 'empty.json'), { images }),
      `readCoco: ${join(folder, 'empty.json')}: the file is empty`,
    );
    assert.throws(() => readCoco(join(folder, 'broken.json'), { images }), /^readCoco: .*broken\.json: .*JSON/);
    assertThrows(
      () => readCoco(join(folder, 'none.json'), { images }),
      `readCoco: ${join(folder, 'none.json')}: no such file`,
    );
  });
});

test('a backslash separates as a slash does, and a byte order mark is no character', () => {
  changed(
    (content) => {
      content.images[1].file_name = '.\\sub\\two.jpg';
    },
    (file, images) => assert.equal(readCoco(file, { images }).sample(1).image.shape, [8, 12, 3]),
  );
  inFolder({ ...cocoFolder(), 'bom.json': `\ufeff${JSON.stringify(cocoJson(), null, '\r\n')}` }, (folder) => {
    assert.is(readCoco(join(folder, 'bom.json'), { images: join(folder, 'images') }).length, 2);
  });
});

test('what cannot be used is left out and counted', () => {
  changed(
    (content) => {
      content.images.push({ id: 8, file_name: '../x.png', width: 12, height: 8 });
      content.images.push({ id: 9, file_name: 'one.png', width: 640, height: 480 });
      content.annotations.push({ id: 30, image_id: 99, category_id: 17, bbox: [0, 0, 1, 1] });
      content.annotations.push({ id: 31, image_id: 7, category_id: 17, bbox: [0, 0, 0, 1] });
      content.annotations.push({ id: 32, image_id: 7, category_id: 17, bbox: [0, 0, 40, 1] });
    },
    (file, images) => {
      const { length, problems, imageIds, sample } = readCoco(file, { images, onProblem: 'skip' });
      assert.equal([length, imageIds], [2, [7, 3]]);
      assert.equal([problems.images, problems.objects, problems.clipped, problems.texts.length], [2, 2, 1, 5]);
      assert.equal([...sample(0).boxes.data.slice(8)], [0, 0, 12, 1]);
      // One of three has no area: then there is none of any.
      assert.is(sample(0).areas, undefined);
    },
  );
});

test('deep JSON, keys that reach for the prototype, and many annotations', () => {
  const deep = `{"images":${'['.repeat(200_000)}${']'.repeat(200_000)},"categories":[{"id":1,"name":"a"}],"annotations":[]}`;
  inFolder({ ...cocoFolder(), 'deep.json': deep }, (folder) => {
    assert.throws(
      () => readCoco(join(folder, 'deep.json'), { images: join(folder, 'images') }),
      /^readCoco: .*(images\.0|JSON|stack)/,
    );
  });
  const hostile = JSON.stringify(cocoJson()).replace('"info"', '"__proto__":{"images":[],"polluted":1},"info"');
  inFolder({ ...cocoFolder(), 'instances.json': hostile }, (folder) => {
    assert.is(readCoco(join(folder, 'instances.json'), { images: join(folder, 'images') }).length, 2);
    assert.is(({} as Record<string, unknown>).polluted, undefined);
  });
  const crowded = (count: number) =>
    changed(
      (content) => {
        for (let i = 0; i < count; i++) {
          content.annotations.push({
            id: 100 + i,
            image_id: 3,
            category_id: 17,
            bbox: [1, 1 + i / count, 2, 3],
            area: 6,
            iscrowd: 0,
          });
        }
      },
      (file, images) => {
        assert.is(readCoco(file, { images }).sample(1).labels.size, count + 1);
      },
    );
  // Quadratic work would reach the time limit of the file.
  crowded(100_000);
});

test('a folder of images that is none', () => {
  const read: any = readCoco;
  inFolder(cocoFolder(), (folder) => {
    assertThrows(
      () => read(join(folder, 'instances.json'), { images: 3 }),
      'readCoco: expected images to be a text, got 3',
    );
    assertThrows(
      () => readCoco(join(folder, 'instances.json'), { images: 'nowhere' }),
      'readCoco: nowhere: no such folder',
    );
  });
});

test('masks that would not fit into memory are refused', () => {
  const content = cocoJson();
  content.images[0] = { id: 7, file_name: 'large.png', width: 1024, height: 1024 };
  content.annotations = Array.from({ length: 1025 }, (_, k) => ({
    image_id: 7,
    category_id: 17,
    bbox: [1 + k / 1025, 1, 2, 3],
  }));
  const gray = encodePng(ndarray(new Uint8Array(2 ** 20), [1024, 1024]));
  inFolder({ ...cocoFolder(content), 'images/large.png': gray }, (folder) => {
    const options = { images: join(folder, 'images'), masks: true } as const;
    assertThrows(
      () => readCoco(join(folder, 'instances.json'), options).sample(0),
      'readCoco: instances.json: image 7: expected masks of at most 1073741824 bytes in an image, got 1025 of 1048576',
    );
  });
});

test('results are those that pycocotools reads, with masks', () => {
  const masks = ndarray(new Uint8Array(2 * 8 * 12), [2, 8, 12]);
  masks.set(1, 3, 4, 1);
  const found = {
    boxes: ndarray(Float32Array.from([0, 0, 6, 4, 4, 3, 5, 4]), [2, 4]),
    labels: ndarray(Int32Array.from([1, 0]), [2]),
    scores: ndarray(Float32Array.from([0.75, 0.5]), [2]),
  };
  const nothing = {
    boxes: ndarray(new Float32Array(0), [0, 4]),
    labels: ndarray(new Int32Array(0), [0]),
    scores: ndarray(new Float32Array(0), [0]),
  };
  const ids = { imageIds: [7, 3], categoryIds: [17, 18] };
  const results = cocoResults([{ ...found, masks }, nothing], ids);
  assert.equal(
    results.map(({ segmentation: _, ...rest }) => rest),
    [
      { image_id: 7, category_id: 18, bbox: [0, 0, 6, 4], score: 0.75 },
      { image_id: 7, category_id: 17, bbox: [4, 3, 1, 1], score: 0.5 },
    ],
  );
  assert.equal(decodeRle(results[1].segmentation!).data, masks.pick(1).data.slice(96));
  inFolder({}, (folder) => {
    const path = join(folder, 'results.json');
    writeCocoResults(path, [found, nothing], ids);
    assert.equal(JSON.parse(readFileSync(path, 'utf8')), cocoResults([found, nothing], ids));
  });
  assertThrows(() => cocoResults([found], ids), 'cocoResults: expected detections of 2 images, got 1');
  assertThrows(
    () => cocoResults([found, nothing], { imageIds: [7, 3], categoryIds: [17] }),
    'cocoResults: expected labels below 1, got 1 at 0 of image 0',
  );
  assertThrows(
    () => cocoResults([{ ...found, scores: ndarray(Float32Array.from([Number.NaN, 1]), [2]) }, nothing], ids),
    'cocoResults: expected finite boxes and scores, got others at 0 of image 0',
  );
  assertThrows(
    () => cocoResults([{ ...nothing, masks }, nothing], ids),
    'cocoResults: expected 0 masks of image 0, got 2',
  );
});

/** All of a folder, read leniently. */
function lenient(files: Files, options: CocoOptions = {}) {
  return inFolder(files, (folder) => {
    const dataset = readCoco(folder, { ...options, onProblem: 'skip' });
    const samples = Array.from({ length: dataset.length }, (_, index) => dataset.sample(index));
    return {
      boxes: samples.map(({ boxes }) => [...boxes.data]),
      labels: samples.map(({ labels }) => [...labels.data]),
      dataset,
      samples,
      problems: dataset.problems,
    };
  });
}

/** One image of 12×8 px with one thing. */
function single(annotation: Record<string, unknown> = {}, image: Record<string, unknown> = {}) {
  return {
    images: [{ id: 1, file_name: 'a.png', width: 12, height: 8, ...image }],
    annotations: [{ id: 1, image_id: 1, category_id: 1, bbox: [0, 0, 6, 4], area: 24, iscrowd: 0, ...annotation }],
    categories: [{ id: 1, name: 'cat' }],
  };
}

const fileOf = (content: unknown): Files => ({
  'images/a.png': labeledImages.one,
  'result.json': JSON.stringify(content),
});

test('folders as exports have them', () => {
  const [image, json] = [labeledImages.one, JSON.stringify(single())];
  const layouts: [Files, string?][] = [
    [{ 'images/a.png': image, 'result.json': JSON.stringify(single({}, { file_name: 'images/a.png' })) }],
    [{ 'images/default/a.png': image, 'annotations/instances_default.json': json }],
    [
      {
        'train2017/a.png': image,
        'annotations/instances_train2017.json': json,
        'annotations/person_keypoints_train2017.json': json,
      },
      'train',
    ],
    [{ 'images/a.png': image, 'annotations/instances_train.json': json }, 'train'],
    [
      {
        'train/a.png': image,
        'train/_annotations.coco.json': json,
        'valid/a.png': image,
        'valid/_annotations.coco.json': json,
      },
      'val',
    ],
    [{ 'data/a.png': image, 'labels.json': json }],
    [{ 'set/a.png': image, 'set/anything.json': json, 'set/other.json': '{"a": 1}' }],
  ];
  for (const [files, split] of layouts) {
    const { boxes, problems } = lenient(files, { split });
    assert.equal([boxes, problems.list], [[[0, 0, 6, 4]], []], Object.keys(files).join());
  }
  const names = [
    '../../media/upload/4/a.png',
    '..\\..\\media\\a.png',
    'http://host/data/upload/a.png',
    '/data/local-files/?d=my%20set/a.png',
    'A.PNG',
    'a.jpg',
    '5f3a9b12-a.png',
    'C:\\set\\images\\a.png',
  ];
  for (const file_name of names) assert.is(lenient(fileOf(single({}, { file_name }))).boxes.length, 1, file_name);
  const quoted = {
    'images/my cat.png': labeledImages.one,
    'result.json': JSON.stringify(single({}, { file_name: 'images/my%20cat.png' })),
  };
  assert.is(lenient(quoted).boxes.length, 1);
  inFolder({ 'a/_annotations.coco.json': json, 'b/_annotations.coco.json': json }, (folder) => {
    assert.throws(
      () => readCoco(folder),
      /^readCoco: .*expected one file of labels, found a\/.*, b\/.*; name it as --annotations/,
    );
  });
});

test('types as exports write them', () => {
  const whole = single();
  const read = (content: unknown) => {
    const { boxes, problems } = lenient(fileOf(content));
    return [boxes, problems.objects, problems.images];
  };
  const right = [[[0, 0, 6, 4]], 0, 0];
  const annotations = [
    { iscrowd: true },
    { iscrowd: null },
    { area: null },
    { id: 'ann-1' },
    { id: null },
    { image_id: '1' },
    { category_id: '1' },
    { bbox: ['0', '0', '6.0', '4'] },
    { area: '24' },
    { area: -1 },
    { iscrowd: 'maybe' },
    { segmentation: null },
    { segmentation: '' },
  ];
  for (const annotation of annotations) assert.equal(read(single(annotation)), right, JSON.stringify(annotation));
  const images = [
    { id: '1' },
    { width: '12', height: '8' },
    { width: 12.0, height: 8.0 },
    { width: null, height: null },
    { width: 0, height: 'x' },
  ];
  for (const image of images) assert.equal(read(single({}, image)), right, JSON.stringify(image));
  assert.equal(lenient(fileOf({ ...whole, categories: [{ id: 1, name: 17 }] })).dataset.classes.things, ['17']);
  assert.equal(lenient(fileOf({ ...whole, categories: [{ id: '1' }] })).dataset.classes.things, ['class 1']);
  assert.equal(lenient(fileOf({ ...whole, categories: [] })).dataset.classes.things, ['class 1']);
  const text = JSON.stringify(whole)
    .replace('"area":24', '"area":NaN')
    .replace('"id":1', '"x":-Infinity,"note":"NaN, ]","id":1');
  const { boxes, problems } = lenient({
    'images/a.png': labeledImages.one,
    'result.json': text.replace(/\]\}$/, ',]}'),
  });
  assert.equal([boxes, problems.fields], [[[0, 0, 6, 4]], 1]);
});

test('a poor segmentation costs itself and not the box', () => {
  const good = [0, 0, 6, 0, 6, 4, 0, 4];
  const runs = { size: [8, 12], counts: [0, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 52] };
  const cases: [unknown, number, number][] = [
    [[good, [20, 10, 21, 11]], 1, 24],
    [[[]], 1, 24],
    [[[1, 1, 5, 5]], 1, 24],
    [[runs], 0, 24],
    [{ size: [12, 8], counts: runs.counts }, 1, 24],
    [{ size: [8, 12], counts: [5] }, 1, 24],
    [good, 0, 24],
    [
      [
        [
          [0, 0],
          [6, 0],
          [6, 4],
          [0, 4],
        ],
      ],
      0,
      24,
    ],
    [[good.map(String)], 0, 24],
  ];
  for (const [segmentation, wrong, area] of cases) {
    const { boxes, samples, problems } = lenient(fileOf(single({ segmentation })), { masks: true });
    const { masks } = samples[0] as unknown as { masks: { data: Uint8Array } };
    const pixels = masks.data.reduce((sum, one) => sum + one, 0);
    assert.equal([boxes, problems.masks, pixels], [[[0, 0, 6, 4]], wrong, area], JSON.stringify(segmentation));
    assert.is(lenient(fileOf(single({ segmentation }))).boxes[0].length, 4);
  }
  assert.equal(lenient(fileOf(single({ bbox: null, segmentation: [good] }))).boxes, [[0, 0, 6, 4]]);
  assert.equal(lenient(fileOf(single({ bbox: [], segmentation: runs }))).boxes, [[0, 0, 6, 4]]);
});

test('categories of one name are one class, and one above all others is none', () => {
  const content = single({ category_id: 2 });
  const categories = [
    { id: 0, name: 'pets', supercategory: 'none' },
    { id: 1, name: 'cat', supercategory: 'pets' },
    { id: 2, name: 'cat', supercategory: 'pets' },
    { id: 5, name: 'dog', supercategory: 'pets' },
  ];
  const { dataset, labels, problems } = lenient(fileOf({ ...content, categories }));
  assert.equal([dataset.classes.things, dataset.categoryIds, labels], [['cat', 'dog'], [2, 5], [[0]]]);
  assert.equal([problems.notes, problems.fields], [1, 1]);
  const chosen = lenient(fileOf({ ...content, categories }), { classes: ['dog', 'cat', 'cow'] });
  assert.equal([chosen.labels, chosen.dataset.categoryIds], [[[1]], [5, 2, null]]);
});

test('equal annotations are read once', () => {
  const content = single();
  const [first] = content.annotations;
  content.annotations.push({ ...first, id: 2 }, { ...first, id: 3, bbox: [1, 1, 6, 4] });
  const { boxes, problems } = lenient(fileOf(content));
  assert.equal([boxes, problems.repeats], [[[0, 0, 6, 4, 1, 1, 7, 5]], 1]);
});

test.run();
