import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ndarray, { type NdArray } from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  BatchNorm2d,
  Conv1d,
  Conv2d,
  Conv3d,
  ConvTranspose1d,
  ConvTranspose2d,
  concat,
  convBlock,
  createRandom,
  DeconvNet,
  evaluating,
  FasterRcnn,
  fromPyTorch,
  GroupNorm,
  Gru,
  GruCell,
  Linear,
  Lstm,
  LstmCell,
  type LstmState,
  loadPyTorchStateDict,
  Module,
  type PyTorchOptions,
  permute,
  relu,
  reshape,
  SmallBackbone,
  type StateDict,
  savePyTorchStateDict,
  slice,
  type Tensor,
  Tiramisu,
  tensor,
  toPyTorch,
  UNet,
  Yolo,
  zeros,
} from '../../src/index';
import { readSafetensors } from '../../src/weights/safetensors';
import { assertAllClose } from '../support/allClose';
import { assertRejects, assertThrows } from '../support/assertThrows';
import { type GoldenCase, loadGolden } from '../support/golden';
import { temporaryFolder } from '../support/temporaryFolder';

const test = suite('pyTorch');
const folder = temporaryFolder('detseg-pytorch-');

const random = () => createRandom(1);

/** Every kind of layer that the models of the golden file lack. */
class Parts extends Module {
  readonly grouped = new Conv2d(4, 6, { size: [3, 1], padding: [1, 0], groups: 2, random: random() });
  readonly norm = new GroupNorm(6, { groups: 3 });
  readonly transposed = new ConvTranspose2d(6, 4, { size: [2, 3], stride: 2, groups: 2, random: random() });
  readonly linear = new Linear(4 * 4 * 7, 10, { random: random() });
  readonly signal = new Conv1d(2, 3, { size: 3, random: random() });
  readonly raised = new ConvTranspose1d(3, 2, { size: 3, stride: 2, random: random() });
  readonly volume = new Conv3d(1, 2, { size: [1, 2, 3], random: random() });

  forward(images: Tensor): Tensor {
    const map = this.transposed.forward(relu(this.norm.forward(this.grouped.forward(images))));
    const x = this.linear.forward(reshape(map, [2, 4 * 4 * 7]));
    // PyTorch reads the ten numbers as two channels of five.
    const signal = permute(reshape(x, [2, 2, 5]), [0, 2, 1]);
    const raised = permute(this.raised.forward(relu(this.signal.forward(signal))), [0, 2, 1]);
    const part = slice(raised, { start: [0, 0, 0], end: [2, 2, 6] });
    const volume = this.volume.forward(reshape(part, [2, 2, 2, 3, 1]));
    return reshape(permute(volume, [0, 4, 1, 2, 3]), [2, 4]);
  }
}

/** Layers over sequences, and cells step by step. */
class Recurrent extends Module {
  readonly lstm = new Lstm(4, 5, { layers: 2, random: random() });
  readonly gru = new Gru(5, 3, { layers: 2, bias: false, random: random() });
  readonly lstmCell = new LstmCell(3, 4, { random: random() });
  readonly gruCell = new GruCell(4, 2, { random: random() });

  forward(x: Tensor): Tensor {
    const states = this.lstm.forward(x);
    const { outputs, hidden } = this.gru.forward(states.outputs);
    const [batch, steps, size] = outputs.shape;
    let state: LstmState | undefined;
    for (let t = 0; t < steps; t++) {
      const step = slice(outputs, { start: [0, t], end: [batch, t + 1] });
      state = this.lstmCell.forward(reshape(step, [batch, size]), state);
    }
    // The layers of [L, N, H] side by side.
    const beside = (x: Tensor) => reshape(permute(x, [1, 0, 2]), [batch, x.shape[0] * x.shape[2]]);
    return concat([...[states.hidden, states.cell, hidden].map(beside), this.gruCell.forward(state!.hidden)]);
  }
}

