import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  adam,
  boxCode,
  collate,
  concat,
  createRandom,
  type Dataset,
  type Detector,
  evaluateDetection,
  fit,
  gradients,
  reshape,
  SmallBackbone,
  shapes64,
  type Tensor,
  tensor,
  Yolo,
  zeros,
} from '../../src/index';
import { assertAllClose } from '../support/allClose';
import { assertRejects, assertThrows } from '../support/assertThrows';
import { checkGolden, type DifferentiatedCase } from '../support/checkGolden';
import { loadGolden } from '../support/golden';
import { squares } from '../support/squares';

const test = suite('Yolo');

const random = () => createRandom(1);
const anchors = [
  [6, 6],
  [4, 6],
] as const;
const small = () => new Yolo({ classes: 2, random: random(), anchors });

test('shapes, and the number of parameters', () => {
  // An independent implementation with one anchor and 3 classes has 74,752.
  const one = new Yolo({ classes: 3, random: random(), anchors: [[20, 20]] });
  assert.is(one.parameterCount(), 74_752);
  assert.is(one.backbone.parameterCount(), 74_232);
  assert.equal([...one.forward(zeros([2, 64, 32, 3])).shape], [2, 8, 4, 8]);
  assert.equal([...small().forward(zeros([1, 16, 16, 3])).shape], [1, 2, 2, 14]);
  assert.equal(one.grid({ height: 64, width: 32 }).shape, [8, 4, 8]);
});

test('the backbone: strides 8 and 4, and its multiply-adds', () => {
  const eight = new SmallBackbone({ random: random(), extra: [64, 64] });
  const four = new SmallBackbone({ random: random(), stride: 4, extra: [32] });
  assert.equal([...eight.forward(zeros([1, 64, 48, 3])).shape], [1, 8, 6, 64]);
  assert.equal([...four.forward(zeros([1, 64, 48, 3])).shape], [1, 16, 12, 32]);
  assert.equal([eight.channels, four.channels], [64, 32]);
  // Filters at the resolutions 32, 16 and 8: multiply-adds of an image of 64×64 px.
  const filters = [...eight.namedParameters().values()].filter(({ rank }) => rank === 4).map(({ size }) => size);
  assert.equal(filters, [600, 576, 1152, 2304, 4608, 9216, 18_432, 36_864]);
  const sides = [32, 32, 16, 16, 8, 8, 8, 8];
  const backbone = filters.reduce((sum, size, i) => sum + size * sides[i] ** 2, 0);
  const head = 64 * 8 * 8 ** 2;
  // 13.1 MFLOP with one anchor and 3 classes.
  assert.is(2 * (backbone + head), 13_090_816);
});

test('targets: one row a slot, weights, and what does not matter', async () => {
  const sample = squares(1).sample(0);
  const model = small();
  const grid = model.grid({ height: 16, width: 16 });
  const { slots } = grid.encode(sample.boxes, sample.labels);
  const target = model.targets([sample, sample]);
  const rows = 2 * grid.boxesPerCell * 4;
  const objects = 2 * slots.length;
  const objectness = await target.objectness.data();
  assert.is(objectness.length, rows);
  assert.is(
    objectness.reduce((sum, one) => sum + one, 0),
    objects,
  );
  const weights = await target.objectnessWeights.data();
  const codeWeights = await target.codeWeights.data();
  const labels = await target.labels.data();
  for (const [row, one] of objectness.entries()) {
    assertAllClose([weights[row], codeWeights[row]], [(one ? 1 : 0.1) / objects, one / objects]);
    if (!one) assert.is(labels[row], 2);
  }
  const code = (await target.code.toNdarray()) as import('ndarray').NdArray<Float32Array>;
  const decoded = boxCode({ weights: [10, 10, 5, 5] }).decode(code.hi(8, 4), grid.priors());
  for (const [g, slot] of slots.entries()) {
    assert.is(labels[slot!], sample.labels.get(g));
    assert.is(labels[8 + slot!], sample.labels.get(g));
    assertAllClose(
      [0, 1, 2, 3].map((side) => decoded.get(slot!, side)),
      [0, 1, 2, 3].map((side) => sample.boxes.get(g, side)),
      { absolute: 1e-4 },
    );
  }
});

test('objects without a slot are counted, and not trained on', async () => {
  const sample = squares(1).sample(0);
  const places = [
    [1, 1, 7, 7],
    [2, 2, 6, 8],
    [1, 2, 8, 7],
  ];
  const boxes = ndarray(Float32Array.from(places.flat()), [3, 4]);
  const labels = ndarray(Int32Array.of(0, 1, 0), [3]);
  const { dropped, objectness } = small().targets([{ ...sample, boxes, labels }]);
  assert.is(dropped, 1);
  assert.is((await objectness.data()).filter((one) => one === 1).length, 2);
});

