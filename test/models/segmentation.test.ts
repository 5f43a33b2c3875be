import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  Conv2d,
  collate,
  createRandom,
  evaluating,
  Fcn,
  gradients,
  PatchClassifier,
  relu,
  reshape,
  type Segmenter,
  Sequential,
  tensor,
  UNet,
  zeros,
} from '../../src/index';
import { assertAllClose } from '../support/allClose';
import { assertRejects, assertThrows } from '../support/assertThrows';
import { squares } from '../support/squares';

const test = suite('segmentation models');

const random = () => createRandom(1);
const five = [8, 16, 32, 64, 64];

// Figures of an independent implementation of the same networks for 6 classes.
for (const [name, model, parameters] of [
  ['U-Net', new UNet({ classes: 6, random: random() }), 122_894],
  ['FCN-8s of five stages', new Fcn({ classes: 6, random: random(), widths: five, stride: 8 }), 185_210],
] as const) {
  test(`${name}: scores for every pixel, and the number of parameters`, () => {
    assert.is(model.parameterCount(), parameters);
    assert.equal([...model.forward(zeros([2, 64, 32, 3])).shape], [2, 64, 32, 6]);
  });
}

test('FCN: a head for each stage down to the stride', () => {
  const heads = [32, 16, 8, 2].map((stride) => new Fcn({ classes: 3, random: random(), widths: five, stride }));
  assert.equal(
    heads.map(({ scores }) => scores.map(({ weight }) => weight.shape[2])),
    [[64], [64, 64], [64, 64, 32], [64, 64, 32, 16, 8]],
  );
  for (const model of heads) assert.equal([...model.forward(zeros([1, 32, 64, 3])).shape], [1, 32, 64, 3]);
});

test('FCN with learned doubling starts as the bilinear one, up to the border, and its filters learn', async () => {
  const make = (doubling: 'bilinear' | 'learned') =>
    new Fcn({ classes: 3, random: random(), widths: [4, 6, 8], stride: 2, doubling }).evaluate();
  const [plain, learned] = [make('bilinear'), make('learned')];
  assert.is(plain.doublings.length, 0);
  assert.is(learned.parameterCount() - plain.parameterCount(), 2 * 4 * 4 * 3 * 3);
  const colors = random();
  const picture = tensor(
    Float32Array.from({ length: 64 * 64 * 3 }, () => colors.uniform()),
    [1, 64, 64, 3],
  );
  const [one, other] = await Promise.all([plain, learned].map((model) => model.forward(picture).toNdarray()));
  // What lies outside counts as nothing in a transposed convolution; two doublings and the last enlarging carry that 8 px inwards.
  const inside = (scores: typeof one) => {
    const rows = Array.from({ length: 48 }, (_, i) => i + 8);
    return rows.flatMap((i) => rows.flatMap((j) => [0, 1, 2].map((k) => scores.get(0, i, j, k))));
  };
  assertAllClose(inside(one), inside(other));
  assert.ok(Math.abs(one.get(0, 0, 0, 0) - other.get(0, 0, 0, 0)) > 1e-3);
  const batch = collate([squares(1).sample(0)]);
  const slopes = gradients(
    learned.losses(batch).crossEntropy,
    learned.doublings.map(({ weight }) => weight),
  );
  for (const slope of slopes) assert.ok((await slope.data()).some((value) => value !== 0));
});

test('FCN with stages of its own', async () => {
  const built: number[][] = [];
  const stage = (inputs: number, outputs: number, index: number) => {
    built.push([inputs, outputs, index]);
    return new Sequential(new Conv2d(inputs, outputs, { size: 1, random: random() }), relu);
  };
  const model = new Fcn({ classes: 2, random: random(), widths: [5, 7], stride: 4, stage });
  assert.equal(built, [
    [3, 5, 0],
    [5, 7, 1],
  ]);
  assert.equal([...(await model.forward(zeros([1, 8, 4, 3])).toNdarray()).shape], [1, 8, 4, 2]);
});

