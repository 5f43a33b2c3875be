import ndarray from 'ndarray';
import detseg from '../../dist/src/index.js';

const {
  adam,
  anchorKMeans,
  augmentation,
  batches,
  cosineSchedule,
  createRandom,
  evaluateDetection,
  fit,
  keepInMemory,
  shapes64,
  warmUpSchedule,
  Yolo,
} = detseg;

/** Boxes of the first pictures of a data set, `[N, 4]`. */
function boxesOf(dataset, pictures) {
  const corners = Array.from({ length: pictures }, (_, index) => [...dataset.sample(index).boxes.data]).flat();
  return ndarray(Float32Array.from(corners), [corners.length / 4, 4]);
}

/** Trains a grid detector on the scenes of `shapes64`, 4 pictures a step, and measures it on the test pictures. */
async function train(seed) {
  const data = keepInMemory(shapes64({ split: 'train' }));
  const { anchors } = await anchorKMeans(boxesOf(data, 1000), { k: 2 });
  const model = new Yolo({ classes: 3, random: createRandom(seed), anchors });
  const [steps, rate, warmUp] = [5000, 1e-2, 50];
  const falling = cosineSchedule(rate, { steps: steps - warmUp, final: rate / 100 });
  const optimizer = adam(model, { learningRate: warmUpSchedule(falling, { steps: warmUp }) });
  const source = batches(data, { size: 4, seed, augment: augmentation({ flip: 0.5 }) });
  const before = process.cpuUsage();
  // The time includes painting three quarters of the 4000 scenes.
  const { seconds } = await fit({ model, optimizer, batches: source, steps });
  const { user, system } = process.cpuUsage(before);
  const { AP50, mAP } = await evaluateDetection(model, shapes64({ split: 'test' }));
  const metrics = { 'mAP@.5': AP50, mAP };
  return { parameters: model.parameterCount(), steps, seconds, processorSeconds: (user + system) / 1e6, metrics };
}

/** Training runs by name; each takes a seed. */
export default { yolo: train };
