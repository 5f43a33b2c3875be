import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ndarray, { type NdArray } from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type CocoPanopticOptions, cocoPanopticParts, readCocoPanoptic } from '../../src/formats/readCocoPanoptic';
import { idToRgb, rgbToId } from '../../src/formats/segmentIds';
import { cocoSegments, writeCocoPanoptic } from '../../src/formats/writeCocoPanoptic';
import { encodePng } from '../../src/images/pngEncode';
import { panopticToMasks, panopticToSemantic, readImageBytes, sceneDataset } from '../../src/index';
import { assertThrows } from '../support/assertThrows';
import { loadGolden } from '../support/golden';
import {
  panopticContent as content,
  panopticFolder as files,
  idFile,
  labeledImages,
  painted,
  plain,
  segmentRows as rows,
  segmentIds,
} from '../support/labeledFolders';
import { type Files, inFolder } from '../support/temporaryFolder';

const test = suite('COCO panoptic');

const { sky, cat, crowd } = segmentIds;

test('segments, their masks and boxes, crowds and void; classes in the order of the ids', () => {
  inFolder(files(), (folder) => {
    assert.equal(cocoPanopticParts(folder), ['val2017']);
    const dataset = readCocoPanoptic(folder, { split: 'val' });
    assert.equal(dataset.classes, { stuff: ['sky'], things: ['dog', 'cat'] });
    assert.equal(
      [dataset.imageIds, dataset.categoryIds],
      [
        [9, 4],
        [20, 3, 5],
      ],
    );
    assert.equal([dataset.objects, dataset.objectsOf], [1, [0, 1]]);
    const sample = dataset.sample(0);
    // In the order of the list: the crowd of dogs, then the cat.
    assert.equal([...sample.labels.data], [0, 1]);
    assert.equal([...sample.crowd!.data], [1, 0]);
    assert.equal([...sample.boxes.data], [6, 2, 12, 8, 1, 1, 5, 4]);
    assert.equal([...sample.areas!.data], [36, 12]);
    const wanted = rows.flat().map(
      (id) =>
        new Map([
          [sky, 0],
          [crowd, 1],
          [cat, 2],
          [0, -1],
        ]).get(id)!,
    );
    assert.equal([...sample.panoptic.data], wanted);
    assert.equal([...sample.semantic.data], [...panopticToSemantic(sample, dataset.classes).data]);
    assert.equal([...sample.masks.data], [...panopticToMasks(sample, dataset.classes).data]);
    // A gray PNG has numbers alone; two segments of one kind of stuff are one.
    const second = dataset.sample(1);
    assert.equal([...second.panoptic.data], Array(96).fill(0));
    assert.equal([second.boxes.shape, second.masks.shape, second.crowd], [[0, 4], [0, 8, 12], undefined]);
  });
});

test('the classes of a model decide, and their order', () => {
  inFolder(files(), (folder) => {
    const classes = { stuff: ['water', 'sky'], things: ['cat'] };
    const dataset = readCocoPanoptic(folder, { classes, onProblem: 'skip' });
    assert.equal(dataset.categoryIds, [null, 20, 5]);
    assert.equal(dataset.problems.texts, [
      'readCocoPanoptic: annotations/panoptic_val2017.json: image 9: segments_info.0: expected one of water, sky, cat, got "dog"; its pixels are void',
    ]);
    const { labels, panoptic } = dataset.sample(0);
    assert.equal([...labels.data], [0]);
    assert.equal(new Set(panoptic.data), new Set([-1, 1, 2]));
  });
});

/** Reads the folder after its JSON has been changed, and tells the problems once all images have been looked at. */
function problemsOf(change: (json: ReturnType<typeof content>) => unknown, more: Files = {}): string[] {
  const json = content();
  const other = change(json);
  return inFolder({ ...files(other ?? json), ...more }, (folder) => {
    const dataset = readCocoPanoptic(folder, { onProblem: 'skip' });
    for (let twice = 0; twice < 2; twice++) for (let index = 0; index < dataset.length; index++) dataset.sample(index);
    return dataset.problems.texts.map((text) => text.replaceAll(folder, 'FOLDER').replace(/^readCocoPanoptic: /, ''));
  });
}

