import { type Array64, at, build } from './array64';

export function squaredDistance(a: Array64, i: number, b: Array64, j: number): number {
  let total = 0;
  for (let d = 0; d < a.shape[1]; d++) total += (at(a, i, d) - at(b, j, d)) ** 2;
  return total;
}

/** Index of the nearest row of `centers` for every row of `points`. */
export function assign(points: Array64, centers: Array64): number[] {
  return Array.from({ length: points.shape[0] }, (_, i) => {
    let nearest = 0;
    for (let j = 1; j < centers.shape[0]; j++) {
      if (squaredDistance(points, i, centers, j) < squaredDistance(points, i, centers, nearest)) nearest = j;
    }
    return nearest;
  });
}

export function objective(points: Array64, centers: Array64, labels: readonly number[]): number {
  return labels.reduce((total, label, i) => total + squaredDistance(points, i, centers, label), 0);
}

/** Means of the clusters; a cluster without points throws, as this reference is for data that leaves none empty. */
export function means(points: Array64, labels: readonly number[], clusters: number): Array64 {
  return build([clusters, points.shape[1]], (j, d) => {
    const own = labels.flatMap((label, i) => (label === j ? [at(points, i, d)] : []));
    if (own.length === 0) throw new Error(`means: expected points in cluster ${j}, got none`);
    return own.reduce((total, value) => total + value, 0) / own.length;
  });
}

/** Lloyd's algorithm in double precision, until no label changes. */
export function lloyd(points: Array64, start: Array64) {
  const history: number[] = [];
  let centers = start;
  let labels: number[] = [];
  for (;;) {
    const next = assign(points, centers);
    history.push(objective(points, centers, next));
    if (next.every((label, i) => label === labels[i])) return { labels, centers, history };
    labels = next;
    centers = means(points, labels, start.shape[0]);
  }
}