test('the losses equal loops in double precision', async () => {
  const model = small();
  const { weight } = model.head;
  // Larger outputs than N(0, 0.01) gives, so that smooth L1 meets both of its branches.
  const next = createRandom(7);
  weight.assign(
    tensor(
      Float32Array.from({ length: weight.size }, () => next.normal()),
      weight.shape,
    ),
  );
  const batch = collate([0, 1, 2].map((index) => squares(3).sample(index)));
  const losses = model.losses(batch);
  const map = await model.forward(batch.images).data();
  const target = model.targets(batch.samples);
  const [present, codes, labels] = await Promise.all([
    target.objectness.data(),
    target.code.data(),
    target.labels.data(),
  ]);
  const objects = batch.samples.reduce((sum, { labels: own }) => sum + own.size, 0);
  let [objectness, box, classes] = [0, 0, 0];
  for (let row = 0; row < present.length; row++) {
    const [logit, ...rest] = map.subarray(7 * row, 7 * row + 7);
    const log1pExp = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    objectness += present[row] ? log1pExp(-logit) : 0.1 * log1pExp(logit);
    if (!present[row]) continue;
    for (let i = 0; i < 4; i++) {
      const d = Math.abs(rest[i] - codes[4 * row + i]);
      box += d < 1 ? (d * d) / 2 : d - 0.5;
    }
    const scores = rest.slice(4);
    classes += Math.log(scores.reduce((sum, score) => sum + Math.exp(score), 0)) - scores[labels[row]];
  }
  const expected = { objectness: objectness / objects, box: box / objects, class: classes / objects };
  assert.equal(Object.keys(losses), Object.keys(expected));
  for (const [name, value] of Object.entries(expected)) {
    assertAllClose([await losses[name].item()], [value], { absolute: 1e-4, relative: 1e-4, name });
  }
});

test('equals PyTorch', async () => {
  for (const golden of loadGolden('detectors').cases) {
    const { classes, anchors: shapes, noObjectWeight } = golden.options;
    const [count, rows, columns] = golden.inputs.map.shape;
    const { boxes, labels, images } = golden as Required<typeof golden>;
    const samples = Array.from({ length: count }, (_, n) => {
      const own = images.data.flatMap((image, g) => (image === n ? [g] : []));
      const corners = own.flatMap((g) => boxes.data.slice(4 * g, 4 * g + 4));
      return {
        ...squares(1).sample(0),
        image: ndarray(new Float32Array(8 * rows * 8 * columns * 3), [8 * rows, 8 * columns, 3]),
        boxes: ndarray(Float32Array.from(corners), [own.length, 4]),
        labels: ndarray(
          Int32Array.from(own, (g) => labels.data[g]),
          [own.length],
        ),
      };
    });
    await checkGolden(({ map }) => {
      /** A network whose outputs are those of the golden. */
      class Given extends Yolo {
        override forward(): Tensor {
          return map;
        }
      }
      const batch = {
        images: zeros([count, 8 * rows, 8 * columns, 3]),
        semantic: zeros([1]),
        samples,
        random: random(),
      };
      const losses = new Given({ classes, random: random(), anchors: shapes, noObjectWeight }).losses(batch);
      return concat(Object.values(losses).map((loss) => reshape(loss, [1])));
    }, golden as DifferentiatedCase);
  }
});

test('what does not matter has no gradient: boxes and classes of empty slots', async () => {
  const model = small();
  const batch = collate([squares(1).sample(0)]);
  const { box, class: classes } = model.losses(batch);
  const bias = model.head.bias!;
  const { labels } = batch.samples[0];
  const [slopes] = gradients(classes, [bias]);
  const [boxSlopes] = gradients(box, [bias]);
  const { slots } = model.grid({ height: 16, width: 16 }).encode(batch.samples[0].boxes, labels);
  const used = new Set(slots.map((slot) => slot! % 2));
  for (const [gradient, from, to] of [
    [await slopes.data(), 5, 7],
    [await boxSlopes.data(), 1, 5],
  ] as const) {
    for (let at = 0; at < 14; at++) {
      const matters = used.has(Math.floor(at / 7)) && at % 7 >= from && at % 7 < to;
      if (!matters) assert.is(gradient[at], 0, `${at}`);
    }
    assert.ok(gradient.some((value) => value !== 0));
  }
});

test('a batch without objects: only p_c is trained', async () => {
  const { image, ...rest } = squares(1).sample(0);
  const { masks, ...boxed } = rest;
  const empty = { ...boxed, image, boxes: rest.boxes.hi(0, 4), labels: rest.labels.hi(0), masks: masks.hi(0, 16, 16) };
  const losses = small().losses(collate([empty]));
  assert.ok((await losses.objectness.item()) > 0);
  assert.is(await losses.box.item(), 0);
  assert.is(await losses.class.item(), 0);
});