test('what is wrong with a segment costs that segment alone, and is told once', () => {
  const file = 'annotations/panoptic_val2017.json';
  const wrong = problemsOf((json) => {
    json.annotations[0].segments_info = [
      ...json.annotations[0].segments_info,
      { id: -3, category_id: 5 },
      { id: 11, category_id: 6 },
      { id: 12, category_id: 5, iscrowd: 'maybe' },
      { id: cat, category_id: 3 },
      { id: 99, category_id: 5 },
      'segment' as never,
    ];
  });
  const place = `${file}: image 9: segments_info`;
  assert.equal(wrong, [
    `${place}.3: expected an id from 1 to 16777215, got -3; its pixels are void`,
    `${place}.4: expected the id of a category as category_id, got 6; its pixels are void`,
    `${place}.5: expected iscrowd 0 or 1, got "maybe"; its pixels are void`,
    `${place}.6: expected each id once, got 300 twice`,
    `${place}.8: expected an object, got "segment"; its pixels are void`,
    `${file}: image 9: FOLDER/annotations/panoptic_val2017/one.png: expected pixels of segment 99, found none`,
  ]);
  const unlisted = problemsOf((json) => void json.annotations[0].segments_info.splice(1, 2));
  assert.equal(unlisted, [
    `${file}: image 9: FOLDER/annotations/panoptic_val2017/one.png: expected ids that segments_info lists, got 7, 300; their pixels are void`,
  ]);
});

test('images without annotation, map or picture are left out; categories say whether they are of things', () => {
  const file = 'annotations/panoptic_val2017.json';
  const wrong = problemsOf((json) => {
    json.images.push({ id: 5, file_name: 'three.png', height: 8, width: 12 });
    json.images.push({ id: 6, file_name: 'four.png', height: 8, width: 12 });
    json.annotations.push({ image_id: 6, file_name: 'four.png', segments_info: [] });
    json.annotations.push({ image_id: 77, file_name: 'five.png', segments_info: [] });
    json.annotations.push({ image_id: 9, file_name: 'one.png', segments_info: [] });
    delete json.categories[1].isthing;
    json.categories[2].isthing = 'yes';
  });
  assert.equal(wrong, [
    `${file}: category 5, "cat": expected isthing 0 or 1, got undefined; it is 1`,
    `${file}: annotations.3: expected the id of an image as image_id, got 77`,
    `${file}: annotations.4: expected one annotation of each image, got another of image 9`,
    `${file}: image 5: expected an annotation with its segments, found none`,
    `${file}: image 6: FOLDER/annotations: four.png: no such map`,
  ]);
  assert.match(
    problemsOf((json) => void delete (json.annotations[1] as any).segments_info).join(),
    /segments_info, got/,
  );
});

test('throws', () => {
  const refused = (change: (json: ReturnType<typeof content>) => unknown, message: string, more: Files = {}) =>
    inFolder({ ...files(), ...more }, (folder) => {
      const json = content();
      const other = change(json);
      const changed = { ...files(other ?? json), ...more };
      inFolder(changed, (own) => {
        const options: CocoPanopticOptions = { split: 'val' };
        assertThrows(
          () => {
            const dataset = readCocoPanoptic(own, options);
            for (let index = 0; index < dataset.length; index++) dataset.sample(index);
          },
          message.replace('FOLDER', own),
        );
      });
      assert.ok(folder);
    });
  const caller = 'readCocoPanoptic: annotations/panoptic_val2017.json';
  const map = 'annotations/panoptic_val2017/one.png';
  refused(() => ({ ...content(), categories: [] }), `${caller}: expected at least one category, got none`);
  refused(() => undefined, `${caller}: image 9: FOLDER/${map}: expected a map of 12×8 px, got 4×4`, {
    [map]: idFile(
      painted(sky)
        .slice(0, 4)
        .map((row) => row.slice(0, 4)),
    ),
  });
  refused(
    () => undefined,
    `${caller}: image 9: FOLDER/${map}: expected a PNG, whose numbers stay what they are, got a JPEG`,
    { [map]: labeledImages.two },
  );
  inFolder({ 'one.png': labeledImages.one }, (folder) => {
    assertThrows(
      () => readCocoPanoptic(folder),
      `readCocoPanoptic: ${folder}: expected annotations/panoptic_train.json with segments_info, or such, found none; name the file as --annotations`,
    );
  });
  assertThrows(
    () => rgbToId(ndarray(Int32Array.of(1, 2, 256), [1, 1, 3])),
    'rgbToId: expected bytes from 0 to 255, got 256 at [0, 0, 2]',
  );
  assertThrows(
    () => idToRgb(ndarray(Float64Array.of(2 ** 24), [1, 1])),
    'idToRgb: expected ids from 0 to 16777215, got 16777216 at [0, 0]',
  );
});

