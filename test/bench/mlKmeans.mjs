import { kmeans } from 'ml-kmeans';
import { kMeansData, kMeansIterations } from './kMeansData.mjs';

/** Lloyd's algorithm of the npm package ml-kmeans on the same points, from the same centres, for as many iterations. */
export async function mlKMeans() {
  const { points, centres, dimensions } = kMeansData();
  const rows = (flat) =>
    Array.from({ length: flat.length / dimensions }, (_, i) =>
      Array.from(flat.subarray(i * dimensions, (i + 1) * dimensions)),
    );
  const [pointRows, centreRows] = [rows(points), rows(centres)];
  return async () => {
    const result = kmeans(pointRows, centreRows.length, {
      initialization: centreRows,
      maxIterations: kMeansIterations,
      tolerance: 0,
    });
    return result.iterations;
  };
}
