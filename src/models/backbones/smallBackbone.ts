import { Module } from '../../nn/module';
import { Sequential } from '../../nn/sequential';
import { maxPool2d } from '../../ops/pool2d';
import { show } from '../../shape/shape';
import type { Random } from '../../tensor/random';
import type { Tensor } from '../../tensor/tensor';
import { checkWidths } from '../settings';
import { centerColors } from './centerColors';
import { convBlock, convBlocks } from './convBlock';

/** Settings of {@link SmallBackbone}. */
export interface SmallBackboneOptions {
  /** Source of the first weights. */
  random: Random;
  /** Pixels of the image from one cell of the features to the next. */
  stride?: 4 | 8;
  /** Channels of further convolutions on the last map. */
  extra?: readonly number[];
  /** Factor on all numbers of channels, those of `extra` included (1). */
  width?: number;
}

/** A number of channels times a factor, whole and at least 1. */
export function widened(channels: number, width: number): number {
  return Math.max(1, Math.round(channels * width));
}

/**
 * The part that the library's detectors share: from an image to a map of features. A 5×5 convolution with stride 2, then two 3×3
 * convolutions a resolution, each with batch norm and ReLU; 8, 16 and 32 channels, halved by max pooling in between. With stride 4 the
 * last two resolutions are one.
 *
 * With stride 8 and `extra` [64, 64] it has 74,232 parameters and takes 6.5 million multiply-adds for 64×64 px.
 */
export class SmallBackbone extends Module {
  readonly layers: Sequential;
  readonly stride: 4 | 8;
  /** Channels of the features. */
  readonly channels: number;

  /** @throws on settings out of range. */
  constructor({ random, stride = 8, extra = [], width = 1 }: SmallBackboneOptions) {
    super();
    if (stride !== 4 && stride !== 8) throw new Error(`SmallBackbone: expected a stride of 4 or 8, got ${stride}`);
    checkWidths('SmallBackbone', extra, 0, 'extra');
    if (!(width > 0 && width < Number.POSITIVE_INFINITY)) {
      throw new Error(`SmallBackbone: expected a width above 0, got ${width}`);
    }
    const [first, second, third, ...further] = [8, 16, 32, ...extra].map((channels) => widened(channels, width));
    const halve = (x: Tensor) => maxPool2d(x, { size: 2 });
    this.layers = new Sequential(
      convBlock(3, first, { random, size: 5, stride: 2 }),
      convBlock(first, first, { random }),
      halve,
      convBlocks([first, second, second], { random }),
      ...(stride === 8 ? [halve] : []),
      convBlocks([second, third, third, ...further], { random }),
    );
    this.stride = stride;
    this.channels = further.at(-1) ?? third;
  }

  /**
   * `[N, H, W, 3]`, 0–1 → `[N, H / stride, W / stride, channels]`.
   * @throws unless H and W are multiples of the stride.
   */
  forward(images: Tensor): Tensor {
    const [, height, width, colors] = images.shape;
    if (images.rank !== 4 || colors !== 3 || height % this.stride || width % this.stride || !height || !width) {
      throw new Error(
        `SmallBackbone: expected images [N, H, W, 3] with H and W multiples of ${this.stride}, got ${show(images.shape)}`,
      );
    }
    return this.layers.forward(centerColors(images));
  }
}
