import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  adam,
  boxCode,
  collate,
  concat,
  createRandom,
  type Dataset,
  evaluateDetection,
  fit,
  type MatchState,
  match,
  reshape,
  Ssd,
  shapes64,
  tensor,
  zeros,
} from '../../src/index';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';
import { checkGolden, type DifferentiatedCase } from '../support/checkGolden';
import { loadGolden } from '../support/golden';
import { blank, goldenSamples, ofBackbone, ofConv } from '../support/oneStage';
import { squares } from '../support/squares';

const test = suite('Ssd');
const random = () => createRandom(1);
const size = { height: 16, width: 16 };
/** Two maps, of 4 × 4 and 2 × 2 cells on an image of 16 px. */
const small = (options: object = {}) =>
  new Ssd({ classes: 2, random: random(), stages: [8, 16], shapes: [[[6, 6]], [[4, 6]]], ...options });

test('shapes, and the number of parameters', () => {
  const model = new Ssd({ classes: 3, random: random() });
  assert.is(model.parameterCount(), 97_352);
  const stages = [24, 32, 64];
  const heads = stages.reduce((sum, channels) => sum + ofConv(3, channels, 2 * (3 + 5)), 0);
  assert.is(model.parameterCount(), ofBackbone(8, stages) + heads);
  const { logits, codes } = model.forward(zeros([2, 64, 32, 3]));
  const priors = 2 * (16 * 8 + 8 * 4 + 4 * 2);
  assert.equal(
    [[...logits.shape], [...codes.shape]],
    [
      [2, priors, 4],
      [2, priors, 4],
    ],
  );
  assert.equal(model.priors({ height: 64, width: 32 }).shape, [priors, 4]);
});

test('maps may have different numbers of default boxes; one map is enough', () => {
  const odd = small({
    shapes: [
      [[6, 6]],
      [
        [8, 8],
        [12, 8],
        [8, 12],
      ],
    ],
  });
  assert.equal([...odd.forward(zeros([1, 16, 16, 3])).logits.shape], [1, 16 + 4 * 3, 3]);
  const one = new Ssd({ classes: 1, random: random(), stages: [4], shapes: [[[5, 5]]] });
  assert.equal([...one.forward(zeros([1, 8, 12, 3])).codes.shape], [1, 6, 4]);
});

test('the first stage left out', () => {
  const model = small({ finest: 8, shapes: [[[8, 8]]] });
  assert.equal([...model.forward(zeros([1, 16, 16, 3])).logits.shape], [1, 4, 3]);
  assert.equal(model.priors(size).shape, [4, 4]);
});

test('default boxes: level by level, cell by cell; a change of the result or of the settings changes nothing', () => {
  const shapes: [number, number][][] = [[[6, 6]], [[4, 6]]];
  const model = small({ shapes });
  const priors = model.priors(size);
  assert.equal([...priors.data.subarray(0, 8)], [-1, -1, 5, 5, 3, -1, 9, 5]);
  assert.equal([...priors.data.subarray(64, 68)], [2, 1, 6, 7]);
  priors.data.fill(0);
  shapes[1][0][0] = 12;
  assert.equal([...model.priors(size).data.subarray(64, 68)], [2, 1, 6, 7]);
});

test('targets: class, code and weight of each positive, background elsewhere', async () => {
  const model = small();
  const sample = blank(
    size,
    [
      [0, 0, 6, 6],
      [8, 7, 14, 13],
    ],
    [1, 0],
  );
  const targets = model.targets([sample, blank(size)]);
  const priors = model.priors(size);
  const expected = match(priors, sample.boxes, { positive: 0.5, negative: 0.5, bestForEachTruth: 'claimed' });
  assert.equal(targets.states[0], expected.states);
  assert.ok(targets.states[1].every((state) => state === 'negative'));
  const [labels, codes, weights] = await Promise.all(
    [targets.labels, targets.codes, targets.codeWeights].map((values) => values.data()),
  );
  const code = boxCode({ weights: [10, 10, 5, 5] });
  let positives = 0;
  for (const [row, label] of labels.entries()) {
    const truth = row < 20 ? expected.truths[row] : null;
    assert.is(label, truth === null ? 2 : sample.labels.get(truth));
    if (truth === null) {
      assert.equal([...codes.subarray(4 * row, 4 * row + 4)], [0, 0, 0, 0]);
    } else {
      const own = [0, 1, 2, 3].map((side) => sample.boxes.get(truth, side));
      const prior = [0, 1, 2, 3].map((side) => priors.get(row, side));
      assertAllClose(codes.subarray(4 * row, 4 * row + 4), code.encode([own], [prior]).data, { absolute: 1e-5 });
      positives++;
    }
    assertAllClose([weights[row]], [truth === null ? 0 : 1 / targets.positives]);
  }
  assert.is(targets.positives, positives);
  assert.ok(positives >= 2);
});

for (const golden of loadGolden('oneStage').cases) {
  if (golden.op === 'match') {
    test(`torchvision's SSDMatcher: ${golden.name}`, () => {
      const { priors, truths } = golden.inputs;
      const rows = ({ shape, data }: typeof priors) =>
        Array.from({ length: shape[0] }, (_, i) => data.slice(4 * i, 4 * i + 4));
      const found = match(rows(priors), rows(truths), golden.options);
      assert.equal(
        found.truths.map((truth) => truth ?? -1),
        golden.output!.data,
      );
    });
  }
  if (golden.op !== 'ssd') continue;
  test(`torchvision's losses and their gradients: ${golden.name}`, async () => {
    const { classes, shapes, negatives, side } = golden.options;
    const model = new Ssd({ classes, shapes, negatives, stages: [2, 2], random: random() });
    const samples = goldenSamples(golden, { height: side, width: side });
    const targets = model.targets(samples);
    const isPositive = (state: MatchState) => state === 'positive';
    const matches = (golden as unknown as { matches: { data: number[] } }).matches.data;
    assert.equal(
      targets.states.flat().map(isPositive),
      matches.map((g) => g >= 0),
    );
    await checkGolden(({ logits, codes }) => {
      const losses = model.lossesOf({ logits, codes }, targets);
      return concat([losses.class, losses.box].map((loss) => reshape(loss, [1])));
    }, golden as DifferentiatedCase);
  });
}