test("ids and colors: panopticapi's", () => {
  const { cases } = loadGolden('segmentIds');
  assert.ok(cases.length >= 3);
  for (const { inputs, output } of cases) {
    const ids = ndarray(Int32Array.from(inputs.ids.data), inputs.ids.shape);
    const colors = ndarray(Uint8Array.from(output!.data), output!.shape);
    assert.equal([...idToRgb(ids).data], [...colors.data]);
    assert.equal([...rgbToId(colors).data], [...ids.data]);
  }
});

test('what is written is read again: scenes, bit by bit', () => {
  const scenes = sceneDataset({ split: 'test', length: 4, seed: 3, side: [48, 64] });
  const samples = Array.from({ length: 4 }, (_, n) => scenes.sample(n));
  // Something that nobody knows, and a crowd.
  samples[1].panoptic.set(0, 0, -1);
  const crowd: NdArray<Uint8Array> = ndarray(new Uint8Array(samples[2].labels.size), [samples[2].labels.size]);
  crowd.set(0, 1);
  const pictures = Object.fromEntries(samples.map(({ image }, n) => [`images/scene ${n}.png`, encodePng(image)]));
  inFolder(pictures, (folder) => {
    const maps = samples.map(({ panoptic, labels }, n) => ({ panoptic, labels, ...(n === 2 && { crowd }) }));
    const path = join(folder, 'panoptic.json');
    const fileNames = samples.map((_, n) => `scene ${n}.png`);
    const classes = scenes.classes;
    const categoryIds = [...classes.stuff, ...classes.things].map((_, label) => 10 * label + 3);
    writeCocoPanoptic(path, maps, { classes, fileNames, imageIds: [40, 30, 20, 10], categoryIds });
    const read = readCocoPanoptic(folder);
    assert.equal(read.classes, { stuff: [...classes.stuff], things: [...classes.things] });
    assert.equal([read.imageIds, read.categoryIds], [[40, 30, 20, 10], categoryIds]);
    assert.equal(read.problems.texts, []);
    for (const [n, { panoptic, labels }] of samples.entries()) {
      const again = read.sample(n);
      // Things without a pixel of their own are not written.
      const seen = [...labels.data].flatMap((label, g) =>
        panoptic.data.includes(classes.stuff.length + g) ? [[g, label]] : [],
      );
      assert.equal(
        [...again.labels.data],
        seen.map(([, label]) => label),
      );
      const numbers = new Map(seen.map(([g], row) => [classes.stuff.length + g, classes.stuff.length + row]));
      assert.equal(
        [...again.panoptic.data],
        Array.from(panoptic.data, (segment) => numbers.get(segment) ?? segment),
      );
      assert.equal(again.crowd && [...again.crowd.data], n === 2 ? [...crowd.data] : undefined);
    }
    // The list says what the PNG shows.
    const { annotations } = JSON.parse(readFileSync(path, 'utf8'));
    for (const { file_name, segments_info } of annotations) {
      const ids = rgbToId(readImageBytes(join(folder, 'panoptic', file_name)));
      const counts = new Map<number, number>();
      for (const id of ids.data) counts.set(id, (counts.get(id) ?? 0) + 1);
      for (const { id, area } of segments_info) assert.is(counts.get(id), area);
    }
  });
});

