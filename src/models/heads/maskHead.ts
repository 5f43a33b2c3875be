import { checkTensor } from '../../checks/arguments';
import { checkLayout } from '../../checks/arrays';
import { checkOptions } from '../../checks/options';
import { Conv2d } from '../../nn/conv2d';
import { ConvTranspose2d } from '../../nn/convTranspose2d';
import { Module } from '../../nn/module';
import { relu } from '../../ops/elementwise';
import type { Random } from '../../tensor/random';
import type { Tensor } from '../../tensor/tensor';
import { checkCounts, mostChannels } from '../settings';

/** Settings of {@link MaskHead}. */
export interface MaskHeadOptions {
  /** Channels of a pooled region. */
  channels: number;
  /** Masks a region gets: one for each class, or 1 for all of them. */
  masks: number;
  /** Source of the first weights. */
  random: Random;
  /** Channels of the two 3×3 convolutions (32); half as many behind the transposed one. */
  hidden?: number;
}

/**
 * The head of Mask R-CNN (He et al. 2017, figure 4): a small fully convolutional network on each pooled region. Two 3×3 convolutions, a
 * 2×2 transposed convolution with stride 2, and a 1×1 convolution to a logit for each class at each cell. The paper has four
 * convolutions of 256 channels.
 */
export class MaskHead extends Module {
  readonly convolutions: Conv2d[];
  readonly enlarge: ConvTranspose2d;
  readonly logits: Conv2d;
  readonly #channels: number;

  /** @throws on settings out of range. */
  constructor(options: MaskHeadOptions) {
    super();
    checkOptions('MaskHead', options, { channels: 'any', masks: 'any', random: 'random', hidden: 'any' });
    const { channels, masks, random, hidden = 32 } = options;
    checkCounts('MaskHead', { channels, masks, hidden }, mostChannels);
    const half = Math.max(1, hidden >> 1);
    this.convolutions = [channels, hidden].map((from) => new Conv2d(from, hidden, { size: 3, padding: 1, random }));
    this.enlarge = new ConvTranspose2d(hidden, half, { size: 2, stride: 2, random });
    this.logits = new Conv2d(half, masks, { size: 1, random });
    this.#channels = channels;
  }

  /** Pooled regions `[R, M, M, C]` → logits `[R, 2M, 2M, masks]`. @throws on other regions. */
  forward(regions: Tensor): Tensor {
    checkTensor('MaskHead', 'regions', regions);
    checkLayout('MaskHead', 'pooled regions', regions.shape, `[R, M, M, ${this.#channels}]`);
    const x = this.convolutions.reduce((map, convolution) => relu(convolution.forward(map)), regions);
    return this.logits.forward(relu(this.enlarge.forward(x)));
  }
}
