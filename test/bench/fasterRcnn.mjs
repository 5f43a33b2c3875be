// A training step of Faster R-CNN, and of Mask R-CNN, on one batch of scenes: detseg's, and, in fasterRcnn.py, the same networks and losses in
// PyTorch.
import detseg from '../../dist/src/index.js';

const { adam, add, collate, createRandom, FasterRcnn, MaskRcnn, shapes64 } = detseg;

/** Measured steps, and steps before them: the JavaScript engine optimizes WebAssembly while it runs. */
export const [fasterRcnnSteps, fasterRcnnWarmUps] = [100, 150];

const classes = 3;
const learningRate = 5e-3;
const settings = { sizes: [14, 20, 28], positive: 0.6 };

/** Rows and columns of a region that the mask head looks at. */
const maskPooled = 7;

function make(masks) {
  const options = { classes, random: createRandom(1), rpn: settings };
  const model = masks ? new MaskRcnn({ ...options, maskPooled }) : new FasterRcnn(options);
  return { model, batch: collate([0, 1, 2, 3].map((index) => shapes64().sample(index))) };
}

/** The batch and the parameters before the first step, for a peer. @param masks whether of Mask R-CNN. */
export async function fasterRcnnData(masks = false) {
  const { model, batch } = make(masks);
  const parameters = {};
  for (const [name, value] of model.namedParameters()) {
    parameters[name] = { shape: [...value.shape], data: [...(await value.data())] };
  }
  const samples = batch.samples.map(({ image, boxes, labels, masks: own }) => ({
    image: [...image.data],
    boxes: Array.from({ length: labels.size }, (_, g) => [0, 1, 2, 3].map((side) => boxes.get(g, side))),
    labels: [...labels.data],
    ...(masks && { masks: [...own.data] }),
  }));
  return { samples, parameters, classes, learningRate, ...settings, ...(masks && { maskPooled }) };
}

/** Takes steps, each with regions and anchors drawn anew; returns their times, the first loss and the last, and the mean of the features before the first. */
export async function measureFasterRcnn(repetitions, warmUps, masks = false) {
  const { model, batch } = make(masks);
  const optimizer = adam(model, { learningRate });
  const features = await model.forward(batch.images).feature.tensor.data();
  const times = [];
  const losses = [];
  for (let i = 0; i < warmUps + repetitions; i++) {
    const started = performance.now();
    const parts = await model.losses({ ...batch, random: createRandom(i) });
    losses.push(await optimizer.step(Object.values(parts).reduce((sum, part) => add(sum, part))));
    times.push(performance.now() - started);
  }
  const meanFeature = features.reduce((sum, value) => sum + value, 0) / features.length;
  return { times: times.slice(warmUps), losses: [losses[0], losses.at(-1)], meanFeature };
}
