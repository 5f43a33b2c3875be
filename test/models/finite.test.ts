import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  adam,
  collate,
  createRandom,
  DeconvNet,
  FasterRcnn,
  FastRcnn,
  Fcn,
  Fcos,
  type Module,
  type Parameter,
  PatchClassifier,
  RCnn,
  RegionProposalNetwork,
  RetinaNet,
  SingleObject,
  SlidingWindowDetector,
  Ssd,
  shapes64,
  type Tensor,
  Tiramisu,
  tensor,
  UNet,
  Yolo,
  zeros,
} from '../../src/index';
import { assertRejects, assertThrows } from '../support/assertThrows';

const test = suite('answers from numbers that are not finite');

const random = () => createRandom(1);
const scenes = shapes64({ split: 'train', length: 1 });
const batch = collate([scenes.sample(0)]);
const tiny = { stages: [2], channels: 4 };
const proposals = () => ndarray(Float32Array.from([8, 8, 40, 40]), [1, 4]);

function poison(parameter: Parameter, value = Number.NaN): void {
  const numbers = new Float32Array(parameter.size);
  numbers[0] = value;
  parameter.assign(tensor(numbers, parameter.shape));
}

/** A model, its parameter that is poisoned, and what the model says when it is asked for an answer. */
type Case = [
  name: string,
  make: () => { model: Module; parameter: Parameter; answer: (images: Tensor) => Promise<unknown> },
  message: string | RegExp,
];

const scoresOf = (name: string, place: string) => `${name}: expected finite scores, got NaN at ${place}`;

const cases: Case[] = [
  [
    'Fcn',
    () => {
      const model = new Fcn({ classes: 3, random: random(), widths: [4, 4], stride: 4 });
      return { model, parameter: model.scores[0].weight, answer: (images) => model.predict(images) };
    },
    scoresOf('Fcn', '[0, 0, 0, 0]'),
  ],
  [
    'UNet',
    () => {
      const model = new UNet({ classes: 3, random: random(), widths: [4, 4] });
      return { model, parameter: model.scores.weight, answer: (images) => model.predict(images) };
    },
    scoresOf('UNet', '[0, 0, 0, 0]'),
  ],
  [
    'DeconvNet',
    () => {
      const model = new DeconvNet({ classes: 3, random: random(), widths: [4, 4] });
      return { model, parameter: model.scores.weight, answer: (images) => model.predict(images) };
    },
    scoresOf('DeconvNet', '[0, 0, 0, 0]'),
  ],
  [
    'Tiramisu',
    () => {
      const model = new Tiramisu({ classes: 3, random: random(), stem: 4, growth: 2, layers: [1, 1] });
      return { model, parameter: model.scores.weight, answer: (images) => model.predict(images) };
    },
    scoresOf('Tiramisu', '[0, 0, 0, 0]'),
  ],
  [
    'PatchClassifier',
    () => {
      const model = new PatchClassifier({ classes: 3, random: random(), widths: [4] });
      return { model, parameter: model.scores.bias!, answer: (images) => model.predict(images) };
    },
    scoresOf('PatchClassifier', '[0, 0, 0, 0]'),
  ],
  [
    'SingleObject, class',
    () => {
      const model = new SingleObject({ classes: 3, random: random(), features: 8 });
      return { model, parameter: model.classHead.bias!, answer: (images) => model.locate(images) };
    },
    scoresOf('SingleObject', '[0]'),
  ],
  [
    'SingleObject, box',
    () => {
      const model = new SingleObject({ classes: 3, random: random(), features: 8 });
      return { model, parameter: model.boxHead.bias!, answer: (images) => model.locate(images) };
    },
    'SingleObject: expected finite boxes, got NaN at [0, 0]',
  ],
  [
    'SlidingWindowDetector',
    () => {
      const model = new SlidingWindowDetector({ classes: 2, random: random(), sizes: [32], stride: 16, widths: [4] });
      return { model, parameter: model.scores.bias!, answer: (images) => model.detect(images) };
    },
    'selectDetections: expected finite scores, got NaN at [0, 0]',
  ],
  [
    'Yolo',
    () => {
      const model = new Yolo({ classes: 3, random: random(), anchors: [[20, 20]], width: 0.25 });
      return { model, parameter: model.head.bias!, answer: (images) => model.detect(images) };
    },
    'selectDetections: expected finite scores, got NaN at [0, 0]',
  ],
  [
    'RCnn',
    () => {
      const model = new RCnn({ classes: 2, random: random(), propose: proposals, features: 8 });
      return { model, parameter: model.describe.bias!, answer: (images) => model.detect(images) };
    },
    'boxCode.decode: expected finite code, got NaN at [0, 0]',
  ],
  [
    'FastRcnn',
    () => {
      const model = new FastRcnn({
        classes: 2,
        random: random(),
        propose: proposals,
        limit: 2,
        width: 0.25,
        hidden: 4,
      });
      return { model, parameter: model.head.scores.bias!, answer: (images) => model.detect(images) };
    },
    'selectDetections: expected finite scores, got NaN at [0, 0]',
  ],
  [
    'Ssd, scores',
    () => {
      const model = new Ssd({ classes: 2, random: random(), stages: [2], shapes: [[[20, 20]]] });
      return { model, parameter: model.heads[0].bias!, answer: (images) => model.detect(images) };
    },
    'selectDetections: expected finite scores, got NaN at [0, 0]',
  ],
  [
    'Ssd, backbone',
    () => {
      const model = new Ssd({ classes: 2, random: random(), stages: [2], shapes: [[[20, 20]]] });
      return { model, parameter: model.backbone.parameters()[0], answer: (images) => model.detect(images) };
    },
    'boxCode.decode: expected finite code, got NaN at [0, 0]',
  ],
  [
    'RetinaNet, scores',
    () => {
      const model = new RetinaNet({ classes: 2, random: random(), ...tiny, shapes: [[[20, 20]]] });
      return { model, parameter: model.logits.bias!, answer: (images) => model.detect(images) };
    },
    'selectDetections: expected finite scores, got NaN at [0, 0]',
  ],
  [
    'RetinaNet, boxes',
    () => {
      const model = new RetinaNet({ classes: 2, random: random(), ...tiny, shapes: [[[20, 20]]] });
      return { model, parameter: model.codes.bias!, answer: (images) => model.detect(images) };
    },
    'boxCode.decode: expected finite code, got NaN at [0, 0]',
  ],
  [
    'Fcos, scores',
    () => {
      const model = new Fcos({ classes: 2, random: random(), ...tiny });
      return { model, parameter: model.logits.bias!, answer: (images) => model.detect(images) };
    },
    'selectDetections: expected finite scores, got NaN at [0, 0]',
  ],
  [
    'Fcos, boxes',
    () => {
      const model = new Fcos({ classes: 2, random: random(), ...tiny });
      return { model, parameter: model.distances.bias!, answer: (images) => model.detect(images) };
    },
    'selectDetections: expected finite boxes, got NaN at [0, 0]',
  ],
  [
    'Fcos, centerness',
    () => {
      const model = new Fcos({ classes: 2, random: random(), ...tiny });
      return { model, parameter: model.centerness.bias!, answer: (images) => model.detect(images) };
    },
    'selectDetections: expected finite scores, got NaN at [0, 0]',
  ],
  [
    'FasterRcnn, proposals',
    () => {
      const model = new FasterRcnn({ classes: 2, random: random(), width: 0.25, hidden: 4 });
      return { model, parameter: model.rpn.objectness.bias!, answer: (images) => model.detect(images) };
    },
    'propose: expected finite objectness, got NaN at [0, 0]',
  ],
  [
    'FasterRcnn, head',
    () => {
      const model = new FasterRcnn({ classes: 2, random: random(), width: 0.25, hidden: 4 });
      return { model, parameter: model.head.deltas.bias!, answer: (images) => model.detect(images) };
    },
    'boxCode.decode: expected finite code, got NaN at [0, 0]',
  ],
];