const goldens = loadGolden('pytorch').cases;

function modelOf({ op, options }: GoldenCase): Module {
  const { flattened: _, ...rest } = options;
  if (op === 'UNet') return new UNet({ ...(rest as { classes: number; widths: number[] }), random: random() });
  if (op === 'DeconvNet') {
    return new DeconvNet({ ...(rest as { classes: number; widths: number[] }), random: random() });
  }
  if (op === 'Tiramisu') {
    return new Tiramisu({ ...(rest as ConstructorParameters<typeof Tiramisu>[0]), random: random() });
  }
  if (op === 'Yolo') return new Yolo({ ...(rest as ConstructorParameters<typeof Yolo>[0]), random: random() });
  return op === 'recurrent' ? new Recurrent() : new Parts();
}

function settingsOf({ op, options }: GoldenCase): PyTorchOptions {
  if (op !== 'Yolo') return { flattened: options.flattened };
  return { rename: (name) => name.replace(/^backbone\./, 'backbone.layers.') };
}

function fileOf({ name, file }: GoldenCase): string {
  const path = join(folder, `${name}.safetensors`);
  writeFileSync(path, Uint8Array.from(file!.data));
  return path;
}

for (const golden of goldens) {
  test(`${golden.name}: with the weights of PyTorch, the outputs of PyTorch`, async () => {
    const model = modelOf(golden);
    await loadPyTorchStateDict(model, fileOf(golden), settingsOf(golden));
    const { shape, data } = golden.inputs.images;
    const output = evaluating(model, () => model.forward(tensor(data, shape)) as Tensor);
    assert.equal([...output.shape], golden.output!.shape);
    assertAllClose(await output.data(), golden.output!.data, { absolute: 1e-4, relative: 1e-4 });
  });

  test(`${golden.name}: written back, the tensors are those of PyTorch's file, bit by bit`, async () => {
    const model = modelOf(golden);
    const path = fileOf(golden);
    const { rename = (name: string) => name, ...settings } = settingsOf(golden);
    await loadPyTorchStateDict(model, path, { rename, ...settings });
    const written = join(folder, 'written.safetensors');
    await savePyTorchStateDict(model, written, settings);
    const { tensors: original } = readSafetensors(path, { convert: true });
    const { tensors: returned, metadata } = readSafetensors(written);
    assert.equal(metadata, { format: 'pt' });
    const kept = Object.entries(original).filter(([name]) => !name.endsWith('num_batches_tracked'));
    assert.equal(Object.keys(returned).sort(), kept.map(([name]) => rename(name)).sort());
    for (const [name, { shape, data }] of kept) {
      const own = returned[rename(name)!];
      assert.equal(own.shape, shape, name);
      assert.equal(own.data, data, name);
    }
  });
}

test('recurrent layers by name: a layer by its number, a cell alone without, and what detseg has not is named', async () => {
  const names = async (module: Module) => Object.keys(toPyTorch(await module.stateDict()));
  const settings = { random: random() };
  assert.equal(await names(new Lstm(1, 1, { ...settings, layers: 2, bias: false })), [
    'weight_ih_l0',
    'weight_hh_l0',
    'weight_ih_l1',
    'weight_hh_l1',
  ]);
  assert.equal(await names(new GruCell(1, 1, settings)), ['weight_ih', 'weight_hh', 'bias_ih', 'bias_hh']);
  const own = await new Gru(1, 1, settings).stateDict();
  const both = { ...toPyTorch(own), weight_ih_l0_reverse: own['stacked.0.inputWeight'] };
  assertThrows(
    () => fromPyTorch(both, own),
    "fromPyTorch: expected the model's names, missing [], unknown [weight_ih_l0_reverse]",
  );
});

