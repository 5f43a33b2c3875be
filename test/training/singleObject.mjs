import detseg from '../../dist/src/index.js';

const {
  adam,
  augmentation,
  batches,
  cosineSchedule,
  createRandom,
  evaluateDetection,
  evaluateSingleObject,
  fit,
  keepInMemory,
  SingleObject,
  SlidingWindowDetector,
  sceneDataset,
  shapes64,
  warmUpSchedule,
} = detseg;

/** Takes `steps` steps of 4 pictures. */
async function train(model, data, { seed, steps, rate }) {
  const warmUp = 20;
  const falling = cosineSchedule(rate, { steps: steps - warmUp, final: rate / 100 });
  const optimizer = adam(model, { learningRate: warmUpSchedule(falling, { steps: warmUp }) });
  const source = batches(keepInMemory(data), { size: 4, seed, augment: augmentation({ flip: 0.5 }) });
  const before = process.cpuUsage();
  // The time includes painting each scene once.
  const { seconds } = await fit({ model, optimizer, batches: source, steps });
  const { user, system } = process.cpuUsage(before);
  return { parameters: model.parameterCount(), steps, seconds, processorSeconds: (user + system) / 1e6 };
}

/** The scenes of `shapes64`, with one thing in each. */
const oneThing = (split, length) =>
  sceneDataset({
    split,
    length,
    seed: 1,
    stuff: ['sky', 'grass', 'ground'],
    layout: 'bands',
    things: ['circle', 'rectangle', 'triangle'],
    objects: [1, 1],
    rotation: false,
  });

/** One class and one box a picture, the box weighed by λ. */
function singleObject(boxWeight) {
  return async (seed) => {
    const model = new SingleObject({ classes: 3, random: createRandom(seed), boxWeight });
    const run = await train(model, oneThing('train', 4000), { seed, steps: 3000, rate: 3e-3 });
    const { accuracy, meanBoxIou, localised } = await evaluateSingleObject(model, oneThing('test', 400));
    return { ...run, metrics: { accuracy, meanBoxIou, localised } };
  };
}

async function slidingWindowDetection(seed) {
  const model = new SlidingWindowDetector({ classes: 3, random: createRandom(seed) });
  const run = await train(model, shapes64(), { seed, steps: 2000, rate: 5e-3 });
  const { AP50, mAP } = await evaluateDetection(model, shapes64({ split: 'test' }));
  return { ...run, metrics: { 'mAP@.5': AP50, mAP } };
}

/** Training runs by name; each takes a seed. */
export default {
  ...Object.fromEntries([0.01, 0.1, 1, 10, 100].map((weight) => [`singleObject${weight}`, singleObject(weight)])),
  slidingWindowDetection,
};
