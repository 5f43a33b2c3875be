import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import * as detseg from '../../src/index';

const test = suite('accuracy against double precision');

const { tensor } = detseg;
type Tensor = detseg.Tensor;

/** Largest relative error of values and gradients. */
const tolerance = 1e-5;

/** Numbers of all magnitudes, of both signs, between `low` and `high`. */
function spread(low: number, high: number): Float32Array {
  const found = [0];
  for (let exponent = -12; exponent < 3; exponent++) {
    for (const digit of [1, 1.37, 2.2, 3.6, 5.9, 8.4]) found.push(digit * 10 ** exponent, -digit * 10 ** exponent);
  }
  for (let x = Math.max(low, -120); x <= Math.min(high, 120); x += 0.173) found.push(x);
  return Float32Array.from(found.filter((x) => x >= low && x <= high)).sort();
}

const sigmoid = (x: number) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));
const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const cosh = (x: number) => (Math.exp(x) + Math.exp(-x)) / 2;

/** The complementary error function by its continued fraction from 2 on, by its series below. */
function erfc(x: number): number {
  if (x < 0) return 2 - erfc(-x);
  if (x < 2) {
    let [term, total] = [x, x];
    for (let n = 1; n < 80; n++) {
      term *= -(x * x) / n;
      total += term / (2 * n + 1);
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * total;
  }
  let fraction = 0;
  for (let n = 200; n > 0; n--) fraction = n / 2 / (x + fraction);
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + fraction);
}

const normalBelow = (x: number) => erfc(-x / Math.SQRT2) / 2;
const density = (x: number) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
const root = Math.sqrt(2 / Math.PI);
const bent = (x: number) => 2 * root * (x + 0.044715 * x ** 3);

interface Example {
  run: (x: Tensor) => Tensor;
  value: (x: number) => number;
  slope: (x: number) => number;
  /** Where neither overflows nor falls below the smallest normal number. */
  from?: number;
  to?: number;
  /** Places where the value or its slope passes through zero elsewhere than at 0: what is near them is compared with 1. */
  zeros?: number[];
}

const examples: Record<string, Example> = {
  exp: { run: detseg.exp, value: Math.exp, slope: Math.exp, from: -87, to: 88 },
  log: { run: detseg.log, value: Math.log, slope: (x) => 1 / x, from: 1e-12, zeros: [1] },
  log1p: { run: detseg.log1p, value: Math.log1p, slope: (x) => 1 / (1 + x), from: -0.999 },
  sqrt: { run: detseg.sqrt, value: Math.sqrt, slope: (x) => 0.5 / Math.sqrt(x), from: 1e-12 },
  tanh: { run: detseg.tanh, value: Math.tanh, slope: (x) => 1 / cosh(x) ** 2, from: -43, to: 43 },
  sigmoid: { run: detseg.sigmoid, value: sigmoid, slope: (x) => sigmoid(x) * sigmoid(-x), from: -87, to: 87 },
  softplus: { run: detseg.softplus, value: softplus, slope: sigmoid, from: -85 },
  pow: { run: (x) => detseg.pow(x, 1.7), value: (x) => x ** 1.7, slope: (x) => 1.7 * x ** 0.7, from: 1e-12 },
  'pow, whole': { run: (x) => detseg.pow(x, 3), value: (x) => x ** 3, slope: (x) => 3 * x * x },
  'pow, negative': { run: (x) => detseg.pow(x, -2), value: (x) => x ** -2, slope: (x) => -2 * x ** -3, from: 1e-9 },
  silu: {
    run: detseg.silu,
    value: (x) => x * sigmoid(x),
    slope: (x) => sigmoid(x) * (1 + x * sigmoid(-x)),
    from: -80,
    zeros: [-1.278],
  },
  elu: {
    run: detseg.elu,
    value: (x) => (x > 0 ? x : Math.expm1(x)),
    slope: (x) => Math.exp(Math.min(0, x)),
    from: -87,
  },
  gelu: {
    run: detseg.gelu,
    value: (x) => x * normalBelow(x),
    slope: (x) => normalBelow(x) + x * density(x),
    from: -12,
    zeros: [-0.7518],
  },
  'gelu, tanh': {
    run: (x) => detseg.gelu(x, { approximate: 'tanh' }),
    value: (x) => x * sigmoid(bent(x)),
    slope: (x) => sigmoid(bent(x)) * (1 + x * sigmoid(-bent(x)) * 2 * root * (1 + 0.134145 * x * x)),
    from: -8,
    zeros: [-0.7525],
  },
  hardSigmoid: {
    run: detseg.hardSigmoid,
    value: (x) => Math.min(1, Math.max(0, x / 6 + 0.5)),
    slope: (x) => (Math.abs(x) < 3 ? 1 / 6 : 0),
    zeros: [-3],
  },
  'divide by 1 + x': {
    run: (x) => detseg.divide(1, detseg.add(x, 1)),
    value: (x) => 1 / (1 + x),
    slope: (x) => -1 / (1 + x) ** 2,
    from: 0,
  },
};

