// GrabCut in plain JavaScript, small enough to be read and fast enough to follow a brush: mixtures of Gaussians, borders, minimum cuts.

const steps = [
  [-1, -1],
  [0, -1],
  [1, -1],
  [-1, 0],
  [1, 0],
  [-1, 1],
  [0, 1],
  [1, 1],
];
const leastVariance = 1 / (12 * 255 ** 2);

/** β, and of each pixel the costs of the borders to its eight neighbors, `8 · i + d`; 0 beyond the edge. Colors are 0–1. */
export function borders({ width, height, colors }, gamma) {
  const squares = new Float64Array(8 * width * height).fill(-1);
  let [total, count] = [0, 0];
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [i % width, Math.floor(i / width)];
    for (const [d, [dx, dy]] of steps.entries()) {
      if (x + dx < 0 || y + dy < 0 || x + dx >= width || y + dy >= height) continue;
      const j = i + dy * width + dx;
      let square = 0;
      for (let c = 0; c < 3; c++) square += (colors[3 * i + c] - colors[3 * j + c]) ** 2;
      squares[8 * i + d] = square;
      total += square;
      count++;
    }
  }
  const beta = total > 0 ? count / (2 * total) : 0;
  const weights = squares.map((square, at) => {
    if (square < 0) return 0;
    const [dx, dy] = steps[at % 8];
    return (gamma / Math.hypot(dx, dy)) * Math.exp(-beta * square);
  });
  return { beta, weights };
}

/** Determinant and inverse of a symmetric matrix, as rr, rg, rb, gg, gb, bb. */
function inverse([a, b, c, d, e, f]) {
  const minors = [d * f - e * e, c * e - b * f, b * e - c * d, a * f - c * c, b * c - a * e, a * d - b * b];
  const determinant = a * minors[0] + b * minors[1] + c * minors[2];
  return { determinant, inverse: minors.map((minor) => minor / determinant) };
}

/** A Gaussian `{ weight, mean, covariance }` with what its density needs; a covariance is rr, rg, rb, gg, gb, bb. */
export function gaussian(weight, mean, covariance) {
  const { determinant, inverse: precision } = inverse(covariance);
  return {
    weight,
    mean,
    covariance,
    precision,
    offset: 0.5 * Math.log(determinant) + 1.5 * Math.log(2 * Math.PI),
  };
}

/** −log of a density. */
function surprise({ mean, precision: p, offset }, colors, i) {
  const [x, y, z] = [colors[3 * i] - mean[0], colors[3 * i + 1] - mean[1], colors[3 * i + 2] - mean[2]];
  return offset + 0.5 * (x * (p[0] * x + 2 * (p[1] * y + p[2] * z)) + y * (p[3] * y + 2 * p[4] * z) + p[5] * z * z);
}

/** D of each color, −log Σ π N, and the Gaussian that is highest there. */
export function costsOf(mixture, colors) {
  const costs = new Float64Array(colors.length / 3);
  const nearest = new Uint8Array(costs.length);
  for (let i = 0; i < costs.length; i++) {
    let [sum, least] = [0, Number.POSITIVE_INFINITY];
    const own = mixture.map((one) => surprise(one, colors, i));
    for (const [k, value] of own.entries()) if (value < least) [least, nearest[i]] = [value, k];
    for (const [k, value] of own.entries()) sum += mixture[k].weight * Math.exp(least - value);
    // Where the nearest one has almost no weight, the sum may be 0.
    costs[i] = least - Math.log(Math.max(sum, 1e-300));
  }
  return { costs, nearest };
}

/** The Gaussians of the colors that belong, each in its component; empty components are left out. */
export function learned(colors, belongs, componentOf, components) {
  const sums = Array.from({ length: components }, () => new Float64Array(10));
  let total = 0;
  for (let i = 0; i < componentOf.length; i++) {
    if (!belongs(i)) continue;
    total++;
    const [r, g, b] = [colors[3 * i], colors[3 * i + 1], colors[3 * i + 2]];
    const own = sums[componentOf[i]];
    for (const [at, value] of [1, r, g, b, r * r, r * g, r * b, g * g, g * b, b * b].entries()) own[at] += value;
  }
  return sums
    .filter(([count]) => count > 0)
    .map(([count, r, g, b, ...squares]) => {
      const mean = [r / count, g / count, b / count];
      const pairs = [
        [0, 0],
        [0, 1],
        [0, 2],
        [1, 1],
        [1, 2],
        [2, 2],
      ];
      // A little noise of rounding keeps patches of one color from an infinite density.
      const covariance = pairs.map(
        ([p, q], at) => squares[at] / count - mean[p] * mean[q] + (p === q ? leastVariance : 0),
      );
      return gaussian(count / total, mean, covariance);
    });
}

/** Clusters of k-means after ten rounds, from the colors that lie farthest from the ones before. */
function clusters(colors, belongs, k) {
  const own = [...Array(colors.length / 3).keys()].filter(belongs);
  const distance = (i, [r, g, b]) =>
    (colors[3 * i] - r) ** 2 + (colors[3 * i + 1] - g) ** 2 + (colors[3 * i + 2] - b) ** 2;
  const colorOf = (i) => [colors[3 * i], colors[3 * i + 1], colors[3 * i + 2]];
  const sum = own.reduce(
    ([r, g, b], i) => [r + colors[3 * i], g + colors[3 * i + 1], b + colors[3 * i + 2]],
    [0, 0, 0],
  );
  let centers = [sum.map((value) => value / own.length)];
  while (centers.length < Math.min(k, own.length)) {
    const far = (i) => Math.min(...centers.map((center) => distance(i, center)));
    centers.push(
      colorOf(own.reduce((best, i) => (far(i) > best.far ? { i, far: far(i) } : best), { i: own[0], far: -1 }).i),
    );
  }
  const labels = new Uint8Array(colors.length / 3);
  for (let round = 0; round < 10; round++) {
    const sums = centers.map(() => [0, 0, 0, 0]);
    for (const i of own) {
      let least = Number.POSITIVE_INFINITY;
      for (const [c, center] of centers.entries()) {
        const d = distance(i, center);
        if (d < least) [least, labels[i]] = [d, c];
      }
      for (let d = 0; d < 3; d++) sums[labels[i]][d] += colors[3 * i + d];
      sums[labels[i]][3]++;
    }
    centers = centers.map((center, c) =>
      sums[c][3] > 0 ? sums[c].slice(0, 3).map((value) => value / sums[c][3]) : center,
    );
  }
  return labels;
}