test('an untrained model is sure of nothing; its first losses are known', async () => {
  const model = new Yolo({ classes: 3, random: random(), anchors: [[20, 20]] });
  const { objectness, class: classes } = model.losses(collate([shapes64().sample(0)]));
  const objects = shapes64().sample(0).labels.size;
  const first = (Math.log(2) * (objects + 0.1 * (64 - objects))) / objects;
  assertAllClose([await objectness.item()], [first], { relative: 0.1 });
  assertAllClose([await classes.item()], [Math.log(3)], { relative: 0.1 });
});

/** Two images, over and over. */
const two: Dataset = { ...squares(2), length: 2 };

test('learns two images by heart: mAP 1; detections are alike alone and in a batch', async () => {
  const model: Detector = small();
  const optimizer = adam(model, { learningRate: 1e-2 });
  const batch = collate([0, 1].map((index) => two.sample(index)));
  const source = { size: 2, seed: 0, perEpoch: 1, batch: () => batch };
  const before = await evaluateDetection(model, two);
  const { losses } = await fit({ model, optimizer, batches: source, steps: 150, progress: false });
  assert.equal(Object.keys(losses), ['objectness', 'box', 'class', 'total']);
  assert.ok(losses.total[149] < 0.1, `loss ${losses.total[149]}`);
  // Running statistics are those of the same batch, over and over.
  const after = await evaluateDetection(model, two);
  assert.ok(before.AP50! < 0.5, `before ${before.AP50}`);
  assert.is(after.AP50, 1);
  assert.ok(after.mAP! > 0.6, `COCO mAP ${after.mAP}`);
  assert.is(after.detections.length, 2);
  assert.equal(
    after.truths.map(({ labels }) => labels.size),
    [0, 1].map((index) => two.sample(index).labels.size),
  );
  const [alone] = await model.detect(collate([two.sample(1)]).images);
  assertAllClose(alone.scores.data, after.detections[1].scores.data, { absolute: 1e-5 });
  assertAllClose(alone.boxes.data, after.detections[1].boxes.data, { absolute: 1e-3 });
  for (const { boxes, scores } of after.detections) {
    assert.ok(scores.size <= 30 && scores.data.every((score, i) => score > 0.01 && score <= (scores.data[i - 1] ?? 1)));
    assert.ok(boxes.data.every((corner) => corner >= 0 && corner <= 16));
  }
});

test('what is detected can be chosen', async () => {
  const { images } = collate([squares(1).sample(0)]);
  const all = new Yolo({ classes: 2, random: random(), anchors, detections: { scoreThreshold: 0, iouThreshold: 1 } });
  const [{ labels }] = await all.detect(images);
  assert.is(labels.size, 16);
  const few = new Yolo({ classes: 2, random: random(), anchors, detections: { scoreThreshold: 0, limit: 3 } });
  assert.is((await few.detect(images))[0].labels.size, 3);
});

test('evaluation in batches of any size gives the same', async () => {
  const model = small();
  const data = { ...squares(5), length: 5 };
  const [one, other] = [
    await evaluateDetection(model, data, { batchSize: 5 }),
    await evaluateDetection(model, data, { batchSize: 2 }),
  ];
  assert.is(other.detections.length, 5);
  for (const [i, { scores }] of one.detections.entries()) {
    assertAllClose(other.detections[i].scores.data, scores.data, { absolute: 1e-6 });
  }
  assertAllClose([other.AP50!], [one.AP50!], { absolute: 1e-6 });
});

test('throws', async () => {
  assertThrows(
    () => new Yolo({ classes: 2, random: random(), anchors: [] }),
    'Yolo: expected at least one anchor, got none',
  );
  assertThrows(
    () => new Yolo({ classes: 2, random: random(), anchors, noObjectWeight: 0 }),
    'Yolo: expected noObjectWeight to be a number > 0, got 0',
  );
  assertThrows(
    () => small().forward(zeros([1, 16, 12, 3])),
    'SmallBackbone: expected images [N, H, W, 3] with H and W multiples of 8, got [1, 16, 12, 3]',
  );
  assertThrows(
    () => new SmallBackbone({ random: random(), stride: 16 as 8 }),
    'SmallBackbone: expected a stride of 4 or 8, got 16',
  );
  await assertRejects(
    () => evaluateDetection(small(), squares(2), { batchSize: 0 }),
    'evaluateDetection: expected batchSize to be a whole number ≥ 1, got 0',
  );
});

test.run();
