import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Dataset, Sample } from '../../src/data/dataset';
import { readBoxCsv } from '../../src/formats/readBoxCsv';
import { readCoco } from '../../src/formats/readCoco';
import { readCocoPanoptic } from '../../src/formats/readCocoPanoptic';
import { readMaskFolders } from '../../src/formats/readMaskFolders';
import { readVoc } from '../../src/formats/readVoc';
import { readYolo } from '../../src/formats/readYolo';
import { decodeRle, polygonMask } from '../../src/formats/rle';
import { encodeSafetensors, readSafetensors } from '../../src/weights/safetensors';
import {
  cocoFolder,
  cocoJson,
  csvFolder,
  labeledImages,
  mapFile,
  painted,
  panopticContent,
  panopticFolder,
  vocFolder,
  yoloFolder,
} from '../support/labeledFolders';
import { type Files, inFolder, writeFiles } from '../support/temporaryFolder';

// Whatever lies in the files, a reader gives labels that make sense or one error of its own, and soon. `DETSEG_FUZZ=5000` runs as many
// cases of each property; another seed each time, which fast-check prints with a counterexample.

const test = suite('fuzz');
const numRuns = Number(process.env.DETSEG_FUZZ ?? 25);
const seed = process.env.DETSEG_FUZZ ? undefined : 1;

let [cases, refused] = [0, 0];

/** Checks all images of a data set. */
function checkLabels(dataset: Dataset<Partial<Sample> & Pick<Sample, 'image'>>): void {
  const { stuff, things } = dataset.classes;
  for (let index = 0; index < dataset.length; index++) {
    const { image, boxes, labels, masks, semantic, areas, crowd, difficult } = dataset.sample(index);
    const [height, width] = image.shape;
    assert.ok(image.data.every((value) => value >= 0 && value <= 1));
    const count = labels?.size ?? 0;
    for (let g = 0; g < count; g++) {
      const [x1, y1, x2, y2] = [0, 1, 2, 3].map((k) => boxes!.get(g, k));
      assert.ok(0 <= x1 && x1 < x2 && x2 <= width && 0 <= y1 && y1 < y2 && y2 <= height, `${[x1, y1, x2, y2]}`);
      assert.ok(labels!.get(g) >= 0 && labels!.get(g) < things.length);
    }
    for (const flags of [crowd, difficult])
      assert.ok(!flags || (flags.size === count && flags.data.every((one) => one <= 1)));
    assert.ok(!areas || (areas.size === count && areas.data.every((area) => area >= 0)));
    assert.ok(!masks || (masks.size === count * height * width && masks.data.every((one) => one <= 1)));
    const { panoptic } = dataset.sample(index);
    assert.ok(!panoptic || panoptic.data.every((segment) => segment >= -1 && segment < stuff.length + count));
    const classes = stuff.length + things.length;
    assert.ok(!semantic || semantic.data.every((label) => label < classes || label === 255));
  }
}

const untouched = Object.getOwnPropertyNames(Object.prototype).join();

/** Runs a reader, which may refuse in its own words alone. */
function survives(caller: string, body: () => unknown): void {
  cases++;
  try {
    body();
  } catch (error) {
    refused++;
    assert.instance(error, Error);
    const { message, name } = error as Error;
    assert.is(name, 'Error', `${name}: ${message}`);
    assert.ok(message.startsWith(`${caller}: `), message);
    assert.ok(message.length < 2000, `an error of ${message.length} characters`);
  }
  assert.is(Object.getOwnPropertyNames(Object.prototype).join(), untouched);
}

/** Bytes changed, cut out, repeated or put in at random places. */
const mutation = fc.record({
  kind: fc.constantFrom('change', 'cut', 'repeat', 'insert', 'end'),
  place: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.nat(40),
  bytes: fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 12 }),
    fc
      .constantFrom(
        'NaN',
        '1e999',
        '-1',
        '__proto__',
        'constructor',
        '../',
        '\\',
        '<',
        '&x;',
        '"',
        ',',
        '\n',
        '\r',
        '\0',
        '999999999999',
        '[',
        '{',
        ']]>',
        '<!--',
        '0',
      )
      .map((text) => new TextEncoder().encode(text)),
  ),
});
const mutations = fc.array(mutation, { minLength: 1, maxLength: 4 });

type Mutation = typeof mutation extends fc.Arbitrary<infer Kind> ? Kind : never;

