import ndarray from 'ndarray';
import detseg from '../../dist/src/index.js';
import { modelFor, train } from './recipe.mjs';

const { anchorKMeans, evaluateDetection, keepInMemory, shapes64 } = detseg;

/** Boxes of the first images of a data set, `[N, 4]`. */
function boxesOf(dataset, images) {
  const corners = Array.from({ length: images }, (_, index) => [...dataset.sample(index).boxes.data]).flat();
  return ndarray(Float32Array.from(corners), [corners.length / 4, 4]);
}

/** Trains a grid detector on the scenes of `shapes64` and measures it on the test images. */
async function yolo(seed) {
  const data = keepInMemory(shapes64({ split: 'train' }));
  const { anchors } = await anchorKMeans(boxesOf(data, 1000), { k: 2 });
  const described = modelFor(data, { architecture: 'yolo', options: { anchors }, seed });
  const { model } = described;
  const steps = 5000;
  // The time includes painting three quarters of the 4000 scenes.
  const { seconds } = await train(model, data, { seed, steps, rate: 1e-2, warmUp: 50 });
  const { AP50, mAP } = await evaluateDetection(model, shapes64({ split: 'test' }));
  return { parameters: model.parameterCount(), steps, seconds, metrics: { 'mAP@.5': AP50, mAP }, described };
}

/** Training runs by name; each takes a seed. */
export default { yolo };
