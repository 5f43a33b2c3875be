import detseg from '../../dist/src/index.js';

const { conv2d, createRandom, mse, Parameter, relu, sgd, tensor } = detseg;

/** What grows, and where the others stand: a training step of two 3×3 convolutions, C → C → C. */
const standard = { batch: 8, side: 32, channels: 32 };
const axes = { batch: [1, 2, 4, 8, 16, 32], side: [32, 64, 128, 256], channels: [8, 16, 32, 64, 128] };

function makeStep({ batch, side, channels }) {
  const random = createRandom(1);
  const draw = (...shape) =>
    Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.normal() / Math.sqrt(9 * channels));
  const shape = [batch, side, side, channels];
  const [x, target] = [tensor(draw(...shape), shape), tensor(draw(...shape), shape)];
  const filters = [0, 1].map(() => new Parameter(draw(3, 3, channels, channels), [3, 3, channels, channels]));
  const optimizer = sgd(filters, { learningRate: 1e-3 });
  return () =>
    optimizer.step(mse(conv2d(relu(conv2d(x, filters[0], { padding: 1 })), filters[1], { padding: 1 }), target));
}

/** Operations of one step: the first convolution's input needs no gradient. */
const flops = ({ batch, side, channels }) => 2 * batch * side * side * 9 * channels * channels * 5;

/** Milliseconds and GFLOP/s of the step as one of batch, image side and channels grows. */
export async function measureGrowth(repetitions = 5) {
  const result = {};
  for (const [axis, values] of Object.entries(axes)) {
    result[axis] = [];
    for (const value of values) {
      const sizes = { ...standard, ...(axis === 'side' ? { batch: 1 } : {}), [axis]: value };
      await detseg.useDevice('webasm');
      const step = makeStep(sizes);
      await step();
      await step();
      const times = [];
      for (let i = 0; i < repetitions; i++) {
        const started = performance.now();
        await step();
        times.push(performance.now() - started);
      }
      times.sort((a, b) => a - b);
      const milliseconds = times[times.length >> 1];
      result[axis].push({ value, milliseconds, gflops: flops(sizes) / milliseconds / 1e6 });
    }
  }
  return result;
}
