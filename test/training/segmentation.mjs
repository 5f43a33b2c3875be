import detseg from '../../dist/src/index.js';

const {
  adam,
  augmentation,
  batches,
  cosineSchedule,
  createRandom,
  evaluateSegmentation,
  Fcn,
  fit,
  keepInMemory,
  shapes64,
  UNet,
  warmUpSchedule,
} = detseg;

/** Trains a model on the scenes of `shapes64`, 4 pictures a step, and measures it on the test pictures. */
async function train(model, seed, steps) {
  const data = keepInMemory(shapes64({ split: 'train' }));
  const test = shapes64({ split: 'test' });
  const rate = 5e-3;
  const warmUp = 20;
  const falling = cosineSchedule(rate, { steps: steps - warmUp, final: rate / 100 });
  const optimizer = adam(model, { learningRate: warmUpSchedule(falling, { steps: warmUp }) });
  const source = batches(data, { size: 4, seed, augment: augmentation({ flip: 0.5 }) });
  // The time includes painting each of the 4000 scenes once.
  const { seconds } = await fit({ model, optimizer, batches: source, steps });
  const { meanIou, pixelAccuracy } = await evaluateSegmentation(model, test);
  return { parameters: model.parameterCount(), steps, seconds, metrics: { meanIou, pixelAccuracy } };
}

/** Things are small: their pixels weigh more. Three classes of stuff, then three of things. */
const weighing = (weight) => [1, 1, 1, weight, weight, weight];

function fcn(stages, stride) {
  return (seed) => {
    const widths = [8, 16, 32, 64, 64].slice(0, stages);
    const model = new Fcn({ classes: 6, random: createRandom(seed), widths, stride, classWeights: weighing(3) });
    return train(model, seed, 3000);
  };
}

/** Training runs by name; each takes a seed. */
export default {
  uNet: (seed) => train(new UNet({ classes: 6, random: createRandom(seed), classWeights: weighing(4) }), seed, 4000),
  fcn32: fcn(5, 32),
  fcn16: fcn(5, 16),
  fcn8: fcn(5, 8),
  fcn4: fcn(4, 4),
};
