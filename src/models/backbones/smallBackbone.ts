import { checkOptions } from '../../checks/options';
import { shown } from '../../checks/shown';
import { Module } from '../../nn/module';
import { Sequential } from '../../nn/sequential';
import { maxPool2d } from '../../ops/pool2d';
import type { Random } from '../../tensor/random';
import type { Tensor } from '../../tensor/tensor';
import { checkImages } from '../images';
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

/** Times the usual numbers of channels, the weights are so many times this squared. */
const mostWidth = 64;

/** Throws unless a factor on numbers of channels is above 0, and not so large that no memory holds the weights. */
export function checkBackboneWidth(model: string, width: number): void {
  if (typeof width === 'number' && width > 0 && width <= mostWidth) return;
  throw new Error(`${model}: expected a width above 0, at most ${mostWidth}, got ${shown(width)}`);
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
  constructor(options: SmallBackboneOptions) {
    super();
    checkOptions('SmallBackbone', options, { random: 'random', stride: 'any', extra: 'any', width: 'any' });
    const { random, stride = 8, extra = [], width = 1 } = options;
    if (stride !== 4 && stride !== 8)
      throw new Error(`SmallBackbone: expected a stride of 4 or 8, got ${shown(stride)}`);
    checkWidths('SmallBackbone', extra, 0, 'extra');
    checkBackboneWidth('SmallBackbone', width);
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
    checkImages('SmallBackbone', images, this.stride);
    return this.layers.forward(centerColors(images));
  }
}
