import ndarray, { type NdArray } from 'ndarray';
import { checkCount } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { readEdges } from '../cluster/readEdges';
import { checkShape } from '../shape/shape';
import { pushFlow } from './boykovKolmogorov';
import { flowGraph } from './flowGraph';

/** Settings of {@link maxFlow}. */
export interface MaxFlowOptions {
  /** The node that the flow comes from. */
  source: number;
  /** The node that the flow goes to. */
  sink: number;
}

/** Result of {@link maxFlow}. */
export interface MaxFlowResult {
  /** What leaves the source and arrives at the sink: the sum of the capacities that a minimum cut goes through. */
  flow: number;
  /** What each edge carries, from 0 to its capacity, `[E]`. */
  flows: NdArray<Float64Array>;
  /** `[nodes]`: 1 on the source's side of a minimum cut, 0 on the sink's. Of several such cuts it is the one with the fewest 1s. */
  sourceSide: NdArray<Uint8Array>;
}

/**
 * Sends as much as possible from one node of a network to another, and finds the cheapest set of edges whose removal parts the two: the
 * most that can flow is the least that can be cut,
 *
 *     max Σ f(source, ·)  =  min Σ capacity(a, b) over the edges from a in S to b not in S, where source ∈ S and sink ∉ S
 *
 * with 0 ≤ f ≤ capacity on each edge, and as much flowing into each other node as out of it.
 *
 * @param edges `[E, 2]`, from which node to which each edge leads, from 0 to nodes − 1. An edge goes one way; give a second one for the
 * other. Several edges may join the same two nodes.
 * @param capacities `[E]`, ≥ 0.
 * @throws on other shapes, on nodes that are not there, on capacities that are negative or not finite, and where source and sink are one.
 * @see Ford and Fulkerson 1956, Maximal flow through a network; Boykov and Kolmogorov 2004, An experimental comparison of min-cut/max-flow
 * algorithms for energy minimization in vision, section 3.
 */
export function maxFlow(
  nodes: number,
  edges: NdArray | readonly (readonly number[])[],
  capacities: NdArray | readonly number[],
  options: MaxFlowOptions,
): MaxFlowResult {
  const { source, sink } = checkOptions('maxFlow', options, { source: 'any', sink: 'any' });
  checkCount('maxFlow', 'nodes', nodes, 2);
  checkShape('maxFlow', [nodes]);
  for (const [name, node] of Object.entries({ source, sink })) {
    checkCount('maxFlow', name, node, 0);
    if (node >= nodes) throw new Error(`maxFlow: expected ${name} from 0 to ${nodes - 1}, got ${node}`);
  }
  if (source === sink) throw new Error(`maxFlow: expected source and sink to be two nodes, got ${source} for both`);
  const { from, to, values } = readEdges('maxFlow', nodes, edges, { name: 'capacities', values: capacities });

  // Edges of the terminals are numbers of their nodes; what leads back to the source or on from the sink carries nothing.
  const count = values.length;
  const [comes, goes] = [new Float64Array(nodes), new Float64Array(nodes)];
  const flows = new Float64Array(count);
  const inner: number[] = [];
  let flow = 0;
  for (let e = 0; e < count; e++) {
    if (from[e] === to[e] || to[e] === source || from[e] === sink) continue;
    if (from[e] === source && to[e] === sink) {
      flows[e] = values[e];
      flow += values[e];
    } else if (from[e] === source) comes[to[e]] += values[e];
    else if (to[e] === sink) goes[from[e]] += values[e];
    else inner.push(e);
  }
  const graph = flowGraph({
    nodes,
    from: Int32Array.from(inner, (e) => from[e]),
    to: Int32Array.from(inner, (e) => to[e]),
    forward: Float64Array.from(inner, (e) => values[e]),
    backward: new Float64Array(inner.length),
  });
  for (let i = 0; i < nodes; i++) {
    graph.terminal[i] = comes[i] - goes[i];
    flow += Math.min(comes[i], goes[i]);
  }
  const pushed = pushFlow(graph);
  for (const [pair, e] of inner.entries()) flows[e] = values[e] - graph.residual[graph.arcOf[pair]];
  for (let i = 0; i < nodes; i++) {
    // What a node did not take, from both its terminals.
    comes[i] -= Math.max(0, graph.terminal[i]);
    goes[i] -= Math.max(0, -graph.terminal[i]);
  }
  for (let e = 0; e < count; e++) {
    const [left, node] = from[e] === source ? [comes, to[e]] : [goes, from[e]];
    if (flows[e] > 0 || from[e] === to[e] || to[e] === source || from[e] === sink) continue;
    if (from[e] !== source && to[e] !== sink) continue;
    flows[e] = Math.min(values[e], left[node]);
    left[node] -= flows[e];
  }
  const sourceSide = pushed.inSource;
  sourceSide[source] = 1;
  return { flow: flow + pushed.flow, flows: ndarray(flows, [count]), sourceSide: ndarray(sourceSide, [nodes]) };
}