function mutated(content: string | Uint8Array, changes: readonly Mutation[]): Uint8Array {
  let bytes = [...Buffer.from(content as Uint8Array)];
  for (const { kind, place, length, bytes: own } of changes) {
    const at = Math.floor(place * bytes.length);
    if (kind === 'end') bytes = bytes.slice(0, at);
    else if (kind === 'cut') bytes.splice(at, length);
    else if (kind === 'insert') bytes.splice(at, 0, ...own);
    else if (kind === 'repeat') bytes.splice(at, 0, ...bytes.slice(at, at + length));
    else for (const [k, byte] of own.entries()) if (at + k < bytes.length) bytes[at + k] = byte;
  }
  return Uint8Array.from(bytes);
}

/** A text out of the words of a format. */
const wordsOf = (words: readonly string[]) =>
  fc
    .array(fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...words) }, { weight: 1, arbitrary: fc.string() }), {
      maxLength: 60,
    })
    .map((parts) => parts.join(''));

/** A reader, a folder that it can read, and the words of its texts. */
interface Target {
  caller: string;
  files: Files;
  read(folder: string, onProblem: 'throw' | 'skip'): unknown;
  /** File of text, and the words that it consists of. */
  text: string;
  words: readonly string[];
}

const check = (dataset: unknown) => checkLabels(dataset as Dataset<Partial<Sample> & Pick<Sample, 'image'>>);

const targets: Target[] = [
  {
    caller: 'readVoc',
    files: vocFolder(),
    read(folder, onProblem) {
      const classes = ['cat', 'dog'];
      check(readVoc(folder, { onProblem }));
      check(readVoc(folder, { split: 'train', onProblem }));
      check(readVoc(folder, { labels: 'instances', split: 'train', classes, onProblem }));
    },
    text: 'Annotations/one.xml',
    words: [
      '<annotation>',
      '</annotation>',
      '<object>',
      '</object>',
      '<name>',
      '</name>',
      'cat',
      '<bndbox>',
      '</bndbox>',
      '<xmin>',
      '</xmin>',
      '<xmax>1</xmax>',
      '<ymin>1</ymin>',
      '<ymax>4</ymax>',
      '<size>',
      '</size>',
      '<width>12</width>',
      '<height>8</height>',
      '<height/>',
      '<![CDATA[',
      ']]>',
      '<!--',
      '-->',
      '<?xml ',
      '?>',
      '<!DOCTYPE',
      '&amp;',
      '&lt;',
      '<a b="',
      '">',
      '<__proto__>',
      '</__proto__>',
      '<constructor>',
      '<prototype/>',
      '<hasOwnProperty>',
      '1',
      ' ',
      '\n',
    ],
  },
  {
    caller: 'readYolo',
    files: yoloFolder(),
    read(folder, onProblem) {
      check(readYolo(folder, { split: 'train', onProblem }));
      check(readYolo(folder, { split: 'val', onProblem }));
    },
    text: 'data.yaml',
    words: [
      'names:',
      'train:',
      'val:',
      ' ',
      '\n',
      '- ',
      '[',
      ']',
      '{',
      '}',
      'cat',
      'dog',
      '0',
      '1',
      ': ',
      ', ',
      '&a',
      '*a',
      '<<: ',
      '!!binary ',
      '!!set ',
      '!!omap ',
      '? ',
      '| ',
      '>',
      '"',
      "'",
      '#',
      '---',
      '...',
      '%YAML 1.2',
      '__proto__: ',
      'images/train',
      '../',
      '~',
      'null',
      '1e400',
      '\t',
      '  ',
    ],
  },
  {
    caller: 'readBoxCsv',
    files: csvFolder(),
    read: (folder, onProblem) => check(readBoxCsv(join(folder, 'boxes.csv'), { onProblem })),
    text: 'boxes.csv',
    words: [
      'filename',
      'image',
      'x1',
      'y1',
      'x2',
      'y2',
      'label',
      'width',
      'height',
      ',',
      ',',
      ',',
      '\n',
      '\r\n',
      '"',
      '""',
      'one.png',
      'three.png',
      'sub/two.jpg',
      '../',
      '0',
      '1',
      '6',
      '4',
      '1e9',
      '-1',
      'NaN',
      'cat',
      '__proto__',
      ' ',
      'one.png,0,0,6,4,cat\n',
      'image,x1,y1,x2,y2,label\n',
    ],
  },
  {
    caller: 'readCoco',
    files: cocoFolder(),
    read: (folder, onProblem) =>
      check(readCoco(join(folder, 'instances.json'), { images: join(folder, 'images'), masks: true, onProblem })),
    text: 'instances.json',
    words: [
      '{',
      '}',
      '[',
      ']',
      ':',
      ',',
      '"',
      '"images"',
      '"annotations"',
      '"categories"',
      '"__proto__"',
      '1',
      '-1',
      '1e999',
      'null',
      'true',
      ' ',
    ],
  },
  {
    caller: 'readCocoPanoptic',
    files: panopticFolder(),
    read: (folder, onProblem) => check(readCocoPanoptic(folder, { split: 'val', onProblem })),
    text: 'annotations/panoptic_val2017.json',
    words: [
      '{',
      '}',
      '[',
      ']',
      ':',
      ',',
      '"images"',
      '"annotations"',
      '"segments_info"',
      '"id"',
      '1',
      '-1',
      '1e999',
      'null',
    ],
  },
  {
    caller: 'readMaskFolders',
    files: {
      'images/one.png': labeledImages.one,
      'images/two.jpg': labeledImages.two,
      'maps/one.png': mapFile(painted(0, [1, 0, 0, 6, 4], [255, 11, 7, 12, 8])),
      'maps/two.png': mapFile(painted(2)),
    },
    read(folder, onProblem) {
      const [images, masks] = [join(folder, 'images'), join(folder, 'maps')];
      check(readMaskFolders({ images, masks, classes: { stuff: ['ground'], things: ['cat', 'dog'] }, onProblem }));
      check(
        readMaskFolders({ images, masks, labels: 'instances', classes: { stuff: [], things: ['cat'] }, onProblem }),
      );
    },
    text: 'maps/one.png',
    words: ['\u0089PNG\r\n\u001a\n', 'IHDR', 'IDAT', 'PLTE', '\0\0\0\r', '\0'],
  },
];

