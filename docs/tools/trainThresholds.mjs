// `node docs/tools/trainThresholds.mjs`: trains a YOLO for a few minutes on painted scenes and writes what it predicts for six
// others, before any suppression, to docs/figures/thresholds.json. The figure shows these numbers; nothing in them is made up.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const ndarray = require('ndarray');
const detseg = require('../../dist/src/index.js');
const { adam, anchorKMeans, augmentation, batches, cosineSchedule, createRandom } = detseg;
const { encodeJpeg, fit, keepInMemory, sceneDataset, warmUpSchedule, Yolo } = detseg;

const [side, steps, shown] = [128, 1500, 6];
const settings = { side, objects: [4, 8], size: [0.12, 0.36], things: ['circle', 'rectangle', 'triangle'] };
const scenes = sceneDataset({ ...settings, split: 'train', length: 400 });
const test = sceneDataset({ ...settings, split: 'test', length: shown });
const sizes = Array.from({ length: scenes.length }, (_, i) => [...scenes.sample(i).boxes.data]).flat();
const { anchors } = await anchorKMeans(ndarray(Float32Array.from(sizes), [sizes.length / 4, 4]), { k: 2, seed: 1 });
const model = new Yolo({
  classes: 3,
  random: createRandom(1),
  anchors,
  detections: { scoreThreshold: 0.05, iouThreshold: 1, limit: 200 },
});
const falling = cosineSchedule(1e-2, { steps: steps - 50, final: 1e-4 });
const run = await fit({
  model,
  optimizer: adam(model, { learningRate: warmUpSchedule(falling, { steps: 50 }) }),
  batches: batches(keepInMemory(scenes), { size: 4, seed: 1, augment: augmentation({ flip: 0.5 }) }),
  steps,
});
console.log(`${run.steps} steps in ${run.seconds.toFixed(0)} s`);

const tenth = (value) => Math.round(10 * value) / 10;
const rows = (boxes, labels, scores) =>
  Array.from({ length: labels.size }, (_, i) => [
    ...[0, 1, 2, 3].map((edge) => tenth(boxes.get(i, edge))),
    labels.get(i),
    ...(scores ? [Math.round(1000 * scores.get(i)) / 1000] : []),
  ]);
const images = [];
for (let i = 0; i < shown; i++) {
  const { image, boxes, labels } = test.sample(i);
  const [found] = await model.detect([image]);
  images.push({
    image: `data:image/jpeg;base64,${Buffer.from(encodeJpeg(image, { quality: 72 })).toString('base64')}`,
    truths: rows(boxes, labels),
    detections: rows(found.boxes, found.labels, found.scores),
  });
  console.log(`image ${i}: ${labels.size} objects, ${found.labels.size} detections`);
}
const json = JSON.stringify({ side, names: settings.things, images });
writeFileSync(new URL('../figures/thresholds.json', import.meta.url), `${json}\n`);
console.log(`${(json.length / 1024).toFixed(0)} kB`);
