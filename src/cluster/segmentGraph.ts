import ndarray, { type NdArray } from 'ndarray';
import { checkCount, checkFrom0 } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { checkShape } from '../shape/shape';
import { ascendingOrder } from './ascendingOrder';
import { DisjointSets } from './disjointSets';
import { readEdges } from './readEdges';

/** Edges from the lightest to the heaviest: edge e joins nodes `from[e]` and `to[e]`. */
export interface SortedEdges {
  readonly nodes: number;
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly weights: Float64Array;
}

/** Sorts edges by weight; equal ones keep their order. */
export function sortEdges({ nodes, from, to, weights }: SortedEdges): SortedEdges {
  const order = ascendingOrder(weights);
  return {
    nodes,
    from: order.map((e) => from[e]),
    to: order.map((e) => to[e]),
    weights: new Float64Array(order.length).map((_, i) => weights[order[i]]),
  };
}

/** Settings of {@link segmentGraph}. */
export interface SegmentGraphOptions {
  /** The paper's k, in units of weight: the larger, the larger the segments; ≥ 0. */
  scale: number;
  /** Fewest nodes of a segment. */
  minSize?: number;
}

/** Segments of a graph: the number of each node's, 0 … count − 1 in the order of their first nodes. */
export interface Segments {
  labels: Int32Array;
  count: number;
}

/** {@link segmentGraph} of edges in order. */
export function segmentSorted(edges: SortedEdges, { scale, minSize = 1 }: SegmentGraphOptions): Segments {
  const { nodes, from, to, weights } = edges;
  const sets = new DisjointSets(nodes);
  /** By root: the heaviest edge inside plus what is allowed beyond it. */
  const limits = new Float64Array(nodes).fill(scale);
  for (let e = 0; e < weights.length; e++) {
    const [one, other] = [sets.find(from[e]), sets.find(to[e])];
    if (one === other || weights[e] > limits[one] || weights[e] > limits[other]) continue;
    const root = sets.join(one, other);
    // The edges come in order: this one is the heaviest so far.
    limits[root] = weights[e] + scale / sets.size(root);
  }
  if (minSize > 1) {
    for (let e = 0; e < weights.length; e++) {
      const [one, other] = [sets.find(from[e]), sets.find(to[e])];
      if (one !== other && (sets.size(one) < minSize || sets.size(other) < minSize)) sets.join(one, other);
    }
  }
  return sets.number();
}

/** Throws unless the settings are numbers that a segmentation can work with. */
export function checkSegmentation(caller: string, scale: number, minSize: number): void {
  checkFrom0(caller, 'scale', scale);
  checkCount(caller, 'minSize', minSize, 1);
}

/**
 * Segments a graph whose edges weigh how unlike their ends are, by going through the edges from the lightest to the heaviest. An edge
 * joins the segments C₁ and C₂ at its ends where it weighs no more than what both are used to:
 *
 *     w ≤ min(Int(C₁) + k / |C₁|,  Int(C₂) + k / |C₂|)
 *
 * where Int(C) is the heaviest of the edges that joined C, 0 for a single node, and k the `scale`: the smaller a segment, the more it
 * forgives. Afterwards, edges again in order, segments of fewer than `minSize` nodes join those at the other ends.
 *
 * @param edges `[E, 2]`, the two nodes of each edge, from 0 to nodes − 1; which comes first does not matter.
 * @param weights `[E]`, ≥ 0; of equal ones the first edge comes first.
 * @returns the segment of each node, Int32 `[nodes]`, numbered in the order of their first nodes.
 * @throws on other shapes, on nodes that are not there, and on weights that are negative or not finite.
 * @see Felzenszwalb and Huttenlocher 2004, Efficient graph-based image segmentation, algorithm 1.
 */
export function segmentGraph(
  nodes: number,
  edges: NdArray | readonly (readonly number[])[],
  weights: NdArray | readonly number[],
  options: SegmentGraphOptions,
): NdArray<Int32Array> {
  const { scale, minSize = 1 } = checkOptions('segmentGraph', options, { scale: 'any', minSize: 'any' });
  checkCount('segmentGraph', 'nodes', nodes, 0);
  checkSegmentation('segmentGraph', scale, minSize);
  checkShape('segmentGraph', [nodes]);
  const { from, to, values } = readEdges('segmentGraph', nodes, edges, { name: 'weights', values: weights });
  const sorted = sortEdges({ nodes, from, to, weights: values });
  return ndarray(segmentSorted(sorted, { scale, minSize }).labels, [nodes]);
}
