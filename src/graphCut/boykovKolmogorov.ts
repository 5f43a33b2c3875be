import type { FlowGraph } from './flowGraph';

// What leads to a node's parent where that is no arc: nothing in a node of neither tree, its terminal itself, nothing any more.
const free = -1;
const root = -2;
const orphan = -3;

/** No arc. */
const none = -1;

/** Nodes whose neighbors are still to be looked at, first in, first out; each at most once. */
class ActiveNodes {
  readonly #next: Int32Array;
  #first = -1;
  #last = -1;

  constructor(nodes: number) {
    // −2: not in the queue; −1: the last one.
    this.#next = new Int32Array(nodes).fill(-2);
  }

  add(node: number): void {
    if (this.#next[node] !== -2) return;
    this.#next[node] = -1;
    if (this.#last < 0) this.#first = node;
    else this.#next[this.#last] = node;
    this.#last = node;
  }

  /** The first node, which stays where it is; −1 without one. */
  peek(): number {
    return this.#first;
  }

  removeFirst(): void {
    const node = this.#first;
    const next = this.#next[node];
    this.#next[node] = -2;
    this.#first = next;
    if (next < 0) this.#last = -1;
  }
}

/**
 * The algorithm of Boykov and Kolmogorov. A tree grows from the source along arcs that can carry more, and one from the sink against
 * them. Where they touch there is a path: as much flow as it holds is sent, the arcs that are full fall out of the trees, and their
 * subtrees, orphans at first, look for another parent before the trees grow on. Trees are never built anew, which is what makes the
 * method fast on grids. As in their own program, a node prefers a parent near the terminal: `stamp` says when its `distance` to the
 * terminal was last known to be right.
 */
class TwoTrees {
  readonly #graph: FlowGraph;
  /** The arc through which flow comes from a node's parent in the source's tree, or goes to it in the sink's; or one of the constants. */
  readonly #via: Int32Array;
  /** A node's parent, where `via` is an arc. Most of the time goes into walking up: this list is short enough for the processor's cache. */
  readonly #parent: Int32Array;
  readonly #isSink: Uint8Array;
  readonly #stamp: Int32Array;
  readonly #distance: Int32Array;
  readonly #active: ActiveNodes;
  /** A ring: each node is an orphan at most once at a time. */
  readonly #orphans: Int32Array;
  #orphanStart = 0;
  #orphanCount = 0;
  #time = 0;

  constructor(graph: FlowGraph) {
    const { nodes, terminal } = graph;
    this.#graph = graph;
    this.#via = new Int32Array(nodes).fill(free);
    this.#parent = new Int32Array(nodes);
    this.#isSink = new Uint8Array(nodes);
    this.#stamp = new Int32Array(nodes);
    this.#distance = new Int32Array(nodes);
    this.#active = new ActiveNodes(nodes);
    this.#orphans = new Int32Array(nodes + 1);
    for (let i = 0; i < nodes; i++) {
      if (terminal[i] === 0) continue;
      this.#isSink[i] = terminal[i] < 0 ? 1 : 0;
      this.#via[i] = root;
      this.#distance[i] = 1;
      this.#active.add(i);
    }
  }

  /** Sends all the flow there is, and returns how much that was. */
  run(): number {
    let flow = 0;
    for (let node = this.#active.peek(); node >= 0; node = this.#active.peek()) {
      const bridge = this.#via[node] === free ? none : this.#grow(node);
      if (bridge === none) {
        this.#active.removeFirst();
        continue;
      }
      this.#time++;
      flow += this.#augment(bridge);
      this.#adopt();
    }
    return flow;
  }

  /** Whether a node can still be reached from the source. */
  isInSourceTree(node: number): boolean {
    return this.#via[node] !== free && this.#isSink[node] === 0;
  }

  /** Lets a node's tree grow to its neighbors; the arc from the source's tree to the sink's where it meets the other one, else none. */
  #grow(node: number): number {
    const { first, head, sister, residual } = this.#graph;
    const via = this.#via;
    const parent = this.#parent;
    const isSink = this.#isSink;
    const stamp = this.#stamp;
    const distance = this.#distance;
    const side = isSink[node];
    const end = first[node + 1];
    for (let i = first[node]; i < end; i++) {
      // Flow runs away from the source, and toward the sink.
      const arc = side === 0 ? i : sister[i];
      if (residual[arc] === 0) continue;
      const other = head[i];
      if (via[other] === free) {
        isSink[other] = side;
        this.#active.add(other);
      } else if (isSink[other] !== side) return arc;
      // The way over this node may be shorter.
      else if (stamp[other] > stamp[node] || distance[other] <= distance[node]) continue;
      via[other] = arc;
      parent[other] = node;
      stamp[other] = stamp[node];
      distance[other] = distance[node] + 1;
    }
    return none;
  }

  /** Sends what the path over an arc between the trees can carry, and returns how much that is. */
  #augment(bridge: number): number {
    const { head, sister, residual, terminal } = this.#graph;
    const via = this.#via;
    const parent = this.#parent;
    const start = head[sister[bridge]];
    const end = head[bridge];
    let least = residual[bridge];
    let node = start;
    for (let arc = via[node]; arc >= 0; arc = via[node]) {
      if (residual[arc] < least) least = residual[arc];
      node = parent[node];
    }
    least = Math.min(least, terminal[node]);
    node = end;
    for (let arc = via[node]; arc >= 0; arc = via[node]) {
      if (residual[arc] < least) least = residual[arc];
      node = parent[node];
    }
    least = Math.min(least, -terminal[node]);

    residual[bridge] -= least;
    residual[sister[bridge]] += least;
    terminal[this.#send(start, least)] -= least;
    terminal[this.#send(end, least)] += least;
    return least;
  }

  /** Sends flow through the arcs between a node and the root above it, which it returns; nodes whose arc is full become orphans. */
  #send(start: number, amount: number): number {
    const { sister, residual, terminal } = this.#graph;
    const via = this.#via;
    const parent = this.#parent;
    let node = start;
    for (let arc = via[node]; arc >= 0; arc = via[node]) {
      residual[arc] -= amount;
      residual[sister[arc]] += amount;
      // The root-most orphan is adopted first; until then the walk needs its arc.
      if (residual[arc] === 0) this.#orphanFirst(node);
      node = parent[node];
    }
    if (Math.abs(terminal[node]) === amount) this.#orphanFirst(node);
    return node;
  }

  #orphanFirst(node: number): void {
    this.#orphanStart = (this.#orphanStart + this.#orphans.length - 1) % this.#orphans.length;
    this.#orphans[this.#orphanStart] = node;
    this.#orphanCount++;
  }