for (const [name, make, message] of cases) {
  test(`${name}: throws instead of an answer`, async () => {
    const { parameter, answer } = make();
    await answer(batch.images);
    poison(parameter);
    await assertRejects(() => answer(batch.images), message);
  });
}

test('one pixel that is infinite is found among all scores', async () => {
  const model = new PatchClassifier({ classes: 2, random: random(), widths: [1], size: 1 });
  const images = zeros([2, 8, 8, 3]);
  assert.equal((await model.predict(images)).shape, [2, 8, 8]);
  const numbers = new Float32Array(images.size);
  numbers[((1 * 8 + 5) * 8 + 6) * 3] = Number.NaN;
  await assertRejects(
    () => model.predict(tensor(numbers, images.shape)),
    'PatchClassifier: expected finite scores, got NaN at [1, 5, 6, 0]',
  );
});

test('proposals are decided from numbers', () => {
  const rpn = new RegionProposalNetwork({ channels: 1, random: random(), sizes: [8] });
  const priors = rpn.anchorsOf({ tensor: zeros([1, 2, 2, 1]), stride: 8 });
  const objectness = ndarray(new Float32Array(8), [2, 4]);
  const deltas = ndarray(new Float32Array(32), [2, 4, 4]);
  const size = { height: 16, width: 16 };
  assert.is(rpn.propose({ objectness, deltas }, priors, size).length, 2);
  deltas.set(1, 2, 3, Number.NEGATIVE_INFINITY);
  assertThrows(
    () => rpn.propose({ objectness, deltas }, priors, size),
    'propose: expected finite deltas, got -Infinity at [1, 2, 3]',
  );
});

test('Faster R-CNN: a step that cannot propose names step and culprit, and changes nothing', async () => {
  const model = new FasterRcnn({ classes: 3, random: random(), width: 0.25, hidden: 4 });
  const optimizer = adam(model, { learningRate: 1e-3 });
  poison(model.backbone.parameters()[0]);
  const before = JSON.stringify(await model.stateDict());
  const losses = Object.values(model.losses(batch));
  const message =
    'step 0: propose: expected finite objectness, got NaN at [0, 0]; parameter backbone.layers.layers.0.layers.0.weight holds NaN at 0';
  await assertRejects(() => optimizer.step(losses[0], { watch: losses }), message);
  assert.equal(JSON.stringify(await model.stateDict()), before);
  assert.is(optimizer.steps, 0);
});

test.run();
