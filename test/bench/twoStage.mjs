// A training step of each model of two stages on one batch of scenes: detseg's, and, in twoStage.py, the same networks and losses in PyTorch.
import detseg from '../../dist/src/index.js';

const { adam, add, collate, createRandom, FasterRcnn, MaskRcnn, PanopticFpn, shapes64 } = detseg;

/** Measured steps, and steps before them: the JavaScript engine optimizes WebAssembly while it runs. */
export const [twoStageSteps, twoStageWarmUps] = [100, 150];

const classes = 3;
const stuff = 3;
const learningRate = 5e-3;
const sizes = [14, 20, 28];
const positive = 0.6;

/** Rows and columns of a region that the mask head looks at. */
const maskPooled = 7;

/** One anchor a level, and the side from which on a region is pooled from the second level: as the library chooses them. */
const pyramid = { canonicalSide: 24 };

const single = { rpn: { sizes, positive } };
const several = { rpn: { levels: sizes.map((side) => [[side, side]]), positive }, pyramid };

/** Name in the tables, the model, and what its twin has to know. */
export const twoStage = {
  fasterRcnn: { name: 'Faster R-CNN', make: (options) => new FasterRcnn({ ...options, ...single }) },
  fasterRcnnFpn: {
    name: 'Faster R-CNN, FPN',
    make: (options) => new FasterRcnn({ ...options, ...several }),
    twin: pyramid,
  },
  maskRcnn: {
    name: 'Mask R-CNN',
    make: (options) => new MaskRcnn({ ...options, ...single, maskPooled }),
    twin: { maskPooled },
  },
  panopticFpn: {
    name: 'Panoptic FPN',
    make: (options) => new PanopticFpn({ ...options, ...several, maskPooled, stuff }),
    twin: { ...pyramid, maskPooled, stuff },
  },
};

function prepare(kind) {
  const model = twoStage[kind].make({ classes, random: createRandom(1) });
  return { model, batch: collate([0, 1, 2, 3].map((index) => shapes64().sample(index))) };
}

/** The batch and the parameters before the first step, for a peer. */
export async function twoStageData(kind) {
  const { model, batch } = prepare(kind);
  const { twin = {} } = twoStage[kind];
  const parameters = {};
  for (const [name, value] of model.namedParameters()) {
    parameters[name] = { shape: [...value.shape], data: [...(await value.data())] };
  }
  const samples = batch.samples.map(({ image, boxes, labels, masks, semantic }) => ({
    image: [...image.data],
    boxes: Array.from({ length: labels.size }, (_, g) => [0, 1, 2, 3].map((side) => boxes.get(g, side))),
    labels: [...labels.data],
    ...(twin.maskPooled && { masks: [...masks.data] }),
    ...(twin.stuff && { semantic: [...semantic.data] }),
  }));
  return { samples, parameters, classes, learningRate, sizes, positive, ...twin };
}

/** Takes steps, each with regions and anchors drawn anew; returns their times, the first loss and the last, and the mean of the finest features before the first. */
export async function measureTwoStage(kind, repetitions, warmUps = twoStageWarmUps) {
  const { model, batch } = prepare(kind);
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