test('a model predicts in evaluation and stays in the mode it was in', async () => {
  const model: Segmenter = new UNet({ classes: 3, random: random(), widths: [4, 6] });
  const [one, two] = [0, 1].map((index) => squares(2).sample(index));
  const alone = await model.predict(collate([one]).images);
  const together = await model.predict(collate([one, two]).images);
  assert.equal(together.shape, [2, 16, 16]);
  // Batch norm with the batch's own statistics would make an image's result depend on its neighbors.
  assert.equal([...together.data.subarray(0, 256)], [...alone.data]);
  assert.ok(model.training);
  model.evaluate();
  await model.predict(collate([one]).images);
  assert.not(model.training);
});

test('the loss is the cross-entropy of all pixels, each as heavy as its class', async () => {
  const batch = collate([squares(1).sample(0)]);
  const classWeights = [1, 0, 5];
  const model = new UNet({ classes: 3, widths: [4, 6], random: random(), classWeights });
  const loss = await model.losses(batch).crossEntropy.item();
  const logits = await model.forward(batch.images).data();
  let [sum, weights] = [0, 0];
  for (const [i, label] of (await batch.semantic.data()).entries()) {
    const scores = [...logits.subarray(3 * i, 3 * i + 3)];
    const total = scores.reduce((all, score) => all + Math.exp(score), 0);
    sum -= classWeights[label] * Math.log(Math.exp(scores[label]) / total);
    weights += classWeights[label];
  }
  assert.ok(Math.abs(loss - sum / weights) < 1e-5, `${loss}, by hand ${sum / weights}`);
});

test('patch by patch equals all patches at once, at the borders too', async () => {
  const model = new PatchClassifier({
    classes: 3,
    random: random(),
    widths: [4, 6, 5],
    size: [3, 1, 3],
    dilation: [1, 1, 2],
  });
  assert.is(model.patch, 7);
  const { image } = squares(1).sample(0);
  // Neither of the numbers of patches divides 256.
  const slid = await model.slide(image, { together: 100 });
  assert.equal(slid.shape, [16, 16, 3]);
  assert.equal([...(await model.slide(image, { together: 300 })).data], [...slid.data]);
  const images = tensor(image.data, [1, 16, 16, 3]);
  const whole = await evaluating(model, () => model.forward(images)).toNdarray();
  assert.equal(whole.shape, [1, 10, 10, 3]);
  const interior = Float32Array.from({ length: 10 * 10 * 3 }, (_, i) =>
    slid.get(3 + Math.floor(i / 30), 3 + (Math.floor(i / 3) % 10), i % 3),
  );
  assertAllClose(interior, whole.data, { absolute: 1e-5, relative: 1e-5 });
  const framed = await evaluating(model, () => model.forwardAll(images)).data();
  assertAllClose(slid.data, framed, { absolute: 1e-5, relative: 1e-5 });
  const predicted = await model.predict(images);
  for (let i = 0; i < 256; i++) {
    const scores = [0, 1, 2].map((k) => slid.data[3 * i + k]);
    assert.is(predicted.data[i], scores.indexOf(Math.max(...scores)));
  }
});

test('patch by patch: images that are not square, smaller than a patch, or seen through a stride', async () => {
  const model = new PatchClassifier({ classes: 2, random: random(), widths: [4], size: 7 });
  const { image } = squares(1).sample(3);
  const view = image.transpose(1, 0, 2).lo(2, 5).hi(4, 9);
  const slid = await model.slide(view);
  assert.equal(slid.shape, [4, 9, 2]);
  const framed = await evaluating(model, () => model.forwardAll(reshape(tensor(view), [1, 4, 9, 3]))).data();
  assertAllClose(slid.data, framed, { absolute: 1e-5, relative: 1e-5 });
});

test('all patches of an image: the loss is the cross-entropy of what slides over it', async () => {
  const model = new PatchClassifier({ classes: 3, random: random(), widths: [4], patchesPerImage: 'all' });
  model.evaluate();
  const sample = squares(1).sample(0);
  const loss = await model.losses(collate([sample])).crossEntropy.item();
  const { data } = await model.slide(sample.image);
  const sum = [...sample.semantic.data].reduce((all, label, i) => {
    const exponentials = [0, 1, 2].map((k) => Math.exp(data[3 * i + k]));
    return all - Math.log(exponentials[label] / exponentials.reduce((total, value) => total + value));
  }, 0);
  assert.ok(Math.abs(loss - sum / 256) < 1e-5, `${loss}, by hand ${sum / 256}`);
});