const mode = fc.constantFrom('throw' as const, 'skip' as const);

for (const { caller, files, read, text, words } of targets) {
  const names = Object.keys(files);

  /** Changes one file for the time of a read. */
  const withFile = (folder: string, name: string, content: Uint8Array | string, onProblem: 'throw' | 'skip') => {
    writeFileSync(join(folder, name), content);
    survives(caller, () => read(folder, onProblem));
    writeFiles(folder, { [name]: files[name] });
  };

  test(`${caller}: the folder itself is fine`, () => {
    inFolder(files, (folder) => {
      for (const onProblem of ['throw', 'skip'] as const) read(folder, onProblem);
    });
  });

  test(`${caller}: files that were changed here and there`, () => {
    inFolder(files, (folder) => {
      const property = fc.property(fc.constantFrom(...names), mutations, mode, (name, changes, onProblem) =>
        withFile(folder, name, mutated(files[name], changes), onProblem),
      );
      fc.assert(property, { numRuns: 2 * numRuns, seed });
    });
  });

  test(`${caller}: any bytes`, () => {
    inFolder(files, (folder) => {
      const property = fc.property(
        fc.constantFrom(...names),
        fc.uint8Array({ maxLength: 300 }),
        mode,
        (name, bytes, onProblem) => withFile(folder, name, bytes, onProblem),
      );
      fc.assert(property, { numRuns, seed });
    });
  });

  test(`${caller}: any words of its format`, () => {
    inFolder(files, (folder) => {
      const property = fc.property(wordsOf(words), mode, (content, onProblem) =>
        withFile(folder, text, content, onProblem),
      );
      fc.assert(property, { numRuns: 2 * numRuns, seed });
    });
  });
}

/** A place in a value, by the share of all places that lie before it, gets another value. */
function replaced(value: unknown, share: number, other: unknown): unknown {
  const places: [Record<string, unknown>, string][] = [];
  const copy = structuredClone(value);
  const walk = (node: unknown) => {
    if (typeof node !== 'object' || node === null) return;
    for (const key of Object.keys(node)) {
      places.push([node as Record<string, unknown>, key]);
      walk((node as Record<string, unknown>)[key]);
    }
  };
  walk(copy);
  const [node, key] = places[Math.min(places.length - 1, Math.floor(share * places.length))];
  node[key] = other;
  return copy;
}

const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.constantFrom(-1, 0.5, 1e300, 2 ** 53, '', '../x', 'constructor', [], {}, [[]], [[1e9, 1e9, -1e9, 1e9, 0, 0]], {
    size: [8, 12],
    counts: 'abc',
  }),
  fc.record({ size: fc.constant([8, 12]), counts: fc.oneof(fc.string(), fc.array(fc.integer({ min: -5, max: 100 }))) }),
  fc.array(fc.array(fc.double({ min: -50, max: 50 }), { minLength: 6, maxLength: 12 })),
);

