import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  adam,
  bceWithLogits,
  collate,
  concat,
  createRandom,
  type Dataset,
  evaluateDetection,
  fit,
  match,
  RetinaNet,
  reshape,
  sum,
  type Tensor,
  zeros,
} from '../../src/index';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';
import { checkGolden, type DifferentiatedCase } from '../support/checkGolden';
import { loadGolden } from '../support/golden';
import { blank, goldenSamples, noise, ofBackbone, ofBlock, ofConv } from '../support/oneStage';
import { squares } from '../support/squares';

const test = suite('RetinaNet');
const random = () => createRandom(1);
const size = { height: 16, width: 16 };
/** Two levels, of 4 × 4 and 2 × 2 cells on an image of 16 px. */
const small = (options: object = {}) =>
  new RetinaNet({
    classes: 2,
    random: random(),
    stages: [8, 16],
    channels: 16,
    shapes: [[[6, 6]], [[4, 6]]],
    ...options,
  });

test('shapes, and the number of parameters', () => {
  const model = new RetinaNet({ classes: 3, random: random() });
  assert.is(model.parameterCount(), 125_030);
  const stages = [16, 32, 64];
  const pyramid = stages.reduce((total, channels) => total + ofConv(1, channels, 32) + ofBlock(3, 32, 32), 0);
  const tower = ofConv(3, 32, 32, false) + 3 * 64;
  const outputs = ofConv(1, 32, 2 * 3) + ofConv(1, 32, 2 * 4);
  assert.is(model.parameterCount(), ofBackbone(8, stages) + pyramid + 2 * tower + outputs);
  const { logits, codes } = model.forward(zeros([2, 64, 32, 3]));
  const priors = 2 * (16 * 8 + 8 * 4 + 4 * 2);
  assert.equal(
    [[...logits.shape], [...codes.shape]],
    [
      [2, priors, 3],
      [2, priors, 4],
    ],
  );
  assert.equal(model.priors({ height: 64, width: 32 }).shape, [priors, 4]);
});

test('the first stage left out, one level, deeper towers', () => {
  const outputs = (options: object) => [...small(options).forward(zeros([2, 32, 32, 3])).logits.shape];
  assert.equal(outputs({ finest: 8, shapes: [[[8, 8]]] }), [2, 16, 2]);
  assert.equal(outputs({ stages: [4, 4, 4], finest: 8, depth: 3, shapes: [[[8, 8]], [[16, 16]]] }), [2, 20, 2]);
  assert.equal(
    outputs({
      stages: [4],
      shapes: [
        [
          [4, 4],
          [6, 6],
          [8, 8],
        ],
      ],
      width: 0.5,
      channels: 3,
    }),
    [2, 192, 2],
  );
});

test('the prior: every class of every anchor starts with a score of π', async () => {
  for (const prior of [0.05, 0.01, 0.5]) {
    const model = small({ prior });
    const [first] = await model.logits.bias!.data();
    assertAllClose([1 / (1 + Math.exp(-first))], [prior], { relative: 1e-6 });
    const { logits } = model.forward(noise(3, 2, 16, 16, 3));
    for (const logit of await logits.data()) assertAllClose([1 / (1 + Math.exp(-logit))], [prior], { relative: 0.25 });
    // Without what the tower adds, exactly.
    model.logits.weight.assign(zeros([...model.logits.weight.shape]));
    const plain = await model.forward(noise(3, 2, 16, 16, 3)).logits.data();
    assertAllClose(plain, new Float32Array(plain.length).fill(first), { relative: 1e-6 });
  }
  assertAllClose(
    [await small({ prior: 0.01 }).logits.bias!.data()].map(([bias]) => bias),
    [-4.59512],
    { relative: 1e-6 },
  );
});

