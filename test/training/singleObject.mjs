import detseg from '../../dist/src/index.js';
import { train } from './recipe.mjs';

const {
  createRandom,
  evaluateDetection,
  evaluateSingleObject,
  keepInMemory,
  SingleObject,
  SlidingWindowDetector,
  sceneDataset,
  shapes64,
} = detseg;

/** Trains a model on images that are painted once. */
async function run(model, data, { seed, steps, rate }) {
  const { seconds } = await train(model, keepInMemory(data), { seed, steps, rate, warmUp: 20 });
  return { parameters: model.parameterCount(), steps, seconds };
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

/** One class and one box an image, the box weighed by λ. */
function singleObject(boxWeight) {
  return async (seed) => {
    const model = new SingleObject({ classes: 3, random: createRandom(seed), boxWeight });
    const result = await run(model, oneThing('train', 4000), { seed, steps: 3000, rate: 3e-3 });
    const { accuracy, meanBoxIou, localised } = await evaluateSingleObject(model, oneThing('test', 400));
    return { ...result, metrics: { accuracy, meanBoxIou, localised } };
  };
}

async function slidingWindowDetection(seed) {
  const model = new SlidingWindowDetector({ classes: 3, random: createRandom(seed) });
  const result = await run(model, shapes64(), { seed, steps: 2000, rate: 5e-3 });
  const { AP50, mAP } = await evaluateDetection(model, shapes64({ split: 'test' }));
  return { ...result, metrics: { 'mAP@.5': AP50, mAP } };
}

/** Training runs by name; each takes a seed. */
export default {
  ...Object.fromEntries([0.01, 0.1, 1, 10, 100].map((weight) => [`singleObject${weight}`, singleObject(weight)])),
  slidingWindowDetection,
};
