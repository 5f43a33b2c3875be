import { checkOptions } from '../../checks/options';
import { Module } from '../../nn/module';
import { Sequential } from '../../nn/sequential';
import { maxPool2d } from '../../ops/pool2d';
import type { Random } from '../../tensor/random';
import type { Tensor } from '../../tensor/tensor';
import type { Feature } from '../contract';
import { checkImages } from '../images';
import { checkCounts, checkWidths, mostChannels } from '../settings';
import { centerColors } from './centerColors';
import { convBlock, convBlocks } from './convBlock';
import { checkBackboneWidth, widened } from './smallBackbone';

/** Settings of {@link StagedBackbone}. */
export interface StagedBackboneOptions {
  /** Source of the first weights. */
  random: Random;
  /** Channels of each stage, the finest first (`[16, 32, 64]`): stage i has stride 4 · 2^i. At most 6. */
  stages?: readonly number[];
  /** Channels of the two convolutions before the first stage (8). */
  stem?: number;
  /** Factor on all numbers of channels (1). */
  width?: number;
}

/** Stages at most: the last of six has a stride of 128 px. */
const mostStages = 6;

/**
 * A backbone that gives a feature map at every scale: a 5×5 convolution with stride 2 and a 3×3 one, then stages of max pooling and two
 * 3×3 convolutions, each with batch norm and ReLU. Its maps are the papers' C2, C3, C4 …: the last one of each resolution.
 *
 * With stages 16, 32 and 64 it has 74,232 parameters.
 */
export class StagedBackbone extends Module {
  readonly stem: Sequential;
  readonly stages: Sequential[];
  /** Channels of each map, the finest first. */
  readonly channels: readonly number[];
  /** Pixels of the image from one cell of each map to the next. */
  readonly strides: readonly number[];

  /** @throws on settings out of range. */
  constructor(options: StagedBackboneOptions) {
    super();
    checkOptions('StagedBackbone', options, { random: 'random', stages: 'any', stem: 'any', width: 'any' });
    const { random, stages = [16, 32, 64], stem = 8, width = 1 } = options;
    checkWidths('StagedBackbone', stages, 1, 'stages');
    if (stages.length > mostStages) {
      throw new Error(`StagedBackbone: expected at most ${mostStages} stages, got ${stages.length}`);
    }
    checkCounts('StagedBackbone', { stem }, mostChannels);
    checkBackboneWidth('StagedBackbone', width);
    const [first, ...channels] = [stem, ...stages].map((count) => widened(count, width));
    this.stem = new Sequential(
      convBlock(3, first, { random, size: 5, stride: 2 }),
      convBlock(first, first, { random }),
    );
    this.stages = channels.map((out, i) => convBlocks([i === 0 ? first : channels[i - 1], out, out], { random }));
    this.channels = channels;
    this.strides = channels.map((_, i) => 4 * 2 ** i);
  }

  /**
   * `[N, H, W, 3]`, 0–1 → a map `[N, H / stride, W / stride, channels]` of each stage, the finest first.
   * @throws unless H and W are multiples of the last stride.
   */
  forward(images: Tensor): Feature[] {
    checkImages('StagedBackbone', images, this.strides[this.strides.length - 1]);
    let x = this.stem.forward(centerColors(images));
    return this.stages.map((stage, i) => {
      x = stage.forward(maxPool2d(x, { size: 2 }));
      return { tensor: x, stride: this.strides[i] };
    });
  }
}
