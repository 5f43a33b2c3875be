// The clustering that every engine runs: 65,536 points in 5 dimensions (a 256×256 image with color and location), 8 clusters.
export const kMeansIterations = 20;
const dimensions = 5;
const count = 65536;
const clusters = 8;

export function kMeansData() {
  let state = 99;
  const draw = () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 8) / 16777216;
  };
  const points = Float32Array.from({ length: count * dimensions }, draw);
  return { points, centers: points.slice(0, clusters * dimensions), dimensions, clusters };
}
