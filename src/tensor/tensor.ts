import ndarray, { type NdArray } from 'ndarray';
import { checkList, checkTensor, checkTensorList } from '../checks/arguments';
import { describeNumbers, inspectSymbol } from '../checks/inspect';
import { isNdarray } from '../checks/isNdarray';
import { checkOptions } from '../checks/options';
import { shown } from '../checks/shown';
import { checkKernelSource } from '../plan/kernelSource';
import type { KernelFunction } from '../plan/planDescription';
import { checkShape, show, sizeOf, stridesOf } from '../shape/shape';
import type { Shape } from '../shape/types';
import './printNdarrays';
import { knownValue, pendingValue, realize as realizeValues, type Value } from './graph';

/** How a tensor came about, for the reverse walk: one gradient rule per input. */
export interface Derivation {
  /** The operation's name, as errors print it. */
  readonly operation: string;
  /** What it was computed from. */
  readonly inputs: readonly Tensor[];
  /** `rules[i]` turns the gradient of the result into the gradient of `inputs[i]`; null where that input has none. */
  readonly rules: readonly (((upstream: Tensor) => Tensor) | null)[];
}

/**
 * A lazy float32 array of any rank, stored row by row, images channels last: `[N, H, W, C]`.
 *
 * Operations record what is to be done and return at once; `await t.data()` computes it on the device.
 */
export class Tensor {
  /** The flat data, known or pending. @internal */
  value: Value;
  /** @internal */
  readonly derivation: Derivation | null;

  /** @internal Use {@link tensor} or an operation. */
  constructor(
    value: Value,
    readonly shape: Shape,
    derivation: Derivation | null = null,
  ) {
    this.value = value;
    this.derivation = derivation;
  }

  /** Number of axes. */
  get rank(): number {
    return this.shape.length;
  }

  /** Number of elements. */
  get size(): number {
    return sizeOf(this.shape);
  }

  /** The elements in row-major order, float32, computed where they are not known yet. Do not write to the array. */
  async data(): Promise<Float32Array> {
    await realizeValues([this.value]);
    return this.value.data!;
  }

  /** The one element of a tensor of size 1. @throws on a tensor of another size. */
  async item(): Promise<number> {
    if (this.size !== 1) throw new Error(`item: expected a tensor of size 1, got ${show(this.shape)}`);
    return (await this.data())[0];
  }

  /** What the tensor is and, where they are known, its numbers in a few words: `Tensor [2, 2] float32: 1, 2, 3, 4`. */
  toString(): string {
    const { data } = this.value;
    const numbers = data ? describeNumbers(data) : 'not computed yet; `await t.data()` computes it';
    return `${this.constructor.name} ${show(this.shape)} float32: ${numbers}`;
  }

  /** How `console.log` prints it. @internal */
  [inspectSymbol](): string {
    return this.toString();
  }

  /** A copy as a float32 ndarray of the same shape. */
  async toNdarray(): Promise<NdArray<Float32Array>> {
    return ndarray((await this.data()).slice(), [...this.shape]);
  }
}

/** Numbers in nested arrays: `[[1, 2], [3, 4]]`. */
export type NestedNumbers = number | readonly NestedNumbers[];

/** What {@link tensor} accepts. */
export type TensorLike = Tensor | NdArray | NestedNumbers;

function flattenNested(caller: string, nested: NestedNumbers): { data: number[]; shape: number[] } {
  const shape: number[] = [];
  for (let part: NestedNumbers = nested; Array.isArray(part); part = part[0]) shape.push(part.length);
  const data: number[] = [];
  const visit = (part: NestedNumbers, axis: number) => {
    if (Array.isArray(part) && axis < shape.length) {
      if (part.length !== shape[axis])
        throw new Error(`${caller}: expected rows of equal length ${shape[axis]}, got ${part.length}`);
      for (const inner of part) visit(inner, axis + 1);
    } else if (typeof part !== 'number' || axis !== shape.length) {
      throw new Error(`${caller}: expected numbers nested ${shape.length} deep, got ${shown(part)} at depth ${axis}`);
    } else data.push(part);
  };
  visit(nested, 0);
  return { data, shape };
}

