import detseg from '../../dist/src/index.js';

const {
  add,
  BatchNorm2d,
  Conv2d,
  concat,
  createRandom,
  crossEntropy,
  expand,
  Linear,
  maxPool2d,
  Module,
  relu,
  reshape,
  Sequential,
  slice,
  tensor,
} = detseg;

const half = (x) => maxPool2d(x, { size: 2 });

/** Nearest-neighbor upsampling by 2: every pixel becomes a square of four. */
function double(x) {
  const [n, h, w, c] = x.shape;
  return reshape(expand(reshape(x, [n, h, 1, w, 1, c]), [n, h, 2, w, 2, c]), [n, 2 * h, 2 * w, c]);
}

function block(inputs, outputs, random, { size = 3, stride = 1 } = {}) {
  const convolution = new Conv2d(inputs, outputs, { size, stride, padding: size >> 1, bias: false, random });
  return new Sequential(convolution, new BatchNorm2d(outputs), relu);
}

function twice(inputs, outputs, random) {
  return new Sequential(block(inputs, outputs, random), block(outputs, outputs, random));
}

/** A small U-Net: stem 5×5 with stride 2, widths 8, 16, 32, 64, nearest upsampling, scores at half resolution. */
class UNet extends Module {
  constructor(random, classes) {
    super();
    this.stem = block(3, 8, random, { size: 5, stride: 2 });
    this.down = [twice(8, 8, random), twice(8, 16, random), twice(16, 32, random)];
    this.bottom = block(32, 64, random);
    this.up = [twice(64 + 32, 32, random), twice(32 + 16, 16, random), twice(16 + 8, 8, random)];
    this.scores = new Conv2d(8, classes, { size: 1, random });
  }

  forward(x) {
    const skips = [];
    let value = this.stem.forward(x);
    for (const level of this.down) {
      value = level.forward(value);
      skips.push(value);
      value = half(value);
    }
    value = this.bottom.forward(value);
    for (const level of this.up) value = level.forward(concat([double(value), skips.pop()]));
    return this.scores.forward(value);
  }
}

/** The shape class of a two-stage detector: backbone to stride 4, a proposal head on 16×16 cells, and a head on 32 regions of 5×5×32. */
class TwoStage extends Module {
  constructor(random) {
    super();
    this.backbone = new Sequential(
      block(3, 8, random, { size: 5, stride: 2 }),
      block(8, 8, random),
      half,
      twice(8, 16, random),
      twice(16, 32, random),
      block(32, 32, random),
    );
    this.proposals = new Sequential(
      new Conv2d(32, 32, { size: 3, padding: 1, random }),
      relu,
      new Conv2d(32, 3 + 12, { size: 1, random }),
    );
    this.head = new Sequential(
      new Linear(800, 64, { random }),
      relu,
      new Linear(64, 64, { random }),
      relu,
      new Linear(64, 4 + 12, { random }),
    );
  }

  forward(x) {
    const features = this.backbone.forward(x);
    // The first 32 · 800 features stand for the pooled regions: the same numbers go through the head.
    const regions = reshape(slice(reshape(features, [features.size]), { end: [32 * 800] }), [32, 800]);
    return { proposals: this.proposals.forward(features), regions: this.head.forward(regions) };
  }
}

function images(random, batch) {
  return tensor(
    Float32Array.from({ length: batch * 64 * 64 * 3 }, () => random.uniform()),
    [batch, 64, 64, 3],
  );
}

function labels(random, shape, classes) {
  return tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.integer(classes)),
    shape,
  );
}

/** Training steps by name: a function that takes one step, and the multiply-adds (× 2) of one step, counted at its convolutions. */
export function modelSteps(batch = 4) {
  return {
    'U-Net, batch 4, 64×64': () => {
      const random = createRandom(1);
      const model = new UNet(random, 6);
      const optimizer = detseg.adam(model, { learningRate: 1e-3 });
      const [x, truth] = [images(random, batch), labels(random, [batch, 32, 32], 6)];
      return { step: () => optimizer.step(crossEntropy(model.forward(x), truth)), parameters: model.parameterCount() };
    },
    'backbone + proposals + 32 regions, batch 4, 64×64': () => {
      const random = createRandom(1);
      const model = new TwoStage(random);
      const optimizer = detseg.adam(model, { learningRate: 1e-3 });
      const x = images(random, batch);
      const [cells, classes] = [labels(random, [batch, 16, 16], 15), labels(random, [32], 16)];
      return {
        step: () => {
          const { proposals, regions } = model.forward(x);
          return optimizer.step(add(crossEntropy(proposals, cells), crossEntropy(regions, classes)));
        },
        parameters: model.parameterCount(),
      };
    },
  };
}