/** Reads any JSON from a file, and the whole content with any value in any place. */
function fuzzJson(file: string, content: () => unknown, read: (onProblem: 'throw' | 'skip') => void): void {
  const readWritten = (value: unknown, onProblem: 'throw' | 'skip') => {
    writeFileSync(file, JSON.stringify(value) ?? 'null');
    read(onProblem);
  };
  fc.assert(fc.property(fc.jsonValue(), mode, readWritten), { numRuns, seed });
  const places = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), odd), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(places, mode, (changes, onProblem) =>
      readWritten(
        changes.reduce((value: unknown, [share, other]) => replaced(value, share, other), content()),
        onProblem,
      ),
    ),
    { numRuns: 4 * numRuns, seed },
  );
}

test('readCoco: any JSON, and valid JSON with any value anywhere', () => {
  inFolder(cocoFolder(), (folder) => {
    const images = join(folder, 'images');
    const file = join(folder, 'instances.json');
    fuzzJson(file, cocoJson, (onProblem) => {
      survives('readCoco', () => check(readCoco(file, { images, masks: true, onProblem })));
    });
  });
});

test('readCocoPanoptic: any JSON, and valid JSON with any value anywhere', () => {
  inFolder(panopticFolder(), (folder) => {
    const images = join(folder, 'val2017');
    const file = join(folder, 'annotations/panoptic_val2017.json');
    fuzzJson(file, panopticContent, (onProblem) => {
      survives('readCocoPanoptic', () => check(readCocoPanoptic(file, { images, onProblem })));
    });
  });
});

test('decodeRle and polygonMask: any runs, any texts, any polygons', () => {
  const side = fc.nat(20);
  const counts = fc.oneof(fc.string(), fc.array(fc.integer()), fc.array(fc.double()), fc.anything());
  fc.assert(
    fc.property(side, side, counts, (height, width, any) =>
      survives('decodeRle', () => {
        const mask = decodeRle({ size: [height, width], counts: any as string });
        assert.ok(mask.size === height * width && mask.data.every((one) => one <= 1));
      }),
    ),
    { numRuns: 4 * numRuns, seed },
  );
  const polygon = fc.array(fc.oneof(fc.double({ min: -40, max: 40 }), fc.double()), { minLength: 4, maxLength: 14 });
  fc.assert(
    fc.property(side, side, fc.array(polygon, { maxLength: 3 }), (height, width, polygons) =>
      survives('polygonMask', () => {
        const mask = polygonMask(polygons, { height, width });
        assert.ok(mask.size === height * width && mask.data.every((one) => one <= 1));
      }),
    ),
    { numRuns: 2 * numRuns, seed },
  );
});

test('readSafetensors: files that were changed, any bytes, any header', () => {
  const tensors = {
    'first.weight': ndarray(
      Float32Array.from({ length: 6 }, (_, i) => i),
      [2, 3],
    ),
    second: ndarray(Float32Array.from([7]), [1]),
    empty: ndarray(new Float32Array(0), [0, 4]),
  };
  const valid = encodeSafetensors({ tensors, metadata: { step: '3' } });
  const withHeader = (header: string, body: Uint8Array) => {
    const json = new TextEncoder().encode(header);
    const bytes = new Uint8Array(8 + json.length + body.length);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
    bytes.set(json, 8);
    bytes.set(body, 8 + json.length);
    return bytes;
  };
  const header = JSON.parse(
    new TextDecoder().decode(valid.subarray(8, 8 + Number(new DataView(valid.buffer).getBigUint64(0, true)))),
  );
  inFolder({}, (folder) => {
    const path = join(folder, 'model.safetensors');
    const read = (bytes: Uint8Array) => {
      writeFileSync(path, bytes);
      survives('readSafetensors', () => {
        const content = readSafetensors(path);
        for (const { data, shape } of Object.values(content.tensors)) {
          assert.is(
            data.length,
            shape.reduce((product, length) => product * length, 1),
          );
        }
        assert.ok(Object.values(content.metadata).every((value) => typeof value === 'string'));
      });
    };
    read(valid);
    fc.assert(
      fc.property(mutations, (changes) => read(mutated(valid, changes))),
      { numRuns: 4 * numRuns, seed },
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), read), { numRuns, seed });
    const body = fc.uint8Array({ maxLength: 40 });
    fc.assert(
      fc.property(fc.jsonValue(), body, (value, rest) => read(withHeader(JSON.stringify(value), rest))),
      { numRuns, seed },
    );
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(share, odd, (place, value) =>
        read(withHeader(JSON.stringify(replaced(header, place, value)), valid.subarray(valid.length - 28))),
      ),
      { numRuns: 4 * numRuns, seed },
    );
  });
});

test('both happens often: a reader refuses, and it reads', () => {
  if (process.env.DETSEG_FUZZ) console.log(`fuzz: ${cases} cases, ${refused} of them refused`);
  assert.ok(refused > cases / 10 && refused < (9 * cases) / 10, `${refused} of ${cases}`);
});

test.run();
