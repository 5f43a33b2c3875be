import detseg from '../../dist/src/index.js';
import { train } from './recipe.mjs';

const { anchors, clipBoxes, createRandom, evaluateDetection, FasterRcnn, FastRcnn, keepInMemory, shapes64 } = detseg;

/** Trains a detector of regions on the scenes of `shapes64` and measures it on the test pictures. */
async function run(model, seed, steps) {
  const { seconds } = await train(model, keepInMemory(shapes64({ split: 'train' })), {
    seed,
    steps,
    rate: 5e-3,
    warmUp: 50,
  });
  const { AP50, mAP } = await evaluateDetection(model, shapes64({ split: 'test' }));
  return { parameters: model.parameterCount(), steps, seconds, metrics: { 'mAP@.5': AP50, mAP } };
}

/** Windows of several sizes and shapes, 4 px apart, as proposals without any learning. */
const shapes = { sizes: [12, 17, 24, 32], ratios: [0.75, 1.33] };
const windows = clipBoxes(anchors({ height: 16, width: 16, stride: 4, ...shapes }), { height: 64, width: 64 });

/** Training runs by name; each takes a seed. */
export default {
  fasterRcnn: (seed) =>
    run(new FasterRcnn({ classes: 3, random: createRandom(seed), proposals: { positive: 0.6 } }), seed, 3000),
  fastRcnn: (seed) => {
    const proposals = { proposals: () => windows, limit: windows.shape[0] };
    return run(new FastRcnn({ classes: 3, random: createRandom(seed), ...proposals }), seed, 1500);
  },
};