test('layouts by hand: filters, linear layers, norms', () => {
  const array = (shape: number[], first = 0) => {
    const size = shape.reduce((product, length) => product * length, 1);
    return ndarray(
      Float32Array.from({ length: size }, (_, i) => first + i),
      shape,
    ) as NdArray<Float32Array>;
  };
  // conv: weight[out][in][y][x] = 100 out + 10 in + 3 y + x would do as well; here the numbers count up.
  const theirs: StateDict = {
    'conv.weight': array([2, 1, 2, 2]),
    'linear.weight': array([2, 3]),
    'linear.bias': array([2]),
    'norm.weight': array([1], 5),
    'norm.bias': array([1], 6),
    'norm.running_mean': array([1], 7),
    'norm.running_var': array([1], 8),
    'norm.num_batches_tracked': array([], 9),
  };
  const own: StateDict = {
    'conv.weight': array([2, 2, 1, 2]),
    'linear.weight': array([3, 2]),
    'linear.bias': array([2]),
    'norm.scale': array([1]),
    'norm.shift': array([1]),
    'norm.mean': array([1]),
    'norm.variance': array([1]),
  };
  const read = fromPyTorch(theirs, own);
  assert.equal(Object.keys(read), Object.keys(own));
  assert.equal([...read['conv.weight'].data], [0, 4, 1, 5, 2, 6, 3, 7]);
  assert.equal([...read['linear.weight'].data], [0, 3, 1, 4, 2, 5]);
  assert.equal(
    ['scale', 'shift', 'mean', 'variance'].map((name) => read[`norm.${name}`].data[0]),
    [5, 6, 7, 8],
  );
  const { 'norm.num_batches_tracked': _, ...rest } = theirs;
  const back = toPyTorch(read);
  assert.equal(Object.keys(back), Object.keys(rest));
  for (const [name, { data }] of Object.entries(rest)) assert.equal(back[name].data, data);
  // A map of 1 channel, 1 row and 3 columns is flattened alike; of 3 channels and 1 row of 1 too.
  assert.equal(fromPyTorch(theirs, own, { flattened: { linear: [3, 1, 1] } }), read);
  const view = array([3, 2]).transpose(1, 0) as NdArray<Float32Array>;
  assert.equal([...fromPyTorch({ ...theirs, 'linear.weight': view }, own)['linear.weight'].data], [0, 1, 2, 3, 4, 5]);
});

test('a flattened map of 2 channels and 1×3 px: channel by channel there, pixel by pixel here', () => {
  // Input i of PyTorch is channel i / 3, column i % 3; detseg's is column i / 2, channel i % 2.
  const theirs = { 'linear.weight': ndarray(Float32Array.from([0, 1, 2, 3, 4, 5]), [1, 6]) };
  const own = { 'linear.weight': ndarray(new Float32Array(6), [6, 1]) };
  const flattened = { linear: [2, 1, 3] as const };
  const read = fromPyTorch(theirs, own, { flattened });
  assert.equal([...read['linear.weight'].data], [0, 3, 1, 4, 2, 5]);
  assert.equal([...toPyTorch(read, { flattened })['linear.weight'].data], [0, 1, 2, 3, 4, 5]);
});

test('every model survives the way to PyTorch and back, bit by bit', async () => {
  const model = new FasterRcnn({ classes: 2, random: random() });
  const state = await model.stateDict();
  const flattened = { 'head.first': [32, 5, 5] as const };
  const there = toPyTorch(state, { flattened });
  assert.ok('backbone.layers.0.1.running_var' in there && 'rpn.hidden.weight' in there);
  assert.equal(there['backbone.layers.0.0.weight'].shape, [8, 3, 5, 5]);
  const back = fromPyTorch(there, await new FasterRcnn({ classes: 2, random: createRandom(2) }).stateDict(), {
    flattened,
  });
  for (const [name, { data, shape }] of Object.entries(state)) {
    assert.equal(back[name].shape, shape, name);
    assert.equal(back[name].data, data, name);
  }
});

