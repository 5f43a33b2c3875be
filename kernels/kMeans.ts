import type { KernelThread } from './thread';

// One Lloyd iteration: nearestCenter and centerDistance assign, clusterSums and clusterMeans move the centers.
// `points` is [dimensions, points]: the point runs along thread.x, so neighboring threads read neighboring numbers.

// argmin over j of ‖x − c[j]‖², the lower j where two centers are equally far.
export function nearestCenter(this: KernelThread, points: number[], centers: number[]): number {
  let nearest = 0.0;
  let smallest = 0.0;
  for (let j = 0; j < this.constants.clusters; j++) {
    let distance = 0.0;
    for (let d = 0; d < this.constants.dimensions; d++) {
      const difference = points[d * this.constants.points + this.thread.x] - centers[j * this.constants.dimensions + d];
      distance += difference * difference;
    }
    if (j === 0 || distance < smallest) {
      smallest = distance;
      nearest = j;
    }
  }
  return nearest;
}

// ‖x − c[label]‖²: what one point adds to the objective.
export function centerDistance(this: KernelThread, points: number[], centers: number[], labels: number[]): number {
  const j = Math.floor(labels[this.thread.x] + 0.5);
  let distance = 0.0;
  for (let d = 0; d < this.constants.dimensions; d++) {
    const difference = points[d * this.constants.points + this.thread.x] - centers[j * this.constants.dimensions + d];
    distance += difference * difference;
  }
  return distance;
}

// The same for sizes: argmin over j of 1 − IoU of the boxes x and c[j] with one corner in common; IoU = Π min(x, c) / (Π x + Π c − Π min).
export function nearestSize(this: KernelThread, points: number[], centers: number[]): number {
  let nearest = 0.0;
  let smallest = 0.0;
  for (let j = 0; j < this.constants.clusters; j++) {
    let shared = 1.0;
    let own = 1.0;
    let other = 1.0;
    for (let d = 0; d < this.constants.dimensions; d++) {
      const side = points[d * this.constants.points + this.thread.x];
      const center = centers[j * this.constants.dimensions + d];
      shared *= Math.min(side, center);
      own *= side;
      other *= center;
    }
    const distance = 1 - shared / (own + other - shared);
    if (j === 0 || distance < smallest) {
      smallest = distance;
      nearest = j;
    }
  }
  return nearest;
}

// 1 − IoU of one size and the center of its cluster.
export function sizeDistance(this: KernelThread, points: number[], centers: number[], labels: number[]): number {
  const j = Math.floor(labels[this.thread.x] + 0.5);
  let shared = 1.0;
  let own = 1.0;
  let other = 1.0;
  for (let d = 0; d < this.constants.dimensions; d++) {
    const side = points[d * this.constants.points + this.thread.x];
    const center = centers[j * this.constants.dimensions + d];
    shared *= Math.min(side, center);
    own *= side;
    other *= center;
  }
  return 1 - shared / (own + other - shared);
}

// Σ x[d] over the points of cluster thread.x within one block; d = dimensions counts the points instead.
export function clusterSums(this: KernelThread, points: number[], labels: number[]): number {
  const first = this.thread.z * this.constants.blockLength;
  const count = Math.min(this.constants.blockLength, this.constants.points - first);
  let total = 0.0;
  if (this.thread.y < this.constants.dimensions) {
    const base = this.thread.y * this.constants.points + first;
    for (let i = 0; i < count; i++) {
      total += labels[first + i] === this.thread.x ? points[base + i] : 0;
    }
  } else {
    for (let i = 0; i < count; i++) {
      total += labels[first + i] === this.thread.x ? 1 : 0;
    }
  }
  return total;
}

// c[cluster, d]: the mean of the cluster's points, from the sums of all blocks. A cluster without points stays where it is.
export function clusterMeans(this: KernelThread, sums: number[], centers: number[]): number {
  const size = this.constants.clusters * (this.constants.dimensions + 1);
  const own = this.thread.x * this.constants.clusters + this.thread.y;
  const counts = this.constants.dimensions * this.constants.clusters + this.thread.y;
  let total = 0.0;
  let count = 0.0;
  for (let block = 0; block < this.constants.blocks; block++) {
    total += sums[block * size + own];
    count += sums[block * size + counts];
  }
  let mean = centers[this.thread.y * this.constants.dimensions + this.thread.x];
  if (count > 0) {
    mean = total / count;
  }
  return mean;
}
