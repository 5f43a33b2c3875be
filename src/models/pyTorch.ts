import type { NdArray } from 'ndarray';
import ndarray from 'ndarray';
import { isNdarray } from '../checks/isNdarray';
import { checkBound } from '../checks/numbers';
import { checkOptions, type OptionKinds } from '../checks/options';
import { checkPath } from '../checks/path';
import { isRecord } from '../checks/record';
import { shown } from '../checks/shown';
import { checkModule, type Module, type StateDict } from '../nn/module';
import { equalShapes, show } from '../shape/shape';
import { readSafetensors, type SafetensorsLimits, writeSafetensors } from '../weights/safetensors';

/** How PyTorch's names and layouts differ from detseg's. */
export interface PyTorchOptions {
  /**
   * From a name in PyTorch's state dict to the one that {@link toPyTorch} would give it: `backbone.0.weight`. Null leaves the tensor
   * out.
   */
  rename?: (name: string) => string | null;
  /**
   * Linear layers that read a flattened map, by name, with the map's `[C, H, W]`: PyTorch flattens channel by channel, detseg
   * pixel by pixel, so their inputs stand in another order.
   */
  flattened?: Record<string, readonly [channels: number, height: number, width: number]>;
}

/** What the numbers of a norm are called there. */
const normNames: Record<string, string> = {
  scale: 'weight',
  shift: 'bias',
  mean: 'running_mean',
  variance: 'running_var',
};

/** What the numbers of a recurrent cell are called there. */
const cellNames: Record<string, string> = {
  inputWeight: 'weight_ih',
  hiddenWeight: 'weight_hh',
  inputBias: 'bias_ih',
  hiddenBias: 'bias_hh',
};

/** `stacked.0.inputWeight` of a recurrent layer is `weight_ih_l0`, `inputWeight` of a cell alone `weight_ih`. */
function recurrentName(prefix: string, last: string): string {
  const [, layer, number] = /^(.*\.)?stacked\.(\d+)\.$/.exec(prefix) ?? [];
  return number === undefined ? `${prefix}${cellNames[last]}` : `${layer ?? ''}${cellNames[last]}_l${number}`;
}

/** PyTorch's name of each of detseg's: a Sequential's layers are its numbers, and norms and recurrent layers have other words. */
function pyTorchNames(names: readonly string[]): Map<string, string> {
  const all = new Set(names);
  const theirs = (name: string) => {
    const [, prefix = '', last] = /^(.*\.)?([^.]+)$/.exec(name) ?? [];
    const has = (...lasts: string[]) => lasts.every((other) => all.has(`${prefix}${other}`));
    if (Object.hasOwn(normNames, last) && has('scale', 'shift')) return `${prefix}${normNames[last]}`;
    if (Object.hasOwn(cellNames, last) && has('inputWeight', 'hiddenWeight')) return recurrentName(prefix, last);
    return name;
  };
  return new Map(names.map((name) => [name, theirs(name).replace(/(^|\.)layers\.(?=\d)/g, '$1')]));
}

/** The same numbers with the axes in another order, in fresh memory. */
function reordered({ data, shape }: NdArray<Float32Array>, axes: readonly number[]): NdArray<Float32Array> {
  const target = axes.map((axis) => shape[axis]);
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, length) => product * length, 1));
  const result = new Float32Array(data.length);
  const index = target.map(() => 0);
  for (let i = 0; i < result.length; i++) {
    result[i] = data[index.reduce((place, step, axis) => place + step * strides[axes[axis]], 0)];
    for (let axis = index.length - 1; axis >= 0 && ++index[axis] === target[axis]; axis--) index[axis] = 0;
  }
  return ndarray(result, target);
}

/** Row-major numbers of any view. */
function rowMajor(array: NdArray<Float32Array>): NdArray<Float32Array> {
  const size = array.shape.reduce((product, length) => product * length, 1);
  const { data, shape, stride, offset } = array;
  const index = shape.map(() => 0);
  const flat = new Float32Array(size);
  for (let i = 0; i < size; i++) {
    flat[i] = data[index.reduce((place, step, axis) => place + step * stride[axis], offset)];
    for (let axis = index.length - 1; axis >= 0 && ++index[axis] === shape[axis]; axis--) index[axis] = 0;
  }
  return ndarray(flat, [...shape]);
}

/**
 * Filters `[out, in, …window]` ↔ `[…window, in, out]`, of linear layers `[out, in]` ↔ `[in, out]`. Transposed convolutions are stored
 * `[in, out, …window]` there and `[…window, out, in]` here: the same order of axes.
 */