test('multiply-adds: by hand', () => {
  const model = new PatchClassifier({ classes: 3, random: random(), widths: [4, 6], size: 5 });
  // One patch: 5×5 outputs of 5·5·3 → 4, one of 5·5·4 → 6, and one of 6 → 3.
  assert.is(model.multiplyAdds(9, 9), 25 * 75 * 4 + 100 * 6 + 18);
  assert.is(model.multiplyAdds(16, 16), 144 * 75 * 4 + 64 * 100 * 6 + 64 * 18);
  const mixed = new PatchClassifier({ classes: 3, random: random(), widths: [4, 6], size: [3, 1] });
  assert.is(mixed.multiplyAdds(3, 5), 3 * 27 * 4 + 3 * 4 * 6 + 3 * 18);
  // Of 7×7 px the first layer leaves 5×5, the second, with every other pixel, one.
  const dilated = new PatchClassifier({ classes: 3, random: random(), widths: [4, 6], dilation: [1, 2] });
  assert.is(dilated.patch, 7);
  assert.is(dilated.multiplyAdds(7, 7), 25 * 27 * 4 + 36 * 6 + 18);
  const color = new PatchClassifier({ classes: 3, random: random(), widths: [] });
  assert.is(color.patch, 1);
  assert.is(color.multiplyAdds(2, 2), 4 * 3 * 3);
});

test('patches are drawn from the batch’s own source', async () => {
  const losses = () => {
    const model = new PatchClassifier({ classes: 3, random: random(), widths: [4], patchesPerImage: 8 });
    return model.losses(collate([squares(1).sample(0)], createRandom(9))).crossEntropy.item();
  };
  assert.is(await losses(), await losses());
});

test('slide: throws', async () => {
  const model = new PatchClassifier({ classes: 3, random: random() });
  const { image, semantic } = squares(1).sample(0);
  await assertRejects(
    () => model.slide(semantic as unknown as typeof image),
    'slide: expected an image [H, W, 3], got [16, 16]',
  );
  for (const together of [0, Number.NaN]) {
    await assertRejects(
      () => model.slide(image, { together }),
      `slide: expected together to be a whole number ≥ 1, got ${together}`,
    );
  }
});

test('throws', async () => {
  const net = new UNet({ classes: 3, random: random() });
  assertThrows(
    () => net.forward(zeros([1, 64, 40, 3])),
    'UNet: expected images [N, H, W, 3] with H and W multiples of 16, got [1, 64, 40, 3]',
  );
  assertThrows(
    () => new Fcn({ classes: 3, random: random(), stride: 64 }),
    'Fcn: expected a stride of 2, 4, … or 32, got 64',
  );
  assertThrows(
    () => new Fcn({ classes: 3, random: random(), doubling: 'nearest' as 'learned' }),
    'Fcn: expected doubling bilinear or learned, got nearest',
  );
  assertThrows(
    () => new UNet({ classes: 3, random: random(), widths: [8] }),
    'UNet: expected widths to be a list of 2 or more whole numbers ≥ 1, got [8]',
  );
  assertThrows(
    () => new PatchClassifier({ classes: 3, random: random(), size: 4 }),
    'PatchClassifier: expected filters with an odd side, got 4',
  );
  assertThrows(
    () => new PatchClassifier({ classes: 3, random: random(), widths: [4, 4], size: [3] }),
    'PatchClassifier: expected size of 1 or more, one for each of 2 layers, got [3]',
  );
  assertThrows(
    () => new PatchClassifier({ classes: 3, random: random(), widths: [4, 4], dilation: 0 }),
    'PatchClassifier: expected dilation of 1 or more, one for each of 2 layers, got [0, 0]',
  );
  for (const patchesPerImage of [0, 1.5]) {
    assertThrows(
      () => new PatchClassifier({ classes: 3, random: random(), patchesPerImage }),
      `PatchClassifier: expected patchesPerImage of 1 or more, or 'all', got ${patchesPerImage}`,
    );
  }
  const nine = new PatchClassifier({ classes: 3, random: random() });
  assertThrows(
    () => nine.forward(zeros([1, 8, 16, 3])),
    'PatchClassifier: expected images [N, H, W, 3] of at least 9×9 px, got [1, 8, 16, 3]',
  );
  assertThrows(() => nine.multiplyAdds(9, 8), 'multiplyAdds: expected at least 9×9 px, got 9×8');
});

test.run();
