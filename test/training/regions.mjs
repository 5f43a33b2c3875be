import detseg from '../../dist/src/index.js';
import { modelFor, train } from './recipe.mjs';

const {
  anchors,
  clipBoxes,
  componentProposals,
  createRandom,
  evaluateDetection,
  everyBatch,
  FastRcnn,
  keepInMemory,
  proposalRecall,
  RCnn,
  selectiveSearch,
  shapes64,
} = detseg;

/** Share of the things that one of an image's proposals overlaps by a half. */
async function recallOf(model, data, limit) {
  const [proposals, truths] = [[], []];
  for (const { images, samples } of everyBatch(data, { size: 20 })) {
    for (const { boxes } of await model.propose(images)) proposals.push(boxes);
    for (const { boxes } of samples) truths.push(boxes);
  }
  return proposalRecall(proposals, truths, { counts: [limit] }).recall[0];
}

/** Trains a detector of regions on the scenes of `shapes64` and measures it on the test images. */
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

/** The three stages of R-CNN on proposals of one grouping of Selective Search; the second and the third learn from the first 500 images. */
async function rCnn(seed) {
  const propose = (image) => selectiveSearch(image, { mode: 'single' });
  const model = new RCnn({ classes: 3, random: createRandom(seed), propose });
  const data = keepInMemory(shapes64({ split: 'train' }));
  const steps = 1100;
  const started = performance.now();
  await train(model, data, { seed, steps, rate: 5e-3, warmUp: 50 });
  await model.fitClassifiers(data, { images: 500, seed });
  await model.fitBoxes(data, { images: 500 });
  const seconds = (performance.now() - started) / 1000;
  const { AP50, mAP } = await evaluateDetection(model, shapes64({ split: 'test' }));
  return { parameters: model.parameterCount(), steps, seconds, metrics: { 'mAP@.5': AP50, mAP } };
}

/** Training runs by name; each takes a seed. */
export default {
  fasterRcnn: async (seed) => {
    const settings = { positive: 0.6, limit: 30 };
    const described = modelFor(shapes64(), { architecture: 'faster-rcnn', options: { rpn: settings }, seed });
    const { metrics, ...result } = await run(described.model, seed, 3000);
    const recall = await recallOf(described.model, shapes64({ split: 'test' }), settings.limit);
    return { ...result, metrics: { ...metrics, 'recall@.5': recall }, described };
  },
  fastRcnn: (seed) => {
    const settings = { propose: () => windows, limit: windows.shape[0] };
    return run(new FastRcnn({ classes: 3, random: createRandom(seed), ...settings }), seed, 3000);
  },
  fastRcnnComponents: (seed) => {
    const settings = { propose: componentProposals, limit: 64 };
    return run(new FastRcnn({ classes: 3, random: createRandom(seed), ...settings }), seed, 1500);
  },
  rCnn,
};
