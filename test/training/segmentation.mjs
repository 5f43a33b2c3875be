import detseg from '../../dist/src/index.js';
import { modelFor, train } from './recipe.mjs';

const { boundaryScores, collate, evaluateSegmentation, keepInMemory, shapes64 } = detseg;

/** Trains a model on the scenes of `shapes64` and measures it on the test images. */
async function run(architecture, options, { seed, steps }) {
  const described = modelFor(shapes64(), { architecture, options, seed });
  const { model } = described;
  const data = keepInMemory(shapes64({ split: 'train' }));
  // The time includes painting each of the 4000 scenes once.
  const { seconds } = await train(model, data, { seed, steps, rate: 5e-3, warmUp: 20 });
  const { meanIou, pixelAccuracy } = await evaluateSegmentation(model, shapes64({ split: 'test' }));
  return { parameters: model.parameterCount(), steps, seconds, metrics: { meanIou, pixelAccuracy }, described };
}

/** Things are small: their pixels weigh more. Three classes of stuff, then three of things. */
const weighing = (weight) => [1, 1, 1, weight, weight, weight];

function fcn(stages, stride) {
  return (seed) => {
    const widths = [8, 16, 32, 64, 64].slice(0, stages);
    return run('fcn', { widths, stride, classWeights: weighing(3) }, { seed, steps: 3000 });
  };
}

/** Precision and recall of the boundaries in all test images. */
async function boundaries(model) {
  const test = shapes64({ split: 'test' });
  const { images, semantic } = collate(Array.from({ length: test.length }, (_, index) => test.sample(index)));
  const { precision, recall } = boundaryScores(await semantic.toNdarray(), await model.predict(images));
  return { boundaryPrecision: precision, boundaryRecall: recall };
}

const deconvNet = (unpooling) => async (seed) => {
  const result = await run('deconv-net', { unpooling, classWeights: weighing(2) }, { seed, steps: 3000 });
  return { ...result, metrics: { ...result.metrics, ...(await boundaries(result.described.model)) } };
};

/** Training runs by name; each takes a seed. */
export default {
  uNet: (seed) => run('u-net', { classWeights: weighing(4) }, { seed, steps: 4000 }),
  fcn32: fcn(5, 32),
  fcn16: fcn(5, 16),
  fcn8: fcn(5, 8),
  fcn4: fcn(4, 4),
  deconvNetSwitches: deconvNet('switches'),
  deconvNetBedOfNails: deconvNet('bedOfNails'),
  deconvNetNearest: deconvNet('nearest'),
  tiramisu: (seed) => run('tiramisu', { classWeights: weighing(2) }, { seed, steps: 2500 }),
};