for (const t of [0, 0.25, 1]) {
  examples[`bceWithLogits, target ${t}`] = {
    run: (x) => detseg.bceWithLogits(x, detseg.full(x.shape, t), { positiveWeight: 3, reduction: 'none' }),
    value: (x) => 3 * t * softplus(-x) + (1 - t) * softplus(x),
    slope: (x) => (1 - t) * sigmoid(x) - 3 * t * sigmoid(-x),
    from: -85,
    to: 85,
    zeros: t === 0.25 ? [0] : [],
  };
  const focused = (x: number) => {
    const miss = sigmoid(x) * (1 - t) + sigmoid(-x) * t;
    return { miss, loss: t * softplus(-x) + (1 - t) * softplus(x) };
  };
  examples[`focalLoss, target ${t}`] = {
    run: (x) => detseg.focalLoss(x, detseg.full(x.shape, t), { alpha: null, reduction: 'none' }),
    value: (x) => focused(x).miss ** 2 * focused(x).loss,
    slope: (x) => {
      const { miss, loss } = focused(x);
      const pull = (1 - t) * sigmoid(x) - t * sigmoid(-x);
      return miss ** 2 * pull + 2 * miss * (1 - 2 * t) * sigmoid(x) * sigmoid(-x) * loss;
    },
    from: -28,
    to: 28,
    zeros: t === 0.25 ? [-1.0986] : [],
  };
}

for (const label of [0, 1, 2]) {
  // Scores 0, x and x / 2 − 1.
  const others = [0, 1, 2].filter((k) => k !== label);
  const scores = (x: number) => [0, x, x / 2 - 1];
  const slopes = [0, 1, 0.5];
  const logits = (x: Tensor) => detseg.stack([detseg.scale(x, 0), x, detseg.scale(x, 0.5, -1)], { axis: 1 });
  const loss = (x: number) => {
    const s = scores(x);
    const apart = others.map((k) => s[k] - s[label]);
    const most = Math.max(...apart);
    const total = apart.reduce((sum, a) => sum + Math.exp(a - most), 0);
    return softplus(most + Math.log(total));
  };
  const slope = (x: number) => {
    const s = scores(x);
    const most = Math.max(...s);
    const total = s.reduce((sum, a) => sum + Math.exp(a - most), 0);
    return others.reduce((sum, k) => sum + (Math.exp(s[k] - most) / total) * (slopes[k] - slopes[label]), 0);
  };
  examples[`crossEntropy, label ${label}`] = {
    run: (x) => detseg.crossEntropy(logits(x), detseg.full(x.shape, label), { reduction: 'none' }),
    value: loss,
    slope,
    from: -80,
    to: 80,
    zeros: label === 2 ? [-0.1, 0.1, 0] : [],
  };
  examples[`logSoftmax, column ${label}`] = {
    run: (x) =>
      detseg.reshape(detseg.slice(detseg.logSoftmax(logits(x)), { start: [0, label], end: [x.size, label + 1] }), [-1]),
    value: (x) => -loss(x),
    slope: (x) => -slope(x),
    from: -80,
    to: 80,
    zeros: label === 2 ? [0] : [],
  };
  examples[`softmax, column ${label}`] = {
    run: (x) =>
      detseg.reshape(detseg.slice(detseg.softmax(logits(x)), { start: [0, label], end: [x.size, label + 1] }), [-1]),
    value: (x) => Math.exp(-loss(x)),
    slope: (x) => -slope(x) * Math.exp(-loss(x)),
    from: -80,
    to: 80,
    zeros: label === 2 ? [0] : [],
  };
}

for (const name in examples) {
  const { run, value, slope, from = -1e3, to = 1e3, zeros = [] } = examples[name];
  test(name, async () => {
    const numbers = spread(from, to);
    const x = tensor(numbers);
    const y = run(x);
    const [gradient] = detseg.gradients(detseg.sum(y), [x]);
    const found = { value: await y.data(), slope: await gradient.data() };
    for (const [i, at] of numbers.entries()) {
      for (const [part, expected] of [
        ['value', value(at)],
        ['slope', slope(at)],
      ] as const) {
        if (!Number.isFinite(expected)) continue;
        const near = zeros.some((zero) => Math.abs(at - zero) < 0.3);
        // Below the smallest normal number digits are lost in any case.
        const scale = Math.max(Math.abs(expected), near ? 1 : 2 ** -126);
        const error = Math.abs(found[part][i] - expected) / scale;
        if (!(error <= tolerance)) {
          assert.unreachable(`${part} at ${at}: expected ${expected}, got ${found[part][i]}, ${error} apart`);
        }
      }
    }
  });
}

test.run();
