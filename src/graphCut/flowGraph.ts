/** Arcs that come in pairs: pair e leads from `from[e]` to `to[e]` with one capacity, and back with another. */
export interface ArcPairs {
  readonly nodes: number;
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** Of the arc from `from[e]` to `to[e]`, ≥ 0. */
  readonly forward: Float64Array;
  /** Of the arc from `to[e]` to `from[e]`, ≥ 0. */
  readonly backward: Float64Array;
}

/**
 * What is left of a network's capacities while flow is sent through it. The arcs that leave a node lie side by side, so that a search
 * walks through memory in order. Source and sink are no nodes: each node has one number, its arc from the source (> 0) or to the sink
 * (< 0). A node with both has a path source–node–sink of its own; what flows there is counted beforehand, and the rest is kept.
 */
export interface FlowGraph {
  readonly nodes: number;
  /** The arcs of node i are `first[i]` … `first[i + 1] − 1`. */
  readonly first: Int32Array;
  /** Where each arc leads. */
  readonly head: Int32Array;
  /** The arc the other way. */
  readonly sister: Int32Array;
  /** What each arc can still carry. */
  readonly residual: Float64Array;
  /** What can still come from the source (> 0) or go to the sink (< 0), `[nodes]`. */
  readonly terminal: Float64Array;
  /** Of pair e the arc from `from[e]` to `to[e]`. */
  readonly arcOf: Int32Array;
}

/** A network without flow, all of whose arcs to the terminals are 0. */
export function flowGraph({ nodes, from, to, forward, backward }: ArcPairs): FlowGraph {
  const pairs = from.length;
  const first = new Int32Array(nodes + 1);
  for (let e = 0; e < pairs; e++) {
    first[from[e] + 1]++;
    first[to[e] + 1]++;
  }
  for (let i = 0; i < nodes; i++) first[i + 1] += first[i];
  const place = first.slice(0, nodes);
  const head = new Int32Array(2 * pairs);
  const sister = new Int32Array(2 * pairs);
  const residual = new Float64Array(2 * pairs);
  const arcOf = new Int32Array(pairs);
  for (let e = 0; e < pairs; e++) {
    const [there, back] = [place[from[e]]++, place[to[e]]++];
    head[there] = to[e];
    head[back] = from[e];
    sister[there] = back;
    sister[back] = there;
    residual[there] = forward[e];
    residual[back] = backward[e];
    arcOf[e] = there;
  }
  return { nodes, first, head, sister, residual, terminal: new Float64Array(nodes), arcOf };
}
