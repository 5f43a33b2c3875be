import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  add,
  BatchNorm2d,
  Conv2d,
  ConvTranspose2d,
  createRandom,
  foldBatchNorm,
  gradients,
  Module,
  mean,
  multiply,
  relu,
  relu6,
  Sequential,
  sgd,
  type Tensor,
  tensor,
  UNet,
  unfreeze,
  useDevice,
} from '../../src/index';
import { loweredKernels } from '../support/loweredKernels';
import { draw } from '../support/plainAndTiled';

const test = suite('foldBatchNorm');

const random = () => createRandom(3);

/** Convolutions and norms as fields, wired by hand: dense, depthwise, in groups, with and without a bias, and a shortcut. */
class Block extends Module {
  readonly expand = new Conv2d(3, 12, { size: 1, bias: false, random: random() });
  readonly expandNorm = new BatchNorm2d(12);
  readonly filter = new Conv2d(12, 12, { size: 3, padding: 1, stride: 2, groups: 12, random: random() });
  readonly filterNorm = new BatchNorm2d(12, { epsilon: 1e-3 });
  readonly mix = new Conv2d(12, 16, { size: 3, padding: 2, dilation: 2, groups: 4, bias: false, random: random() });
  readonly mixNorm = new BatchNorm2d(16);
  readonly shortcut = new Sequential(new Conv2d(3, 16, { size: 2, stride: 2, random: random() }), new BatchNorm2d(16));

  forward(x: Tensor): Tensor {
    const expanded = relu6(this.expandNorm.forward(this.expand.forward(x)));
    const filtered = relu6(this.filterNorm.forward(this.filter.forward(expanded)));
    return relu(add(this.mixNorm.forward(this.mix.forward(filtered)), this.shortcut.forward(x)));
  }
}

/** Statistics, scales and shifts unlike those a norm starts with. */
function stir<Network extends Module>(network: Network): Network {
  for (const [i, norm] of network.modules().entries()) {
    if (!(norm instanceof BatchNorm2d)) continue;
    const channels = norm.scale.size;
    const numbers = (seed: number, from: number, to: number) => {
      const source = createRandom(100 * i + seed);
      return tensor(Float32Array.from({ length: channels }, () => from + (to - from) * source.uniform()));
    };
    norm.scale.assign(numbers(1, 0.5, 2));
    norm.shift.assign(numbers(2, -1, 1));
    norm.mean.assign(numbers(3, -2, 2));
    norm.variance.assign(numbers(4, 0.2, 3));
  }
  return network;
}

async function assertEqual(actual: Tensor, expected: Tensor): Promise<void> {
  const [folded, plain] = [await actual.data(), await expected.data()];
  const largest = plain.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const apart = plain.reduce((most, value, i) => Math.max(most, Math.abs(value - folded[i])), 0);
  assert.ok(plain.length === folded.length && largest > 0.1 && apart < 1e-5 * largest, `${apart} of ${largest}`);
}

for (const backend of ['cpu', 'webasm'] as const) {
  test(`the folded network computes the same: ${backend}`, async () => {
    await useDevice(backend);
    const network = stir(new Block()).evaluate();
    const image = draw(1, 2, 10, 12, 3);
    const expected = network.forward(image);
    await expected.data();
    assert.is(foldBatchNorm(network), network);
    await assertEqual(network.forward(image), expected);
  });
}

test('a convolution with its norm is one launch', async () => {
  const network = foldBatchNorm(stir(new Block()));
  const names = await loweredKernels(() => [network.forward(draw(1, 2, 10, 12, 3))]);
  assert.equal(names.filter((name) => !/^pad/.test(name)).sort(), [
    'conv2dTiled',
    'conv2dTiled',
    'depthwiseTiled',
    'groupedTiled',
  ]);
});

test('the folded numbers follow what is loaded', async () => {
  await useDevice('webasm');
  const image = draw(1, 1, 10, 12, 3);
  const [folded, other] = [foldBatchNorm(new Block()), stir(new Block()).evaluate()];
  const before = await folded.forward(image).data();
  folded.loadStateDict(await other.stateDict());
  await assertEqual(folded.forward(image), other.forward(image));
  assert.not.equal([...(await folded.forward(image).data())], [...before]);
  assert.equal(Object.keys(await folded.stateDict()), Object.keys(await new Block().stateDict()));
});

test('the network is frozen until it is unfrozen, and then trains as before', async () => {
  await useDevice('webasm');
  const image = draw(1, 2, 10, 12, 3);
  const [once, never] = [stir(new Block()), stir(new Block())];
  foldBatchNorm(once.train());
  assert.ok(once.frozen && !once.training && once.parameters().every(({ frozen }) => frozen));
  await once.forward(image).data();
  unfreeze(once);
  assert.ok(once.training);
  const losses: number[][] = [];
  for (const network of [once, never]) {
    const optimizer = sgd(network, { learningRate: 0.01 });
    const step = () => {
      const y = network.forward(image);
      return optimizer.step(mean(multiply(y, y)));
    };
    losses.push([await step(), await step(), await step()]);
  }
  assert.equal(losses[0], losses[1]);
  never.evaluate();
  const expected = never.forward(image);
  await assertEqual(foldBatchNorm(once).forward(image), expected);
});

test('gradients of the image pass through', async () => {
  await useDevice('webasm');
  const image = draw(1, 1, 6, 8, 3);
  const network = stir(new Block()).evaluate();
  const slope = () => {
    const y = network.forward(image);
    return gradients(mean(multiply(y, y)), [image])[0];
  };
  const expected = slope();
  await expected.data();
  foldBatchNorm(network);
  const [folded, plain] = [await slope().data(), await expected.data()];
  const largest = plain.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  assert.ok(plain.every((value, i) => Math.abs(value - folded[i]) < 1e-5 * largest));
});

test('a norm after something else stays a norm', async () => {
  await useDevice('webasm');
  const layers = () => [
    new BatchNorm2d(3),
    new Conv2d(3, 4, { size: 3, random: random() }),
    relu,
    new BatchNorm2d(4),
    new ConvTranspose2d(4, 8, { size: 2, stride: 2, random: random() }),
    new BatchNorm2d(8),
  ];
  const network = stir(new Sequential(...layers())).evaluate();
  const image = draw(1, 2, 6, 7, 3);
  const expected = network.forward(image);
  await expected.data();
  await assertEqual(foldBatchNorm(network).forward(image), expected);
});

test("the library's models predict the same", async () => {
  await useDevice('webasm');
  const model = stir(new UNet({ classes: 5, random: random(), widths: [4, 8] })).evaluate();
  const images = draw(1, 2, 16, 16, 3);
  const expected = model.forward(images);
  const predicted = await model.predict(images);
  await expected.data();
  foldBatchNorm(model);
  await assertEqual(model.forward(images), expected);
  assert.equal([...(await model.predict(images)).data], [...predicted.data]);
});

test.run();