test('by hand: with equal scores each prior that counts costs ln(K + 1), and three negatives count for each positive', async () => {
  const model = small();
  const samples = [blank(size, [[0, 0, 6, 6]], [1]), blank(size)];
  const targets = model.targets(samples);
  const outputs = { logits: zeros([2, 20, 3]), codes: zeros([2, 20, 4]) };
  const losses = model.lossesOf(outputs, targets);
  assertAllClose([await losses.class.item()], [4 * Math.log(3)], { relative: 1e-6 });
  const codes = await targets.codes.data();
  const expected = codes.reduce((sum, d) => sum + (Math.abs(d) < 1 ? (d * d) / 2 : Math.abs(d) - 0.5), 0);
  assertAllClose([await losses.box.item()], [expected / targets.positives], { relative: 1e-6 });
  const none = small({ negatives: 0 }).lossesOf(outputs, targets);
  assertAllClose([await none.class.item()], [Math.log(3)], { relative: 1e-6 });
});

test('of two negatives the harder one counts; a positive with a larger loss is none', async () => {
  const model = small({ negatives: 1 });
  const targets = model.targets([blank(size, [[3, 3, 9, 9]], [1])]);
  const row = targets.states[0].indexOf('positive');
  assert.is(targets.positives, 1);
  const scores = new Float32Array(20 * 3);
  // Background is the last class. The positive prior is the worst of all, prior 7 the worst negative.
  scores[3 * row + 2] = 9;
  scores[3 * 7] = 5;
  const { class: loss } = model.lossesOf({ logits: tensor(scores, [1, 20, 3]), codes: zeros([1, 20, 4]) }, targets);
  const expected = Math.log(2 + Math.exp(9)) + Math.log(2 + Math.exp(5));
  assertAllClose([await loss.item()], [expected], { relative: 1e-6 });
});

test('a batch without objects: nothing is trained', async () => {
  const losses = small().losses(collate([blank(size), blank(size)]));
  assert.equal([await losses.class.item(), await losses.box.item()], [0, 0]);
});

test('an untrained model: its first losses are known', async () => {
  const model = new Ssd({ classes: 3, random: random() });
  const losses = model.losses(collate([shapes64().sample(0)]));
  assertAllClose([await losses.class.item()], [4 * Math.log(4)], { relative: 0.1 });
});

/** Two images, over and over. */
const two: Dataset = { ...squares(2), length: 2 };

test('overfits two images; detections are alike alone, in a list and in a batch', async () => {
  const model = small({ shapes: [[[6, 6]], [[4, 6]]] });
  const batch = collate([0, 1].map((index) => two.sample(index)));
  const source = { size: 2, seed: 0, perEpoch: 1, batch: () => batch };
  const before = await evaluateDetection(model, two);
  const optimizer = adam(model, { learningRate: 1e-2 });
  const { losses } = await fit({ model, optimizer, batches: source, steps: 150, progress: false });
  assert.equal(Object.keys(losses), ['class', 'box', 'total']);
  const after = await evaluateDetection(model, two);
  assert.ok(losses.total[149] < 0.15, `loss ${losses.total[149]}`);
  // Default boxes alone fit the squares well; only their classes are unknown.
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
  const all = small({ detections: { scoreThreshold: 0, iouThreshold: 1, limit: 1000 } });
  assert.is((await all.detect(images))[0].labels.size, 40);
  const few = small({ detections: { scoreThreshold: 0, limit: 3 } });
  assert.is((await few.detect(images))[0].labels.size, 3);
});

test('throws', async () => {
  assertThrows(() => small({ shapes: [[[6, 6]]] }), 'Ssd: expected shapes for 2 levels, one list each, got 1');
  assertThrows(() => small({ shapes: [[[6, 6]], []] }), 'Ssd: expected shapes of level 1, got none');
  assertThrows(
    () => small().forward(zeros([1, 16, 12, 3])),
    'StagedBackbone: expected images [N, H, W, 3] with H and W multiples of 8, got [1, 16, 12, 3]',
  );
  assertThrows(
    () => small().priors({ height: 16, width: 12 }),
    'Ssd: expected an image with sides that are multiples of 8, got 16×12',
  );
  assertThrows(() => small().targets([]), 'Ssd: expected at least one sample, got none');
  assertThrows(
    () => small().losses(collate([blank(size, [[0, 0, 4, 4]], [2])])),
    'Ssd: image 0 of the batch: expected labels from 0 to 1, got 2 at 0',
  );
  const scores = new Float32Array(60);
  scores[0] = Number.NaN;
  const targets = small().targets([blank(size, [[8, 8, 14, 14]])]);
  const { class: loss } = small().lossesOf({ logits: tensor(scores, [1, 20, 3]), codes: zeros([1, 20, 4]) }, targets);
  await loss.item().then(
    () => assert.unreachable(),
    (error: Error) => assert.match(error.message, 'hardNegatives: expected losses that are numbers, got NaN at 0'),
  );
});

test.run();
