/** Maximum flow by Edmonds and Karp on a matrix of capacities: the shortest path that can carry more, again and again. */
export function maxFlow(
  capacities: readonly (readonly number[])[],
  source: number,
  sink: number,
): { flow: number; sourceSide: number[] } {
  const left = capacities.map((row) => [...row]);
  let flow = 0;
  for (;;) {
    const before = new Array<number>(left.length).fill(-1);
    before[source] = source;
    const queue = [source];
    for (const node of queue) {
      for (const [other, capacity] of left[node].entries()) {
        if (capacity > 1e-12 && before[other] < 0) {
          before[other] = node;
          queue.push(other);
        }
      }
    }
    if (before[sink] < 0) return { flow, sourceSide: before.map((node) => (node < 0 ? 0 : 1)) };
    let least = Number.POSITIVE_INFINITY;
    for (let node = sink; node !== source; node = before[node]) least = Math.min(least, left[before[node]][node]);
    for (let node = sink; node !== source; node = before[node]) {
      left[before[node]][node] -= least;
      left[node][before[node]] += least;
    }
    flow += least;
  }
}
