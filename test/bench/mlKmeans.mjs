import { kmeans } from 'ml-kmeans';
import { kMeansData, kMeansIterations } from './kMeansData.mjs';

/** Lloyd's algorithm of the npm package ml-kmeans on the same points, from the same centers, for as many iterations. */
export async function mlKMeans() {
  const { points, centers, dimensions } = kMeansData();
  const rows = (flat) =>
    Array.from({ length: flat.length / dimensions }, (_, i) =>
      Array.from(flat.subarray(i * dimensions, (i + 1) * dimensions)),
    );
  const [pointRows, centerRows] = [rows(points), rows(centers)];
  return async () => {
    const result = kmeans(pointRows, centerRows.length, {
      initialization: centerRows,
      maxIterations: kMeansIterations,
      tolerance: 0,
    });
    return result.iterations;
  };
}