test('segments by hand: ids of their own, boxes, areas and scores', () => {
  const map = {
    panoptic: ndarray(Int32Array.of(0, 0, -1, 2, 2, 1), [2, 3]),
    labels: ndarray(Int32Array.of(1, 0), [2]),
    scores: ndarray(Float32Array.of(0.75, 0.5), [2]),
  };
  const { ids, segments } = cocoSegments(map, { stuff: ['sky'], things: ['cat', 'dog'] });
  assert.equal(
    segments.map(({ id: _, ...rest }) => rest),
    [
      { category_id: 1, area: 2, bbox: [0, 0, 2, 1], iscrowd: 0 },
      { category_id: 3, area: 1, bbox: [2, 1, 1, 1], iscrowd: 0, score: 0.75 },
      { category_id: 2, area: 2, bbox: [0, 1, 2, 1], iscrowd: 0, score: 0.5 },
    ],
  );
  assert.is(new Set(segments.map(({ id }) => id)).size, 3);
  assert.equal([...ids.data], [segments[0].id, segments[0].id, 0, segments[2].id, segments[2].id, segments[1].id]);
  const many = {
    ...map,
    panoptic: ndarray(
      Int32Array.from({ length: 900 }, (_, i) => i + 1),
      [30, 30],
    ),
    labels: ndarray(new Int32Array(900), [900]),
    scores: undefined,
  };
  assert.is(new Set(cocoSegments(many, { stuff: ['sky'], things: ['cat'] }).ids.data).size, 900);
});

test('throws on maps that cannot be written, and leaves no list of half of them', () => {
  const map = { panoptic: ndarray(Int32Array.of(0, 3), [1, 2]), labels: ndarray(Int32Array.of(0), [1]) };
  const classes = { stuff: ['sky'], things: ['cat'] };
  assertThrows(
    () => cocoSegments(map, classes),
    'cocoSegments: expected segments from 0 to 1, or −1 for void, got 3 at [0, 1]',
  );
  assertThrows(
    () =>
      cocoSegments(
        { ...map, panoptic: ndarray(Int32Array.of(1), [1, 1]), labels: ndarray(Int32Array.of(4), [1]) },
        classes,
      ),
    'cocoSegments: expected labels from 0 to 0, got 4 at 0',
  );
  assertThrows(() => cocoSegments(map, classes, [1]), 'cocoSegments: expected 2 categoryIds, one a class, got 1');
  inFolder({}, (folder) => {
    const path = join(folder, 'out.json');
    const good = { ...map, panoptic: ndarray(Int32Array.of(0, 1), [1, 2]) };
    assertThrows(
      () => writeCocoPanoptic(path, [good, map], { classes, fileNames: ['a.jpg', 'b.jpg'] }),
      'writeCocoPanoptic: image 1: expected segments from 0 to 1, or −1 for void, got 3 at [0, 1]',
    );
    assert.throws(() => readFileSync(path), /no such file/);
    assertThrows(
      () => writeCocoPanoptic(path, [good, good], { classes, fileNames: ['a.jpg', 'x/a.png'] }),
      'writeCocoPanoptic: expected each name once, got that of a.png twice',
    );
    assertThrows(
      () => writeCocoPanoptic(path, [good], { classes, fileNames: [] }),
      'writeCocoPanoptic: expected fileNames of 1 images, got 0',
    );
  });
});

test('hostile: an empty map, many segments, a picture of another size', () => {
  const big = { 'val2017/one.png': encodePng(plain(0.5, 16, 24)) };
  assert.match(problemsOf(() => undefined, big).join('\n'), /expected an image of 12×8/);
  const many = problemsOf((json) => {
    json.annotations[0].segments_info = Array.from({ length: 20_000 }, (_, k) => ({ id: k + 400, category_id: 5 }));
  });
  assert.is(many.length, 2);
  assert.ok(
    many.every((text) => text.length < 400),
    many.map((text) => text.length).join(),
  );
});

test.run();
