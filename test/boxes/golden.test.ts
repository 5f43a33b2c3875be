import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import * as detseg from '../../src/index';
import { assertAllClose } from '../support/allClose';
import { checkGolden, type DifferentiatedCase, goldenTensor } from '../support/checkGolden';
import { type GoldenArray, type GoldenCase, loadGolden } from '../support/golden';

const test = suite('golden boxes');

type BoxCase = GoldenCase & { positive: GoldenArray; negative: GoldenArray };
type Arrays = Record<string, ReturnType<typeof ndarray<Float32Array>>>;

const compare = (result: { shape: readonly number[]; data: Float32Array }, { output }: GoldenCase) => {
  assert.equal([...result.shape], output!.shape);
  assertAllClose(result.data, output!.data, { absolute: 2e-5, relative: 1e-5 });
};

async function compareLoss(loss: typeof detseg.giouLoss, golden: GoldenCase): Promise<void> {
  const operation = ({ predicted, target }: Record<string, detseg.Tensor>) => loss(predicted, target, golden.options);
  if (golden.gradients) return checkGolden(operation, golden as DifferentiatedCase);
  const { predicted, target } = golden.inputs;
  const inputs = { predicted: goldenTensor(predicted), target: goldenTensor(target) };
  const losses = operation(inputs);
  compare(await losses.toNdarray(), golden);
  for (const slope of detseg.gradients(detseg.sum(losses), Object.values(inputs))) {
    assert.ok((await slope.data()).every(Number.isFinite), `${golden.name}: slopes`);
  }
}

const checks: Record<string, (inputs: Arrays, golden: BoxCase) => void | Promise<void>> = {
  boxIou: async ({ a, b }, golden) => compare(await detseg.boxIou(a, b).toNdarray(), golden),
  boxGiou: async ({ a, b }, golden) => compare(await detseg.boxGiou(a, b).toNdarray(), golden),
  boxDiou: async ({ a, b }, golden) => compare(await detseg.boxDiou(a, b).toNdarray(), golden),
  boxCiou: async ({ a, b }, golden) => compare(await detseg.boxCiou(a, b).toNdarray(), golden),
  boxArea: ({ boxes }, golden) => compare(detseg.boxArea(boxes), golden),
  clipBoxes: ({ boxes }, golden) => compare(detseg.clipBoxes(boxes, golden.options as detseg.ImageSize), golden),
  convertBoxes: ({ boxes }, golden) => compare(detseg.convertBoxes(boxes, golden.options), golden),
  nms: ({ boxes, scores, labels }, { options, indices }) => {
    assert.equal(detseg.nms(boxes, { scores, labels, iouThreshold: options.threshold }), indices!.data);
  },
  encode: ({ boxes, priors }, golden) => compare(detseg.boxCode(golden.options).encode(boxes, priors), golden),
  decode: async ({ code, priors }, golden) => {
    const coder = detseg.boxCode(golden.options);
    // Corners of up to 500 px: float32 keeps five digits behind the point of the code's exponential.
    compare(coder.decode(code, priors), golden);
    const lazy = await coder.decodeTensor(detseg.tensor(code), priors).toNdarray();
    assertAllClose(lazy.data, golden.output!.data, { absolute: 2e-4, relative: 1e-5 });
  },
  match: ({ priors, truths }, { options, positive, negative, labels, output }) => {
    const result = detseg.match(priors, truths, options);
    const rows = (state: detseg.MatchState) => result.states.flatMap((own, i) => (own === state ? [i] : []));
    assert.equal(rows('positive'), positive.data);
    assert.equal(rows('negative'), negative.data);
    assert.equal(
      rows('positive').map((i) => result.truths[i]),
      labels!.data,
    );
    assertAllClose(result.overlaps.data, output!.data);
  },
  giouLoss: (_, golden) => compareLoss(detseg.giouLoss, golden),
  diouLoss: (_, golden) => compareLoss(detseg.diouLoss, golden),
  ciouLoss: (_, golden) => compareLoss(detseg.ciouLoss, golden),
};

const { cases } = loadGolden('boxes');

test('every function has its cases', () => {
  assert.equal([...new Set(cases.map(({ op }) => op))].sort(), Object.keys(checks).sort());
});

for (const golden of cases) {
  test(golden.name, async () => {
    const inputs = Object.fromEntries(
      Object.entries(golden.inputs).map(([name, { shape, data }]) => [name, ndarray(Float32Array.from(data), shape)]),
    );
    await checks[golden.op](inputs, golden as BoxCase);
  });
}

test.run();
