import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  Conv1d,
  Conv3d,
  ConvTranspose1d,
  ConvTranspose2d,
  ConvTranspose3d,
  conv1d,
  conv3d,
  convTranspose1d,
  convTranspose2d,
  convTranspose3d,
  createRandom,
  mse,
  normal,
  relu,
  Sequential,
  sgd,
  type Tensor,
  tensor,
} from '../../src/index';
import { assertThrows } from '../support/assertThrows';
import { toTensor } from '../support/gradientCheck';
import { createNumbers, randomArray } from '../support/randomTensor';

const test = suite('nn/conv');

const random = () => createRandom(1);

test('layers do what their operations do, with weights in the order that these take', async () => {
  const next = createNumbers(3);
  const settings = { stride: 2, padding: 1, groups: 2, random: random() };
  const extra = { ...settings, outputPadding: 1 };
  const draw = (...shape: number[]) => toTensor(randomArray(next, shape));
  const { random: _, ...options } = settings;
  const up = { ...options, outputPadding: 1 };
  const cases: [
    { weight: Tensor; bias: Tensor | null; forward(x: Tensor): Tensor },
    (x: Tensor, weight: Tensor, options: any) => Tensor,
    object,
    Tensor,
    number[],
  ][] = [
    [new Conv1d(4, 6, { size: 3, ...settings }), conv1d, options, draw(2, 7, 4), [3, 2, 6]],
    [new Conv3d(4, 2, { size: [3, 2, 3], ...settings }), conv3d, options, draw(1, 4, 4, 4, 4), [3, 2, 3, 2, 2]],
    [new ConvTranspose1d(4, 6, { size: 3, ...extra }), convTranspose1d, up, draw(2, 7, 4), [3, 3, 4]],
    [new ConvTranspose2d(4, 6, { size: [3, 4], ...extra }), convTranspose2d, up, draw(2, 3, 4, 4), [3, 4, 3, 4]],
    [new ConvTranspose3d(4, 2, { size: 3, ...extra }), convTranspose3d, up, draw(1, 2, 2, 2, 4), [3, 3, 3, 1, 4]],
  ];
  for (const [layer, operation, own, x, shape] of cases) {
    assert.equal([...layer.weight.shape], shape);
    const expected = operation(x, layer.weight, { ...own, bias: layer.bias });
    const found = layer.forward(x);
    assert.equal([...found.shape], [...expected.shape]);
    assert.equal([...(await found.data())], [...(await expected.data())]);
  }
});

test('parameters are found; a layer without bias has one less', () => {
  const layer = new ConvTranspose2d(3, 2, { size: 2, stride: 2, random: random() });
  assert.equal([...layer.namedParameters().keys()], ['weight', 'bias']);
  const bare = new ConvTranspose2d(3, 2, { size: 2, bias: false, initialize: normal(0.1), random: random() });
  assert.equal([...bare.namedParameters().keys()], ['weight']);
  assert.is(bare.parameterCount(), 2 * 2 * 2 * 3);
});

test('wrong settings are named', () => {
  assertThrows(
    () => new ConvTranspose2d(3, 4, { size: 3, groups: 2, random: random() }),
    'ConvTranspose2d: expected groups to divide 3 and 4 channels, got 2',
  );
  assertThrows(
    () => new Conv3d(3, 4, { size: [3, 3] as any, random: random() }),
    'Conv3d: expected size to be one or three whole numbers ≥ 1, got [3, 3]',
  );
  assertThrows(
    () => new Conv1d(3, 4, { size: 0, random: random() }),
    'Conv1d: expected size to be a whole number ≥ 1, got 0',
  );
});

test('a decoder learns to paint 2×2 squares where the code is 1', async () => {
  const generator = random();
  const net = new Sequential(
    new ConvTranspose2d(1, 8, { size: 2, stride: 2, random: generator }),
    relu,
    new ConvTranspose2d(8, 1, { size: 3, padding: 1, random: generator }),
  );
  const code = tensor([1, 0, 0, 1, 1, 0, 1, 0, 0], [1, 3, 3, 1]);
  const painted = convTranspose2d(code, tensor([1, 1, 1, 1], [2, 2, 1, 1]), { stride: 2 });
  const optimizer = sgd(net.parameters(), { learningRate: 0.1, momentum: 0.9 });
  let loss = Number.POSITIVE_INFINITY;
  for (let step = 0; step < 150; step++) loss = await optimizer.step(mse(net.forward(code), painted));
  assert.ok(loss < 1e-3, `loss ${loss}`);
});

test.run();
