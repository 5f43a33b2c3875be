import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { AnySample } from '../../src/cli/formats';
import { chooseModel, fittingSize } from '../../src/cli/modelChoice';
import type { ModelWish } from '../../src/cli/modelWish';
import { createModel, createRandom, type Dataset } from '../../src/index';
import { assertRejects } from '../support/assertThrows';

const test = suite('modelChoice');

/** Images with boxes of these sides, and a semantic map whose first `stuff` pixels are of class 0. */
function images(
  sides: readonly (readonly [number, number])[][],
  { stuff = 100, difficult = false } = {},
): Dataset<AnySample> {
  return {
    length: sides.length,
    classes: { stuff: ['ground'], things: ['thing'] },
    sample(index) {
      const own = sides[index];
      const corners = own.flatMap(([width, height], g) => [g, g, g + width, g + height]);
      const semantic = new Uint8Array(32 * 32).fill(1);
      semantic.fill(0, 0, stuff);
      semantic.fill(255, 1000);
      return {
        image: ndarray(new Float32Array(32 * 32 * 3), [32, 32, 3]),
        boxes: ndarray(Float32Array.from(corners), [own.length, 4]),
        labels: ndarray(new Int32Array(own.length), [own.length]),
        semantic: ndarray(semantic, [32, 32]),
        ...(difficult && {
          difficult: ndarray(
            Uint8Array.from(own, (_, g) => Number(g === 0)),
            [own.length],
          ),
        }),
      };
    },
  };
}

const wish = (more: Partial<ModelWish>): ModelWish => ({
  architecture: 'yolo',
  size: { height: 32, width: 32 },
  letterbox: true,
  width: 1,
  anchors: null,
  balance: false,
  options: {},
  ...more,
});
/** Two shapes of boxes, far from each other. */
const two = images([
  [
    [4, 4],
    [20, 10],
  ],
  [
    [4, 4],
    [20, 10],
    [4, 4],
  ],
]);

test('detectors on several maps: as many as the sizes of the boxes need, with anchors dealt out by size', async () => {
  const size = { height: 128, width: 128 };
  const { description, notes } = await chooseModel(wish({ architecture: 'retinanet', size }), two);
  // 4 px are looked for at stride 4, 20×10 px at stride 8.
  assert.equal(description.options, {
    stages: [16, 32],
    finest: 4,
    width: 1,
    shapes: [
      [
        [4, 4],
        [4, 4],
      ],
      [
        [20, 10],
        [20, 10],
      ],
    ],
    detections: { limit: 30 },
  });
  assert.is(notes[0], 'maps of strides 4, 8 px for objects of 4 to 14 px');
  createModel(description, createRandom(1));
});

test('maps that no box needs are left out, the finest and the coarsest', async () => {
  const large = images([
    [
      [80, 80],
      [100, 60],
    ],
  ]);
  for (const architecture of ['fcos', 'ssd', 'yolo-fpn'] as const) {
    const { description } = await chooseModel(wish({ architecture, size: { height: 128, width: 96 } }), large);
    const { finest, stages } = description.options as { finest: number; stages: number[] };
    // Stride 64 would be the next, which does not divide 96.
    assert.equal([finest, stages.length, 'shapes' in description.options], [32, 4, architecture !== 'fcos']);
    createModel(description, createRandom(1));
  }
});

test('as many anchors as still fit better: here two, the shapes that there are', async () => {
  const { description, notes } = await chooseModel(wish({}), two);
  assert.equal(description.options.anchors, [
    [4, 4],
    [20, 10],
  ]);
  assert.equal(notes, ['2 anchors from 5 training boxes: 4×4, 20×10 px (width × height), mean IoU 1.00']);
  assert.equal(description.classes, { stuff: ['ground'], things: ['thing'] });
  assert.is(createModel(description, createRandom(1)).task, 'detection');
  const { description: one } = await chooseModel(wish({ anchors: 1 }), two);
  assert.is((one.options.anchors as unknown[]).length, 1);
  await assertRejects(
    () => chooseModel(wish({ anchors: 3 }), two),
    '--anchors: expected at most 2, as many as there are shapes of boxes, got 3',
  );
});