test('targets: one-hot classes, codes, and weights; the ignored count for nothing', async () => {
  const model = small();
  const sample = blank(
    size,
    [
      [0, 0, 6, 6],
      [5.125, 3.5, 11.125, 9.5],
    ],
    [1, 0],
  );
  const targets = model.targets([sample, blank(size)]);
  const expected = match(model.priors(size), sample.boxes, { positive: 0.5, negative: 0.4 });
  const [classes, classWeights, codeWeights] = await Promise.all(
    [targets.classes, targets.classWeights, targets.codeWeights].map((values) => values.data()),
  );
  const counts = { positive: 0, ignored: 0, negative: 0 };
  for (let row = 0; row < 40; row++) {
    const state = row < 20 ? expected.states[row] : 'negative';
    counts[state]++;
    const label = state === 'positive' ? sample.labels.get(expected.truths[row]!) : -1;
    assert.equal([...classes.subarray(2 * row, 2 * row + 2)], [Number(label === 0), Number(label === 1)]);
    assertAllClose([classWeights[row]], [state === 'ignored' ? 0 : 1 / targets.positives]);
    assertAllClose([codeWeights[row]], [state === 'positive' ? 1 / targets.positives : 0]);
  }
  assert.is(targets.positives, counts.positive);
  assert.ok(counts.positive > 1 && counts.ignored > 0, JSON.stringify(counts));
});

for (const golden of loadGolden('oneStage').cases) {
  if (golden.op !== 'retinaNet') continue;
  test(`torchvision's losses and their gradients: ${golden.name}`, async () => {
    const { classes, shapes, side } = golden.options;
    const model = new RetinaNet({ classes, shapes, stages: [2, 2], random: random() });
    const targets = model.targets(goldenSamples(golden, { height: side, width: side }));
    // −1 is background and −2 ignored.
    const matches = (golden as unknown as { matches: { data: number[] } }).matches.data;
    assert.equal(
      [...(await targets.classWeights.data())].map((weight) => weight > 0),
      matches.map((g) => g !== -2),
    );
    assert.equal(
      [...(await targets.codeWeights.data())].map((weight) => weight > 0),
      matches.map((g) => g >= 0),
    );
    await checkGolden(({ logits, codes }) => {
      const losses = model.lossesOf({ logits, codes }, targets);
      return concat([losses.class, losses.box].map((loss) => reshape(loss, [1])));
    }, golden as DifferentiatedCase);
  });
}

test('by hand: logits and codes of 0', async () => {
  const targets = small().targets([blank(size, [[3, 3, 9, 9]], [1]), blank(size)]);
  assert.is(targets.positives, 1);
  const outputs = { logits: zeros([2, 20, 2]), codes: zeros([2, 20, 4]) };
  const ignored = (await targets.classWeights.data()).filter((weight) => weight === 0).length;
  // One logit is positive; the other of its anchor, and both of all others, are negative.
  const negatives = 2 * (40 - ignored) - 1;
  const cross = ((0.25 + 0.75 * negatives) * Math.log(2)) / 4;
  const loss = async (options: object) => small(options).lossesOf(outputs, targets).class.item();
  assertAllClose([await loss({})], [cross], { relative: 1e-5 });
  assertAllClose([await loss({ classWeight: 3 })], [3 * cross], { relative: 1e-5 });
  assertAllClose([await loss({ alpha: null, gamma: 1 })], [((1 + negatives) * Math.log(2)) / 2], { relative: 1e-5 });
  const codes = await targets.codes.data();
  const expected = codes.reduce((total, d) => total + (Math.abs(d) < 0.5 ? d * d : Math.abs(d) - 0.25), 0);
  assertAllClose([await small().lossesOf(outputs, targets).box.item()], [expected], { relative: 1e-5, absolute: 1e-6 });
});

test('γ = 0 without α: the binary cross-entropy of all anchors but the ignored', async () => {
  const model = small({ gamma: 0, alpha: null });
  const targets = model.targets([
    blank(
      size,
      [
        [0, 0, 6, 6],
        [8, 7, 14, 13],
      ],
      [1, 0],
    ),
  ]);
  const logits = noise(2, 1, 20, 2);
  const { class: loss } = model.lossesOf({ logits, codes: zeros([1, 20, 4]) }, targets);
  const weights = targets.classWeights;
  const cross = sum(bceWithLogits(reshape(logits, [20, 2]), targets.classes, { weights, reduction: 'none' }));
  assertAllClose([await loss.item()], [await cross.item()], { relative: 1e-5 });
});