function ndarrayData(caller: string, array: NdArray): Float32Array {
  const { shape, stride, offset } = array;
  checkShape(caller, shape);
  checkList(caller, 'the strides of an ndarray', stride, 'numbers');
  const size = sizeOf(shape);
  const rowMajor = stridesOf(shape);
  const source = array.data as unknown as ArrayLike<number>;
  if (isNumbers(source) && stride.every((step, axis) => step === rowMajor[axis] || shape[axis] === 1)) {
    return new Float32Array((source as unknown as Float32Array).subarray(offset, offset + size));
  }
  const data = new Float32Array(size);
  const index = new Array<number>(shape.length).fill(0);
  for (let flat = 0; flat < size; flat++) {
    const value: unknown = array.get(...index);
    if (typeof value !== 'number') {
      throw new Error(`${caller}: expected an ndarray of numbers, got ${shown(value)} at [${index.join(', ')}]`);
    }
    data[flat] = value;
    for (let axis = index.length - 1; axis >= 0 && ++index[axis] === shape[axis]; axis--) index[axis] = 0;
  }
  return data;
}

/** Whether the value is an array of numbers as they lie in memory, such as a Float32Array. */
function isNumbers(value: unknown): value is ArrayLike<number> {
  const isView = ArrayBuffer.isView(value) && !(value instanceof DataView);
  return isView && !(value instanceof BigInt64Array) && !(value instanceof BigUint64Array);
}

/** The numbers of a flat array as float32, whatever kind of array it is. */
function flatNumbers(caller: string, data: unknown): Float32Array {
  if (isNumbers(data)) return new Float32Array(data);
  const length: unknown = typeof data === 'object' && data !== null && 'length' in data ? data.length : undefined;
  if (!Number.isSafeInteger(length)) throw new Error(`${caller}: expected a list of numbers, got ${shown(data)}`);
  checkShape(caller, [length as number]);
  const flat = new Float32Array(length as number);
  for (let i = 0; i < flat.length; i++) {
    const value = (data as ArrayLike<unknown>)[i];
    if (typeof value !== 'number') throw new Error(`${caller}: expected numbers, got ${shown(value)} at ${i}`);
    flat[i] = value;
  }
  return flat;
}

/**
 * A tensor of the given numbers: nested arrays, an ndarray of any layout, or a flat array with a shape.
 * The numbers are copied, and rounded to float32.
 * @returns the shape of the nesting: `[[1, 2, 3], [4, 5, 6]]` is `[2, 3]`; that of the ndarray; the shape given, or `[length]`. A tensor
 * is returned as it is.
 * @throws where something is no number, rows differ in length, or the shape does not hold as many elements as there are numbers.
 */
export function tensor(data: TensorLike | ArrayLike<number>, shape?: Shape): Tensor {
  return tensorFor('tensor', data, shape);
}

/** The tensor that an operation is given, or that of the numbers in its place. @throws as {@link tensor} does, in the caller's name. */
export function tensorFor(caller: string, data: TensorLike | ArrayLike<number>, shape?: Shape): Tensor {
  if (data instanceof Tensor) return data;
  if (isNdarray(data)) return new Tensor(knownValue(ndarrayData(caller, data)), [...data.shape]);
  if (shape === undefined && !isNumbers(data)) {
    if (typeof data !== 'number' && !Array.isArray(data)) {
      throw new Error(`${caller}: expected a tensor, an ndarray or numbers in nested arrays, got ${shown(data)}`);
    }
    const { data: flat, shape: found } = flattenNested(caller, data as NestedNumbers);
    return new Tensor(knownValue(Float32Array.from(flat)), found);
  }
  const flat = flatNumbers(caller, data);
  const resolved = shape ?? [flat.length];
  checkShape(caller, resolved);
  if (sizeOf(resolved) !== flat.length) {
    throw new Error(`${caller}: expected ${sizeOf(resolved)} numbers for shape ${show(resolved)}, got ${flat.length}`);
  }
  return new Tensor(knownValue(flat), [...resolved]);
}

/** A tensor filled with one number. @throws on a shape that is not of whole numbers ≥ 0, and on what is no number. */
export function full(shape: Shape, value: number): Tensor {
  return filled('full', shape, value);
}

function filled(caller: string, shape: Shape, value: number): Tensor {
  checkShape(caller, shape);
  if (typeof value !== 'number') throw new Error(`${caller}: expected value to be a number, got ${shown(value)}`);
  return new Tensor(knownValue(new Float32Array(sizeOf(shape)).fill(value)), [...shape]);
}

