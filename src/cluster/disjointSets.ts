/** Sets of the numbers 0 … n − 1 that are joined, never split (Tarjan 1975): nearly constant time an operation. */
export class DisjointSets {
  readonly #parents: Int32Array;
  readonly #sizes: Int32Array;

  constructor(count: number) {
    this.#parents = new Int32Array(count).map((_, i) => i);
    this.#sizes = new Int32Array(count).fill(1);
  }

  /** The member that stands for the set of `item`. */
  find(item: number): number {
    const parents = this.#parents;
    let place = item;
    while (parents[place] !== place) {
      // Every other member on the way is moved up by one.
      parents[place] = parents[parents[place]];
      place = parents[place];
    }
    return place;
  }

  /** Members of the set that `root` stands for. */
  size(root: number): number {
    return this.#sizes[root];
  }

  /** Joins two different sets, given by the members that stand for them. @returns the member that stands for both. */
  join(one: number, other: number): number {
    const [large, small] = this.#sizes[one] < this.#sizes[other] ? [other, one] : [one, other];
    this.#parents[small] = large;
    this.#sizes[large] += this.#sizes[small];
    return large;
  }

  /** The set of each member, numbered in the order of their first members; and how many there are. */
  number(): { labels: Int32Array; count: number } {
    const labels = new Int32Array(this.#parents.length);
    const numbers = new Int32Array(this.#parents.length).fill(-1);
    let count = 0;
    for (let i = 0; i < labels.length; i++) {
      const root = this.find(i);
      if (numbers[root] < 0) numbers[root] = count++;
      labels[i] = numbers[root];
    }
    return { labels, count };
  }
}