test('a batch without objects: all anchors are trained as background, no box is', async () => {
  const losses = small().losses(collate([blank(size), blank(size)]));
  // σ = 0.05 at the start: 80 logits, each 0.75 · 0.05² · −ln 0.95.
  assertAllClose([await losses.class.item()], [80 * 0.75 * 0.05 ** 2 * -Math.log(0.95)], { relative: 0.1 });
  assert.is(await losses.box.item(), 0);
});

/** Two images, over and over. */
const two: Dataset = { ...squares(2), length: 2 };

test('overfits two images; detections are alike alone, in a list and in a batch', async () => {
  const model = small();
  const batch = collate([0, 1].map((index) => two.sample(index)));
  const source = { size: 2, seed: 0, perEpoch: 1, batch: () => batch };
  const before = await evaluateDetection(model, two);
  const optimizer = adam(model, { learningRate: 1e-2 });
  const { losses } = await fit({ model, optimizer, batches: source, steps: 150, progress: false });
  assert.equal(Object.keys(losses), ['class', 'box', 'total']);
  const after = await evaluateDetection(model, two);
  assert.ok(losses.total[149] < 0.2, `loss ${losses.total[149]}`);
  assert.ok(before.mAP! < 0.3 && after.mAP! > 0.6, `mAP ${before.mAP}, then ${after.mAP}`);
  assert.is(after.AP50, 1);
  const [list, alone] = [
    await model.detect([0, 1].map((i) => two.sample(i).image)),
    await model.detect(two.sample(1).image),
  ];
  assert.equal([list.length, alone.length], [2, 1]);
  for (const found of [list[1], alone[0], (await model.detect(batch.images))[1]]) {
    assertAllClose(found.scores.data, after.detections[1].scores.data, { absolute: 1e-5 });
    assertAllClose(found.boxes.data, after.detections[1].boxes.data, { absolute: 1e-3 });
  }
  for (const { boxes, scores } of after.detections) {
    assert.ok(scores.size <= 30 && scores.data.every((score, i) => score > 0.01 && score <= (scores.data[i - 1] ?? 1)));
    assert.ok(boxes.data.every((corner) => corner >= 0 && corner <= 16));
  }
});

test('what is detected can be chosen', async () => {
  const { images } = collate([squares(1).sample(0)]);
  const found = async (detections: object) => (await small({ detections }).detect(images as Tensor))[0].labels.size;
  assert.is(await found({ scoreThreshold: 0, iouThreshold: 1, limit: 1000 }), 40);
  assert.is(await found({ scoreThreshold: 0, limit: 3 }), 3);
  assert.is(await found({ scoreThreshold: 0.9 }), 0);
});

test('throws', () => {
  assertThrows(() => small({ shapes: [[[6, 6]]] }), 'RetinaNet: expected shapes for 2 levels, one list each, got 1');
  assertThrows(
    () =>
      small({
        shapes: [
          [[6, 6]],
          [
            [4, 6],
            [6, 4],
          ],
        ],
      }),
    'RetinaNet: expected as many shapes in each level, which share their weights, got 1, 2',
  );
  assertThrows(() => small({ finest: 16 }), 'RetinaNet: expected finest to be one of the strides 4, 8, got 16');
  assertThrows(() => small({ negative: 0.6 }), 'RetinaNet: expected negative ≤ positive, got 0.6 > 0.5');
  for (const prior of [0, 1, Number.NaN]) {
    assertThrows(() => small({ prior }), `RetinaNet: expected prior between 0 and 1, got ${prior}`);
  }
  assertThrows(
    () => small().priors({ height: 12, width: 16 }),
    'RetinaNet: expected an image with sides that are multiples of 8, got 12×16',
  );
  assertThrows(() => small().targets([]), 'RetinaNet: expected at least one sample, got none');
  assertThrows(
    () => small().losses(collate([blank(size, [[0, 0, 4, 0]], [0])])),
    'RetinaNet: image 0 of the batch: expected finite boxes with x1 < x2 and y1 < y2, got [0, 0, 4, 0] at 0',
  );
});

test.run();
