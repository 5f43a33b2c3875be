// How much a pixel's surroundings tell of its class: classifiers of four layers that see patches of different sides. Those of 9 px and
// more differ in the distances of their filters' taps alone; the smaller ones have as many parameters in more channels, within 3 %.
import detseg from '../../dist/src/index.js';

const {
  adam,
  augmentation,
  batches,
  cosineSchedule,
  createRandom,
  evaluateSegmentation,
  fit,
  keepInMemory,
  PatchClassifier,
  shapes64,
  warmUpSchedule,
} = detseg;

const steps = 600;

/** Trains on all patches of 2 scenes a step, and measures on the test scenes. */
function context({ size = 3, dilation = 1, width = 25 }) {
  return async (seed) => {
    const widths = [width, width, width, width];
    const model = new PatchClassifier({
      classes: 6,
      random: createRandom(seed),
      widths,
      size,
      dilation,
      patchesPerImage: 'all',
    });
    const data = keepInMemory(shapes64({ split: 'train' }));
    const source = batches(data, { size: 2, seed, augment: augmentation({ flip: 0.5 }) });
    const falling = cosineSchedule(5e-3, { steps: steps - 20, final: 5e-5 });
    const optimizer = adam(model, { learningRate: warmUpSchedule(falling, { steps: 20 }) });
    const { seconds } = await fit({ model, optimizer, batches: source, steps });
    const { meanIou, pixelAccuracy } = await evaluateSegmentation(model, shapes64({ split: 'test' }), {
      batchSize: 4,
    });
    return { parameters: model.parameterCount(), steps, seconds, metrics: { meanIou, pixelAccuracy } };
  };
}

/** Training runs by name, which ends with the side of the patch in px; each takes a seed. */
export default {
  context1: context({ size: 1, width: 74 }),
  context5: context({ size: [3, 3, 1, 1], width: 38 }),
  context9: context({}),
  context17: context({ dilation: [1, 1, 2, 4] }),
  context33: context({ dilation: [1, 3, 4, 8] }),
};