test('throws, and the model is as it was', async () => {
  const golden = goldens.find(({ op }) => op === 'UNet')!;
  const path = fileOf(golden);
  const model = modelOf(golden);
  const before = await model.stateDict();
  const own = await new BatchNorm2d(2).stateDict();
  const numbers = (shape: number[]) => ndarray(new Float32Array(shape.reduce((a, b) => a * b, 1)), shape);
  const norm = { weight: numbers([2]), bias: numbers([2]), running_mean: numbers([2]), running_var: numbers([2]) };
  assert.equal(Object.keys(fromPyTorch(norm, own)), Object.keys(own));
  const { bias: _, ...incomplete } = norm;
  assertThrows(
    () => fromPyTorch({ ...incomplete, gamma: numbers([2]) }, own),
    "fromPyTorch: expected the model's names, missing [bias], unknown [gamma]",
  );
  assertThrows(() => fromPyTorch({ ...norm, bias: numbers([3]) }, own), 'fromPyTorch: expected bias [2], got [3]');
  assertThrows(
    () => fromPyTorch(norm, own, { rename: () => 'weight' }),
    'fromPyTorch: expected one tensor named weight, got two',
  );
  const conv = await new Conv2d(3, 4, { size: 2, bias: false, random: random() }).stateDict();
  assertThrows(
    () => fromPyTorch({ weight: numbers([4, 3, 2, 3]) }, conv),
    'fromPyTorch: expected weight [4, 3, 2, 2], got [4, 3, 2, 3]',
  );
  assertThrows(
    () => toPyTorch(own, { flattened: { head: [1, 1, 1] } }),
    'toPyTorch: expected flattened to name linear layers, found no head.weight',
  );
  const linear = { 'head.weight': numbers([6, 2]) };
  assertThrows(
    () => toPyTorch(linear, { flattened: { head: [2, 2, 2] } }),
    'toPyTorch: expected flattened.head.weight [C, H, W] of 6 numbers, got [2, 2, 2]',
  );
  await assertRejects(
    () => loadPyTorchStateDict(model, path, { rename: (name) => (name === 'scores.bias' ? null : name) }),
    `loadPyTorchStateDict: ${path}: fromPyTorch: expected the model's names, missing [scores.bias], unknown []`,
  );
  await assertRejects(
    () => loadPyTorchStateDict(model, 'model.pt'),
    'loadPyTorchStateDict: model.pt: expected a safetensors file; write one in Python with safetensors.torch.save_file(model.state_dict(), path)',
  );
  const after = await model.stateDict();
  for (const [name, { data }] of Object.entries(before)) assert.equal(after[name].data, data);
});

test('the width of a backbone: a factor on all numbers of channels', async () => {
  const wide = new SmallBackbone({ random: random(), extra: [64, 64], width: 2 });
  const filters = [...wide.namedParameters().values()].filter(({ rank }) => rank === 4).map(({ shape }) => shape[3]);
  assert.equal(filters, [16, 16, 32, 32, 64, 64, 128, 128]);
  assert.is(wide.channels, 128);
  const yolo = new Yolo({ classes: 3, random: random(), anchors: [[20, 20]], width: 0.5 });
  assert.equal([...yolo.forward(zeros([1, 16, 16, 3])).shape], [1, 2, 2, 8]);
  assert.is(yolo.backbone.channels, 32);
  const faster = new FasterRcnn({ classes: 2, random: random(), width: 0.5, hidden: 24 });
  assert.equal([...faster.head.first.weight.shape], [25 * 16, 24]);
  // A factor so small that no channel would be left leaves one.
  assert.equal([...convBlock(3, 1, { random: random() }).forward(zeros([1, 4, 4, 3])).shape], [1, 4, 4, 1]);
  assert.is(new SmallBackbone({ random: random(), width: 0.01 }).channels, 1);
  assertThrows(
    () => new SmallBackbone({ random: random(), width: 0 }),
    'SmallBackbone: expected a width above 0, at most 64, got 0',
  );
});

test.run();