/**
 * The labels of a minimum cut, 1 on the source's side: flow along shortest paths until there is none (Dinitz 1970). `terminal` is what a
 * node gets from the source (> 0) or gives to the sink (< 0); both arrays are used up.
 */
export function minimumCut(width, height, terminal, capacity) {
  const count = width * height;
  const offsets = steps.map(([dx, dy]) => dy * width + dx);
  const level = new Int32Array(count);
  const queue = new Int32Array(count);
  const next = new Uint8Array(count);
  const path = new Int32Array(count);
  for (;;) {
    // Levels: how many arcs from a node to the sink.
    level.fill(0);
    let end = 0;
    for (let i = 0; i < count; i++) if (terminal[i] < 0) [level[i], queue[end++]] = [1, i];
    for (let at = 0; at < end; at++) {
      const i = queue[at];
      for (let d = 0; d < 8; d++) {
        const j = i + offsets[d];
        if (j < 0 || j >= count || level[j] > 0 || capacity[8 * j + 7 - d] === 0) continue;
        level[j] = level[i] + 1;
        queue[end++] = j;
      }
    }
    next.fill(0);
    let isSent = false;
    for (let start = 0; start < count; start++) {
      let length = 0;
      let i = start;
      while (terminal[start] > 0 && level[start] > 0) {
        if (terminal[i] < 0) {
          let amount = Math.min(terminal[start], -terminal[i]);
          for (let p = 0; p < length; p++) amount = Math.min(amount, capacity[path[p]]);
          terminal[start] -= amount;
          terminal[i] += amount;
          for (let p = 0; p < length; p++) {
            const d = path[p] % 8;
            const j = (path[p] - d) / 8 + offsets[d];
            capacity[path[p]] -= amount;
            capacity[8 * j + 7 - d] += amount;
          }
          isSent = true;
          [length, i] = [0, start];
        } else if (next[i] === 8) {
          // A dead end: back, and on with the neighbor after it.
          if (length === 0) break;
          length--;
          i = (path[length] - (path[length] % 8)) / 8;
          next[i]++;
        } else {
          const d = next[i];
          const j = i + offsets[d];
          if (j >= 0 && j < count && capacity[8 * i + d] > 0 && level[j] === level[i] - 1) {
            path[length++] = 8 * i + d;
            i = j;
          } else next[i]++;
        }
      }
    }
    if (!isSent) break;
  }
  // What the source still reaches.
  const labels = new Uint8Array(count);
  let end = 0;
  for (let i = 0; i < count; i++) if (terminal[i] > 0) [labels[i], queue[end++]] = [1, i];
  for (let at = 0; at < end; at++) {
    for (let d = 0; d < 8; d++) {
      const j = queue[at] + offsets[d];
      if (capacity[8 * queue[at] + d] === 0 || labels[j]) continue;
      labels[j] = 1;
      queue[end++] = j;
    }
  }
  return labels;
}

/** What labels cost: every pixel's cost, and the border of every pair whose labels differ, which both of them hold. */
export function energyOf({ width, weights }, front, back, labels) {
  let total = 0;
  for (let i = 0; i < labels.length; i++) {
    total += labels[i] ? front[i] : back[i];
    for (const [d, [dx, dy]] of steps.entries()) {
      const weight = weights[8 * i + d];
      if (weight > 0 && labels[i + dy * width + dx] !== labels[i]) total += weight / 2;
    }
  }
  return total;
}

/**
 * Cuts an object out. `certain` says of each pixel whether it is object (1), background (−1) or to be decided (0).
 * @returns the labels and the energy after each iteration.
 */
export function grabCut(
  image,
  certain,
  { gamma = 50, iterations = 5, components = 4, weights = borders(image, gamma).weights } = {},
) {
  const { width, height, colors } = image;
  let labels = Uint8Array.from(certain, (value) => (value >= 0 ? 1 : 0));
  const isOn = (side) => (i) => labels[i] === side;
  let sides = [0, 1].map((side) => {
    const componentOf = clusters(colors, isOn(side), components);
    return learned(colors, isOn(side), componentOf, components);
  });
  const energies = [];
  for (let iteration = 0; iteration < iterations; iteration++) {
    let models = sides.map((mixture) => costsOf(mixture, colors));
    sides = sides.map((mixture, side) =>
      labels.includes(side) ? learned(colors, isOn(side), models[side].nearest, mixture.length) : mixture,
    );
    models = sides.map((mixture) => costsOf(mixture, colors));
    const [back, front] = models.map(({ costs }) => costs);
    const terminal = Float64Array.from(certain, (value, i) => (value === 0 ? back[i] - front[i] : 1e9 * value));
    labels = minimumCut(width, height, terminal, weights.slice());
    energies.push(energyOf({ width, weights }, front, back, labels));
  }
  return { labels, energies };
}