function axesOf(rank: number, to: 'detseg' | 'pyTorch'): number[] {
  const window = Array.from({ length: rank - 2 }, (_, i) => i);
  return to === 'detseg' ? [...window.map((axis) => axis + 2), 1, 0] : [rank - 1, rank - 2, ...window];
}

const pyTorchKinds: OptionKinds<PyTorchOptions> = { rename: 'function', flattened: 'record' };
const flattenedKinds: OptionKinds<Pick<PyTorchOptions, 'flattened'>> = { flattened: 'record' };

/** Throws unless a value is a state dict: ndarrays by name. */
function checkState(caller: string, name: string, state: StateDict): void {
  if (!isRecord(state) || isNdarray(state)) {
    throw new Error(`${caller}: expected ${name} to be ndarrays by name, got ${shown(state)}`);
  }
  for (const [key, array] of Object.entries(state)) {
    if (!isNdarray(array)) throw new Error(`${caller}: expected ${key} to be an ndarray, got ${shown(array)}`);
  }
}

function checkFlattened(caller: string, name: string, map: readonly number[], inputs: number): void {
  if (Array.isArray(map) && map.length === 3 && map.every((side) => Number.isInteger(side) && side > 0)) {
    if (map.reduce((product, side) => product * side, 1) === inputs) return;
  }
  throw new Error(`${caller}: expected flattened.${name} [C, H, W] of ${inputs} numbers, got ${show(map)}`);
}

/** A linear layer's weight with its inputs in the order of the other library. */
function withInputs(
  weight: NdArray<Float32Array>,
  [channels, height, width]: readonly number[],
  to: 'detseg' | 'pyTorch',
): NdArray<Float32Array> {
  const [, outputs] = weight.shape;
  if (to === 'detseg') {
    const split = ndarray(weight.data, [channels, height, width, outputs]);
    return ndarray(reordered(split, [1, 2, 0, 3]).data, [...weight.shape]);
  }
  const split = ndarray(weight.data, [height, width, channels, outputs]);
  return ndarray(reordered(split, [2, 0, 1, 3]).data, [...weight.shape]);
}

/** The settings of `flattened`, by the name of the weight in PyTorch. */
function flattenedWeights({ flattened = {} }: PyTorchOptions): Map<string, readonly number[]> {
  return new Map(Object.entries(flattened).map(([name, map]) => [`${name}.weight`, map]));
}

function checkUsed(caller: string, maps: Map<string, readonly number[]>, names: Iterable<string>): void {
  const known = new Set(names);
  for (const name of maps.keys()) {
    if (!known.has(name)) throw new Error(`${caller}: expected flattened to name linear layers, found no ${name}`);
  }
}

/**
 * A PyTorch state dict in detseg's names and layouts.
 *
 *     filters [out, in, …window] → […window, in, out],    linear [out, in] → [in, out]
 *     weight, bias, running_mean, running_var of a norm → scale, shift, mean, variance
 *     weight_ih_l0, … of a recurrent layer → stacked.0.inputWeight, …, transposed; the gates have PyTorch's order
 *
 * `num_batches_tracked` is left out: detseg averages with a fixed momentum. A module that lies in a `Sequential` has the number of its
 * layer as name, as in PyTorch.
 *
 * @param state the tensors as PyTorch stores them, float32, by name.
 * @param own the state dict of the model that they are for; it is not changed.
 * @throws where a name is missing or left over, and where a shape does not fit, naming it as PyTorch does.
 */
export function fromPyTorch(state: StateDict, own: StateDict, options: PyTorchOptions = {}): StateDict {
  checkOptions('fromPyTorch', options, pyTorchKinds);
  checkState('fromPyTorch', 'state', state);
  checkState('fromPyTorch', 'own', own);
  const { rename = (name) => name } = options;
  const theirs = new Map<string, NdArray<Float32Array>>();
  for (const [name, array] of Object.entries(state)) {
    const renamed = rename(name);
    if (renamed !== null && typeof renamed !== 'string') {
      throw new Error(`fromPyTorch: expected rename to give a name or null, got ${shown(renamed)} for ${name}`);
    }
    if (renamed === null || /(^|\.)num_batches_tracked$/.test(renamed)) continue;
    if (theirs.has(renamed)) throw new Error(`fromPyTorch: expected one tensor named ${renamed}, got two`);
    theirs.set(renamed, array);
  }
  const names = pyTorchNames(Object.keys(own));
  const wanted = new Set(names.values());
  const missing = [...wanted].filter((name) => !theirs.has(name));
  const unknown = [...theirs.keys()].filter((name) => !wanted.has(name));
  if (missing.length > 0 || unknown.length > 0) {
    throw new Error(
      `fromPyTorch: expected the model's names, missing [${missing.join(', ')}], unknown [${unknown.join(', ')}]`,
    );
  }
  const maps = flattenedWeights(options);
  checkUsed('fromPyTorch', maps, wanted);
  const entries = [...names].map(([name, theirName]) => {
    const array = rowMajor(theirs.get(theirName)!);
    const turned = array.shape.length < 2 ? array : reordered(array, axesOf(array.shape.length, 'detseg'));
    if (!equalShapes(turned.shape, own[name].shape)) {
      const rank = own[name].shape.length;
      const expected = rank < 2 ? own[name].shape : axesOf(rank, 'pyTorch').map((axis) => own[name].shape[axis]);
      throw new Error(`fromPyTorch: expected ${theirName} ${show(expected)}, got ${show(array.shape)}`);
    }
    const map = maps.get(theirName);
    if (map === undefined) return [name, turned] as const;
    checkFlattened('fromPyTorch', theirName, map, turned.shape.length === 2 ? turned.shape[0] : Number.NaN);
    return [name, withInputs(turned, map, 'detseg')] as const;
  });
  return Object.fromEntries(entries);
}