test('faster-rcnn: shapes of the boxes, and as many proposals as the fullest image needs', async () => {
  const many = images([Array.from({ length: 25 }, () => [6, 6] as const)]);
  const { description, notes } = await chooseModel(wish({ architecture: 'faster-rcnn', width: 0.5 }), many);
  const { rpn, hidden, detections, sampled } = description.options as any;
  assert.equal([rpn.limit, rpn.candidates, rpn.sampled, rpn.hidden], [50, 200, 100, 16]);
  assert.equal([hidden, sampled, detections.limit], [32, 50, 50]);
  assert.equal(rpn.shapes, [[6, 6]]);
  assert.is(notes[1], '50 proposals an image, since there are up to 25 things in one');
  assert.is(createModel(description, createRandom(1)).task, 'detection');
  // Options of one's own lie over what is chosen, and sizes take the place of shapes.
  const options = { rpn: { sizes: [8, 16], ratios: [1, 2], positive: 0.5 }, pooled: 3 };
  const own = await chooseModel(wish({ architecture: 'faster-rcnn', options }), many);
  const chosen = own.description.options as any;
  assert.equal(
    [chosen.rpn.sizes, chosen.rpn.ratios],
    [
      [8, 16],
      [1, 2],
    ],
  );
  assert.equal([chosen.rpn.positive, chosen.rpn.limit, chosen.pooled], [0.5, 50, 3]);
  assert.not.ok('shapes' in chosen.rpn);
  createModel(own.description, createRandom(1));
});

test('difficult things count for nothing; without any box there is nothing to choose', async () => {
  const { notes } = await chooseModel(
    wish({}),
    images(
      [
        [
          [9, 9],
          [4, 4],
        ],
      ],
      { difficult: true },
    ),
  );
  assert.match(notes[0], /^1 anchor from 1 training box: 4×4 px/);
  await assertRejects(
    () => chooseModel(wish({}), images([[], []])),
    'train: expected boxes in the training images, found none: their labels tell of no object',
  );
});

test('models of pixels: widths, and weights by how rare a class is', async () => {
  const { description } = await chooseModel(wish({ architecture: 'u-net', width: 0.25 }), two);
  assert.equal(description.options, { widths: [2, 4, 8, 16] });
  const options = async (architecture: ModelWish['architecture']) =>
    (await chooseModel(wish({ architecture, width: 0.25 }), two)).description.options;
  assert.equal(await options('deconv-net'), { widths: [4, 8, 16] });
  assert.equal(await options('tiramisu'), { stem: 4, growth: 2 });
  // 100 pixels of class 0 and 900 of class 1 in each; 24 are void. The median is the larger of two: the rare class weighs √9.
  const balanced = await chooseModel(wish({ architecture: 'fcn', balance: true }), two);
  assert.equal(balanced.description.options.classWeights, [3, 1]);
  assert.equal(balanced.notes, ['weights of the classes: ground 3, thing 1']);
});

test('sides are rounded up to what the model needs', () => {
  const size = { height: 33, width: 64 };
  const at = (architecture: ModelWish['architecture'], options = {}) =>
    fittingSize({ architecture, size, options }).size;
  assert.equal(at('faster-rcnn'), { height: 36, width: 64 });
  assert.equal(at('yolo'), { height: 40, width: 64 });
  assert.equal(at('u-net'), { height: 48, width: 64 });
  assert.equal(at('fcn'), { height: 64, width: 64 });
  assert.equal(at('deconv-net'), { height: 40, width: 64 });
  assert.equal(at('tiramisu'), { height: 48, width: 64 });
  assert.equal(at('u-net', { widths: [4, 8] }), { height: 36, width: 64 });
  assert.equal(fittingSize({ architecture: 'yolo', size, options: {} }).notes, [
    'size 33×64 px becomes 40×64: yolo needs multiples of 8',
  ]);
  assert.equal(fittingSize({ architecture: 'yolo', size: { height: 8, width: 8 }, options: {} }).notes, []);
});

test.run();
