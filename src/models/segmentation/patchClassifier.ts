import ndarray, { type NdArray } from 'ndarray';
import type { Batch } from '../../data/batches';
import { crossEntropy } from '../../losses/crossEntropy';
import { BatchNorm2d } from '../../nn/batchNorm2d';
import { Conv2d } from '../../nn/conv2d';
import { Module } from '../../nn/module';
import { Sequential } from '../../nn/sequential';
import { relu } from '../../ops/elementwise';
import { pad } from '../../ops/pad';
import { argMax } from '../../ops/reduce';
import { reshape } from '../../ops/reshape';
import type { Random } from '../../tensor/random';
import { show } from '../../tensor/shape';
import { type Tensor, tensor } from '../../tensor/tensor';
import { centreColours } from '../backbones/centreColours';
import { evaluating, type Losses, type Segmenter } from '../contract';

/** Settings of {@link PatchClassifier}. */
export interface PatchClassifierOptions {
  /** Number of classes, stuff and things. */
  classes: number;
  random: Random;
  /** Channels of the hidden layers. */
  widths?: readonly number[];
  /** Side of the filters, odd; L hidden layers see patches of 1 + L · (size − 1) px. */
  size?: number;
  /** Patches that a training step draws from each picture. */
  patchesPerImage?: number;
}

/**
 * Classifies the pixel in the middle of a patch (Farabet et al. 2013, Ciresan et al. 2012): convolutions without padding eat the
 * patch up until one pixel is left.
 *
 * Fed a whole picture instead of a patch, the same convolutions give the scores of all its patches at once, and compute what
 * neighbouring patches share only once.
 */
export class PatchClassifier extends Module implements Segmenter {
  /** Side of the patch, in px. */
  readonly patch: number;
  readonly hidden: Sequential;
  readonly scores: Conv2d;
  readonly #channels: readonly number[];
  readonly #size: number;
  readonly #patchesPerImage: number;

  constructor({ classes, random, widths = [16, 16, 32, 32], size = 3, patchesPerImage = 128 }: PatchClassifierOptions) {
    super();
    if (!(Number.isInteger(size) && size >= 1 && size % 2 === 1)) {
      throw new Error(`PatchClassifier: expected filters with an odd side, got ${size}`);
    }
    this.#channels = [3, ...widths];
    this.#size = size;
    this.#patchesPerImage = patchesPerImage;
    this.patch = 1 + widths.length * (size - 1);
    const layers = widths.flatMap((width, i) => [
      new Conv2d(this.#channels[i], width, { size, bias: false, random }),
      new BatchNorm2d(width),
      relu,
    ]);
    this.hidden = new Sequential(...layers);
    this.scores = new Conv2d(this.#channels[widths.length], classes, { size: 1, random });
  }

  /** `[N, H, W, 3]` → scores of every whole patch, `[N, H − patch + 1, W − patch + 1, classes]`. */
  forward(images: Tensor): Tensor {
    return this.scores.forward(this.hidden.forward(centreColours(images)));
  }

  /** Patches around pixels of one picture, grey where they reach beyond it: `[M, patch, patch, 3]`. */
  #patches(image: NdArray<Float32Array>, centres: readonly (readonly [row: number, column: number])[]): Tensor {
    const [height, width] = image.shape;
    const { patch } = this;
    const radius = patch >> 1;
    const data = new Float32Array(centres.length * patch * patch * 3).fill(0.5);
    for (const [m, [row, column]] of centres.entries()) {
      for (let i = Math.max(0, radius - row); i < Math.min(patch, height + radius - row); i++) {
        for (let j = Math.max(0, radius - column); j < Math.min(patch, width + radius - column); j++) {
          for (let c = 0; c < 3; c++) {
            data[((m * patch + i) * patch + j) * 3 + c] = image.get(row + i - radius, column + j - radius, c);
          }
        }
      }
    }
    return tensor(data, [centres.length, patch, patch, 3]);
  }

  /** Cross-entropy of patches drawn at random, one picture after the other. */
  losses({ samples, random }: Batch): Losses {
    const each = this.#patchesPerImage;
    const pixels = this.patch ** 2 * 3;
    const patches = new Float32Array(samples.length * each * pixels);
    const labels: number[] = [];
    for (const [n, { image, semantic }] of samples.entries()) {
      const centres = Array.from({ length: each }, () => {
        return [random.integer(image.shape[0]), random.integer(image.shape[1])] as const;
      });
      patches.set(this.#patches(image, centres).value.data!, n * each * pixels);
      labels.push(...centres.map(([row, column]) => semantic.get(row, column)));
    }
    const scores = this.forward(tensor(patches, [labels.length, this.patch, this.patch, 3]));
    const rows = reshape(scores, [labels.length, scores.shape[3]]);
    return { crossEntropy: crossEntropy(rows, tensor(labels)) };
  }

  /** The class of every pixel, `[N, H, W]`, all patches at once. */
  predict(images: Tensor): Promise<NdArray<Float32Array>> {
    const radius = this.patch >> 1;
    const border = [radius, radius] as const;
    const padded = pad(images, [[0, 0], border, border, [0, 0]], 0.5);
    return evaluating(this, () => argMax(this.forward(padded))).toNdarray();
  }

  /**
   * Scores of every pixel of one picture, `[H, W, classes]`, really patch by patch: the sliding window as the slides draw it. It
   * equals what {@link predict} computes at once, and takes longer.
   * @param image `[H, W, 3]`, 0–1. @param options together: patches that go through the network in one launch.
   */
  async slide(
    image: NdArray<Float32Array>,
    { together = 256 }: { together?: number } = {},
  ): Promise<NdArray<Float32Array>> {
    if (image.shape.length !== 3 || image.shape[2] !== 3) {
      throw new Error(`slide: expected an image [H, W, 3], got ${show(image.shape)}`);
    }
    const [height, width] = image.shape;
    const centres = Array.from({ length: height * width }, (_, i) => [Math.floor(i / width), i % width] as const);
    const classes = this.scores.weight.shape[3];
    const scores = new Float32Array(centres.length * classes);
    for (let first = 0; first < centres.length; first += together) {
      const patches = this.#patches(image, centres.slice(first, first + together));
      scores.set(await evaluating(this, () => this.forward(patches)).data(), first * classes);
    }
    return ndarray(scores, [height, width, classes]);
  }

  /** Multiplications (each with an addition) of the convolutions for one input of the given size. */
  multiplyAdds(height: number, width: number): number {
    const classes = this.scores.weight.shape[3];
    const layers = this.#channels.slice(1).map((out, i) => {
      const shrink = (i + 1) * (this.#size - 1);
      return (height - shrink) * (width - shrink) * this.#size ** 2 * this.#channels[i] * out;
    });
    const inner = (height - this.patch + 1) * (width - this.patch + 1);
    const last = inner * this.#channels[this.#channels.length - 1] * classes;
    return layers.reduce((sum, count) => sum + count, last);
  }
}
