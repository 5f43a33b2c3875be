import detseg from '../../dist/src/index.js';
import { train } from './recipe.mjs';

const { createRandom, evaluateSegmentation, Fcn, keepInMemory, shapes64, UNet } = detseg;

/** Trains a model on the scenes of `shapes64` and measures it on the test images. */
async function run(model, seed, steps) {
  const data = keepInMemory(shapes64({ split: 'train' }));
  // The time includes painting each of the 4000 scenes once.
  const { seconds } = await train(model, data, { seed, steps, rate: 5e-3, warmUp: 20 });
  const { meanIou, pixelAccuracy } = await evaluateSegmentation(model, shapes64({ split: 'test' }));
  return { parameters: model.parameterCount(), steps, seconds, metrics: { meanIou, pixelAccuracy } };
}

/** Things are small: their pixels weigh more. Three classes of stuff, then three of things. */
const weighing = (weight) => [1, 1, 1, weight, weight, weight];

function fcn(stages, stride) {
  return (seed) => {
    const widths = [8, 16, 32, 64, 64].slice(0, stages);
    const model = new Fcn({ classes: 6, random: createRandom(seed), widths, stride, classWeights: weighing(3) });
    return run(model, seed, 3000);
  };
}

/** Training runs by name; each takes a seed. */
export default {
  uNet: (seed) => run(new UNet({ classes: 6, random: createRandom(seed), classWeights: weighing(4) }), seed, 4000),
  fcn32: fcn(5, 32),
  fcn16: fcn(5, 16),
  fcn8: fcn(5, 8),
  fcn4: fcn(4, 4),
};