/**
 * The reverse of {@link fromPyTorch}: a state dict as `load_state_dict` of the same model in PyTorch takes it.
 * @param state of a module; it is not changed.
 * @throws where `flattened` names no linear layer, or a map of another size.
 */
export function toPyTorch(state: StateDict, options: Pick<PyTorchOptions, 'flattened'> = {}): StateDict {
  checkOptions('toPyTorch', options, flattenedKinds);
  checkState('toPyTorch', 'state', state);
  const names = pyTorchNames(Object.keys(state));
  const maps = flattenedWeights(options);
  checkUsed('toPyTorch', maps, names.values());
  const entries = [...names].map(([name, theirName]) => {
    const array = rowMajor(state[name]);
    const map = maps.get(theirName);
    if (map) checkFlattened('toPyTorch', theirName, map, array.shape.length === 2 ? array.shape[0] : Number.NaN);
    const ordered = map ? withInputs(array, map, 'pyTorch') : array;
    const { length } = ordered.shape;
    return [theirName, length < 2 ? ordered : reordered(ordered, axesOf(length, 'pyTorch'))] as const;
  });
  return Object.fromEntries(entries);
}

/** Settings of {@link loadPyTorchStateDict}. */
export interface LoadPyTorchOptions extends PyTorchOptions, Pick<SafetensorsLimits, 'maxBytes'> {}

/**
 * Loads the weights of the same architecture trained in PyTorch. In Python:
 *
 *     from safetensors.torch import save_file
 *     save_file(model.state_dict(), 'weights.safetensors')
 *
 * @param path a safetensors file; numbers that are not float32 become float32. `.pt` files hold programs and are not read.
 * @throws where the file is damaged or does not fit the model, which is then as it was. See {@link fromPyTorch}.
 */
export async function loadPyTorchStateDict(
  model: Module,
  path: string,
  options: LoadPyTorchOptions = {},
): Promise<void> {
  const kinds = { ...pyTorchKinds, maxBytes: 'any' } as const;
  const { maxBytes = 2 ** 30, ...naming } = checkOptions('loadPyTorchStateDict', options, kinds);
  checkModule('loadPyTorchStateDict', 'model', model);
  checkPath('loadPyTorchStateDict', path);
  checkBound('loadPyTorchStateDict', 'maxBytes', maxBytes);
  if (/\.(pt|pth|bin|ckpt)$/i.test(path)) {
    throw new Error(
      `loadPyTorchStateDict: ${path}: expected a safetensors file; write one in Python with safetensors.torch.save_file(model.state_dict(), path)`,
    );
  }
  const { tensors } = readSafetensors(path, { maxBytes, convert: true });
  try {
    model.loadStateDict(fromPyTorch(tensors, await model.stateDict(), naming));
  } catch (error) {
    throw new Error(`loadPyTorchStateDict: ${path}: ${(error as Error).message}`, { cause: error });
  }
}

/**
 * Writes a model's weights for PyTorch, whole or not at all: `model.load_state_dict(safetensors.torch.load_file(path))`.
 * @throws as {@link toPyTorch}, and where the file cannot be written.
 */
export async function savePyTorchStateDict(
  model: Module,
  path: string,
  options: Pick<PyTorchOptions, 'flattened'> = {},
): Promise<void> {
  checkOptions('savePyTorchStateDict', options, flattenedKinds);
  checkModule('savePyTorchStateDict', 'model', model);
  checkPath('savePyTorchStateDict', path);
  writeSafetensors(path, { tensors: toPyTorch(await model.stateDict(), options), metadata: { format: 'pt' } });
}
