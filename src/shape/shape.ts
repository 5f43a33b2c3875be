import { shown } from '../checks/shown';
import type { Pair, Shape } from './types';

/** Number of elements of a shape; 1 for `[]`. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** A shape as errors print it: `[2, 3]`; `no shape` of what has none, such as a list in a tensor's place. */
export function show(shape: Shape | undefined): string {
  if (shape === undefined) return 'no shape';
  return Array.isArray(shape) ? `[${shape.map(shown).join(', ')}]` : shown(shape);
}

/** What no array may exceed: 2 GiB of numbers, half of what WebAssembly can address. */
const mostNumbers = 2 ** 29;

/** Throws unless every size is a whole number ≥ 0, and an array of that shape can be held in memory. */
export function checkShape(operation: string, shape: Shape): void {
  if (!Array.isArray(shape))
    throw new Error(`${operation}: expected a shape of whole numbers ≥ 0, got ${shown(shape)}`);
  let size = 1;
  for (let axis = 0; axis < shape.length; axis++) {
    if (!Number.isInteger(shape[axis]) || shape[axis] < 0) {
      throw new Error(`${operation}: expected a shape of whole numbers ≥ 0, got ${shown(shape)}`);
    }
    size *= shape[axis];
  }
  if (size > mostNumbers) {
    throw new Error(`${operation}: expected an array of at most ${mostNumbers} numbers, got ${size} in ${show(shape)}`);
  }
}

/** Throws unless the shape has `rank` axes; `layout` is how the error spells the expected shape. */
export function checkRank(operation: string, name: string, shape: Shape, rank: number, layout: string): void {
  if (shape?.length !== rank) throw new Error(`${operation}: expected ${name} ${layout}, got ${show(shape)}`);
}

/** Throws unless both shapes are the same. */
export function checkSameShape(operation: string, name: string, actual: Shape, expected: Shape): void {
  if (!equalShapes(actual, expected))
    throw new Error(`${operation}: expected ${name} ${show(expected)}, got ${show(actual)}`);
}

export function equalShapes(a: Shape, b: Shape): boolean {
  return a?.length === b?.length && a.every((size, axis) => size === b[axis]);
}

/** Index of an axis counted from the front; negative ones count from the end. */
export function resolveAxis(operation: string, axis: number, rank: number): number {
  const resolved = Number.isInteger(axis) && axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || resolved < 0 || resolved >= rank) {
    throw new Error(`${operation}: expected an axis between ${-rank} and ${rank - 1}, got ${shown(axis)}`);
  }
  return resolved;
}

/** Axes from the front, ascending and without repeats; all of them where none are named. */
export function resolveAxes(operation: string, axes: number | readonly number[] | undefined, rank: number): number[] {
  const list =
    axes === undefined
      ? Array.from({ length: rank }, (_, axis) => axis)
      : Array.isArray(axes)
        ? axes
        : [axes as number];
  const resolved = list.map((axis) => resolveAxis(operation, axis, rank));
  // Sorting takes memory, and every step of a training asks many times.
  if (resolved.every((axis, i) => i === 0 || axis > resolved[i - 1])) return resolved;
  resolved.sort((a, b) => a - b);
  if (resolved.some((axis, i) => axis === resolved[i - 1]))
    throw new Error(`${operation}: expected distinct axes, got [${list}]`);
  return resolved;
}

/** Row-major strides, in elements. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis];
  }
  return strides;
}

/**
 * The shape that both operands stretch to: sizes are aligned at the last axis, and a size of 1 repeats.
 * @throws where two sizes differ and neither is 1.
 */
export function broadcastShapes(operation: string, a: Shape, b: Shape): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1) {
      throw new Error(`${operation}: expected shapes that broadcast, got ${show(a)} and ${show(b)}`);
    }
    return left === 1 ? right : left;
  });
}

/** Strides with which a tensor of `shape` is read along the axes of `target`: 0 where it repeats. */
export function broadcastStrides(shape: Shape, target: Shape): number[] {
  const strides = stridesOf(shape);
  const offset = target.length - shape.length;
  return target.map((_, axis) => (axis < offset || shape[axis - offset] === 1 ? 0 : strides[axis - offset]));
}

/**
 * Merges neighboring axes that all operands walk through without a jump, so that most broadcasts need at most three loops.
 * @returns merged sizes and, per operand, merged strides; outermost first.
 */
export function mergeAxes(
  shape: Shape,
  strides: readonly (readonly number[])[],
): { shape: number[]; strides: number[][] } {
  const sizes: number[] = [];
  const merged: number[][] = strides.map(() => []);
  for (let axis = 0; axis < shape.length; axis++) {
    if (shape[axis] === 1) continue;
    const last = sizes.length - 1;
    const joins = last >= 0 && strides.every((operand, i) => merged[i][last] === operand[axis] * shape[axis]);
    if (joins) {
      sizes[last] *= shape[axis];
      for (let i = 0; i < strides.length; i++) merged[i][last] = strides[i][axis];
    } else {
      sizes.push(shape[axis]);
      for (let i = 0; i < strides.length; i++) merged[i].push(strides[i][axis]);
    }
  }
  return { shape: sizes, strides: merged };
}

/** A setting given as one number for all of `count` axes, or as one per axis. */
export function resolveNumbers(
  operation: string,
  name: string,
  value: number | readonly number[],
  count: number,
  minimum: number,
): number[] {
  const numbers = typeof value === 'number' ? new Array<number>(count).fill(value) : value;
  const whole = (size: number) => Number.isInteger(size) && size >= minimum;
  if (!Array.isArray(numbers) || numbers.length !== count || !numbers.every(whole)) {
    const expected = ['a whole number', 'one or two whole numbers', 'one or three whole numbers'][count - 1];
    throw new Error(`${operation}: expected ${name} to be ${expected} ≥ ${minimum}, got ${shown(value)}`);
  }
  return [...numbers];
}

/** `[vertical, horizontal]` of a setting given as one number or two. */
export function resolvePair(operation: string, name: string, value: Pair, minimum: number): [number, number] {
  const [vertical, horizontal] = resolveNumbers(operation, name, value, 2, minimum);
  return [vertical, horizontal];
}