/** A tensor of zeros. @throws on a shape that is not of whole numbers ≥ 0. */
export function zeros(shape: Shape): Tensor {
  return filled('zeros', shape, 0);
}

/** A tensor of ones. @throws on a shape that is not of whole numbers ≥ 0. */
export function ones(shape: Shape): Tensor {
  return filled('ones', shape, 1);
}

/** The same numbers without their history: gradients stop here. @param x `[…]`. @returns `[…]`. @throws on what is no tensor. */
export function detach(x: Tensor): Tensor {
  checkTensor('detach', 'x', x);
  return new Tensor(x.value, x.shape);
}

/**
 * Computes several tensors in one launch; cheaper than asking for them one by one where they share work.
 * @param tensors of any shapes, `[…]`.
 * @throws on what is no tensor.
 */
export async function realize(...tensors: readonly Tensor[]): Promise<void> {
  checkTensorList('realize', 'tensors', tensors);
  await realizeValues(tensors.map(({ value }) => value));
}

/** Settings of {@link applyKernel}. */
export interface KernelOptions {
  /** Arguments of the kernel, each read by flat row-major index. */
  inputs: readonly Tensor[];
  /** Shape of the result. */
  shape: Shape;
  /** Threads `[x, y, z]`, their product the result's size; by default the last axis, the one before, and the rest. */
  grid?: readonly number[];
  /** Whole numbers under `this.constants`; a new value compiles the kernel again. */
  constants?: Readonly<Record<string, number>>;
  /** Real numbers under `this.constants`; a new value compiles the kernel again. */
  scalars?: Readonly<Record<string, number>>;
}

const kernelOptions = { inputs: 'any', shape: 'any', grid: 'any', constants: 'record', scalars: 'record' } as const;

/** Whether there is nothing to explain about options: every launch of a training step comes by here. */
function areUsual(options: KernelOptions): boolean {
  if (typeof options !== 'object' || options === null) return false;
  for (const name in options) if (!(name in kernelOptions)) return false;
  return isNamed(options.constants) && isNamed(options.scalars);
}

function isNamed(numbers: unknown): boolean {
  return numbers === undefined || (typeof numbers === 'object' && numbers !== null && !Array.isArray(numbers));
}

function defaultGrid(shape: Shape): number[] {
  if (shape.length <= 1) return [sizeOf(shape)];
  const [y, x] = shape.slice(-2);
  return shape.length === 2 ? [x, y] : [x, y, sizeOf(shape.slice(0, -2))];
}

/**
 * Records one launch of a kernel. Most people want an operation instead; this is how operations are made.
 * @returns a tensor without gradient rules; empty results launch nothing.
 * @throws where the grid does not have as many threads as the result has elements, on inputs that are no tensors, on scalars that are no
 * numbers, and on kernels that use names from outside.
 */
export function applyKernel(kernel: KernelFunction, options: KernelOptions): Tensor {
  checkKernelSource(kernel);
  const name = kernel.name || 'kernel';
  if (!areUsual(options)) checkOptions(name, options, kernelOptions);
  const { inputs, shape, constants = {}, scalars = {} } = options;
  checkTensorList(name, 'inputs', inputs);
  if (inputs.length < kernel.length) {
    throw new Error(`${name}: expected ${kernel.length} inputs, one a parameter of the kernel, got ${inputs.length}`);
  }
  checkShape(name, shape);
  const { grid = defaultGrid(shape) } = options;
  checkShape(name, grid);
  if (sizeOf(grid) !== sizeOf(shape) || grid.length > 3) {
    throw new Error(`${name}: expected a grid of ${sizeOf(shape)} threads in at most 3 axes, got ${show(grid)}`);
  }
  for (const constant in constants) {
    if (!Number.isInteger(constants[constant])) {
      throw new Error(`${name}: expected constant ${constant} to be a whole number, got ${shown(constants[constant])}`);
    }
  }
  for (const scalar in scalars) {
    if (typeof scalars[scalar] !== 'number' || Number.isNaN(scalars[scalar])) {
      throw new Error(`${name}: expected scalar ${scalar} to be a number, got ${shown(scalars[scalar])}`);
    }
  }
  if (sizeOf(shape) === 0) return new Tensor(knownValue(new Float32Array(0)), shape);
  return new Tensor(
    pendingValue({ kernel, grid, constants, scalars, inputs: inputs.map(({ value }) => value) }),
    shape,
  );
}
