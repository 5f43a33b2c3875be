/** Two regions that could be joined. */
export interface RegionPair {
  similarity: number;
  /** The smaller number of the two. */
  one: number;
  other: number;
}

/** More alike first; of equally alike ones, those of the smaller numbers. */
function precedes(a: RegionPair, b: RegionPair): boolean {
  if (a.similarity !== b.similarity) return a.similarity > b.similarity;
  return a.one !== b.one ? a.one < b.one : a.other < b.other;
}

/** Pairs of regions, from which the most alike is taken: a binary heap (Williams 1964), log₂ n steps to add and to take. */
export class PairQueue {
  readonly #heap: RegionPair[] = [];

  add(pair: RegionPair): void {
    const heap = this.#heap;
    let place = heap.length;
    heap.push(pair);
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!precedes(pair, heap[parent])) break;
      heap[place] = heap[parent];
      place = parent;
    }
    heap[place] = pair;
  }

  /** Takes the most alike pair; `undefined` where there is none. */
  take(): RegionPair | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (heap.length === 0 || last === undefined) return first;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && precedes(heap[child + 1], heap[child])) child++;
      if (!precedes(heap[child], last)) break;
      heap[place] = heap[child];
      place = child;
    }
    heap[place] = last;
    return first;
  }
}