  #orphanLast(node: number): void {
    this.#via[node] = orphan;
    this.#orphans[(this.#orphanStart + this.#orphanCount) % this.#orphans.length] = node;
    this.#orphanCount++;
  }

  #adopt(): void {
    const orphans = this.#orphans;
    for (let i = 0; i < this.#orphanCount; i++) this.#via[orphans[(this.#orphanStart + i) % orphans.length]] = orphan;
    while (this.#orphanCount > 0) {
      const node = orphans[this.#orphanStart];
      this.#orphanStart = (this.#orphanStart + 1) % orphans.length;
      this.#orphanCount--;
      this.#findParent(node);
    }
  }

  /** The nearest neighbor that hangs on the node's terminal becomes its parent; without one the node is free, and its children orphans. */
  #findParent(node: number): void {
    const { first, head, sister, residual } = this.#graph;
    const via = this.#via;
    const parent = this.#parent;
    const isSink = this.#isSink;
    const stamp = this.#stamp;
    const distance = this.#distance;
    const side = isSink[node];
    const time = this.#time;
    const end = first[node + 1];
    let best = none;
    let least = Number.MAX_SAFE_INTEGER;
    for (let i = first[node]; i < end; i++) {
      const other = head[i];
      if (isSink[other] !== side || via[other] === free) continue;
      const arc = side === 0 ? sister[i] : i;
      if (residual[arc] === 0) continue;
      const length = this.#distanceOf(other);
      if (length === Number.MAX_SAFE_INTEGER) continue;
      if (length < least) {
        best = arc;
        least = length;
        parent[node] = other;
      }
      // What has been found out on the way holds for all nodes on it.
      let left = length;
      for (let at = other; stamp[at] !== time; at = parent[at]) {
        stamp[at] = time;
        distance[at] = left--;
      }
    }
    if (best !== none) {
      via[node] = best;
      stamp[node] = time;
      distance[node] = least + 1;
      return;
    }
    via[node] = free;
    for (let i = first[node]; i < end; i++) {
      const other = head[i];
      if (isSink[other] !== side || via[other] === free) continue;
      if (residual[side === 0 ? sister[i] : i] !== 0) this.#active.add(other);
      if (via[other] >= 0 && parent[other] === node) this.#orphanLast(other);
    }
  }

  /** Arcs from a node to its terminal, the one to the terminal included; the largest number where the way ends at an orphan. */
  #distanceOf(start: number): number {
    const via = this.#via;
    const parent = this.#parent;
    const stamp = this.#stamp;
    const time = this.#time;
    let length = 0;
    for (let node = start; ; node = parent[node]) {
      if (stamp[node] === time) return length + this.#distance[node];
      length++;
      if (via[node] === root) {
        stamp[node] = time;
        this.#distance[node] = 1;
        return length;
      }
      if (via[node] === orphan) return Number.MAX_SAFE_INTEGER;
    }
  }
}

/** What {@link pushFlow} found. */
export interface Flow {
  /** What was sent, beyond what a node takes from the source straight to the sink. */
  readonly flow: number;
  /** 1 where a node can still be reached from the source, the smallest source side of a minimum cut; `[nodes]`. */
  readonly inSource: Uint8Array;
}

/**
 * Sends as much flow as a network can still carry, and changes its residuals to what is left. A network may be changed and pushed
 * again: what flows already stays (Kohli and Torr 2005, Efficiently solving dynamic Markov random fields using graph cuts).
 *
 * @see Boykov and Kolmogorov 2004, An experimental comparison of min-cut/max-flow algorithms, section 3.
 */
export function pushFlow(graph: FlowGraph): Flow {
  const trees = new TwoTrees(graph);
  const flow = trees.run();
  const inSource = Uint8Array.from({ length: graph.nodes }, (_, i) => (trees.isInSourceTree(i) ? 1 : 0));
  return { flow, inSource };
}
