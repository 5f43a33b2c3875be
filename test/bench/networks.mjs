// Training steps of the library's networks on one batch of scenes, as the notebooks train them: 4 images of 64×64 a step, by Adam. The
// same networks, weights and targets in PyTorch are in networks.py; twins of two stages, which draw their own regions, are in twoStage.py.
import detseg from '../../dist/src/index.js';

const { adam, add, anchors, clipBoxes, collate, createRandom, shapes64 } = detseg;
const { DeconvNet, FastRcnn, Fcn, Fcos, RetinaNet, Ssd, Tiramisu, UNet, Yolo, YoloFpn } = detseg;

/** Measured steps, and steps before them: the JavaScript engine optimizes WebAssembly while it runs. */
export const [networkSteps, networkWarmUps] = [60, 60];

const classes = 3;
const pixelClasses = 6;
const learningRate = 5e-3;
const random = () => createRandom(1);

/** Windows of several sizes and shapes, 4 px apart: the proposals of Fast R-CNN. */
const windows = clipBoxes(
  anchors({ height: 16, width: 16, stride: 4, sizes: [12, 17, 24, 32], ratios: [0.75, 1.33] }),
  { height: 64, width: 64 },
);

/** Makes each network, with the weights of one seed. */
export const networks = {
  'U-Net': () => new UNet({ classes: pixelClasses, random: random() }),
  FCN: () => new Fcn({ classes: pixelClasses, random: random() }),
  DeconvNet: () => new DeconvNet({ classes: pixelClasses, random: random() }),
  Tiramisu: () => new Tiramisu({ classes: pixelClasses, random: random() }),
  YOLO: () => {
    const boxes = [
      [14, 14],
      [24, 24],
    ];
    return new Yolo({ classes, random: random(), anchors: boxes });
  },
  'Fast R-CNN': () => new FastRcnn({ classes, random: random(), propose: () => windows, limit: windows.shape[0] }),
  SSD: () => new Ssd({ classes, random: random() }),
  RetinaNet: () => new RetinaNet({ classes, random: random() }),
  FCOS: () => new Fcos({ classes, random: random() }),
  'YOLO with FPN': () =>
    new YoloFpn({
      classes,
      random: random(),
      shapes: [14, 20, 28].map((side) => [
        [side, side],
        [1.2 * side, 1.2 * side],
      ]),
    }),
};

function prepare(name) {
  return { model: networks[name](), batch: collate([0, 1, 2, 3].map((index) => shapes64().sample(index))) };
}

const lossOf = async (model, batch, step) =>
  Object.values(await model.losses({ ...batch, random: createRandom(step) })).reduce((sum, part) => add(sum, part));

/** Prepares the training step of a network: a function that takes one step and returns the loss. */
export function networkStep(name) {
  const { model, batch } = prepare(name);
  const optimizer = adam(model, { learningRate });
  let steps = 0;
  return async () => optimizer.step(await lossOf(model, batch, steps++));
}

async function plain(tensors) {
  const data = {};
  for (const [name, value] of Object.entries(tensors)) {
    data[name] = { shape: [...value.shape], data: [...(await value.data())] };
  }
  return data;
}

/** What the losses compare with: labels of pixels, of slots, or the regions that the first step draws. */
async function targetsOf(name, model, batch) {
  if (model.targets) {
    const targets = Object.entries(model.targets(batch.samples));
    return plain(Object.fromEntries(targets.filter(([, value]) => value instanceof detseg.Tensor)));
  }
  if (name !== 'Fast R-CNN') return plain({ labels: batch.semantic });
  const { forward } = model;
  let drawn = null;
  model.forward = function (images, regions) {
    drawn = regions;
    return forward.call(this, images, regions);
  };
  await lossOf(model, batch, 0);
  const { labels, codes, weights } = model.head.targets(drawn);
  const count = labels.length;
  return plain({
    boxes: detseg.tensor(drawn.boxes),
    images: detseg.tensor([...drawn.images]),
    labels: detseg.tensor(labels),
    codes: detseg.tensor(codes, [count, classes, 4]),
    weights: detseg.tensor(weights, [count, classes, 1]),
  });
}

/** The batch, the parameters before the first step and the targets of each network, for a peer. */
export async function networksData() {
  const data = {};
  for (const name of Object.keys(networks)) {
    const { model, batch } = prepare(name);
    data[name] = {
      parameters: await plain(Object.fromEntries(model.namedParameters())),
      images: (await plain({ images: batch.images })).images,
      targets: await targetsOf(name, model, batch),
    };
  }
  return { networks: data, classes, pixelClasses, learningRate };
}
