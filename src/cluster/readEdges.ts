import type { NdArray } from 'ndarray';
import { isNdarray } from '../checks/isNdarray';
import { shown } from '../checks/shown';
import { show } from '../shape/shape';
import { readArray } from '../tensor/readArray';
import { tensor } from '../tensor/tensor';

/** Edges of a graph: edge e leads from `from[e]` to `to[e]` and has the number `values[e]`. */
export interface EdgeList {
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly values: Float64Array;
}

/**
 * Reads edges `[E, 2]` between nodes 0 … nodes − 1, and a number ≥ 0 for each; `name` is what errors call these numbers.
 * @throws `<caller>: …` on other shapes, on nodes that are not there, and on numbers that are negative or not finite.
 */
export function readEdges(
  caller: string,
  nodes: number,
  edges: unknown,
  { name, values }: { name: string; values: NdArray | readonly number[] },
): EdgeList {
  if (!Array.isArray(values) && !isNdarray(values)) {
    throw new Error(`${caller}: expected ${name} [E], an ndarray or a list of numbers, got ${shown(values)}`);
  }
  const ends =
    Array.isArray(edges) && edges.length === 0 ? tensor([], [0, 2]) : readArray(caller, 'edges', edges, '[E, 2]');
  const { shape } = ends;
  if (shape.length !== 2 || shape[1] !== 2) throw new Error(`${caller}: expected edges [E, 2], got ${show(shape)}`);
  // Not through a tensor, which would round them to float32.
  const list = Array.isArray(values)
    ? values
    : (values as NdArray).shape.length === 1
      ? Array.from({ length: (values as NdArray).shape[0] }, (_, i) => (values as NdArray).get(i))
      : null;
  if (list?.length !== shape[0]) {
    const got = list ? show([list.length]) : show((values as NdArray).shape);
    throw new Error(`${caller}: expected ${name} ${show([shape[0]])}, got ${got}`);
  }
  const flat = ends.value.data!;
  for (let e = 0; e < shape[0]; e++) {
    for (const node of [flat[2 * e], flat[2 * e + 1]]) {
      if (!(Number.isInteger(node) && node >= 0 && node < nodes)) {
        throw new Error(`${caller}: expected nodes from 0 to ${nodes - 1}, got ${node} in edge ${e}`);
      }
    }
    if (!(Number.isFinite(list[e]) && list[e] >= 0)) {
      throw new Error(`${caller}: expected ${name} ≥ 0, got ${shown(list[e])} at ${e}`);
    }
  }
  return {
    from: Int32Array.from({ length: shape[0] }, (_, e) => flat[2 * e]),
    to: Int32Array.from({ length: shape[0] }, (_, e) => flat[2 * e + 1]),
    values: Float64Array.from(list),
  };
}
