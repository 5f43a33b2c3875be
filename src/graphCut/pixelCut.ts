import { pushFlow } from './boykovKolmogorov';
import { type FlowGraph, flowGraph } from './flowGraph';
import type { NeighborLinks } from './neighborWeights';

/** Whether a pixel is foreground for certain (1), background for certain (−1), or to be decided (0). */
export type Certainty = Int8Array;

/**
 * The network of an image: a node for each pixel that is to be decided, joined to its neighbors. What the border to a pixel that is
 * certain costs becomes part of the node's arc to that pixel's terminal. The source stands for the foreground, the sink for the background.
 */
export class PixelCut {
  readonly #links: NeighborLinks;
  readonly #graph: FlowGraph;
  /** The pixel of each node. */
  readonly #pixels: Int32Array;
  /** What certain neighbors give each node, as its arc to a terminal. */
  readonly #fixed: Float64Array;
  /** The arcs to the terminals as they were given last: what has changed since is added to what is left of them. */
  readonly #given: Float64Array;

  constructor(certain: Certainty, links: NeighborLinks) {
    this.#links = links;
    this.#pixels = Int32Array.from(certain.keys()).filter((i) => certain[i] === 0);
    const nodeOf = new Int32Array(certain.length).fill(-1);
    for (let n = 0; n < this.#pixels.length; n++) nodeOf[this.#pixels[n]] = n;
    this.#fixed = new Float64Array(this.#pixels.length);
    this.#given = new Float64Array(this.#pixels.length);
    const { from, to, weights } = links;
    let inner = 0;
    for (let e = 0; e < weights.length; e++) if (nodeOf[from[e]] >= 0 && nodeOf[to[e]] >= 0) inner++;
    const [one, other] = [new Int32Array(inner), new Int32Array(inner)];
    const capacity = new Float64Array(inner);
    inner = 0;
    for (let e = 0; e < weights.length; e++) {
      const [a, b] = [nodeOf[from[e]], nodeOf[to[e]]];
      if (a >= 0 && b >= 0) {
        one[inner] = a;
        other[inner] = b;
        capacity[inner++] = weights[e];
      } else if (a >= 0) this.#fixed[a] += certain[to[e]] * weights[e];
      else if (b >= 0) this.#fixed[b] += certain[from[e]] * weights[e];
    }
    const pairs = { from: one, to: other, forward: capacity, backward: capacity };
    this.#graph = flowGraph({ nodes: this.#pixels.length, ...pairs });
  }

  /**
   * Gives each undecided pixel the label with which costs and borders add up to least, and changes `labels` to 1 for foreground and 0 for
   * background. Of equally good cuts it is the one with the least foreground.
   *
   * @param foreground the cost of each pixel as foreground. @param background the same as background.
   * @returns how many labels have changed.
   */
  decide(foreground: Float64Array, background: Float64Array, labels: Uint8Array): number {
    const { terminal } = this.#graph;
    for (let n = 0; n < terminal.length; n++) {
      const pixel = this.#pixels[n];
      const wanted = background[pixel] - foreground[pixel] + this.#fixed[n];
      // Adding the same to both arcs of a node changes no cut, so that one number says it all, also where flow has used up a part.
      terminal[n] += wanted - this.#given[n];
      this.#given[n] = wanted;
    }
    const { inSource } = pushFlow(this.#graph);
    let changed = 0;
    for (let n = 0; n < inSource.length; n++) {
      const pixel = this.#pixels[n];
      if (labels[pixel] === inSource[n]) continue;
      labels[pixel] = inSource[n];
      changed++;
    }
    return changed;
  }

  /** What a labeling costs: all pixels' costs, and the weights of all pairs whose labels differ. */
  energy(foreground: Float64Array, background: Float64Array, labels: Uint8Array): number {
    const { from, to, weights } = this.#links;
    let total = 0;
    for (let i = 0; i < labels.length; i++) total += labels[i] ? foreground[i] : background[i];
    for (let e = 0; e < weights.length; e++) if (labels[from[e]] !== labels[to[e]]) total += weights[e];
    return total;
  }
}
