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
import { cocoFolder, cocoJson } from '../support/labeledFolders';
import { inFolder } from '../support/temporaryFolder';

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
  const timed = (count: number) =>
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
        const start = performance.now();
        const dataset = readCoco(file, { images });
        const elapsed = performance.now() - start;
        assert.is(dataset.sample(1).labels.size, count + 1);
        return elapsed;
      },
    );
  timed(1000);
  // Generous, for a busy machine; quadratic work would take minutes.
  assert.ok(timed(100_000) < 20_000);
});

test('a folder of images that is none', () => {
  const read: any = readCoco;
  inFolder(cocoFolder(), (folder) => {
    assertThrows(
      () => read(join(folder, 'instances.json'), { images: 3 }),
      "readCoco: expected options.images to be a folder's path, got number",
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

test.run();
