import {
  BatchNorm2d,
  Conv2d,
  createRandom,
  crossEntropy,
  Module,
  maxPool2d,
  mean,
  relu,
  type Tensor,
  tensor,
} from '../../src/index';
import { toTensor } from './gradientCheck';
import { createNumbers, randomArray } from './randomTensor';

/** Convolution, batch norm, ReLU, max pooling, convolution, mean over the image: one of everything a small net has. */
export class SmallNet extends Module {
  readonly first: Conv2d;
  readonly norm: BatchNorm2d;
  readonly second: Conv2d;

  constructor({ seed = 1, inChannels = 3, width = 8, classes = 4 } = {}) {
    super();
    const random = createRandom(seed);
    this.first = new Conv2d(inChannels, width, { size: 3, padding: 1, bias: false, random });
    this.norm = new BatchNorm2d(width);
    this.second = new Conv2d(width, classes, { size: 3, padding: 1, random });
  }

  /** `[N, H, W, C]` → `[N, classes]`. */
  forward(x: Tensor): Tensor {
    const hidden = maxPool2d(relu(this.norm.forward(this.first.forward(x))), { size: 2 });
    return mean(this.second.forward(hidden), { axes: [1, 2] });
  }

  loss({ images, labels }: { images: Tensor; labels: Tensor }): Tensor {
    return crossEntropy(this.forward(images), labels);
  }
}

/** Noise with one brighter quadrant, whose number (row by row) is the label. */
export function quadrants(seed: number, count: number, size = 8): { images: Tensor; labels: Tensor } {
  const next = createNumbers(seed);
  const images = randomArray(next, [count, size, size, 3], 0, 1);
  const labels = Array.from({ length: count }, () => Math.floor(next() * 4));
  const half = size / 2;
  for (const [n, label] of labels.entries()) {
    for (let row = 0; row < size; row++) {
      for (let column = 0; column < size; column++) {
        const bright = label === 2 * Math.floor(row / half) + Math.floor(column / half);
        if (bright) for (let c = 0; c < 3; c++) images.data[((n * size + row) * size + column) * 3 + c] += 0.5;
      }
    }
  }
  return { images: toTensor(images), labels: tensor(labels) };
}
